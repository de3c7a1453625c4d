"""tract (PyPI package `tract`, Python 3.11 or newer), by way of a model folder it loads."""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from ...model.flattening.flat_graph import tensor_names
from ..arrays.dtypes import Array
from ..errors import RunError
from ..execution.execute import Result
from . import EngineRun, Prepared
from .flat_text import wanted_names, write_model
from .tract_import import convert, trial
from .tract_outputs import copy_with_casts


@dataclass(frozen=True)
class TractEngine:
    name: str = "tract"

    def missing(self) -> str | None:
        return None if importlib.util.find_spec("tract") else "pip install tract"

    def load(self, job: EngineRun) -> Prepared:
        if job.dtype != "float32":
            raise RunError("tract runs models in float32 only")
        return OriginalRun(job) if job.plan.graph.dialect == "tract" else TractRun(job)

    convert = staticmethod(convert)
    trial = staticmethod(trial)


class TractRun:
    """A model that tract has loaded and optimised.  All tensors wanted are its outputs."""

    def __init__(self, job: EngineRun) -> None:
        import tract  # type: ignore[import-not-found, import-untyped, unused-ignore]

        folder = tempfile.mkdtemp(prefix="nnef-lsp-tract-")
        try:
            names = write_model(job.plan, job.weights, folder)
            model = tract.nnef().with_tract_extra().with_onnx().load(folder)
            self.inputs = [model.input_name(i) for i in range(model.input_count())]
            self.outputs = [model.output_name(i) for i in range(model.output_count())]
            self.runnable = model.into_runnable()
        except tract.TractError as error:
            raise RunError(f"tract cannot load the graph: {_reason(error)}") from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        self.original = {written: name for name, written in names.items()}
        self.plan = job.plan

    def run(
        self,
        inputs: Mapping[str, Array],
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Result:
        """One opaque step: there is no progress inside, and cancelling kills the worker."""
        arrays = [np.asarray(inputs[self._name(name)], order="C") for name in self.inputs]
        started = perf_counter()
        try:
            results = self.runnable.run(arrays)
        except Exception as error:
            raise RunError(f"tract failed: {_reason(error)}") from error
        seconds = perf_counter() - started
        wanted = wanted_names(self.plan)
        tensors = {name: result.to_numpy() for name, result in zip(wanted, results, strict=False)}
        outputs = {name: tensors[name] for name in self.plan.graph.outputs}
        return Result(outputs, tensors, [seconds])

    def _name(self, written: str) -> str:
        return self.original.get(written, written)


def _reason(error: Exception) -> str:
    """The innermost cause of tract's chain, which says most; the backtrace below it is of no use here."""
    lines = [line.strip() for line in str(error).split("Stack backtrace")[0].splitlines() if line.strip()]
    return lines[-1].lstrip("0123456789: ") if lines else str(error)


def _is_extent(fact: Any) -> bool:
    """Whether an output is of tract's type of extents, which its Python package cannot give."""
    return str(fact).lower().split(",")[-1] == "tdim"


class OriginalRun:
    """A model written for tract, loaded by tract as it is; its outputs are all that can be seen."""

    def __init__(self, job: EngineRun) -> None:
        import tract  # type: ignore[import-not-found, import-untyped, unused-ignore]

        if job.model is None:
            raise RunError("tract reads models of its own dialect from their folder, and this one has none")
        if job.plan.graph.codes:
            name = next(iter(job.plan.graph.codes))
            raise RunError(
                f"tract's Python package takes and gives no quantized tensors, and '{name}' is one", tensor=name
            )
        try:
            loader = tract.nnef().with_tract_extra().with_onnx().with_tract_transformers().with_pulse()
            loader = loader.with_extended_identifier_syntax()
            model = loader.load(job.model)
            extents = [i for i in range(model.output_count()) if _is_extent(model.output_fact(i))]
            if extents:
                with tempfile.TemporaryDirectory(prefix="nnef-lsp-tract-") as folder:
                    copy_with_casts(job.model, extents, folder)
                    model = loader.load(folder)
            self.runnable = model.into_runnable()
        except tract.TractError as error:
            raise RunError(f"tract cannot load the model: {_reason(error)}") from error
        self.plan = job.plan
        self.inputs = [name for invocation in job.plan.externals for name in tensor_names(invocation.outputs)]

    def run(
        self,
        inputs: Mapping[str, Array],
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Result:
        """One opaque step; inputs are in the order in which the graph introduces them."""
        arrays = [np.asarray(inputs[name], order="C") for name in self.inputs]
        started = perf_counter()
        try:
            results = [result.to_numpy() for result in self.runnable.run(arrays)]
        except Exception as error:
            raise RunError(f"tract failed: {_reason(error)}") from error
        outputs = dict(zip(self.plan.graph.outputs, results, strict=False))
        return Result(outputs, dict(outputs), [perf_counter() - started])


ENGINE = TractEngine()
