"""The numbers that a quantization of section 4.9.5 makes, and the codes for them, one by one and without numpy: what is
asked while a document is checked.

Not here: kernels (`runtime/kernels/quantization.py`), decoding of stored codes (`archive/tensors/decoding.py`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from ..values.values import Value

Entry = tuple[str, Mapping[str, Value]]
"""Of graph.quant: (operation, arguments)."""


def levels(entry: Entry) -> tuple[int, int] | None:
    """The least and the greatest code that an entry describes; None where it does not say."""
    operation, arguments = entry
    bits, signed = arguments.get("bits"), signed_codes(entry)
    if not isinstance(bits, int) or signed is None or not 1 <= bits <= 64:
        return None
    if operation == "zero_point_linear_quantize" and signed:
        top = 2 ** (bits - 1) - 1
        return (-top if arguments.get("symmetric") else -top - 1), top
    least = -(2 ** (bits - 1)) + int(bool(arguments.get("symmetric"))) if signed else 0
    return least, least + 2**bits - 1 - int(bool(signed and arguments.get("symmetric")))


def signed_codes(entry: Entry) -> bool | None:
    """Whether the codes that an entry describes have a sign; None where either is possible."""
    operation, arguments = entry
    if operation == "linear_quantize":
        return False
    signed = arguments.get("signed")
    return signed if isinstance(signed, bool) and operation != "logarithmic_quantize" else None


def number_of(value: Value) -> float:
    """A parameter that is one number; raises TypeError for any other."""
    if isinstance(value, (int, float)):
        return float(value)
    raise TypeError


def quantized_to(value: float, entry: Entry, at: Mapping[str, Value]) -> float | None:
    """What an entry makes of one number, `at` its parameters there; None where that cannot be said."""
    operation = entry[0]
    try:
        if operation == "zero_point_linear_quantize":
            least, top = levels(entry) or (-math.inf, math.inf)
            zero, scale = number_of(at["zero_point"]), number_of(at["scale"])
            return (min(max(_round(value / scale) + zero, least), top) - zero) * scale
        if operation in ("min_max_linear_quantize", "linear_quantize"):
            low, high, span = number_of(at["min"]), number_of(at["max"]), levels(entry)
            if span is None:
                return None
            if low == high:
                return low
            steps = float(span[1] - span[0])
            return _round((min(max(value, low), high) - low) / (high - low) * steps) / steps * (high - low) + low
    except (KeyError, TypeError, ZeroDivisionError, OverflowError, ValueError):
        pass
    return None


def _round(value: float) -> float:
    """floor(value + 0.5), section 4.2.1."""
    whole = math.floor(value)
    return float(whole + (value - whole >= 0.5))
