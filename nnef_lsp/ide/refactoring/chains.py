"""A chain of nested invocations as a statement for each, and back.

Not here: one nested invocation, one name (`names.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.operations.declarations import Operation
from ...syntax import nodes as n
from ...syntax.segments import Segment
from ..describe import plural
from ..text.place import Edit, Place
from .names import as_operand, stays_apart, why_not_inline
from .offers import EXTRACT, INLINE, Refactoring, Selected, fresh_name, identifiers, line_above, without_statement

MOST = 50
"""Statements that are joined to one."""


def split_chain(chosen: Selected) -> Refactoring | None:
    """A statement for each invocation that is nested in the one at the cursor."""
    statement = chosen.statements[0]
    tree = statement.tree()
    if len(chosen.statements) > 1 or not isinstance(tree, n.Assignment):
        return None
    operations = chosen.analysis.operations
    nested = [node for node in _inner_first(tree.value) if _is_tensor(operations.get(node.callee.name))]
    if not nested:
        return None
    title = f"Give each nested invocation a name ({plural(len(nested) + 1, 'statement')})"
    if "#" in statement.text[statement.blank_start :]:
        return Refactoring(title, EXTRACT, (), "there is a comment within the statement")
    names: dict[int, str] = {}
    lines = []
    for node in nested:
        name = fresh_name(chosen.analysis, operations[node.callee.name].results[0].name, names.values())
        lines.append(f"{name} = {_text(statement, node, names)};")
        names[id(node)] = name
    at, indent = line_above(statement)
    above = "".join([f"{line}\n{indent}" for line in lines])
    edits = (
        Edit(Place(statement, at, at), above),
        Edit(Place(statement, tree.value.start, tree.value.end), _text(statement, tree.value, names)),
    )
    return Refactoring(title, EXTRACT, edits)


def _inner_first(value: n.Node) -> Iterator[n.Invocation]:
    """The invocations within a value that are always evaluated, each behind those within it."""
    for child in value.children() if not isinstance(value, n.Argument) else [value.value]:
        if isinstance(child, (n.Comprehension, n.IfElse)) or (isinstance(child, n.Array) and _is_long(child)):
            continue
        yield from _inner_first(child)
        if isinstance(child, n.Invocation):
            yield child


def _is_long(array: n.Array) -> bool:
    return not isinstance(array.items, list)


def _is_tensor(operation: Operation | None) -> bool:
    return operation is not None and len(operation.results) == 1 and operation.results[0].type.kind == "tensor"


def _text(statement: Segment, node: n.Node, names: dict[int, str]) -> str:
    """The text of a node with names in place of the invocations that have one."""
    if id(node) in names:
        return names[id(node)]
    text, at = "", node.start
    for inner in _outermost(node, names):
        text += statement.text[at : inner.start] + names[id(inner)]
        at = inner.end
    return text + statement.text[at : node.end]


def _outermost(node: n.Node, names: dict[int, str]) -> Iterator[n.Node]:
    for child in sorted(node.children(), key=lambda child: child.start) if not _is_numbers(node) else ():
        if id(child) in names:
            yield child
        else:
            yield from _outermost(child, names)


def _is_numbers(node: n.Node) -> bool:
    return isinstance(node, n.Array) and _is_long(node)


def join_chain(chosen: Selected) -> Refactoring | None:
    """The statements that only the one at the cursor needs, and those that only these need, as one."""
    statement = chosen.statements[0]
    tree = statement.tree()
    if len(chosen.statements) > 1 or not chosen.in_graph or not isinstance(tree, n.Assignment):
        return None
    joined: list[Segment] = []
    reasons: list[str] = []
    text = _joined(chosen, statement, joined, reasons)
    if not joined:
        needs = next((reason for reason in reasons if "need 'extension" in reason), "")
        return Refactoring("Join the statements that only this one needs", INLINE, (), needs) if needs else None
    title = f"Join {len(joined) + 1} statements to one"
    if "#" in statement.text[statement.blank_start :]:
        return Refactoring(title, INLINE, (), "there is a comment within the statement")
    edits = tuple(without_statement(other) for other in joined)
    return Refactoring(title, INLINE, (*edits, Edit(Place(statement, tree.value.start, tree.value.end), text)))


def _joined(chosen: Selected, statement: Segment, joined: list[Segment], reasons: list[str]) -> str:
    """The value of a statement with the values of others in place of their names."""
    analysis, tree = chosen.analysis, statement.tree()
    assert isinstance(tree, n.Assignment)
    text, at = "", tree.value.start
    for node in sorted(identifiers(tree.value), key=lambda node: node.start):
        definer = analysis.definer_before(node.name, statement)
        inner = definer.tree() if definer is not None else None
        if definer is None or not isinstance(inner, n.Assignment) or not isinstance(inner.target, n.Identifier):
            continue
        if definer.problems or stays_apart(analysis, definer) or len(joined) >= MOST:
            continue
        reason = why_not_inline(analysis, definer, node.name)
        if reason:
            reasons.append(reason)
            continue
        joined.append(definer)
        whole = node is tree.value
        value = _joined(chosen, definer, joined, reasons)
        text += statement.text[at : node.start] + (value if whole else as_operand(definer, value))
        at = node.end
    return text + statement.text[at : tree.value.end]
