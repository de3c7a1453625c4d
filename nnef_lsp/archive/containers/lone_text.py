"""A model that is only the text of a graph: on standard input, or made in memory.

Not here: models with files (`model.py`).
"""

from __future__ import annotations

from nnef_lsp.archive.blobs import BytesBlob
from nnef_lsp.archive.containers.model import Model
from nnef_lsp.archive.limits import Limits, limits_from_environment
from nnef_lsp.archive.names import GRAPH


class LoneText:
    """The files of such a model: its graph."""

    notices: list[str] = []

    def __init__(self, path: str, data: bytes) -> None:
        self._files = {GRAPH: BytesBlob(path, data)}

    def names(self) -> list[str]:
        """All files."""
        return list(self._files)

    def find(self, name: str) -> BytesBlob | None:
        """One file."""
        return self._files.get(name)

    def close(self) -> None:
        """Nothing is open."""


def text_model(path: str, data: bytes, limits: Limits | None = None) -> Model:
    """The model of a text in UTF-8; `path` names it in messages."""
    return Model(path, LoneText(path, data), GRAPH, limits or limits_from_environment())
