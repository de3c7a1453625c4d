"""The requests of docs/protocol.md, as views ask them: graph, tensor, archive, runs, virtual documents."""

from __future__ import annotations

import base64
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnef_lsp.archive import write_tensor

from .talk import Client, model_folder


@pytest.fixture
def client() -> Iterator[Client]:
    with_views = Client({"workspace": {"inlayHint": {"refreshSupport": True}}})
    yield with_views
    with_views.process.kill()


def run(client: Client, uri: str, **params: Any) -> dict[str, Any]:
    arguments = [{"uri": uri, **params}]
    return client.ask(
        "workspace/executeCommand", {"command": "nnef.runGraph", "arguments": arguments, "workDoneToken": "t"}
    )


def test_graph_view(client: Client, tmp_path: Path) -> None:
    uri = client.open(model_folder(tmp_path))
    view = client.ask("nnef/graphView", {"textDocument": {"uri": uri}})
    assert [(node["id"], node["operation"], node["kind"]) for node in view["nodes"]] == [
        ("x", "external", "input"), ("k", "variable", "weights"), ("c", "conv", "convolution"), ("y", "block", "fragment"),
    ]  # fmt: skip
    kernel, conv, call = view["nodes"][1:]
    assert (kernel["label"], view["parameters"]) == ("net/k", 108)
    assert conv["inputs"] == [{"tensor": "x", "parameter": "input"}, {"tensor": "k", "parameter": "filter"}]
    assert ["padding", "[(1, 1), (1, 1)]"] in conv["attributes"]
    assert conv["outputs"] == [{"name": "c", "dtype": "scalar", "shape": [1, 4, 8, 8]}]
    assert conv["selectionRange"] == {"start": {"line": 13, "character": 4}, "end": {"line": 13, "character": 5}}
    assert call["fragment"] is True
    assert [node["id"] for node in view["fragments"]["block"]["nodes"]] == ["p", "b"]
    assert view["fragments"]["block"]["inputs"] == ["a"]
    assert (view["boxes"], view["fragments"]["block"]["boxes"]) == ([0, 1, 2, 3], [0, 1])
    assert (kernel["folded"], conv["module"]) == (True, "net")


def test_the_structure_of_a_graph(client: Client, tmp_path: Path) -> None:
    lines = [
        "x0 = external(shape = [1]);",
        *(f"m__layers___{at // 6}__x{at + 1} = relu({_previous(at)});" for at in range(60)),
    ]
    (tmp_path / "graph.nnef").write_text(
        "version 1.0;\ngraph net( x0 ) -> ( m__layers___9__x60 )\n{\n" + "\n".join(lines) + "\n}\n"
    )
    view = client.ask("nnef/graphView", {"textDocument": {"uri": (tmp_path / "graph.nnef").as_uri()}})
    first, layers = view["boxes"]
    assert (first, layers["kind"], layers["title"], layers["times"]) == (0, "repeat", "layers 0–9 (×10)", 10)
    assert layers["boxes"][1]["boxes"] == [7, 8, 9, 10, 11, 12]


def _previous(at: int) -> str:
    return f"m__layers___{(at - 1) // 6}__x{at}" if at else "x0"


def test_codes_are_shown_with_the_real_values_they_stand_for(client: Client, tmp_path: Path) -> None:
    graph = model_folder(tmp_path)
    codes = np.arange(108, dtype=np.uint8).reshape(4, 3, 3, 3)
    write_tensor(graph.parent / "net" / "k.dat", codes, "quint8")
    (graph.parent / "graph.quant").write_text('"k": linear_quantize(min = 0.0, max = 510.0, bits = 8);\n')
    view = client.ask("nnef/tensor", {"source": {"uri": (graph.parent / "net" / "k.dat").as_uri()}})
    rows = [value for name, value in view["header"]["details"] if name == "real values"]
    assert view["statistics"]["max"] == 107
    assert "range   0 to 214" in rows
    text = graph.read_text()
    uri = client.open(graph)
    line = next(index for index, each in enumerate(text.split("\n")) if "'net/k'" in each)
    card = client.ask(
        "textDocument/hover",
        {"textDocument": {"uri": uri}, "position": {"line": line, "character": 4}},
    )["contents"]["value"]
    assert "range   0 to 107" in card and "range   0 to 214" in card


def test_tensor(client: Client, tmp_path: Path) -> None:
    graph = model_folder(tmp_path)
    params = {
        "source": {"uri": (graph.parent / "net" / "k.dat").as_uri()},
        "window": {"rowAxis": 2, "columnAxis": 3, "index": [3, 2, 0, 0], "rows": 64, "columns": 2},
        "pictures": {"layout": "filters", "first": 11, "count": 5},
    }
    view = client.ask("nnef/tensor", params)
    assert view["problems"] == []
    assert (view["header"]["shape"], view["header"]["items"], view["header"]["dtype"]) == ([4, 3, 3, 3], 108, "float32")
    assert (view["statistics"]["min"], view["statistics"]["max"]) == (-1, 1)
    assert sum(view["histogram"]["counts"]) == 108
    assert len(view["histogram"]["edges"]) == len(view["histogram"]["counts"]) + 1
    assert (view["window"]["rows"], view["window"]["columns"], view["window"]["values"][2][1]) == (
        3,
        2,
        pytest.approx(1 - 2 / 107),
    )
    assert (view["pictures"]["total"], len(view["pictures"]["items"])) == (12, 1)
    assert base64.b64decode(view["pictures"]["items"][0]["data"])[-1] == 255


@pytest.mark.parametrize(
    ("content", "word"), [(b"", "not an NNEF tensor"), (b"N\xef\1\0", "incomplete"), (b"PK\3\4" * 99, "zip")]
)
def test_broken_tensor(client: Client, tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "bad.dat"
    path.write_bytes(content)
    [problem] = client.ask("nnef/tensor", {"source": {"uri": path.as_uri()}})["problems"]
    assert word in problem


def test_run_and_look_into_it(client: Client, tmp_path: Path) -> None:
    uri = client.open(model_folder(tmp_path))
    needs = client.ask("workspace/executeCommand", {"command": "nnef.inputs", "arguments": [{"uri": uri}]})
    assert needs["inputs"] == [{"name": "x", "dtype": "scalar", "shape": [1, 3, 8, 8]}]
    assert (needs["tensors"], needs["engines"][0]) == (["x", "k", "c", "y"], "numpy")
    result = run(client, uri, inputs={"x": "random:1"}, keep=["c"])
    assert result["ok"], result
    assert [(tensor["name"], tensor["output"], tensor["shape"]) for tensor in result["tensors"]] == [
        ("y", True, [1, 4, 4, 4]), ("c", False, [1, 4, 8, 8]),
    ]  # fmt: skip
    assert {operation["id"] for operation in result["operations"]} >= {"c", "y"}
    assert any(note["value"]["kind"] == "report" for note in client.progress)
    kept = client.ask("nnef/tensor", {"source": {"run": result["run"], "tensor": "c"}})
    assert kept["header"]["shape"] == [1, 4, 8, 8]
    forgotten = client.ask("nnef/tensor", {"source": {"run": "run-99", "tensor": "c"}})
    assert "forgotten" in forgotten["problems"][0]
    seconds = [node.get("seconds") for node in client.ask("nnef/graphView", {"textDocument": {"uri": uri}})["nodes"]]
    assert seconds[3] > 0


def test_errors_are_not_run(client: Client, tmp_path: Path) -> None:
    graph = model_folder(tmp_path)
    graph.write_text(graph.read_text().replace("block(c, n", "block(d, n"))
    result = run(client, client.open(graph))
    assert not result["ok"]
    assert result["message"].startswith("Line 15:")


def test_a_model_that_vanished_is_not_run(client: Client, tmp_path: Path) -> None:
    graph = model_folder(tmp_path / "model")
    uri = client.open(graph)
    shutil.rmtree(graph.parent)
    result = run(client, uri, inputs={"x": "zeros"})
    assert result["message"] == f"The model {graph.parent} is not there any more."
    assert client.ask("nnef/graphView", {"textDocument": {"uri": uri}})["name"] == "net"


def test_archive(client: Client, tmp_path: Path) -> None:
    graph = model_folder(tmp_path / "model")
    archive = tmp_path / "model.nnef.tgz"
    with tarfile.open(archive, "w:gz") as file:
        for name in ("graph.nnef", "net/k.dat"):
            file.add(graph.parent / name, name)
    listing = client.ask("nnef/archive", {"uri": archive.as_uri()})
    assert {entry["path"]: entry["size"] for entry in listing["entries"]} == {
        "graph.nnef": graph.stat().st_size, "net/k.dat": (graph.parent / "net/k.dat").stat().st_size,
    }  # fmt: skip
    answer = client.ask("nnef/archive", {"uri": archive.as_uri(), "path": "graph.nnef"})
    assert base64.b64decode(answer["data"]) == graph.read_bytes()
    inside = archive.as_uri().replace("file://", "nnef-archive:") + "/!/"
    view = client.ask("nnef/tensor", {"source": {"uri": inside + "net/k.dat"}})
    assert view["header"]["shape"] == [4, 3, 3, 3]
    result = run(client, inside + "graph.nnef", inputs={"x": "zeros"})
    assert result["ok"], result


def test_virtual_documents(client: Client, tmp_path: Path) -> None:
    uri = client.open(model_folder(tmp_path))
    path = uri.removeprefix("file://")

    def text(of: str) -> str:
        return str(client.ask("workspace/textDocumentContent", {"uri": of})["text"])

    assert "max_pool(c, size = [1, 1, 2, 2]" in text(f"nnef-flat:{path}")
    report = text(f"nnef-report:{path}.md")
    assert "| input | `x` | scalar | 1 × 3 × 8 × 8 |" in report
    assert "108 parameters" in report
    assert text("nnef-rule:/undefined-name.md").startswith("# undefined-name")
    assert "no rule" in text("nnef-rule:/no-such-rule.md")


def test_lenses_and_hints(client: Client, tmp_path: Path) -> None:
    uri = client.open(model_folder(tmp_path))
    lenses = client.ask("textDocument/codeLens", {"textDocument": {"uri": uri}})
    assert [lens["command"]["title"] for lens in lenses] == ["1 use", "▶ Run graph · 108 parameters · 6.91 kMAC"]
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}

    def hints() -> list[str]:
        return [
            hint["label"]
            for hint in client.ask("textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": whole})
        ]

    assert hints() == [": [1, 4, 8, 8]", ": [1, 4, 4, 4]"]
    assert run(client, uri, inputs={"x": "zeros"})["ok"]
    assert len(hints()) > 2
    hover = client.ask("textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 13, "character": 4}})
    assert "Last run" in hover["contents"]["value"]


def test_the_schemes_of_virtual_documents_are_advertised(client: Client) -> None:
    schemes = client.capabilities["workspace"]["textDocumentContent"]["schemes"]
    assert schemes == ["nnef-flat", "nnef-report", "nnef-rule"]
