"""Bytes with a name: what every container hands out.

Here: the `Blob` interface and its two plain forms, a file on disk and bytes in memory. Not here: members of archives
(tar.py, stream.py) and what the bytes mean (tensors/dat.py).
"""

from __future__ import annotations

import mmap
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

from nnef_lsp.archive.errors import ArchiveError, last_sentence, quoted

ReadInto = Callable[[int, memoryview], int]


class Blob(Protocol):
    """`where` names it in messages, `size` is in bytes. Reading raises ArchiveError."""

    where: str
    size: int

    def read(self, offset: int, size: int) -> bytes:
        """`size` bytes from `offset`, fewer at the end."""
        ...

    def readinto(self, offset: int, target: memoryview) -> int:
        """Fill `target` from `offset`; the number of bytes, fewer at the end. For reading in blocks without garbage."""
        ...

    def session(self) -> AbstractContextManager[ReadInto]:
        """`readinto` for many blocks, with the file kept open meanwhile."""
        ...

    def buffer(self) -> memoryview:
        """All of it, memory-mapped if it can be."""
        ...


class FileBlob:
    """A regular file. It is opened for each use, so a Model holds no file open between two requests."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.where = path
        descriptor = self._open()
        try:
            self.size = os.fstat(descriptor).st_size
        finally:
            os.close(descriptor)

    def _open(self) -> int:
        # Without O_NONBLOCK, opening a named pipe would wait for ever.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
        try:
            descriptor = os.open(self.path, flags)
        except (OSError, ValueError) as error:
            raise ArchiveError(f"{quoted(self.path)} cannot be opened: {last_sentence(error)}.") from error
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise ArchiveError(f"{quoted(self.path)} is not a regular file, so it is not read.")
        return descriptor

    def read(self, offset: int, size: int) -> bytes:
        target = bytearray(max(0, min(size, self.size - offset)))
        return bytes(memoryview(target)[: self.readinto(offset, memoryview(target))])

    def read_all(self) -> bytes:
        """Everything, as large as it was when it was opened."""
        return self.read(0, self.size)

    def readinto(self, offset: int, target: memoryview) -> int:
        with self.session() as readinto:
            return readinto(offset, target)

    @contextmanager
    def session(self) -> Iterator[ReadInto]:
        descriptor = self._open()

        def readinto(offset: int, target: memoryview) -> int:
            try:
                return _read_fully(descriptor, offset, target)
            except OSError as error:
                raise ArchiveError(f"{quoted(self.path)} cannot be read: {last_sentence(error)}.") from error

        try:
            yield readinto
        finally:
            os.close(descriptor)

    def buffer(self) -> memoryview:
        if self.size == 0:
            return memoryview(b"")
        descriptor = self._open()
        try:
            return memoryview(mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError) as error:
            raise ArchiveError(f"{quoted(self.path)} cannot be mapped: {last_sentence(error)}.") from error
        finally:
            os.close(descriptor)


def _read_fully(descriptor: int, offset: int, target: memoryview) -> int:
    done = 0
    if not hasattr(os, "preadv"):  # Windows
        os.lseek(descriptor, offset, os.SEEK_SET)
    while done < len(target):
        if hasattr(os, "preadv"):
            got = os.preadv(descriptor, [target[done:]], offset + done)
        else:
            piece = os.read(descriptor, min(len(target) - done, 1 << 20))
            got = len(piece)
            target[done : done + got] = piece
        if not got:
            break
        done += got
    return done


class BytesBlob:
    """Bytes that are in memory, or mapped, already."""

    def __init__(self, where: str, data: bytes | memoryview) -> None:
        self.where = where
        self._data = memoryview(data)
        self.size = len(self._data)

    def read(self, offset: int, size: int) -> bytes:
        return bytes(self._data[offset : offset + size])

    def readinto(self, offset: int, target: memoryview) -> int:
        piece = self._data[offset : offset + len(target)]
        target[: len(piece)] = piece
        return len(piece)

    def session(self) -> AbstractContextManager[ReadInto]:
        return nullcontext(self.readinto)

    def buffer(self) -> memoryview:
        return self._data
