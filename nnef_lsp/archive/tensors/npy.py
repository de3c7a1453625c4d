"""numpy's files: `.npy` and `.npz`.

Here: reading without ever unpickling and without believing a header, and writing. Not here: what is done with the
arrays. Raises ArchiveError.
"""

from __future__ import annotations

import io
import math
import os
import sys
import warnings
import zipfile
from collections.abc import Callable, Mapping
from typing import IO, TYPE_CHECKING, Any

from nnef_lsp.archive.atomic import atomic_writer
from nnef_lsp.archive.blobs import FileBlob
from nnef_lsp.archive.errors import ArchiveError, last_sentence, quoted
from nnef_lsp.archive.limits import Limits
from nnef_lsp.archive.tensors.plausible import plausible_items, plausible_shape
from nnef_lsp.archive.tensors.tensor import ForeignTensor

if TYPE_CHECKING:
    import numpy as np

    from nnef_lsp.archive.arrays import Array

Opened = Callable[[], zipfile.ZipFile]
Layout = tuple[tuple[int, ...], bool, "np.dtype[Any]", int]
"""(shape, whether in Fortran order, dtype, where the items begin)"""
_MOST_HEADER = 1 << 16  # numpy itself evaluates no more than 10,000 characters


def read_npy(path: str) -> ForeignTensor:
    """The array of a `.npy` file, memory-mapped."""
    blob = FileBlob(path)
    shape, fortran, dtype, offset = _layout(io.BytesIO(blob.read(0, _MOST_HEADER)), path)
    if blob.size - offset < math.prod(shape) * dtype.itemsize:
        raise ArchiveError(
            f"{quoted(path)} holds fewer items than its shape {list(shape)} needs; the copy is incomplete."
        )

    def load() -> Array:
        return _shaped(path, blob.buffer()[offset:], shape, fortran, dtype)

    return ForeignTensor(path, shape, _type_name(dtype), blob.size, load)


def read_npz(path: str, limits: Limits) -> dict[str, ForeignTensor]:
    """The arrays of a `.npz` file by name; each is unpacked when asked for. Members that are not arrays are left out."""
    size = FileBlob(path).size  # refuses what is not a regular file
    return _arrays(path, lambda: zipfile.ZipFile(path), size, limits)


def npz_arrays(path: str, limits: Limits) -> dict[str, Array]:
    """All arrays of a `.npz` file, unpacked."""
    return {name: tensor.array() for name, tensor in read_npz(path, limits).items()}


def decode_npz(data: bytes, where: str, limits: Limits) -> dict[str, ForeignTensor]:
    """As `read_npz`, from bytes."""
    return _arrays(where, lambda: zipfile.ZipFile(io.BytesIO(data)), len(data), limits)


def _arrays(path: str, opened: Opened, size: int, limits: Limits) -> dict[str, ForeignTensor]:
    try:
        with opened() as archive:
            members = [info for info in archive.infolist() if info.filename.endswith(".npy")]
            _check_members(path, size, members, limits)
            return {info.filename[:-4]: _member(path, opened, archive, info, limits) for info in members}
    except ArchiveError:
        raise
    except Exception as error:  # zipfile trusts its input; each method of compression has exceptions of its own
        raise ArchiveError(f"{quoted(path)} cannot be read as .npz: {last_sentence(error)}.") from error


def _check_members(path: str, size: int, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    limits.check_files(path, len(members))
    if sum(info.compress_size for info in members) > size:
        raise ArchiveError(f"{quoted(path)} has members that overlap, so it is not read; save the arrays again.")


def _member(
    path: str, opened: Opened, archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits
) -> ForeignTensor:
    where = f"{path}:{info.filename}"
    with archive.open(info) as file:
        shape, fortran, dtype, offset = _layout(file, where)
    size = math.prod(shape) * dtype.itemsize
    if size != info.file_size - offset:
        raise ArchiveError(f"{quoted(where)} holds {info.file_size - offset} bytes where its shape needs {size}.")

    def load() -> Array:
        limits.check_unpacked(where, info.file_size, info.compress_size)
        try:
            with opened() as again, again.open(info) as file:
                data = file.read(info.file_size)
        except Exception as error:  # zlib, lzma and zipfile each have their own
            raise ArchiveError(f"{quoted(where)} cannot be unpacked: {last_sentence(error)}.") from error
        return _shaped(where, memoryview(data)[offset:], shape, fortran, dtype)

    return ForeignTensor(where, shape, _type_name(dtype), info.compress_size, load)


def _layout(file: IO[bytes], where: str) -> Layout:
    """The header of a file: Python text that numpy evaluates as a literal. Its length may be a lie, too."""
    from numpy.lib import format as npy

    start = file.read(12)
    length = int.from_bytes(start[8:10] if start[6:7] == b"\1" else start[8:12], "little")
    if length > _MOST_HEADER:
        raise ArchiveError(f"{quoted(where)} claims a header of {length} bytes, so it is not read.")
    size = (10 if start[6:7] == b"\1" else 12) + length
    head = io.BytesIO(start + file.read(size - len(start)))
    try:
        version = npy.read_magic(head)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of headers that Python 2 wrote
            shape, fortran, dtype = read(head)
    except Exception as error:  # a hostile header can raise almost anything
        raise ArchiveError(f"{quoted(where)} is not a numpy array: {last_sentence(error)}.") from error
    plausible_items(quoted(where), dtype)
    return plausible_shape(quoted(where), shape, dtype.itemsize), bool(fortran), dtype, size


def _shaped(where: str, data: memoryview, shape: tuple[int, ...], fortran: bool, dtype: np.dtype[Any]) -> Array:
    import numpy as np

    count = math.prod(shape)
    items = np.frombuffer(data, dtype, count) if count else np.zeros(0, dtype)
    if dtype.kind == "U" and count and items.view(dtype.byteorder.replace("|", "<") + "u4").max() > sys.maxunicode:
        raise ArchiveError(f"{quoted(where)} holds text that is not Unicode; it is damaged.")
    array = items.reshape(shape, order="F" if fortran else "C")
    array.flags.writeable = False
    return array


def _type_name(dtype: np.dtype[Any]) -> str:
    return "string" if dtype.kind in "US" else str(dtype.newbyteorder("=").name)


def write_npy(path: str | os.PathLike[str], array: Array) -> None:
    """Write `array` as a `.npy` file."""
    import numpy as np

    with atomic_writer(path) as file:
        np.lib.format.write_array(file, np.asarray(array), allow_pickle=False)


def write_npz(path: str | os.PathLike[str], arrays: Mapping[str, Array]) -> None:
    """Write arrays as a `.npz` file, one member at a time.

    `numpy.savez` takes the names for arguments of its own: one array called `file` is a TypeError.
    """
    import numpy as np

    with atomic_writer(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(array), allow_pickle=False)
