"""A file of ONNX in onnxruntime, whoever made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..arrays.dtypes import Array
from ..errors import RunError


class OnnxSession:
    """A model that onnxruntime has loaded and optimised.  Raises `RunError`."""

    def __init__(self, path: str, threads: int = 1) -> None:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = max(threads, 1)
        options.log_severity_level = 4
        try:
            self.session = ort.InferenceSession(path, options, providers=ort.get_available_providers())
        except Exception as error:
            raise RunError(f"onnxruntime cannot load the graph: {reason(error)}") from error
        given = [*self.session.get_inputs(), *self.session.get_overridable_initializers()]
        self.types = {item.name: item.type for item in given}
        self.inputs: Sequence[str] = [item.name for item in self.session.get_inputs()]
        self.outputs: Sequence[str] = [item.name for item in self.session.get_outputs()]

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """Outputs by name; inputs that the model does not have are left out."""
        fed = {
            name: np.asarray(array, dtype=_numpy_type(self.types[name]), order="C")
            for name, array in inputs.items()
            if name in self.types
        }
        try:
            found: list[Any] = self.session.run(self.outputs, fed)
        except Exception as error:
            raise RunError(f"onnxruntime failed: {reason(error)}") from error
        return dict(zip(self.outputs, map(np.asarray, found), strict=True))


def _numpy_type(text: str) -> np.dtype[Any]:
    """`tensor(float)` and the like."""
    name = text.removeprefix("tensor(").removesuffix(")")
    return np.dtype({"float": "float32", "double": "float64", "string": "object"}.get(name, name))


def reason(error: Exception) -> str:
    """What onnxruntime says, without the numbers and names of its own code before it."""
    parts = " ".join(str(error).split()).split(" : ", 2)
    return parts[-1][:300]
