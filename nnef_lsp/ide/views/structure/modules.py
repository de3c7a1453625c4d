"""The modules that names and labels tell of: `model.layers.7.self_attn` of 'm.model.layers.7.self_attn.q_proj.weight'.

Exporters write them in labels (`Mixed_3b/Branch_0/weights`, `layer1.0.conv1.weight`) and some in the names of tensors, where
`__` stands between modules, and a list of modules has lost its name: `model___7__self_attn` is `model.layers.7.self_attn`.
What labels say of such lists is put back. Names come from files of strangers: only the beginning of a long one is read.
"""

from __future__ import annotations

import re
from functools import reduce

from .statements import Statements

Path = tuple[str, ...]

READ = 400
"""Characters of a name."""
DEEP = 12
"""Parts of a path."""

BEGINNING = ("pooling", "shape", "reduction", "matrix")
"""Kinds of operations that rather belong to what comes after them."""

_SPECIAL = re.compile(r"___{1,2}(and|or|xor|not|invert|eq|ne|lt|le|gt|ge|getitem|matmul|[ir]?(?:add|sub|mul|div))__")
"""Methods of Python whose names begin and end like those of modules: `mask___and__0`."""
_NUMBER = re.compile(r"\d{1,6}")


def modules(statements: Statements) -> dict[int, Path]:
    """The module of each drawn statement; () where nothing tells."""
    labels = {at: _label_path(statements, at) for at in statements.drawn}
    names = {at: _name_path(statements.nodes[at].id) for at in statements.drawn}
    lists = _lists(names, labels)
    found = {at: _one_of(_with_lists(names[at], lists), labels[at]) for at in statements.drawn}
    _hand_on(statements, names, found)
    return found


def _one_of(name: Path, label: Path) -> Path:
    """What the name says; its end may be a tensor's name, of which the label of the module's own weights knows nothing."""
    return label if not name or (label and _pattern(name[: len(label)]) == _pattern(label)) else name


def tail(name: str) -> str:
    """What a name says beside its modules: `q_proj` or `attention_mask`; without the number of an operation."""
    parts = _parts(_SPECIAL.sub(r"_\1_", _bare(name)[:READ]), None)
    return parts[-1] if parts else ""


def names_modules(name: str) -> bool:
    """Whether the name of a tensor says in which module it is."""
    return "__" in name[:READ] or "/" in name[:READ]


def _name_path(name: str) -> Path:
    return _parts(_SPECIAL.sub(r"_\1_", _bare(name)[:READ]), None)[:-1][:DEEP] if names_modules(name) else ()


def _bare(name: str) -> str:
    return name[2:-1] if name.startswith('i"') else name


def _parts(text: str, separator: str | None) -> Path:
    text = text[:READ]
    if separator is None:
        separator = "/" if "/" in text else "__"
    return tuple(bare for part in text.split(separator) if (bare := part.strip("_ ")))


def _label_path(statements: Statements, at: int) -> Path:
    """What the labels of a statement's weights have in common."""
    paths = [path for label in labels_of(statements, at) if (path := _path_of_label(label))]
    return reduce(common, paths) if paths else ()


def labels_of(statements: Statements, at: int) -> list[str]:
    """Labels of the variables that a statement reads, also through what only reshapes them."""
    found: list[str] = []
    waiting = [at]
    for _ in range(32):
        if not waiting:
            break
        here = waiting.pop()
        label = statements.nodes[here].label
        if label is not None and here != at:
            found.append(label)
        waiting += [source for source in statements.sources[here][:16] if not statements.is_drawn(source)]
    return found


def _path_of_label(label: str) -> Path:
    start = label[:READ]
    separator = "/" if "/" in start else "." if "." in start else "__"
    parts = _parts(label, separator)
    while len(parts) > 1 and parts[-1].isdigit():
        parts = parts[:-1]
    return parts[:-1][:DEEP]


def common(one: Path, two: Path) -> Path:
    """How two paths begin alike."""
    length = 0
    for a, b in zip(one, two, strict=False):
        if a != b:
            break
        length += 1
    return one[:length]


# --- lists of modules, whose names stand in labels only


def _lists(names: dict[int, Path], labels: dict[int, Path]) -> dict[Path, Path]:
    """Of beginnings of paths in names, numbers as "#": what labels call the list there. ("m", "#") -> ("layers",)."""
    found: dict[Path, Path] = {}
    for at, name in names.items():
        label = labels[at]
        there = 0
        for here, part in enumerate(name):
            number = _NUMBER.fullmatch(part) is not None
            if there < len(label) and label[there].lower() == part.lower():
                there += 1
            elif number and there + 1 < len(label) and label[there + 1] == part:
                found.setdefault(_pattern(name[: here + 1]), (label[there],))
                there += 2
            else:
                break
    return found


def _pattern(path: Path) -> Path:
    return tuple("#" if _NUMBER.fullmatch(part) else part.lower() for part in path)


def _with_lists(name: Path, lists: dict[Path, Path]) -> Path:
    pattern = _pattern(name)
    found: list[str] = []
    for at, part in enumerate(name):
        found += (*lists.get(pattern[: at + 1], ()), part)
    return tuple(found[:DEEP])


# --- statements that nothing names


def _hand_on(statements: Statements, names: dict[int, Path], found: dict[int, Path]) -> None:
    """A statement without a module of its own belongs where the last of those stands whose result it reads."""
    own = {at for at in statements.drawn if found[at]}
    if sum(bool(names[at]) for at in own) * 2 > len(statements.drawn):
        return  # names tell all that there is to know: what has none is outside
    if len(own) * 8 < len(statements.drawn):
        found.update(dict.fromkeys(statements.drawn, ()))
        return
    for at in statements.drawn:
        read = [source for source in statements.sources[at] if source in found]
        if found[at] or not read:
            continue
        if _begins(statements, at) and not own.intersection(read):
            reader = next((reader for reader in statements.readers[at] if reader in own), None)
            found[at] = () if reader is None else found[reader][:-1]
            continue
        last = read[-1] if len(read) == 1 else max(read)
        path = found[last][:-1] if last in own else found[last]
        if statements.nodes[at].operation == "concat":
            for source in read[:64]:
                path = common(path, found[source])
        found[at] = path


def _begins(statements: Statements, at: int) -> bool:
    """Whether an operation rather begins something than ends what it reads, as pooling does and an activation does not."""
    node = statements.nodes[at]
    return node.operation != "concat" and (node.kind in BEGINNING or "softmax" in node.operation)
