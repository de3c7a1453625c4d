"""Other people's weights: any supported file as tensors by name.

Here: telling formats apart, and `tensor_at`, one tensor of any file or model. Not here: the formats (npy.py,
safetensors.py, gguf.py). Raises ArchiveError.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from nnef_lsp.archive.blobs import FileBlob
from nnef_lsp.archive.containers.model import Model, open_model
from nnef_lsp.archive.errors import ArchiveError, quoted
from nnef_lsp.archive.limits import Limits, limits_from_environment
from nnef_lsp.archive.names import DAT
from nnef_lsp.archive.tensors.dat import TensorFile, open_tensor
from nnef_lsp.archive.tensors.tensor import ForeignTensor, Tensor

SUFFIXES = (".npy", ".npz", ".safetensors", ".gguf")


def is_foreign(path: str | os.PathLike[str]) -> bool:
    return os.fspath(path).lower().endswith(SUFFIXES)


def read_foreign(path: str | os.PathLike[str], limits: Limits | None = None) -> dict[str, ForeignTensor]:
    """The tensors of a `.npy`, `.npz`, `.safetensors` or `.gguf` file; each is read when its array is asked for.

    The one array of a `.npy` file bears the file's name.
    """
    text = os.fspath(path)
    limits = limits or limits_from_environment()
    suffix = os.path.splitext(text)[1].lower()
    if suffix == ".npy":
        from nnef_lsp.archive.tensors.npy import read_npy

        return {os.path.splitext(os.path.basename(text))[0]: read_npy(text)}
    if suffix == ".npz":
        from nnef_lsp.archive.tensors.npy import read_npz

        return read_npz(text, limits)
    if suffix == ".safetensors":
        from nnef_lsp.archive.tensors.safetensors import read_safetensors

        return read_safetensors(text, limits)
    if suffix == ".gguf":
        from nnef_lsp.archive.tensors.gguf import read_gguf

        return read_gguf(text, limits)
    raise ArchiveError(f"{quoted(text)} is not a weights file; known are {', '.join(SUFFIXES)} and {DAT}.")


@contextmanager
def tensor_at(path: str, label: str | None = None, limits: Limits | None = None) -> Iterator[Tensor]:
    """One tensor of anything: a `.dat` file, a foreign file, or a model with `label`."""
    if path.lower().endswith(DAT) or (label is None and _begins_like_dat(path)):
        yield open_tensor(path, limits)
    elif is_foreign(path):
        tensors = read_foreign(path, limits)
        yield tensors[_chosen(path, label, sorted(tensors))]
    else:
        with open_model(path, limits) as model:
            yield _of_model(model, path, label)


def _begins_like_dat(path: str) -> bool:
    from nnef_lsp.archive.tensors.dat_header import MAGIC

    return os.path.isfile(path) and FileBlob(path).read(0, 2) == MAGIC


def _of_model(model: Model, path: str, label: str | None) -> TensorFile:
    # Not `labels()` when a label is given: that would read a compressed archive to its end.
    return model.tensor(label if label is not None else _chosen(path, label, model.labels()))


def _chosen(path: str, label: str | None, names: list[str]) -> str:
    if label is None and len(names) == 1:
        return names[0]
    if label in names:
        return label
    some = ", ".join(f"'{quoted(name, 60)}'" for name in names[:5]) + (", ..." if len(names) > 5 else "")
    what = "several tensors; choose one with --label" if label is None else f"no tensor '{quoted(label)}'"
    raise ArchiveError(f"{quoted(path)} holds {what if names else 'no tensor'}{': ' + some if names else ''}.")
