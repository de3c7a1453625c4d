"""A request carried out: weights, inputs, engine, results.  Runs inside the worker (or in tests, directly)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from ...archive import ArchiveError
from ...archive.tensors.npy import write_npz
from ...model.flattening.flat_graph import tensor_names
from ...model.values.tensor import ANY
from ..arrays.dtypes import Array
from ..engines import Engine, EngineRun, find_engine
from ..errors import RunError
from ..execution.execute import Result
from ..execution.memory import refuse_unaddressable
from ..inputs.sources import read_input
from ..inputs.weights import weights_from
from ..kernels.custom import use_files
from ..planning.plan import Plan, Step, make_plan
from ..summary import summarize
from ..tiles.cancel import Cancelled, cancellable, check
from .request import RunReport, RunRequest, StepReport

if TYPE_CHECKING:
    from ...archive.containers.model import Model

Progress = Callable[[int, int, str], None]


def run_job(
    request: RunRequest, folder: str = "", progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> RunReport:
    """Run the request; raises `RunError`, `Cancelled` or MemoryError.  Arrays asked for go to FOLDER as .npy."""
    started = perf_counter()
    tell = progress or (lambda step, total, text: None)
    engine = find_engine(request.engine)
    tell(0, 0, "loading")
    with cancellable(cancelled):
        plan, job = prepare(request)
        prepared = engine.load(job)
        check()
        loaded = perf_counter()
        for _ in range(max(request.runs, 1)):
            result = prepared.run(job.inputs, _named(tell, plan), cancelled)
        seconds = perf_counter() - loaded
        check()
        report = reported(request, engine, plan, result)
        report.seconds, report.load_seconds = seconds, loaded - started
        save(request, folder, result.tensors)
    return report


def prepare(request: RunRequest, given: Mapping[str, Array] | None = None) -> tuple[Plan, EngineRun]:
    """Plan, weights and inputs of a request, ready for any engine.  `given` has arrays for inputs, instead of sources."""
    graph = request.graph
    use_files(request.operations, request.withheld)
    unknown = [name for name in request.keep if name not in graph.tensors]
    if unknown:
        raise RunError(f"there is no tensor '{unknown[0]}' in the graph to keep", tensor=unknown[0])
    plan = make_plan(graph, request.keep)
    refuse_unaddressable(plan)
    externals = [name for invocation in plan.externals for name in tensor_names(invocation.outputs)]
    surplus = [name for name in request.inputs if name not in externals]
    if surplus:
        raise RunError(
            f"the graph has no input '{surplus[0]}'; its inputs are {', '.join(externals)}", tensor=surplus[0]
        )
    inputs = {}
    for name in externals:
        if given is not None and name in given:
            inputs[name] = given[name]
            continue
        source = request.inputs.get(name, request.default_input)
        if source is None:
            raise RunError(f"no value is given for the input '{name}'", "external", name)
        inputs[name] = read_input(
            name, source, graph.tensors.get(name, ANY), request.dtype, request.folder, graph.codes.get(name)
        )
    model: Model | None = None
    if request.model is not None:
        from ...archive import open_model

        model = open_model(request.model)
    weights = weights_from(request.weights, model, graph)
    job = EngineRun(
        plan, inputs, weights, request.dtype, request.threads, request.quantize, request.model, request.poison
    )
    return plan, job


def _named(tell: Progress, plan: Plan) -> Callable[[int, int], None]:
    def progress(step: int, total: int) -> None:
        done = plan.steps[step - 1] if 0 < step <= len(plan.steps) else None
        tell(step, total, "" if done is None else f"{done.invocation.operation} {', '.join(done.writes[:1])}")

    return progress


def reported(request: RunRequest, engine: Engine, plan: Plan, result: Result) -> RunReport:
    """What is told of a run; raises `RunError` for a tensor to keep that the engine does not show."""
    hidden = next((name for name in request.keep if name not in result.tensors), None)
    if hidden is not None:
        raise RunError(f"{request.engine} shows only the outputs of this model, not '{hidden}'", tensor=hidden)
    report = RunReport("done", engine=engine.name, peak_bytes=result.peak_bytes)
    report.planned_peak_bytes, report.macs = plan.peak_bytes, plan.macs
    for name in plan.graph.outputs:
        report.outputs[name] = summarize(result.tensors[name], request.top)
    for name in request.keep:
        report.kept[name] = summarize(result.tensors[name], request.top)
    if len(result.seconds) == len(plan.steps):  # other engines tell only how long it took altogether
        report.steps = [_step_report(step, plan, result) for step in plan.steps]
    return report


def _step_report(step: Step, plan: Plan, result: Result) -> StepReport:
    """`with` names the tensor whose step this one rode along with; its time is counted there."""
    ridden = result.rides.get(step.index)
    return {
        "operation": step.invocation.operation,
        "tensor": step.writes[0] if step.writes else None,
        "seconds": result.seconds[step.index],
        "macs": step.cost.macs,
        "bytes": (step.cost.read_bytes or 0) + (step.cost.written_bytes or 0),
        "with": None if ridden is None else plan.steps[ridden].writes[0],
    }


def save(request: RunRequest, folder: str, tensors: Mapping[str, Any]) -> None:
    """Write the arrays that were asked for: into the worker's folder, into the user's .npz file (whole or not at all)."""
    if request.arrays:
        for index, (_, array) in enumerate(sorted(tensors.items())):
            np.save(os.path.join(folder, f"{index}.npy"), array, allow_pickle=False)
        with open(os.path.join(folder, "names"), "w", encoding="utf-8") as file:
            file.write("\n".join(sorted(tensors)))
    if request.output:
        check()
        try:
            write_npz(request.output, tensors)
        except ArchiveError as error:
            raise RunError(str(error).rstrip(".")) from error


__all__ = ["Cancelled", "prepare", "run_job"]
