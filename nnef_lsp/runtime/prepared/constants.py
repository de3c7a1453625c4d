"""Tensors whose values are known before the run: weights that no step updates, constants, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ...model.flattening.flat_graph import Input, Literal, TensorName, tensor_names
from ..arrays.dtypes import Array, Operand, literal
from ..errors import failed
from ..kernels import BoundKernel, KernelError
from ..kernels.binding import named
from ..planning.costs import tensor_bytes
from ..planning.plan import Plan, Step

FOLD_BYTES = 1 << 22
"""Larger results are computed in each run: folding them would hold their memory for good."""


class Constants:
    """Values by name of tensor; `resolve` also takes literals."""

    def __init__(self, plan: Plan, variables: Mapping[str, Array], scalar: str) -> None:
        updated = {
            name
            for step in plan.steps
            if step.invocation.operation == "update"
            for name in tensor_names(step.invocation.inputs[:1])
        }
        self.values: dict[str, Array] = {name: array for name, array in variables.items() if name not in updated}
        self.scalar = scalar
        self.plan = plan

    def resolve(self, item: Input) -> Array | None:
        """The array behind an input of an invocation, None if it is not known before the run."""
        if isinstance(item, TensorName):
            return self.values.get(item.name)
        return None if isinstance(item, list) else literal(item, self.scalar)

    def fold(self, step: Step, call: BoundKernel) -> bool:
        """Compute the step now, if its inputs are known and its result is small; True if that was done."""
        invocation = step.invocation
        if invocation.operation == "update" or any(name not in self.values for name in step.reads):
            return False
        sizes = [tensor_bytes(self.plan.graph.tensors.get(name)) for name in step.writes]
        if any(size is None or size > FOLD_BYTES for size in sizes):
            return False
        with np.errstate(all="ignore"):
            try:
                results = call([self._value(item) for item in invocation.inputs])
            except KernelError as error:
                raise failed(invocation, error.message) from error
        self.values.update(named(invocation.outputs, results))
        return True

    def _value(self, item: Input) -> Operand:
        return [self._one(part) for part in item] if isinstance(item, list) else self._one(item)

    def _one(self, item: TensorName | Literal) -> Array:
        return self.values[item.name] if isinstance(item, TensorName) else literal(item, self.scalar)
