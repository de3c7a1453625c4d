"""What a person chooses and the server keeps: inputs of runs, dialects, how many hints; and the work that lenses tell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from .talk import MODEL, Client, model_folder

SYMBOLIC = """\
version 1.0;
extension tract_registry tract_core;
extension tract_symbol S;
graph net( x ) -> ( y )
{
    x = tract_core_external(shape = [S, 4], datum_type = 'f32');
    w = [[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]];
    y = matmul(x, w, transposeB = true);
}
"""


@pytest.fixture
def client() -> Iterator[Client]:
    refreshing = Client({"workspace": {"inlayHint": {"refreshSupport": True}, "codeLens": {"refreshSupport": True}}})
    yield refreshing
    refreshing.process.kill()


def command(client: Client, what: str, uri: str, /, **more: Any) -> Any:
    return client.ask("workspace/executeCommand", {"command": what, "arguments": [{"uri": uri, **more}]})


def lenses(client: Client, uri: str) -> list[dict[str, Any]]:
    return [lens["command"] for lens in client.about("codeLens", uri)]


def write_io(folder: Path, client: Client, uri: str, spoilt: bool) -> None:
    """An io.npz beside the model with values that are right, or not."""
    result = command(client, "nnef.runGraph", uri, inputs={"x": "zeros"})
    source = {"run": result["run"], "tensor": "y"}
    y = np.zeros((1, 4, 4, 4), np.float32)
    for channel in range(4):
        window = {"rowAxis": 2, "columnAxis": 3, "index": [0, channel, 0, 0], "rows": 4, "columns": 4}
        y[0, channel] = client.ask("nnef/tensor", {"source": source, "window": window})["window"]["values"]
    more = {"c": np.ones((1, 4, 8, 8)), "other": y} if spoilt else {"other": y}
    np.savez(folder / "io.npz", x=np.zeros((1, 3, 8, 8), np.float32), y=y, **more)


@pytest.mark.parametrize("spoilt", [False, True])
def test_a_lens_checks_against_io_npz_in_one_go(client: Client, tmp_path: Path, spoilt: bool) -> None:
    graph = model_folder(tmp_path)
    uri = client.open(graph)
    assert [lens["title"] for lens in lenses(client, uri)][1:] == ["▶ Run graph · 108 parameters · 6.91 kMAC"]
    write_io(tmp_path, client, uri, spoilt)
    client.tell(
        "workspace/didChangeWatchedFiles", {"changes": [{"uri": (graph.parent / "io.npz").as_uri(), "type": 1}]}
    )
    check = lenses(client, uri)[2]
    assert check["title"] == "✓ Check against io.npz"
    compared = client.ask("workspace/executeCommand", {"command": check["command"], "arguments": check["arguments"]})[
        "compared"
    ]
    assert compared["ok"] is not spoilt
    assert [row["name"] for row in compared["tensors"]] == (["c", "y"] if spoilt else ["y"])
    if spoilt:
        assert compared["tensor"] == "c"
        assert compared["tensors"][0]["range"]["start"] == {"line": 13, "character": 4}


def test_an_npz_without_results_is_no_check(client: Client, tmp_path: Path) -> None:
    graph = model_folder(tmp_path)
    np.savez(tmp_path / "inputs.npz", x=np.zeros((1, 3, 8, 8), np.float32), nothing=np.zeros(1))
    uri = client.open(graph)
    assert len(lenses(client, uri)) == 2
    assert command(client, "nnef.inputs", uri)["sets"] == [str(tmp_path / "inputs.npz")]
    path = str(tmp_path / "inputs.npz")
    compared = command(client, "nnef.runGraph", uri, inputs={"x": path}, expected=path)["compared"]
    assert not compared["ok"]
    assert "No array of the file" in compared["problem"]


def test_inputs_are_saved_beside_the_model_and_offered_again(client: Client, tmp_path: Path) -> None:
    uri = client.open(model_folder(tmp_path))
    np.save(tmp_path / "x.npy", np.zeros((1, 3, 8, 8), np.float32))
    answer = command(client, "nnef.saveInputs", uri, name="all zero", inputs={"x": str(tmp_path / "x.npy")})
    assert answer == {"ok": True, "path": str(tmp_path / ".nnef-lsp" / "inputs.json")}
    (saved,) = command(client, "nnef.inputs", uri)["saved"]
    assert saved == {"name": "all zero", "inputs": {"x": str(tmp_path / "x.npy")}, "symbols": {}}
    assert command(client, "nnef.runGraph", uri, inputs=saved["inputs"])["ok"]
    command(client, "nnef.saveInputs", uri, name="of another model", inputs={"z": "zeros"})
    assert len(command(client, "nnef.inputs", uri)["saved"]) == 1
    (tmp_path / ".nnef-lsp" / "inputs.json").write_text("{")
    needs = command(client, "nnef.inputs", uri)
    assert (needs["saved"], "cannot be read" in needs["problems"][0]) == ([], True)
    assert not command(client, "nnef.saveInputs", uri, name="b", inputs={"x": "zeros"})["ok"]


def test_inputs_of_a_text_without_a_file_are_not_saved(client: Client) -> None:
    client.tell(
        "textDocument/didOpen",
        {"textDocument": {"uri": "untitled:one.nnef", "languageId": "nnef", "version": 1, "text": MODEL}},
    )
    answer = command(client, "nnef.saveInputs", "untitled:one.nnef", name="a", inputs={"x": "zeros"})
    assert not answer["ok"]
    assert "save the model first" in answer["message"]


@pytest.mark.parametrize("name", ["class", "_x", "def", "x2"])
def test_inputs_may_have_any_name(client: Client, tmp_path: Path, name: str) -> None:
    """The protocol's library makes objects of parameters, and Python has words that name no field."""
    uri = client.open(
        model_folder(
            tmp_path, f"version 1.0;\ngraph g({name}) -> (y) {{ {name} = external(shape = [2]); y = relu({name}); }}\n"
        )
    )
    np.save(tmp_path / "in.npy", np.float32([-1, 5]))
    result = command(client, "nnef.runGraph", uri, inputs={name: str(tmp_path / "in.npy")})
    assert result["ok"], result
    assert result["tensors"][0]["statistics"]["max"] == 5
    assert command(client, "nnef.saveInputs", uri, name="s", inputs={name: "zeros"})["ok"]
    assert command(client, "nnef.inputs", uri)["saved"][0]["inputs"] == {name: "zeros"}


def test_symbols_without_a_value_are_named(client: Client, tmp_path: Path) -> None:
    uri = client.open(model_folder(tmp_path, SYMBOLIC))
    result = command(client, "nnef.runGraph", uri, inputs={"x": "zeros"})
    assert (result["ok"], result["symbols"]) == (False, ["S"])
    assert command(client, "nnef.runGraph", uri, inputs={"x": "zeros"}, symbols={"S": 3})["tensors"][0]["shape"] == [
        3,
        2,
    ]
    assert lenses(client, uri)[0]["title"] == "▶ Run graph · 8 MAC at S = 1"


def test_the_work_of_each_statement(client: Client, tmp_path: Path) -> None:
    uri = client.open(model_folder(tmp_path))
    work = client.ask("nnef/work", {"textDocument": {"uri": uri}})
    assert work == {"version": 1, "macs": 6912, "statements": {"x": 0, "k": 0, "c": 6912, "y": 0}, "at": {}}
    client.change(uri, 2, (None, MODEL.replace("conv(x, k", "conv(z, k")))
    assert client.ask("nnef/work", {"textDocument": {"uri": uri}}) is None


def test_the_work_of_a_fragment_counts_for_its_call_and_large_graphs_have_one(client: Client, tmp_path: Path) -> None:
    calls = "".join(f"    y{at} = twice(y{at - 1}, w);\n" for at in range(1, 2100))
    text = (
        "version 1.0;\nextension KHR_enable_fragment_definitions;\n"
        "fragment twice( a: tensor<scalar>, w: tensor<scalar> ) -> ( b: tensor<scalar> ) { c = matmul(a, w); b = matmul(c, w); }\n"
        "graph net( y0 ) -> ( y2099 )\n{\n    y0 = external(shape = [2, 2]);\n    w = variable(shape = [2, 2], label = 'w');\n"
        + calls
        + "}\n"
    )
    uri = client.open(model_folder(tmp_path, text))
    work = client.ask("nnef/work", {"textDocument": {"uri": uri}})
    assert work["statements"]["y7"] == 16
    assert work["macs"] == 16 * 2099


def test_a_document_is_read_in_the_dialect_that_is_chosen_for_it(client: Client, tmp_path: Path) -> None:
    uri = client.open(model_folder(tmp_path))
    assert client.diagnostics(uri) == []
    about = {"textDocument": {"uri": uri}}
    state = client.ask("nnef/dialect", about)
    assert (state["dialect"], state["detected"], state["chosen"], state["setting"]) == (
        "khronos",
        "khronos",
        None,
        None,
    )
    assert [each["name"] for each in state["dialects"]] == ["khronos", "tract"]
    state = client.ask("nnef/dialect", {**about, "dialect": "tract"})
    assert (state["dialect"], state["title"], state["detected"], state["chosen"]) == (
        "tract",
        "tract",
        "khronos",
        "tract",
    )
    assert client.ask("nnef/dialect", {**about, "dialect": None})["dialect"] == "khronos"
    refused = client.answer(client.begin("nnef/dialect", {**about, "dialect": "latin"}))
    assert "no dialect 'latin'" in refused["error"]["message"]


def test_a_choice_goes_before_the_project_and_that_before_the_setting(tmp_path: Path) -> None:
    client = Client({}, {"dialect": "tract"})
    uri = client.open(model_folder(tmp_path))
    about = {"textDocument": {"uri": uri}}
    state = client.ask("nnef/dialect", about)
    assert (state["dialect"], state["project"], state["setting"]) == ("tract", None, "tract")
    settings = tmp_path / ".nnef-lsp.toml"
    settings.write_text('dialect = "khronos"\n')
    client.tell("workspace/didChangeWatchedFiles", {"changes": [{"uri": settings.as_uri(), "type": 1}]})
    state = client.ask("nnef/dialect", about)
    assert (state["dialect"], state["project"], state["setting"]) == ("khronos", "khronos", "tract")
    assert client.ask("nnef/dialect", {**about, "dialect": "tract"})["dialect"] == "tract"
    client.process.kill()


def test_shapes_are_shown_as_often_as_is_wanted(tmp_path: Path) -> None:
    client = Client({}, {"inlayHints": {"shapes": "all"}})
    uri = client.open(model_folder(tmp_path))
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}

    def hints() -> list[str]:
        return [hint["label"] for hint in client.about("inlayHint", uri, range=whole)]

    assert hints() == [": [1, 3, 8, 8]", ": [4, 3, 3, 3]", ": [1, 4, 8, 8]", ": [1, 4, 4, 4]"]
    client.tell("workspace/didChangeConfiguration", {"settings": {"nnef": {"inlayHints": {"shapes": "notObvious"}}}})
    assert hints() == [": [1, 4, 8, 8]", ": [1, 4, 4, 4]"]
    client.tell("workspace/didChangeConfiguration", {"settings": {"nnef": {"inlayHints": {"shapes": "off"}}}})
    assert hints() == []
    assert command(client, "nnef.runGraph", uri, inputs={"x": "zeros"})["ok"]
    assert all("s" in label for label in hints()) and hints()
    client.tell(
        "workspace/didChangeConfiguration", {"settings": {"nnef": {"inlayHints": {"shapes": "off", "times": False}}}}
    )
    assert hints() == []
    client.process.kill()


def test_files_of_several_tensors(client: Client, tmp_path: Path) -> None:
    np.savez(tmp_path / "two.npz", a=np.zeros((2, 3), np.float32), b=np.arange(4))
    uri = (tmp_path / "two.npz").as_uri()
    listing = client.ask("nnef/tensors", {"uri": uri})
    assert [(row["name"], row["dtype"], row["shape"]) for row in listing["tensors"]] == [
        ("a", "float32", [2, 3]),
        ("b", "int64", [4]),
    ]
    assert client.ask("nnef/tensor", {"source": {"uri": uri, "tensor": "b"}})["statistics"]["max"] == 3
    assert "no tensor 'c'" in client.ask("nnef/tensor", {"source": {"uri": uri, "tensor": "c"}})["problems"][0]
    (tmp_path / "bad.safetensors").write_bytes(b"\xff" * 20)
    listing = client.ask("nnef/tensors", {"uri": (tmp_path / "bad.safetensors").as_uri()})
    assert listing["tensors"] == []
    assert "safetensors" in listing["problems"][0]


def test_a_closed_document_has_a_graph_too(client: Client, tmp_path: Path) -> None:
    graph = model_folder(tmp_path)
    assert client.ask("nnef/graphView", {"textDocument": {"uri": graph.as_uri()}})["name"] == "net"
