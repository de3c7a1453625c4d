"""The weights of a model as the analysis asks for them: headers read from the model's files, each once.

Not here: the data of tensors (`archive`), what does not fit (`model/weights.py`).
"""

from __future__ import annotations

import json
import os
import re
from typing import Any

from ..archive import ArchiveError, Model, open_model
from ..model.facts import ANY, Tensor
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

    def resource(self, label: str, key: str) -> Any:
        """A value of a JSON file of the model, for `tract_resource_get`."""
        from ..model.context import NoResource

        file = f"{label}.json"
        try:
            document = json.loads(self.model.resource(file))
        except ArchiveError:
            raise NoResource("label", f"the model has no file '{file}'") from None
        except ValueError as error:
            raise NoResource("label", f"'{file}' is no JSON: {error}") from None
        return value_at(document, key, file)

    def submodel(self, label: str) -> list[Tensor] | None:
        """The outputs of the model that lies beside the graph under a label, for `tract_core_submodel`."""
        from ..model.analysis import Analysis
        from ..syntax.source import Source

        for name in (f"{label}/{self.model.graph_name}", f"{label}.nnef.tgz", f"{label}.nnef.tar"):
            try:
                if name.endswith(".nnef"):
                    text = self.model.resource(name).decode()
                else:
                    text = open_model(os.path.join(self.model.path, name)).graph_text()
            except (ArchiveError, OSError, UnicodeDecodeError):
                continue
            analysis = Analysis(Source(text))
            tensors = analysis.tensors()
            return [tensors.get(output, ANY) for output in analysis.outputs]
        return None

    def _read(self, label: str) -> WeightHeader | None:
        try:
            if not self.model.has(label):
                return None
            header = self.model.header(label)
        except ArchiveError as error:
            return WeightHeader((), "?", "?", str(error))
        return WeightHeader(tuple(header.shape), header.nnef_type, header.item_type)


_STEP = re.compile(r"\.([A-Za-z0-9_+=-]+)|\[(\d+)\]")


def value_at(document: Any, key: str, file: str) -> Any:
    """The value that a path like `$.a.b[0]` leads to; raises `NoResource`."""
    from ..model.context import NoResource

    if not re.fullmatch(rf"\$({_STEP.pattern})*", key):
        raise NoResource("key", f"a key is written like '$.name.other[0]', found '{key}'")
    value, path = document, "$"
    for match in _STEP.finditer(key):
        path += match[0]
        try:
            value = value[match[1]] if match[1] else value[int(match[2])]
        except (KeyError, IndexError, TypeError):
            raise NoResource("key", f"'{file}' has no value at '{path}'") from None
    if value is None or isinstance(value, dict):
        kind = "an object" if isinstance(value, dict) else "null"
        raise NoResource("key", f"'{file}' has {kind} at '{key}', which is no value for a graph")
    return value
