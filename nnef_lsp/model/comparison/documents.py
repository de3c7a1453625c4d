"""How two documents differ in what they say: header, fragments, inputs, outputs, statements, quantization.

Layout, comments, the order of independent statements and of named arguments are no difference.  Texts that do not parse
are compared as far as they are understood.

Not here: weights (`archive/statistics/changes.py`), how two models that differ are shown (`cli/diff.py`).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from ...syntax import nodes as n
from ...syntax.segments import STATEMENT, Segment
from ...syntax.source import Source
from ...syntax.spacing import one_line
from ...syntax.structure import Body, Structure, structure_of
from .canonical import Statement, canonical, statements_of
from .matching import Matching, Pairs


@dataclass(frozen=True)
class Changed:
    """Something that is in one of two documents only (the other text is None), or differs.

    `lines` are 1-based.  `note` tells what two equal texts do not.
    """

    name: str
    before: str | None
    after: str | None
    lines: tuple[int | None, int | None] = (None, None)
    note: str = ""

    @property
    def what(self) -> str:
        """'added', 'removed' or 'changed'."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"


@dataclass
class Comparison:
    """All differences; `renamed` are tensors and `labels` variables' labels, from the old name to the new one.

    `reordered` tells that statements stand in another order, which alone is no difference.
    """

    header: list[Changed] = field(default_factory=list)
    fragments: list[Changed] = field(default_factory=list)
    inputs: list[Changed] = field(default_factory=list)
    outputs: list[Changed] = field(default_factory=list)
    statements: list[Changed] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    quantization: list[Changed] = field(default_factory=list)
    reordered: bool = False

    @property
    def same(self) -> bool:
        """Whether both documents say the same in the same names."""
        parts = (
            self.header,
            self.fragments,
            self.inputs,
            self.outputs,
            self.statements,
            self.renamed,
            self.quantization,
        )
        return not any(parts)


class _Side(NamedTuple):
    source: Source
    structure: Structure
    statements: list[Statement]
    inputs: list[str]
    outputs: list[str]


def compare(
    before: Source, after: Source, quant_before: str | None = None, quant_after: str | None = None
) -> Comparison:
    """How a graph, and its quantization file if there is one, differs from another."""
    a, b = _side(before), _side(after)
    found = Comparison()
    _header(found, a, b)
    found.fragments = _fragments(a, b)
    pairs = Matching(
        a.statements, b.statements, _definers(a, b, a.inputs, b.inputs), _definers(a, b, a.outputs, b.outputs)
    ).pairs
    _statements(found, a, b, pairs)
    found.inputs = _interface(a.inputs, b.inputs, found.renamed)
    found.outputs = _interface(a.outputs, b.outputs, found.renamed)
    found.quantization = _quantization(quant_before or "", quant_after or "", found.renamed)
    return found


def _side(source: Source) -> _Side:
    structure = structure_of(source)
    body = structure.graph
    head = body.head.tree() if body else None
    inputs = [item.name for item in head.parameters] if isinstance(head, n.GraphHead) else []
    outputs = [item.name for item in head.results] if isinstance(head, n.GraphHead) else []
    return _Side(source, structure, statements_of(body.statements(source) if body else ()), inputs, outputs)


# -- header, fragments, interface --------------------------------------------------------------------------------


def _header(found: Comparison, a: _Side, b: _Side) -> None:
    for name, mine, other in (
        ("version", _text(a.structure.version), _text(b.structure.version)),
        ("graph", _graph_name(a.structure), _graph_name(b.structure)),
    ):
        if mine != other:
            found.header.append(Changed(name, mine, other))
    mine_all, other_all = _extensions(a.structure), _extensions(b.structure)
    found.header += [Changed("extension", text, None) for text in mine_all if text not in other_all]
    found.header += [Changed("extension", None, text) for text in other_all if text not in mine_all]


def _text(segment: Segment | None) -> str | None:
    return None if segment is None else one_line(segment.text)


def _graph_name(structure: Structure) -> str | None:
    head = structure.graph.head.tree() if structure.graph else None
    return (
        f"graph {head.name.name}"
        if isinstance(head, n.GraphHead)
        else _text(structure.graph.head if structure.graph else None)
    )


def _extensions(structure: Structure) -> list[str]:
    """One text for each extension: `extension A, B;` declares two."""
    found: dict[str, None] = {}
    for segment in structure.extensions:
        node = segment.tree()
        if isinstance(node, n.Extension) and not node.payload:
            found.update(dict.fromkeys(f"extension {name.name};" for name in node.names))
        elif isinstance(node, n.Extension):
            found[f"extension {node.names[0].name} {' '.join(node.payload.split())};"] = None
        else:
            found[one_line(segment.text)] = None
    return list(found)


def _fragments(a: _Side, b: _Side) -> list[Changed]:
    mine, other = ({_fragment_name(body): body for body in side.structure.fragments} for side in (a, b))
    found = []
    for name in dict.fromkeys([*mine, *other]):
        x, y = mine.get(name), other.get(name)
        if x is None or y is None or _meaning(a, x) != _meaning(b, y):
            texts = _body_text(a, x) if x else None, _body_text(b, y) if y else None
            lines = _line(a.source, x.head) if x else None, _line(b.source, y.head) if y else None
            found.append(Changed(name, *texts, lines))
    return found


def _fragment_name(body: Body) -> str:
    head = body.head.tree()
    return head.name.name if isinstance(head, n.FragmentHead) else one_line(body.head.text)


def _meaning(side: _Side, body: Body) -> list[object]:
    head = body.head.tree()
    meaning: list[object] = [canonical(head) if head is not None else one_line(body.head.text), body.has_statements]
    for segment in body.statements(side.source):
        tree = segment.tree()
        words = segment.words
        parts = (
            [words[part] if isinstance(part, int) else part for part in canonical(tree)]
            if tree
            else [one_line(segment.text)]
        )
        meaning.append(parts)
    return meaning


def _body_text(side: _Side, body: Body) -> str:
    """The whole fragment, one statement per line."""
    head = one_line(body.head.text)
    if not body.has_statements:
        return head
    lines = [f"    {one_line(segment.text)}" for segment in body.statements(side.source)]
    return "\n".join([head.removesuffix("{").rstrip(), "{", *lines, "}"])


def _interface(before: list[str], after: list[str], renamed: dict[str, str]) -> list[Changed]:
    """Inputs or outputs that came, went, or stand elsewhere; one that is only called differently is among the renamed."""
    kept = [renamed.get(name, name) for name in before]
    found = [Changed(old, old, None) for old, new in zip(before, kept) if new not in after]
    found += [Changed(new, None, new) for new in after if new not in kept]
    if not found and kept != after:
        found.append(Changed("order", ", ".join(before), ", ".join(after)))
    return found


def _definers(a: _Side, b: _Side, before: list[str], after: list[str]) -> Pairs:
    """Statements that define corresponding inputs or outputs: those of the same name, then the others in order."""
    same = [name for name in before if name in after]
    names = [(name, name) for name in same]
    names += zip([name for name in before if name not in same], [name for name in after if name not in same])
    mine, other = ({name: item.index for item in side.statements for name in item.defines} for side in (a, b))
    return [(mine[x], other[y]) for x, y in names if x in mine and y in other]


# -- statements --------------------------------------------------------------------------------------------------


def _statements(found: Comparison, a: _Side, b: _Side, pairs: dict[int, int]) -> None:
    ordered: list[tuple[tuple[float, int], Changed]] = []
    matched = sorted(pairs)
    back = {j: i for i, j in pairs.items()}
    for item in a.statements:
        if item.index not in pairs:
            at = bisect_right(matched, item.index)
            place = pairs[matched[at - 1]] + 0.5 if at else -0.5
            changed = Changed(_name(item), one_line(item.segment.text), None, (_line(a.source, item.segment), None))
            ordered.append(((place, item.index), changed))
    for item in b.statements:
        if item.index not in back:
            changed = Changed(_name(item), None, one_line(item.segment.text), (None, _line(b.source, item.segment)))
            ordered.append(((item.index, 0), changed))
            continue
        mine = a.statements[back[item.index]]
        for old, new in zip(mine.defines, item.defines):
            if old != new:
                found.renamed[old] = new
        for old, new in zip(mine.labels, item.labels):
            if old != new:
                found.labels[old] = new
        if not _same(mine, item, pairs):
            ordered.append(((item.index, 0), _changed(a, b, mine, item)))
    found.statements = [changed for _, changed in sorted(ordered, key=lambda entry: entry[0])]
    images = [pairs[i] for i in matched]
    found.reordered = images != sorted(images)


def _same(mine: Statement, other: Statement, pairs: dict[int, int]) -> bool:
    if mine.key != other.key or mine.labels != other.labels or len(mine.defines) != len(other.defines):
        return False
    return all(pairs.get(x.statement) == y.statement and x.result == y.result for x, y in zip(mine.links, other.links))


def _changed(a: _Side, b: _Side, mine: Statement, other: Statement) -> Changed:
    before, after = one_line(mine.segment.text), one_line(other.segment.text)
    note = "the same text, but what it reads is another tensor" if before == after else ""
    lines = _line(a.source, mine.segment), _line(b.source, other.segment)
    return Changed(_name(other), before, after, lines, note)


def _name(item: Statement) -> str:
    return ", ".join(item.defines)


def _line(source: Source, segment: Segment) -> int:
    return source.position_in(segment, segment.blank_start).line + 1


# -- quantization ------------------------------------------------------------------------------------------------


def _quantization(before: str, after: str, renamed: dict[str, str]) -> list[Changed]:
    mine, other = _entries(before), _entries(after)
    found = []
    for name, (meaning, text) in mine.items():
        new = renamed.get(name, name)
        if new not in other:
            found.append(Changed(name, text, None))
        elif other[new][0] != meaning:
            found.append(Changed(name, text, other[new][1]))
    kept = {renamed.get(name, name) for name in mine}
    return found + [Changed(name, None, text) for name, (_, text) in other.items() if name not in kept]


def _entries(text: str) -> dict[str, tuple[list[object], str]]:
    """Name of a tensor -> what its entry says, and its text."""
    found: dict[str, tuple[list[object], str]] = {}
    for segment in Source(text, "quant"):
        tree = segment.tree()
        if isinstance(tree, n.Quantization):
            words = segment.words
            meaning = [words[part] if isinstance(part, int) else part for part in canonical(tree.invocation)]
            found[tree.key.value] = meaning, one_line(segment.text)
        elif segment.kind == STATEMENT:
            found[one_line(segment.text)] = [], one_line(segment.text)
    return found
