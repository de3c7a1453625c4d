"""The structure of a network: modules by name, repeats as one box, and at every level as many boxes as one looks at.

    for item in structure(body).items: ...      # a statement's number, or a Group

Every statement is in exactly one group, and every level is in an order in which it can run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from . import narrow, titles
from .groups import Group, Item, Sizes, first
from .modules import Path, common, labels_of, modules, names_modules
from .order import ordered
from .statements import Statements, read_statements

if TYPE_CHECKING:
    from ..graph import GraphBody

FLAT = 40
"""A network of no more operations than this is shown as it is, and no level has more boxes."""
VIEW = 25
"""Boxes of the first view, at most, and at least where there is more to show."""
FEW = 5
SMALL = 3
"""A module of fewer operations is not worth a box."""


@dataclass(slots=True)
class Structure:
    """What the boxes are; `folded` are the statements that are lines of text in those that read them."""

    items: list[Item]
    folded: set[int]
    names: dict[int, str]
    """What modules call a statement, where its operation alone is less: "q_proj"."""


def structure(body: GraphBody) -> Structure:
    """The structure of a graph or a fragment."""
    statements = read_statements(body)
    paths = modules(statements)
    folded = {at for at in range(len(body.nodes)) if not statements.is_drawn(at)}
    if len(statements.drawn) <= FLAT:
        return Structure(list(range(len(body.nodes))), folded, _names(paths))
    root = _by_module(ordered(statements, paths), paths)
    names = _names(paths)
    alone = {
        at for at in statements.drawn if body.nodes[at].kind == "input" or (at in names and labels_of(statements, at))
    }
    levels = _Levels(Sizes(statements), alone)
    levels.tidy(root)
    levels.spread(root, VIEW)
    tell = sum(names_modules(body.nodes[at].id) for at in statements.drawn)
    _name(root, statements, tell * 2 > len(statements.drawn))
    _number(root, statements)
    _add_folded(root, statements)
    return Structure(root.items, folded, names)


def _names(paths: dict[int, Path]) -> dict[int, str]:
    counts = Counter(paths.values())
    return {
        at: titles.module_title(path)
        for at, path in paths.items()
        if path and not path[-1].isdigit() and counts[path] <= SMALL
    }


def _by_module(order: list[int], paths: dict[int, Path]) -> Group:
    """Each run of statements of one module as a group, within the groups of the modules around it."""
    root = Group("module", (), [])
    around = [root]
    shared = [0, *(len(common(paths[one], paths[two])) for one, two in pairwise(order)), 0]
    for at, before, after in zip(order, shared, shared[1:], strict=False):
        path = paths[at][: max(before, after)]  # a group of one statement would not last
        while len(around) > 1 and around[-1].path != path[: len(around) - 1]:
            around.pop()
        while len(around) <= len(path):
            group = Group("module", path[: len(around)], [])
            around[-1].items.append(group)
            around.append(group)
        around[-1].items.append(at)
    return root


# --- which groups are worth a box


class _Levels:
    """Groups are at most as deep as paths are, and a few parts and repeats more."""

    def __init__(self, sizes: Sizes, alone: Container[int]) -> None:
        self.sizes = sizes
        self.alone = alone
        """Statements that stand by themselves: inputs, and modules of one operation with weights."""

    def tidy(self, group: Group) -> None:
        """What is worth a box."""
        for item in group.items:
            if isinstance(item, Group):
                self.tidy(item)
        self.dissolve_small(group)
        self.take_over(group)
        group.items = self.repeats_of_modules(group.items)
        self.sizes.settle(group)

    def spread(self, group: Group, crowd: int) -> None:
        """As many boxes at each level as one looks at, from the outermost inwards."""
        if group.kind == "module" and (crowd == VIEW or len(group.items) < SMALL):
            self.open_what_dominates(group, crowd)
        if len(group.items) > crowd or (crowd == VIEW and _boxes(group.items) >= FEW):
            group.items = self.gathered(group.items, crowd)
        if group.kind == "repeat":
            for turn, item in enumerate(group.items, 1):
                if isinstance(item, Group):
                    item.turns = (turn, turn)
        if len(group.items) > crowd:
            group.items = self.thinned(group.items, crowd)
        if crowd == VIEW:
            self.open_until_enough(group)
        for item in group.items:
            if isinstance(item, Group):
                self.spread(item, FLAT)

    def dissolve_small(self, group: Group) -> None:
        items: list[Item] = []
        for item in group.items:
            if isinstance(item, Group) and (item.size < SMALL or _is_one_repeat(item)):
                items += item.items
            else:
                items.append(item)
        group.items = items

    def take_over(self, group: Group) -> None:
        """A group with nothing but a group in it: one of them is enough, and of `layers.0` it is the layer."""
        while len(group.items) == 1 and isinstance(group.items[0], Group):
            inner = group.items[0]
            if inner.kind == "repeat":
                return
            if inner.path[-1:] and inner.path[-1].isdigit():
                group.path = inner.path
            group.items = inner.items

    def repeats_of_modules(self, items: list[Item]) -> list[Item]:
        """Equal modules in a row; a module that differs from its neighbours stands by itself."""
        if sum(isinstance(item, Group) for item in items) < 2:
            return items
        result: list[Item] = []
        run: list[Item] = []
        for item in [*items, -1]:
            if isinstance(item, Group):
                run.append(item)
                continue
            result += narrow.folded(self.sizes, run, None, FLAT) if len(run) > 1 else run
            result.append(item)
            run = []
        return result[:-1]

    def open_what_dominates(self, group: Group, crowd: int) -> None:
        """A part that is most of the whole is not a part of it: what is inside stands in its place."""
        while True:
            large = max(
                (at for at, item in enumerate(group.items) if isinstance(item, Group) and item.kind == "module"),
                key=lambda at: group.items[at].size,  # type: ignore[union-attr]
                default=None,
            )
            if large is None:
                return
            item = group.items[large]
            assert isinstance(item, Group)
            if item.size * 2 <= group.size or not self.opens(group, large, crowd):
                return

    def opens(self, group: Group, at: int, crowd: int) -> bool:
        """Puts what is in a part in its place, if there is room; beside other modules each says where it was."""
        item = group.items[at]
        assert isinstance(item, Group)
        others = [other for other in group.items if isinstance(other, Group) and other is not item]
        beside = {other.path[:-1] for other in others if _is_number(other)}
        opened = [*group.items[:at], *item.items, *group.items[at + 1 :]]
        if _boxes(opened) > crowd or (_is_number(item) and item.path[:-1] in beside):
            return False
        if item.kind == "module" and any(other.size * 8 > group.size for other in others):
            for inner in item.items:
                if isinstance(inner, Group):
                    in_list = titles.list_path(inner) == item.path
                    inner.within = item.within if in_list else titles.module_title(item.path)
        group.items = opened
        return True

    def gathered(self, items: list[Item], crowd: int) -> list[Item]:
        """What lies between modules, in parts."""
        plain = [item for item in items if isinstance(item, int)]
        if len(plain) == len(items):
            return narrow.parts(self.sizes, plain, crowd)
        result: list[Item] = []
        whole = sum(1 if isinstance(item, int) else item.size for item in items)
        run: list[int] = []
        for item in [*items, Group("part", (), [])]:
            if isinstance(item, int) and item not in self.alone:
                run.append(item)
                continue
            if len(run) > crowd and len(run) * 2 > whole:
                result += narrow.parts(self.sizes, run, crowd)
            elif len(run) > SMALL:
                inside: list[Item] = narrow.parts(self.sizes, run, FLAT) if len(run) > FLAT else [*run]
                part = Group("part", (), inside if len(inside) <= FLAT else self.thinned(inside, FLAT))
                result.append(self.sizes.settle(part))
            else:
                result += run
            result.append(item)
            run = []
        return result[:-1]

    def thinned(self, items: list[Item], crowd: int) -> list[Item]:
        """Too many boxes become parts of about equal length, again and again until one can look at them."""
        while len(items) > crowd:
            length = min(crowd, max(2, -(-len(items) // crowd), int(len(items) ** 0.5)))
            chunks = [items[at : at + length] for at in range(0, len(items), length)]
            items = [chunk[0] if len(chunk) == 1 else self.chunk(chunk) for chunk in chunks]
        return items

    def chunk(self, items: list[Item]) -> Group:
        group = self.sizes.settle(Group("part", (), items))
        ends = items[0], items[-1]
        if isinstance(ends[0], Group) and isinstance(ends[1], Group) and ends[0].turns and ends[1].turns:
            group.turns = (ends[0].turns[0], ends[1].turns[1])
        return group

    def open_until_enough(self, group: Group) -> None:
        """A first view of three boxes says little."""
        while len(group.items) < FEW:
            fit = [
                (item.kind == "repeat", item.size, at) for at, item in enumerate(group.items)
                if isinstance(item, Group) and len(group.items) + len(item.items) - 1 <= VIEW
                and (item.kind != "repeat" or item.times <= FEW)
            ]  # fmt: skip
            if not fit:
                return
            if not any(self.opens(group, at, VIEW) for *_, at in sorted(fit, reverse=True)):
                return


def _is_one_repeat(group: Group) -> bool:
    """Whether this is a list of equal modules and nothing else."""
    return len(group.items) == 1 and isinstance(group.items[0], Group) and group.items[0].kind == "repeat"


def _is_number(group: Group) -> bool:
    """Whether this is a module of a list: `layers.7`."""
    return bool(group.path) and group.path[-1].isdigit()


def _boxes(items: list[Item]) -> int:
    """How many boxes a level has when statements in a row between its groups are one."""
    boxes = run = 0
    for item in items:
        run = run + 1 if isinstance(item, int) else 0
        boxes += run <= SMALL
    return boxes


# --- names


def _name(root: Group, statements: Statements, named: bool) -> None:
    """Titles, from the innermost group outwards; the same title twice in a level gets numbers."""
    groups = _all(root)
    for group in reversed(groups):
        if group.kind == "repeat":
            group.title = titles.repeat_title(group)
        elif group.kind == "module" and group.path:
            inside = titles.description(statements, group.items, False) if titles.is_bare(group.path) else ""
            group.title = titles.module_title(group.path, inside)
        elif group.turns and group.turns[0] < group.turns[1]:
            group.title = titles.turns_title(group.items, group.turns)
        else:
            group.title = titles.description(statements, group.items, named)
    for group in groups:
        if group.kind == "part" and group.turns and group.turns[0] == group.turns[1] and " · " not in group.title:
            group.title = f"{group.title} {group.turns[0]}"
        if group.within:
            group.title = titles.clip(f"{group.within} {group.title}")
    for group in [root, *groups]:
        _distinguish(group)


def _distinguish(group: Group) -> None:
    same: dict[str, list[Group]] = {}
    for item in group.items:
        if isinstance(item, Group):
            same.setdefault(item.title, []).append(item)
    for title, alike in same.items():
        if len(alike) > 1 and alike[0].kind == "part" and " · " not in title:
            for number, item in enumerate(alike, 1):
                item.title = f"{title} {number}"


def _number(root: Group, statements: Statements) -> None:
    """Names of groups that stay when the text changes elsewhere: where they begin, and what they are."""
    used: dict[str, int] = {}
    for group in _all(root):
        kind = ".".join(group.path) if group.path else group.kind
        name = f"{kind[:200]}:{statements.nodes[first(group)].id[:200]}"
        used[name] = used.get(name, 0) + 1
        group.id = name if used[name] == 1 else f"{name}:{used[name]}"


def _add_folded(root: Group, statements: Statements) -> None:
    """Statements that are not drawn stand before the one that they belong to."""
    before: dict[int, list[int]] = {}
    for at, home in enumerate(statements.home):
        if home != at:
            before.setdefault(home, []).append(at)
    for group in [root, *_all(root)]:
        items: list[Item] = []
        for item in group.items:
            if isinstance(item, int):
                items += before.get(item, ())
            items.append(item)
        group.items = items


def _all(root: Group) -> list[Group]:
    """All groups below one, outer ones first."""
    found: list[Group] = []
    waiting = [root]
    while waiting:
        inside = [item for item in waiting.pop().items if isinstance(item, Group)]
        found += inside
        waiting += inside
    return found
