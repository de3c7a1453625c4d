"""Documents as they live: opened, edited in every encoding, saved, closed; what is told of them and when."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from .talk import MODEL, Client, at, model_folder

LONE = MODEL.replace("= conv(x,", "= conv(unknown,")


def test_a_model_without_mistakes_has_no_diagnostics_and_one_with_a_mistake_one(client: Client, tmp_path: Path) -> None:
    graph = model_folder(tmp_path)
    uri = client.open(graph)
    assert client.diagnostics(uri, 1) == []
    position = at(MODEL, "conv(x", 5)
    line, column = position["line"], position["character"]
    client.change(uri, 2, ((line, column, line, column + 1), "unknown"))
    (found,) = client.diagnostics(uri, 2)
    assert (found["code"], found["severity"], found["source"]) == ("undefined-name", 1, "nnef")
    assert found["range"] == {"start": position, "end": {"line": line, "character": column + 7}}
    assert found["codeDescription"]["href"].endswith("undefined_name.md")
    client.change(uri, 3, ((line, column, line, column + 7), "x"))
    assert client.diagnostics(uri, 3) == []
    assert client.close() == 0


def test_what_is_published_is_what_a_fresh_server_says(client: Client, tmp_path: Path) -> None:
    """Random edits, several at once, astral characters and carriage returns included."""
    chance = random.Random(4)
    graph = model_folder(tmp_path)
    text = MODEL.replace("    k =", "    # 𝄞 clef\r\n    k =")
    uri = client.open(graph, text)
    client.diagnostics(uri)
    version = 1
    for _ in range(40):
        version += 1
        changes = []
        for _ in range(chance.randint(1, 3)):
            lines = text.split("\n")
            line = chance.randrange(len(lines))
            column = chance.randrange(len(lines[line]) + 1)
            new = chance.choice(["", "x", ";", "𝄞", "\n", "(", "y = relu(x);\r\n"])
            end = min(len(lines[line]), column + chance.randint(0, 3))
            units = len(lines[line][:column].encode("utf-16-le")) // 2, len(lines[line][:end].encode("utf-16-le")) // 2
            changes.append(((line, units[0], line, units[1]), new))
            lines[line] = lines[line][:column] + new + lines[line][end:]
            text = "\n".join(lines)
        client.change(uri, version, *changes)
    client.change(uri, version + 1, ((0, 0, 0, 0), "# end\n"))
    text = "# end\n" + text
    symbols = client.about("documentSymbol", uri)
    tokens = client.about("semanticTokens/full", uri)["data"]
    other = Client()
    uri2 = other.open(graph, text)
    assert other.about("documentSymbol", uri2) == symbols
    assert other.about("semanticTokens/full", uri2)["data"] == tokens
    assert other.close() == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_positions_are_in_the_encoding_that_was_agreed(tmp_path: Path, encoding: str) -> None:
    client = Client({"general": {"positionEncodings": ["utf-7", encoding]}})
    assert client.capabilities["positionEncoding"] == encoding
    text = MODEL.replace("label = 'net/k');", "label = 'nét𝄞/k'); c2 = relu(nothing);")
    uri = client.open(model_folder(tmp_path), text)
    found = next(item for item in client.diagnostics(uri) if item["code"] == "undefined-name")
    line = text.split("\n")[found["range"]["start"]["line"]]
    before = line[: line.index("nothing")]
    width = {"utf-8": len(before.encode()), "utf-16": len(before.encode("utf-16-le")) // 2, "utf-32": len(before)}[
        encoding
    ]
    assert found["range"]["start"]["character"] == width
    client.close()


def test_missing_weights_appear_and_vanish_with_the_file(client: Client, tmp_path: Path) -> None:
    graph = model_folder(tmp_path)
    data = (tmp_path / "net" / "k.dat").read_bytes()
    (tmp_path / "net" / "k.dat").unlink()
    uri = client.open(graph)
    assert [item["code"] for item in client.diagnostics(uri)] == ["missing-weights"]
    (tmp_path / "net" / "k.dat").write_bytes(data)
    changed = {"changes": [{"uri": (tmp_path / "net" / "k.dat").as_uri(), "type": 1}]}
    client.tell("workspace/didChangeWatchedFiles", changed)
    assert client.diagnostics(uri) == []


def test_closing_takes_the_diagnostics_back(client: Client, tmp_path: Path) -> None:
    uri = client.open(model_folder(tmp_path), LONE)
    assert len(client.diagnostics(uri)) == 1
    client.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert client.diagnostics(uri) == []
    assert client.about("hover", uri, position={"line": 0, "character": 0}) is None


def test_an_edit_far_above_reaches_the_last_statement_soon(client: Client, tmp_path: Path) -> None:
    """An update is followed at once for a few hundred statements, and to its end a moment later."""
    chain = "".join(f"    v{i} = relu(v{i - 1});\n" for i in range(1, 2000))
    body = f"    x = external(shape = [1,3]);\n    v0 = copy(x);\n{chain}    y = reshape(v1999, shape = [3,1]);\n"
    text = f"version 1.0;\ngraph net( x ) -> ( y )\n{{\n{body}}}\n"
    uri = client.open(tmp_path / "graph.nnef", text)
    assert client.diagnostics(uri, 1) == []
    column = text.split("\n")[3].index("3]")
    client.change(uri, 2, ((3, column, 3, column + 1), "5"))
    (found,) = client.diagnostics(uri, 2)
    assert found["range"]["start"]["line"] == 2004
    client.change(uri, 3, ((3, column, 3, column + 1), "3"))
    assert client.diagnostics(uri, 3) == []


def test_settings_change_what_is_answered(tmp_path: Path) -> None:
    client = Client({"workspace": {"configuration": True}}, {"inlayHints": {"shapes": "off"}})
    client.configuration = None
    uri = client.open(model_folder(tmp_path))
    client.diagnostics(uri)
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
    assert client.about("inlayHint", uri, range=whole) == []
    client.tell("workspace/didChangeConfiguration", {"settings": {"nnef": {"inlayHints.shapes": "notObvious"}}})
    assert client.about("inlayHint", uri, range=whole) != []
    client.close()


def test_a_quantization_file_is_judged_by_the_graph_beside_it(client: Client, tmp_path: Path) -> None:
    graph = model_folder(tmp_path)
    text = "'c': linear_quantize(min = 0.0, max = 1.0, bits = 8);\n'nowhere': linear_quantize(min = 0.0, max = 1.0, bits = 8);\n"
    uri = client.open(graph.with_name("graph.quant"), text)
    (found,) = client.diagnostics(uri)
    assert "nowhere" in found["message"] and found["range"]["start"]["line"] == 1


def test_the_quantization_file_and_the_graph_know_of_each_other(client: Client, tmp_path: Path) -> None:
    graph = model_folder(tmp_path)
    quant = graph.with_name("graph.quant")
    quant.write_text("'c': linear_quantize(min = 0.0, max = 1.0, bits = 8);\n", encoding="utf-8")
    uri = client.open(graph)
    card = client.about("hover", uri, position=at(MODEL, "c = conv"))["contents"]["value"]
    assert "Quantized by `linear_quantize(min = 0.0" in card
    other = client.open(quant)
    there = client.about("definition", other, position={"line": 0, "character": 1})
    assert there["uri"] == uri and there["range"]["start"] == at(MODEL, "c = conv")
    items = client.about("completion", other, position={"line": 0, "character": 1})["items"]
    assert "k" in [item["label"] for item in items]
