"""A plan: which invocations of a flat graph run, in which order, and after which step each tensor dies.

    plan = make_plan(graph, keep={"conv1"})

Steps that nothing wanted depends on are left out.  `external` and `variable` are not steps: the executor binds inputs
and weights.  A plan holds no data and imports no numpy, so that `stats` can print it cheaply.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from ...model.flattening.flat_graph import FlatGraph, Invocation, tensor_names
from .costs import Cost, cost, tensor_bytes

SOURCES = ("external", "variable")


@dataclass(frozen=True, slots=True)
class Step:
    """One invocation to run: the tensors it reads and writes, and those that nobody reads after it.

    `live_bytes` is what activations hold while it runs (None when a shape is not known).
    """

    index: int
    invocation: Invocation
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    frees: tuple[str, ...]
    cost: Cost
    live_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps of a graph; `wanted` are the outputs and the tensors to keep.

    `peak_bytes` is the most that activations need at once, by liveness (without weights; None when a shape is not
    known): what a run cannot do without.
    """

    graph: FlatGraph
    externals: tuple[Invocation, ...]
    variables: tuple[Invocation, ...]
    steps: tuple[Step, ...]
    wanted: frozenset[str]
    peak_bytes: int | None

    @property
    def macs(self) -> int | None:
        """Multiply-accumulates of one run; None when a shape is not known."""
        total = 0
        for step in self.steps:
            if step.cost.macs is None:
                return None
            total += step.cost.macs
        return total


def make_plan(graph: FlatGraph, keep: Collection[str] = ()) -> Plan:
    """The plan that computes the graph's outputs, all updates of variables, and the tensors in `keep`."""
    wanted = frozenset(graph.outputs) | frozenset(keep)
    needed = _needed(graph, wanted)
    sources = [invocation for invocation in graph.invocations if invocation.operation in SOURCES]
    persistent = {name for invocation in sources for name in tensor_names(invocation.outputs)}
    last: dict[str, int] = {}
    for index, invocation in enumerate(needed):
        for name in (*tensor_names(invocation.inputs), *tensor_names(invocation.outputs)):
            last[name] = index
    steps = []
    for index, invocation in enumerate(needed):
        reads, writes = dict.fromkeys(tensor_names(invocation.inputs)), dict.fromkeys(tensor_names(invocation.outputs))
        dying = [n for n in {**reads, **writes} if last[n] == index and n not in wanted and n not in persistent]
        steps.append(
            Step(index, invocation, tuple(reads), tuple(writes), tuple(dying), cost(invocation, graph.tensors))
        )
    externals = tuple(invocation for invocation in sources if invocation.operation == "external")
    variables = tuple(invocation for invocation in sources if invocation.operation == "variable")
    live = _live(graph, steps)
    if live is not None:
        steps = [replace(step, live_bytes=size) for step, size in zip(steps, live, strict=True)]
    return Plan(graph, externals, variables, tuple(steps), wanted, None if live is None else max(live, default=0))


def _needed(graph: FlatGraph, wanted: frozenset[str]) -> list[Invocation]:
    """The invocations that something wanted depends on; an update is always wanted, it has an effect."""
    reached = set(wanted)
    needed = []
    for invocation in reversed(graph.invocations):
        if invocation.operation in SOURCES:
            continue
        if invocation.operation == "update" or not reached.isdisjoint(tensor_names(invocation.outputs)):
            reached.update(tensor_names(invocation.inputs))
            needed.append(invocation)
    return needed[::-1]


def _live(graph: FlatGraph, steps: list[Step]) -> list[int] | None:
    """What activations hold at each step."""
    live, found = 0, []
    for step in steps:
        for name in step.writes:
            size = tensor_bytes(graph.tensors.get(name))
            if size is None:
                return None
            live += size
        found.append(live)
        live -= sum(tensor_bytes(graph.tensors.get(name)) or 0 for name in step.frees)
    return found
