"""Running a plan in this process: one step at a time, tensors freed after their last use.

    session = Session(make_plan(graph), weights)        # weights(label) -> array
    result = session.run({"input": array})

A session keeps the variables between runs (`update` writes them when the cycle is over).  Every result is checked
against the shape that the analysis inferred: running tests the model, and back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from math import prod
from time import perf_counter
from typing import Protocol

import numpy as np

from ...faults import fault
from ...model.flattening.flat_graph import FlatGraph, Invocation, TensorName, tensor_names
from ...model.operations.dialects import DIALECTS
from ..arrays.dtypes import Array, Produced, format_extents, numpy_dtype
from ..arrays.runs import long_runs
from ..errors import RunError, failed
from ..kernels import KernelError
from ..planning.costs import extents
from ..planning.plan import Plan, Step, make_plan
from ..prepared.poison import Poison, asked_for
from ..prepared.program import Call, compile_plan
from ..tiles.cancel import Cancelled, cancellable, check
from ..tiles.team import working
from .memory import Memory, owner
from .quantized import quantizer
from .ready import Ready
from .threads import blas_threads

Weights = Callable[[str], Array]
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Result:
    """What a run gives.  `tensors` has the outputs and the tensors kept; `seconds` one item per step of the plan (that
    of steps which ride along is counted at the step they ride with, `rides`: step -> that step); `peak_bytes` the most that activations and
    working memory took at once."""

    outputs: dict[str, Array]
    tensors: dict[str, Array]
    seconds: list[float] = field(default_factory=list)
    peak_bytes: int = 0
    rides: dict[int, int] = field(default_factory=dict)


class Watch(Protocol):
    """Looks at tensors while a run goes its usual way; keeping them would make it go another."""

    def reads(self, call: Call, tensors: Mapping[str, Array]) -> None: ...
    def writes(self, call: Call, tensors: Mapping[str, Array]) -> None: ...


class Session:
    """A plan with its weights: runs any number of times; variables persist between runs.

    With `prepare` off every step is computed by its kernel as written: slower, and what the prepared forms are tested
    against.  Simulated quantization needs every tensor and turns preparation off.  With `poison` (or `NNEF_LSP_POISON=1`
    in the environment) memory that is free shows as NaN where it is read all the same (`prepared/poison.py`).
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
        poison: bool = False,
    ) -> None:
        self.plan, self.dtype = plan, dtype
        poison = poison or asked_for()
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
        self.poison = Poison(self.program) if poison else None
        self.calls = [Ready(call, self.program, plan.graph.tensors, dtype, poison) for call in calls]
        self.rides = {step.index: call.steps[0].index for call in calls for step in call.steps[1:]}
        self.read = {name: key for name, key in self.labels.items() if name in self.program.reads or key in updated}
        self.variables = {
            key: self.variables[key] for key in self.read.values()
        }  # others live on in layouts of their own
        # Whose memory no caller may get.  A variable that is updated leaves its array at the end of the cycle that gives
        # it away, so those that take its place need not be here.
        lasting = (*self.variables.values(), *self.program.constants.values())
        self.lasting = frozenset(id(owner(array)) for array in lasting)

    def _load(self, invocation: Invocation, weights: Weights) -> None:
        label = str(invocation.attributes["label"])
        key = label.lower()  # labels that differ in case only share their data (4.1.3)
        for name in tensor_names(invocation.outputs):
            self.labels[name] = key
        if key in self.variables:
            return
        try:
            array = np.asarray(weights(label))
        except MemoryError:
            raise
        except Exception as error:
            raise failed(invocation, f"the weights '{label}' cannot be read: {error}") from error
        expected = tuple(invocation.ints("shape"))
        if DIALECTS[self.plan.graph.dialect].blocks and array.size == prod(expected):
            array = array.reshape(expected)  # blocks of 4 bits have no more axes than they need
        if array.shape != expected:
            raise failed(
                invocation,
                f"the weights '{label}' have the shape {format_extents(array.shape)}, not {format_extents(expected)}",
            )
        self.variables[key] = converted(array, invocation.generic or "scalar", self.dtype)

    def run(
        self,
        inputs: Mapping[str, Array],
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
        watch: Watch | None = None,
    ) -> Result:
        """One cycle.  Raises `RunError`, `Cancelled` or MemoryError; a failed cycle updates no variable.

        `watch` sees tensors by name while they live: what a call is about to read, and what it wrote.
        """
        program, total = self.program, len(self.plan.steps)
        tensors: dict[str, Array] = {name: self.variables[key] for name, key in self.read.items()}
        tensors.update(program.constants)
        bound = self._inputs(inputs)
        tensors.update(bound)
        memory = Memory(program.arena)
        result = Result({}, {}, [0.0] * total, rides=self.rides)
        updates: dict[str, Array] = {}
        with cancellable(cancelled), blas_threads(1), np.errstate(all="ignore"), long_runs(), working(program.team):
            for name in [n for n in tensors if self.quantize]:
                tensors[name] = self._quantized(name, tensors[name])
            if self.poison is not None:
                self.poison.everything()
            started = perf_counter()
            for index, ready in enumerate(self.calls):
                check()
                if watch is not None:
                    watch.reads(ready.call, tensors)
                self._call(ready, tensors, memory)
                if watch is not None:
                    watch.writes(ready.call, tensors)
                if ready.update:
                    # Copied now: the value may lie at a place that later calls of this cycle write.
                    updates[self._updated(ready.call.step)] = np.array(tensors[ready.call.step.writes[0]])
                for name in ready.drops:
                    memory.remove(tensors.pop(name))
                if self.poison is not None:
                    self.poison.after(index)
                ended = perf_counter()
                result.seconds[ready.first] = ended - started
                started = ended
                if progress is not None:
                    progress(ready.done, total)
        self.variables.update(updates)
        result.peak_bytes = memory.peak + program.arena_bytes
        given = {id(owner(array)) for array in bound.values()}
        result.tensors = {
            name: owned(tensors[name], self.lasting, given) for name in self.plan.wanted if name in tensors
        }
        result.outputs = {name: result.tensors[name] for name in self.plan.graph.outputs if name in tensors}
        return result

    def _inputs(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """The external tensors, checked."""
        bound: dict[str, Array] = {}
        for invocation in self.plan.externals:
            for name in tensor_names(invocation.outputs):
                if name not in inputs:
                    raise RunError(f"no value is given for the input '{name}'", "external", name, invocation.site)
                array = converted(np.asarray(inputs[name]), invocation.generic or "scalar", self.dtype)
                known = extents(self.plan.graph.tensors.get(name))
                if known is not None and array.shape != known:
                    raise _misshapen(invocation, "the input has", array, known)
                bound[name] = array
        return bound

    def _call(self, ready: Ready, tensors: dict[str, Array], memory: Memory) -> None:
        """Computes the results of a call into `tensors`."""
        try:
            results = ready.results(tensors)
        except (RunError, Cancelled, MemoryError):
            raise
        except Exception as error:
            invocation = ready.call.steps[0].invocation
            if not isinstance(error, KernelError):
                fault(f"the kernel of {invocation.operation}", error)
            raise failed(invocation, _reason(error)) from error
        if ready.single is not None and self.quantize is None:
            name, known, placed = ready.single
            (array,) = results
            assert not isinstance(array, list)
            if known is None or array.shape == known:
                tensors[name] = array if placed else _held(array, ready, memory)
                return
        self._keep(ready, results, tensors, memory)

    def _keep(self, ready: Ready, results: list[Produced], tensors: dict[str, Array], memory: Memory) -> None:
        """Results by their names, checked."""
        invocation = ready.call.step.invocation
        for output, value in zip(ready.outputs, results, strict=True):
            if isinstance(output, list) and len(output) != len(value):
                raise failed(invocation, f"it gives {len(value)} tensors, but {len(output)} are named")
            outputs, arrays = (
                (output if isinstance(output, list) else [output]),
                value if isinstance(value, list) else [value],
            )
            for (name, known, placed), array in zip(outputs, arrays, strict=True):
                if known is not None and array.shape != known:
                    raise _misshapen(invocation, f"'{name}' came out with", array, known)
                array = self._quantized(name, array)
                tensors[name] = array if placed else _held(array, ready, memory)

    def _quantized(self, name: str, array: Array) -> Array:
        return array if self.quantize is None else self.quantize(name, array)

    def _updated(self, step: Step) -> str:
        variable = step.invocation.inputs[0]
        if not isinstance(variable, TensorName) or variable.name not in self.labels:
            raise failed(step.invocation, "only a variable can be updated")
        return self.labels[variable.name]


def _held(array: Array, ready: Ready, memory: Memory) -> Array:
    """The result in memory that lasts as long as the tensor: a look into the arena that the plan did not reckon with is
    copied, since its place may be written again before the tensor is read."""
    if memory.in_arena(array) and not ready.call.view:
        array = array.copy()
    memory.add(array)
    return array


def _misshapen(invocation: Invocation, what: str, array: Array, known: tuple[int, ...]) -> RunError:
    return failed(invocation, f"{what} the shape {format_extents(array.shape)}, expected is {format_extents(known)}")


def _reason(error: Exception) -> str:
    """What a kernel has to say; anything but a `KernelError` is its own fault, or comes of arguments nobody has checked."""
    return error.message if isinstance(error, KernelError) else f"the kernel failed: {type(error).__name__}: {error}"


def owned(array: Array, *others: Collection[int]) -> Array:
    """A contiguous array of its own for the caller: places in the arena are written again in the next run, and arrays
    whose `id` is in `others` belong to the session or to who gave the inputs."""
    own = array.base is None and array.flags.c_contiguous and not any(id(array) in ids for ids in others)
    return array if own else np.array(array, order="C")


def converted(array: Array, generic: str, scalar: str) -> Array:
    """The array in the run's type for the NNEF type; the array itself where it has it already."""
    dtype = numpy_dtype(generic, scalar)
    return array if dtype is None else array.astype(dtype, copy=False)


def run(
    graph: FlatGraph,
    inputs: Mapping[str, Array],
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
