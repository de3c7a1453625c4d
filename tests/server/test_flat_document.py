"""The flat graph as a document of its own in the editor."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.rules import diagnose
from nnef_lsp.syntax.source import Source

from .talk import Client, model_folder

REGISTRY = "extension tract_registry tract_core;"
TRACT = """\
version 1.0;
extension tract_registry tract_core;
extension tract_symbol S;

fragment step( a: tensor<scalar>, h: tensor<scalar> ) -> ( o: tensor<scalar> ) { o = tract_core_silu(a) + h; }
fragment twice( a: tensor<scalar> ) -> ( b: tensor<scalar> ) { c = a + a; b = c * 2.0; }

graph net( x ) -> ( y )
{
    x = tract_core_external(shape = [S, 4], datum_type = 'i8');
    z = twice(tract_core_cast(x, to = 'f32'));
    y = tract_core_scan(body = 'step', scan = [('a', z, 0, 1)], full = [], state = [('h', [[0.0, 0.0, 0.0, 0.0]], 'o')],
                        output = [('o', 'full', 0, 1)]);
}
"""


def test_registries_symbols_types_and_loops_stay(tmp_path: Path) -> None:
    client = Client()
    uri = client.open(model_folder(tmp_path, TRACT))
    client.diagnostics(uri)
    text = client.ask("workspace/textDocumentContent", {"uri": uri.replace("file:", "nnef-flat:")})["text"]
    assert "extension tract_symbol S;" in text and "shape = [S, 4], datum_type = 'i8'" in text
    assert "fragment step(" in text and "fragment twice(" not in text and "z = z_c * 2.0;" in text
    assert [item.message for item in diagnose(Analysis(Source(text))) if item.severity == "error"] == []
    client.close()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("fragment f( x: tensor<scalar> ) -> ( y: tensor<scalar> ) { y = relu(x); }\n", "it is a library"),
        (f"version 1.0;\n{REGISTRY} # nnef-lsp: ignore", "it has no graph"),
        ("version 1.0; # nnef-lsp: ignore", "it has no graph"),
        (f"version 1.0;\n{REGISTRY}\n", "a document needs a graph"),
    ],
    ids=["library", "silenced", "silenced in the standard's dialect", "told"],
)
def test_a_document_without_a_graph_says_so(tmp_path: Path, text: str, what: str) -> None:
    client = Client(options={"trusted": True})
    uri = client.open(model_folder(tmp_path, text))
    client.diagnostics(uri)
    flat = client.ask("workspace/textDocumentContent", {"uri": uri.replace("file:", "nnef-flat:")})["text"]
    assert flat.startswith("# ") and what in flat and flat.count("\n") == 1
    ran = client.ask("workspace/executeCommand", {"command": "nnef.runGraph", "arguments": [{"uri": uri}]})
    assert not ran["ok"] and what in ran["message"]
    client.close()
