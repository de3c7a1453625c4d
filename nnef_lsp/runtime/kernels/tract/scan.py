"""tract_core_scan: a loop whose body is a flat graph of its own."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ....model.flattening.flat_graph import FlatGraph, Input, TensorName
from ...arrays.dtypes import Array, Operand, literal
from ...tiles.cancel import check
from .. import KernelError, kernel


class LoopBody:
    """The body of a loop, planned once and run at every step."""

    def __init__(self, graph: FlatGraph) -> None:
        from ...planning.plan import make_plan
        from ..binding import bind

        self.graph = graph
        self.plan = make_plan(graph)
        if self.plan.variables or self.plan.externals:
            raise KernelError("variables and inputs inside of a loop are not computed here", "body")
        self.calls = [(step, bind(step.invocation, "float32")) for step in self.plan.steps]

    def run(self, arguments: dict[str, Array]) -> list[Array]:
        """The results for one step, in the order of the fragment."""
        from ..binding import named

        tensors = dict(arguments)
        for step, call in self.calls:
            results = call([_resolved(item, tensors) for item in step.invocation.inputs])
            tensors.update(named(step.invocation.outputs, results))
        return [tensors[name] for name in self.graph.outputs]


def _resolved(item: Input, tensors: Mapping[str, Array]) -> Operand:
    if isinstance(item, TensorName):
        return tensors[item.name]
    if isinstance(item, list):
        return [tensors[part.name] if isinstance(part, TensorName) else literal(part, "float32") for part in item]
    return literal(item, "float32")


@kernel("tract:tract_core_scan")
def scan(
    *inputs: Array,
    body: FlatGraph,
    scan: list[tuple[str, int, int]],
    full: list[str],
    state: list[tuple[str, str]],
    output: list[tuple[str, str, int, int]],
    skip: int = 0,
    reset_every_turn: int = 0,
    external_state: int = 0,
) -> list[Array]:
    """Inputs are what is scanned, what is passed whole, and the states' first values.

    Nothing is computed in the first `skip` steps.  What they would give, and what is scanned beyond the end where the
    chunks do not come out even, is zeros here; tract leaves there what memory held.
    """
    check()
    loop = LoopBody(body)
    scanned = inputs[: len(scan)]
    arguments = dict(zip(full, inputs[len(scan) : len(scan) + len(full)], strict=True))
    arguments.update(zip([name for name, _ in state], inputs[len(scan) + len(full) :], strict=True))
    places = {name: place for place, name in enumerate(_results(body))}
    _, axis, chunk = scan[0]
    steps = -(-scanned[0].shape[axis] // abs(chunk))
    collected: list[list[Array]] = [[] for _ in output]
    for step in range(min(skip, steps), steps):
        check()
        for (name, axis, chunk), array in zip(scan, scanned, strict=True):
            arguments[name] = _chunk(array, axis, chunk, step, steps)
        results = loop.run(arguments)
        arguments.update({name: results[places[result]] for name, result in state})
        for (name, kind, _, _), found in zip(output, collected, strict=True):
            if kind == "last":
                found.clear()
            found.append(results[places[name]])
    if skip >= steps:
        raise KernelError(f"all {steps} steps are skipped", "skip")
    return [
        found[-1] if kind == "last" else _joined(found, axis, chunk, min(skip, steps))
        for (_, kind, axis, chunk), found in zip(output, collected, strict=True)
    ]


def _joined(found: list[Array], axis: int, chunk: int, skipped: int) -> Array:
    """The results of all steps, one after the other."""
    every = [*[np.zeros_like(found[0])] * skipped, *found]
    return np.concatenate(every[::-1] if chunk < 0 else every, axis=axis)


def _results(body: FlatGraph) -> list[str]:
    """The fragment's own names of its results, in the order of the graph's outputs."""
    return list(body.result_names) or body.outputs


def _chunk(array: Array, axis: int, chunk: int, step: int, steps: int) -> Array:
    size = abs(chunk)
    first = (steps - 1 - step if chunk < 0 else step) * size
    part = array[(slice(None),) * axis + (slice(first, first + size),)]
    missing = size - part.shape[axis]
    if not missing:
        return part
    return np.pad(part, [(0, missing if each == axis else 0) for each in range(part.ndim)])
