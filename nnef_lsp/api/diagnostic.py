"""What is wrong with a model, as a Python program reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ..rules import Diagnostic as Found
from ..syntax.source import Source


@dataclass(frozen=True)
class Diagnostic:
    """One mistake at one place.  Lines and columns count from 1; the end is behind the last character.

    `rule` is the name under which `nnef-lsp explain` has a page; `file` the file that the place is in.
    """

    rule: str
    severity: Literal["error", "warning", "information", "hint"]
    message: str
    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.severity}[{self.rule}]: {self.message}"


class ModelError(Exception):
    """A model that cannot be read, is wrong, or cannot do what is asked; the text is one sentence.

    `diagnostics` are the mistakes in the model, if these are the reason.
    """

    def __init__(self, message: str, diagnostics: Sequence[Diagnostic] = ()) -> None:
        super().__init__(message)
        self.diagnostics = list(diagnostics)


def diagnostics_in(file: str, source: Source, found: Iterable[Found]) -> list[Diagnostic]:
    """What the rules found in a text, in its order."""
    listed = []
    for item in found:
        start, end = source.position_in(item.segment, item.start), source.position_in(item.segment, item.end)
        place = start.line + 1, start.column + 1, end.line + 1, end.column + 1
        listed.append(Diagnostic(item.rule, item.severity, item.message, file, *place))
    return sorted(listed, key=lambda item: (item.line, item.column, item.rule))
