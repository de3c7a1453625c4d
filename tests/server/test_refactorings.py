"""Refactorings as an editor asks for them: offered, resolved, applied, refused; with files that come and go."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

from .talk import MODEL, Client, at, model_folder

ABLE = {
    "workspace": {
        "workspaceEdit": {
            "documentChanges": True,
            "resourceOperations": ["create", "rename", "delete"],
            "changeAnnotationSupport": {},
        }
    },
    "textDocument": {
        "codeAction": {"disabledSupport": True, "dataSupport": True, "resolveSupport": {"properties": ["edit"]}}
    },
}
WHOLE = MODEL.replace("    y = block", "    spare = variable(shape = [2], label = 'net/spare');\n    y = block")


def offered(client: Client, uri: str, start: Any, end: Any = None) -> dict[str, Any]:
    span = {"start": start, "end": end or start}
    found = client.about("codeAction", uri, range=span, context={"diagnostics": [], "only": ["refactor"]})
    return {action["title"]: action for action in found or []}


def resolved(client: Client, action: dict[str, Any]) -> dict[str, Any]:
    assert "edit" not in action and "disabled" not in action, action
    edit: dict[str, Any] = client.ask("codeAction/resolve", action)["edit"]
    return edit


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    lines = text.split("\n")
    starts = [sum(len(line) + 1 for line in lines[:number]) for number in range(len(lines))]

    def offset(place: dict[str, int]) -> int:
        return starts[place["line"]] + place["character"]

    for edit in sorted(edits, key=lambda edit: offset(edit["range"]["start"]), reverse=True):
        text = text[: offset(edit["range"]["start"])] + edit["newText"] + text[offset(edit["range"]["end"]) :]
    return text


def spare(folder: Path) -> Path:
    import numpy as np

    from nnef_lsp.archive import write_tensor

    graph = model_folder(folder, WHOLE)
    write_tensor(folder / "net" / "spare.dat", np.zeros(2, np.float32))
    return graph


def test_the_edit_comes_when_it_is_asked_for(tmp_path: Path) -> None:
    client = Client(ABLE)
    uri = client.open(spare(tmp_path))
    actions = offered(client, uri, at(WHOLE, "block(c, n"))
    (change,) = resolved(client, actions["Inline all 1 call of 'block' and remove the fragment"])["documentChanges"]
    assert change["textDocument"] == {"uri": uri, "version": 1}
    text = applied(WHOLE, change["edits"])
    assert "fragment block" not in text and "y = relu(y_p);" in text
    client.diagnostics(uri)
    client.change(uri, 2, (None, text))
    assert [item["code"] for item in client.diagnostics(uri, 2)] == ["unused-result"]
    late = client.answer(client.begin("codeAction/resolve", actions["Extract to a fragment"]))
    assert late["error"]["message"] == "The text has changed since this was offered."
    client.process.kill()


def test_data_files_go_only_if_a_person_agrees(tmp_path: Path) -> None:
    client = Client(ABLE)
    uri = client.open(spare(tmp_path))
    actions = offered(client, uri, at(WHOLE, "y = block"))
    edit = resolved(client, actions["Remove 1 statement that no result needs, and 1 data file"])
    change, deletion = edit["documentChanges"]
    assert applied(WHOLE, change["edits"]) == MODEL
    assert deletion["kind"] == "delete" and unquote(deletion["uri"]) == (tmp_path / "net" / "spare.dat").as_uri()
    assert edit["changeAnnotations"][deletion["annotationId"]]["needsConfirmation"]
    assert len(resolved(client, actions["Remove 1 statement that no result needs"])["documentChanges"]) == 1
    client.process.kill()


def test_an_editor_that_does_not_ask_deletes_no_file(tmp_path: Path) -> None:
    client = Client({"textDocument": {"codeAction": {"disabledSupport": True}}})
    uri = client.open(spare(tmp_path))
    actions = offered(client, uri, at(WHOLE, "y = block"))
    refused = actions["Remove 1 statement that no result needs, and 1 data file"]["disabled"]["reason"]
    assert refused == "This editor does not ask before an edit deletes files: delete them by hand."
    assert applied(WHOLE, actions["Remove 1 statement that no result needs"]["edit"]["changes"][uri]) == MODEL
    selected = offered(client, uri, at(WHOLE, "c = conv"), at(WHOLE, "y = block", 20))
    reason = selected["Copy these 3 statements to a graph of their own"]["disabled"]["reason"]
    assert reason == "This editor does not create files as part of an edit."
    client.process.kill()


def test_a_part_becomes_a_graph_beside_this_one(tmp_path: Path) -> None:
    """The new file shares the data files: nothing is wrong with it."""
    client = Client(ABLE)
    uri = client.open(spare(tmp_path))
    (tmp_path / "graph_part.nnef").write_text("taken")
    client.diagnostics(uri)
    actions = offered(client, uri, at(WHOLE, "k = variable"), at(WHOLE, "c = conv", 20))
    edit = resolved(client, actions["Copy these 2 statements to a graph of their own"])
    creation, change = edit["documentChanges"]
    assert creation["uri"] == change["textDocument"]["uri"] == (tmp_path / "graph_part1.nnef").as_uri()
    text = applied("", change["edits"])
    assert "graph net( x ) -> ( c )" in text and "label = 'net/k'" in text
    assert client.diagnostics(client.open(tmp_path / "graph_part1.nnef", text)) == []
    client.process.kill()


def test_entries_are_sorted_as_the_graph_is(tmp_path: Path) -> None:
    client = Client(ABLE)
    client.open(spare(tmp_path))
    entry = '"{}": min_max_linear_quantize(min = 0.0, max = 1.0, bits = 8, signed = false, symmetric = false);\n'
    c, k, y = (entry.format(name) for name in "cky")
    text = f"# about the file\n\n# the last\n{y}{c}# weights\n{k}"
    (tmp_path / "graph.quant").write_text(text)
    uri = client.open(tmp_path / "graph.quant")
    actions = offered(client, uri, {"line": 3, "character": 0})
    (change,) = resolved(client, actions["Sort the entries in the order of the graph"])["documentChanges"]
    assert applied(text, change["edits"]) == f"# about the file\n\n# weights\n{k}{c}# the last\n{y}"
    client.change(uri, 2, (None, applied(text, change["edits"])))
    assert offered(client, uri, {"line": 3, "character": 0}) == {}
    client.process.kill()
