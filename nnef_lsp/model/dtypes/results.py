"""Data types of results in a dialect with exact types, and the results' items where they are small constants.

Shape rules give shapes; here the type is added by what the operation does to types, and constants are folded, so that
shapes computed from `tract_core_shape_of` are known.  A rule may also give a whole `Tensor` and decide for itself.

Not here: shapes (`shapes/`), arithmetic on constants (`constant_folding.py`).
"""

from __future__ import annotations

import re
from typing import Any

from ..operations.declarations import Operation
from ..shapes import Call, Refusal, Value
from ..values.codes import product_type
from ..values.constants import TDIM, nested
from ..values.tensor import ANY, Tensor, tensor
from ..values.values import NOTHING_KNOWN
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
_COMPARISONS = {"lt", "gt", "le", "ge", "eq", "ne"}
_FLOAT_TESTS = {"tract_core_is_nan", "tract_core_is_inf"}
_REDUCTIONS = {
    "sum_reduce", "max_reduce", "min_reduce", "mean_reduce", "argmax_reduce", "argmin_reduce", "any_reduce", "all_reduce",
    "moments", "tract_core_product_reduce", "tract_core_argmax_reduce_last", "tract_core_argmin_reduce_last",
    "l1_normalization",
}  # fmt: skip
_SOFTMAXES = {"softmax", "tract_core_softmax", "tract_core_log_softmax"}
_INDEX = {
    "argmax_reduce",
    "argmin_reduce",
    "tract_core_argmax_reduce_last",
    "tract_core_argmin_reduce_last",
    "tract_onnx_non_max_suppression",
    "tract_onnx_non_zero",
}
_BINARY = {
    "add", "sub", "mul", "div", "pow", "min", "max", "and", "or", *_COMPARISONS, "tract_core_xor", "tract_core_bitand",
    "tract_core_bitor", "tract_core_bitxor", "tract_shl", "tract_shr",
}  # fmt: skip
_PRODUCTS = {"conv", "separable_conv"}


def facts_of_results(operation: Operation, call: Call, shapes: Any, generic: str | None) -> Any:
    """The facts of all results: one tensor, a tuple for several, a list for an array."""
    if isinstance(shapes, Value):
        return shapes.value
    several = len(operation.results) > 1
    found: list[Any] = []
    for index, (result, shape) in enumerate(zip(operation.results, shapes if several else (shapes,))):
        dtype = dtype_of_result(operation, call, index, generic) if not isinstance(shape, Tensor) else ""
        if result.type.kind == "array":
            items = shape if isinstance(shape, list) else []
            array = [item if isinstance(item, Tensor) else tensor(dtype, item) for item in items]
            if len(array) == 1 and call.wanted is None:
                return array[0]
            found.append(array)
        else:
            found.append(shape if isinstance(shape, Tensor) else tensor(dtype, shape))
    if several:
        return tuple(found)
    fact = found[0]
    if isinstance(fact, Tensor) and fact.value is None and fact.shape is not None:
        value = folded(call, fact)
        if value is None and _is_constant(operation, call):
            value = nested([NOTHING_KNOWN], fact.shape) if all(extent == 1 for extent in fact.shape) else NOTHING_KNOWN
        return fact if value is None else tensor(fact.dtype, fact.shape, value)
    return fact


def _is_constant(operation: Operation, call: Call) -> bool:
    """Whether a result is a constant, though its items are not known: in a file, or too many to be computed here."""
    if operation.name == "variable":
        return True
    tensors: list[Any] = []
    for parameter in operation.parameters:
        if parameter.is_tensor:
            value = call.arguments[parameter.name]
            tensors += value if isinstance(value, list) else [value]
    given = [value for value in tensors if value is not None and value is not False]
    return bool(given) and all(isinstance(value, Tensor) and value.value is not None for value in given)


def dtype_of_result(operation: Operation, call: Call, index: int, generic: str | None) -> str:
    """The data type of one result.  Raises `Refusal` where the operation does not take the types of its operands."""
    name = call.operation
    if name in _BINARY:
        combined = operating_type(*(call.tensor(parameter.name) for parameter in operation.parameters[:2]))
        return "bool" if name in _COMPARISONS else combined
    if name == "select":
        return select_type(*(call.tensor(parameter.name) for parameter in operation.parameters))
    if name == "external":
        return _OF_GENERIC.get(generic or "scalar", "?")
    if name == "variable":
        return call.host.context.datum_of_label(str(call.arguments["label"])) or _OF_GENERIC.get(
            generic or "scalar", "?"
        )
    if name in LIBRARY:
        return LIBRARY[name](call)
    operand = first_tensor(operation, call)
    first = operand.dtype
    check_constant(name, operand)
    if name in _REDUCTIONS and first == TDIM:
        raise Refusal("operand-types", "tract reduces no extents, convert them by tract_core_cast(.., to = 'i64')")
    if name in _SOFTMAXES and first not in (*FLOATS, *UNSURE) and not first.startswith("q"):
        raise Refusal("operand-types", f"tract has softmax for f16, f32 and f64 only, found {first}")
    if name in _INDEX or (index == 1 and name in ("max_pool_with_index", "tract_core_topk")):
        return "i64"
    if name in _FLOAT_TESTS and first in ("f16", "f32"):
        return "bool"
    if name in _PRODUCTS and first not in (*FLOATS, *UNSURE):
        return "i32"
    if name == "matmul":
        return product_type(first, call.tensor("B").dtype) or first
    return first


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
    if call.operation not in _BINARY:
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
