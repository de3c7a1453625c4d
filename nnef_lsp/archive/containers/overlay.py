"""A container with some files replaced, added or left out: what a model would be after a change, before anything is written.

Not here: the files that are put over others.
"""

from __future__ import annotations

from collections.abc import Mapping

from nnef_lsp.archive.blobs import Blob
from nnef_lsp.archive.containers.model import Model, Store


class Overlay:
    """The files of `below`, but those that `files` names: another blob, or None for one that is left out."""

    def __init__(self, below: Store, files: Mapping[str, Blob | None]) -> None:
        self.below, self.files = below, dict(files)

    @property
    def notices(self) -> list[str]:
        """What is odd about the container below."""
        return self.below.notices

    def names(self) -> list[str]:
        """All files, sorted."""
        kept = {name for name in self.below.names() if name not in self.files}
        return sorted(kept | {name for name, blob in self.files.items() if blob is not None})

    def find(self, name: str) -> Blob | None:
        """One file."""
        return self.files[name] if name in self.files else self.below.find(name)

    def close(self) -> None:
        """Forget open files of the container below."""
        self.below.close()


def overlaid(model: Model, files: Mapping[str, Blob | None]) -> Model:
    """A model with some of its files replaced, added or (None) left out."""
    return Model(model.path, Overlay(model.store, files), model.graph_name, model.limits)
