"""What a PATH on the command line stands for: a model, its graph's source, and the analysis of it.

Not here: commands.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..archive import ArchiveError, Model, open_model
from ..archive.blobs import BytesBlob
from ..archive.limits import limits_from_environment
from ..model.analysis.analysis import Analysis
from ..model.operations.dialect import Dialect
from ..model.operations.dialects import DIALECTS
from ..project.configuration import settings_for
from ..project.custom_operations import custom_shapes_for, operations_for, withheld
from ..project.libraries import libraries_for
from ..project.model_files import ModelWeights
from ..project.recognition import recognised
from ..syntax.source import Source
from .drawing import visible

if TYPE_CHECKING:
    from ..model.flattening.flatten import Unflattenable
    from ..model.operations.custom import Python
    from ..rules.settings import Settings
    from ..runtime.process.shape_rules import ShapeRules

__all__ = [
    "WEIGHT_RULES", "ArchiveError", "Document", "add_dialect", "add_run", "add_symbols", "add_trust", "complain", "count_from", "has_errors", "open_document",
    "reshaped", "standard_input", "symbol_values", "tolerance", "unflattenable",
]  # fmt: skip


WHEN = "with --trust"
"""Whoever writes a command trusts what it names, and the workspace only if told."""


class Document:
    """A model opened and analysed."""

    def __init__(self, path: str, model: Model, analysis: Analysis) -> None:
        self.path, self.model, self.analysis = path, model, analysis

    @property
    def graph_path(self) -> str:
        """The file that diagnostics of the graph are about."""
        import os

        if os.path.isdir(self.path):
            return os.path.join(self.path, self.model.graph_name)
        return self.path

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
        from ..rules import diagnose

        found = []
        for diagnostic in diagnose(self.analysis, self.settings):
            if diagnostic.severity == "error" and diagnostic.rule not in rules:
                at = self.analysis.source.position_in(diagnostic.segment, diagnostic.start)
                found.append((at, f"{self.graph_path}:{at.line + 1}:{at.column + 1}: {diagnostic.message}"))
        return [text for _, text in sorted(found)]

    def other_dialect(self) -> str | None:
        """A sentence if the graph has errors only because of the dialect that it was taken for."""
        from ..rules import diagnose

        taken = self.analysis.dialect
        if self.analysis.fixed_dialect is not None or not self.errors:
            return None
        for dialect in DIALECTS.values():
            if dialect is not taken:
                old = self.analysis
                text = Source(old.source.text)
                again = Analysis(text, dialect, old.weights, libraries=old.libraries, custom=old.custom)
                if all(item.severity != "error" for item in diagnose(again, self.settings)):
                    return (
                        f"read as {taken.title}, because nothing in it is {dialect.title}'s; as {dialect.title}'s dialect it "
                        f"has no errors: --dialect {dialect.name}, or 'dialect = \"{dialect.name}\"' in .nnef-lsp.toml"
                    )
        return None


def open_document(
    path: str,
    dialect: str | None = None,
    stdin: bool = False,
    symbols: Mapping[str, int] | None = None,
    trust: bool = False,
) -> Document:
    """Open and analyse; raises `ArchiveError`.  With `stdin`, a path `-` is a graph on standard input, without weights.
    `symbols` gives values to symbolic extents; raises ValueError for a name that is none.  With `trust` Python that the
    project's settings name is run."""
    model = (
        Model("-", _StandardInput(), "graph.nnef", limits_from_environment())
        if stdin and path == "-"
        else open_model(path)
    )
    weights = None if isinstance(model.store, _StandardInput) else ModelWeights(model)
    fixed: Dialect | None = DIALECTS.get(dialect or settings_for(path).dialect or "")
    text = model.graph_text()
    source = Source(text)
    if fixed is None and weights is not None:
        fixed = recognised(model, source)
    libraries = libraries_for(path, text)
    custom = custom_shapes_for(path, _rules_of if trust else None, WHEN)
    analysis = Analysis(source, fixed, weights, libraries=libraries, custom=custom)
    if symbols:
        from ..runtime.inputs.open_extents import check_symbols

        check_symbols(analysis, symbols)
        analysis = Analysis(analysis.source, fixed, weights, symbols=symbols, libraries=libraries, custom=custom)
    return Document(path, model, analysis)


def _rules_of(files: Sequence[str]) -> Python:
    """The rules of shapes in files of Python, the same for all models of a project."""
    from ..runtime.process.shape_rules import ShapeRules

    key = tuple(files)
    if key not in _rules or _rules[key].is_stale():
        _rules[key] = ShapeRules(key)
    return _rules[key]


_rules: dict[tuple[str, ...], ShapeRules] = {}


def kernels_for(path: str, trust: bool) -> dict[str, Any]:
    """The files of Python with kernels for a model, or why they are not run, as a request has them."""
    files = operations_for(path)
    return {"operations": files} if trust else {"withheld": withheld(files, WHEN)}


def reshaped(document: Document, shapes: Mapping[str, Sequence[int]]) -> Document:
    """The document with other shapes of inputs, as section 2.2 lets consumers have them: "free to replace the shape of
    external tensors and propagate shapes accordingly as long as it does not lead to invalid arguments"."""
    from ..model.analysis.external_shapes import with_external_shapes

    old = document.analysis
    text = with_external_shapes(old, shapes)
    if text == old.source.text:
        return document
    again = Analysis(Source(text), old.dialect, old.weights, libraries=old.libraries, custom=old.custom)
    return Document(document.path, document.model, again)


def standard_input() -> bytes:
    """A text on standard input; raises `LimitError`, and does not wait for the end of one that is too long."""
    limits = limits_from_environment()
    data = sys.stdin.buffer.read(limits.max_text + 1) if sys.stdin is not None else b""
    limits.check_text("standard input", len(data))
    return data


class _StandardInput:
    """The files of a model that is only a text on standard input."""

    notices: list[str] = []

    def __init__(self) -> None:
        self._files = {"graph.nnef": BytesBlob("-", standard_input())}

    def names(self) -> list[str]:
        """All files."""
        return list(self._files)

    def find(self, name: str) -> BytesBlob | None:
        """One file."""
        return self._files.get(name)

    def close(self) -> None:
        """Nothing is open."""


WEIGHT_RULES = ("missing-weights", "weights-header")
"""Rules that are about data files; what reads none can do without."""


def has_errors(document: Document, doing: str = "run", *but: str) -> bool:
    """Whether a model has errors, those of the rules `but` left out; then they are on standard error.  To have no graph is
    one."""
    structure = document.analysis.structure
    errors = [] if structure.is_library else document.errors_but(*but)
    if errors:
        complain(f"{document.path} cannot {doing}, it has errors:")
        print("\n".join(map(visible, errors)), file=sys.stderr)
        hint = document.other_dialect()
        if hint:
            complain(hint)
    elif structure.graph is None:
        from ..ide.diagnostics import without_graph

        complain(f"{document.path} cannot {doing}: {without_graph(structure)}")
        return True
    return bool(errors)


def unflattenable(document: Document, error: Unflattenable) -> str:
    """The sentence for a graph that shows only in expansion that it cannot be expanded."""
    from ..ide.diagnostics import not_expanded

    line, reason = not_expanded(document.analysis, error)
    return f"{document.graph_path}:{line}: the graph cannot be expanded from here on{reason}"


def tolerance(text: str) -> float:
    """The type of an option that is a number from 0."""
    value = float(text)
    if not value >= 0:
        raise argparse.ArgumentTypeError(f"{text[:40]} is not a tolerance: expected a number from 0")
    return value


def add_dialect(parser: argparse.ArgumentParser) -> None:
    """The option `--dialect`."""
    parser.add_argument(
        "--dialect",
        choices=sorted(DIALECTS),
        help="read the graph so, whatever its text and the project's settings say",
    )


def add_trust(parser: argparse.ArgumentParser) -> None:
    """The option `--trust`."""
    parser.add_argument(
        "--trust",
        action="store_true",
        help="run the files of Python with custom operations that the project's settings name (docs/custom-operations.md)",
    )


def add_symbols(parser: argparse.ArgumentParser) -> None:
    """The option `--set`."""
    parser.add_argument("--set", metavar="SYMBOL=N", action="append", default=[], help="the value of a symbolic extent")


def add_run(parser: argparse.ArgumentParser) -> None:
    """The options of every command that runs a graph: `--engine`, `--dtype`, `--poison`."""
    others = ", ".join(dialect.engine for dialect in DIALECTS.values() if dialect.engine)
    parser.add_argument(
        "--engine",
        metavar="NAME",
        default="numpy",
        help=f"what runs it: numpy (default), {others}, onnxruntime or nnef-tools, if installed",
    )
    parser.add_argument(
        "--dtype", choices=["float32", "float64"], default="float32", help="what numbers are computed in"
    )
    parser.add_argument(
        "--poison", action="store_true", help="make memory that is read after it was given up show as NaN (slower)"
    )


def symbol_values(options: list[str]) -> dict[str, int]:
    """Values of symbolic extents from `SYMBOL=N` options; raises ValueError."""
    values = {}
    for option in options:
        name, equals, number = option.partition("=")
        if not equals or not number.strip().isdigit():
            raise ValueError(f"'{option}' does not say what number a symbol is: expected SYMBOL=N")
        values[name.strip()] = int(number)
    return values


def count_from(least: int) -> Callable[[str], int]:
    """The type of an option that is an integer, at least as large as this and none that no machine has."""

    def integer(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"'{text[:40]}' is not an integer") from None
        if not least <= value < 2**31:
            raise argparse.ArgumentTypeError(f"{text[:40]} is not between {least} and {2**31 - 1}")
        return value

    return integer


def complain(message: object) -> None:
    """One sentence on standard error."""
    print(f"nnef-lsp: {visible(str(message))}", file=sys.stderr)
