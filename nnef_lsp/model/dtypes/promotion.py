"""The data type in which a dialect with exact types combines operands of different types, and the refusal where there is none.

Two operands of one type keep it.  Otherwise an extent (tdim, which integer literals are too) combines only with signed
integers, and a constant adopts the type of what it is combined with, one of a single item first; what remains needs a
wider type of the same family.  `select` and what is built on it want equal types.

The composed functions here are the bodies of tract's library, as far as types go: `relu` is max(x, 0.0), and so on.

Not here: data types of results (`results.py`), shapes (`shapes/`).
"""

from __future__ import annotations

from collections.abc import Callable

from ..findings import CAST, READER
from ..operations.call import Call, Refusal
from ..operations.declarations import Operation
from ..values.codes import product_type
from ..values.constants import TDIM
from ..values.tensor import Tensor, tensor

UNSIGNED, SIGNED = ("u8", "u16", "u32", "u64"), ("i8", "i16", "i32", "i64", TDIM)
FLOATS = ("f16", "f32", "f64")
UNSURE = ("?", "scalar", "integer", "logical")
"""No exact data type is known; the names of NNEF stand in declarations of fragments, and nobody keeps to them."""


def operating_type(a: Tensor, b: Tensor) -> str:
    """The type in which two operands are combined, "?" if it is not known.  Raises `Refusal` where there is none."""
    x, y = a.dtype, b.dtype
    if x == y or x in UNSURE or y in UNSURE:
        return x if y in UNSURE else y
    if TDIM not in (x, y):
        for constant in (is_single, is_constant):
            if constant(a):
                return y
            if constant(b):
                return x
    found = super_type(x, y)
    if found is None:
        raise Refusal("operand-types", f"there is no common data type for {x} and {y}{_advice(a, b)}")
    return found


def _advice(a: Tensor, b: Tensor) -> str:
    """An integer literal that shall be a number needs a decimal point; all else a cast."""
    for extent, other in ((a, b), (b, a)):
        if extent.dtype == TDIM and other.dtype != "bool":
            if isinstance(extent.value, int):
                return f": an integer is an extent (tdim), write {extent.value}.0"
            return f": convert the extents by {CAST}(.., to = '{other.dtype}')"
    return f": convert one by {CAST}"


def super_type(x: str, y: str) -> str | None:
    """The wider of two types of one family; everything can be written as a string."""
    if "string" in (x, y):
        return "string"
    for family in (UNSIGNED, SIGNED, FLOATS):
        if x in family and y in family:
            return max(x, y, key=family.index)
    return None


def is_constant(fact: Tensor) -> bool:
    """Whether a tensor is a constant."""
    return fact.value is not None


def is_single(fact: Tensor) -> bool:
    """Whether a tensor is a constant of one item."""
    return is_constant(fact) and fact.shape is not None and all(extent == 1 for extent in fact.shape)


def select_type(condition: Tensor, a: Tensor, b: Tensor) -> str:
    """The type of both branches; `Refusal` if they differ or the condition is not logical."""
    if condition.dtype not in ("bool", *UNSURE):
        raise Refusal("operand-types", f"the condition must be bool, found {condition.dtype}", "condition")
    if a.dtype != b.dtype and a.dtype not in UNSURE and b.dtype not in UNSURE:
        advice = _advice(a, b) if TDIM in (a.dtype, b.dtype) else f": convert one by {CAST}"
        raise Refusal(
            "operand-types", f"both branches must have the same data type, found {a.dtype} and {b.dtype}{advice}"
        )
    return a.dtype if b.dtype in UNSURE else b.dtype


# ---- the bodies of tract's library

_NUMBER = tensor("f32", (), 0.5)


def _with_number(call: Call) -> str:
    return operating_type(call.tensor("x" if "x" in call.arguments else "input"), _NUMBER)


def _made(dtype: str, *parts: Tensor) -> Tensor:
    """What an inner invocation gives: it is not a constant unless all operands are."""
    return tensor(dtype, None) if not all(map(is_constant, parts)) else tensor(dtype, (2,), (0, 0))


def _clamped(call: Call) -> str:
    x, low, high = (call.tensor(name) for name in ("x", "a", "b"))
    return operating_type(_made(operating_type(x, high), x, high), low)


def _prelu(call: Call) -> str:
    x, alpha = call.tensor("x"), call.tensor("alpha")
    operating_type(x, _NUMBER)
    return select_type(tensor("bool", None), tensor(operating_type(alpha, x), None), x)


def _elu(call: Call) -> str:
    x = call.tensor("x")
    return select_type(tensor("bool", None), tensor(operating_type(x, _NUMBER), None), x)


def _batch_normalized(call: Call) -> str:
    """offset + scale * (input - mean) / sqrt(variance + epsilon)"""
    input, mean, variance, offset, scale = (
        call.tensor(name) for name in ("input", "mean", "variance", "offset", "scale")
    )
    centred = tensor(operating_type(input, mean), None)
    scaled = tensor(operating_type(scale, centred), None)
    deviation = _made(operating_type(variance, _NUMBER), variance)
    return operating_type(offset, tensor(operating_type(scaled, deviation), None))


def _linear(call: Call) -> str:
    codes = product_type(call.tensor("input").dtype, call.tensor("filter").dtype)
    if codes is not None:  # whatever the type of the bias is
        return codes
    return operating_type(tensor(call.tensor("input").dtype, None), call.tensor("bias"))


LIBRARY: dict[str, Callable[[Call], str]] = {
    "with a number": _with_number,
    "clamp": _clamped,
    "prelu": _prelu,
    "elu": _elu,
    "batch_normalization": _batch_normalized,
    "linear": _linear,
}
"""The types of operations that tract's library composes of others, by their `result type`."""


# ---- constants, which tract computes while it reads the graph


def check_constant(operation: Operation, operand: Tensor) -> None:
    """An operation on a constant must be able to compute it; on what is no constant it fails only when it runs."""
    taken, dtype = operation.traits.constant_types, operand.dtype
    if taken is None or not is_constant(operand) or dtype in taken or dtype in UNSURE or dtype.startswith("q"):
        return
    literal = dtype == TDIM and isinstance(operand.value, int)
    advice = f": an integer is an extent (tdim), write {operand.value}.0" if literal else ""
    raise Refusal("operand-types", f"{READER} has no '{operation.name}' of {dtype}{advice}", late=True)
