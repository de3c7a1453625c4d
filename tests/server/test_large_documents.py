"""A large document is opened beside the loop: others are answered meanwhile, and nothing said of it is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from .talk import MODEL, Client, at, model_folder


def large(count: int) -> str:
    body = "".join(f"    v{i} = relu({'x' if not i else f'v{i - 1}'});\n" for i in range(count))
    return f"version 1.0;\ngraph g( x ) -> ( y )\n{{\n    x = external(shape = [1]);\n{body}    y = relu(v{count - 1});\n}}\n"


def test_another_document_is_answered_while_a_large_one_is_opened(client: Client, tmp_path: Path) -> None:
    small = client.open(model_folder(tmp_path))
    assert client.diagnostics(small) == []
    graph = tmp_path / "large.nnef"
    uri = client.open(graph, large(60_000))
    late = client.begin("textDocument/foldingRange", {"textDocument": {"uri": uri}})
    hover = client.begin("textDocument/hover", {"textDocument": {"uri": small}, "position": at(MODEL, "conv(x")})
    assert client.diagnostics(uri) == []
    assert client.answer(late)["result"] and client.answer(hover)["result"]
    assert client.answered[-2:] == [hover, late]
    assert client.close() == 0


def test_edits_and_questions_wait_in_order_until_it_is_there(client: Client, tmp_path: Path) -> None:
    text = large(20_000)
    uri = client.open(tmp_path / "large.nnef", text)
    mark = at(text, "relu(v10)", 5)
    where = mark["line"], mark["character"], mark["line"], mark["character"] + 3
    before = client.begin("textDocument/hover", {"textDocument": {"uri": uri}, "position": mark})
    client.change(uri, 2, (where, "nothing"))
    after = client.begin("textDocument/hover", {"textDocument": {"uri": uri}, "position": mark})
    given_up = client.begin("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    client.tell("$/cancelRequest", {"id": given_up})
    assert client.diagnostics(uri, 1) == []
    (found, unused) = sorted(client.diagnostics(uri, 2), key=lambda item: item["code"], reverse=True)
    assert (found["code"], unused["code"]) == ("unused-result", "undefined-name")
    assert "v10" in str(client.answer(before)["result"])
    assert "v10" not in str(client.answer(after)["result"])
    assert client.answer(given_up)["error"]["code"] == -32800
    assert client.close() == 0


def test_mistakes_of_syntax_come_first_and_a_closed_document_is_forgotten(client: Client, tmp_path: Path) -> None:
    text = large(20_000).replace("v7 = relu(v6);", "v7 = relu(v6;")
    uri = client.open(tmp_path / "large.nnef", text)
    assert [item["code"] for item in client.diagnostics(uri)] == ["syntax-error"]
    client.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert client.diagnostics(uri, 1)
    assert client.diagnostics(uri) == []
    assert client.about("hover", uri, position=at(text, "v9")) is None
    assert client.close() == 0


def test_a_text_that_edits_make_too_long_is_refused_until_they_are_undone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NNEF_LSP_MAX_TEXT", "500k")
    client = Client()
    text = "# größer 😀\n" + large(100)
    uri = client.open(tmp_path / "huge.nnef", text)
    assert client.diagnostics(uri, 1) == []
    pasted = "# pasted\n" * 60_000
    client.change(uri, 2, ((0, 11, 0, 11), "\n" + pasted))
    (found,) = client.diagnostics(uri, 2)
    assert found["code"] == "limit" and "500 KiB" in found["message"]
    assert client.about("hover", uri, position={"line": 60_005, "character": 5}) is None
    client.change(uri, 3, ((0, 10, 0, 11), ""), ((2, 0, 60_000, 0), ""))
    assert client.diagnostics(uri, 3) == []
    left = text.replace(" 😀", " ", 1).replace("\n", "\n# pasted\n# pasted\n\n", 1)
    symbols = client.about("documentSymbol", uri)
    fresh = client.open(tmp_path / "fresh.nnef", left)
    assert str(symbols) == str(client.about("documentSymbol", fresh)).replace("fresh.nnef", "huge.nnef")
    assert client.close() == 0


def test_a_text_above_the_limit_is_refused_with_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NNEF_LSP_MAX_TEXT", "500k")
    client = Client()
    uri = client.open(tmp_path / "huge.nnef", large(30_000))
    (found,) = client.diagnostics(uri)
    assert found["code"] == "limit" and "500 KiB" in found["message"] and "NNEF_LSP_MAX_TEXT" in found["message"]
    client.change(uri, 2, ((0, 0, 0, 0), "#"))
    assert client.about("hover", uri, position={"line": 3, "character": 5}) is None
    assert client.diagnostics(uri, 2)[0]["code"] == "limit"
    client.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert client.diagnostics(uri) == []
    assert client.close() == 0
