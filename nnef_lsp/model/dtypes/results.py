"""Data types of results in a dialect with exact types, and the results' items where they are small constants.

Shape rules give shapes; here the type is added by what the operation does to types, and constants are folded, so that
shapes computed from `tract_core_shape_of` are known.  A rule may also give a whole `Tensor` and decide for itself.

Not here: shapes (`shapes/`), arithmetic on constants (`constant_folding.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ..extents.dims import product
from ..findings import CAST, READER
from ..operations.call import Call, PlainResult, Refusal, Results, each_of
from ..operations.declarations import Operation
from ..values.codes import product_type
from ..values.constants import TDIM, nested
from ..values.tensor import ANY, NOTHING_KNOWN, Items, Tensor, tensor
from ..values.values import Value
from .constant_folding import folded
from .promotion import (
    FLOATS,
    LIBRARY,
    SIGNED,
    UNSIGNED,
    UNSURE,
    check_constant,
    operating_type,
    select_type,
    super_type,
)

__all__ = ["DATUM_TYPES", "canonical", "datum_type", "facts_of_results", "operand_types", "super_type"]
DATUM_TYPES = (
    "bool", *UNSIGNED, *SIGNED, *FLOATS, "string", "blob", "complexi16", "complexi32", "complexi64", "complexf16",
    "complexf32", "complexf64",
)  # fmt: skip
"""All data types by the names that tract writes; it reads capital letters too."""
_QUANTIZED = re.compile(r"(qu8|qi8|qi32)\(z:(-?\d+) s:([-+.e\d]+)\)", re.IGNORECASE)
_OF_GENERIC = {"scalar": "f32", "integer": "i64", "logical": "bool", "string": "string"}
_COMBINED = ("combined", "comparison")
"""Result types of operations whose first two operands are brought to one type."""


def facts_of_results(operation: Operation, call: Call, shapes: Results, generic: str | None) -> Value:
    """The facts of all results: one tensor, a tuple for several, a list for an array."""
    if isinstance(shapes, PlainResult):
        return shapes.value
    several = len(operation.results) > 1
    found: list[Value] = []
    for index, (result, shape) in enumerate(zip(operation.results, each_of(shapes, several))):
        dtype = dtype_of_result(operation, call, index, generic) if not isinstance(shape, Tensor) else ""
        if result.type.kind == "array":
            items = shape if isinstance(shape, list) else []
            array: list[Value] = [item if isinstance(item, Tensor) else tensor(dtype, item) for item in items]
            if len(array) == 1 and call.wanted is None:
                return array[0]
            found.append(array)
        else:
            found.append(
                shape if isinstance(shape, Tensor) else tensor(dtype, None if isinstance(shape, list) else shape)
            )
    if several:
        return tuple(found)
    fact = found[0]
    if isinstance(fact, Tensor) and fact.value is None and fact.shape is not None:
        value = _stored(operation, call, fact)
        if value is None and operation.traits.constant == "folded":
            value = folded(call, fact)
        if value is None and _is_constant(operation, call):
            value = nested([NOTHING_KNOWN], fact.shape) if all(extent == 1 for extent in fact.shape) else NOTHING_KNOWN
        return fact if value is None else tensor(fact.dtype, fact.shape, value)
    return fact


def _stored(operation: Operation, call: Call, fact: Tensor) -> Items:
    """The items of a variable of a few; None of any other tensor, and while its file does not fit."""
    if operation.traits.constant != "stored" or "(" in fact.dtype:
        return None
    items = call.host.context.items_of_label(str(call.arguments["label"]))
    if items is None or product(fact.shape or ()) != len(items) or not items:
        return None
    return nested(list(items), fact.shape or ())


def _is_constant(operation: Operation, call: Call) -> bool:
    """Whether a result is a constant, though its items are not known: in a file, or too many to be computed here."""
    if operation.traits.constant == "stored":
        return True
    tensors: list[Value] = []
    for parameter in operation.parameters:
        if parameter.is_tensor:
            value = call.arguments[parameter.name]
            tensors += value if isinstance(value, list) else [value]
    given = [value for value in tensors if value is not None and value is not False]
    return bool(given) and all(isinstance(value, Tensor) and value.value is not None for value in given)


def dtype_of_result(operation: Operation, call: Call, index: int, generic: str | None) -> str:
    """The data type of one result.  Raises `Refusal` where the operation does not take the types of its operands."""
    return RESULT_TYPES[operation.traits.result_type](operation, call, index, generic)


def _combined(operation: Operation, call: Call, index: int, generic: str | None) -> str:
    return operating_type(*(call.tensor(parameter.name) for parameter in operation.parameters[:2]))


def _comparison(operation: Operation, call: Call, index: int, generic: str | None) -> str:
    _combined(operation, call, index, generic)
    return "bool"


def _branches(operation: Operation, call: Call, index: int, generic: str | None) -> str:
    return select_type(*(call.tensor(parameter.name) for parameter in operation.parameters))


def _generic(operation: Operation, call: Call, index: int, generic: str | None) -> str:
    return _OF_GENERIC.get(generic or "scalar", "?")


def _file(operation: Operation, call: Call, index: int, generic: str | None) -> str:
    label = str(call.arguments["label"])
    return call.host.context.datum_of_label(label) or _generic(operation, call, index, generic)


def _composed(function: Callable[[Call], str]) -> ResultType:
    return lambda operation, call, index, generic: function(call)


def _first(decide: Callable[[str, int], str] = lambda first, index: first) -> ResultType:
    """What the type of the first tensor decides; which must be one that constants are computed in."""

    def dtype(operation: Operation, call: Call, index: int, generic: str | None) -> str:
        operand = first_tensor(operation, call)
        check_constant(operation, operand)
        return decide(operand.dtype, index)

    return dtype


def _no_extents(first: str, index: int) -> str:
    if first == TDIM:
        raise Refusal("operand-types", f"{READER} reduces no extents, convert them by {CAST}(.., to = 'i64')")
    return first


def _floats_only(first: str, index: int) -> str:
    if first not in (*FLOATS, *UNSURE) and not first.startswith("q"):
        raise Refusal("operand-types", f"{READER} has softmax for f16, f32 and f64 only, found {first}")
    return first


def _index_of(first: str, index: int) -> str:
    _no_extents(first, index)
    return "i64"


def _product(operation: Operation, call: Call, index: int, generic: str | None) -> str:
    first = _first()(operation, call, index, generic)
    return product_type(first, call.tensor("B").dtype) or first


ResultType = Callable[[Operation, Call, int, "str | None"], str]
RESULT_TYPES: dict[str, ResultType] = {
    "of the rule": _first(),  # asked only where the rule leaves the type open
    "combined": _combined,
    "comparison": _comparison,
    "branches": _branches,
    "generic": _generic,
    "file": _file,
    "first": _first(),
    "first, no extents": _first(_no_extents),
    "first, floats only": _first(_floats_only),
    "first and i64": _first(lambda first, index: "i64" if index == 1 else first),
    "i64": _first(lambda first, index: "i64"),
    "i64, no extents": _first(_index_of),
    "bool of floats": _first(lambda first, index: "bool" if first in ("f16", "f32") else first),
    "sum": _first(lambda first, index: first if first in (*FLOATS, *UNSURE) else "i32"),
    "product": _product,
    **{name: _composed(function) for name, function in LIBRARY.items()},
}
"""What the key `result type` of a declaration may say."""


def first_tensor(operation: Operation, call: Call) -> Tensor:
    """The fact of the first tensor among the arguments, of the first item if it is an array."""
    for parameter in operation.parameters:
        if parameter.is_tensor:
            value = call.arguments[parameter.name]
            if isinstance(value, list):
                value = value[0] if value else None
            return value if isinstance(value, Tensor) else ANY
    return ANY


def operand_types(operation: Operation, call: Call) -> dict[str, str]:
    """Into which type a run must bring which tensor arguments, where that is not the one they have."""
    if operation.traits.result_type not in _COMBINED:
        return {}
    names = [parameter.name for parameter in operation.parameters[:2]]
    facts = [call.tensor(parameter) for parameter in names]
    try:
        wanted = operating_type(*facts)
    except Refusal:
        return {}
    return {parameter: wanted for parameter, fact in zip(names, facts) if fact.dtype != wanted and wanted != "?"}


def datum_type(call: Call, parameter: str) -> str | None:
    """The data type that an attribute names; None where it is left out.  Raises `Refusal` for a name that is none."""
    text = call.arguments.get(parameter)
    if text is None or text == "":
        return None
    name = canonical(str(call[parameter]))
    if name is None:
        raise Refusal("invalid-value", f"there is no data type '{text}'{_meant(str(text))}", parameter)
    return name


def canonical(text: str) -> str | None:
    """The name of a data type in small letters; None if there is no such type."""
    name = text.lower()
    match = _QUANTIZED.fullmatch(name)
    if match:
        return f"{match[1]}(z:{match[2]} s:{match[3]})"
    return name if name in DATUM_TYPES else None


def _meant(text: str) -> str:
    widths = re.fullmatch(r"(u?)(int|float)(\d+)(_t)?", text.lower())
    known = f"{widths[1] or widths[2][0]}{widths[3]}" if widths else ""
    if known in DATUM_TYPES:
        return f"; it is called '{known}'"
    return "; there are " + ", ".join(DATUM_TYPES[:13]) if text else ""
