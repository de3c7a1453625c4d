"""From an analysed document to the flat graph: fragments expanded, expressions evaluated, every tensor named.

Uses the same evaluator as the analysis, with tensors that know their name, so that what runs is what was shown.

Not here: checking (flatten only what has no errors), running.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from ...syntax import nodes as n
from ...syntax.segments import Segment
from ..analysis.analysis import Analysis
from ..analysis.liveness import left_out
from ..evaluation.budget import Budget, TooMuch
from ..evaluation.context import Context
from ..evaluation.evaluator import Evaluator
from ..evaluation.expansion import tree_of
from ..extents.assumptions import assuming
from ..extents.dims import Extent
from ..findings import MILD, Finding
from ..operations.declarations import MISSING, Operation, Parameter
from ..shapes import shape_rule
from ..values.codes import codes_of
from ..values.constants import wire
from ..values.tensor import ANY, Tensor, tensor
from ..values.values import Value, tensor_of
from .codes import after_step, stored_as
from .exact_types import constant, plain_value, prepare, standard
from .flat_graph import Attribute, Attributes, FlatGraph, Input, Invocation, Literal, Output, Site, TensorName
from .submodels import inlined
from .trace import Trace, Traced, TracedStep

MAX_INVOCATIONS = 1_000_000


class Unflattenable(Exception):
    """The document has an error that only shows when everything is expanded; `segment` and `finding` tell where.

    `segment` is None if there is nothing to expand: a library, or a text whose missing graph a comment says to ignore.
    """

    def __init__(self, segment: Segment | None, finding: Finding | None) -> None:
        super().__init__("the text has no graph" if segment is None else "the graph cannot be expanded")
        self.segment, self.finding = segment, finding


class _Tracer(Evaluator):
    """An evaluator that writes down every invocation it meets."""

    trace: Trace
    prefix = ""
    site: Site
    casts = False
    """Whether the statement at hand is a cast and nothing else."""

    def tracing(self, trace: Trace, prefix: str, site: Site) -> _Tracer:
        self.trace, self.prefix, self.site = trace, prefix, site
        return self

    def assignment(self, node: n.Assignment) -> dict[str, Value]:
        if not self.prefix:
            self.trace.fresh.clear()
        self.casts = isinstance(node.value, n.Invocation) and node.value.callee.name == self.dialect.cast
        values = super().assignment(node)
        for name, value in values.items():
            values[name] = self._name(name, value)
        return values

    def _name(self, name: str, value: Value) -> Value:
        """Name the tensor that a statement assigns; a second name for the same tensor is a copy of it."""
        full = f"{self.prefix}.{name}" if self.prefix else name
        quantized = self.context.quantized.get(name)
        if quantized is not None and codes_of(quantized) is not None and not isinstance(value, tuple):
            return self._name_quantized(full, value, quantized)
        if isinstance(value, Traced) and id(value) in self.trace.fresh:
            self.trace.rename(value, full if not self.prefix else self.trace.unique(full))
            if not self.prefix:
                self.trace.fresh.discard(id(value))
            return value
        if self.prefix or isinstance(value, (list, tuple)):
            return value
        if self.dialect.datum_types and not isinstance(value, Traced):
            found = wire(value)
            if isinstance(found, Tensor) and found.value is not None:
                self.trace.rename(constant(self, found, found.dtype), full)
            return value
        return self._copy(value, full)

    def _name_quantized(self, full: str, value: Value, dtype: str) -> Value:
        """Name a tensor to which graph.quant gives a type.  An input keeps its name, what is made of it gets another."""
        traced = self._before_cast(self.tensor_of_result(value))
        if id(traced) in self.trace.fresh and self.trace.steps[-1].operation == "external":
            self.trace.rename(traced, full)
            full += ".quantized"
        stored = stored_as(self, traced, dtype)
        self.trace.rename(stored, self.trace.unique(full) if self.prefix else full)
        self.trace.fresh.clear()
        return stored

    def _before_cast(self, value: Traced) -> Traced:
        """What a cast was made of just now: to a name with an entry in graph.quant, a cast is a quantization."""
        last = self.trace.steps[-1]
        source = last.inputs[0] if last.inputs else None
        if not self.casts or last.operation != self.dialect.cast or not isinstance(source, Traced):
            return value
        self.trace.steps.pop()
        del self.trace.owners[value.name]
        return source

    # -- what those who adapt ask for ------------------------------------------------------------------------------

    @staticmethod
    def is_traced(value: Value) -> bool:
        """Whether a tensor is one of the flat graph's."""
        return isinstance(value, Traced)

    def emit(
        self,
        operation: str,
        inputs: list[Value],
        attributes: Mapping[str, Attribute],
        fact: Tensor,
        generic: str | None,
    ) -> Traced:
        """A step that nobody wrote, and its result."""
        traced = self.trace.new(fact, f"{self.prefix or self.trace_prefix}.{operation}")
        self.trace.steps.append(TracedStep(operation, inputs, dict(attributes), [traced], generic, self.site))
        return traced

    def step(
        self, operation: str, inputs: list[Value], attributes: Attributes, outputs: list[Value], generic: str | None
    ) -> None:
        """A step of another model."""
        self.trace.steps.append(TracedStep(operation, inputs, attributes, outputs, generic, self.site))

    def cast(self, value: Tensor, dtype: str) -> Traced:
        """A tensor in another data type."""
        return self.emit(
            self.dialect.cast, [value], {"to": dtype}, tensor(dtype, value.shape, value.value), standard(dtype)
        )

    loop_graph: FlatGraph | None = None

    def loop_body(self, operation: Operation, arguments: dict[str, Value]) -> tuple[Value, ...]:
        """The body of a loop becomes a graph of its own."""
        trace = Trace()
        names: dict[str, Value] = {}
        inputs = []
        for parameter in operation.parameters:
            fact = arguments.get(parameter.name)
            traced = trace.new(fact if isinstance(fact, Tensor) else ANY, parameter.name)
            names[parameter.name] = traced
            inputs.append(traced)
            trace.fresh.clear()
        inner = self.inside_of(operation, names, None)
        assert isinstance(inner, _Tracer)
        inner.trace, inner.prefix = trace, operation.name
        for segment in operation.body:
            statement = tree_of(segment)
            if isinstance(statement, n.Assignment):
                names.update(inner.assignment(statement))
        self.findings.extend(finding for finding in inner.findings if finding.rule not in MILD)
        results = [inner.tensor_of_result(names.get(result.name, ANY)) for result in operation.results]
        graph = FlatGraph(operation.name, [traced.name for traced in inputs], [result.name for result in results])
        graph.result_names = tuple(result.name for result in operation.results)
        graph.invocations = [_invocation(step) for step in trace.steps]
        graph.tensors = {name: self._fact(traced) for name, traced in trace.owners.items()}
        self.loop_graph = graph
        return tuple(results)

    def tensor_of_result(self, value: Value) -> Traced:
        """A value as a tensor of the flat graph."""
        if isinstance(value, Traced):
            return value
        found = self.wire(value)
        if not isinstance(found, Tensor) or (found.value is None and not isinstance(found, Traced)):
            raise TooMuch  # nothing is known that could be computed
        made = found if isinstance(found, Traced) else constant(self, found, found.dtype)
        assert isinstance(made, Traced)
        return made

    def _fact(self, traced: Traced) -> Tensor:
        return tensor(standard(traced.dtype) if self.dialect.datum_types else traced.dtype, traced.shape)

    def _copy(self, value: Value, name: str) -> Value:
        fact = value if isinstance(value, Tensor) else tensor_of(value)
        traced = self.trace.new(fact, name)
        self.trace.rename(traced, name)
        self.trace.fresh.discard(id(traced))
        self.trace.steps.append(TracedStep("copy", [value], {}, [traced], fact.dtype, self.site))
        return traced

    def returned(self, value: Value, result: Parameter) -> Value:
        return value

    def inside_of(self, operation: Operation, names: dict[str, Value], generic: str | None) -> Evaluator:
        inner = super().inside_of(operation, names, generic)
        assert isinstance(inner, _Tracer)
        callers = (*self.site.callers, (operation.name, self.site.start, self.site.end))
        prefix = self.prefix or self.trace_prefix
        return inner.tracing(self.trace, prefix, dataclasses.replace(self.site, callers=callers))

    trace_prefix = ""

    def result(
        self,
        operation: Operation,
        arguments: dict[str, Value],
        generic: str | None,
        wanted: int | None,
        node: n.Node,
        places: Mapping[str, n.Node],
    ) -> Value:
        facts: Value = super().result(operation, arguments, generic, wanted, node, places)
        if self.types_only or (operation.is_fragment and operation.body):
            return facts  # a branch that is not taken runs nothing
        if operation.body and shape_rule(operation.name, self.dialect.name) is None:
            return facts
        if self.dialect.datum_types:
            return self._datum_step(operation, arguments, facts, generic)
        if not self._lists_known(operation, facts, node):
            return facts
        several = len(operation.results) > 1
        base = f"{self.prefix or self.trace_prefix}.{operation.name}"
        outputs = [self._output(fact, base) for fact in (facts if isinstance(facts, tuple) and several else (facts,))]
        inputs = [arguments[parameter.name] for parameter in operation.parameters if parameter.is_tensor]
        attributes = {p.name: plain_value(arguments[p.name]) for p in operation.parameters if not p.is_tensor}
        self.trace.steps.append(TracedStep(operation.name, inputs, attributes, outputs, generic, self.site))
        if len(self.trace.steps) > MAX_INVOCATIONS:
            raise TooMuch
        return tuple(outputs) if several else outputs[0]

    def _lists_known(self, operation: Operation, facts: Value, node: n.Node) -> bool:
        """Whether the number of tensors of each result is known: nothing but a rule tells that of an operation without body."""
        for result, fact in zip(
            operation.results, facts if isinstance(facts, tuple) and len(operation.results) > 1 else (facts,)
        ):
            if result.type.kind == "array" and not isinstance(fact, list):
                reason = f"nothing says how many tensors its result '{result.name}' has: a rule of its shape does"
                self.find("custom-arguments", getattr(node, "callee", node), operation=operation.name, reason=reason)
                return False
        return True

    def _datum_step(
        self, operation: Operation, arguments: dict[str, Value], facts: Value, generic: str | None
    ) -> Value:
        if not isinstance(facts, (Tensor, tuple, list)) or any(finding.rule not in MILD for finding in self.findings):
            return facts  # a value from a resource, or an error
        before = len(self.trace.steps)
        made = prepare(self, operation, arguments, facts, generic)
        base = f"{self.prefix or self.trace_prefix}.{operation.name}"
        if operation.name in self.dialect.submodels:
            taken = made.inputs[0] if isinstance(made.inputs[0], list) else []
            tensors = [item for item in taken if isinstance(item, Tensor)]
            inner = inlined(self, str(arguments["label"]), tensors, base, _of_submodel)
            if len(self.trace.steps) > MAX_INVOCATIONS:
                raise TooMuch
            if inner is not None:
                return inner[0] if isinstance(facts, Tensor) else [*inner]
        listed = any(result.type.kind == "array" for result in operation.results)
        several = isinstance(facts, tuple)
        outputs = [self._output(fact, base) for fact in (facts if isinstance(facts, tuple) else (facts,))]
        written: list[Value] = [[output] if listed and not isinstance(output, list) else output for output in outputs]
        self.trace.steps.append(
            TracedStep(made.operation, made.inputs, made.attributes, written, made.generic, self.site)
        )
        if len(outputs) == 1:
            outputs = [after_step(self, operation, made.inputs, outputs[0])]
        for step in self.trace.steps[before:-1]:
            self.trace.fresh.difference_update(map(id, step.outputs))
        if len(self.trace.steps) > MAX_INVOCATIONS:
            raise TooMuch
        return tuple(outputs) if several else outputs[0]

    def _output(self, fact: Value, base: str) -> Value:
        if isinstance(fact, list):
            return [self.trace.new(item if isinstance(item, Tensor) else ANY, base) for item in fact]
        return self.trace.new(fact if isinstance(fact, Tensor) else ANY, base)


def flatten(
    analysis: Analysis,
    on_statement: Callable[[int], None] | None = None,
    symbols: Mapping[str, Extent] | None = None,
) -> FlatGraph:
    """The flat graph of a document without errors.

    `on_statement` is told the number of each statement and may raise to stop; `symbols` are values of symbolic extents.
    Raises `Unflattenable`.
    """
    with assuming(analysis.assumptions):
        return _flatten(analysis, on_statement, {**analysis.context.symbols, **(symbols or {})})


def _flatten(
    analysis: Analysis, on_statement: Callable[[int], None] | None, symbols: Mapping[str, Extent]
) -> FlatGraph:
    if analysis.structure.graph is None:
        raise Unflattenable(None, None)
    around = analysis.context
    context = Context(symbols, analysis.weights, around.registries, around.quantized, analysis.custom)
    trace = Trace()
    names: dict[str, Value] = {}
    unneeded = left_out(analysis.statements(), analysis.outcomes, analysis.inputs, analysis.outputs)
    for number, segment in enumerate(analysis.statements()):
        if segment in unneeded:
            continue
        if on_statement is not None:
            on_statement(number)
        tree = segment.tree()
        if not isinstance(tree, n.Assignment):
            raise Unflattenable(segment, None)
        begin = analysis.source.start_of(segment)
        tracer = _Tracer(
            lambda name: names.get(name, MISSING),
            analysis.operations,
            analysis.dialect,
            budget=Budget(),
            context=context,
        )
        tracer.tracing(trace, "", Site(begin + tree.start, begin + tree.end))
        tracer.trace_prefix = segment.defines[0] if segment.defines else "_"
        try:
            names.update(tracer.assignment(tree))
            for name in segment.defines:
                if analysis.dialect.datum_types and analysis.is_output(name) and name not in trace.owners:
                    trace.rename(tracer.tensor_of_result(names[name]), name)
        except (TooMuch, RecursionError) as reason:
            raise Unflattenable(segment, None) from reason
        wrong = next((finding for finding in tracer.findings if finding.rule not in MILD), None)
        if wrong is not None:
            raise Unflattenable(segment, wrong)
    head = analysis.graph_head
    graph = FlatGraph(head.name.name if head else "graph", list(analysis.inputs), list(analysis.outputs))
    graph.invocations = [_invocation(step) for step in trace.steps]
    quantized = {name: codes_of(context.quantized.get(name, "")) for name in (*graph.inputs, *graph.outputs)}
    graph.codes = {name: codes for name, codes in quantized.items() if codes is not None}
    graph.dialect, exact = analysis.dialect.name, analysis.dialect.datum_types
    graph.tensors = {
        name: tensor(standard(traced.dtype) if exact else traced.dtype, traced.shape)
        for name, traced in trace.owners.items()
    }
    return graph


def _invocation(step: TracedStep) -> Invocation:
    return Invocation(
        step.operation,
        tuple([_input(item) for item in step.inputs]),
        step.attributes,
        tuple([_output(item) for item in step.outputs]),
        step.generic,
        step.site,
    )


def _input(value: Value) -> Input:
    return [_operand(item) for item in value] if isinstance(value, list) else _operand(value)


def _operand(value: Value) -> TensorName | Literal:
    if isinstance(value, Traced):
        return TensorName(value.name)
    return value if isinstance(value, (int, float, str)) else None


def _output(value: Value) -> Output:
    names = [
        TensorName(item.name) for item in (value if isinstance(value, list) else [value]) if isinstance(item, Traced)
    ]
    return names if isinstance(value, list) else names[0]


def _of_submodel(analysis: Analysis, symbols: Mapping[str, Extent] | None = None) -> FlatGraph | None:
    """The flat graph of another model, None if it cannot be expanded."""
    try:
        return flatten(analysis, symbols=symbols)
    except Unflattenable:
        return None
