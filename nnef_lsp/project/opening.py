"""A model opened and analysed, as its project has it: dialect, libraries, custom operations, values of symbols.

    with opened("model/") as document:
        document.errors, document.analysis.tensors()

Commands, changes of the workbench and the Python interface all begin here.  Python that settings name is run only through
the function `start` that a caller hands in: who may run what is the caller's to know.

Not here: documents under edit (`server/session.py`), bytes (`archive/`), running.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from ..archive import Model, open_model
from ..archive.containers.lone_text import LoneText
from ..archive.names import QUANT
from ..model.analysis.analysis import Analysis
from ..model.analysis.external_shapes import with_external_shapes
from ..model.extents.dims import symbols_of
from ..model.operations.dialect import Dialect
from ..model.operations.dialects import DIALECTS
from ..rules import diagnose
from ..rules.settings import Settings
from ..syntax.source import Source
from .configuration import settings_for
from .custom_operations import Start, custom_shapes_for
from .libraries import libraries_for
from .model_files import ModelWeights
from .recognition import recognised

WEIGHT_RULES = ("missing-weights", "weights-header")
"""Rules that are about data files; what reads none can do without."""


class Document:
    """A model opened and analysed.  Closing it forgets open files; the analysis stays."""

    def __init__(self, path: str, model: Model, analysis: Analysis) -> None:
        self.path, self.model, self.analysis = path, model, analysis

    def __enter__(self) -> Document:
        return self

    def __exit__(self, *_: object) -> None:
        self.model.close()

    @property
    def graph_path(self) -> str:
        """The file that diagnostics of the graph are about."""
        if os.path.isdir(self.path):
            return os.path.join(self.path, self.model.graph_name)
        return self.path

    @property
    def quant_path(self) -> str:
        """The file that diagnostics of its quantization are about."""
        folder, name = os.path.split(self.graph_path)
        own = os.path.join(folder, os.path.splitext(name)[0] + ".quant")
        return own if os.path.exists(own) else os.path.join(folder, QUANT)

    @property
    def settings(self) -> Settings:
        """What the project around the model has set."""
        return settings_for(self.graph_path)

    @property
    def errors(self) -> list[str]:
        """The errors of the graph, each on a line with its place; empty if it can run."""
        return self.errors_but()

    def errors_but(self, *rules: str) -> list[str]:
        """The errors, as far as they are not of these rules."""
        found = []
        for diagnostic in diagnose(self.analysis, self.settings):
            if diagnostic.severity == "error" and diagnostic.rule not in rules:
                at = self.analysis.source.position_in(diagnostic.segment, diagnostic.start)
                found.append((at, f"{self.graph_path}:{at.line + 1}:{at.column + 1}: {diagnostic.message}"))
        return [text for _, text in sorted(found)]

    def other_dialect(self) -> str | None:
        """A sentence if the graph has errors only because of the dialect that it was taken for."""
        taken = self.analysis.dialect
        if self.analysis.fixed_dialect is not None or not self.errors:
            return None
        for dialect in DIALECTS.values():
            if dialect is not taken:
                again = analysed_as(self.analysis, self.analysis.source.text, dialect)
                if all(item.severity != "error" for item in diagnose(again, self.settings)):
                    return (
                        f"read as {taken.title}, because nothing in it is {dialect.title}'s; as {dialect.title}'s dialect it "
                        f"has no errors: --dialect {dialect.name}, or 'dialect = \"{dialect.name}\"' in .nnef-lsp.toml"
                    )
        return None

    def with_text(self, text: str) -> Document:
        """The same model with another text of its graph, read in the dialect of this one."""
        return Document(self.path, self.model, analysed_as(self.analysis, text, self.analysis.dialect))


def opened(
    path: str,
    dialect: str | None = None,
    symbols: Mapping[str, int] | None = None,
    start: Start | None = None,
    when: str = "",
    model: Model | None = None,
) -> Document:
    """Open and analyse; raises `ArchiveError`, and ValueError for a name in `symbols` that is not a symbol of the model.

    `symbols` gives values to symbolic extents.  `start` makes Python that the project's settings name known to the analysis;
    without it that is not run, and `when` says when it would be.  `model` is what was opened at the path already, or has no
    file: a `LoneText`.
    """
    model = model or open_model(path)
    weights = None if isinstance(model.store, LoneText) else ModelWeights(model)
    fixed: Dialect | None = DIALECTS.get(dialect or settings_for(path).dialect or "")
    text = model.graph_text()
    source = Source(text)
    if fixed is None and weights is not None:
        fixed = recognised(model, source)
    libraries = libraries_for(path, text)
    custom = custom_shapes_for(path, start, when)
    analysis = Analysis(source, fixed, weights, libraries=libraries, custom=custom)
    if symbols:
        check_symbols(analysis, symbols)
        analysis = Analysis(analysis.source, fixed, weights, symbols=symbols, libraries=libraries, custom=custom)
    return Document(path, model, analysis)


def analysed_as(old: Analysis, text: str, dialect: Dialect) -> Analysis:
    """Another text with everything around it as an analysis has it: data files, libraries, custom operations."""
    return Analysis(Source(text), dialect, old.weights, libraries=old.libraries, custom=old.custom)


def reshaped(document: Document, shapes: Mapping[str, Sequence[int]]) -> Document:
    """The document with other shapes of inputs, as section 2.2 lets consumers have them: "free to replace the shape of
    external tensors and propagate shapes accordingly as long as it does not lead to invalid arguments"."""
    text = with_external_shapes(document.analysis, shapes)
    return document if text == document.analysis.source.text else document.with_text(text)


def following(document: Document, shapes: Mapping[str, Sequence[int]]) -> Document:
    """The document with the shapes that inputs are given in, if it stays right so; as it is in dialects that write symbols
    for extents that are open."""
    if not document.analysis.dialect.strict_types:
        return document
    again = reshaped(document, shapes)
    return again if again is document or document.errors or not again.errors else document


def check_symbols(analysis: Analysis, given: Iterable[str]) -> None:
    """Raises ValueError, a sentence, for a name that is not a symbol of the document."""
    known = set(analysis.context.symbols)
    for fact in analysis.tensors().values():
        known |= {name for extent in fact.shape or () for name in symbols_of(extent)}
    for name in given:
        if name not in known:
            near = get_close_matches(name, sorted(known), 1)
            meant = f"did you mean '{near[0]}'?" if near else f"it has {', '.join(sorted(known)) or 'none'}"
            raise ValueError(f"the model has no symbol '{name}'; {meant}")
