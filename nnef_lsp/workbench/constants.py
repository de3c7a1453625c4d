"""Tensors that no input decides about: which they are, and their values.

Not here: what runs them (`runtime`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from ..archive.containers.model import Model
from ..model.flattening.flat_graph import FlatGraph, tensor_names
from ..runtime.engines import EngineRun, find_engine
from ..runtime.errors import RunError
from ..runtime.inputs.weights import weights_from
from ..runtime.planning.plan import make_plan
from .errors import ChangeError

if TYPE_CHECKING:
    from ..archive.arrays import Array


def constant_names(graph: FlatGraph) -> set[str]:
    """The tensors that follow from variables and literals alone, and are the same in every run."""
    updated = {
        name
        for invocation in graph.invocations
        if invocation.operation == "update"
        for name in tensor_names(invocation.inputs[:1])
    }
    found: set[str] = set()
    for invocation in graph.invocations:
        operation = invocation.operation
        if operation in ("external", "update") or "random" in operation or invocation.has_given:
            continue
        outputs = tensor_names(invocation.outputs)
        if updated.isdisjoint(outputs) and found.issuperset(tensor_names(invocation.inputs)):
            found.update(outputs)
    return found


def values_of(graph: FlatGraph, model: Model, names: Collection[str]) -> dict[str, Array]:
    """The values of some constant tensors; raises ChangeError for what cannot be computed."""
    part = replace(graph, inputs=[], outputs=list(names))
    plan = make_plan(part)
    needed = {name for step in plan.steps for name in step.reads} | set(names)
    variables = tuple(item for item in plan.variables if needed.intersection(tensor_names(item.outputs)))
    plan = replace(plan, externals=(), variables=variables)
    try:
        job = EngineRun(plan, {}, weights_from("model", model, graph))
        found = find_engine("numpy").load(job).run({}).tensors
    except RunError as error:
        raise ChangeError(f"a constant part of the graph cannot be computed: {error.message}") from error
    return {name: found[name] for name in names}
