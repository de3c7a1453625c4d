"""Between folder and archive.

Here: `pack` (any model to a tar, equal bytes for equal files) and `unpack` (any archive to a new folder). Not here:
reading (model.py). Raises ArchiveError; a failure leaves neither a half archive nor a half folder.
"""

from __future__ import annotations

import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from nnef_lsp.archive.atomic import atomic_writer
from nnef_lsp.archive.blobs import Blob, ReadInto
from nnef_lsp.archive.containers.model import Model, open_model
from nnef_lsp.archive.containers.stream import Progress
from nnef_lsp.archive.errors import ArchiveError, MissingPackageError, last_sentence, quoted
from nnef_lsp.archive.limits import Limits
from nnef_lsp.archive.names import GRAPH, QUANT, case_collisions, unsafe_reason

_PIECE = 1 << 20
_FORMS = (
    (".tar.gz", "gz"),
    (".tgz", "gz"),
    (".tar.xz", "xz"),
    (".txz", "xz"),
    (".tar.bz2", "bz2"),
    (".tar.zst", "zst"),
    (".tar", ""),
)
ENDINGS = tuple(ending for ending, _ in _FORMS)
"""Of the names of archives."""


def pack(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> list[str]:
    """Write the model `source` as the archive `target`, whose ending chooses the compression; the packed names.

    The graph comes first, so that a reader of a compressed archive has it at once; the others follow by name, with no
    times and no owners.
    """
    _form_of(os.fspath(target))
    with open_model(source, limits) as model:
        model.graph_text()  # refuses what is no model
        return write_archive(model, target, progress)


def write_archive(model: Model, target: str | os.PathLike[str], progress: Progress | None = None) -> list[str]:
    """Write an opened model as an archive; the packed names."""
    form = _form_of(os.fspath(target))
    names = in_order(model)
    with (
        atomic_writer(target) as file,
        _compressor(file, form) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for index, (name, member) in enumerate(names):
            _add(archive, member, model.blob(name))
            if progress:
                progress((index + 1) / len(names), f"packing {member}")
    return [member for _, member in names]


def is_archive_name(target: str) -> bool:
    """Whether a name ends as that of an archive."""
    return target.lower().endswith(ENDINGS)


def _form_of(target: str) -> str:
    form = next((form for ending, form in _FORMS if target.lower().endswith(ending)), None)
    if form is None:
        raise ArchiveError(f"'{quoted(target)}' does not say how to pack; end it with .tar, .tgz, .tar.xz or .tar.zst.")
    return form


def in_order(model: Model) -> list[tuple[str, str]]:
    """(name in the model, name in the archive): graph, quantization, then the rest."""
    files = [name for name in model.files() if name != model.graph_name]
    if model.graph_name != GRAPH:  # the folder may hold other graphs and anything else: take what belongs to this one
        quant = os.path.splitext(model.graph_name)[0] + ".quant"
        rest = [(name, name) for name in files if name.endswith(".dat")]
        return [(model.graph_name, GRAPH)] + [(name, QUANT) for name in files if name == quant] + rest
    first = [name for name in (GRAPH, QUANT) if name in {*files, GRAPH}]
    return [(name, name) for name in first + [name for name in files if name not in first]]


def _add(archive: tarfile.TarFile, name: str, blob: Blob) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = blob.size, 0o644
    with blob.session() as readinto:
        archive.addfile(info, cast(BinaryIO, _Reading(readinto, blob.size)))


class _Reading:
    """A blob as the file that `tarfile` copies from."""

    def __init__(self, readinto: ReadInto, size: int) -> None:
        self._readinto, self._size, self._position = readinto, size, 0

    def read(self, size: int = -1) -> bytes:
        left = self._size - self._position
        target = bytearray(left if size < 0 else min(size, left))
        got = self._readinto(self._position, memoryview(target))
        self._position += got
        return bytes(target[:got])


@contextmanager
def _compressor(file: BinaryIO, form: str) -> Iterator[BinaryIO]:
    if form == "":
        yield file
        return
    if form == "gz":
        import gzip

        packed: object = gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0)
    elif form == "xz":
        import lzma

        packed = lzma.LZMAFile(file, "wb")  # noqa: SIM115 -- closed below
    elif form == "bz2":
        import bz2

        packed = bz2.BZ2File(file, "wb")
    else:
        packed = _zstd_writer(file)
    stream = cast(BinaryIO, packed)
    try:
        yield stream
    finally:
        stream.close()


def _zstd_writer(file: BinaryIO) -> object:
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]  # Python 3.14

        return zstd.ZstdFile(file, "w")
    except ImportError:
        pass
    try:
        import zstandard  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        raise MissingPackageError("Writing .tar.zst needs a package; run \"pip install 'nnef-lsp[zstd]'\".") from None
    return zstandard.ZstdCompressor().stream_writer(file, closefd=False)


def unpack(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> list[str]:
    """Write the model `source` into the folder `target`, which must be new or empty; the names written.

    An archive with members that climb out, links that leave it, devices or doubled names is refused as a whole.
    """
    folder = os.path.abspath(os.fspath(target))
    if os.path.lexists(folder) and not (os.path.isdir(folder) and not os.listdir(folder)):
        raise ArchiveError(f"{quoted(folder)} exists already; unpack into a new or empty folder.")
    with open_model(source, limits, progress) as model:
        names = model.files()
        strange = model.container_notices()
        if strange:
            raise ArchiveError(f"{strange[0].rstrip('.')}; nothing was unpacked.")
        staging = staging_beside(folder)
        try:
            _write_all(model, names, staging)
            if os.path.isdir(folder):
                os.rmdir(folder)
            os.chmod(staging, 0o777 & ~_umask())
            os.replace(staging, folder)
        except OSError as error:
            raise ArchiveError(f"{quoted(folder)} cannot be written: {last_sentence(error)}.") from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return names


def staging_beside(folder: str) -> str:
    """A new folder beside `folder`, so that renaming it is atomic."""
    try:
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        return tempfile.mkdtemp(prefix=".nnef-", suffix=".part", dir=os.path.dirname(folder))
    except OSError as error:
        raise ArchiveError(f"{quoted(folder)} cannot be written: {last_sentence(error)}.") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _write_all(model: Model, names: list[str], staging: str) -> None:
    collisions = case_collisions(names)
    folders = {name[:at] for name in names for at, character in enumerate(name) if character == "/"}
    both = next((name for name in names if name in folders), None)
    if both is not None:
        raise ArchiveError(
            f"{quoted(model.path)} holds '{quoted(both)}' both as a file and as a folder; nothing was unpacked, pack it again."
        )
    total = 0
    for name in model.in_reading_order(names):
        reason = unsafe_reason(name)
        path = os.path.join(staging, *name.split("/"))
        if reason:
            raise ArchiveError(f"{quoted(model.path)}: '{quoted(name)}' {reason}; nothing was unpacked.")
        if collisions and os.path.lexists(path):
            raise ArchiveError(f"{quoted(model.path)}: '{quoted(name)}' differs from another name in case only.")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        blob = model.blob(name)
        total += blob.size
        if total > model.limits.max_bytes:
            model.limits.check_unpacked(model.path, total, 0)
        copy_blob(blob, path)


def copy_blob(blob: Blob, path: str) -> None:
    """A blob as a new file; raises OSError, and ArchiveError for one that cannot be read."""
    room = memoryview(bytearray(min(_PIECE, max(blob.size, 1))))
    with open(path, "xb") as file, blob.session() as readinto:
        for start in range(0, blob.size, _PIECE):
            got = readinto(start, room[: min(_PIECE, blob.size - start)])
            file.write(room[:got])
