"""What a person would call a part of a network."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from .groups import Group, Item, leaves
from .modules import Path, tail
from .statements import Statements

LONG = 60
"""Characters of a title; a word of a hostile name may have a million."""
MANY = 400
"""More statements than this are not looked at as one thing."""
LOOKED_AT = 2000
"""Statements that a description looks at."""

ACTIVATED = ("sigmoid", "relu", "gelu", "silu", "erf", "tanh", "swish", "elu")
_DIALECT = re.compile(r"^[a-z]+_core_(?=[a-z])")
_OPERATION = re.compile(r".*?(?:_)?[a-z]*\d+$|output_?\d*$|.*_(?:shape|dim\d*)$")


def module_title(path: Path, inside: str = "") -> str:
    """Such as "self_attn", or "layer 7" of `layers.7`; a number alone is told with what is inside."""
    if not path:
        return inside
    last = path[-1]
    if not last.isdigit():
        return clip(last)
    around = path[-2] if len(path) > 1 and not path[-2].isdigit() else ""
    return clip(f"{singular(around) if around else inside or 'block'} {last}")


def is_bare(path: Path) -> bool:
    """Whether a module has a number and no word."""
    return path[-1].isdigit() and (len(path) == 1 or path[-2].isdigit())


def repeat_title(group: Group) -> str:
    """Such as "layers 1–46 (×46)", "layers 0–11 (2 × 6)", "residual block (×3)"."""
    reach = _reach(group.items)
    if reach:
        _, low, high = reach
        period = (high - low + 1) // group.times
        return clip(f"{_range(reach)} ({f'×{group.times}' if period <= 1 else f'{group.times} × {period}'})")
    ends = [_turn(group.items[0], 0), _turn(group.items[-1], -1)]
    inside = " … ".join(dict.fromkeys(ends)) if group.period == 1 else ends[0]
    return f"{inside[: LONG - 10]} (×{group.times})"


def turns_title(items: Sequence[Item], turns: tuple[int, int]) -> str:
    """Such as "layers 6–11" or "residual blocks 1–40": some of the turns of a repeat."""
    reach = _reach(items)
    if reach:
        return clip(_range(reach))
    word = _turn(items[0], 0)
    return clip(f"{plural(word) if word and ' · ' not in word else 'turns'} {turns[0]}–{turns[1]}")


def _turn(item: Item, end: int) -> str:
    """The title of the first (0) or last (-1) turn of a repeat."""
    while isinstance(item, Group) and item.turns and item.turns[0] < item.turns[1]:
        item = item.items[end]
    return item.title if isinstance(item, Group) else ""


def _reach(items: Sequence[Item]) -> tuple[str, int, int] | None:
    """The word and the numbers of a row of modules of one list."""
    low, high = numbered(items[0], 0), numbered(items[-1], -1)
    return (low[0], low[1], high[1]) if low and high and low[0] == high[0] and low[1] < high[1] else None


def _range(reach: tuple[str, int, int]) -> str:
    word, low, high = reach
    return f"{plural(word)} {low}–{high}"


def numbered(item: Item, end: int) -> tuple[str, int] | None:
    """Of the first (0) or last (-1) module in a part its word and number, if it has one: ("layer", 7)."""
    while isinstance(item, Group):
        if item.kind == "module":
            if not item.path or not item.path[-1].isdigit() or is_bare(item.path):
                return None
            return singular(item.path[-2]), int(item.path[-1][:9])
        item = item.items[end]
    return None


def list_path(item: Item) -> Path | None:
    """The list whose modules begin a part."""
    while isinstance(item, Group):
        if item.kind == "module":
            return item.path[:-1] if item.path and item.path[-1].isdigit() else None
        item = item.items[0]
    return None


def description(statements: Statements, items: Sequence[Item], named: bool) -> str:
    """Of a part that has no name: what comes out of it, or what it does."""
    reach = _reach(items)
    if reach:
        return clip(_range(reach))
    inside: list[int] = []
    for item in items:
        inside += islice(leaves(item), LOOKED_AT - len(inside))
    groups = list(dict.fromkeys(item.title for item in items if isinstance(item, Group)))
    many = len(inside) > MANY
    return (
        (result_name(statements, inside) if named else "")
        or ("" if many else recognized(statements, inside))
        or (_pieces(items, groups, statements) if groups else _chain(statements, inside))
    )


def _pieces(items: Sequence[Item], groups: list[str], statements: Statements) -> str:
    """Such as "inception block · max_pool": what stands in a part, if that is not much."""
    words = list(
        dict.fromkeys(
            item.title.removesuffix(" · …") if isinstance(item, Group) else operation(statements, item)
            for item in items
        )
    )
    return " · ".join(words) if len(words) <= 3 and len(" · ".join(words)) <= LONG else "part"


def result_name(statements: Statements, inside: Sequence[int]) -> str:
    """The name of the tensor that comes out of a part, if it is a word and not an operation with a number."""
    members = set(inside)
    for at in reversed(inside):
        if all(reader in members for reader in statements.readers[at]):
            continue
        name = tail(statements.nodes[at].id)
        if name and "." not in name and not _OPERATION.fullmatch(name.lower()[:LONG]):
            return clip(name.strip("_"))
    return ""


def recognized(statements: Statements, inside: Sequence[int]) -> str:
    """What has a name in the field, as "attention" or "residual block"; "" of other parts."""
    nodes = [statements.nodes[at] for at in inside]
    kinds = Counter(node.kind for node in nodes)
    words = Counter(node.operation for node in nodes)
    last = [node.operation for node in nodes[-3:]]
    if any("softmax" in word for word in words) and kinds["matrix"] >= 2:
        return "transformer block" if kinds["matrix"] >= 7 else "attention"
    if kinds["convolution"] and last[-1:] == ["concat"]:
        members = set(inside)
        outside = any(source not in members for source in statements.sources[inside[-1]])
        return "dense block" if outside else "inception block" if kinds["pooling"] else "branches"
    if kinds["convolution"] >= 2 and "add" in last:
        return "residual block"
    if kinds["matrix"] >= 2 and any(mark in word for word in words for mark in ACTIVATED):
        return "feed-forward"
    if "rsqrt" in words and kinds["reduction"]:
        return "normalization"
    return ""


def _chain(statements: Statements, inside: Sequence[int]) -> str:
    """Operations by name, each once, those that come first."""
    shown = [at for at in inside if statements.nodes[at].kind != "shape"] or inside
    names = list(dict.fromkeys(operation(statements, at).removesuffix("_normalization") for at in shown))
    return clip(" · ".join(names[:3]) + (" · …" if len(names) > 3 else ""))


def operation(statements: Statements, at: int) -> str:
    """What a statement does, without the name of a dialect."""
    name = statements.nodes[at].operation
    return "expression" if name == "=" else _DIALECT.sub("", name[:LONG])


def singular(word: str) -> str:
    if word.lower() in ("h", "layers"):
        return "layer"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def plural(word: str) -> str:
    return word if word.endswith("s") else f"{word}s"


def clip(text: str) -> str:
    return text if len(text) <= LONG else text[: LONG - 1] + "…"
