"""graph.quant: cards, completion and definitions about the graph beside it."""

from __future__ import annotations

from textwrap import dedent

from nnef_lsp.ide.place import Place
from nnef_lsp.ide.quant_completion import quant_completion
from nnef_lsp.ide.quantization import quant_definition, quant_hover
from nnef_lsp.model.analysis import Analysis
from nnef_lsp.model.quant import QuantAnalysis
from nnef_lsp.syntax.source import Source

GRAPH = """
version 1.0;
graph net( x ) -> ( y )
{
    x = external(shape = [1,3]);
    z = relu(x);
    y = tanh(z);
}
"""


def quant(text: str) -> tuple[QuantAnalysis, int]:
    text = dedent(text).strip("\n")
    offset = text.index("$0")
    return QuantAnalysis(Source(text.replace("$0", ""), "quant"), Analysis(Source(GRAPH))), offset


def check_card(text: str, part: str) -> None:
    card = quant_hover(*quant(text))
    assert card is not None and part in card.markdown


def test_cards() -> None:
    line = "'z': linear_quantize(min = 0.0, max = 1.0, bits = 8);"
    check_card(line.replace("'z'", "'$0z'"), "z: tensor<scalar> [1, 3]")
    check_card(line.replace("linear", "lin$0ear"), "fragment linear_quantize(")
    check_card(line.replace("bits", "bi$0ts"), "Parameter of `linear_quantize`")


def check_completion(text: str, *labels: str) -> None:
    found = quant_completion(*quant(text))
    assert found is not None
    assert [item.label for item in found.items][: len(labels)] == list(labels)


def test_completion() -> None:
    check_completion("'x': linear_quantize(bits = 8);\n$0", "'z'", "'y'")
    check_completion("'x': linear_quantize(bits = 8);\n'$0", "z", "y")
    check_completion("'z': $0", "min_max_linear_quantize", "zero_point_linear_quantize", "linear_quantize")
    check_completion("'z': linear_quantize(min = 0.0, $0", "max", "bits")


def test_a_key_is_defined_in_the_graph() -> None:
    found = quant_definition(*quant("'$0z': linear_quantize(bits = 8);"))
    assert found is not None and isinstance(found[1], Place)
    assert found[1].segment.text.strip() == "z = relu(x);"
