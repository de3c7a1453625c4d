"""Standard input as pygls reads it, line by line in a thread, which also tells whether anything has come in.

Not here: messages (`protocol.py`), what waits for a pause between them (`schedule.py`).
"""

from __future__ import annotations

import os
import select


class StandardInput:
    """A stream of bytes; only what pygls' reader asks of one."""

    def __init__(self, file: int = 0) -> None:
        self._file = file
        self._buffer = b""
        self._waits = False
        """Whether all that came in has been handled, and the thread waits for more."""

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

    def is_busy(self) -> bool:
        """Whether a message is being read, or lies there to be read."""
        if not self._waits:
            return True
        try:
            return bool(select.select([self._file], [], [], 0)[0])
        except (OSError, ValueError):
            return False  # Windows has no such question to a pipe

    def close(self) -> None:
        """Nothing: the file is the process's."""

    def _more(self, waits: bool) -> bool:
        self._waits = waits
        piece = os.read(self._file, 1 << 16)
        self._waits = False
        self._buffer += piece
        return bool(piece)

    def _take(self, size: int) -> bytes:
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken
