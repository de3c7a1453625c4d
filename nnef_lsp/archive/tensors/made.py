"""A tensor file that does not exist yet: its header is known, its items are made when they are read.

Nothing is kept between two readings, so a model of any number of such files takes the memory of one of them.

Not here: what items are made of.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nnef_lsp.archive.blobs import ReadInto
from nnef_lsp.archive.errors import ArchiveError, quoted
from nnef_lsp.archive.limits import bytes_text
from nnef_lsp.archive.tensors.dat_header import HEADER_BYTES, pack_header
from nnef_lsp.archive.tensors.items import kind_named

if TYPE_CHECKING:
    from nnef_lsp.archive.arrays import Array

PIECE = 1 << 18
"""Items at a time: a multiple of what any item type packs together."""


class MadeTensor:
    """A blob whose items come from `pieces`: flat arrays in row-major order, each of `PIECE` items but the last, or one
    whole array.  Raises ArchiveError for an item type that a tensor file cannot hold."""

    def __init__(
        self,
        where: str,
        shape: Sequence[int],
        item_type: str,
        pieces: Callable[[], Iterator[Array]],
        bits: int | None = None,
    ) -> None:
        found = kind_named(item_type)
        if found is None:
            raise ArchiveError(f"A tensor file cannot hold the item type '{quoted(item_type)}'.")
        self.where, self.shape, self.item_type = where, tuple(shape), item_type
        self._kind, width = found
        self._bits = bits or width
        try:
            self._kind.check(self.shape, self._bits)
        except ValueError as error:
            raise ArchiveError(f"{quoted(where)} {error}.") from None
        length = self._kind.length(self.shape, self._bits)
        if length is None:
            raise ArchiveError(f"'{quoted(item_type)}' has no fixed size, so no tensor of it can be made.")
        if length > 0xFFFFFFFF:
            raise ArchiveError(
                f"{quoted(where)} would take {bytes_text(length)}, and a tensor file holds at most 4 GiB."
            )
        self._header = pack_header(self.shape, length, self._kind, self._bits)
        self._pieces = pieces
        self.size = HEADER_BYTES + length

    def read(self, offset: int, size: int) -> bytes:
        """Bytes; the items are made only if they are asked for."""
        stop = min(offset + size, self.size)
        if stop <= HEADER_BYTES:
            return self._header[offset:stop]
        target = bytearray(max(0, stop - offset))
        return bytes(target[: self.readinto(offset, memoryview(target))])

    def readinto(self, offset: int, target: memoryview) -> int:
        """Fill `target` from `offset`."""
        with self.session() as readinto:
            return readinto(offset, target)

    @contextmanager
    def session(self) -> Iterator[ReadInto]:
        """Reading forwards makes each piece once; going back makes all before it anew."""
        stream = self._bytes()
        begin, piece = 0, memoryview(b"")

        def readinto(offset: int, target: memoryview) -> int:
            nonlocal stream, begin, piece
            if offset < begin:
                stream, begin, piece = self._bytes(), 0, memoryview(b"")
            done = 0
            while done < len(target):
                at = offset + done - begin
                if at < len(piece):
                    part = piece[at : at + len(target) - done]
                    target[done : done + len(part)] = part
                    done += len(part)
                    continue
                following = next(stream, None)
                if following is None:
                    break
                begin, piece = begin + len(piece), following
            return done

        try:
            yield readinto
        finally:
            piece = memoryview(b"")

    def buffer(self) -> memoryview:
        """All of it."""
        target = bytearray(self.size)
        self.readinto(0, memoryview(target))
        return memoryview(target).toreadonly()

    def _bytes(self) -> Iterator[memoryview]:
        yield memoryview(self._header)
        made = 0
        for piece in self._pieces():
            made += piece.size
            whole = piece.reshape(self.shape) if piece.size == math.prod(self.shape) else piece.reshape(-1)
            yield memoryview(self._kind.encode(whole, self._bits)).cast("B")
        if made != math.prod(self.shape):
            raise ArchiveError(f"{quoted(self.where)} was to have {math.prod(self.shape)} items, but {made} were made.")
