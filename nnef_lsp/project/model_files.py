"""The files of a model as the analysis and the editor ask for them: headers of weights, resources, other models.

Each is read once, through `archive`, which never leaves the model.

Not here: the data of tensors (`archive`), what does not fit (`model/checks/weights.py`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterator
from math import prod
from typing import TYPE_CHECKING, Any

from ..archive import ArchiveError, LimitError, Model
from ..archive.containers.inner import inner_model
from ..archive.names import DAT, GRAPH
from ..archive.tensors.few import few_items
from ..model.values.tensor import ANY, Items, Tensor
from ..model.weights import WeightHeader
from .json_places import keys_of, steps_of

if TYPE_CHECKING:
    from ..syntax.source import Source


MAX_DEPTH, MAX_MODELS = 8, 100
"""How deep models are looked for within models, and how many: a link that leads back makes a model hold itself."""


class ModelWeights:
    """Answers from the files of an opened model; `forget` when they may have changed."""

    def __init__(
        self, model: Model, outer: ModelWeights | None = None, edited: Callable[[], Source | None] | None = None
    ) -> None:
        """`edited` gives graph.quant as an editor has it, which goes before the file; None if none is open."""
        self.model, self.outer = model, outer
        self.edited = edited or (lambda: None)
        self.depth: int = 0 if outer is None else outer.depth + 1
        self.forget()

    def forget(self) -> None:
        """Read headers anew when they are asked for next."""
        self._headers: dict[str, WeightHeader | None] = {}
        self._items: dict[str, tuple[Items, ...] | None] = {}
        self._documents: dict[str, Any] = {}
        self._submodels: dict[str, Any] = {}
        self._opened: list[int] = [0] if self.outer is None else self.outer._opened
        self.endless = False
        """Whether models were found within models until there were too many."""
        self._any: list[bool | None] = []
        self._quantized: set[str] | None = None

    def any(self) -> bool | None:
        """Whether the model has any data files; None if its folder is too large to tell."""
        if not self._any:
            try:
                self._any = [self.model.has_weights()]
            except ArchiveError:
                self._any = [False]
        return self._any[0]

    def header(self, label: str) -> WeightHeader | None:
        """The header of a label's file, None if there is no such file."""
        if label not in self._headers:
            self._headers[label] = self._read(label)
        return self._headers[label]

    def few_items(self, label: str, most: int) -> tuple[Items, ...] | None:
        """The items of a label's tensor in row-major order; None if there are more than `most` or they cannot be read."""
        header = self.header(label)
        if header is None or header.problem is not None or prod(header.shape) > most:
            return None
        if label not in self._items:
            try:
                self._items[label] = few_items(self.model.tensor(label), most)
            except ArchiveError:
                self._items[label] = None
        return self._items[label]

    def quantization(self) -> str | None:
        """The text of the model's graph.quant, None if it has none."""
        edited = self.edited()
        if edited is not None:
            return edited.text
        try:
            return self.model.quant_text()
        except ArchiveError:
            return None

    def quantized_types(self) -> dict[str, str]:
        """The data types that the model's graph.quant gives to names."""
        from ..model.quantization.types import quantized_types

        text = self.quantization()
        return quantized_types(text) if text else {}

    def quantized(self) -> Collection[str]:
        """The names of the tensors that graph.quant had entries for when this was asked first."""
        if self._quantized is None:
            self._quantized = self.quantized_now()
        return self._quantized

    def quantized_now(self) -> set[str]:
        """The names of the tensors that graph.quant has entries for."""
        from ..syntax import nodes as n
        from ..syntax.source import Source

        source = self.edited()
        text = self.quantization() if source is None else None
        trees = [segment.tree() for segment in source or (Source(text, "quant") if text else ())]
        return {tree.key.value for tree in trees if isinstance(tree, n.Quantization)}

    def numbers(self, label: str) -> Iterator[float]:
        """The items of a label's data file in order, codes as they are; nothing of item types that are neither floating-point
        numbers nor codes of whole bytes, and nothing behind a place that cannot be read."""
        try:
            yield from self.model.tensor(label).numbers()
        except ArchiveError:
            return

    def resource(self, label: str, key: str) -> Any:
        """A value of a JSON file of the model, for `tract_resource_get`; raises `NoResource`."""
        return value_at(self.document(label), key, resource_file(label))

    def document(self, label: str) -> Any:
        """What a JSON file of the model says; raises `NoResource`."""
        from ..model.weights import NoResource

        if label not in self._documents:
            self._documents[label] = self._document(resource_file(label))
        document = self._documents[label]
        if isinstance(document, NoResource):
            raise NoResource(document.at, document.message, document.names)
        return document

    def _document(self, file: str) -> Any:
        """What a JSON file says, or why that cannot be told."""
        from ..model.weights import NoResource

        try:
            return json.loads(self.model.text_resource(file), parse_constant=_no_constant)
        except LimitError as error:
            return NoResource("label", str(error).rstrip("."))
        except ArchiveError:
            return NoResource("label", f"the model has no file '{file}'", self.resources())
        except (ValueError, RecursionError) as error:
            return NoResource("label", f"'{file}' is not JSON: {error}")

    def text(self, file: str) -> str | None:
        """The text of a file of the model, None if it has none."""
        try:
            return self.model.text_resource(file).decode("utf-8-sig", "replace")
        except ArchiveError:
            return None

    def submodel_file(self, label: str) -> str | None:
        """Where the model that lies beside the graph under a label begins: its graph.nnef, or its archive."""
        if not label.strip("./"):
            return None  # the model itself
        for file in (f"{label}/{GRAPH}", f"{label}.nnef.tgz", f"{label}.nnef.tar"):
            try:
                self.model.blob(file)
            except ArchiveError:
                continue
            return file
        return None

    def submodel_text(self, label: str) -> str | None:
        """The graph of the model that lies beside the graph under a label; None if there is none to be read."""
        found = self.inside(label)
        return None if found is None else found[0].text

    def inside(self, label: str) -> tuple[Source, ModelWeights] | None:
        """The graph of the model under a label, and the weights beside that; None if they cannot be read."""
        from ..syntax.source import Source

        if self.depth >= MAX_DEPTH:
            return None
        try:
            inner = inner_model(self.model, label)
            return Source(inner.graph_text()), ModelWeights(inner, self)
        except ArchiveError:
            return None

    def submodel(self, label: str) -> list[Tensor] | None:
        """The outputs of the model that lies beside the graph under a label, for `tract_core_submodel`; None if they
        cannot be known.  Raises `NoResource`."""
        from ..model.weights import NoResource

        if label not in self._submodels:
            self._submodels[label] = self._outputs(label)
        found = self._submodels[label]
        if isinstance(found, NoResource):
            raise NoResource(found.at, found.message, found.names)
        return found  # type: ignore[no-any-return]

    def _outputs(self, label: str) -> Any:
        """What `submodel` returns or raises."""
        from ..model.analysis.analysis import Analysis
        from ..model.weights import NoResource

        if self.submodel_file(label) is None:
            message = f"the model has no folder or archive '{label}' with another model"
            return NoResource("label", message, self.submodels())
        self._opened[0] += 1
        self.endless |= self.depth >= MAX_DEPTH or self._opened[0] > MAX_MODELS
        found = None if self.endless else self.inside(label)
        outputs = None
        if found is not None:
            analysis = Analysis(found[0], weights=found[1])
            tensors = analysis.tensors()
            outputs = [tensors.get(output, ANY) for output in analysis.outputs]
            self.endless |= found[1].endless
        if self.endless:
            return NoResource("label", f"the other model '{label}' holds others too deep, or itself")
        return outputs

    def labels(self) -> list[str]:
        """The labels of all data files."""
        return self._listed(DAT)

    def resources(self) -> list[str]:
        """The names of all JSON files, as `tract_resource_get` wants them."""
        return self._listed(".json")

    def submodels(self) -> list[str]:
        """The labels of all other models."""
        found = [*self._listed("/" + GRAPH), *self._listed(".nnef.tgz"), *self._listed(".nnef.tar")]
        return sorted(set(found))

    def _listed(self, ending: str) -> list[str]:
        try:
            return [name[: -len(ending)] for name in self.model.files() if name.endswith(ending)]
        except ArchiveError:
            return []

    def _read(self, label: str) -> WeightHeader | None:
        try:
            if not self.model.has(label):
                return None
            header = self.model.header(label)
        except ArchiveError as error:
            return WeightHeader((), "?", "?", str(error))
        ranged = header.deprecated_range is not None
        return WeightHeader(tuple(header.shape), header.nnef_type, header.item_type, has_range=ranged)


def files_of(weights: object) -> ModelWeights | None:
    """The files behind an analysis, None for a text without any."""
    return weights if isinstance(weights, ModelWeights) else None


def resource_file(label: str) -> str:
    """The file of a resource."""
    return f"{label}.json"


def value_at(document: Any, key: str, file: str) -> Any:
    """The value that a path like `$.a.b[0]` leads to; raises `NoResource`."""
    from ..model.weights import NoResource

    steps = steps_of(key)
    if steps is None:
        raise NoResource("key", f"a key is written like '$.name.other[0]', found '{key}'")
    value, path = document, "$"
    for step in steps:
        path += f".{step}" if isinstance(step, str) else f"[{step}]"
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            raise NoResource("key", f"'{file}' has no value at '{path}'", keys_of(document)) from None
    problem = _unusable(value)
    if problem:
        raise NoResource("key", f"'{file}' has {problem} at '{key}', which is not a value for a graph")
    return value


def _unusable(value: Any, depth: int = 0) -> str | None:
    """What a value of a JSON text is that no graph can hold, None for any other."""
    if isinstance(value, dict):
        return "an object" if not depth else "an object in a list"
    if isinstance(value, list):
        if depth == MAX_DEPTH:
            return "lists that are nested too deep"
        return next((problem for item in value if (problem := _unusable(item, depth + 1))), None)
    if isinstance(value, int) and not -(1 << 63) <= value < 1 << 63:
        return "an integer of more than 64 bits"
    if isinstance(value, float) and not math.isfinite(value):
        return "a number beyond the range of float64"
    return "null" if value is None else None


def _no_constant(name: str) -> Any:
    """`NaN` and infinities, which Python takes and JSON does not have."""
    raise ValueError(f"{name} is not a JSON value")
