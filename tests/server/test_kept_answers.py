"""Answers that are put together from what was kept equal those about a document that was just opened, edit by edit."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from .talk import Client, model_folder

EDITOR = {"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}}}
HEAD = """version 1.0;
extension KHR_enable_fragment_definitions;
# what it is
# for
fragment block( a: tensor<scalar>, n: integer = 1 ) -> ( b: tensor<scalar> )
{
    p = max_pool(a, size = [1,1,n,n], border = 'ignore');  # in the fragment
    b = relu(p);
}

graph net( x ) -> ( y )
{
    x = external(shape = [1,4,8,8]);
"""
PIECES = (
    "z",
    "\n",
    "# a comment\n",
    "'",
    "}",
    "relu(",
    "9",
    "ä",
    "\U0001f600",
    "; v3 = x;",
    "    y = block(x, n = 2);\n",
)


def model(count: int) -> str:
    lines = []
    for i in range(count):
        before = f"v{i - 1}" if i else "x"
        lines += [
            f"    k{i} = variable(shape = [4,4,3,3],\n        label = 'net/k{i}');" if i % 7 == 0 else f"    k{i} = abs({before});",
            f"    v{i} = {'conv(' + before + f', k{i}, 0.0)' if i % 7 == 0 else f'block({before})'};  # {i}",
        ]  # fmt: skip
    return (
        HEAD + "\n".join(lines) + f"\n    [p, q] = split(v{count - 1}, axis = 1, ratios = [1, 1]); y = add(p, q);\n}}\n"
    )


def answers(client: Client, uri: str, line: int) -> dict[str, Any]:
    """What an editor asks after a key, without what names the document."""
    place = {"line": line, "character": 5}
    lines = {"start": {"line": max(0, line - 20), "character": 0}, "end": {"line": line + 20, "character": 0}}
    asked = {
        "documentSymbol": {}, "foldingRange": {}, "codeLens": {}, "documentLink": {}, "inlayHint": {"range": lines},
        "documentHighlight": {"position": place}, "semanticTokens/range": {"range": lines},
        "codeAction": {"range": {"start": place, "end": place}, "context": {"diagnostics": []}},
    }  # fmt: skip
    found = {method: client.about(method, uri, **more) for method, more in asked.items()}
    return {method: _nameless(result, uri) for method, result in found.items()}


def _nameless(result: Any, uri: str) -> Any:
    if isinstance(result, dict):
        return {_nameless(key, uri): _nameless(value, uri) for key, value in result.items() if key != "version"}
    if isinstance(result, list):
        return [_nameless(item, uri) for item in result]
    return "it" if result == uri else result


class Tokens:
    """The tokens that an editor has, with the changes that it was told."""

    def __init__(self, client: Client, uri: str) -> None:
        found = client.about("semanticTokens/full", uri)
        self.client, self.uri, self.data, self.name = client, uri, found["data"], found["resultId"]

    def follow(self) -> None:
        found = self.client.about("semanticTokens/full/delta", self.uri, previousResultId=self.name)
        self.name = found["resultId"]
        self.data = found.get("data", self.data)
        for edit in reversed(found.get("edits", [])):
            self.data[edit["start"] : edit["start"] + edit["deleteCount"]] = edit.get("data", [])


def edit_of(chance: random.Random, text: str) -> tuple[int, int, str]:
    """Where an edit begins and ends, and what stands there then."""
    lines = text.split("\n")
    row = chance.randrange(len(lines))
    start = sum(len(line) + 1 for line in lines[:row])
    kind = chance.randrange(4)
    if kind == 0:  # a line is taken away
        return start, min(len(text), start + len(lines[row]) + 1), ""
    if kind == 1:  # a line is copied below
        return start, start, lines[row] + "\n"
    at = start + chance.randrange(len(lines[row]) + 1)
    if kind == 2 and at < len(text):
        return at, at + 1, ""
    return at, at, chance.choice(PIECES)


def position(text: str, offset: int) -> dict[str, int]:
    before = text[:offset]
    line = before.rsplit("\n", 1)[-1]
    return {"line": before.count("\n"), "character": len(line.encode("utf-16-le")) // 2}


@pytest.mark.parametrize("seed", range(3))
def test_incremental_answers_equal_fresh_ones(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    client = Client(EDITOR)
    text = model(250)
    graph = model_folder(tmp_path, text)
    uri = client.open(graph, text)
    tokens = Tokens(client, uri)
    undo: tuple[int, int, str] | None = None
    for step in range(12):
        start, end, new = undo or edit_of(chance, text)
        # every other edit is taken back, as of a word that is typed and deleted
        undo = None if undo else (start, start + len(new), text[start:end])
        span = {"start": position(text, start), "end": position(text, end)}
        client.tell(
            "textDocument/didChange",
            {"textDocument": {"uri": uri, "version": step + 2}, "contentChanges": [{"range": span, "text": new}]},
        )
        text = text[:start] + new + text[end:]
        fresh = client.open(graph.with_name(f"{step}.nnef"), text)
        line = span["start"]["line"]
        assert answers(client, uri, line) == answers(client, fresh, line), (step, start, end, new)
        tokens.follow()
        assert tokens.data == client.about("semanticTokens/full", fresh)["data"], (step, start, end, new)
        client.tell("textDocument/didClose", {"textDocument": {"uri": fresh}})
    assert client.close() == 0
