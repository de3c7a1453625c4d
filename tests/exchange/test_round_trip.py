"""NNEF -> ONNX -> NNEF: the conformance cases and the examples come back with their names, shapes and values."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="onnx is not installed")

from nnef_lsp.archive import open_model
from nnef_lsp.conformance import Case, selection
from nnef_lsp.conformance.verdict import difference
from nnef_lsp.exchange.errors import UnmappedError
from nnef_lsp.exchange.onnx.exporting import translate
from nnef_lsp.exchange.onnx.model_file import write_model
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.flattening.flatten import flatten
from nnef_lsp.runtime.inputs.weights import model_weights
from nnef_lsp.syntax.source import Source

from .onnx_models import analysis, imported, run

EXAMPLES = Path(__file__).parents[2] / "examples"
CASES = [item for item in selection() if isinstance(item, Case)]
ONE_WAY = {"desample": "'gather' along one axis"}
"""What cannot be said again: a sum at positions that only a run tells is ScatterElements in ONNX."""


@pytest.mark.parametrize("operation", sorted({case.operation for case in CASES}))
def test_operations(operation: str, tmp_path: Path) -> None:
    for number, case in enumerate(case for case in CASES if case.operation == operation):
        path, folder = str(tmp_path / f"{number}.onnx"), tmp_path / str(number)
        write_model(translate(flatten(Analysis(Source(case.text)))), case.stored().__getitem__, path)
        if operation in ONE_WAY:
            with pytest.raises(UnmappedError, match=ONE_WAY[operation]):
                imported(path, folder)
            continue
        _, errors = imported(path, folder)
        assert errors == [], case.name
        before, after = Analysis(Source(case.text)), analysis(folder)
        assert list(after.inputs) == list(before.inputs), case.name
        assert list(after.outputs)[: len(before.outputs)] == list(before.outputs), case.name  # then the new state
        tensors = after.tensors()
        for name in (*before.inputs, *before.outputs):
            if name in before.tensors():
                assert tensors[name].shape == before.tensors()[name].shape, case.name
        assert difference(case, run(folder, case.fed()[0]), case.expected()[0]) == "", case.name


@pytest.mark.parametrize("example", ["digits"])
def test_examples(example: str, tmp_path: Path) -> None:
    import numpy as np

    opened = open_model(EXAMPLES / example)
    graph = flatten(analysis(EXAMPLES / example))
    path = str(tmp_path / "out.onnx")
    write_model(translate(graph), model_weights(opened, graph), path)
    _, errors = imported(path, tmp_path / "again")
    assert errors == []
    with np.load(EXAMPLES / example / "io.npz") as bundle:
        arrays = {name: bundle[name] for name in bundle.files}
    inputs = {name: arrays[name] for name in graph.inputs}
    before, after = run(EXAMPLES / example, inputs), run(tmp_path / "again", inputs)
    assert before.keys() == after.keys()
    assert all(np.allclose(before[name], after[name], atol=1e-5) for name in before)
    assert set(graph.tensors) <= set(analysis(tmp_path / "again").tensors()) | {
        n for n in graph.tensors if "." in n or n.startswith(("filter", "bias"))
    }
