"""Standard input as pygls reads it, which also tells whether anything has come in.

Not here: messages (`protocol.py`), who reads (`reader.py`), what waits for a pause between them (`schedule.py`).
"""

from __future__ import annotations

import os
import re
import select
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

_USUAL = re.compile(
    rb"(?:Content-Type: [^\r\n]*\r\n)?Content-Length: [1-9][0-9]{0,8}\r\n(?:Content-Type: [^\r\n]*\r\n)?\r\n"
)


class StandardInput:
    """A stream of bytes; only what pygls' reader asks of one."""

    def __init__(self, file: int = 0) -> None:
        self._file = file
        self._buffer = b""
        self._waits = False
        """Whether all that came in has been handled, and somebody waits for more."""

    def readline(self, most: int = 1 << 20) -> bytes:
        """The next line with its end, or the start of one that is too long; nothing at the end of the stream."""
        while (end := self._buffer.find(b"\n", 0, most)) < 0 and len(self._buffer) < most:
            if not self._more(not self._buffer):
                return self._take(len(self._buffer))
        return self._take(most if end < 0 else end + 1)

    def read(self, size: int) -> bytes:
        """So many bytes, or all up to the end of the stream."""
        pieces, length = [self._buffer], len(self._buffer)
        while length < size:  # a long message comes in thousands of pieces, which are joined once
            piece = os.read(self._file, max(1 << 16, size - length))
            if not piece:
                break
            pieces.append(piece)
            length += len(piece)
        self._buffer = b"".join(pieces)
        return self._take(size)

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been read that is not taken."""
        return not self._buffer

    def has_header(self) -> bool:
        """Whether a header in the usual form lies there as a whole, so that reading it does not wait."""
        if not self._buffer and self._lies_there():
            self._more(False)
        return _USUAL.match(self._buffer) is not None

    def has(self, size: int) -> bool:
        """Whether so many bytes lie there, so that reading them does not wait."""
        if len(self._buffer) < size and self._lies_there():
            self._more(False)
        return len(self._buffer) >= size

    async def wait(self) -> None:
        """Wait on the event loop until something comes in; not at all where that cannot be asked (Windows, files)."""
        import asyncio  # 50 ms that the first answers do not wait for

        loop = asyncio.get_running_loop()
        came: asyncio.Future[None] = loop.create_future()
        try:
            loop.add_reader(self._file, _resolve, came)
        except (NotImplementedError, OSError, ValueError):
            return
        self._waits = not self._buffer
        try:
            await came
        finally:
            self._waits = False
            loop.remove_reader(self._file)

    def comes(self, seconds: float) -> bool:
        """Whether something has come in, or does within this time; False where that cannot be asked (Windows)."""
        if self._buffer:
            return True
        try:
            return bool(select.select([self._file], [], [], seconds)[0])
        except (OSError, ValueError):
            return False

    def put_back(self, data: bytes) -> None:
        """Let bytes be read again, before all others."""
        self._buffer = data + self._buffer

    def is_busy(self) -> bool:
        """Whether a message is being read, or lies there to be read."""
        return not self._waits or self._lies_there()

    def close(self) -> None:
        """Nothing: the file is the process's."""

    def _lies_there(self) -> bool:
        try:
            return bool(select.select([self._file], [], [], 0)[0])
        except (OSError, ValueError):
            return False  # Windows has no such question to a pipe

    def _more(self, waits: bool) -> bool:
        self._waits = waits
        piece = os.read(self._file, 1 << 16)
        self._waits = False
        self._buffer += piece
        return bool(piece)

    def _take(self, size: int) -> bytes:
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken


def _resolve(came: asyncio.Future[None]) -> None:
    if not came.done():
        came.set_result(None)
