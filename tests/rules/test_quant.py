"""graph.quant beside its graph: kept up to date from both sides, and read as facts."""

from __future__ import annotations

from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.quantization.analysis import QuantAnalysis, quantizations, quantizations_of
from nnef_lsp.rules import diagnose_quant
from nnef_lsp.syntax.source import Source

from .pages import QUANTIZED

TEXT = """# ranges of training
"x": linear_quantize(min = 0.0, max = 1.0, bits = 8);
"w": min_max_linear_quantize(min = [[-1.0, -2.0, -3.0]], max = 3.0, bits = 8, signed = true, symmetric = false);
'y': zero_point_linear_quantize(zero_point = 128, scale = 0.5, bits = 8, signed = false, symmetric = false);
"""


def rules_of(analysis: QuantAnalysis) -> list[str]:
    return sorted(item.rule for item in diagnose_quant(analysis))


def test_quantizations_are_facts() -> None:
    found = quantizations_of(TEXT, Analysis(Source(QUANTIZED)))
    assert found["x"] == ("linear_quantize", {"min": 0.0, "max": 1.0, "bits": 8})
    assert found["w"][1]["min"] == [[-1.0, -2.0, -3.0]]
    assert found["y"][1]["zero_point"] == 128


def test_bytes_that_are_no_utf8_are_told_where_they_stand() -> None:
    source = Source(TEXT.replace("training", "tr\ufffdining"))
    found = next(item for item in diagnose_quant(QuantAnalysis(source)) if item.rule == "encoding")
    assert (found.severity, source.start_of(found.segment) + found.start) == ("warning", len("# ranges of tr"))


def test_wrong_entries_are_left_out() -> None:
    analysis = QuantAnalysis(Source(TEXT.replace("bits = 8", "bits = 0", 1), "quant"), Analysis(Source(QUANTIZED)))
    assert rules_of(analysis) == ["invalid-value"]
    assert sorted(quantizations(analysis)) == ["w", "y"]


def test_an_edit_of_the_file_is_followed() -> None:
    analysis = QuantAnalysis(Source(TEXT, "quant"), Analysis(Source(QUANTIZED)))
    assert rules_of(analysis) == []
    at = TEXT.index('"w"') + 1
    analysis.edit(at, at + 1, "weights")
    assert rules_of(analysis) == ["quant-tensor"]
    analysis.edit(at, at + len("weights"), "x")
    assert rules_of(analysis) == ["quant-duplicate"]


def test_an_edit_of_the_graph_is_followed() -> None:
    graph = Analysis(Source(QUANTIZED))
    analysis = QuantAnalysis(Source(TEXT, "quant"), graph)
    assert rules_of(analysis) == []
    at = QUANTIZED.index("w = variable(shape = [1, 3, 4]") + len("w = variable(shape = [1, ")
    graph.edit(at, at + 1, "4")
    assert rules_of(analysis) == ["shape-mismatch"]


def test_without_a_graph_nothing_is_said_of_tensors() -> None:
    assert rules_of(QuantAnalysis(Source(TEXT, "quant"))) == []


def test_every_prefix_is_analysed() -> None:
    graph = Analysis(Source(QUANTIZED))
    for end in range(len(TEXT)):
        diagnose_quant(QuantAnalysis(Source(TEXT[:end], "quant"), graph))


def test_a_type_for_a_quantization_that_is_not_generic() -> None:
    text = '"x": linear_quantize<scalar>(min = 0.0, max = 1.0, bits = 8);'
    assert rules_of(QuantAnalysis(Source(text, "quant"), Analysis(Source(QUANTIZED)))) == ["not-generic"]
