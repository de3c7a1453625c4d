"""Literals as tensors and constant tensors as attributes: the conversions of a dialect with exact data types.

In such a dialect a literal that stands where a tensor is expected *is* a constant tensor (an integer has the type of
extents, tdim), an array literal is the stack of its items, and a constant tensor may stand where a number, a list or a
string is expected.  `Tensor.value` of a constant holds its items as nested tuples in row-major order; it is an `Opaque`
where nothing is known of them.

Not here: which parameter wants what (`evaluation/arguments.py`), the types of results (`dtypes/results.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from ..extents.dims import Dim, Extent
from .tensor import Items, Opaque, Tensor, tensor
from .types import Type
from .values import Value

TDIM = "tdim"
_LOGICAL = Type("primitive", "logical")
MAX_BITS = 128
"""Largest integer that is computed: far beyond every extent, and small enough to be computed at once."""
MAX_FOLDED = 64
"""Items up to which operations on constants are computed: shapes have few, and more is work for a run."""


def wire(value: Value) -> Value:
    """The tensor that a value makes; a list or tuple with tensors in it that are not constants stays as it is."""
    if isinstance(value, Tensor) or value is None:
        return value
    if isinstance(value, bool):
        return tensor("bool", (), value)
    if isinstance(value, (int, Dim)):
        return tensor(TDIM, (), value)
    if isinstance(value, float):
        return tensor("f32", (), value)
    if isinstance(value, str):
        return tensor("string", (), value)
    if isinstance(value, Opaque) and value.type == _LOGICAL:
        return tensor("bool", ())  # a comparison of extents
    if isinstance(value, tuple) and len(value) == 1:
        return wire(value[0])
    if isinstance(value, (list, tuple)):
        return stacked(list(value))
    return value


def stacked(items: list[Value]) -> Value:
    """The constant that an array literal makes, or the list of its items as tensors where they are not constants."""
    if not items:
        return tensor("f32", (0,), ())
    plain = _OF_ITEMS.get(type(items[0]))
    if plain is not None and len({type(item) for item in items}) == 1:  # a million numbers need no tensor each
        return tensor(plain, (len(items),), tuple(cast("list[Items]", items)))
    wires = [wire(item) for item in items]
    known = [item for item in wires if isinstance(item, Tensor) and item.value is not None]
    known = [item for item in known if not isinstance(item.value, Opaque)]
    if len(known) < len(wires) or len({(item.dtype, item.shape) for item in known}) > 1:
        return wires
    first = known[0]
    dtype = first.dtype
    value = tuple([item.value for item in known])
    if dtype == TDIM and all(isinstance(item, int) for item in flat(value)):
        dtype = "i32"
    return tensor(dtype, (len(wires), *(first.shape or ())), value)


_OF_ITEMS: dict[type, str] = {float: "f32", int: "i32", bool: "bool", str: "string"}
"""The data type of an array literal by the Python type of its items."""


def flat(value: Items) -> list[Items]:
    """The items of nested tuples in row-major order."""
    if not isinstance(value, tuple):
        return [value]
    if value and isinstance(value[0], tuple):
        return [part for item in value for part in flat(item)]
    return list(value)


def nested(items: Sequence[Items], shape: tuple[Extent, ...]) -> Items:
    """Items in row-major order as nested tuples of a shape of integers."""
    if not shape:
        return items[0]
    count = shape[0]
    assert isinstance(count, int)
    if len(shape) == 1:
        return tuple(items)
    step = len(items) // count if count else 0
    return tuple([nested(items[index * step : (index + 1) * step], shape[1:]) for index in range(count)])


def is_small(fact: Tensor) -> bool:
    """Whether a tensor is a constant whose items are worth computing with."""
    return fact.value is not None and fact.shape is not None and len(flat(fact.value)) <= MAX_FOLDED


def attribute(value: Value, type: Type) -> Value:
    """The value of an attribute of this type; a tensor that is not a constant stays a tensor.

    A constant tensor is cast to integers, a number with a point that stands there is not.
    """
    if type.kind == "array":
        return _items(value, type)
    if type.kind != "primitive":
        return value
    if isinstance(value, Tensor):
        items = flat(value.value)
        if len(items) != 1 or items[0] is None or isinstance(items[0], Opaque):
            return value
        value = whole(items[0]) if type.name == "integer" else items[0]
    return _primitive(value, type.name)


def _primitive(value: Value, name: str) -> Value:
    if name == "scalar" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if name == "logical" and isinstance(value, int):
        return bool(value)
    return value


def whole(value: Value) -> Value:
    """Numbers as integers, where a constant tensor is read as some, or a list of them is cast.  Elsewhere a number that is
    written with a point is not one: `axes = [1.0]` is refused."""
    if isinstance(value, list):
        return [whole(item[0] if isinstance(item, list) and len(item) == 1 else item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**63 else value


def _items(value: Value, type: Type) -> Value:
    if isinstance(value, Tensor):
        if value.value is None or value.shape is None or len(value.shape) > 1:
            return value
        if any(isinstance(item, Opaque) for item in flat(value.value)):
            return value
        value = [whole(item) if type.items[0].name == "integer" else item for item in flat(value.value)]
    if isinstance(value, (list, tuple)):
        return [attribute(item, type.items[0]) for item in value]
    return value if value is None or isinstance(value, Opaque) else [attribute(value, type.items[0])]
