"""A little of `make fuzz` with every test run, and histories that failed once, made small."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from .documents import COMPARED, Fuzzer
from .histories import OTHERS, History, Player, requests
from .hostile import Corpus, Edit

HEAD = "version 1.0;\ngraph g( x ) -> ( y )\n{\n    x = external(shape = [1, 4]);\n"
TRACT = (
    "version 1.0;\nextension tract_registry tract_core;\ngraph g( x ) -> ( y )\n{\n    x = external(shape = [1, 4]);\n"
)
HUGE = "9" * 300


@pytest.fixture(scope="module")
def player() -> Player:
    return Player()


def at(text: str, marked: str, replacement: str) -> Edit:
    """The edit that replaces what stands between the two `|`."""
    before, old, after = marked.split("|")
    start = text.index(before + old + after) + len(before)
    return start, start + len(old), replacement


def test_a_few_rounds_find_nothing() -> None:
    fuzzer = Fuzzer(17, Corpus())
    for _ in range(30):
        fuzzer.round()
    assert not fuzzer.finds, [str(find) for find, *_ in fuzzer.finds.values()]
    assert min(fuzzer.player.counts.values()) > 20


def test_a_seed_plays_the_same_documents_whatever_the_server_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[list[str]] = []
    for _ in range(2):
        fuzzer, texts = Fuzzer(3, Corpus(), learns=False), []
        monkeypatch.setattr(fuzzer.player, "open", lambda uri, text: texts.append(text) or Player.open(fuzzer.player, uri, text))  # noqa: B023  # fmt: skip
        for _ in range(12):
            fuzzer.round()
        played.append(texts)
        monkeypatch.setattr("nnef_lsp.rules.rules", dict)  # nothing is found any more
    assert played[0] == played[1] and len(played[0]) == 12


@pytest.mark.parametrize(
    ("text", "edits"),
    [
        (HEAD + "    y = add(x, x);\n    z = add(\0, x);\n}\n", []),
        (HEAD + "    x = external(shape = [\0, 4]);\n}\n", []),
        (HEAD + f"    v = variable(shape = [4, {HUGE}, {HUGE}], label = 'v');\n    y = add(x, v);\n}}\n", []),
        (TRACT + f"    z = add(x, {HUGE});\n    y = exp({HUGE});\n}}\n", []),
        (
            HEAD + "    y = relu(x);\n    z = copy(y);\n    w = copy(y);\n}\n",
            [("    z = |copy|(y)", "relu"), ("graph g( x |)|", "")],
        ),
        (HEAD + "    y = relu(x);\n}\n\r", [("}\n|\r|", "z")]),
        ("version 1.0;\ngraph g( x ) -> ( y ) {\n    i'' = relu(x);\n    y = \n}\n", []),
        ("version 1.0;\ngraph g(t\n    y = f(w$);", [("f(w$);||", "\n  t = z;")]),
        ("", [("||", "\ud83d"), ("\ud83d||", "\udc00 = f(\ud800);")]),
    ],
    ids=range(9),
)
def test_what_failed_once(player: Player, text: str, edits: list[tuple[str, str]]) -> None:
    random = Random(0)
    document = player.open(History("graph.nnef", text).uri, text)
    for marked, replacement in edits:
        player.edit(document, at(document.source.text, marked, replacement))
    asked: list[tuple[str, Any]] = [one for _ in range(8) for one in requests(random, document, COMPARED)]
    for method, params in requests(random, document, OTHERS):
        player.ask(document, method, params)
    player.compare(document, asked)


def test_the_order_of_edits_does_not_show_in_the_names_offered_for_inputs(player: Player) -> None:
    text = HEAD.replace("x )", "x, q )") + "    a = relu(x);\n    b = relu(v);\n}\n"
    document = player.open(History("graph.nnef", text).uri, text)
    player.edit(document, at(document.source.text, "relu(|x|)", "u"))
    cursor = {"line": 1, "character": len("graph g( ")}
    about = {"textDocument": {"uri": document.uri}, "position": cursor}
    player.compare(document, [("textDocument/completion", about)])
