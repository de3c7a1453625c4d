"""What all graphs of the workspace define, open or not: read in a thread, kept by the time of each file's change.

Begun by the first question, so that opening an editor costs nothing; a question waits for the first reading, but not
for ever, and from then on finds what is known at once while the folders are looked through again.

Not here: the search (`ide/names/workspace.py`), the walk (`archive/workspace.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from pygls.uris import from_fs_path

if TYPE_CHECKING:
    import asyncio

    from ..ide.names.workspace import Symbols

PATIENCE = 5.0
"""Seconds that a question waits for the first reading."""
FRESH = 2.0
"""Seconds after a look through the folders in which there is no other."""
STEP = 25
"""Graphs after which progress is told."""
Told = Callable[[int, int], None]


class OpenText(NamedTuple):
    """A graph that an editor has open; its text is asked for where `state` is not what it was."""

    uri: str
    state: object
    text: Callable[[], str]


class WorkspaceIndex:
    """The symbols of files by address; changed by one thread at a time."""

    def __init__(self) -> None:
        self.encoding = "utf-16"
        self.symbols: dict[str, Symbols] = {}
        self._states: dict[str, tuple[int, int]] = {}
        self._open: dict[str, tuple[object, Symbols]] = {}
        self._task: asyncio.Task[None] | None = None
        self._looked = 0.0
        self.whole = False
        """Whether all folders have been looked through once."""

    async def ready(self, folders: list[str], told: Told) -> None:
        """Begin to look through the folders unless that was just done; wait if it is the first time."""
        import asyncio

        if self._task is None or (self._task.done() and time.monotonic() - self._looked > FRESH):
            self._task = asyncio.ensure_future(self._look(folders, told))
        if not self.whole:
            await asyncio.wait({self._task}, timeout=PATIENCE)

    def stale(self) -> None:
        """A file has changed: the next question looks through the folders again, and waits for that."""
        self._looked, self.whole = 0.0, False

    async def _look(self, folders: list[str], told: Told) -> None:
        import asyncio

        loop = asyncio.get_running_loop()

        def tell(done: int, of: int) -> None:
            loop.call_soon_threadsafe(told, done, of)

        await asyncio.to_thread(self._read, folders, tell)
        self._looked, self.whole = time.monotonic(), True

    def _read(self, folders: list[str], told: Told) -> None:
        """Read what is new or has changed, and forget what is gone."""
        from ..archive.workspace import graphs_below, text_of
        from ..ide.names.workspace import symbols_of

        there = {from_fs_path(graph.path) or "": graph for graph in graphs_below(folders)}
        changed = [(uri, graph) for uri, graph in there.items() if self._states.get(uri) != graph[1:]]
        for number, (uri, graph) in enumerate(changed):
            if number % STEP == 0:
                told(number, len(changed))
            self.symbols[uri] = symbols_of(text_of(graph), self.encoding)
            self._states[uri] = (graph.modified, graph.size)
        for uri in [uri for uri in self.symbols if uri not in there]:
            self.symbols.pop(uri, None)
            self._states.pop(uri, None)

    def all(self, texts: Iterable[OpenText]) -> dict[str, Symbols]:
        """The symbols of all graphs; of those that are open as they are typed."""
        from ..ide.names.workspace import symbols_of

        found = dict(self.symbols)
        known, self._open = self._open, {}
        for open_text in texts:
            before = known.get(open_text.uri)
            if before is None or before[0] != open_text.state:
                before = (open_text.state, symbols_of(open_text.text(), self.encoding))
            self._open[open_text.uri] = before
            found[open_text.uri] = before[1]
        return found
