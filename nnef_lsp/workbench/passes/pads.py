"""A `pad` with zeros before an operation with a window becomes padding of the window."""

from __future__ import annotations

from ...ide.text.place import Edit, Place
from ...model.flattening.flat_graph import TensorName
from ...project.opening import Document
from ..change import Change
from ..statements import Graph, Statement

NAME = "pads"
_ALL_AXES = ("box", "avg_pool", "max_pool", "rms_pool")
"""Windows over every dimension; those of `conv` are over the spatial ones."""


def apply(document: Document) -> Change | None:
    """Move it."""
    graph = Graph(document)
    edits: list[Edit] = []
    told: list[str] = []
    touched: set[int] = set()
    for statement in graph.statements.values():
        padding = _summed(graph, statement)
        if padding is None:
            continue
        source = statement.invocation.inputs[0]
        assert isinstance(source, TensorName)
        pad = graph.statements[source.name]
        operand = graph.argument(pad, "input")
        taken = graph.argument(statement, "input")
        if operand is None or taken is None or {id(pad.segment), id(statement.segment)} & touched:
            continue
        touched |= {id(pad.segment), id(statement.segment)}
        begin = pad.segment.text[operand.value.start : operand.value.end]
        behind = "filter" if statement.operation == "conv" else "size"
        edits += [
            Edit(Place(statement.segment, taken.value.start, taken.value.end), begin),
            graph.with_argument(statement, "padding", f"[{', '.join(map(str, padding))}]", behind),
            graph.without(pad.segment),
        ]
        told.append(f"padding {pad.name} goes into {statement.operation} {statement.name}")
    return graph.change(edits, told) if edits else None


def _summed(graph: Graph, statement: Statement) -> list[tuple[int, int]] | None:
    """The padding of a window with that of a `pad` before it."""
    if statement.operation != "conv" and statement.operation not in _ALL_AXES:
        return None
    pad = graph.maker(statement.invocation.inputs[0])
    own = statement.invocation.pairs("padding")
    if pad is None or pad.operation != "pad" or not own or not graph.is_read_once(pad.name, statement):
        return None
    if pad.name in graph.quantized or statement.invocation.attributes.get("border") != "constant":
        return None
    value = pad.invocation.attributes.get("value", 0.0)
    if pad.invocation.attributes.get("border") != "constant" or value != 0.0:
        return None
    outer = pad.invocation.pairs("padding")
    spatial = outer[2:] if statement.operation == "conv" else outer
    if any(pair != (0, 0) for pair in outer[: len(outer) - len(spatial)]) or len(spatial) != len(own):
        return None
    if any(number < 0 for pair in (*outer, *own) for number in pair):
        return None
    return [(a + c, b + d) for (a, b), (c, d) in zip(spatial, own, strict=True)]
