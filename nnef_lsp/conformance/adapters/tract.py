"""tract (PyPI package `tract`), which loads the folder itself."""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...runtime.arrays.dtypes import Array
from . import Loaded, Refused, package_version


@dataclass(frozen=True)
class TractAdapter:
    name: str = "tract"

    def missing(self) -> str | None:
        return None if importlib.util.find_spec("tract") else "pip install tract"

    def version(self) -> str:
        return package_version("tract")

    def load(self, folder: str) -> Loaded:
        import tract  # type: ignore[import-not-found, import-untyped, unused-ignore]

        try:
            model = tract.nnef().with_tract_extra().with_onnx().load(folder)
            inputs = [model.input_name(i) for i in range(model.input_count())]
            return TractModel(model.into_runnable(), inputs, declared_outputs(folder))
        except tract.TractError as error:
            raise Refused(sentence(error)) from error


@dataclass(frozen=True)
class TractModel:
    """A model that tract has loaded and optimised."""

    runnable: Any
    inputs: list[str]
    outputs: list[str]

    def run(self, inputs: Mapping[str, Array]) -> Mapping[str, Array]:
        import tract

        try:
            found = self.runnable.run([inputs[name] for name in self.inputs])
        except tract.TractError as error:
            raise Refused(sentence(error)) from error
        return {name: value.to_numpy() for name, value in zip(self.outputs, found, strict=True)}


def declared_outputs(folder: str) -> list[str]:
    """The graph's results in order: tract calls an output by the operation that gives it."""
    with open(os.path.join(folder, "graph.nnef"), encoding="utf-8") as file:
        head = re.search(r"^graph .*->\s*\(([^)]*)\)", file.read(), re.MULTILINE)
    return [] if head is None else [name.strip() for name in head[1].split(",")]


def sentence(error: Exception) -> str:
    """The last cause that tract gives, on one line."""
    lines = [line.strip() for line in str(error).split("Stack backtrace")[0].splitlines() if line.strip()]
    causes = [line.split(": ", 1)[1] for line in lines if re.match(r"\d+: ", line)]
    return re.sub(r'Identifier\("(\w+)"\)', r"'\1'", (causes or lines or [repr(error)])[-1])[:300]


ADAPTER = TractAdapter()
