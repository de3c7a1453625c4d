"""Files of llama.cpp's GGUF, through the optional package `gguf`.

Here: tensors by name, block formats given as float32. Not here: the metadata. Raises ArchiveError, and
MissingPackageError when the package is not installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnef_lsp.archive.blobs import FileBlob
from nnef_lsp.archive.errors import ArchiveError, MissingPackageError, last_sentence, quoted
from nnef_lsp.archive.limits import Limits
from nnef_lsp.archive.tensors.plausible import plausible_shape
from nnef_lsp.archive.tensors.tensor import ForeignTensor

if TYPE_CHECKING:
    from nnef_lsp.archive.arrays import Array

_PLAIN = {
    "F16": "float16",
    "F32": "float32",
    "F64": "float64",
    "BF16": "bfloat16",
    "I8": "int8",
    "I16": "int16",
    "I32": "int32",
    "I64": "int64",
}


def read_gguf(path: str, limits: Limits) -> dict[str, ForeignTensor]:
    """The tensors of a file by name, memory-mapped; extents in the order of NNEF, the last one contiguous."""
    if FileBlob(path).read(0, 4) != b"GGUF":
        raise ArchiveError(f"{quoted(path)} is not a GGUF file.")
    try:
        import gguf
    except ImportError:
        raise MissingPackageError(f"{quoted(path)} needs a package to be read; run 'pip install gguf'.") from None
    try:
        reader = gguf.GGUFReader(path)
        limits.check_files(path, len(reader.tensors))
        return {tensor.name: _tensor(path, tensor, limits) for tensor in reader.tensors}
    except ArchiveError:
        raise
    except Exception as error:  # the package trusts its input, so a hostile file raises anything
        raise ArchiveError(f"{quoted(path)} cannot be read as GGUF: {last_sentence(error)}.") from error


def _tensor(path: str, tensor: Any, limits: Limits) -> ForeignTensor:
    code = tensor.tensor_type.name
    where = f"{path}:{quoted(tensor.name)}"
    shape = plausible_shape(where, [int(extent) for extent in reversed(tensor.shape)], 1)
    needed = 4 * int(tensor.n_elements)

    def load() -> Array:
        import numpy as np
        from gguf.quants import dequantize

        if code in _PLAIN and code != "BF16":
            array = np.asarray(tensor.data).reshape(shape)
        else:
            limits.check_bytes(where, needed)
            try:
                array = dequantize(tensor.data, tensor.tensor_type).reshape(shape)
            except Exception as error:
                raise ArchiveError(f"{where} cannot be decoded: {last_sentence(error)}.") from error
        result: Array = array.view()
        result.flags.writeable = False
        return result

    return ForeignTensor(where, shape, _PLAIN.get(code, code), int(tensor.n_bytes), load)
