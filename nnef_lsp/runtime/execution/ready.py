"""The calls of a program made ready before a run: where their inputs come from, where results go, which shapes they have.

A network of small steps (a recurrent cell written out) spends its time between the kernels, so nothing that is known
before the run is looked up during it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...model.flattening.flat_graph import TensorName
from ...model.values.tensor import Tensor
from ..arrays.dtypes import Array, Dtype, Produced, literal, numpy_dtype
from ..planning.costs import extents
from ..prepared.layout import empty, rows_or_copy
from ..prepared.poison import sealed, spoiled
from ..prepared.program import Call, Program


class Ready:
    """One call.  `outputs`: for each result the name, the extents it must have (None: not known), and whether it lies in
    the arena; a list of those for an array of tensors.  `single`: the only one, if there is one.  `first` and `done` are
    the index of its first step and the number of steps done after it, `drops` the tensors to forget then.  With `poison`
    new results are filled first, and kernels cannot write to their inputs.
    """

    __slots__ = ("call", "done", "drops", "first", "fresh", "keys", "outputs", "place", "poison", "single", "update")

    def __init__(
        self, call: Call, program: Program, tensors: Mapping[str, Tensor], scalar: str, poison: bool = False
    ) -> None:
        self.call, self.poison = call, poison
        invocation = call.step.invocation
        self.update = invocation.operation == "update"
        self.keys = (
            list(call.form.reads) if call.form is not None else [_key(item, scalar) for item in invocation.inputs]
        )
        self.outputs = [
            [_output(part, program, tensors) for part in item]
            if isinstance(item, list)
            else _output(item, program, tensors)
            for item in invocation.outputs
        ]
        self.single = self.outputs[0] if len(self.outputs) == 1 and isinstance(self.outputs[0], tuple) else None
        self.first, self.done = call.steps[0].index, call.step.index + 1
        self.drops = [name for name in call.frees if name not in program.slots]
        self.place: Array | None = None
        self.fresh: tuple[tuple[int, ...], Dtype | None, bool] | None = None
        if call.form is not None or call.out:
            name = call.step.writes[0]
            fact = tensors[name]
            self.place = program.slots.get(name)
            self.fresh = (extents(fact) or (), numpy_dtype(fact.dtype, scalar), program.last.get(name, False))

    def results(self, tensors: Mapping[str, Array]) -> list[Produced]:
        """Compute from the tensors known so far."""
        call, out = self.call, self.place
        if out is None and self.fresh is not None:
            out = empty(*self.fresh)  # it outlives the run
            out = spoiled(out) if self.poison else out
        inputs = [tensors[key] if type(key) is str else _found(key, tensors) for key in self.keys]
        if call.kernel is not None:
            inputs = [sealed(item) for item in inputs] if self.poison else inputs
            return call.kernel(inputs) if out is None else [_in_place(call.kernel(inputs, out), out)]
        assert call.form is not None and out is not None
        call.form.run(inputs[0], out, [rows_or_copy(extra) for extra in inputs[1:]])
        return [out]


def _in_place(results: list[Produced], out: Array) -> Array:
    """The only result at the place it was given, wherever the kernel left it."""
    (result,) = results
    if result is not out:
        np.copyto(out, result)
    return out


Output = tuple[str, "tuple[int, ...] | None", bool]


def _output(name: TensorName, program: Program, tensors: Mapping[str, Tensor]) -> Output:
    return name.name, extents(tensors.get(name.name)), name.name in program.slots


def _key(item: Any, scalar: str) -> Any:
    """A name, a list of keys, or the array of a literal."""
    if isinstance(item, TensorName):
        return item.name
    return [_key(part, scalar) for part in item] if isinstance(item, list) else literal(item, scalar)


def _found(key: Any, tensors: Mapping[str, Array]) -> Any:
    if type(key) is str:
        return tensors[key]
    return [_found(part, tensors) for part in key] if isinstance(key, list) else key
