"""A part of a network: statements and smaller parts, under a name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from .modules import Path
from .statements import Statements

Kind = Literal["module", "repeat", "part"]


@dataclass(slots=True)
class Group:
    """One box. `module`: what names tell; `repeat`: equal parts in a row; `part`: what lies between those."""

    kind: Kind
    path: Path
    items: list[Item]
    title: str = ""
    times: int = 0
    period: int = 1
    turns: tuple[int, int] | None = None
    """Of a part of a repeat, which of its turns it holds, counted from 1."""
    within: str = ""
    """Of a module that was opened beside others: what it was in, which its title has to say."""
    id: str = ""
    size: int = 0
    """Drawn statements inside."""
    code: int = -1


Item = int | Group


@dataclass(slots=True)
class Sizes:
    """Sizes of groups, and codes that equal groups share."""

    statements: Statements
    known: dict[tuple[int, ...], int] = field(default_factory=dict)

    def code(self, item: Item) -> int:
        return self.statements.codes[item] if isinstance(item, int) else item.code

    def settle(self, group: Group) -> Group:
        """After what is in a group has changed."""
        group.size = sum(1 if isinstance(item, int) else item.size for item in group.items)
        codes = tuple(sorted(self.code(item) for item in group.items))  # branches may be written in any order
        group.code = self.known.setdefault(codes, -2 - len(self.known))
        return group


def leaves(item: Item) -> Iterator[int]:
    """The statements in a part, in the order of its boxes."""
    waiting = [item]
    while waiting:
        here = waiting.pop()
        if isinstance(here, int):
            yield here
        else:
            waiting.extend(reversed(here.items))


def first(item: Item) -> int:
    """The first statement of a part."""
    while not isinstance(item, int):
        item = item.items[0]
    return item
