"""What closed documents, and facts that nobody holds any more, took is given back."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable

import pytest
from lsprotocol import types

from nnef_lsp.model.extents.dims import Symbol
from nnef_lsp.model.extents.interning import forget_unused
from nnef_lsp.model.values.tensor import Tensor, _interned, tensor
from nnef_lsp.server import garbage
from nnef_lsp.server.app import new_server
from nnef_lsp.server.server import NnefServer
from nnef_lsp.syntax.segments import Segment

URI = "file:///nowhere/graph.nnef"
LINES = "".join(f"    y{i} = add(x, {i}.5);\n" for i in range(1500))
TEXT = f"version 1.0;\ngraph g( x ) -> ( y )\n{{\n    x = external(shape = [1, 4]);\n{LINES}    y = relu(x);\n}}\n"


def opened(server: NnefServer, text: str = TEXT) -> None:
    server.updates.opened(types.DidOpenTextDocumentParams(types.TextDocumentItem(URI, "nnef", 1, text)))


def closed(server: NnefServer) -> None:
    server.updates.closed(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(URI)))


def segments() -> int:
    gc.unfreeze()
    return sum(type(item) is Segment for item in gc.get_objects())


@pytest.mark.parametrize("again", [True, False], ids=["closed", "opened again"])
def test_documents_that_are_no_more_leave_nothing(monkeypatch: pytest.MonkeyPatch, again: bool) -> None:
    monkeypatch.setattr(garbage, "PAUSE", 0)
    server = new_server()
    server.publish = lambda *_: None  # type: ignore[method-assign]

    async def work() -> int:
        gc.collect()
        before = segments()
        for _ in range(10):
            opened(server)
            if again:
                closed(server)
            await asyncio.sleep(0)
        for _ in range(3):
            await asyncio.sleep(0)
        return segments() - before

    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)  # as the server has it
    try:
        left = asyncio.run(work())
    finally:
        gc.set_threshold(*before)
    assert left < 3 * 1500, "a few documents may wait for the next collection"


def test_typing_is_collected_in_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(garbage, "PAUSE", 0)
    monkeypatch.setattr(garbage.Garbage, "collect", lambda self: asked.append(self.left))
    counted = garbage.Garbage(lambda: 100_000)

    async def work() -> None:
        for _ in range(garbage.MUCH - 1):
            counted.leave(1)
        await asyncio.sleep(0.01)
        assert not asked
        counted.leave(1)
        await asyncio.sleep(0.01)

    asyncio.run(work())
    assert asked == [garbage.MUCH]


def test_facts_that_nobody_holds_are_forgotten() -> None:
    held = tensor("scalar", (Symbol("held_by_a_test") + 1, 77))
    for extent in range(1000):
        tensor("scalar", (Symbol("forgotten") * extent + extent, extent, 123_456))
    before = len(_interned.objects)
    assert forget_unused() >= 2000
    assert len(_interned.objects) <= before - 1000
    assert tensor("scalar", (Symbol("held_by_a_test") + 1, 77)) is held


def test_facts_are_one_object_while_others_are_forgotten() -> None:
    wrong: list[Tensor] = []
    stop = threading.Event()

    def make() -> None:
        number = 0
        while not stop.is_set():
            number = (number + 1) % 50
            one = tensor("scalar", (Symbol("shared") + number, 9))
            other = tensor("scalar", (Symbol("shared") + number, 9))
            if one is not other:
                wrong.append(one)

    def forget() -> None:
        for _ in range(300):
            forget_unused()
        stop.set()

    work: list[Callable[[], None]] = [make, make, forget]
    threads = [threading.Thread(target=each) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
