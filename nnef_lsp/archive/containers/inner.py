"""A model within a model: what `tract_core_submodel` names by a label.

It is a folder of the model, or an archive `LABEL.nnef.tgz` or `LABEL.nnef.tar` in a model that is a folder.
"""

from __future__ import annotations

from nnef_lsp.archive.blobs import Blob, FileBlob
from nnef_lsp.archive.containers.model import Model, Store, open_model
from nnef_lsp.archive.errors import ArchiveError, quoted
from nnef_lsp.archive.names import GRAPH


class Part:
    """The files of a container in one of its folders, under their names there."""

    def __init__(self, store: Store, folder: str) -> None:
        self.store, self.folder = store, f"{folder}/"

    @property
    def notices(self) -> list[str]:
        return []

    def names(self) -> list[str]:
        return [name[len(self.folder) :] for name in self.store.names() if name.startswith(self.folder)]

    def find(self, name: str) -> Blob | None:
        return self.store.find(self.folder + name)

    def close(self) -> None:
        """The container belongs to the outer model."""


def inner_model(model: Model, label: str) -> Model:
    """The model of a label within a model; raises `ArchiveError` if there is none, or an archive within an archive."""
    if label.strip("./") and model.store.find(f"{label}/{GRAPH}") is not None:
        return Model(f"{model.path}/{label}", Part(model.store, label), GRAPH, model.limits)
    for ending in (".nnef.tgz", ".nnef.tar"):
        blob = model.store.find(label + ending) if label.strip("./") else None
        if isinstance(blob, FileBlob):
            return open_model(blob.path, model.limits)
        if blob is not None:
            raise ArchiveError(f"'{quoted(label + ending)}' is an archive within an archive, which is not read.")
    raise ArchiveError(f"{quoted(model.path)} has no other model '{quoted(label)}'.")
