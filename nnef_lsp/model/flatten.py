"""From an analysed document to the flat graph: fragments expanded, expressions evaluated, every tensor named.

Uses the same evaluator as the analysis, with tensors that know their name, so that what runs is what was shown.

Not here: checking (flatten only what has no errors), running.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from ..syntax import nodes as n
from ..syntax.segments import Segment
from .analysis import Analysis
from .evaluate import Budget, Evaluator, TooMuch
from .facts import ANY, Tensor
from .findings import Finding
from .flat import FlatGraph, Invocation, Site, TensorName
from .operators import MISSING, Operation, Parameter
from .shapes import shape_rules
from .values import tensor_of

MAX_INVOCATIONS = 1_000_000


class Unflattenable(Exception):
    """The document has an error that only shows when everything is expanded; `segment` and `finding` tell where."""

    def __init__(self, segment: Segment, finding: Finding | None) -> None:
        super().__init__("the graph cannot be expanded")
        self.segment, self.finding = segment, finding


class _Traced(Tensor):
    """A tensor of the flat graph: facts and a name, which may still change while its statement is evaluated."""

    __slots__ = ("name",)

    def __init__(self, fact: Tensor, name: str) -> None:
        self.dtype, self.shape, self.value = fact.dtype, fact.shape, fact.value
        self.name = name


@dataclasses.dataclass(slots=True)
class _Step:
    operation: str
    inputs: list[Any]
    attributes: dict[str, Any]
    outputs: list[Any]
    generic: str | None
    site: Site


class _Trace:
    """What is being made: steps in order, and who owns which name."""

    def __init__(self) -> None:
        self.steps: list[_Step] = []
        self.owners: dict[str, _Traced] = {}
        self.fresh: set[int] = set()
        self.start = 0

    def new(self, fact: Tensor, name: str) -> _Traced:
        traced = _Traced(fact, "")
        self.fresh.add(id(traced))
        self.rename(traced, self.unique(name))
        return traced

    def unique(self, name: str) -> str:
        if name not in self.owners:
            return name
        number = 1
        while f"{name}.{number}" in self.owners:
            number += 1
        return f"{name}.{number}"

    def rename(self, traced: _Traced, name: str) -> None:
        """Give a tensor a name; a tensor that had it before gets another."""
        if traced.name:
            self.owners.pop(traced.name, None)
        former = self.owners.pop(name, None)
        if former is not None:
            former.name = self.unique(name + ".before")
            self.owners[former.name] = former
        traced.name = name
        self.owners[name] = traced


class _Tracer(Evaluator):
    """An evaluator that writes down every invocation it meets."""

    trace: _Trace
    prefix = ""
    site: Site

    def tracing(self, trace: _Trace, prefix: str, site: Site) -> _Tracer:
        self.trace, self.prefix, self.site = trace, prefix, site
        return self

    def assignment(self, node: n.Assignment) -> dict[str, Any]:
        if not self.prefix:
            self.trace.fresh.clear()
        values = super().assignment(node)
        for name, value in values.items():
            values[name] = self._name(name, value)
        return values

    def _name(self, name: str, value: Any) -> Any:
        """Name the tensor that a statement assigns; a second name for the same tensor is a copy of it."""
        full = f"{self.prefix}.{name}" if self.prefix else name
        if isinstance(value, _Traced) and id(value) in self.trace.fresh:
            self.trace.rename(value, full if not self.prefix else self.trace.unique(full))
            if not self.prefix:
                self.trace.fresh.discard(id(value))
            return value
        if self.prefix or isinstance(value, (list, tuple)):
            return value
        return self._copy(value, full)

    def _copy(self, value: Any, name: str) -> Any:
        fact = value if isinstance(value, Tensor) else tensor_of(value)
        traced = self.trace.new(fact, name)
        self.trace.rename(traced, name)
        self.trace.fresh.discard(id(traced))
        self.trace.steps.append(_Step("copy", [value], {}, [traced], fact.dtype, self.site))
        return traced

    def returned(self, value: Any, result: Parameter) -> Any:
        return value

    def inside_of(self, operation: Operation, names: dict[str, Any], generic: str | None) -> Evaluator:
        inner = _Tracer(
            lambda name: names.get(name, MISSING),
            self.operations,
            self.dialect,
            budget=self.budget,
            depth=self.depth + 1,
            generic=generic,
            inside=operation,
        )
        callers = (*self.site.callers, (operation.name, self.site.start, self.site.end))
        prefix = self.prefix or self.trace_prefix
        return inner.tracing(self.trace, prefix, dataclasses.replace(self.site, callers=callers))

    trace_prefix = ""

    def result(
        self,
        operation: Operation,
        arguments: dict[str, Any],
        generic: str | None,
        wanted: int | None,
        node: Any,
        places: dict[str, Any],
    ) -> Any:
        facts = super().result(operation, arguments, generic, wanted, node, places)
        if operation.body and (operation.is_fragment or operation.name not in shape_rules()):
            return facts
        several = len(operation.results) > 1
        base = f"{self.prefix or self.trace_prefix}.{operation.name}"
        outputs = [self._output(fact, base) for fact in (facts if several else (facts,))]
        inputs = [arguments[parameter.name] for parameter in operation.parameters if parameter.is_tensor]
        attributes = {p.name: arguments[p.name] for p in operation.parameters if not p.is_tensor}
        self.trace.steps.append(_Step(operation.name, inputs, attributes, outputs, generic, self.site))
        if len(self.trace.steps) > MAX_INVOCATIONS:
            raise TooMuch
        return tuple(outputs) if several else outputs[0]

    def _output(self, fact: Any, base: str) -> Any:
        if isinstance(fact, list):
            return [self.trace.new(item, base) for item in fact]
        return self.trace.new(fact if isinstance(fact, Tensor) else ANY, base)


def flatten(analysis: Analysis, on_statement: Callable[[int], None] | None = None) -> FlatGraph:
    """The flat graph of a document without errors.

    `on_statement` is told the number of each statement and may raise to stop.  Raises `Unflattenable`.
    """
    trace = _Trace()
    names: dict[str, Any] = {}
    for number, segment in enumerate(analysis.statements()):
        if on_statement is not None:
            on_statement(number)
        tree = segment.tree()
        if not isinstance(tree, n.Assignment):
            raise Unflattenable(segment, None)
        begin = analysis.source.start_of(segment)
        tracer = _Tracer(lambda name: names.get(name, MISSING), analysis.operations, analysis.dialect, budget=Budget())
        tracer.tracing(trace, "", Site(begin + tree.start, begin + tree.end))
        tracer.trace_prefix = segment.defines[0] if segment.defines else "_"
        try:
            names.update(tracer.assignment(tree))
        except (TooMuch, RecursionError) as reason:
            raise Unflattenable(segment, None) from reason
        if tracer.findings:
            raise Unflattenable(segment, tracer.findings[0])
    head = analysis.graph_head
    graph = FlatGraph(head.name.name if head else "graph", list(analysis.inputs), list(analysis.outputs))
    graph.invocations = [_invocation(step) for step in trace.steps]
    graph.tensors = {name: _fact(traced) for name, traced in trace.owners.items()}
    return graph


def _fact(traced: _Traced) -> Tensor:
    from .facts import tensor

    return tensor(traced.dtype, traced.shape)


def _invocation(step: _Step) -> Invocation:
    return Invocation(
        step.operation,
        tuple(map(_input, step.inputs)),
        step.attributes,
        tuple(map(_input, step.outputs)),
        step.generic,
        step.site,
    )


def _input(value: Any) -> Any:
    if isinstance(value, _Traced):
        return TensorName(value.name)
    return [_input(item) for item in value] if isinstance(value, list) else value

