"""Parts of a list of statements that nothing names: cut where few tensors pass, folded where it repeats."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from .groups import Group, Item, Sizes
from .repeats import repeats
from .statements import Statements

HEAVY = ("convolution", "matrix", "pooling", "fragment")
"""Kinds of operations that begin something; what follows them in a chain (normalization, activation) belongs to them."""
SHORT = 3
"""So few boxes are not looked through for what repeats."""


def parts(sizes: Sizes, inside: Sequence[int], crowd: int) -> list[Item]:
    """Boxes for statements in an order in which they can run."""
    statements = sizes.statements
    live = passing(statements, inside)
    pieces = _pieces(statements, inside, live)
    if len(pieces) < 3:
        items: list[Item] = list(inside)
        return folded(sizes, items, live, crowd)
    items = []
    for piece in pieces:
        if len(piece) == 1:
            items.append(piece[0])
        else:
            group = sizes.settle(Group("part", (), list(piece)))
            if len(piece) > crowd:
                group.items = folded(sizes, group.items, passing(statements, piece), crowd)
                group = sizes.settle(group)
            items.append(group)
    return folded(sizes, items, None, crowd)


def folded(sizes: Sizes, items: list[Item], cuts: Sequence[int] | None, crowd: int) -> list[Item]:
    """A list of boxes with what repeats in it as one: first equal neighbours, then longer runs."""
    items = _alike(sizes, items)
    if len(items) <= SHORT:
        return items
    found = repeats([sizes.code(item) for item in items], cuts if cuts and len(cuts) == len(items) else None)
    result: list[Item] = []
    at = 0
    for repeat in found:
        turns = [items[turn : turn + repeat.period] for turn in range(repeat.start, repeat.end, repeat.period)]
        size = sum(1 if isinstance(item, int) else item.size for item in turns[0])
        if size < 2 or (size < 3 and repeat.times < 4):
            continue
        result += items[at : repeat.start]
        result.append(repeated(sizes, turns, crowd))
        at = repeat.end
    return result + items[at:]


def _alike(sizes: Sizes, items: list[Item]) -> list[Item]:
    """Equal groups side by side as one."""
    result: list[Item] = []
    for _, run in groupby(items, key=sizes.code):
        alike = list(run)
        groups = len(alike) > 1 and isinstance(alike[0], Group)
        result += [repeated(sizes, [[item] for item in alike], 0)] if groups else alike
    return result


def repeated(sizes: Sizes, turns: list[list[Item]], crowd: int) -> Group:
    """Equal runs as one box with a box for each."""
    inside: list[Item] = []
    for turn in turns:
        if len(turn) == 1 and isinstance(turn[0], Group):
            inside.append(turn[0])
        else:
            content = folded(sizes, turn, None, crowd) if len(turn) > crowd else turn
            inside.append(sizes.settle(Group("part", (), content)))
    return sizes.settle(Group("repeat", (), inside, times=len(turns), period=len(turns[0])))


def passing(statements: Statements, inside: Sequence[int]) -> list[int]:
    """Before each statement: how many tensors made so far are read from here on. What is read much later is not counted:
    a position or a mask that all layers read, the long ways across of a U-Net."""
    place = {at: position for position, at in enumerate(inside)}
    long = max(64, len(inside) // 4)
    change = [0] * (len(inside) + 1)
    for at, position in place.items():
        reads = [place[reader] for reader in statements.readers[at] if reader in place]
        last = max((read for read in reads if read - position <= long), default=position)
        change[position + 1] += 1
        change[max(last, position) + 1] -= 1
    live, now = [], 0
    for step in change[:-1]:
        now += step
        live.append(now)
    return live


def _pieces(statements: Statements, inside: Sequence[int], live: Sequence[int]) -> list[list[int]]:
    """Between places that one tensor passes; a chain there is cut before each operation that is heavy."""
    pieces: list[list[int]] = []
    chain = False
    start = 0
    for at in range(1, len(inside) + 1):
        if at < len(inside) and live[at] > 1:
            continue
        single = at - start == 1
        kind = statements.nodes[inside[start]].kind
        tail = single and kind == "activation" and "softmax" not in statements.nodes[inside[start]].operation
        light = single and kind not in (*HEAVY, "input")
        if pieces and ((light and chain) or (tail and len(pieces[-1]) > 1)):
            pieces[-1].append(inside[start])
        else:
            pieces.append(list(inside[start:at]))
            chain = single and kind != "input"
        start = at
    return pieces
