"""The weights of a model as the analysis asks for them: headers read from the model's files, each once.

Not here: the data of tensors (`archive`), what does not fit (`model/weights.py`).
"""

from __future__ import annotations

from ..archive import ArchiveError, Model
from ..model.weights import WeightHeader


class ModelWeights:
    """Answers from the files of an opened model; `forget` when they may have changed."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.forget()

    def forget(self) -> None:
        """Read headers anew when they are asked for next."""
        self._headers: dict[str, WeightHeader | None] = {}
        self._any: bool | None = None

    def any(self) -> bool:
        """Whether the model has any data files."""
        if self._any is None:
            try:
                self._any = bool(self.model.labels())
            except ArchiveError:
                self._any = False
        return self._any

    def header(self, label: str) -> WeightHeader | None:
        """The header of a label's file, None if there is no such file."""
        if label not in self._headers:
            self._headers[label] = self._read(label)
        return self._headers[label]

    def quantization(self) -> str | None:
        """The text of the model's graph.quant, None if it has none."""
        try:
            return self.model.quant_text()
        except ArchiveError:
            return None

    def _read(self, label: str) -> WeightHeader | None:
        try:
            if not self.model.has(label):
                return None
            header = self.model.header(label)
        except ArchiveError as error:
            return WeightHeader((), "?", "?", str(error))
        return WeightHeader(tuple(header.shape), header.nnef_type, header.item_type)
