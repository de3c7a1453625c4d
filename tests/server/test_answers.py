"""One flow through every request, as JSON that the protocol's own types accept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import converters, types

from .talk import MODEL, Client, at, model_folder

EDITOR = {
    "textDocument": {
        "rename": {"prepareSupport": True},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "completion": {"completionItem": {"snippetSupport": True}},
        "definition": {"linkSupport": True},
        "publishDiagnostics": {"relatedInformation": True},
    },
    "workspace": {"workspaceEdit": {"documentChanges": True}},
}
WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}


def fits(result: Any, method: str) -> Any:
    """The result, checked by lsprotocol's types."""
    response = types.METHOD_TO_TYPES[method][1]
    return converters.get_converter().structure({"jsonrpc": "2.0", "id": 1, "result": result}, response).result


def test_every_request(tmp_path: Path) -> None:
    client = Client(EDITOR)
    uri = client.open(model_folder(tmp_path))
    assert client.diagnostics(uri) == []

    def ask(method: str, mark: str | None = None, shift: int = 0, **more: Any) -> Any:
        if mark is not None:
            more["position"] = at(MODEL, mark, shift)
        return fits(client.about(method, uri, **more), f"textDocument/{method}")

    card = ask("hover", "k = variable").contents.value
    assert "tensor<scalar> [4, 3, 3, 3]" in card and "float32, 108 items" in card
    (there,) = ask("definition", "block(c")
    assert there.target_selection_range.start.line == 3
    (stored,) = client.about("definition", uri, position=at(MODEL, "net/k"))
    assert stored["uri"] == (tmp_path / "net" / "k.dat").as_uri()
    (declared,) = client.about("definition", uri, position=at(MODEL, "conv("))
    assert declared["uri"].endswith("khronos.nnef")
    assert len(ask("references", "c = conv", context={"includeDeclaration": True})) == 2
    assert len(ask("documentHighlight", "c = conv")) == 2
    assert [symbol.name for symbol in ask("documentSymbol")] == ["block", "net"]
    offered = ask("completion", "conv(x", 5)
    assert min(offered.items, key=lambda item: item.sort_text).label == "k"
    (operation,) = [
        item
        for item in client.about("completion", uri, position=at(MODEL, "conv(x"))["items"]
        if item["label"] == "conv"
    ]
    assert "Convolution" in client.ask("completionItem/resolve", operation)["documentation"]["value"]
    assert ask("signatureHelp", "conv(x", 5).active_parameter == 0
    assert ask("prepareRename", "c = conv").placeholder == "c"
    (edit,) = ask("rename", "c = conv", newName="features").document_changes
    assert [change.new_text for change in edit.edits] == ["features", "features"]
    assert len(ask("foldingRange")) == 2
    (link,) = client.about("documentLink", uri)
    assert client.ask("documentLink/resolve", link)["target"] == stored["uri"]
    tokens = ask("semanticTokens/full")
    assert len(tokens.data) % 5 == 0
    assert ask("semanticTokens/range", range=WHOLE).data == tokens.data
    assert any("Run graph" in lens.command.title for lens in ask("codeLens"))
    assert ask("inlayHint", range=WHOLE)
    assert client.ask("workspace/symbol", {"query": "blo"})[0]["name"] == "block"
    assert client.close() == 0
    assert client.errors == []


def test_a_fix_mends_what_it_is_for(tmp_path: Path) -> None:
    client = Client(EDITOR)
    text = MODEL.replace("'ignore'", "'ignroe'")
    uri = client.open(model_folder(tmp_path), text)
    (wrong,) = client.diagnostics(uri)
    actions = client.about("codeAction", uri, range=wrong["range"], context={"diagnostics": [wrong]})
    fits(actions, "textDocument/codeAction")
    (fix,) = [action for action in actions if action.get("isPreferred")]
    (change,) = fix["edit"]["documentChanges"][0]["edits"]
    span = change["range"]
    client.change(
        uri,
        2,
        (
            (span["start"]["line"], span["start"]["character"], span["end"]["line"], span["end"]["character"]),
            change["newText"],
        ),
    )
    assert client.diagnostics(uri, 2) == []
    client.close()


def test_tokens_after_an_edit_are_sent_as_what_differs(tmp_path: Path) -> None:
    client = Client(EDITOR)
    uri = client.open(model_folder(tmp_path))
    before = client.about("semanticTokens/full", uri)
    position = at(MODEL, "y = block")
    client.change(uri, 2, ((position["line"], 0, position["line"], 0), "    z = relu(c);\n"))
    delta = client.about("semanticTokens/full/delta", uri, previousResultId=before["resultId"])
    data = list(before["data"])
    for edit in delta["edits"]:
        data[edit["start"] : edit["start"] + edit["deleteCount"]] = edit["data"]
    assert data == client.about("semanticTokens/full", uri)["data"]
    assert len(delta["edits"][0]["data"]) < 30
    client.close()


@pytest.mark.parametrize(
    ("word", "shift"), [("max_pool", 5), ("ignore", 2), ("padding", 0), ("block", 3)], ids=lambda value: str(value)
)
def test_completion_replaces_the_whole_word(client: Client, tmp_path: Path, word: str, shift: int) -> None:
    """Its end too: what is accepted in the middle of a word leaves no half of it behind."""
    uri, start = client.open(model_folder(tmp_path)), MODEL.rindex(word)
    line, column = MODEL.count("\n", 0, start), start - MODEL.rindex("\n", 0, start) - 1
    items = client.about("completion", uri, position={"line": line, "character": column + shift})["items"]
    (item,) = [item for item in items if item["label"] == word]
    assert item["filterText"] == word
    assert item["textEdit"]["range"] == {
        "start": {"line": line, "character": column},
        "end": {"line": line, "character": column + len(word)},
    }


def test_refactorings_are_offered_and_refused(tmp_path: Path) -> None:
    """A person is told what cannot be done and why; the editor that asks after each move gets fixes alone."""
    client = Client({"textDocument": {"codeAction": {"disabledSupport": True}}})
    uri = client.open(model_folder(tmp_path))
    place = at(MODEL, "y = block")
    span = {"start": place, "end": place}

    def titles(**context: Any) -> dict[str, Any]:
        answer = client.about("codeAction", uri, range=span, context={"diagnostics": [], **context}) or []
        return {action["title"]: action for action in fits_all(answer)}

    offered = titles()
    assert offered["Inline this call of 'block'"]["kind"] == "refactor.inline"
    assert offered["Put the expression in place of 'y'"]["disabled"] == {"reason": "'y' is a result of the graph."}
    assert titles(only=["refactor.extract"]).keys() == {"Extract to a fragment"}
    assert titles(triggerKind=2) == titles(only=["quickfix"]) == titles(only=["refactor.move"]) == {}
    client.process.kill()


def fits_all(actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    fits(actions, "textDocument/codeAction")
    return actions


def test_the_call_hierarchy_goes_both_ways(client: Client, tmp_path: Path) -> None:
    uri = client.open(model_folder(tmp_path))
    (block,) = client.about("prepareCallHierarchy", uri, position=at(MODEL, "block(c"))
    assert (block["name"], block["selectionRange"]["start"]) == ("block", at(MODEL, "block( a"))
    (call,) = client.ask("callHierarchy/incomingCalls", {"item": block})
    assert (call["from"]["name"], call["from"]["detail"]) == ("net", "graph")
    assert [span["start"] for span in call["fromRanges"]] == [at(MODEL, "block(c")]
    outgoing = client.ask("callHierarchy/outgoingCalls", {"item": block})
    assert [call["to"]["name"] for call in outgoing] == ["max_pool", "relu"]
    assert all(call["to"]["uri"].endswith("khronos.nnef") for call in outgoing)
    (graph,) = client.about("prepareCallHierarchy", uri, position=at(MODEL, "net( x"))
    assert client.ask("callHierarchy/incomingCalls", {"item": graph}) == []
    outgoing = client.ask("callHierarchy/outgoingCalls", {"item": graph})
    assert [call["to"]["name"] for call in outgoing] == ["external", "variable", "conv", "block"]


def test_other_ways_from_a_name(client: Client, tmp_path: Path) -> None:
    uri = client.open(model_folder(tmp_path))
    tensor = at(MODEL, "block(c", len("block("))
    for method in ("declaration", "implementation"):
        assert client.about(method, uri, position=tensor) == client.about("definition", uri, position=tensor)
    origins = client.about("typeDefinition", uri, position=tensor)
    assert [place["range"]["start"] for place in origins] == [at(MODEL, "x = external"), at(MODEL, "k = variable")]
    linked = client.about("linkedEditingRange", uri, position=tensor)
    assert [span["start"] for span in linked["ranges"]] == [at(MODEL, "c = conv"), tensor]
    assert client.about("linkedEditingRange", uri, position=at(MODEL, "block(c")) is None


def test_fixes_of_what_the_client_names_beside_the_selection(client: Client, tmp_path: Path) -> None:
    """Neovim names all that is wrong on the line; a person there need not stand on the very character."""
    uri = client.open(model_folder(tmp_path, MODEL.replace("max_pool(a, ", "max_pol(a, ")))
    found = client.diagnostics(uri)
    (wrong,) = [item for item in found if item["code"] == "unknown-operation"]
    start = {"line": wrong["range"]["start"]["line"], "character": 4}
    ask = {"range": {"start": start, "end": start}}
    assert not client.about("codeAction", uri, **ask, context={"diagnostics": [], "triggerKind": 2})
    titles = [item["title"] for item in client.about("codeAction", uri, **ask, context={"diagnostics": [wrong]})]
    assert titles[0] == "Change to 'max_pool'"
