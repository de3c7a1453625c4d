"""onnxruntime (PyPI packages `onnx` and `onnxruntime`), by way of the engine, and so of our own exporter."""

from __future__ import annotations

from dataclasses import dataclass

from ...runtime.engines.onnxruntime_engine import ENGINE
from . import Loaded, package_version
from .own import loaded


@dataclass(frozen=True)
class OnnxRuntimeAdapter:
    name: str = "onnxruntime"

    def missing(self) -> str | None:
        return ENGINE.missing()

    def version(self) -> str:
        return ", ".join(map(package_version, ("onnxruntime", "onnx")))

    def load(self, folder: str) -> Loaded:
        from ...runtime.engines import EngineRun

        return loaded(folder, lambda plan, weights: ENGINE.load(EngineRun(plan, {}, weights, model=folder)))


ADAPTER = OnnxRuntimeAdapter()
