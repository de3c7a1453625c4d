"""Tar archives: the format, and those that lie uncompressed on disk.

Here: reading member headers (POSIX ustar, GNU long names, pax), and `MappedTar`, which hands out members in place.
Not here: compressed archives (stream.py), writing (pack.py). Python's `tarfile` reads whole extended headers into
memory and knows nothing of our limits, hence these few lines. Raises ArchiveError.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from nnef_lsp.archive.blobs import Blob, BytesBlob
from nnef_lsp.archive.errors import ArchiveError, last_sentence, quoted
from nnef_lsp.archive.limits import Limits
from nnef_lsp.archive.names import tidy, unsafe_reason

RECORD = 512
_MAX_EXTENDED = 1 << 20  # bytes of a long name or a pax header
_MAX_HOPS = 8

FILE, LINK, FOLDER, OTHER = "file", "link", "folder", "other"
_KINDS = {b"0": FILE, b"\0": FILE, b"7": FILE, b"1": LINK, b"2": LINK, b"5": FOLDER}


@dataclass(frozen=True)
class Member:
    """`offset` and `size` place the data in the (unpacked) archive; `target` is what a link points to."""

    name: str
    kind: str
    size: int
    offset: int
    target: str = ""


class Reader(Protocol):
    """A position in the archive's bytes."""

    where: str
    position: int

    def take(self, size: int) -> bytes:
        """Up to `size` bytes; fewer at the end."""
        ...

    def skip_to(self, position: int) -> None: ...


def read_members(reader: Reader) -> Iterator[Member]:
    """The members in archive order. The reader may be moved forward while a member is looked at."""
    extended: dict[str, str] = {}
    while True:
        start = reader.position
        record = reader.take(RECORD)
        if not record or (len(record) == RECORD and not any(record)):
            return  # the end mark, or an archive without one
        if len(record) < RECORD or not _checksum_right(record):
            problem = "ends inside a member's header" if len(record) < RECORD else "has a damaged member header"
            raise ArchiveError(
                f"{quoted(reader.where)} {problem} at byte {start}; the archive is incomplete or no tar."
            )
        size = _number(record[124:136], reader.where)
        code = record[156:157]
        data, following = reader.position, reader.position + (size + RECORD - 1) // RECORD * RECORD
        if code in b"LKxg" and code:
            if size > _MAX_EXTENDED:
                raise ArchiveError(f"{quoted(reader.where)} has an extended header of {size} bytes, so it is not read.")
            if code != b"g":  # global headers hold no names
                _extend(extended, code, reader.take(size))
            reader.skip_to(following)
            continue
        size = _size_override(extended, size, reader.where)
        following = data + (size + RECORD - 1) // RECORD * RECORD
        kind = OTHER if any(key.startswith("GNU.sparse") for key in extended) else _KINDS.get(code, OTHER)
        if kind != FILE:
            following = data if kind != OTHER or code in b"346" else following
        name = extended.get("path") or _own_name(record)
        target = extended.get("linkpath") or _text(record[157:257])
        extended = {}
        yield Member(name, kind, size if kind == FILE else 0, data, target)
        reader.skip_to(following)


def _checksum_right(record: bytes) -> bool:
    try:
        return int(record[148:156].strip(b" \0") or b"-1", 8) == sum(record) - sum(record[148:156]) + 8 * 32
    except ValueError:
        return False


def _number(field: bytes, where: str) -> int:
    try:
        if field[0] in (0x80, 0xFF):  # GNU: binary, for sizes above 8 GB
            value = int.from_bytes(field[1:], "big") if field[0] == 0x80 else -1
        else:
            value = int(field.split(b"\0")[0].strip() or b"0", 8)
    except ValueError:
        value = -1
    if not 0 <= value < 1 << 62:
        raise ArchiveError(f"{quoted(where)} has a member of impossible size; the archive is damaged.")
    return value


def _text(field: bytes) -> str:
    return field.split(b"\0")[0].decode("utf-8", "surrogateescape")


def _own_name(record: bytes) -> str:
    prefix = _text(record[345:500]) if record[257:263] == b"ustar\0" else ""
    return f"{prefix}/{_text(record[:100])}" if prefix else _text(record[:100])


def _extend(extended: dict[str, str], code: bytes, data: bytes) -> None:
    if code in b"LK":
        extended["path" if code == b"L" else "linkpath"] = _text(data)
        return
    position = 0
    while position < len(data):
        space = data.find(b" ", position, position + 20)
        length = data[position:space] if space > 0 else b""
        if not length.isdigit() or int(length) <= space - position + 1:
            return
        key, _, value = data[space + 1 : position + int(length) - 1].partition(b"=")
        extended[key.decode("utf-8", "replace")] = value.decode("utf-8", "surrogateescape")
        position += int(length)


def _size_override(extended: dict[str, str], size: int, where: str) -> int:
    text = extended.get("size")
    if text is None:
        return size
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise ArchiveError(f"{quoted(where)} has a member of impossible size; the archive is damaged.")
    return int(text)


class Index:
    """Members by name, with what is wrong with them. Links stay inside the archive or are refused."""

    def __init__(self, where: str, limits: Limits) -> None:
        self.where = where
        self.limits = limits
        self.files: dict[str, Member] = {}
        self.links: dict[str, Member] = {}
        self.doubled: set[str] = set()
        self.notices: list[str] = []
        self._count = 0

    def add(self, member: Member) -> str | None:
        """Remember `member`; the name under which a file is found, None for anything else."""
        self._count += 1
        self.limits.check_files(self.where, self._count)
        name = tidy(member.name)
        if member.kind == FOLDER or not name:
            return None
        reason = unsafe_reason(member.name)
        if reason or member.kind == OTHER:
            what = f"'{quoted(member.name)}' {reason or 'is a device, a pipe or sparse'}"
            self.notices.append(f"{quoted(self.where)}: the member {what}; it is ignored.")
            return None
        if name in self.files or name in self.links:
            if name not in self.doubled:
                self.notices.append(f"{quoted(self.where)}: two members are called '{quoted(name)}'; neither is read.")
            self.doubled.add(name)
            return None
        (self.files if member.kind == FILE else self.links)[name] = member
        return name if member.kind == FILE else None

    def resolve(self, name: str) -> str:
        """`name` after its links. Raises ArchiveError for a link that leaves the archive and for doubled members."""
        name = tidy(name)
        for _ in range(_MAX_HOPS):
            if name in self.doubled:
                raise ArchiveError(f"{quoted(self.where)} has two members called '{quoted(name)}'; pack it again.")
            link = self.links.get(name)
            if link is None:
                return name
            # A hard link (told by its target being a member) counts from the top, a symbolic one from its own folder.
            beside = os.path.normpath(os.path.join(os.path.dirname(name), link.target)).replace(os.sep, "/")
            name = next((n for n in (tidy(link.target), beside) if n in self.files or n in self.links), beside)
            if unsafe_reason(name) or unsafe_reason(link.target) == "is an absolute path":
                raise ArchiveError(
                    f"{quoted(self.where)}: '{quoted(link.name)}' is a link out of the archive; it is not read."
                )
        raise ArchiveError(f"{quoted(self.where)}: '{quoted(name)}' is a link that leads in circles.")


class MappedTar:
    """An uncompressed archive, mapped; members are slices of the map."""

    def __init__(self, path: str, limits: Limits) -> None:
        self.where = path
        self.position = 0
        self._index: Index | None = None
        self.limits = limits
        try:
            with open(path, "rb") as file:
                self._size = os.fstat(file.fileno()).st_size
                self._map = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if self._size else b"")
        except (OSError, ValueError) as error:
            raise ArchiveError(f"{quoted(path)} cannot be mapped: {last_sentence(error)}.") from error

    def take(self, size: int) -> bytes:
        piece = bytes(self._map[self.position : self.position + size])
        self.position += len(piece)
        return piece

    def skip_to(self, position: int) -> None:
        self.position = position

    @property
    def index(self) -> Index:
        if self._index is None:
            self.position = 0
            index = Index(self.where, self.limits)
            for member in read_members(self):
                if member.offset + member.size > self._size:
                    raise ArchiveError(
                        f"{quoted(self.where)} ends inside its member '{quoted(member.name)}'; the archive is incomplete."
                    )
                index.add(member)
            self._index = index
        return self._index

    @property
    def notices(self) -> list[str]:
        return self.index.notices

    def names(self) -> list[str]:
        return sorted((self.index.files.keys() | self.index.links.keys()) - self.index.doubled)

    def find(self, name: str) -> Blob | None:
        member = self.index.files.get(self.index.resolve(name))
        if member is None:
            return None
        return BytesBlob(f"{self.where}:{member.name}", self._map[member.offset : member.offset + member.size])

    def close(self) -> None:
        self._index = None
        self._map = memoryview(b"")  # arrays that were handed out keep the map alive
