"""The PyTorch interpreter of Khronos' nnef-tools (PyPI packages `nnef-tools` and `torch`)."""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from ..arrays.dtypes import Array
from ..errors import RunError
from ..execution.execute import Result
from . import EngineRun, Prepared
from .flat_text import wanted_names, write_model


@dataclass(frozen=True)
class NnefToolsEngine:
    name: str = "nnef-tools"

    def missing(self) -> str | None:
        absent = [module for module in ("nnef", "nnef_tools", "torch") if importlib.util.find_spec(module) is None]
        return "pip install nnef nnef-tools torch" if absent else None

    def load(self, job: EngineRun) -> Prepared:
        return NnefToolsRun(job)


class NnefToolsRun:
    """A graph that nnef-tools has read."""

    def __init__(self, job: EngineRun) -> None:
        from nnef_tools.interpreter.pytorch import NNEFModule  # type: ignore[import-not-found, import-untyped, unused-ignore]

        folder = tempfile.mkdtemp(prefix="nnef-lsp-tools-")
        try:
            write_model(job.plan, job.weights, folder)
            self.module = NNEFModule(folder)
        except Exception as error:
            raise RunError(f"nnef-tools cannot load the graph: {type(error).__name__}: {error}") from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        self.plan, self.threads = job.plan, job.threads

    def run(
        self,
        inputs: Mapping[str, Array],
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Result:
        import torch  # type: ignore[import-not-found, unused-ignore]

        torch.set_num_threads(max(self.threads, 1))
        arrays = [torch.from_numpy(np.array(inputs[name])) for name in self.plan.graph.inputs]
        started = perf_counter()
        try:
            with torch.no_grad():
                results = self.module(*arrays)
        except Exception as error:
            raise RunError(f"nnef-tools failed: {type(error).__name__}: {error}") from error
        seconds = perf_counter() - started
        tensors = {name: value.numpy() for name, value in zip(wanted_names(self.plan), results, strict=False)}
        return Result({name: tensors[name] for name in self.plan.graph.outputs}, tensors, [seconds])


ENGINE = NnefToolsEngine()
