"""The items of completion: what is offered, and as what."""

from __future__ import annotations

from dataclasses import dataclass

from ..text.place import Edit

OPERATION, TENSOR, PARAMETER, STRING, KEYWORD, TYPE, EXTENSION_NAME, SNIPPET, FILE, SYMBOL = (
    "operation", "tensor", "parameter", "string", "keyword", "type", "extension", "snippet", "file", "symbol",
)  # fmt: skip
MOST = 250
"""Names of tensors that are offered at once; more come when more is typed."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something to insert; `snippet` is the text with places to fill in, if that differs from the label.

    `registry` is what the document must enable for it: the caller adds `enabling` that.  `edits` are made along with it.
    """

    label: str
    kind: str
    detail: str = ""
    snippet: str | None = None
    rank: str = "5"
    documentation: str = ""
    registry: str = ""
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Completion:
    """`start` and `end` are the bounds of what an item replaces: the word that the cursor is in, behind it too.

    `complete` is false if typing more may find others.
    """

    start: int
    end: int
    items: list[Item]
    complete: bool = True
