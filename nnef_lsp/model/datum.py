"""Data types of results in a dialect with exact types, and the results' items where they are small constants.

Shape rules give shapes; here the type is added by what the operation does to types, and constants are folded, so that
shapes computed from `tract_core_shape_of` are known.  A rule may also give a whole `Tensor` and decide for itself.

Not here: shapes (`shapes/`), arithmetic on constants (`folding.py`).
"""

from __future__ import annotations

import re
from typing import Any

from .facts import ANY, Tensor, tensor
from .folding import folded
from .operators import Operation
from .shapes import Call, Refusal, Value
from .values import NOTHING_KNOWN
from .wires import TDIM, flat, nested

UNSIGNED, SIGNED = ("u8", "u16", "u32", "u64"), ("i8", "i16", "i32", "i64", TDIM)
FLOATS = ("f16", "f32", "f64")
DATUM_TYPES = (
    "bool", *UNSIGNED, *SIGNED, *FLOATS, "string", "blob", "complexi16", "complexi32", "complexi64", "complexf16",
    "complexf32", "complexf64",
)  # fmt: skip
"""All data types by the names that tract writes; it reads capital letters too."""
_QUANTIZED = re.compile(r"(qu8|qi8|qi32)\(z:(-?\d+) s:([-+.e\d]+)\)", re.IGNORECASE)
_OF_GENERIC = {"scalar": "f32", "integer": "i64", "logical": "bool", "string": "string"}
_LOGICAL = {
    "lt", "gt", "le", "ge", "eq", "ne", "and", "or", "not", "any_reduce", "all_reduce", "tract_core_is_nan",
    "tract_core_is_inf", "tract_core_xor",
}  # fmt: skip
_INDEX = {
    "argmax_reduce", "argmin_reduce", "tract_core_argmax_reduce_last", "tract_core_argmin_reduce_last",
    "tract_onnx_non_max_suppression", "tract_onnx_non_zero",
}  # fmt: skip
_BINARY = {
    "add", "sub", "mul", "div", "pow", "min", "max", "lt", "gt", "le", "ge", "eq", "ne", "tract_core_bitand",
    "tract_core_bitor", "tract_core_bitxor", "tract_shl", "tract_shr",
}  # fmt: skip
_PRODUCTS = {"conv", "deconv", "separable_conv", "separable_deconv"}


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
    if call.operation == "variable" and fact.shape is not None and all(extent == 1 for extent in fact.shape):
        # a constant, though its item stands in a file: it takes the type of what it is combined with
        return tensor(fact.dtype, fact.shape, nested([NOTHING_KNOWN], fact.shape))
    if isinstance(fact, Tensor) and fact.value is None and fact.shape is not None:
        value = folded(call, fact)
        return fact if value is None else tensor(fact.dtype, fact.shape, value)
    return fact


def dtype_of_result(operation: Operation, call: Call, index: int, generic: str | None) -> str:
    """The data type of one result."""
    name = call.operation
    if name in _LOGICAL:
        return "bool"
    if name in _INDEX or (index == 1 and name in ("max_pool_with_index", "tract_core_topk")):
        return "i64"
    if name == "external":
        return _OF_GENERIC.get(generic or "scalar", "?")
    if name == "variable":
        return call.host.context.datum_of_label(str(call.arguments["label"])) or _OF_GENERIC.get(generic or "scalar", "?")
    if name in _BINARY:
        first, second = operation.parameters[:2]
        return operating_type(call.tensor(first.name), call.tensor(second.name))
    if name == "select":
        return operating_type(call.tensor("true_value"), call.tensor("false_value"))
    first_type = first_tensor(operation, call).dtype
    if name in _PRODUCTS and first_type not in (*FLOATS, "?"):
        return "i32"
    if name in ("matmul", "linear") and first_type in ("i8", "u8"):
        return "i32"
    return first_type


def first_tensor(operation: Operation, call: Call) -> Tensor:
    """The fact of the first tensor among the arguments, of the first item if it is an array."""
    for parameter in operation.parameters:
        if parameter.is_tensor:
            value = call.arguments[parameter.name]
            if isinstance(value, list):
                value = value[0] if value else None
            return value if isinstance(value, Tensor) else ANY
    return ANY


def operating_type(a: Tensor, b: Tensor) -> str:
    """The type in which two operands are combined: a constant of one item takes the type of the other operand."""
    x, y = a.dtype, b.dtype
    if x == y or "?" in (x, y):
        return x if y == "?" else y
    if "string" in (x, y):
        return "string"
    if TDIM in (x, y) and {x, y} <= {*SIGNED, *UNSIGNED}:
        return TDIM
    if is_single(a):
        return y
    if is_single(b):
        return x
    return super_type(x, y) or "?"


def is_single(fact: Tensor) -> bool:
    """Whether a tensor is a constant of one item."""
    return fact.value is not None and len(flat(fact.value)) == 1


def super_type(x: str, y: str) -> str | None:
    """The wider of two types of one family."""
    for family in (UNSIGNED, SIGNED, FLOATS):
        if x in family and y in family:
            return max(x, y, key=family.index)
    return None


def operand_types(operation: Operation, call: Call) -> dict[str, str]:
    """Into which type a run must bring which tensor arguments, where that is not the one they have."""
    name = call.operation
    if name in _BINARY:
        names = [parameter.name for parameter in operation.parameters[:2]]
    elif name == "select":
        names = ["true_value", "false_value"]
    else:
        return {}
    facts = [call.tensor(parameter) for parameter in names]
    wanted = operating_type(*facts)
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
