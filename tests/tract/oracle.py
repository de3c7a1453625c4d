"""A document run by both engines: ours and tract itself, which is the judge of what its operations compute.

Not for arguments that make tract panic: that ends the process.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnef_lsp.archive import open_model, write_tensor
from nnef_lsp.cli.document import open_document
from nnef_lsp.model.operations.extensions import bound
from nnef_lsp.runtime.execution.execute import Session
from nnef_lsp.runtime.inputs.open_extents import flatten_for_run
from nnef_lsp.runtime.inputs.weights import model_weights
from nnef_lsp.runtime.planning.plan import make_plan

from . import helpers

REGISTRIES = (*helpers.REGISTRIES, "tract_pulse", "tract_extra")


def agree(
    body: str,
    arrays: Any = (),
    header: str = "",
    fragments: str = "",
    files: dict[str, Any] | None = None,
    quant: str | None = None,
    outputs: str = "y",
    rtol: float = 1e-4,
    atol: float = 1e-5,
) -> list[Any]:
    """What the outputs are, which both engines must agree on: shapes, data types, values.

    `arrays` are the inputs in the order of the text, `files` the variables by label, `quant` the graph.quant.
    """
    pytest.importorskip("tract")
    text = helpers.document(
        body, header + "".join(f"extension tract_registry {name};\n" for name in REGISTRIES[3:]), fragments
    )
    text = text.replace("-> ( y )", f"-> ( {outputs} )")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "graph.nnef").write_text(text, encoding="utf-8")
        if quant is not None:
            Path(folder, "graph.quant").write_text(quant, encoding="utf-8")
        for label, array in (files or {}).items():
            write_tensor(os.path.join(folder, f"{label}.dat"), np.ascontiguousarray(array))
        ours, theirs = run_here(folder, arrays), run_in_tract(folder, arrays)
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs):
        assert (mine.shape, mine.dtype) == (other.shape, other.dtype)
        np.testing.assert_allclose(mine, other, rtol=rtol, atol=atol)
    return ours


def run_here(folder: str, arrays: Any) -> list[Any]:
    """The outputs by the numpy engine."""
    document = open_document(folder, "tract")
    assert document.errors == []
    tensors, names = document.analysis.tensors(), document.analysis.inputs
    symbols = bound([(tensors[name].shape, np.shape(array)) for name, array in zip(names, arrays)])
    graph = flatten_for_run(document.analysis, symbols)
    result = Session(make_plan(graph), model_weights(open_model(folder))).run(dict(zip(names, arrays)))
    return [result.outputs[name] for name in graph.outputs]


def run_in_tract(folder: str, arrays: Any) -> list[Any]:
    """The outputs by tract."""
    import tract  # type: ignore[import-not-found, import-untyped, unused-ignore]

    loader = tract.nnef().with_tract_extra().with_onnx().with_tract_transformers().with_pulse()
    runnable = loader.load(folder).into_runnable()
    return [tensor.to_numpy() for tensor in runnable.run([np.ascontiguousarray(array) for array in arrays])]
