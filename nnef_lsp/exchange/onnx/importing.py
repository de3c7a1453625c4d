"""A model of ONNX as NNEF: the text, and the arrays of its variables, which are read when they are written.

    model = read_model("net.onnx", shapes={"image": (1, 3, 224, 224)}, symbols={"batch": 1})
    model.text, model.arrays()

All operators that NNEF cannot say are in one `UnmappedError`.  Not here: what operators become (`reading`), the model's
folder (`cli/import_model.py`), whether both compute the same.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, helper

from ...archive.errors import quoted
from ..errors import ExchangeError, Inexpressible, Unmapped, UnmappedError
from .reading import readers
from .reading.facts import expanded, folded, inferred
from .reading.model_source import ModelSource
from .reading.names import Names, identifier, parts_of
from .reading.node import Emitter, Node
from .reading.statements import Operand, Ref, Statement
from .reading.tensors import Array, Known, shape_of
from .reading.text import document, name_all, refs

DEEPEST = 40
"""Functions within functions, and graphs within graphs."""
UNREADABLE_NAMES = {"main_graph", "torch_jit", "torch-jit-export", "graph", ""}
DOMAINS = ("", "ai.onnx")
RESULTS = {"moments": ["mean", "variance"]}
"""What results are called that ONNX has no names for, where an operation has several."""


@dataclass
class ImportedModel:
    """What became of a model: the text, notes for the person, and the variables by label.

    `inputs` and `outputs` give for each of ONNX's names the one in the text.
    """

    text: str
    inputs: dict[str, str]
    outputs: dict[str, str]
    nodes: int
    statements: int
    double: bool = False
    """Whether its inputs are of 64 bits, so that 32 might not hold what they are."""
    notes: list[str] = field(default_factory=list)
    variables: list[tuple[str, tuple[int, ...], Known]] = field(default_factory=list)

    def arrays(self) -> Iterator[tuple[str, Array]]:
        """Label and items of each variable, one at a time."""
        for label, shape, known in self.variables:
            array = np.asarray(known.array())
            if array.dtype.kind not in "fiub" or array.dtype.name in ("bfloat16", "int4", "uint4"):
                array = array.astype(np.float32 if known.dtype == "scalar" else np.int8)
            yield label, array.reshape(shape)


def read_model(
    path: str, shapes: Mapping[str, Sequence[int]] | None = None, symbols: Mapping[str, int] | None = None
) -> ImportedModel:
    """The model in a file, its inputs with these shapes, or with these values of the names that its axes have.

    Raises `ExchangeError`; `UnmappedError` for operators that have no counterpart.
    """
    return _Import(ModelSource(path), shapes or {}, symbols or {}).model()


class _Import:
    """One model on its way."""

    def __init__(self, source: ModelSource, shapes: Mapping[str, Sequence[int]], symbols: Mapping[str, int]) -> None:
        self.source, self.shapes, self.symbols = source, shapes, symbols
        self.proto = _without_functions(source)
        self.opsets = {item.domain: item.version for item in self.proto.opset_import}
        self.opset = int(self.opsets.get("", self.opsets.get("ai.onnx", 1)))
        self.known: dict[str, Known] = {}
        self.lost: set[str] = set()
        self.unmapped: list[Unmapped] = []
        self.emitter = Emitter()
        self.outputs: list[Ref] = []

    def model(self) -> ImportedModel:
        graph = self.proto.graph
        self._initializers(graph)
        inputs = self._inputs(graph)
        nodes = _needed(graph)
        _refuse_circles(graph, nodes, set(self.known))
        self._want(nodes, graph)
        scopes = _scopes(nodes)
        for node in nodes:
            self.emitter.scope = scopes[id(node)]
            self._node(node, 0)
        if self.unmapped:
            raise UnmappedError(self.unmapped, "the model cannot be said in standard NNEF")
        outputs = [self._output(value, inputs) for value in graph.output]
        statements = _alive(self.emitter.statements, outputs)
        name_all(statements, inputs, outputs)
        name = (
            graph.name
            if graph.name not in UNREADABLE_NAMES
            else os.path.splitext(os.path.basename(self.source.path))[0]
        )
        names = Names()
        text = document(
            names.unique(identifier(name, "graph")),
            statements,
            inputs,
            outputs,
            self.emitter.fragments,
            self._comment(),
        )
        labels = {id(statement): statement for statement in statements}
        return ImportedModel(
            text,
            {ref.wanted: ref.name for ref in inputs},
            {value.name: ref.name for value, ref in zip(graph.output, outputs, strict=True)},
            len(nodes),
            len(statements),
            any(known.element == TensorProto.DOUBLE for known in self.known.values() if known.items is None),
            list(self.emitter.notes.values()),
            [(s.label, refs(s.results)[0].shape, known) for s, known in self.emitter.arrays if id(s) in labels],
        )

    def _comment(self) -> str:
        maker = " ".join(filter(None, (self.proto.producer_name, self.proto.producer_version)))
        words = re.sub(
            r"[^ -~]", "?", f"From {os.path.basename(self.source.path)}{f', made by {maker}' if maker else ''}"
        )
        return f"{words[:160]}."

    # ---- What comes in

    def _initializers(self, graph: GraphProto) -> None:
        if graph.sparse_initializer:
            raise ExchangeError("the model stores sparse tensors, which NNEF does not have")
        for tensor in graph.initializer:
            if tensor.name in self.known:
                raise ExchangeError(f"the model has two tensors of the name '{quoted(tensor.name)}'")
            self.known[tensor.name] = self._stored(tensor)

    def _stored(self, tensor: TensorProto) -> Known:
        shape = self.source.shape(tensor)
        return Known(tensor.name, tensor.data_type, shape, lambda: self.source.array(tensor), stored=True)

    def _inputs(self, graph: GraphProto) -> list[Ref]:
        found, open_inputs = [], []
        names = {value.name for value in graph.input}
        for name in self.shapes:
            if name not in names:
                raise ExchangeError(f"the model has no input '{name}'; its inputs are {', '.join(sorted(names))}")
        for value in graph.input:
            if value.name in self.known:
                continue  # an initializer that may be replaced
            try:
                shape = self._shape(value)
            except Inexpressible as reason:
                raise ExchangeError(f"the input '{quoted(value.name)}': {reason}") from reason
            if shape is None:
                open_inputs.append(value)
                continue
            element = value.type.tensor_type.elem_type
            try:
                known = Known(value.name, element, shape)
                ref = Ref(shape, known.dtype, wanted=value.name)
            except Inexpressible as reason:
                raise ExchangeError(f"the input '{quoted(value.name)}': {reason}") from reason
            known.operand = ref
            self.known[value.name] = known
            self.emitter.statements.append(Statement("external", [ref], (), {"shape": list(shape)}, ref.dtype))
            found.append(ref)
        if not found and not open_inputs:
            raise ExchangeError("the model has no inputs, and a graph of NNEF has at least one")
        if open_inputs:
            raise ExchangeError(_open(open_inputs))
        return found

    def _shape(self, value: ValueInfoProto) -> tuple[int, ...] | None:
        """The shape of an input, None if it is not known yet."""
        shape_of(value.type, value.name)
        given = self.shapes.get(value.name)
        dims = value.type.tensor_type.shape.dim
        if given is not None:
            fixed = [dim.dim_value if dim.HasField("dim_value") else None for dim in dims]
            if value.type.tensor_type.HasField("shape") and len(fixed) != len(given):
                raise Inexpressible(f"it has {len(fixed)} axes, not {len(given)}")
            return _plausible(given)
        if not value.type.tensor_type.HasField("shape"):
            return None
        extents = []
        for dim in dims:
            if dim.HasField("dim_value"):
                extents.append(dim.dim_value)
            elif dim.dim_param in self.symbols:
                extents.append(self.symbols[dim.dim_param])
            else:
                return None
        return _plausible(extents)

    # ---- Nodes

    def _want(self, nodes: Sequence[NodeProto], graph: GraphProto) -> None:
        """Note what is read: an output that nothing reads need not be known."""
        self.emitter.wanted.update(value.name for value in graph.output)
        for node in nodes:
            self.emitter.wanted |= _reads(node)

    def _node(self, node: NodeProto, depth: int) -> None:
        """Read a node; what cannot be read is noted, and what depends on it is passed over."""
        if any(name in self.lost for name in _reads(node)):
            self.lost.update(filter(None, node.output))
            return
        first = next(iter(filter(None, node.output)), "")
        try:
            if depth > DEEPEST:
                raise Inexpressible("it is defined by operators that are defined by others without end")
            self._read(node, depth)
        except Inexpressible as reason:
            self.unmapped.append(Unmapped(node.op_type, node.name or first, str(reason)))
            self.lost.update(filter(None, node.output))

    def _read(self, node: NodeProto, depth: int) -> None:
        for name in node.input:
            if name and name not in self.known:
                raise ExchangeError(
                    f"the node '{quoted(node.name or node.op_type)}' reads '{quoted(name)}', which nothing gives before it"
                )
        operands = [self.known[name] if name else None for name in node.input]
        for name in node.output:
            if name in self.known:
                raise ExchangeError(f"two nodes give '{quoted(name)}'")
        opset = int(self.opsets.get(node.domain, self.opset)) if node.domain not in DOMAINS else self.opset
        arrays = folded(node, opset, operands)
        if arrays is not None:
            for name, array in zip(node.output, arrays, strict=False):
                if name:
                    self.known[name] = _constant(name, array)
            return
        branch = self._branch(node, operands)
        if branch is not None:
            self._inline(node, branch, depth)
            return
        reader = readers().get(node.op_type) if node.domain in DOMAINS else None
        if reader is None:
            if not self._expand(node, opset, operands, depth):
                raise Inexpressible("standard NNEF has nothing like it")
            return
        try:
            facts = inferred(node, opset, operands, self.emitter.wanted)
        except Inexpressible:
            if not self._expand(node, opset, operands, depth):
                raise
            return
        results = [Known(name, element, shape) for name, (element, shape) in zip(node.output, facts, strict=True)]
        for item in results:
            if item.name in self.emitter.wanted and not all(item.shape):
                raise Inexpressible("its result is empty, and NNEF has no empty tensors")
        start = len(self.emitter.statements)
        produced = reader(Node(node, opset, operands, results, self.emitter))
        self._bind(results, [produced] if isinstance(produced, (Ref, float, int)) else list(produced), start)

    def _expand(self, node: NodeProto, opset: int, operands: Sequence[Known | None], depth: int) -> bool:
        """Read the nodes that an operator is defined by; False if it is not."""
        found = expanded(node, opset, operands)
        if found is None:
            return False
        body, version = found
        before = len(self.unmapped)
        self.emitter.wanted.update(*(inner.input for inner in body))
        outer, self.opset = self.opset, version
        try:
            for inner in body:
                self._node(inner, depth + 1)
        finally:
            self.opset = outer
        if len(self.unmapped) > before:  # told as the operator that the model has
            told = self.unmapped[before]
            del self.unmapped[before:]
            raise Inexpressible(f"it is defined by '{told.operation}': {told.reason}")
        return True

    def _bind(self, results: list[Known], produced: Sequence[Operand], start: int) -> None:
        """Connect ONNX's names with what was emitted."""
        made = [ref for statement in self.emitter.statements[start:] for ref in refs(statement.results)]
        mine = {id(ref) for ref in made}
        for known, operand in zip(results, produced, strict=False):
            if not known.name:
                continue
            known.operand = operand
            if isinstance(operand, Ref):
                operand.shape = known.shape
                if id(operand) in mine and not operand.wanted:
                    operand.wanted = known.name
            else:
                array = np.full(known.shape, operand)
                known.items = lambda array=array: array
            self.known[known.name] = known
        first = next((known.name for known in results if known.name), "")
        for statement in self.emitter.statements[start:]:
            found = refs(statement.results)
            endings = RESULTS.get(statement.operation, [statement.operation] * len(found))
            for ref, ending in zip(found, endings, strict=False):
                if not ref.wanted:
                    ref.hint = ref.hint or f"{_leaf(first)}_{ending}"
        for known in results[len(produced) :]:
            if known.name:
                self.lost.add(known.name)  # what only training reads

    def _branch(self, node: NodeProto, operands: Sequence[Known | None]) -> GraphProto | None:
        """The graph that a choice takes, if that is known before a run."""
        if node.op_type != "If" or node.domain not in DOMAINS or not operands or operands[0] is None:
            return None
        if operands[0].items is None:
            return None
        name = "then_branch" if bool(operands[0].array().reshape(-1)[0]) else "else_branch"
        return next((item.g for item in node.attribute if item.name == name), None)

    def _inline(self, node: NodeProto, graph: GraphProto, depth: int) -> None:
        self._initializers(graph)
        nodes = _needed(graph)
        self._want(nodes, graph)
        for inner in nodes:
            self._node(inner, depth + 1)
        for name, value in zip(node.output, graph.output, strict=False):
            if value.name in self.lost:
                self.lost.add(name)
            elif name:
                self.known[name] = self.known[value.name]

    # ---- What goes out

    def _output(self, value: ValueInfoProto, inputs: list[Ref]) -> Ref:
        """The tensor that is this output, under its name."""
        known = self.known.get(value.name)
        if known is None:
            raise ExchangeError(f"the output '{quoted(value.name)}' comes from no node")
        try:
            node = Node(NodeProto(output=[value.name]), self.opset, [known], [known], self.emitter)
            operand = node.operand(known)
            if not isinstance(operand, Ref):
                operand = node.stored(known, known.shape)
        except Inexpressible as reason:
            raise ExchangeError(f"the output '{quoted(value.name)}': {reason}") from reason
        if (
            known.items is not None
            or any(operand is ref for ref in inputs)
            or any(operand is ref for ref in self.outputs)
        ):
            operand = node.emit("copy", operand, dtype=operand.dtype)
            operand.shape = known.shape
        operand.wanted = value.name
        self.outputs.append(operand)
        return operand


def _without_functions(source: ModelSource) -> ModelProto:
    """The model with its own functions put where they are called."""
    if not source.proto.functions:
        return source.proto
    from onnx import inliner

    try:
        return inliner.inline_local_functions(source.proto)
    except Exception as error:
        raise ExchangeError(
            f"the model's functions cannot be expanded: {' '.join(str(error).split())[:160]}"
        ) from error


def _constant(name: str, array: Array) -> Known:
    try:
        element = helper.np_dtype_to_tensor_dtype(array.dtype)
    except Exception as error:
        raise Inexpressible(f"the constant '{name}' is of a type that ONNX does not have") from error
    return Known(name, element, array.shape, lambda: array)


def _plausible(extents: Sequence[int]) -> tuple[int, ...]:
    if any(not 0 < extent < 2**31 for extent in extents) or np.prod([float(e) for e in extents]) > 2**40:
        raise Inexpressible(f"{list(extents)} is not a shape that anything could be computed with")
    return tuple(int(extent) for extent in extents)


def _open(values: Sequence[ValueInfoProto]) -> str:
    """What is to be given, and how."""
    told, options = [], []
    for value in values:
        dims = value.type.tensor_type.shape.dim
        shown = [str(dim.dim_value) if dim.HasField("dim_value") else dim.dim_param or "?" for dim in dims]
        there = value.type.tensor_type.HasField("shape")
        told.append(f"'{quoted(value.name)}' [{', '.join(shown)}]" if there else f"'{quoted(value.name)}'")
        example = ",".join("1" if not part.isdigit() else part for part in shown) if there else "1,3,224,224"
        options.append(f"--input {quoted(value.name)}={example}")
        options += [f"--set {part}=1" for part in shown if re.fullmatch(r"[A-Za-z_]\w*", part)]
    return (
        f"NNEF wants the shapes of inputs, and these are open: {', '.join(told)}; "
        f"give them, for example by {' '.join(dict.fromkeys(options[:1]))}"
        + (f" or {options[1]}" if len(options) > 1 and options[1].startswith("--set") else "")
    )


def _reads(node: NodeProto) -> set[str]:
    """All tensors of its graph that a node reads, those that graphs within it read included."""
    found = set(filter(None, node.input))
    for attribute in node.attribute:
        for graph in (attribute.g, *attribute.graphs):
            inner = {name for child in graph.node for name in _reads(child)} | {v.name for v in graph.output}
            own = {name for child in graph.node for name in child.output} | {v.name for v in graph.input}
            found |= inner - own - {item.name for item in graph.initializer}
    return found


def _needed(graph: GraphProto) -> list[NodeProto]:
    """The nodes that an output depends on, in order."""
    reached, needed = {value.name for value in graph.output}, []
    for node in reversed(graph.node):
        if not reached.isdisjoint(node.output):
            reached |= _reads(node)
            needed.append(node)
    return needed[::-1]


def _refuse_circles(graph: GraphProto, nodes: Sequence[NodeProto], given: set[str]) -> None:
    """Raises `ExchangeError` unless each node reads only what is there before it, as ONNX wants it."""
    makers = {name for node in graph.node for name in node.output if name}
    there = set(given)
    for node in nodes:
        early = next((name for name in _reads(node) if name not in there and name in makers), None)
        if early is not None:
            raise ExchangeError(
                f"the node '{quoted(node.name or node.op_type)}' reads '{quoted(early)}', which a later node gives: the graph has "
                "a circle, or is not in order"
            )
        there.update(node.output)


def _alive(statements: Sequence[Statement], outputs: Sequence[Ref]) -> list[Statement]:
    """The statements that an output depends on, and the inputs."""
    wanted = {id(ref) for ref in outputs}
    found = []
    for statement in reversed(statements):
        if statement.operation == "external" or any(id(ref) in wanted for ref in refs(statement.results)):
            wanted.update(id(ref) for ref in refs(statement.operands))
            found.append(statement)
    return found[::-1]


def _modules(node: NodeProto) -> tuple[str, ...]:
    """The modules of PyTorch around a node, as far as its exporter says, from the outermost to the one that it is."""
    for item in node.metadata_props:
        if item.key == "pkg.torch.onnx.name_scopes":
            return tuple(part for part in re.findall(r"'([^']*)'", item.value)[:-1] if part)
    if not node.name.startswith("/"):
        return ()
    parts = node.name.strip("/").split("/")[:-1]
    return tuple(parts)


def _scopes(nodes: Sequence[NodeProto]) -> dict[int, str]:
    """For each node the innermost module around it that has other modules, as a heading; by the node's identity."""
    modules = [_modules(node) for node in nodes]
    blocks = {path[:-1] for path in modules}
    found = {}
    for node, path in zip(nodes, modules, strict=True):
        block = path if path in blocks else path[:-1]
        found[id(node)] = _printable(".".join(parts_of("/".join(block))))
    return found


def _printable(text: str) -> str:
    return re.sub(r"[^ -~]", "?", text)[:80]


def _leaf(name: str) -> str:
    return name.removesuffix("_output_0")
