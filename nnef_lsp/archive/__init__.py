"""Model files: the one place where bytes of a model are read or written.

`open_model(path)` takes a folder, a `.nnef` file or a (compressed) tar and gives a `Model`; `write_tensor` writes a
`.dat` file. Everything raises `ArchiveError`, whose text is one sentence for the user. Importing this needs no numpy.
"""

from nnef_lsp.archive.containers.model import Model, open_model
from nnef_lsp.archive.errors import ArchiveError, LimitError, MissingPackageError
from nnef_lsp.archive.limits import Limits, limits_from_environment
from nnef_lsp.archive.tensors.dat import (
    TensorFile,
    decode_tensor,
    encode_tensor,
    open_tensor,
    read_tensor,
    write_tensor,
)
from nnef_lsp.archive.tensors.dat_header import Header, read_header

__all__ = [
    "ArchiveError",
    "Header",
    "LimitError",
    "Limits",
    "MissingPackageError",
    "Model",
    "TensorFile",
    "decode_tensor",
    "encode_tensor",
    "limits_from_environment",
    "open_model",
    "open_tensor",
    "read_header",
    "read_tensor",
    "write_tensor",
]
