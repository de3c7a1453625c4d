"""Flattening an invocation of another model: its steps take the place of the invocation.

Its variables keep their labels, behind that of the model: `encoder/conv1` is the variable `conv1` of the model `encoder`.

Not here: which files there are (the weights of the document answer).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from ..extents.dims import Extent
from ..values.tensor import ANY, Tensor
from ..values.values import Value
from .flat_graph import FlatGraph, Invocation, Literal, TensorName, tensor_names
from .trace import Tracer

if TYPE_CHECKING:
    from ..analysis.analysis import Analysis


class Flatten(Protocol):
    """Makes the flat graph of an analysed model, or None if it cannot be expanded."""

    def __call__(self, analysis: Analysis, symbols: Mapping[str, Extent] | None = None) -> FlatGraph | None: ...


def inlined(tracer: Tracer, label: str, inputs: list[Tensor], base: str, flatten: Flatten) -> list[Tensor] | None:
    """The tensors that the other model gives for these inputs; None if it cannot be read, has errors, or wants others."""
    from ..analysis.analysis import Analysis
    from ..operations.extensions import bound

    read = getattr(tracer.context.weights, "inside", None)
    found = read(label) if read is not None else None
    if found is None:
        return None
    text, weights = found
    analysis = Analysis(text, tracer.dialect, weights)
    graph = flatten(analysis)
    if graph is None:
        return None
    shapes = [
        (graph.tensors[name].shape, [e for e in tensor.shape or () if isinstance(e, int)])
        for name, tensor in zip(_inputs(graph), inputs)
    ]
    symbols = bound([(shape, real) for shape, real in shapes if shape is not None and len(shape) == len(real)])
    graph = flatten(analysis, symbols={**tracer.context.symbols, **symbols}) if symbols else graph
    if graph is None:
        return None
    externals = _inputs(graph)
    if len(externals) != len(inputs) or not set(graph.outputs) <= graph.tensors.keys():
        return None
    names = dict(zip(externals, inputs))
    for invocation in graph.invocations:
        if invocation.operation != "external":
            _splice(tracer, invocation, names, graph.tensors, label, base)
    return [names[output] for output in graph.outputs]


def _inputs(graph: FlatGraph) -> list[str]:
    """What the externals of a graph define, in their order."""
    externals = [invocation for invocation in graph.invocations if invocation.operation == "external"]
    return [name for invocation in externals for name in tensor_names(invocation.outputs)]


def _splice(
    tracer: Tracer, invocation: Invocation, names: dict[str, Tensor], facts: dict[str, Tensor], label: str, base: str
) -> None:
    """One step of the other model, with its tensors under names of their own."""

    def new(item: TensorName) -> Tensor:
        names[item.name] = tracer.trace.new(facts.get(item.name, ANY), f"{base}.{item.name}")
        return names[item.name]

    def known(item: TensorName | Literal) -> Value:
        return names[item.name] if isinstance(item, TensorName) else item

    inputs: list[Value] = [
        [known(each) for each in item] if isinstance(item, list) else known(item) for item in invocation.inputs
    ]
    attributes = dict(invocation.attributes)
    if invocation.operation == "variable":
        attributes["label"] = f"{label}/{invocation.text('label').lstrip('/')}"
    outputs: list[Value] = [
        [new(each) for each in item] if isinstance(item, list) else new(item) for item in invocation.outputs
    ]
    tracer.step(invocation.operation, inputs, attributes, outputs, invocation.generic)
