"""onnxruntime (PyPI packages `onnx` and `onnxruntime`), by way of the engine, and so of our own exporter."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...runtime.arrays.dtypes import Array
from ...runtime.engines.onnxruntime_engine import ENGINE
from . import Loaded, Refused, package_version


@dataclass(frozen=True)
class OnnxRuntimeAdapter:
    name: str = "onnxruntime"

    def missing(self) -> str | None:
        return ENGINE.missing()

    def version(self) -> str:
        return ", ".join(map(package_version, ("onnxruntime", "onnx")))

    def load(self, folder: str) -> Loaded:
        from ...archive import open_model
        from ...model.analysis.analysis import Analysis
        from ...model.flattening.flatten import Unflattenable, flatten
        from ...runtime.engines import EngineRun
        from ...runtime.errors import RunError
        from ...runtime.inputs.weights import model_weights
        from ...runtime.planning.plan import make_plan
        from ...syntax.source import Source

        model = open_model(os.fspath(folder))
        analysis = Analysis(Source(model.graph_text()))
        try:
            plan = make_plan(flatten(analysis))
            return OnnxRuntimeModel(ENGINE.load(EngineRun(plan, {}, model_weights(model), model=folder)))
        except (RunError, Unflattenable) as error:
            raise Refused(str(error)) from error


@dataclass(frozen=True)
class OnnxRuntimeModel:
    """A session of onnxruntime."""

    session: Any

    def run(self, inputs: Mapping[str, Array]) -> Mapping[str, Array]:
        from ...runtime.errors import RunError

        try:
            return dict(self.session.run(inputs).outputs)
        except RunError as error:
            raise Refused(error.message) from error


ADAPTER = OnnxRuntimeAdapter()
