"""onnxruntime (PyPI packages `onnx` and `onnxruntime`), by way of our own exporter; the tensors wanted are its outputs."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from ...exchange.errors import ExchangeError
from ...exchange.packages import missing
from ..arrays.dtypes import Array
from ..errors import RunError
from ..execution.execute import Result
from . import EngineRun, Prepared
from .flat_text import wanted_names
from .onnxruntime_session import OnnxSession

if TYPE_CHECKING:
    from ...exchange.onnx.exporting import OnnxModel


@dataclass(frozen=True)
class OnnxRuntimeEngine:
    name: str = "onnxruntime"

    def missing(self) -> str | None:
        return missing("onnx", "onnxruntime") or missing("onnxruntime")

    def load(self, job: EngineRun) -> Prepared:
        if job.dtype != "float32":
            raise RunError("onnxruntime runs models in float32 only")
        if job.quantize:
            raise RunError("onnxruntime does not simulate the quantization of graph.quant")
        return OnnxRuntimeRun(job)


class OnnxRuntimeRun:
    """A model that onnxruntime has loaded and optimised.  Variables that are updated keep their values between runs."""

    def __init__(self, job: EngineRun) -> None:
        from ...exchange.onnx.exporting import translate

        try:
            self.model = translate(job.plan.graph, wanted_names(job.plan))
        except ExchangeError as error:
            raise RunError(error.message) from error
        self.session = _session(self.model, job)
        labels = {item.name: item.label for item in self.model.stored}
        self.state = {name: np.asarray(job.weights(labels[name])) for name in self.model.state}
        self.plan = job.plan

    def run(
        self,
        inputs: Mapping[str, Array],
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Result:
        """One opaque step: there is no progress inside, and cancelling kills the worker."""
        started = perf_counter()
        tensors = self.session.run({**inputs, **self.state})
        seconds = perf_counter() - started
        self.state = {name: tensors[result] for name, result in self.model.state.items()}
        return Result({name: tensors[name] for name in self.plan.graph.outputs}, tensors, [seconds])


def _session(model: OnnxModel, job: EngineRun) -> OnnxSession:
    from ...exchange.onnx.model_file import write_model

    folder = tempfile.mkdtemp(prefix="nnef-lsp-onnx-")
    try:
        path = os.path.join(folder, "model.onnx")
        write_model(model, job.weights, path)
        return OnnxSession(path, job.threads)
    except ExchangeError as error:
        raise RunError(error.message) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


ENGINE = OnnxRuntimeEngine()
