"""Small models of ONNX for tests, written with few words; and importing them without a process."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from nnef_lsp.archive import open_model, write_tensor
from nnef_lsp.archive.names import label_file
from nnef_lsp.exchange.onnx.importing import ImportedModel, read_model
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.flattening.flatten import flatten
from nnef_lsp.project.model_files import ModelWeights
from nnef_lsp.rules import diagnose
from nnef_lsp.runtime.execution.execute import Session
from nnef_lsp.runtime.inputs.weights import model_weights
from nnef_lsp.runtime.planning.plan import make_plan
from nnef_lsp.syntax.source import Source

Array = NDArray[Any]
node = helper.make_node


def value(name: str, shape: Sequence[int | str] | None, element: int = TensorProto.FLOAT) -> onnx.ValueInfoProto:
    """An input or output."""
    return helper.make_tensor_value_info(name, element, shape)


def model(
    nodes: Sequence[onnx.NodeProto], inputs: Sequence[onnx.ValueInfoProto], outputs: Sequence[str],
    stored: Mapping[str, Array] | None = None, opset: int = 17, name: str = "net",
) -> onnx.ModelProto:  # fmt: skip
    """A model whose outputs have the types that they have."""
    graph = helper.make_graph(
        nodes, name, inputs, [helper.make_empty_tensor_value_info(output) for output in outputs],
        [numpy_helper.from_array(array, key) for key, array in (stored or {}).items()],
    )  # fmt: skip
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def saved(made: onnx.ModelProto, folder: Path) -> str:
    """Its file."""
    path = str(folder / "net.onnx")
    onnx.save(made, path)
    return path


def imported(
    path: str, folder: Path, shapes: Mapping[str, Sequence[int]] | None = None
) -> tuple[ImportedModel, list[str]]:
    """The model as NNEF in a folder, and the errors that our check finds in it."""
    made = read_model(path, shapes)
    folder.mkdir(exist_ok=True)
    (folder / "graph.nnef").write_text(made.text)
    for label, array in made.arrays():
        write_tensor(os.path.join(folder, *label_file(label).split("/")), array)
    return made, [item.message for item in diagnose(analysis(folder)) if item.severity == "error"]


def analysis(folder: Path) -> Analysis:
    """Of the model in a folder."""
    opened = open_model(folder)
    return Analysis(Source(opened.graph_text()), None, ModelWeights(opened))


def run(folder: Path, inputs: Mapping[str, Array], dtype: str = "float32") -> dict[str, Any]:
    """The outputs of the model in a folder."""
    opened = open_model(folder)
    return dict(Session(make_plan(flatten(analysis(folder))), model_weights(opened), dtype=dtype).run(inputs).outputs)


def agrees(made: ImportedModel, folder: Path, inputs: Mapping[str, Array], expected: Mapping[str, Array]) -> str:
    """What differs from the expected outputs, under ONNX's names; empty if nothing does."""
    wide = any(array.dtype == np.float64 for array in inputs.values())
    fed = {made.inputs[name]: array for name, array in inputs.items() if name in made.inputs}
    found = run(folder, fed, "float64" if wide else "float32")
    for name, want in expected.items():
        have = np.asarray(found[made.outputs[name]])
        if have.shape != want.shape:
            return f"'{name}' has the shape {have.shape}, expected {want.shape}"
        if not np.allclose(have.astype(float), want.astype(float), rtol=1e-3, atol=1e-4, equal_nan=True):
            return f"'{name}' differs by {np.abs(have.astype(float) - want.astype(float)).max()}"
    return ""
