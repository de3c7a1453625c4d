"""Every operation of the standard, as ONNX: the conformance cases, checked by ONNX's own checker and run by onnxruntime."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("onnx")

from nnef_lsp.conformance import Case, selection
from nnef_lsp.conformance.adapters import find_adapter
from nnef_lsp.conformance.verdict import difference, judge
from nnef_lsp.exchange.onnx.exporting import check, translate
from nnef_lsp.exchange.onnx.model_file import write_model
from nnef_lsp.exchange.onnx.writing import translations
from nnef_lsp.exchange.onnx.writing.graph_writer import FIRST_OPSET
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.flattening.flatten import flatten
from nnef_lsp.model.operations.declarations import declared_operations
from nnef_lsp.runtime.engines.onnxruntime_session import OnnxSession
from nnef_lsp.syntax.source import Source

CASES = [item for item in selection() if isinstance(item, Case)]
OPERATIONS = sorted({case.operation for case in CASES})
SOURCES = {"external", "variable"}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_onnxruntime_gives_what_the_specification_says(operation: str, tmp_path: Path) -> None:
    adapter = find_adapter("onnxruntime")
    if adapter.missing():
        pytest.skip("onnxruntime is not installed")
    wrong = []
    for case in CASES:
        if case.operation == operation:
            folder = tmp_path / case.name.replace("/", "-")
            folder.mkdir()
            verdict = judge(case, adapter, str(folder))
            if not verdict.ok:
                wrong.append(f"{case.name}: {verdict.status}, {verdict.detail}")
    assert not wrong


@pytest.mark.parametrize("operation", OPERATIONS)
def test_onnx_checks_what_is_written(operation: str) -> None:
    for case in CASES:
        if case.operation == operation:
            graph = flatten(Analysis(Source(case.text)))
            model = translate(graph)
            check(model)
            assert {value.name for value in model.proto.graph.output} >= set(graph.outputs)


def test_every_operation_of_the_standard_is_translated() -> None:
    assert declared_operations("khronos").keys() - SOURCES <= translations().keys()


LOWEST = {
    "relu": 7, "conv": 7, "max_pool": 7, "batch_normalization": 7, "softmax": 7, "le": 12, "select": 9, "desample": 11,
    "nearest_upsample": 7, "nearest_downsample": 10, "matmul": 7, "linear": 7, "clamp": 7, "reshape": 7, "slice": 7,
}  # fmt: skip


@pytest.mark.parametrize("operation", LOWEST)
def test_the_lowest_version_of_the_operators_is_taken(operation: str) -> None:
    assert FIRST_OPSET == 7
    found = {translate(flatten(Analysis(Source(c.text)))).opset for c in CASES if c.operation == operation}
    assert min(found) == LOWEST[operation]


@pytest.mark.parametrize("opset", [9, 11, 13, 17, 18, 21])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_newer_versions_are_written_too(operation: str, opset: int, tmp_path: Path) -> None:
    case = next(case for case in CASES if case.operation == operation)
    model = translate(flatten(Analysis(Source(case.text))), opset=opset)
    check(model)
    assert model.opset >= opset
    pytest.importorskip("onnxruntime")
    path = str(tmp_path / "model.onnx")
    write_model(model, case.stored().__getitem__, path)
    found = OnnxSession(path).run(case.fed()[0])
    assert difference(case, found, case.expected()[0]) == ""
