"""Symbols of the workspace: of graphs that nobody has open too, as they are now, whatever else lies there."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from nnef_lsp.ide.names.workspace import search, symbols_of
from nnef_lsp.syntax.source import Source

from .talk import MODEL, Client, at, model_folder

TEXT = """version 1.0; # fragment none( x )
fragment twice( a: tensor<scalar> ) -> ( b: tensor<scalar> ) { b = a + a; }
graph net( x ) -> ( y, z )
{
    x = external(shape = [1]); "=";
    w = variable(shape = [1], label = ';q = 1;');  # v = 1;
    i"α.b" = relu(x); [p, q] = split(x, axis = 0, ratios = [1, 1]);
    y = twice(
        x);
    y2 = twice(
"""


def names(text: str) -> list[str]:
    return [f"{item.kind} {item.name} {item.line}:{item.column}" for item in symbols_of(text, "utf-16").found]


def test_what_a_text_defines() -> None:
    assert names(TEXT) == [
        "fragment twice 1:9", "tensor b 1:63", "graph net 2:6", "input x 4:4", "variable w 5:4",
        "tensor α.b 6:4", "tensor p 6:23", "tensor q 6:26", "tensor y 7:4", "tensor y2 9:4",
    ]  # fmt: skip


def test_the_same_as_the_segments_say() -> None:
    source = Source(MODEL)
    defined = [name for segment in source for name in segment.defines]
    assert [item.name for item in symbols_of(MODEL, "utf-8").found if item.kind not in ("graph", "fragment")] == defined


def test_the_best_fits_come_first() -> None:
    texts = [(str(number), symbols_of(f"graph g( x ) -> ( y ) {{ {name} = relu(x); }}", "utf-16")) for number, name in
             enumerate(("my_conv1", "c_o_n_v1", "conv1_b", "Conv1", "vnoc1"))]  # fmt: skip
    assert [hit.symbol.name for hit in search("conv1", texts, 9)] == ["Conv1", "conv1_b", "my_conv1", "c_o_n_v1"]
    assert [hit.symbol.name for hit in search("conv1", texts, 2)] == ["Conv1", "conv1_b"]
    assert len(search("", texts, 3)) == 3


@pytest.mark.parametrize("query", ["", " ", "\n", "g\n"])
def test_a_query_of_nothing_ends_with_every_name(query: str) -> None:
    texts = [("", symbols_of("graph g( x ) -> ( y ) { y = relu(x); }", "utf-16"))]
    assert [hit.symbol.name for hit in search(query, texts, 100)] == (["g"] if "g" in query else ["g", "y"])


def test_a_long_query_takes_no_longer() -> None:
    """Names that nearly fit are what a search that tries all ways would never end with."""
    almost = symbols_of(
        "graph g( x ) -> ( y ) { " + " ".join(f"{'a' * 200}{number} = relu(x);" for number in range(50)) + " }", "utf-8"
    )
    assert search("a" * 100 + "b", [("", almost)], 9) == []
    assert len(search("a1", [("", almost)], 99)) == 14


def started(folder: Path) -> Client:
    client = Client({"window": {"workDoneProgress": True}}, folders=[folder])
    return client


def asked(client: Client, query: str, **more: Any) -> list[tuple[str, str]]:
    found = client.ask("workspace/symbol", {"query": query, **more})
    return [(item["name"], item["location"]["uri"].rsplit("/", 2)[1]) for item in found]


def test_graphs_that_nobody_has_open(tmp_path: Path) -> None:
    for number in range(3):
        model_folder(tmp_path / f"m{number}", MODEL.replace("block", f"block{number}"))
    client = started(tmp_path)
    assert asked(client, "bk1", workDoneToken="reading") == [("block1", "m1")]
    kinds = [item["value"]["kind"] for item in client.progress if item["token"] == "reading"]
    assert kinds[0] == "begin" and kinds[-1] == "end"
    (found,) = client.ask("workspace/symbol", {"query": "block2"})
    where = at(MODEL, "block( a")
    assert found["location"]["range"] == {"start": where, "end": {**where, "character": where["character"] + 6}}
    assert found["kind"] == 12


def test_open_graphs_as_they_are_typed_and_files_as_they_change(tmp_path: Path) -> None:
    graph = model_folder(tmp_path / "m")
    client = started(tmp_path)
    uri = client.open(graph)
    assert asked(client, "net") == [("net", "m")]
    client.change(uri, 2, (None, MODEL.replace("net(", "other(")))
    assert asked(client, "other") == [("other", "m")] and asked(client, "net") == []
    model_folder(tmp_path / "later", MODEL.replace("net(", "late("))
    client.tell(
        "workspace/didChangeWatchedFiles",
        {"changes": [{"uri": (tmp_path / "later" / "graph.nnef").as_uri(), "type": 1}]},
    )
    for _ in range(20):
        if asked(client, "late"):
            break
    assert asked(client, "late") == [("late", "later")]


@pytest.mark.skipif(sys.platform == "win32", reason="there are neither pipes nor such links")
def test_what_is_hostile_holds_up_nobody(tmp_path: Path) -> None:
    model_folder(tmp_path / "m")
    os.mkfifo(tmp_path / "pipe.nnef")
    os.symlink(tmp_path, tmp_path / "m" / "circle")
    os.symlink("/etc/passwd", tmp_path / "m" / "secret.nnef")
    (tmp_path / "m" / "quotes.nnef").write_text("'" * 200_000 + "graph g(" * 50_000)
    (tmp_path / "m" / "bytes.nnef").write_bytes(os.urandom(300_000))
    (tmp_path / "huge.nnef").touch()
    os.truncate(tmp_path / "huge.nnef", 1 << 40)
    client = started(tmp_path)
    assert ("net", "m") in asked(client, "net")
    assert not any(name == "root" for name, _ in asked(client, "root"))
