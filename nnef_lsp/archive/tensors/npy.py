"""numpy's files: `.npy` and `.npz`.

Here: reading without ever unpickling and without believing a header, writing `.npy`. Not here: what is done with the
arrays. Raises ArchiveError.
"""

from __future__ import annotations

import math
import os
import zipfile
from typing import IO, TYPE_CHECKING, Any

from nnef_lsp.archive.atomic import atomic_writer
from nnef_lsp.archive.blobs import FileBlob
from nnef_lsp.archive.errors import ArchiveError, LimitError, last_sentence, quoted
from nnef_lsp.archive.limits import VARIABLE, Limits, bytes_text
from nnef_lsp.archive.tensors.tensor import ForeignTensor

if TYPE_CHECKING:
    import numpy as np

    from nnef_lsp.archive.arrays import Array

Layout = tuple[tuple[int, ...], bool, "np.dtype[Any]"]


def read_npy(path: str) -> ForeignTensor:
    """The array of a `.npy` file, memory-mapped."""
    blob = FileBlob(path)
    with open(path, "rb") as file:
        shape, fortran, dtype = _layout(file, path)
        offset = file.tell()
    if blob.size - offset < math.prod(shape) * dtype.itemsize:
        raise ArchiveError(
            f"{quoted(path)} holds fewer items than its shape {list(shape)} needs; the copy is incomplete."
        )

    def load() -> Array:
        return _shaped(blob.buffer()[offset:], shape, fortran, dtype)

    return ForeignTensor(path, shape, _type_name(dtype), blob.size, load)


def read_npz(path: str, limits: Limits) -> dict[str, ForeignTensor]:
    """The arrays of a `.npz` file by name; each is unpacked when asked for."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if info.filename.endswith(".npy")]
            return {info.filename[:-4]: _member(path, archive, info, limits) for info in members}
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise ArchiveError(f"{quoted(path)} cannot be read as .npz: {last_sentence(error)}.") from error


def _member(path: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits) -> ForeignTensor:
    where = f"{path}:{info.filename}"
    with archive.open(info) as file:
        shape, fortran, dtype = _layout(file, where)
        offset = file.tell()
    size = math.prod(shape) * dtype.itemsize
    if size != info.file_size - offset:
        raise ArchiveError(f"{quoted(where)} holds {info.file_size - offset} bytes where its shape needs {size}.")

    def load() -> Array:
        if size > limits.max_bytes:
            raise LimitError(f"{quoted(where)} unpacks to {bytes_text(size)}; raise {VARIABLE} to read it.")
        try:
            with zipfile.ZipFile(path) as again, again.open(info.filename) as file:
                data = file.read(info.file_size)
        except Exception as error:  # zlib, lzma and zipfile each have their own
            raise ArchiveError(f"{quoted(where)} cannot be unpacked: {last_sentence(error)}.") from error
        return _shaped(memoryview(data)[offset:], shape, fortran, dtype)

    return ForeignTensor(where, shape, _type_name(dtype), info.compress_size, load)


def _layout(file: IO[bytes], where: str) -> Layout:
    """(shape, in Fortran order, dtype) from a numpy header, which is Python text that numpy evaluates as a literal."""
    from numpy.lib import format as npy

    try:
        version = npy.read_magic(file)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, fortran, dtype = read(file)
    except Exception as error:  # a hostile header can raise almost anything
        raise ArchiveError(f"{quoted(where)} is not a numpy array: {last_sentence(error)}.") from error
    if dtype.hasobject:
        raise ArchiveError(f"{quoted(where)} holds Python objects, which are not read; save plain numbers instead.")
    if any(extent < 0 for extent in shape) or math.prod(extent for extent in shape if extent) >= 1 << 58:
        raise ArchiveError(f"{quoted(where)} claims the impossible shape {quoted(list(shape))}.")
    return tuple(int(extent) for extent in shape), bool(fortran), dtype


def _shaped(data: memoryview, shape: tuple[int, ...], fortran: bool, dtype: np.dtype[Any]) -> Array:
    import numpy as np

    count = math.prod(shape)
    items = np.frombuffer(data, dtype, count) if count and dtype.itemsize else np.zeros(count, dtype)
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
