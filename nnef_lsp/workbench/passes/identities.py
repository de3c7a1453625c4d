"""Statements that give what they are given, and transposes and changes of shape that follow each other."""

from __future__ import annotations

from ...ide.text.place import Edit, Place
from ...model.flattening.flat_graph import TensorName
from ...project.opening import Document
from ..change import Change
from ..statements import Graph, Statement
from ..words import listed

NAME = "identities"
_VIEWS = ("reshape", "squeeze", "unsqueeze")
_NEUTRAL = {"mul": (1.0, True), "div": (1.0, False), "add": (0.0, True), "sub": (0.0, False), "pow": (1.0, False)}
"""Operands that leave the other one as it is; whether they may stand on either side."""


def apply(document: Document) -> Change | None:
    """Let readers read what stands before, and merge two into one."""
    graph = Graph(document)
    edits: list[Edit] = []
    gone: list[str] = []
    merged: list[str] = []
    touched: set[int] = set()

    def take(statement: Statement, found: list[Edit]) -> bool:
        segments = {id(statement.segment), *(id(edit.place.segment) for edit in found)}
        if not touched.isdisjoint(segments):
            return False  # in the next round
        touched.update(segments)
        edits.extend(found)
        return True

    for name, statement in graph.statements.items():
        source = _given(graph, statement)
        if source is not None and graph.can_be_renamed(name) and graph.is_single(source):
            if take(statement, [*graph.renamed_uses(name, source), graph.without(statement.segment)]):
                gone.append(f"{name} ({statement.operation})")
            continue
        text = _merged(graph, statement)
        if text is not None and take(statement, [text]):
            merged.append(name)
    if not edits:
        return None
    told = [f"gives what it is given: {listed(gone)}"] if gone else []
    told += [f"two after each other are one: {listed(merged)}"] if merged else []
    return graph.change(edits, told)


def _given(graph: Graph, statement: Statement) -> str | None:
    """The tensor that a statement gives back as it is."""
    invocation, inputs = statement.invocation, statement.invocation.inputs
    if statement.operation in _NEUTRAL:
        return _neutral(graph, statement)
    source = inputs[0] if inputs else None
    if statement.operation == "concat" and isinstance(source, list) and len(source) == 1:
        source = source[0]
    if not isinstance(source, TensorName) or not _same(graph, source.name, statement.name):
        return None
    operation = statement.operation
    if operation in ("copy", "concat", *_VIEWS, graph.analysis.dialect.cast):
        return source.name
    if operation == "transpose":
        axes = invocation.ints("axes")
        return source.name if axes == list(range(len(axes))) else None
    if operation == "pad":
        return source.name if all(pair == (0, 0) for pair in invocation.pairs("padding")) else None
    if operation == "slice":
        return source.name if all(step == 1 for step in invocation.ints("stride")) else None
    if operation == "tile":
        return source.name if all(count == 1 for count in invocation.ints("repeats")) else None
    return None


def _neutral(graph: Graph, statement: Statement) -> str | None:
    number, either = _NEUTRAL[statement.operation]
    left, right = statement.invocation.inputs[:2]
    for item, other in ((left, right), (right, left)) if either else ((left, right),):
        if isinstance(item, TensorName) and isinstance(other, (int, float)) and not isinstance(other, bool):
            if other == number and _same(graph, item.name, statement.name):
                return item.name
    return None


def _same(graph: Graph, a: str, b: str) -> bool:
    """Whether two tensors have one type and one known shape."""
    first, second = graph.fact(a), graph.fact(b)
    if first is None or second is None or graph.shape(a) is None:
        return False
    return first.dtype == second.dtype and graph.shape(a) == graph.shape(b)


def _merged(graph: Graph, statement: Statement) -> Edit | None:
    """The invocation of a statement that does what it and the one before it do."""
    inner = graph.maker(statement.invocation.inputs[0]) if statement.invocation.inputs else None
    if inner is None or not inner.invocation.inputs or inner.name in graph.quantized:
        return None
    source = inner.invocation.inputs[0]
    operand = graph.argument(inner, _first(graph, inner))
    if not isinstance(source, TensorName) or operand is None or not graph.is_single(source.name):
        return None
    begin = inner.segment.text[operand.value.start : operand.value.end]
    if statement.operation == inner.operation == "transpose":
        rank = len(graph.shape(statement.name) or ())
        p, q = (_whole(item.invocation.ints("axes"), rank) for item in (inner, statement))
        text = f"transpose({begin}, axes = {[p[axis] for axis in q]})" if rank else None
    elif statement.operation in _VIEWS and inner.operation in _VIEWS and graph.is_read_once(inner.name, statement):
        shape = graph.shape(statement.name)
        text = None if shape is None or not shape else f"reshape({begin}, shape = {list(shape)})"
    else:
        return None
    if text is None:
        return None
    return Edit(Place(statement.segment, statement.tree.start, statement.tree.end), text)


def _first(graph: Graph, statement: Statement) -> str:
    return graph.analysis.operations[statement.operation].parameters[0].name


def _whole(axes: list[int], rank: int) -> list[int]:
    """Axes of a transpose for all dimensions."""
    return [*axes, *range(len(axes), rank)]
