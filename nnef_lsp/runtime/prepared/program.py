"""A plan with its weights turned into calls: prepared forms where there is one, kernels otherwise, and places in memory.

Order is the plan's; steps that ride along run with the operation before them, at the place of the last of them.
"""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from ...model.flattening.flat_graph import tensor_names
from ..arrays.dtypes import Array, Dtype, numpy_dtype
from ..kernels import BoundKernel, kernels
from ..kernels.binding import bind
from ..planning.costs import extents
from ..planning.plan import Plan, Step
from ..tiles.team import ALONE, Team
from .arena import Region, arrange
from .constants import Constants
from .forms import PreparedStep, form_of
from .fusion import Neighbours
from .layout import arranged
from .scratch import Lease, Scratch

SLACK = 0.2
"""Working memory beyond what tensors need, at the step where they need most; a part of it."""


@dataclass(slots=True)
class Call:
    """One thing to do: a prepared form, or a kernel with (`out`) or without a place for its result.

    `view`: its results may share memory with what it reads, and places are arranged for that (a result that shares memory
    without it is copied when it is seen); `frees`: tensors that nobody reads after it; `leases`: working memory of the form.
    """

    steps: list[Step]
    form: PreparedStep | None = None
    kernel: BoundKernel | None = None
    out: bool = False
    view: bool = False
    frees: tuple[str, ...] = ()
    leases: list[Lease] = field(default_factory=list)

    @property
    def step(self) -> Step:
        """The step whose result this call gives."""
        return self.steps[-1]


@dataclass(slots=True)
class Program:
    """Calls in order; the places of results; tensors known beforehand.

    `reads`: the tensors that calls read or that are wanted.  `arena_bytes`, working memory included, is what a run needs besides what kernels allocate.
    """

    calls: list[Call]
    constants: dict[str, Array]
    slots: dict[str, Array]
    last: dict[str, bool]
    arena_bytes: int = 0
    reads: set[str] = field(default_factory=set)
    arena: Array | None = None
    places: list[Region] = field(default_factory=list)
    team: Team = ALONE


def compile_plan(
    plan: Plan, variables: Mapping[str, Array], scalar: str, prepare: bool = True, threads: int = 1
) -> Program:
    """The program of a plan; with `prepare` off every step is its kernel (the oracle of the tests)."""
    builder = _Builder(plan, variables, scalar, threads)
    return builder.prepared() if prepare else builder.plain()


class _Builder:
    def __init__(self, plan: Plan, variables: Mapping[str, Array], scalar: str, threads: int) -> None:
        self.plan, self.scalar = plan, scalar
        self.constants = Constants(plan, variables, scalar)
        self.scratch = Scratch(Team(threads))
        self.readers: dict[str, list[Step]] = {}
        for step in plan.steps:
            for name in step.reads:
                self.readers.setdefault(name, []).append(step)
        self.bound = {step.index: bind(step.invocation, scalar, plan.graph.tensors) for step in plan.steps}
        self.last: dict[str, bool] = {}
        self.covered: set[int] = set()
        self.seen: dict[str, set[str]] = {}

    def plain(self) -> Program:
        calls = [Call([step], kernel=self.bound[step.index], frees=step.frees) for step in self.plan.steps]
        return Program(calls, {}, {}, {}, reads=self.needed(calls), team=self.scratch.team)

    def prepared(self) -> Program:
        context = Neighbours(self.shape, self.real, self.only_reader, self.constants)
        done: dict[int, Call] = {}
        for step in self.plan.steps:
            if step.index in self.covered or self.constants.fold(step, self.bound[step.index]):
                continue
            self.scratch.room = self.room(step)
            form = form_of(step, context, self.scratch, np.dtype(self.scalar), self.is_last)
            if form is None:
                self.scratch.taken()
                done[step.index] = self.general(step)
                continue
            self.covered.update(part.index for part in form.steps)
            done[form.steps[-1].index] = Call(form.steps, form, leases=self.scratch.taken())
            self.last[form.writes] = True
            for array in form.used:
                release(array)
        calls = [done[index] for index in sorted(done)]
        self.set_frees(calls)
        reads = self.needed(calls)
        known = {name: value for name, value in self.constants.values.items() if name in reads}
        program = Program(calls, known, {}, self.last, reads=reads, team=self.scratch.team)
        self.place(program)
        return program

    def room(self, step: Step) -> int:
        """What working memory may take at a step, so that a run needs hardly more than its tensors do."""
        if self.plan.peak_bytes is None:
            return 1 << 62
        return int(self.plan.peak_bytes * (1 + SLACK)) - (step.live_bytes or 0)

    def general(self, step: Step) -> Call:
        operation = kernels().get(step.invocation.operation)
        if operation is None:  # one of the project's own
            return Call([step], kernel=self.bound[step.index])
        out = operation.out and len(step.writes) == 1 and self.shape(step.writes[0]) is not None
        if out and step.writes:
            shape = self.shape(step.writes[0])
            same = [name for name in step.reads if self.shape(name) == shape]
            pool = step.reads if step.invocation.operation == "concat" else same
            self.last[step.writes[0]] = bool(pool) and any(map(self.is_last, pool))
        return Call([step], kernel=self.bound[step.index], out=out, view=operation.view)

    def shape(self, name: str) -> tuple[int, ...] | None:
        return extents(self.plan.graph.tensors.get(name))

    def dtype(self, name: str) -> Dtype | None:
        fact = self.plan.graph.tensors.get(name)
        return None if fact is None else numpy_dtype(fact.dtype, self.scalar)

    def real(self, name: str) -> bool:
        return bool(self.dtype(name) == np.dtype(self.scalar))

    def is_last(self, name: str) -> bool:
        return self.last.get(name, False)

    def only_reader(self, name: str) -> Step | None:
        readers = self.readers.get(name, [])
        if len(readers) != 1 or name in self.plan.wanted or readers[0].index in self.covered:
            return None
        reads = tensor_names(readers[0].invocation.inputs)
        return readers[0] if reads.count(name) == 1 else None

    def needed(self, calls: list[Call]) -> set[str]:
        """Tensors that calls read or that are wanted."""
        return {name for call in calls for name in reads_of(call)} | self.plan.wanted

    def set_frees(self, calls: list[Call]) -> None:
        last: dict[str, int] = {}
        for index, call in enumerate(calls):
            for name in (*reads_of(call), *writes_of(call)):
                last[name] = index
        persistent = {name for invocation in self.plan.variables for name in tensor_names(invocation.outputs)}
        keep = self.plan.wanted | self.constants.values.keys() | persistent
        for index, call in enumerate(calls):
            here = dict.fromkeys((*reads_of(call), *writes_of(call)))
            call.frees = tuple(name for name in here if last[name] == index and name not in keep)

    def place(self, program: Program) -> None:
        """Give every result with a known place its memory; results that are wanted are made anew in each run."""
        born = {name: index for index, call in enumerate(program.calls) for name in writes_of(call)}
        dies = {name: index for index, call in enumerate(program.calls) for name in call.frees}
        self.extend_by_views(program.calls, dies)
        owners: dict[str, str] = {}
        inside = self.inside_concat(program.calls, born)
        places: dict[str, Region] = {}
        for index, call in enumerate(program.calls):
            name = writes_of(call)[0] if writes_of(call) else ""
            if (call.form is None and not call.out) or name in self.plan.wanted or name in inside:
                continue
            size = prod(self.shape(name) or ()) * np.dtype(self.dtype(name)).itemsize
            source = self.replaced(call, index, dies, places, owners)
            if source is not None:
                owners[name] = source
                places[source].last = max(places[source].last, dies.get(name, index))
            else:
                together = [name, *(part for part, (target, _) in inside.items() if target == name)]
                first = min(born[part] for part in together)
                places[name] = Region(size, first, max(dies.get(part, index) for part in together))
        working = [(lease, Region(lease.bytes, i, i)) for i, call in enumerate(program.calls) for lease in call.leases]
        program.places = [*places.values(), *(place for _, place in working)]
        program.arena_bytes = arrange(program.places)
        block = np.empty(program.arena_bytes, np.uint8)
        program.arena = block
        for lease, place in working:
            lease.take(block, place.offset)
        for name in [*places, *owners]:
            at = places[owners.get(name, name)].offset
            shape, dtype = self.shape(name) or (), np.dtype(self.dtype(name))
            flat = np.ndarray((prod(shape),), dtype, block, at)
            program.slots[name] = arranged(flat, shape, self.is_last(name))
        for name, (target, first) in inside.items():
            if target in program.slots:
                channels = (self.shape(name) or ())[1]
                program.slots[name] = program.slots[target][:, first : first + channels]

    def replaced(
        self, call: Call, index: int, dies: dict[str, int], places: dict[str, Region], owners: dict[str, str]
    ) -> str | None:
        """The tensor whose place the result takes: the input of an in-place form that dies here."""
        if call.form is None or not call.form.in_place:
            return None
        source = call.form.reads[0]
        owner = owners.get(source, source)
        if owner not in places or dies.get(source) != index or places[owner].last != index:
            return None
        others = {owners.get(seen, seen) for name in call.form.reads[1:] for seen in (name, *self.seen.get(name, ()))}
        return owner if owner not in others and self.shape(source) == self.shape(call.form.writes) else None

    def inside_concat(self, calls: list[Call], born: dict[str, int]) -> dict[str, tuple[str, int]]:
        """Results that are made at their place within a concatenation of channels: tensor -> (concatenation, channel)."""
        forms = {call.form.writes: call for call in calls if call.form is not None and not call.form.in_place}
        found: dict[str, tuple[str, int]] = {}
        for call in calls:
            step = call.step
            if call.form is not None or step.invocation.operation != "concat" or step.invocation.whole("axis") != 1:
                continue
            target = step.writes[0]
            shape = self.shape(target)
            if shape is None or len(shape) < 3 or not self.is_last(target) or target in self.plan.wanted:
                continue
            first = 0
            parts = tensor_names(step.invocation.inputs)
            for name in parts:
                if name in forms and name not in self.plan.wanted and name not in found and parts.count(name) == 1:
                    found[name] = (target, first)
                first += (self.shape(name) or (0, 0))[1]
        return found

    def extend_by_views(self, calls: list[Call], dies: dict[str, int]) -> None:
        """A call that may return views keeps its inputs' memory alive as long as its results.

        `seen` remembers which tensors each view may look at.
        """
        for call in calls:
            if call.view:
                looked = {seen for name in call.step.reads for seen in (name, *self.seen.get(name, ()))}
                self.seen.update(dict.fromkeys(call.step.writes, looked))
        for call in reversed(calls):
            if call.view:
                wanted = any(name in self.plan.wanted for name in call.step.writes)
                end = len(calls) if wanted else max((dies.get(name, 0) for name in call.step.writes), default=0)
                for name in call.step.reads:
                    dies[name] = max(dies.get(name, 0), end)


def reads_of(call: Call) -> list[str]:
    """Names of the tensors that a call reads."""
    return call.form.reads if call.form is not None else list(call.step.reads)


def writes_of(call: Call) -> list[str]:
    """Names of the tensors that a call gives."""
    return [call.form.writes] if call.form is not None else list(call.step.writes)


def release(array: Array) -> None:
    """Tell the system that a mapped weight file need not stay in this process' memory: a copy is used from now on."""
    base: Any = array
    while isinstance(base, (np.ndarray, memoryview)):
        base = base.base if isinstance(base, np.ndarray) else base.obj
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)
