"""tract_core: Einstein summation, products with the roles of axes given, quantized products and convolutions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ....model.shapes.tract.products import parts_of
from ...arrays.dtypes import Array, Dtype
from .. import KernelError, kernel
from ..convolution import conv
from .operands import given


@kernel("tract_core_einsum", dtype=True)
def einsum(inputs: list[Array], *, expr: str, acc: str, output: str = "", dtype: Dtype | None = None) -> Array:
    terms, result = parts_of(expr)
    wanted = dtype or inputs[0].dtype
    wider = np.dtype(np.float32) if wanted == np.float16 else wanted
    return _einsum(terms, result, [array.astype(wider, copy=False) for array in inputs]).astype(wanted, copy=False)


def _einsum(terms: list[str], result: str, arrays: list[Array]) -> Array:
    """numpy's, with axes of extent 1 dropped where the same letter is longer elsewhere, and made where only the result
    has the letter."""
    extents: dict[str, int] = {}
    for letters, array in zip(terms, arrays, strict=True):
        for letter, extent in zip(letters, array.shape, strict=True):
            extents[letter] = max(extents.get(letter, 1), extent)
    plain, kept = [], []
    for letters, array in zip(terms, arrays, strict=True):
        single = [axis for axis, letter in enumerate(letters) if array.shape[axis] == 1 != extents[letter]]
        plain.append(np.squeeze(array, tuple(single)))
        kept.append("".join(letter for axis, letter in enumerate(letters) if axis not in single))
    axes = list(dict.fromkeys(result))
    known = "".join(letter for letter in axes if any(letter in term for term in kept))
    made = [axis for axis, letter in enumerate(axes) if letter not in known]
    try:
        found = np.einsum(",".join(kept) + "->" + known, *plain, optimize=len(plain) > 1)
    except (ValueError, TypeError) as error:
        raise KernelError("this sum has more factors or axes than can be computed here", "expr") from error
    return np.asarray(np.expand_dims(found, tuple(made)))


@kernel("tract_core_einsum_q", dtype=True)
def einsum_q(
    inputs: list[Array], bias: Array, a0: Array, a_scale: Array, b0: Array, b_scale: Array, c0: Array, c_scale: Array,
    *, expr: str, acc: str, output: str, dtype: Dtype | None = None,
) -> Array:  # fmt: skip
    """Real numbers are (code - zero point) * scale; the sum is brought back to the codes of the result."""
    terms, result = parts_of(expr)
    terms = terms + [""] * (9 - len(terms))
    a = _real(inputs[0], terms[0], a0, terms[3])
    b = _real(inputs[1], terms[1], b0, terms[5])
    total = _einsum(terms[:2], result, [a, b])
    scale = _spread(a_scale, terms[4], result) * _spread(b_scale, terms[6], result) / _spread(c_scale, terms[8], result)
    total = (total + _spread(bias, terms[2], result)) * scale
    return coded(total + _spread(c0, terms[7], result), dtype)


def _real(array: Array, letters: str, zero: Array, zero_letters: str) -> Array:
    return np.asarray(array.astype(np.float64) - _spread(zero, zero_letters, letters))


def _spread(array: Array, letters: str, target: str) -> Array:
    """The array with its axes at the places of their letters in the target."""
    value = np.asarray(array, np.float64)
    if value.size == 1 or not letters:
        return value.reshape(())
    return value.reshape([value.shape[letters.index(letter)] if letter in letters else 1 for letter in target])


def coded(total: Array, dtype: Dtype | None) -> Array:
    """Rounded to the nearest code, halves to the even one, within the range of the type."""
    wanted = dtype or np.dtype(np.float32)
    if wanted.kind not in "iu":
        return total.astype(wanted)
    limits = np.iinfo(wanted)
    return np.clip(np.rint(total), limits.min, limits.max).astype(wanted)


@kernel("tract_core_matmul")
def matmul(A: Array, B: Array, *, axes: Sequence[int]) -> Array:
    """axes: m and k of A, k and n of B, m and n of the result."""
    return _matmul(A, B, axes)


def _matmul(A: Array, B: Array, axes: Sequence[int]) -> Array:
    a_m, a_k, b_k, b_n, c_m, c_n = axes
    letters = "abcdefgh"
    rest = [axis for axis in range(A.ndim) if axis not in (c_m, c_n)]
    a, b, c = [""] * A.ndim, [""] * A.ndim, [""] * A.ndim
    a[a_m], a[a_k], b[b_k], b[b_n], c[c_m], c[c_n] = "mkknmn"
    for letter, i, j, k in zip(
        letters, (x for x in range(A.ndim) if not a[x]), (x for x in range(A.ndim) if not b[x]), rest
    ):
        a[i] = b[j] = c[k] = letter
    return _einsum(["".join(a), "".join(b)], "".join(c), [A, B])


@kernel("tract_core_qmatmul", dtype=True)
def qmatmul(
    A: Array, B: Array, bias: Array, *, axes: Sequence[int], a0: float | None = None, a_scale: float | None = None,
    b0: float | None = None, b_scale: float | None = None, c0: float | None = None, c_scale: float | None = None,
    output_type: str = "", dtype: Dtype | None = None,
) -> Array:  # fmt: skip
    total = _matmul(A.astype(np.float64) - (a0 or 0), B.astype(np.float64) - (b0 or 0), axes)
    total = (total + bias) * _or_one(a_scale) * _or_one(b_scale) / _or_one(c_scale)
    return coded(total + (c0 or 0), dtype)


Numbers = float | Array


def _or_one(scale: Numbers | None) -> Numbers:
    return 1.0 if scale is None else scale


@kernel("tract_core_qconv", dtype=True)
def qconv(
    input: Array, filter: Array, bias: Array, *, group: int | None = None, groups: int | None = None,
    a0: Numbers | None = None, a_scale: Numbers | None = None, b0: Numbers | None = None,
    b_scale: Numbers | None = None, c0: Numbers | None = None, c_scale: Numbers | None = None,
    output_dt: str = "", dtype: Dtype | None = None, **attributes: Any,
) -> Array:  # fmt: skip
    """a is the filter, b the input, c the result."""
    if not given(bias):
        raise KernelError("there is no bias", "bias")
    x = input.astype(np.float64) - np.asarray(0 if b0 is None else b0)
    w = filter.astype(np.float64) - _per_filter(0 if a0 is None else a0, filter.ndim)
    offset = np.asarray(bias, np.float64)
    offset = offset.reshape(1, -1) if offset.ndim else offset
    total = conv(x, w, offset, groups=groups or filter.shape[0], **attributes)
    total = total * _per_filter(_or_one(a_scale), filter.ndim).swapaxes(0, 1) * _or_one(b_scale) / _or_one(c_scale)
    return coded(total + (0 if c0 is None else c0), dtype)


def _per_filter(value: Numbers, rank: int) -> Array:
    array = np.asarray(value, np.float64)
    return array.reshape(-1, *[1] * (rank - 1))
