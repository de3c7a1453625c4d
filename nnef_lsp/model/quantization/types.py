"""Data types that graph.quant gives to tensors in a dialect with exact data types, which has them for codes.

Not here: the entries themselves (`analysis.py`), what such a type says (`values/codes.py`).
"""

from __future__ import annotations

from ..values.values import Value
from .analysis import quantizations_of
from .levels import number_of


def quantized_types(text: str) -> dict[str, str]:
    """The data type that the text of a graph.quant gives to each name that it quantizes."""
    found = {}
    for name, (operation, arguments) in quantizations_of(text, None).items():
        dtype = _quantized_type(operation, arguments)
        if dtype is not None:
            found[name] = dtype
    return found


def _quantized_type(operation: str, arguments: dict[str, Value]) -> str | None:
    """The data type that a quantization makes; None for those that tract does not read."""
    try:
        bits = int(number_of(arguments.get("bits", 8)))
        if operation == "zero_point_linear_quantize":
            signed, scale = bool(arguments["signed"]), number_of(arguments["scale"])
            zero = int(number_of(arguments["zero_point"]))
        elif operation == "linear_quantize":
            low, high = number_of(arguments["min"]), number_of(arguments["max"])
            signed, scale = True, (high - low) / 255
            zero = int(-(low + high) / 2 / scale)
        else:
            return None
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    name = {(8, True): "qi8", (8, False): "qu8", (32, True): "qi32"}.get((bits, signed))
    return f"{name}(z:{zero} s:{scale!r})" if name else "u32" if bits == 32 else None
