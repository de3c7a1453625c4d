"""A flat graph as an ONNX model: nodes, inputs and outputs; weights are named, not read.

    model = translate(graph)         # all operations that cannot be said are in one `UnmappedError`
    check(model)
    write_model(model, weights, "model.onnx")            # model_file.py

Not here: how operations are written (`writing`), weights and files (`model_file.py`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from onnx import ModelProto, ValueInfoProto, checker, helper, numpy_helper

from ...model.flattening.flat_graph import FlatGraph, Invocation, TensorName, tensor_names
from ...version import __version__
from ..errors import ExchangeError, Inexpressible, Unmapped, UnmappedError
from .writing import Produced, translations
from .writing.call import Call, extent_text
from .writing.graph_writer import FIRST_OPSET, IR_VERSION, GraphWriter, NeedsOpset, Stored
from .writing.values import Value, element_of, numbers


@dataclass
class OnnxModel:
    """A model without its stored tensors: `proto` has everything else, `stored` says which tensors it lacks.

    `names` gives the name in the ONNX model of each tensor of the flat graph that is there.  `state` gives the name of
    the output with the new value for each input that is a variable's state.
    """

    proto: ModelProto
    stored: list[Stored]
    names: dict[str, str] = field(default_factory=dict)
    state: dict[str, str] = field(default_factory=dict)

    @property
    def opset(self) -> int:
        """The version of the operator set."""
        return int(self.proto.opset_import[0].version)


def translate(graph: FlatGraph, keep: Collection[str] = (), opset: int = FIRST_OPSET) -> OnnxModel:
    """The model, in the lowest version of the operator set (from `opset` on) that can say it.

    Tensors in `keep` become outputs too.  Raises `UnmappedError`.
    """
    while True:
        try:
            return _Translation(graph, opset, keep).model()
        except NeedsOpset as needed:
            opset = needed.version


class _Translation:
    """A graph translated to one version of the operator set."""

    def __init__(self, graph: FlatGraph, opset: int, keep: Collection[str]) -> None:
        self.graph, self.keep = graph, keep
        self.writer = GraphWriter(opset, graph.tensors)
        self.values: dict[str, Value] = {}
        self.unmapped: list[Unmapped] = []
        self.inputs: list[Value] = []
        self.state: dict[str, str] = {}

    def model(self) -> OnnxModel:
        known = translations()
        needed = _needed(self.graph, {*self.graph.outputs, *self.keep})
        for invocation in self.graph.invocations:
            if invocation.operation in ("external", "variable"):
                self._source(invocation)
        for name in self.graph.inputs:
            if name in self.values:
                self.inputs.append(self.values[name])
        for invocation in needed:
            translation = known.get(invocation.operation)
            first = next(iter(tensor_names(invocation.outputs)), "")
            lacking = any(name not in self.values for name in tensor_names(invocation.inputs))
            if lacking and self.unmapped:
                continue  # it reads what could not be written
            try:
                if translation is None:
                    raise Inexpressible("ONNX has no operators for it")
                self._write(invocation, translation(self._begin(invocation, first)))
            except Inexpressible as reason:
                self.unmapped.append(Unmapped(invocation.operation, first, str(reason), invocation.site))
        if self.unmapped:
            raise UnmappedError(self.unmapped, "the graph cannot be written as ONNX")
        self.writer.settle_views()
        return self._assembled()

    def _begin(self, invocation: Invocation, first: str) -> Call:
        self.writer.prefix, self.start = first, len(self.writer.nodes)
        return Call(invocation, self.graph, self.writer, self.values)

    def _source(self, invocation: Invocation) -> None:
        (output,) = invocation.outputs
        assert isinstance(output, TensorName)
        name = output.name
        fact = self.graph.tensors[name]
        try:
            element = element_of(fact.dtype)
            shape = tuple(extent_text(extent) for extent in fact.shape or ())
            if invocation.operation == "external":
                self.values[name] = Value(name, element, shape)
            else:
                label = str(invocation.attributes["label"])
                self.values[name] = self.writer.variable(label, name, element, numbers(shape, name))
        except Inexpressible as reason:
            self.unmapped.append(Unmapped(invocation.operation, name, str(reason), invocation.site))

    def _write(self, invocation: Invocation, produced: Produced) -> None:
        """Give the results their names."""
        results: list[Value] = []
        for item in produced if isinstance(produced, tuple) else (produced,):
            results.extend(item if isinstance(item, list) else [item])
        names = tensor_names(invocation.outputs)
        if len(names) != len(results):
            raise Inexpressible(f"{len(results)} results were written instead of {len(names)}")
        mine = {output for node in self.writer.nodes[self.start :] for output in node.output}
        for name, value in zip(names, results, strict=True):
            if value.name in mine:
                self.writer.rename(self.start, value.name, name)
                mine.discard(value.name)
            else:  # an operand, a constant, or a result that has a name already
                value = self.writer.node("Identity", value)
                self.writer.rename(self.start, value.name, name)
            fact = self.graph.tensors[name].shape
            shape = value.shape if fact is None else tuple(extent_text(extent) for extent in fact)
            self.values[name] = Value(name, value.element, shape)
        if invocation.operation == "update":
            self._keep_state(invocation)

    def _keep_state(self, invocation: Invocation) -> None:
        (variable, _), (result,) = invocation.inputs[:2], invocation.outputs
        assert isinstance(variable, TensorName) and isinstance(result, TensorName)
        self.state[variable.name] = result.name

    def _assembled(self) -> OnnxModel:
        writer, graph = self.writer, self.graph
        outputs = list(
            dict.fromkeys([*graph.outputs, *self.state.values(), *(n for n in self.keep if n in self.values)])
        )
        given = {value.name for value in self.inputs} | set(writer.stored)
        for name in outputs:
            if name in given or not any(name in node.output for node in writer.nodes):
                raise ExchangeError(
                    f"the output '{name}' is an input or a variable, and ONNX wants each output to come from a node"
                )
        used = {name for node in writer.nodes for name in node.input}
        stored = [item for item in writer.stored.values() if item.name in used or item.name in self.state]
        inputs = [*self.inputs, *(self.values[name] for name in self.state)]
        proto = helper.make_model(
            helper.make_graph(
                writer.nodes,
                graph.name,
                [value_info(value) for value in inputs],
                [value_info(self.values[name]) for name in outputs],
                [numpy_helper.from_array(items, name) for name, items in writer.constants.items() if name in used],
            ),
            producer_name="nnef-lsp",
            producer_version=__version__,
            opset_imports=[helper.make_opsetid("", writer.opset)],
            ir_version=max(helper.find_min_ir_version_for([helper.make_opsetid("", writer.opset)], True), IR_VERSION),
        )
        return OnnxModel(proto, stored, {name: name for name in self.values}, dict(self.state))


def value_info(value: Value) -> ValueInfoProto:
    """Name and type of an input or output."""
    return helper.make_tensor_value_info(value.name, value.element, value.shape)


def _needed(graph: FlatGraph, wanted: set[str]) -> list[Invocation]:
    """The invocations that something wanted depends on, in order; an update is always wanted."""
    reached, needed = set(wanted), []
    for invocation in reversed(graph.invocations):
        if invocation.operation in ("external", "variable"):
            continue
        if invocation.operation == "update" or not reached.isdisjoint(tensor_names(invocation.outputs)):
            reached.update(tensor_names(invocation.inputs))
            needed.append(invocation)
    return needed[::-1]


def check(model: OnnxModel) -> None:
    """What ONNX's own checker says, shapes included; stored tensors, which are not there yet, are taken for inputs.

    Raises `ExchangeError`: a model that fails here is a fault of ours.
    """
    proto = ModelProto()
    proto.CopyFrom(model.proto)
    there = {value.name for value in proto.graph.input}
    proto.graph.input.extend(
        helper.make_tensor_value_info(item.name, item.element, item.shape)
        for item in model.stored
        if item.name not in there
    )
    try:
        checker.check_model(proto, full_check=True)
    except Exception as error:  # the checker's, and those of shape inference
        raise ExchangeError(f"onnx.checker refuses the model: {' '.join(str(error).split())[:300]}") from error
