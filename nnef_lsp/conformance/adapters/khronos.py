"""Khronos' C++ runtime, which is in the PyPI package `nnef` (`nnef.Session`)."""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...runtime.arrays.dtypes import Array
from . import Loaded, Refused, package_version
from .nnef_tools import own_fragments


@dataclass(frozen=True)
class KhronosAdapter:
    name: str = "khronos"

    def missing(self) -> str | None:
        return None if importlib.util.find_spec("nnef") else "pip install nnef"

    def version(self) -> str:
        return f"{package_version('nnef')} (C++ runtime)"

    def load(self, folder: str) -> Loaded:
        import nnef  # type: ignore[import-not-found, import-untyped, unused-ignore]

        try:
            graph = nnef.parse_file(os.path.join(folder, "graph.nnef"))
        except Exception as error:
            raise Refused(f"{type(error).__name__}: {error}") from error
        return KhronosModel(folder, list(graph.inputs), list(graph.outputs), own_fragments(folder))


@dataclass
class KhronosModel:
    """A session; compound operations that the runtime lacks are lowered to primitives, as its caller may ask for."""

    folder: str
    inputs: list[str]
    outputs: list[str]
    lowered: list[str] = field(default_factory=list)
    session: Any = None

    def run(self, inputs: Mapping[str, Array]) -> Mapping[str, Array]:
        import nnef
        import numpy as np

        arrays = [np.ascontiguousarray(inputs[name]) for name in self.inputs]
        narrow = [a.astype(np.int32) if a.dtype == np.int64 else a for a in arrays]
        while True:
            try:
                if self.session is None:
                    self.session = nnef.Session(self.folder, stdlib="", lowered=self.lowered)
                return dict(zip(self.outputs, self.session(*narrow), strict=True))
            except Exception as error:
                absent = re.search(r"operation not implemented: (\w+)", str(error))
                if absent is None or absent[1] in self.lowered:
                    raise Refused(f"{type(error).__name__}: {error}") from error
                self.lowered, self.session = [*self.lowered, absent[1]], None


ADAPTER = KhronosAdapter()
