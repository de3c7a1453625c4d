"""What a PATH on the command line stands for: a model, its graph's source, and the analysis of it.

Not here: commands.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..archive import ArchiveError, Model, open_model
from ..ide.model_weights import ModelWeights
from ..model.analysis import Analysis
from ..model.dialect import DIALECTS, Dialect
from ..syntax.source import Source
from .drawing import visible

if TYPE_CHECKING:
    from ..model.flatten import Unflattenable

__all__ = ["ArchiveError", "Document", "add_dialect", "complain", "count_from", "has_errors", "open_document", "unflattenable"]


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
    def errors(self) -> list[str]:
        """The errors of the graph, each on a line with its place; empty if it can run."""
        from ..rules import diagnose

        found = []
        for diagnostic in diagnose(self.analysis):
            if diagnostic.severity == "error":
                at = self.analysis.source.position_in(diagnostic.segment, diagnostic.start)
                found.append((at, f"{self.graph_path}:{at.line + 1}:{at.column + 1}: {diagnostic.message}"))
        return [text for _, text in sorted(found)]


def open_document(path: str, dialect: str | None = None) -> Document:
    """Open and analyse; raises `ArchiveError`."""
    model = open_model(path)
    fixed: Dialect | None = DIALECTS[dialect] if dialect else None
    analysis = Analysis(Source(model.graph_text()), fixed, ModelWeights(model))
    return Document(path, model, analysis)


def has_errors(document: Document) -> bool:
    """Whether a model cannot run; then its errors are on standard error."""
    errors = document.errors
    if errors:
        complain(f"{document.path} cannot run, it has errors:")
        print("\n".join(map(visible, errors)), file=sys.stderr)
    return bool(errors)


def unflattenable(document: Document, error: Unflattenable) -> str:
    """The sentence for a graph that shows only in expansion that it cannot be expanded."""
    at = document.analysis.source.position_in(error.segment, error.segment.blank_start)
    return f"{document.graph_path}:{at.line + 1}: the graph cannot be expanded from here on"


def add_dialect(parser: argparse.ArgumentParser) -> None:
    """The option `--dialect`."""
    parser.add_argument("--dialect", choices=sorted(DIALECTS), help="read the graph so, instead of detecting its dialect")


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
            raise argparse.ArgumentTypeError(f"'{text[:40]}' is no integer") from None
        if not least <= value < 2**31:
            raise argparse.ArgumentTypeError(f"{text[:40]} is not between {least} and {2**31 - 1}")
        return value

    return integer


def complain(message: object) -> None:
    """One sentence on standard error."""
    print(f"nnef-lsp: {visible(str(message))}", file=sys.stderr)
