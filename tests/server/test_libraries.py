"""Libraries of a project that change while a graph that uses them is open."""

from __future__ import annotations

from pathlib import Path

from .talk import Client

GRAPH = """version 1.0;

graph net( x ) -> ( y )
{
    x = external(shape = [2]);
    y = twice(x);
}
"""
LIBRARY = "fragment NAME( x: tensor<scalar> ) -> ( y: tensor<scalar> )\n{\n    y = add(x, x);\n}\n"


def written(client: Client, file: Path, name: str) -> None:
    """A library with one fragment, of which the client tells."""
    file.write_text(LIBRARY.replace("NAME", name))
    client.tell("workspace/didChangeWatchedFiles", {"changes": [{"uri": file.as_uri(), "type": 2}]})


def test_a_library_elsewhere_in_the_project_is_followed(client: Client, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.nnef-lsp]\nlibraries = ["fragments/"]\n')
    (tmp_path / "fragments").mkdir()
    (tmp_path / "models").mkdir()
    graph = tmp_path / "models" / "net.nnef"
    graph.write_text(GRAPH)
    uri = client.open(graph)
    assert [item["code"] for item in client.diagnostics(uri)] == ["unknown-operation"]
    written(client, tmp_path / "fragments" / "new.nnef", "twice")
    assert client.diagnostics(uri) == []
    written(client, tmp_path / "fragments" / "new.nnef", "thrice")
    assert "did you mean 'thrice'" in client.diagnostics(uri)[0]["message"]
    written(client, tmp_path / "fragments" / "other.nnef", "twice")
    assert client.diagnostics(uri) == []
    (tmp_path / "fragments" / "other.nnef").unlink()
    client.tell(
        "workspace/didChangeWatchedFiles",
        {"changes": [{"uri": (tmp_path / "fragments" / "other.nnef").as_uri(), "type": 3}]},
    )
    assert [item["code"] for item in client.diagnostics(uri)] == ["unknown-operation"]
