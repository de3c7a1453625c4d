"""What stored codes stand for: the real numbers that an entry of graph.quant makes of quantized integers.

An entry is plain data, (name of the operation, its arguments).  A code q of section 4.9.5 stands for the number that the
operation's last line makes of it (sections 5.2.1 and 7.1).

Not here: reading graph.quant (`model/quantization`), the items of a file (`dat.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from nnef_lsp.archive.errors import ArchiveError

if TYPE_CHECKING:
    from nnef_lsp.archive.arrays import Array

Entry = tuple[str, Mapping[str, Any]]

DECODED = (
    "zero_point_linear_quantize",
    "min_max_linear_quantize",
    "linear_quantize",
    "logarithmic_quantize",
)
"""Operations whose codes can be decoded: those of section 4.9.5."""


def decoded(codes: Array, bits: int, entry: Entry) -> Array:
    """The real numbers (float64, in the shape of `codes`) that stored codes stand for.  Raises ArchiveError."""
    import numpy as np

    operation, arguments = entry
    decode = _DECODERS.get(operation)
    if decode is None:
        raise ArchiveError(
            f"Codes are stored, but '{operation}' says only how numbers are quantized, not what its codes stand for; "
            f"use one of {', '.join(DECODED)}."
        )
    values = {
        name: value if isinstance(value, bool) else aligned(np.asarray(value, np.float64), codes.ndim)
        for name, value in arguments.items()
    }
    try:
        with np.errstate(all="ignore"):
            return np.broadcast_to(decode(codes, bits, values), codes.shape)
    except ValueError as error:
        raise ArchiveError(f"The parameters of '{operation}' do not fit the tensor {list(codes.shape)}.") from error


def aligned(parameter: Array, rank: int) -> Array:
    """A parameter with ones behind its extents: broadcasting in NNEF begins at the first dimension."""
    shape = parameter.shape
    while len(shape) > rank and shape[-1] == 1:
        shape = shape[:-1]
    return parameter.reshape((*shape, *[1] * (rank - len(shape))))


def _zero_point(codes: Array, bits: int, values: Mapping[str, Any]) -> Any:
    return (codes - values["zero_point"]) * values["scale"]


def _min_max(codes: Array, bits: int, values: Mapping[str, Any]) -> Any:
    signed, symmetric = bool(values.get("signed", False)), bool(values.get("symmetric", False))
    width = int(values["bits"].item())
    steps = float(2**width - 1 - int(signed and symmetric))
    shift = float(2 ** (width - 1) - int(symmetric)) if signed else 0.0
    return (codes + shift) / steps * (values["max"] - values["min"]) + values["min"]


def _logarithmic(codes: Array, bits: int, values: Mapping[str, Any]) -> Any:
    """Exponents count from the least; a signed code has its sign in the highest bit (section 5.2)."""
    import numpy as np

    signed, width = codes.dtype.kind == "i", int(values["bits"].item())
    top, steps = np.ceil(np.log2(values["max"])), float(2**width - 1)
    if not signed:
        return np.exp2(codes + (top - steps))
    half = 1 << (bits - 1)
    return np.where(codes < 0, -1.0, 1.0) * np.exp2((codes.astype(np.int64) & (half - 1)) + (top - float(half - 1)))


_DECODERS: dict[str, Callable[[Any, int, Mapping[str, Any]], Any]] = {
    "zero_point_linear_quantize": _zero_point,
    "min_max_linear_quantize": _min_max,
    "linear_quantize": _min_max,
    "logarithmic_quantize": _logarithmic,
}


def formula(entry: Entry) -> str:
    """The decoding in words, with the numbers where they are single ones."""
    operation, arguments = entry
    words = {name: f"{value:g}" if isinstance(value, (int, float)) else name for name, value in arguments.items()}
    if operation == "zero_point_linear_quantize":
        return f"(code - {words.get('zero_point')}) * {words.get('scale')}"
    if operation in ("min_max_linear_quantize", "linear_quantize"):
        return f"codes spread over {words.get('min')} to {words.get('max')}"
    return f"powers of two up to {words.get('max')}" if operation == "logarithmic_quantize" else f"as {operation} says"
