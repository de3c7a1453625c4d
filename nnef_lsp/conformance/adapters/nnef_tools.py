"""The interpreter of Khronos' NNEF-Tools (PyPI packages `nnef-tools` and `torch`)."""

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
class NnefToolsAdapter:
    name: str = "nnef-tools"

    def missing(self) -> str | None:
        absent = [package for package in ("nnef_tools", "torch") if not importlib.util.find_spec(package)]
        return "pip install nnef-tools torch" if absent else None

    def version(self) -> str:
        return ", ".join(map(package_version, ("nnef-tools", "torch", "numpy")))

    def load(self, folder: str) -> Loaded:
        import nnef  # type: ignore[import-not-found, import-untyped, unused-ignore]
        import torch  # type: ignore[import-not-found, import-untyped, unused-ignore]
        from nnef_tools.interpreter.pytorch import (  # type: ignore[import-not-found, import-untyped, unused-ignore]
            NNEFModule,
        )

        torch.set_num_threads(1)
        try:
            graph = nnef.parse_file(os.path.join(folder, "graph.nnef"))
            module = NNEFModule(folder, decomposed=own_fragments(folder))
        except Exception as error:
            raise Refused(last_line(error)) from error
        return NnefToolsModel(module, list(graph.inputs), list(graph.outputs))


@dataclass(frozen=True)
class NnefToolsModel:
    """A torch module."""

    module: Any
    inputs: list[str]
    outputs: list[str]

    def run(self, inputs: Mapping[str, Array]) -> Mapping[str, Array]:
        import torch

        with torch.no_grad():
            try:
                found = self.module(*(torch.from_numpy(inputs[name].copy()) for name in self.inputs))
            except Exception as error:
                raise Refused(last_line(error)) from error
        return {name: array.detach().numpy() for name, array in zip(self.outputs, found, strict=True)}


def last_line(error: Exception) -> str:
    """Type and last line."""
    return f"{type(error).__name__}: {(str(error).strip().splitlines() or [''])[-1]}"


def own_fragments(folder: str) -> list[str]:
    """The model's own fragments, which must be lowered to be understood."""
    with open(os.path.join(folder, "graph.nnef"), encoding="utf-8") as file:
        return re.findall(r"^fragment\s+(\w+)", file.read(), re.MULTILINE)


ADAPTER = NnefToolsAdapter()
