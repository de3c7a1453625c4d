"""Compressed tar archives, read as a stream.

Here: decompression under a limit, and `StreamedTar`, which reads forward only as far as somebody asks and never writes
to disk. Not here: the tar format (tar.py). What is passed on the way is kept in memory while there is room
(`Limits.keep_bytes`); beyond that, going back means starting again. Raises ArchiveError.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import BinaryIO, Protocol, cast

from nnef_lsp.archive.blobs import Blob, ReadInto
from nnef_lsp.archive.containers.tar import Index, Member, read_members
from nnef_lsp.archive.errors import ArchiveError, MissingPackageError, last_sentence, quoted
from nnef_lsp.archive.limits import Limits
from nnef_lsp.archive.names import DAT, tidy

Progress = Callable[[float, str], None]
"""Called with the share done (0 to 1) and what is done; it may raise to cancel."""

_PIECE = 1 << 20
_PROGRESS_EVERY = 8 << 20
_HEAD = 256  # bytes of each tensor that are kept in any case: enough for its header

MAGICS = {b"\x1f\x8b": "gz", b"\xfd7zXZ\0": "xz", b"\x28\xb5\x2f\xfd": "zst", b"BZh": "bz2"}


class _Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Inflater:
    """The unpacked bytes of a compressed file, counted and limited."""

    def __init__(self, path: str, form: str, limits: Limits, progress: Progress | None) -> None:
        self.where = path
        self.position = 0
        self.limits = limits
        self._progress = progress
        self._next_report = _PROGRESS_EVERY
        try:
            self._raw: BinaryIO = open(path, "rb")  # noqa: SIM115 -- closed by close()
        except OSError as error:
            raise ArchiveError(f"{quoted(path)} cannot be opened: {last_sentence(error)}.") from error
        self._packed_size = os.fstat(self._raw.fileno()).st_size
        try:
            self._source = _decompressor(self._raw, form, path)
        except BaseException:
            self._raw.close()
            raise

    def take(self, size: int) -> bytes:
        pieces: list[bytes] = []
        while size > 0:
            piece = self._piece(min(size, _PIECE))
            if not piece:
                break
            pieces.append(piece)
            size -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def skip_to(self, position: int) -> None:
        if position > self.limits.max_bytes:
            self.limits.check_unpacked(self.where, position, self._packed_size)
        while self.position < position:
            if not self._piece(min(position - self.position, _PIECE)):
                raise ArchiveError(f"{quoted(self.where)} ends inside a member; the archive is incomplete.")

    def _piece(self, size: int) -> bytes:
        try:
            piece = self._source.read(size)
        except Exception as error:  # every decompressor has exceptions of its own
            raise ArchiveError(f"{quoted(self.where)} cannot be decompressed: {last_sentence(error)}.") from error
        self.position += len(piece)
        self.limits.check_unpacked(self.where, self.position, self._packed_size)
        if self._progress and self.position >= self._next_report:
            self._next_report = self.position + _PROGRESS_EVERY
            name = os.path.basename(self.where)
            self._progress(min(1.0, self._raw.tell() / max(1, self._packed_size)), f"unpacking {name}")
        return piece

    def close(self) -> None:
        self._raw.close()

    def __del__(self) -> None:
        # A command that a damaged archive ends drops the model where it stands; its file must not wait for a collector.
        if hasattr(self, "_raw"):
            self._raw.close()


def _decompressor(raw: BinaryIO, form: str, path: str) -> _Source:
    if form == "gz":
        import gzip

        return gzip.GzipFile(fileobj=raw, mode="rb")
    if form == "xz":
        import lzma

        # LZMAFile has no bound for its dictionary; a hostile header may ask for 4 GB.
        return _Pulled(raw, lambda: lzma.LZMADecompressor(memlimit=512 << 20))
    if form == "bz2":
        import bz2

        return bz2.BZ2File(raw)
    return _zstd(raw, path)


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /, max_length: int = -1) -> bytes: ...


class _Pulled:
    """A decompressor of the lzma kind as something to read from."""

    def __init__(self, raw: BinaryIO, make: Callable[[], _Decompressor]) -> None:
        self._raw, self._make, self._state = raw, make, make()

    def read(self, size: int, /) -> bytes:
        while True:
            data = b""
            if self._state.eof:
                data = (self._state.unused_data or self._raw.read(_PIECE)).lstrip(b"\0")  # stream padding
                if not data:
                    return b""
                self._state = self._make()
            elif self._state.needs_input:
                data = self._raw.read(1 << 16)
                if not data:
                    raise EOFError("it ends too early")
            piece = self._state.decompress(data, size)
            if piece:
                return piece


def _zstd(raw: BinaryIO, path: str) -> _Source:
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]  # Python 3.14

        return cast(_Source, zstd.ZstdFile(raw))
    except ImportError:
        pass
    try:
        from backports import zstd as backport  # type: ignore[import-not-found,import-untyped,unused-ignore]

        return cast(_Source, backport.ZstdFile(raw))
    except ImportError:
        pass
    try:
        import zstandard  # type: ignore[import-not-found,unused-ignore]

        return cast(_Source, zstandard.ZstdDecompressor().stream_reader(raw))
    except ImportError:
        raise MissingPackageError(
            f"{quoted(path)} is compressed with Zstandard, which this Python cannot read; run \"pip install 'nnef-lsp[zstd]'\"."
        ) from None


class StreamedTar:
    """A compressed archive, known as far as it has been read."""

    def __init__(self, path: str, form: str, limits: Limits, progress: Progress | None = None) -> None:
        self.where = path
        self._form = form
        self.limits = limits
        self._progress = progress
        self._known = Index(path, limits)
        self._heads: dict[str, bytes] = {}
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._kept_bytes = 0
        self._complete = False
        self._seen_to = -1
        self._start()

    def _start(self) -> None:
        self._inflater = Inflater(self.where, self._form, self.limits, self._progress)
        self._walk: Iterator[Member] = read_members(self._inflater)
        self._at: Member | None = None  # the member whose data comes next, behind its kept head

    # --- reading forward

    def _advance(self) -> str | None:
        """Go to the next file that is not doubled; its name, or None at the end."""
        self._keep_rest()
        for member in self._walk:
            if member.offset > self._seen_to:
                self._seen_to = member.offset
                name = self._known.add(member)
            else:  # after a new start
                name = tidy(member.name) if self._known.files.get(tidy(member.name)) == member else None
            if name is None:
                continue
            head = self._inflater.take(min(member.size, _HEAD))
            if len(head) < min(member.size, _HEAD):
                self._cut_short(member)
            self._heads.setdefault(name, head if name.endswith(DAT) else b"")
            self._at, self._at_name, self._at_head = member, name, head
            return name
        self._complete = True
        return None

    def _keep_rest(self) -> None:
        """Keep what is left behind if there is room: somebody may come back for it."""
        member, self._at = self._at, None
        if member is None or self._at_name in self._kept:
            return
        if self._kept_bytes + member.size <= self.limits.keep_bytes:
            self._keep(self._at_name, self._rest(member))

    def _rest(self, member: Member) -> bytes:
        data = self._at_head + self._inflater.take(member.size - len(self._at_head))
        if len(data) < member.size:
            self._cut_short(member)
        return data

    def _keep(self, name: str, data: bytes) -> None:
        self._kept[name] = data
        self._kept_bytes += len(data)
        while self._kept_bytes > self.limits.keep_bytes and len(self._kept) > 1:
            self._kept_bytes -= len(self._kept.popitem(last=False)[1])

    def _cut_short(self, member: Member) -> None:
        raise ArchiveError(
            f"{quoted(self.where)} ends inside its member '{quoted(member.name)}'; the archive is incomplete."
        )

    # --- what a model asks

    @property
    def notices(self) -> list[str]:
        self._read_on(None)
        return self._known.notices

    def _read_on(self, name: str | None) -> None:
        while not self._complete and (name is None or self._known.resolve(name) not in self._known.files):
            self._advance()

    def names(self) -> list[str]:
        self._read_on(None)
        return sorted((self._known.files.keys() | self._known.links.keys()) - self._known.doubled)

    def find(self, name: str) -> Blob | None:
        self._read_on(name)
        plain = self._known.resolve(name)
        member = self._known.files.get(plain)
        return None if member is None else _StreamedBlob(self, plain, member)

    def order(self, names: Iterable[str]) -> Iterator[str]:
        """`names` as the stream meets them: kept ones first, those it has passed last."""
        left = set(names)
        for name in [name for name in left if name in self._kept or (self._at and self._at_name == name)]:
            left.discard(name)
            yield name
        while left and not self._complete:
            found = self._advance()
            if found in left:
                left.discard(found)
                yield found
        passed = [name for name in left if name in self._known.files]
        yield from sorted(passed, key=lambda name: self._known.files[name].offset)
        yield from sorted(left.difference(passed))

    def head(self, name: str) -> bytes:
        return self._heads.get(name, b"")

    def data(self, name: str, member: Member) -> bytes:
        """All bytes of a member: kept, next in the stream, or from a new start."""
        kept = self._kept.get(name)
        if kept is not None:
            return kept
        if self._at is None or self._at_name != name:
            if self._inflater.position > member.offset or self._complete:
                self.close()
                self._start()
            while self._advance() != name:
                if self._at is None:
                    raise ArchiveError(f"{quoted(self.where)} changed while it was read; open it again.")
        data = self._rest(member)
        self._at = None
        self._keep(name, data)
        return data

    def close(self) -> None:
        self._inflater.close()


class _StreamedBlob:
    """A member of a compressed archive; its header costs nothing more, its data is unpacked when asked for."""

    def __init__(self, tar: StreamedTar, name: str, member: Member) -> None:
        self._tar, self._name, self._member = tar, name, member
        self.where = f"{tar.where}:{name}"
        self.size = member.size

    def read(self, offset: int, size: int) -> bytes:
        head = self._tar.head(self._name)
        if offset + size <= len(head) or (offset <= len(head) == self.size):
            return head[offset : offset + size]
        return bytes(self.buffer()[offset : offset + size])

    def readinto(self, offset: int, target: memoryview) -> int:
        piece = self.buffer()[offset : offset + len(target)]
        target[: len(piece)] = piece
        return len(piece)

    def session(self) -> AbstractContextManager[ReadInto]:
        return nullcontext(self.readinto)

    def buffer(self) -> memoryview:
        return memoryview(self._tar.data(self._name, self._member))
