"""Statistics of a result: what a report shows of a tensor instead of the tensor.

    summarize(array, top=5) -> {"shape": [1, 10], "dtype": "float32", "min": .., "max": .., "mean": .., "std": ..,
                                "nan": 0, "inf": 0, "top": [{"index": [0, 7], "value": 0.98}, ...]}

Everything is plain data for JSON; numbers that are not finite are null there.
"""

from __future__ import annotations

import math
from typing import TypedDict

import numpy as np

from .arrays.dtypes import Array

BLOCK = 1 << 18
"""Items per block: a block fits into the cache, so its five statistics read memory once."""


class LargeItem(TypedDict):
    """One of the largest items, with its index; a value that is not finite is None."""

    index: list[int]
    value: bool | float | None


class Summary(TypedDict, total=False):
    """What a report shows of a tensor; statistics are those of the finite items, None where there is none.  One of several
    tensors has nothing but `items`."""

    shape: list[int]
    dtype: str
    min: float | None
    max: float | None
    mean: float | None
    std: float | None
    nan: int
    inf: int
    top: list[LargeItem]
    items: list[Summary]


class Difference(TypedDict):
    """How far two arrays are apart, and where most."""

    max_abs_error: float
    max_rel_error: float
    index: list[int]


def summarize(array: Array | list[Array], top: int = 5) -> Summary:
    """The summary of one array; a list of arrays gives a list of summaries under "items"."""
    if isinstance(array, list):
        return {"items": [summarize(item, top) for item in array]}
    array = np.asarray(array)
    summary: Summary = {"shape": list(array.shape), "dtype": str(array.dtype)}
    if array.dtype.kind not in "fiub" or not array.size:
        return summary
    summary.update(statistics(array))
    summary["top"] = largest(array, top)
    return summary


def statistics(array: Array) -> Summary:
    """min, max, mean, std of the finite items (None when there is none), counts of NaN and infinite ones."""
    flat = array.reshape(-1)
    count = nan = inf = 0
    total = squares = 0.0
    low, high = math.inf, -math.inf
    shift: float | None = None  # sums of squares around a value of the data keep their digits when the mean is large
    for start in range(0, flat.size, BLOCK):
        block = flat[start : start + BLOCK].astype(np.float64, copy=False)
        finite = np.isfinite(block)
        if not finite.all():
            nans = int(np.isnan(block).sum())
            nan, inf = nan + nans, inf + int(block.size - finite.sum()) - nans
            block = block[finite]
        if not block.size:
            continue
        shift = float(block[0]) if shift is None else shift
        low, high = min(low, float(block.min())), max(high, float(block.max()))
        centered = block - shift
        total += float(centered.sum())
        squares += float(np.dot(centered, centered))
        count += block.size
    if not count or shift is None:
        return {"min": None, "max": None, "mean": None, "std": None, "nan": nan, "inf": inf}
    mean = total / count
    spread = math.sqrt(max(squares / count - mean * mean, 0.0))
    return {"min": low, "max": high, "mean": shift + mean, "std": spread, "nan": nan, "inf": inf}


def largest(array: Array, top: int) -> list[LargeItem]:
    """The `top` largest items with their indices, NaN left out, first of equal ones first."""
    flat = array.reshape(-1).astype(np.float64) if array.dtype.kind == "b" else array.reshape(-1)
    if flat.dtype.kind == "f" and np.isnan(flat).any():
        flat = np.where(np.isnan(flat), -np.inf, flat)
    top = min(top, flat.size)
    if top < 1:
        return []
    candidates = np.flatnonzero(flat >= np.partition(flat, flat.size - top)[flat.size - top])
    order = candidates[np.argsort(-flat[candidates].astype(np.float64), kind="stable")][:top]
    places = (np.unravel_index(int(at), array.shape) for at in order)
    return [{"index": [int(i) for i in place], "value": plain(array[place])} for place in places]


def plain(value: np.generic) -> bool | float | None:
    """A numpy scalar as JSON has it."""
    item: bool | float = value.item()
    return None if isinstance(item, float) and not math.isfinite(item) else item


def difference(a: Array, b: Array) -> Difference:
    """How far two arrays of one shape are apart: the largest absolute and relative error and where the first is.

    Items that are NaN in both count as equal, NaN in one as an infinite error.
    """
    wide_a, wide_b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    with np.errstate(all="ignore"):
        error = np.abs(wide_a - wide_b)
        error[(wide_a == wide_b) | (np.isnan(wide_a) & np.isnan(wide_b))] = 0.0
        error[np.isnan(error)] = np.inf
        relative = np.where(error > 0, error / np.maximum(np.abs(wide_b), 1e-30), 0.0)
    if not error.size:
        return {"max_abs_error": 0.0, "max_rel_error": 0.0, "index": []}
    place = np.unravel_index(int(error.argmax()), error.shape)
    return {
        "max_abs_error": float(error.max()),
        "max_rel_error": float(relative.max()),
        "index": [int(i) for i in place],
    }


def agree(a: Array, b: Array, rtol: float, atol: float) -> bool:
    """Whether |a - b| <= atol + rtol |b| everywhere; NaN agrees with NaN."""
    return a.shape == b.shape and bool(
        np.allclose(np.asarray(a, np.float64), np.asarray(b, np.float64), rtol=rtol, atol=atol, equal_nan=True)
    )
