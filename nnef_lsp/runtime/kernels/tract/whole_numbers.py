"""Operations of real numbers over tensors of whole numbers, as tract computes them.

Functions are computed in f32 for i8, u8 and i32, and the result is cut to a whole number: towards zero, what is too
large to the end of the type, no number to 0.  Other types tract refuses when the model runs, and so do we.  Sums of
less than 32 bits stop at the ends of their type; wider ones wrap.

`model/flattening/exact_types.py` chooses these kernels.  Not here: quantized types, which are real numbers in a run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np

from ...arrays.broadcast import align
from ...arrays.dtypes import Array, Dtype
from .. import KernelError, kernel
from ..elementwise import div
from ..pooling import box as standard_box
from ..reduction import sum_reduce

_COMPUTED = {"int8", "uint8", "int32"}


def cut(values: Array, dtype: Dtype) -> Array:
    """Real numbers as whole ones: towards zero, within the type, no number as 0."""
    ends = np.iinfo(dtype)
    whole = np.nan_to_num(np.trunc(values.astype(np.float64)), nan=0.0)
    return np.asarray(np.clip(whole, ends.min, ends.max)).astype(dtype)


def _refused(operation: str, dtype: Dtype, instead: str = "floats, i8, u8 and i32") -> KernelError:
    return KernelError(f"tract computes '{operation}' of {instead} only, found {dtype}; cast it to f32 first")


def _real(operation: str, function: Callable[[Array], Any]) -> Callable[[Array], Array]:
    def run(x: Array) -> Array:
        if x.dtype.name not in _COMPUTED:
            raise _refused(operation, x.dtype)
        with np.errstate(all="ignore"):
            return cut(np.asarray(function(x.astype(np.float32))), x.dtype)

    return run


_exp, _log, _sqrt, _square = (
    _real("exp", np.exp),
    _real("log", np.log),
    _real("sqrt", np.sqrt),
    _real("sqr", np.square),
)
_FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "exp": _exp, "log": _log, "sqrt": _sqrt, "square": _square,
    "sigmoid": _real("sigmoid", lambda x: 1 / (1 + np.exp(-x))),
    "recip": _real("recip", lambda x: 1 / x), "rsqrt": _real("rsqrt", lambda x: 1 / np.sqrt(x)),
    "tract_core_round_even": _real("tract_core_round_even", np.rint),
    **{name: _real(name, function) for name, function in {
        "sin": np.sin, "cos": np.cos, "tan": np.tan, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh,
        "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "asinh": np.arcsinh, "acosh": np.arccosh,
        "atanh": np.arctanh,
    }.items()},
}  # fmt: skip
for _name, _function in _FUNCTIONS.items():
    kernel(f"tract:{_name}")(_function)


@kernel("tract:sqr")
def sqr(x: Array) -> Array:
    """A truth value times itself is itself."""
    return x if x.dtype == np.bool_ else _square(x)


def _never(operation: str) -> Callable[..., Array]:
    def run(x: Array, *_others: Any, **_attributes: Any) -> Array:
        raise _refused(operation, x.dtype, "floats")

    return run


_REFUSED = (
    "log2",
    "leaky_relu",
    "tract_core_silu",
    "tract_transformers_silu",
    "tract_core_erf",
    "tract_core_hard_swish",
    "tract_core_pow_const",
)
for _name in _REFUSED:
    kernel(f"tract:{_name}")(_never(_name))


@kernel("tract:neg")
def neg(x: Array) -> Array:
    """Of u8, what is below zero is 0."""
    if x.dtype.kind == "u" and x.dtype != np.uint8:
        raise _refused("neg", x.dtype, "floats, signed integers and u8")
    return np.zeros_like(x) if x.dtype.kind == "u" else np.asarray(np.negative(x))


@kernel("tract:pow")
def power(x: Array, y: Array) -> Array:
    """By multiplication that wraps; an exponent below zero counts as the u32 of the same bits."""
    base, exponent = np.broadcast_arrays(x, y)
    if x.dtype not in (np.int32, np.int64):
        raise _refused("pow", x.dtype, "floats, i32 and i64")
    bits = x.dtype.itemsize * 8
    found = [pow(int(b), int(e) & 0xFFFFFFFF, 1 << bits) for b, e in zip(base.flat, exponent.flat)]
    return np.array(found, np.uint64).astype(f"u{x.dtype.itemsize}").view(x.dtype).reshape(base.shape)


@kernel("tract:rsqr")
def rsqr(x: Array) -> Array:
    return power(x, np.asarray(-2, x.dtype))


@kernel("tract:elu")
def elu(x: Array) -> Array:
    return np.where(x < 0, _exp(x) - x.dtype.type(1), x)


@kernel("tract:softplus")
def softplus(x: Array) -> Array:
    """The sum within the logarithm wraps."""
    return _log(_exp(x) + x.dtype.type(1))


@kernel("tract:softabs")
def softabs(x: Array, *, epsilon: float) -> Array:
    return _sqrt(_square(x) + cut(np.asarray(epsilon), x.dtype))


@kernel("tract:sum_reduce")
def total(input: Array, *, axes: Sequence[int], normalize: bool = False) -> Array:
    """A mean divides the sum in the type of the items, towards zero."""
    if input.dtype.name in ("uint32", "uint64"):
        raise _refused("sum_reduce", input.dtype, "floats and other integers")
    if input.dtype.itemsize < 4:
        ends = np.iinfo(input.dtype)
        found = np.clip(sum_reduce(input.astype(np.int64), axes=list(axes)), ends.min, ends.max).astype(input.dtype)
    else:
        found = sum_reduce(input, axes=list(axes))
    if not normalize:
        return found
    volume = int(np.prod([input.shape[axis] for axis in set(axes)], dtype=np.int64))
    return _divided(found, np.asarray(volume, input.dtype), "axes")


@kernel("tract:mean_reduce")
def mean(input: Array, *, axes: Sequence[int]) -> Array:
    return total(input, axes=axes, normalize=True)


@kernel("tract:l1_normalization")
def l1(input: Array, *, axes: Sequence[int], bias: float = 0.0, epsilon: float = 0.0) -> Array:
    return _normalized(input, total(np.abs(input), axes=axes), bias, epsilon)


@kernel("tract:l2_normalization")
def l2(input: Array, *, axes: Sequence[int], bias: float = 0.0, epsilon: float = 0.0) -> Array:
    return _normalized(input, _sqrt(total(_square(input), axes=axes)), bias, epsilon)


def _normalized(input: Array, sigma: Array, bias: float, epsilon: float) -> Array:
    added, least = (cut(np.asarray(value), input.dtype) for value in (bias, epsilon))
    return _divided(input, np.maximum(sigma + added, least), "input")


@kernel("tract:moments")
def moments(input: Array, *, axes: Sequence[int]) -> tuple[Array, Array]:
    center = mean(input, axes=axes)
    return center, mean(_square(input - center), axes=axes)


@kernel("tract:local_mean_normalization")
def local_mean(input: Array, *, size: Sequence[int]) -> Array:
    return np.asarray(input - box(input, size=size, normalize=True))


@kernel("tract:local_variance_normalization")
def local_variance(input: Array, *, size: Sequence[int], bias: float = 0.0, epsilon: float = 0.0) -> Array:
    return _normalized(input, _sqrt(box(_square(input), size=size, normalize=True)), bias, epsilon)


@kernel("tract:local_response_normalization")
def local_response(
    input: Array, *, size: Sequence[int], alpha: float = 1.0, beta: float = 0.5, bias: float = 1.0
) -> Array:
    """Factors and exponent are cut to whole numbers before: an exponent of a half is 0."""
    factor, added, exponent = (cut(np.asarray(value), input.dtype) for value in (alpha, bias, beta))
    sigma = added + factor * box(_square(input), size=size, normalize=True)
    return _divided(input, _square(sigma) if beta == 2.0 else power(sigma, exponent), "input")


@kernel("tract:local_contrast_normalization")
def local_contrast(input: Array, *, size: Sequence[int], bias: float = 0.0, epsilon: float = 0.0) -> Array:
    return local_variance(local_mean(input, size=size), size=size, bias=bias, epsilon=epsilon)


@kernel("tract:prelu")
def prelu(x: Array, alpha: Array) -> Array:
    """A slope that is written as a number is cut to a whole one before."""
    x, slope = align(x, _of(x, alpha))
    return np.where(x < 0, x * slope, x)


@kernel("tract:batch_normalization")
def batch_normalization(
    input: Array, mean: Array, variance: Array, offset: Array, scale: Array, *, epsilon: float = 0.0
) -> Array:
    """Parameters that are written as numbers are cut to whole ones before."""
    x, center, spread, added, factor = align(input, *(_of(input, item) for item in (mean, variance, offset, scale)))
    deviation = _sqrt(spread + cut(np.asarray(epsilon), input.dtype))
    return np.asarray(added + _divided(factor * (x - center), deviation, "variance"))


def _of(x: Array, parameter: Array) -> Array:
    return cut(parameter, x.dtype) if parameter.dtype.kind == "f" else parameter.astype(x.dtype)


def _divided(x: Array, y: Array, at: str) -> Array:
    """Towards zero; division by zero is refused (tract panics)."""
    if not np.all(y):
        raise KernelError("whole numbers are divided by zero here, which tract cannot do; cast them to f32 first", at)
    return div(x, y).astype(x.dtype)


@kernel("tract:box")
def box(
    input: Array,
    *,
    size: Sequence[int],
    border: str = "constant",
    padding: Sequence[tuple[int, int]] = (),
    stride: Sequence[int] = (),
    dilation: Sequence[int] = (),
    normalize: bool = False,
) -> Array:
    """What is too large becomes the largest, and fractions are cut off; windows slide over the spatial axes only."""
    spatial = [1, 1, *size[2:]]
    window: Any = {"size": spatial, "stride": stride, "dilation": dilation, "border": border}
    window["padding"] = [(0, 0), (0, 0), *padding[2:]] if padding else padding
    total = standard_box(input.astype(np.int64), **window)
    if normalize:
        ones = np.ones(input.shape, np.int64)
        count = np.maximum(standard_box(ones, **window), 1) if border == "ignore" else prod(spatial)
        total = np.abs(total) // count * np.sign(total)
    ends = np.iinfo(input.dtype)
    return np.clip(total, ends.min, ends.max).astype(input.dtype)


@kernel("tract:avg_pool")
def avg_pool(input: Array, **window: Any) -> Array:
    return box(input, normalize=True, **window)


@kernel("tract:rms_pool")
def rms_pool(input: Array, **window: Any) -> Array:
    return _sqrt(box(_square(input), normalize=True, **window))
