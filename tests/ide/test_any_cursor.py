"""Every request at every place of documents that are whole, that are being typed, and that are broken."""

from __future__ import annotations

import pytest

from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.quantization.analysis import QuantAnalysis
from nnef_lsp.syntax.source import Source

from .any_cursor import check_document, check_graph, check_quant

HEADER = (
    "version 1.0;\nextension tract_registry tract_core;\nextension tract_symbol S;\nextension tract_assert S >= 1;\n"
)
STEP = "fragment step( a: tensor<scalar>, n: integer = 1 ) -> ( b: tensor<scalar> )\n{\n    c = relu(a);\n    b = c * n;\n}\n"
GRAPH = """graph net( x ) -> ( y )
{
    x = external(shape = [2, S]);  # input
    w = variable<scalar>(shape = [1, 3], label = 'net/w');
    y = tract_core_scan(body = "step", scan = [("a", x, 0, 1)], full = [], state = [], output = [("b", 'full', 0)]);
}
"""
WHOLE = HEADER + STEP + GRAPH
QUANT = "'w': linear_quantize(min = 0.0, bits = 8);\n# note\n\"y\": zero_point_linear_quantize(zero_point = 1);\n"
BROKEN = {
    "whole": WHOLE,
    "open parenthesis": WHOLE.replace("relu(a);", "relu(a, "),
    "open string": WHOLE.replace('"step"', '"step'),
    "open tuple": WHOLE.replace('0, 1)], full', "0, 1"),
    "nested and incomplete": WHOLE.replace("relu(a)", "add(relu(max(a, "),
    "no left side": WHOLE.replace("w = variable", "= variable"),
    "no body": HEADER + STEP.split("{")[0] + GRAPH,
    "body never closed": HEADER + STEP.replace("}\n", "") + GRAPH,
    "graph twice": HEADER + STEP + GRAPH + GRAPH,
    "statements outside": HEADER + "y = relu(x);\n" + GRAPH.replace("graph net( x ) -> ( y )\n{", ""),
    "head in an expression": WHOLE.replace("body =", "body graph="),
    "half an extension": WHOLE.replace("tract_assert S >= 1;", "tract_assert S >= min(S, "),
    "two symbols in a line": WHOLE.replace("tract_symbol S;", "tract_symbol S, T;"),
    "strings of nothing": WHOLE.replace('"step"', "''").replace("'net/w'", '""').replace('"a"', "''"),
    "backslashes and quoted names": WHOLE.replace("c = relu", "i'c\\'d' = relu").replace('"a"', '"\\a\\"'),
    "astral characters": WHOLE.replace("net/w", "nét/𝄞").replace("# input", "# é𝄞"),
    "carriage returns": WHOLE.replace("\n", "\r\n"),
    "no character of NNEF": "$%&\x00\x1f `~ @@\n",
    "nothing": "",
}  # fmt: skip


@pytest.mark.parametrize("text", BROKEN.values(), ids=list(BROKEN))
def test_every_place(text: str) -> None:
    analysis = Analysis(Source(text))
    check_document(analysis)
    step = 1 if text is WHOLE else 3  # the same pieces of text come in many of the documents
    for offset in range(0, len(text) + 1, step):
        check_graph(analysis, offset)


def test_a_document_as_it_is_typed() -> None:
    for end in range(0, len(WHOLE), 2):
        analysis = Analysis(Source(WHOLE[:end]))
        check_document(analysis)
        check_graph(analysis, end)


@pytest.mark.parametrize("end", range(0, len(QUANT), 7))
def test_every_place_of_a_quantization(end: int) -> None:
    for graph in (Analysis(Source(WHOLE)), None):
        analysis = QuantAnalysis(Source(QUANT[:end], "quant"), graph)
        check_document(analysis)
        for offset in range(end + 1):
            check_quant(analysis, offset)
