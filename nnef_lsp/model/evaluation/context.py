"""What a document offers to the evaluation of its statements, besides names and operations.

One object for each document that is analysed (and for each that is flattened).  Evaluators hand it on, shape rules
reach it as `call.host.context`.

Not here: evaluation.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from ..extents.dims import Extent, Symbol
from ..operations.custom import NO_CUSTOM_SHAPES, CustomShapes
from ..values.values import Value
from ..weights import NoWeights, Weights

if TYPE_CHECKING:
    from ..values.tensor import Items, Tensor

FEW = 16
"""Items up to which a variable is read with the graph: its shapes may depend on them. Scales and paddings have few, and
a network's biases, which nothing but a run needs, nearly always more."""
_DATUM_OF_ITEM = {
    "float16": "f16",
    "float32": "f32",
    "float64": "f64",
    "bool": "bool",
    "string": "string",
    **{f"{prefix}int{bits}": f"i{bits}" for prefix in ("", "q") for bits in (8, 16, 32, 64)},
    **{f"{prefix}int{bits}": f"u{bits}" for prefix in ("u", "qu") for bits in (8, 16, 32, 64)},
}


class Context:
    """`symbols` are the declared symbols with their values: extents, or integers where a run has bound them."""

    def __init__(
        self,
        symbols: Mapping[str, Extent] | None = None,
        weights: Weights | None = None,
        registries: Mapping[str, str] | None = None,
        quantized: Mapping[str, str] | None = None,
        custom: CustomShapes | None = None,
    ) -> None:
        self.symbols: Mapping[str, Extent] = symbols or {}
        self.weights: Weights = weights or NoWeights()
        self.registries: Mapping[str, str] = registries or {}
        """Operations that exist but are not enabled: the registry of each."""
        self.quantized: Mapping[str, str] = quantized or {}
        """Data types that graph.quant gives to names."""
        self.custom: CustomShapes = custom or NO_CUSTOM_SHAPES
        """Shape rules of the project for operations without a body."""
        self.bodiless: Collection[str] = ()
        """Fragments that are declared without a body, which the dialect does not look at."""
        self.minted: list[str] = []
        """Prefixes of the symbols made since the last `begin`."""
        self._before: Mapping[str, int] = {}

    def begin(self, before: Mapping[str, int] | None = None) -> None:
        """A statement is about to be evaluated; `before` counts the symbols made above it by prefix."""
        self.minted = []
        self._before = before or {}

    def fresh(self, prefix: str) -> Extent:
        """A new symbol for an extent that only a run tells: the prefix, then prefix_0, prefix_1, ..."""
        number = self._before.get(prefix, 0) + self.minted.count(prefix)
        self.minted.append(prefix)
        candidates = (f"{prefix}_{index - 1}" if index else prefix for index in range(number + len(self.symbols) + 2))
        free = [name for name in candidates if name not in self.symbols]
        return Symbol(free[number])

    def datum_of_label(self, label: str) -> str | None:
        """The data type that a variable takes from its file; None if there is no such file."""
        header = self.weights.header(label)
        if header is None or header.problem is not None:
            return None
        return _DATUM_OF_ITEM.get(header.item_type, "f32")

    def items_of_label(self, label: str) -> tuple[Items, ...] | None:
        """The items of a variable of a few, in row-major order; None if its file has more, or none is there."""
        read = getattr(self.weights, "few_items", None)
        found: tuple[Items, ...] | None = None if read is None else read(label, FEW)
        return found

    def resource(self, label: str, key: str) -> Value:
        """A value of a resource beside the graph; `MISSING` if it cannot be known."""
        return self.weights.resource(label, key)

    def submodel(self, label: str) -> list[Tensor] | None:
        """The outputs of another model beside the graph; None if they cannot be known."""
        return list(self.weights.submodel(label) or ()) or None


NO_CONTEXT = Context()
