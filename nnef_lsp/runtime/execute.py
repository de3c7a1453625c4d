"""Running a plan in this process: one step at a time, tensors freed after their last use.

    session = Session(make_plan(graph), weights)        # weights(label) -> array
    result = session.run({"input": array})

A session keeps the variables between runs (`update` writes them when the cycle is over).  Every result is checked
against the shape that the analysis inferred: running tests the model, and back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np

from ..model.flat import FlatGraph, Invocation, TensorName
from .arrays.dtypes import Array, format_extents, literal, numpy_dtype
from .arrays.runs import long_runs
from .cancel import Cancelled, cancellable, check
from .costs import extents, names
from .errors import RunError, failed
from .kernels import KernelError
from .memory import Memory
from .plan import Plan, Step, make_plan
from .prepared.layout import empty, rows_or_copy
from .prepared.program import Call, compile_plan
from .quantized import quantizer
from .threads import blas_threads

Weights = Callable[[str], Any]
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Result:
    """What a run gives.  `tensors` has the outputs and the tensors kept; `seconds` one item per step of the plan (that
    of steps which ride along is counted at the step they ride with, `rides`: step -> that step); `peak_bytes` the most that activations and
    working memory took at once."""

    outputs: dict[str, Any]
    tensors: dict[str, Any]
    seconds: list[float] = field(default_factory=list)
    peak_bytes: int = 0
    rides: dict[int, int] = field(default_factory=dict)


class Session:
    """A plan with its weights: runs any number of times; variables persist between runs.

    With `prepare` off every step is computed by its kernel as written: slower, and what the prepared forms are tested
    against.  Simulated quantization needs every tensor and turns preparation off.
    """

    def __init__(
        self,
        plan: Plan,
        weights: Weights,
        *,
        dtype: str = "float32",
        threads: int = 1,
        quantize: bool = False,
        prepare: bool = True,
    ) -> None:
        self.plan, self.dtype = plan, dtype
        self.labels: dict[str, str] = {}
        self.variables: dict[str, Array] = {}
        for invocation in plan.variables:
            self._load(invocation, weights)
        self.quantize = quantizer(plan.graph, dtype) if quantize else None
        updated = {self._updated(step) for step in plan.steps if step.invocation.operation == "update"}
        fixed = {name: self.variables[key] for name, key in self.labels.items() if key not in updated}
        with blas_threads(1), np.errstate(all="ignore"):
            self.program = compile_plan(plan, fixed, dtype, prepare and not quantize, threads)
        calls = self.program.calls
        self.rides = {step.index: call.steps[0].index for call in calls for step in call.steps[1:]}
        self.read = {name: key for name, key in self.labels.items() if name in self.program.reads or key in updated}
        self.variables = {key: self.variables[key] for key in self.read.values()}  # others live on in layouts of their own

    def _load(self, invocation: Invocation, weights: Weights) -> None:
        label = str(invocation.attributes["label"])
        key = label.lower()  # labels that differ in case only share their data (4.1.3)
        for name in names(invocation.outputs):
            self.labels[name] = key
        if key in self.variables:
            return
        try:
            array = np.asarray(weights(label))
        except MemoryError:
            raise
        except Exception as error:
            raise failed(invocation, f"the weights '{label}' cannot be read: {error}") from error
        expected = tuple(invocation.attributes["shape"])
        if array.shape != expected:
            raise failed(
                invocation, f"the weights '{label}' have the shape {format_extents(array.shape)}, not {format_extents(expected)}"
            )
        self.variables[key] = converted(array, invocation.generic or "scalar", self.dtype)

    def run(
        self, inputs: Mapping[str, Any], progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
    ) -> Result:
        """One cycle.  Raises `RunError`, `Cancelled` or MemoryError; a failed cycle updates no variable."""
        program, total = self.program, len(self.plan.steps)
        tensors: dict[str, Any] = {name: self.variables[key] for name, key in self.read.items()}
        tensors.update(program.constants)
        tensors.update(self._inputs(inputs))
        memory = Memory()
        result = Result({}, {}, [0.0] * total, rides=self.rides)
        updates: dict[str, Array] = {}
        with cancellable(cancelled), blas_threads(1), np.errstate(all="ignore"), long_runs():
            for name in [n for n in tensors if self.quantize]:
                tensors[name] = self._quantized(name, tensors[name])
            for call in program.calls:
                check()
                started = perf_counter()
                self._call(call, tensors, memory)
                if call.step.invocation.operation == "update":
                    updates[self._updated(call.step)] = tensors[call.step.writes[0]]
                for name in call.frees:
                    memory.remove(tensors.pop(name))
                result.seconds[call.steps[0].index] = perf_counter() - started
                if progress is not None:
                    progress(call.step.index + 1, total)
        for key, array in updates.items():
            self.variables[key] = np.array(array)
        result.peak_bytes = memory.peak + program.arena_bytes
        result.tensors = {name: owned(tensors[name]) for name in self.plan.wanted if name in tensors}
        result.outputs = {name: result.tensors[name] for name in self.plan.graph.outputs if name in tensors}
        return result

    def _inputs(self, inputs: Mapping[str, Any]) -> dict[str, Array]:
        """The external tensors, checked."""
        bound: dict[str, Array] = {}
        for invocation in self.plan.externals:
            for name in names(invocation.outputs):
                if name not in inputs:
                    raise RunError(f"no value is given for the input '{name}'", "external", name, invocation.site)
                array = converted(np.asarray(inputs[name]), invocation.generic or "scalar", self.dtype)
                self._check_shape(invocation, name, array)
                bound[name] = array
        return bound

    def _call(self, call: Call, tensors: dict[str, Any], memory: Memory) -> None:
        """Computes the results of a call into `tensors`."""
        invocation = call.steps[0].invocation
        try:
            results = self._results(call, tensors)
        except KernelError as error:
            raise failed(invocation, error.message) from error
        except (Cancelled, MemoryError):
            raise
        except Exception as error:  # a kernel's own fault, or arguments nobody has checked
            raise failed(invocation, f"the kernel failed: {type(error).__name__}: {error}") from error
        invocation = call.step.invocation
        for names_, value in zip(invocation.outputs, results, strict=True):
            if isinstance(names_, list) and len(names_) != len(value):
                raise failed(invocation, f"it gives {len(value)} tensors, but {len(names_)} are named")
            pairs = zip(names_, value, strict=True) if isinstance(names_, list) else [(names_, value)]
            for name, array in pairs:
                self._check_shape(invocation, name.name, array)
                tensors[name.name] = array = self._quantized(name.name, array)
                if name.name not in self.program.slots:
                    memory.add(array)

    def _results(self, call: Call, tensors: dict[str, Any]) -> list[Any]:
        if call.kernel is not None:
            inputs = [self._resolve(item, tensors) for item in call.step.invocation.inputs]
            out = self._place(call.step.writes[0]) if call.out else None
            return call.kernel(inputs) if out is None else call.kernel(inputs, out)
        assert call.form is not None
        source, *extras = (tensors[name] for name in call.form.reads)
        out = self._place(call.form.writes)
        call.form.run(source, out, [rows_or_copy(extra) for extra in extras])
        return [out]

    def _place(self, name: str) -> Array:
        """Where a result goes: its place in the arena, or new memory if it outlives the run."""
        slot = self.program.slots.get(name)
        if slot is not None:
            return slot
        fact = self.plan.graph.tensors[name]
        return empty(extents(fact) or (), numpy_dtype(fact.dtype, self.dtype), self.program.last.get(name, False))

    def _resolve(self, item: Any, tensors: dict[str, Any]) -> Any:
        if isinstance(item, TensorName):
            return tensors[item.name]
        if isinstance(item, list):
            return [self._resolve(part, tensors) for part in item]
        return literal(item, self.dtype)

    def _quantized(self, name: str, array: Array) -> Array:
        return array if self.quantize is None else self.quantize(name, array)

    def _check_shape(self, invocation: Invocation, name: str, array: Array) -> None:
        fact = self.plan.graph.tensors.get(name)
        known = extents(fact)
        if known is not None and array.shape != known:
            what = "the input has" if invocation.operation == "external" else f"'{name}' came out with"
            raise failed(
                invocation, f"{what} the shape {format_extents(array.shape)}, expected is {format_extents(known)}"
            )

    def _updated(self, step: Step) -> str:
        variable = step.invocation.inputs[0]
        if not isinstance(variable, TensorName) or variable.name not in self.labels:
            raise failed(step.invocation, "only a variable can be updated")
        return self.labels[variable.name]


def owned(array: Array) -> Array:
    """A contiguous array of its own for the caller: places in the arena are written again in the next run."""
    return array if array.base is None and array.flags.c_contiguous else np.array(array, order="C")


def converted(array: Array, generic: str, scalar: str) -> Array:
    """The array in the run's type for the NNEF type; the array itself where it has it already."""
    dtype = numpy_dtype(generic, scalar)
    return array if dtype is None else array.astype(dtype, copy=False)


def run(
    graph: FlatGraph,
    inputs: Mapping[str, Any],
    weights: Weights,
    *,
    keep: Collection[str] = (),
    dtype: str = "float32",
    threads: int = 1,
    quantize: bool = False,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Result:
    """Plan and run a graph once."""
    session = Session(make_plan(graph, keep), weights, dtype=dtype, threads=threads, quantize=quantize)
    return session.run(inputs, progress, cancelled)
