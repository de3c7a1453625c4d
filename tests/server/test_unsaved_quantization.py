"""graph.quant as the editor has it: what is not saved counts, for the graph beside it too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnef_lsp.archive import write_tensor

from .talk import Client, at

GRAPH = """version 1.0;

graph net( x ) -> ( y )
{
    x = external(shape = [1,3]);
    w = variable(shape = [1,3], label = 'w');
    y = mul(x, w);
}
"""
ENTRY = "'w': zero_point_linear_quantize(zero_point = 0, scale = 0.5, bits = 8, signed = false, symmetric = false);\n"


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    (tmp_path / "graph.nnef").write_text(GRAPH)
    write_tensor(tmp_path / "w.dat", np.array([[2, 4, 6]], np.uint8), item_type="quint8")
    return tmp_path / "graph.nnef"


def codes(found: list[dict[str, Any]]) -> list[str]:
    return [item["code"] for item in found]


def items(client: Client, uri: str) -> list[float]:
    """What a run on ones gives."""
    inputs = {"uri": uri, "inputs": {"x": "ones"}}
    result = client.ask("workspace/executeCommand", {"command": "nnef.runGraph", "arguments": [inputs]})
    assert result["ok"], result
    (output,) = [tensor for tensor in result["tensors"] if tensor["output"]]
    return [output["statistics"]["min"], output["statistics"]["max"]]


def test_an_entry_counts_as_it_is_typed(client: Client, graph: Path) -> None:
    uri = client.open(graph)
    assert codes(client.diagnostics(uri)) == ["codes-undecoded"]
    quant = client.open(graph.parent / "graph.quant", "")
    client.change(quant, 2, (None, ENTRY))
    assert codes(client.diagnostics(uri)) == []
    card = client.about("hover", uri, position=at(GRAPH, "w = variable"))["contents"]["value"]
    assert "stands  for real values: (code - 0) * 0.5" in card
    assert items(client, uri) == [1, 3]
    view = {"source": {"uri": (graph.parent / "w.dat").as_uri()}, "statistics": True}
    assert "(code - 0) * 0.5" in str(client.ask("nnef/tensor", view)["header"])
    client.change(quant, 3, (None, ENTRY.replace("'w'", "'v'")))
    assert codes(client.diagnostics(uri)) == ["codes-undecoded"]
    client.change(quant, 4, (None, ENTRY))
    assert codes(client.diagnostics(uri)) == []
    client.tell("textDocument/didClose", {"textDocument": {"uri": quant}})
    assert codes(client.diagnostics(uri)) == ["codes-undecoded"]


def test_an_entry_that_is_deleted_but_saved_counts_no_more(client: Client, graph: Path) -> None:
    (graph.parent / "graph.quant").write_text(ENTRY)
    quant = client.open(graph.parent / "graph.quant", "")
    uri = client.open(graph)
    assert codes(client.diagnostics(uri)) == ["codes-undecoded"]
    client.tell("textDocument/didClose", {"textDocument": {"uri": quant}})
    assert codes(client.diagnostics(uri)) == []


def test_types_of_a_dialect_follow(client: Client, graph: Path) -> None:
    graph.write_text(GRAPH.replace("1.0;\n", "1.0;\n\nextension tract_registry tract_core;\n", 1))
    uri = client.open(graph)
    client.diagnostics(uri)
    client.open(graph.parent / "graph.quant", ENTRY)
    place = at(graph.read_text(), "w = variable")
    client.diagnostics(uri)
    assert "u8" in client.about("hover", uri, position=place)["contents"]["value"]
