"""What a person waits for comes first, and what nobody waits for any more is not made."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from .talk import Client, at
from .test_large_documents import large

BULK = ("documentSymbol", "semanticTokens/full", "foldingRange", "codeLens", "documentLink")
CANCELLED, MODIFIED = -32800, -32801


def opened(client: Client, folder: Path, statements: int = 5_000) -> tuple[str, str]:
    text = large(statements)
    uri = client.open(folder / "graph.nnef", text)
    client.diagnostics(uri)
    return uri, text


def together(client: Client, *messages: tuple[str, dict[str, Any]]) -> list[int]:
    """Send requests in one piece, so that the server has all before it answers one; their numbers."""
    import json
    import queue

    pieces, numbers = [], []
    for method, params in messages:
        body: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
        if method not in ("$/cancelRequest", "textDocument/didChange"):
            client.number += 1
            body["id"] = client.number
            client.answers[client.number] = queue.Queue()
            numbers.append(client.number)
        written = json.dumps(body).encode()
        pieces.append(b"Content-Length: %d\r\n\r\n%b" % (len(written), written))
    client.send_bytes(b"".join(pieces))
    return numbers


def bulk(uri: str) -> list[tuple[str, dict[str, Any]]]:
    return [(f"textDocument/{method}", {"textDocument": {"uri": uri}}) for method in BULK]


def change(uri: str, version: int, place: dict[str, int], text: str) -> tuple[str, dict[str, Any]]:
    edit = {"range": {"start": place, "end": place}, "text": text}
    return "textDocument/didChange", {
        "textDocument": {"uri": uri, "version": version},
        "contentChanges": [edit],
    }


def test_a_hover_overtakes_what_is_asked_after_every_edit(client: Client, tmp_path: Path) -> None:
    uri, text = opened(client, tmp_path)
    where = {"textDocument": {"uri": uri}, "position": at(text, "v7 = ")}
    numbers = together(client, *bulk(uri), ("textDocument/hover", where))
    assert all("result" in client.answer(number) for number in numbers)
    assert client.answered[-len(numbers)] == numbers[-1]
    assert client.close() == 0


def test_every_key_of_a_fast_hand_is_answered(client: Client, tmp_path: Path) -> None:
    uri, text = opened(client, tmp_path)
    place = at(text, "v7 = ")
    messages = []
    for version in range(2, 8):
        messages += [change(uri, version, place, "z"), *bulk(uri)]
    numbers = together(client, *messages)
    found = [client.answer(number) for number in numbers]
    assert all("result" in answer or answer["error"]["code"] == MODIFIED for answer in found)
    assert all("result" in answer for answer in found[-len(BULK) :])
    assert client.close() == 0


async def scheduled(*messages: Any) -> tuple[list[Any], list[tuple[Any, int]]]:
    """What is answered and what is refused of messages that come in at once."""
    from nnef_lsp.server.wire.schedule import MOMENT, Schedule

    answered: list[Any] = []
    refused: list[tuple[Any, int]] = []
    schedule = Schedule(
        lambda message: answered.append(message.id), lambda number, code, _: refused.append((number, code))
    )
    for message in messages:
        if not schedule.takes(message) and getattr(message, "id", None) is not None:
            answered.append(message.id)
    async with asyncio.timeout(60) if hasattr(asyncio, "timeout") else contextlib.nullcontext():
        while schedule.waiting:
            await asyncio.sleep(MOMENT)
    return answered, refused


def message(method: str, uri: str, number: int | None = None) -> Any:
    return SimpleNamespace(method=method, id=number, params=SimpleNamespace(text_document=SimpleNamespace(uri=uri)))


async def test_an_edit_answers_what_was_asked_about_the_text_before_it() -> None:
    symbols, hover, edit = "textDocument/documentSymbol", "textDocument/hover", "textDocument/didChange"
    found = await scheduled(
        message(symbols, "a", 1), message(symbols, "b", 2), message(hover, "a", 3), message(edit, "a"),
        message(symbols, "a", 4),
    )  # fmt: skip
    assert found == ([3, 2, 4], [(1, MODIFIED)])


async def test_the_longest_answer_comes_last() -> None:
    symbols, tokens = "textDocument/documentSymbol", "textDocument/semanticTokens/full"
    assert await scheduled(message(symbols, "a", 1), message(tokens, "a", 2)) == ([2, 1], [])


async def test_what_the_client_gives_up_is_not_made() -> None:
    cancel = SimpleNamespace(method="$/cancelRequest", params=SimpleNamespace(id=1))
    assert await scheduled(message("textDocument/codeLens", "a", 1), cancel) == ([], [(1, CANCELLED)])
