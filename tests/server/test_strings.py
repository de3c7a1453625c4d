"""Strings that name something, and graph.quant beside a graph, over the protocol: addresses, and edits of several files."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

import pytest

from .talk import Client, at

GRAPH = """version 1.0;
extension tract_registry tract_core;
extension tract_registry tract_resource;
extension tract_symbol S;
fragment tract_core_properties() -> ( properties: (string, tensor<scalar>)[] )
{
    properties = [("made_by", "a test"), ("sizes", [1, 2])];
}
fragment step( x_t: tensor<scalar>, h_0: tensor<scalar> ) -> ( h_1: tensor<scalar> )
{
    h_1 = x_t + h_0;
}
graph net( x ) -> ( y, z )
{
    m = tract_resource_get(label = "sizes", key = "$.size");
    x = external(shape = [S, m]);
    w = variable<scalar>(label = "net/a w", shape = [2]);
    y = tract_core_scan(body = "step", scan = [("x_t", x * w, 0, 1)], full = [], state = [("h_0", [[0.0, 0.0]], "h_1")], output = [("h_1", "full", 0, 1)]);
    z = tract_core_submodel([x], label = "packed");
}
"""
QUANT = (
    '"x": linear_quantize(min = -1.0, max = 1.0, bits = 8);\n"y": linear_quantize(min = -1.0, max = 1.0, bits = 8);\n'
)
INNER = "version 1.0;\ngraph inner( a ) -> ( b )\n{\n    a = external(shape = [3, 2]);\n    b = relu(a);\n}\n"
EDITOR = {
    "textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}, "rename": {"prepareSupport": True}},
    "workspace": {
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create", "rename", "delete"]},
        "fileOperations": {"willRename": True},
    },
}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model with every sort of file; its folder."""
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "a w.dat").write_bytes(b"")
    (tmp_path / "sizes.json").write_text('{"größe": {"a": 1}, "size": 2}\n', encoding="utf-8")
    (tmp_path / "inner.nnef").write_text(INNER)
    with tarfile.open(tmp_path / "packed.nnef.tgz", "w:gz") as archive:
        archive.add(tmp_path / "inner.nnef", "graph.nnef")
    (tmp_path / "graph.nnef").write_text(GRAPH)
    (tmp_path / "graph.quant").write_text(QUANT)
    return tmp_path


def opened(folder: Path, capabilities: Any = EDITOR) -> tuple[Client, str]:
    client = Client(capabilities)
    return client, client.open(folder / "graph.nnef")


def test_definitions_in_files_of_the_model(model: Path) -> None:
    client, uri = opened(model)

    def target(mark: str) -> Any:
        (found,) = client.about("definition", uri, position=at(GRAPH, mark, 1))
        return found["uri"], found["range"]["start"]["line"], found["range"]["start"]["character"]

    assert target('"$.size"') == ((model / "sizes.json").as_uri(), 0, 20)
    assert target('"net/a w"') == ((model / "net" / "a w.dat").as_uri(), 0, 0)
    archive = "nnef-archive:" + (model / "packed.nnef.tgz").as_uri().removeprefix("file://")
    assert target('"packed"') == (archive + "/!/graph.nnef", 0, 0)
    assert target('"step"')[1:] == (8, 9)
    links = [client.ask("documentLink/resolve", link) for link in client.about("documentLink", uri)]
    assert sorted(link["target"] for link in links) == sorted(
        [(model / "net" / "a w.dat").as_uri(), (model / "sizes.json").as_uri(), archive + "/!/graph.nnef"]
    )
    client.close()


def test_the_model_in_the_archive_can_be_looked_at(model: Path) -> None:
    client, uri = opened(model)
    (found,) = client.about("definition", uri, position=at(GRAPH, '"packed"', 1))
    client.tell(
        "textDocument/didOpen",
        {"textDocument": {"uri": found["uri"], "languageId": "nnef", "version": 1, "text": INNER}},
    )
    assert client.diagnostics(found["uri"]) == []
    client.close()


def test_a_label_in_an_archive_under_the_address_that_vs_code_writes(model: Path) -> None:
    text = INNER.replace("b = relu(a)", "w = variable(shape = [2], label = 'w'); b = mul(a, w)")
    with tarfile.open(model / "weighty.nnef.tgz", "w:gz") as archive:
        archive.add(model / "net" / "a w.dat", "w.dat")
        archive.add(model / "net" / "a w.dat", "deep/er/v.dat")
        archive.add(model / "inner.nnef", "deep/er/graph.nnef")
    folder = "nnef-archive:" + (model / "weighty.nnef.tgz").as_uri().removeprefix("file://") + "/%21"
    client = Client()
    client.tell(
        "textDocument/didOpen",
        {"textDocument": {"uri": folder + "/graph.nnef", "languageId": "nnef", "version": 1, "text": text}},
    )
    (found,) = client.about("definition", folder + "/graph.nnef", position=at(text, "'w'", 1))
    assert found["uri"] == folder + "/w.dat"
    deeper, text = folder + "/deep/er/graph.nnef", text.replace("'w'", "'v'")
    client.tell(
        "textDocument/didOpen", {"textDocument": {"uri": deeper, "languageId": "nnef", "version": 1, "text": text}}
    )
    (found,) = client.about("definition", deeper, position=at(text, "'v'", 1))
    assert found["uri"] == folder + "/deep/er/v.dat"
    client.close()


def test_an_operation_that_is_not_enabled_brings_its_extension(model: Path) -> None:
    client, uri = opened(model)
    items = client.about("completion", uri, position=at(GRAPH, "tract_resource_get"))["items"]
    (item,) = [item for item in items if item["label"] == "tract_onnx_non_zero"]
    (edit,) = item["additionalTextEdits"]
    assert edit["newText"] == "\nextension tract_registry tract_onnx;"
    assert edit["range"]["start"] == at(GRAPH, "tract_symbol S;", len("tract_symbol S;"))
    assert "Coordinates" in client.ask("completionItem/resolve", item)["documentation"]["value"]
    client.close()


def parts(edit: Any) -> dict[str, list[str]]:
    """New texts by file name; files that move."""
    found: dict[str, list[str]] = {}
    for part in edit["documentChanges"]:
        if part.get("kind") == "rename":
            found["moved"] = [part["oldUri"].rsplit("/", 2)[-1], part["newUri"].rsplit("/", 2)[-1]]
        else:
            name = part["textDocument"]["uri"].rsplit("/", 1)[-1]
            found[name] = [item["newText"] for item in part["edits"]]
    return found


def test_renaming_a_label_moves_its_file(model: Path) -> None:
    client, uri = opened(model)
    position = at(GRAPH, '"net/a w"', 3)
    span = client.about("prepareRename", uri, position=position)
    assert span["placeholder"] == "net/a w"
    assert span["range"]["start"] == at(GRAPH, "net/a w")
    edit = client.about("rename", uri, position=position, newName="net/b")
    assert parts(edit) == {"graph.nnef": ["net/b"], "moved": ["a%20w.dat", "b.dat"]}
    client.close()


def test_a_label_stays_where_the_editor_moves_no_files(model: Path) -> None:
    client, uri = opened(model, {"workspace": {"workspaceEdit": {"documentChanges": True}}})
    number = client.begin(
        "textDocument/rename", {"textDocument": {"uri": uri}, "position": at(GRAPH, "net/a w"), "newName": "b"}
    )
    assert "This editor does not rename the file 'net/a w.dat' along" in client.answer(number)["error"]["message"]
    client.close()


@pytest.mark.parametrize("open_both", [False, True])
def test_renaming_a_tensor_changes_the_quantization_and_back(model: Path, open_both: bool) -> None:
    client, uri = opened(model)
    quant = client.open(model / "graph.quant") if open_both else (model / "graph.quant").as_uri()
    edit = client.about("rename", uri, position=at(GRAPH, "x = external"), newName="image")
    assert parts(edit) == {"graph.nnef": ["image"] * 4, "graph.quant": ["image"]}
    versions = {part["textDocument"]["uri"]: part["textDocument"]["version"] for part in edit["documentChanges"]}
    assert versions == {uri: 1, quant: 1 if open_both else None}
    found = client.about("references", uri, position=at(GRAPH, "x = external"), context={"includeDeclaration": True})
    assert sorted(item["uri"].rsplit("/", 1)[-1] for item in found) == ["graph.nnef"] * 4 + ["graph.quant"]
    client.close()


def test_renaming_from_the_quantization(model: Path) -> None:
    client = Client(EDITOR)
    quant = client.open(model / "graph.quant")
    start = {"line": 0, "character": 1}
    assert client.about("prepareRename", quant, position=start)["range"] == {
        "start": start,
        "end": {"line": 0, "character": 2},
    }
    edit = client.about("rename", quant, position=start, newName="image")
    assert parts(edit) == {"graph.nnef": ["image"] * 4, "graph.quant": ["image"]}
    assert len(client.about("references", quant, position=start, context={"includeDeclaration": True})) == 5
    assert len(client.about("documentHighlight", quant, position=start)) == 1
    (there,) = [client.about("definition", quant, position=start)]
    assert there["uri"] == (model / "graph.nnef").as_uri() and there["range"]["start"] == at(GRAPH, "x = external")
    assert [item["name"] for item in client.about("documentSymbol", quant)] == ["x", "y"]
    inside = {"line": 0, "character": 23}
    assert client.about("signatureHelp", quant, position=inside)["signatures"][0]["label"].startswith(
        "linear_quantize("
    )
    assert client.about("selectionRange", quant, positions=[inside])[0]["parent"]
    assert client.about("foldingRange", quant) == []
    assert client.about("semanticTokens/full", quant)["data"]
    assert client.about("hover", quant, position=start)["contents"]["value"].startswith("```nnef\ninput x")
    client.close()


def test_metadata_in_the_outline(model: Path) -> None:
    client, uri = opened(model)
    (metadata,) = [item for item in client.about("documentSymbol", uri) if item["name"] == "tract_core_properties"]
    assert [(item["name"], item["detail"], item["kind"]) for item in metadata["children"]] == [
        ("made_by", "'a test'", 7), ("sizes", "[1, 2]", 7),
    ]  # fmt: skip
    assert metadata["children"][0]["selectionRange"]["start"] == at(GRAPH, '"made_by"')
    client.close()


def test_a_symbol_is_renamed_everywhere(model: Path) -> None:
    client, uri = opened(model, {})
    edit = client.about("rename", uri, position=at(GRAPH, "S, m"), newName="LENGTH")
    assert [item["newText"] for item in edit["changes"][uri]] == ["LENGTH", "LENGTH"]
    client.close()


@pytest.mark.parametrize("is_open", [True, False])
def test_strings_follow_files_that_are_renamed(model: Path, is_open: bool) -> None:
    client, uri = opened(model)
    if not is_open:
        client.tell("textDocument/didClose", {"textDocument": {"uri": uri}})

    def renamed(old: str, new: str) -> Any:
        files = [{"oldUri": (model / old).as_uri(), "newUri": (model / new).as_uri()}]
        answer = client.ask("workspace/willRenameFiles", {"files": files})
        return answer and [(edit["range"]["start"], edit["newText"]) for edit in answer["changes"][uri]]

    assert renamed("net/a w.dat", "net/b c.dat") == [(at(GRAPH, "net/a w"), "net/b c")]
    assert renamed("sizes.json", "net/sizes.json") == [(at(GRAPH, 'sizes", key'), "net/sizes")]
    assert renamed("packed.nnef.tgz", "other.nnef.tgz") == [(at(GRAPH, "packed"), "other")]
    for old, new in (
        ("net/other.dat", "b.dat"),
        ("net/a w.dat", "../b.dat"),
        ("net/a w.dat", "b.txt"),
        ("net/a w.dat", "a'b.dat"),
    ):
        assert renamed(old, new) is None
    assert client.capabilities["workspace"]["fileOperations"]["willRename"]["filters"]
    client.close()
