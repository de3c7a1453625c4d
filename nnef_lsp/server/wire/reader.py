"""Standard input for pygls' loop, read on the event loop where that does not wait.

pygls asks a thread for every line and every message: three changes of thread for each of the nine messages that an
editor sends after a key, 2 to 10 ms.  Here the loop itself waits for input and takes what lies there; only what comes
in pieces or in an unusual form is read by a thread.

Not here: where a message ends (`framing.py`), what a message says (`protocol.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor

from .framing import FramedInput


class PromptReader:
    """What pygls' `run_async` reads from; `executor` has the thread for what may take long; `ended` is called when the input
    is at its end."""

    def __init__(self, source: FramedInput, executor: Executor, ended: Callable[[], None] = lambda: None) -> None:
        self.source, self.executor, self.ended = source, executor, ended

    async def readline(self) -> bytes:
        """The next line of a header; nothing at the end of input."""
        line = await self._line()
        if not line:
            self.ended()
        return line

    async def _line(self) -> bytes:
        source, stream = self.source, self.source.stream
        if not source.is_within_header:
            await asyncio.sleep(0)  # an answer that is a task goes on between messages
            if stream.is_empty:
                await stream.wait()
            if not stream.has_header():
                return await self._in_thread(source.readline)
        return source.readline()

    async def readexactly(self, size: int) -> bytes:
        """The message behind a header; fewer bytes at the end of input."""
        if self.source.stream.has(size):
            return self.source.read(size)
        return await self._in_thread(self.source.read, size)

    async def _in_thread(self, read: Callable[..., bytes], *arguments: int) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self.executor, read, *arguments)
