"""Where one message of a client ends and the next begins: the header in front of each.

Header names in any case and lines that end with a bare line feed are taken. A header whose length is missing, negative,
not a number or absurd leaves no way to find the next message: reading ends, `problem` says why, and whoever serves ends
with that sentence. (pygls skips what it does not understand, and then waits for ever for what it has skipped.)

Not here: what a message says (`protocol.py`).
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable

from .standard_input import StandardInput

MOST_LINE, MOST_LINES = 8192, 64
MOST_BYTES = 1 << 30
"""Of one message."""
PATIENCE = 10.0
"""Seconds after which somebody is told that the rest of a message has not come."""

_FIELD = re.compile(rb"([A-Za-z][A-Za-z0-9-]*)[ \t]*:[ \t]*(.*?)[ \t]*\r?\n")


class BrokenHeader(Exception):
    """A header that does not say how long its message is; the argument is a sentence about it."""


def message_length(header: list[bytes]) -> int:
    """The number of bytes of the message behind a header, whose lines these are.  Raises `BrokenHeader`."""
    length: int | None = None
    for line in header:
        field = _FIELD.fullmatch(line)
        if field is None:
            raise BrokenHeader(f"a line that is not a field of a header: {line[:60]!r}")
        if field[1].lower() == b"content-length":
            if not field[2].isdigit() or len(field[2]) > 18:
                raise BrokenHeader(f"Content-Length is not a number of bytes: {field[2][:60]!r}")
            length = int(field[2])
    if length is None:
        raise BrokenHeader(f"a header without Content-Length: {b''.join(header)[:60]!r}")
    if length > MOST_BYTES:
        raise BrokenHeader(f"a message of {length} bytes; the longest that is read has {MOST_BYTES}")
    return length


def _is_stray(line: bytes) -> bool:
    """Whether a line between messages is a word that somebody printed there, and not the rest of a message."""
    return line.endswith(b"\n") and not _FIELD.fullmatch(line) and not re.search(rb'[{}"]|content-length', line, re.I)


class FramedInput:
    """Standard input as pygls wants to read it: every header in the one form that it knows."""

    def __init__(self, stream: StandardInput, tell: Callable[[str], None]) -> None:
        self.stream, self.tell = stream, tell
        self.problem: str | None = None
        self._lines: list[bytes] = []
        self._waiting: tuple[float, int] | None = None
        self._watch: threading.Thread | None = None

    @property
    def is_within_header(self) -> bool:
        """Whether lines of a header that has been read are left to be taken."""
        return bool(self._lines)

    def readline(self) -> bytes:
        """The next line of a header; nothing at the end of input, and after a header that is broken."""
        if not self._lines and self.problem is None:
            try:
                length = self._next_length()
            except BrokenHeader as broken:
                self.problem = str(broken)
                return b""
            if length is None:
                return b""
            self._lines = [b"\r\n", b"Content-Length: %d\r\n" % length]
        return self._lines.pop() if self._lines else b""

    def _next_length(self) -> int | None:
        header: list[bytes] = []
        while line := self.stream.readline(MOST_LINE):
            if not line.strip():
                if not header:
                    continue  # blank lines between messages
                length = message_length(header)
                if length:
                    return length
                header = []  # a message of nothing
            elif not header and _is_stray(line):
                self.tell(f"a line that is not a field of a header is passed over: {line[:60]!r}")
            elif len(header) == MOST_LINES or not line.endswith(b"\n"):
                raise BrokenHeader(f"a header that does not end: {line[:60]!r}")
            else:
                header.append(line)
        return None

    def read(self, size: int) -> bytes:
        """The message behind a header; fewer bytes at the end of input."""
        if self._watch is None:  # one thread for all messages: a timer for each would cost more than reading it
            self._watch = threading.Thread(target=self._tell_of_waiting, daemon=True)
            self._watch.start()
        self._waiting = (time.monotonic(), size)
        try:
            return self.stream.read(size)
        finally:
            self._waiting = None

    def _tell_of_waiting(self) -> None:
        while True:
            time.sleep(PATIENCE / 2)
            waiting = self._waiting
            if waiting is not None and time.monotonic() - waiting[0] > PATIENCE / 2:
                self._waiting = None
                self.tell(f"waiting for the rest of a message of {waiting[1]} bytes: is its Content-Length right?")
