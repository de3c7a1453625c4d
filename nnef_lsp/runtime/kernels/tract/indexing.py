"""tract_core: gathering and scattering by index, ranges, the largest items, one-hot."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from ...arrays.dtypes import Array, Dtype
from .. import KernelError, kernel


def _indices(indices: Array, extent: int) -> Array:
    """Indices as integers, negative ones counted from the end."""
    found = indices.astype(np.int64)
    return np.where(found < 0, found + extent, found)


@kernel("tract_core_gather")
def gather(input: Array, indices: Array, *, axis: int, datum_type: str | None = None) -> Array:
    return np.asarray(np.take(input, _indices(indices, input.shape[axis]), axis=axis))


@kernel("tract_core_gather_elements")
def gather_elements(input: Array, indices: Array, *, axis: int) -> Array:
    """Only the axis is picked; on others the indices may cover less than the input."""
    part = input[tuple(slice(None) if a == axis else slice(extent) for a, extent in enumerate(indices.shape))]
    return np.asarray(np.take_along_axis(part, _indices(indices, input.shape[axis]), axis))


@kernel("tract_core_gather_nd")
def gather_nd(input: Array, indices: Array, *, batch_dims: int = 0) -> Array:
    count = indices.shape[-1]
    batch = input.shape[:batch_dims]
    found = np.empty((*indices.shape[:-1], *input.shape[batch_dims + count :]), input.dtype)
    for at in product(*map(range, batch)):
        picks = [_indices(indices[at][..., i], input.shape[batch_dims + i]) for i in range(count)]
        found[at] = input[at][tuple(picks)]
    return found


_COMBINE: dict[str, Any] = {"add": np.add, "mul": np.multiply, "min": np.minimum, "max": np.maximum}


@kernel("tract_core_scatter_elements", dtype=True)
def scatter_elements(
    input: Array, indices: Array, updates: Array, *, axis: int, reduction: str = "none", dtype: Dtype | None = None
) -> Array:
    output = input.astype(dtype or input.dtype)
    grid = list(np.ogrid[tuple(slice(extent) for extent in indices.shape)])
    grid[axis] = _indices(indices, input.shape[axis])
    _write(output, tuple(grid), updates, reduction)
    return output


@kernel("tract_core_scatter_nd", dtype=True)
def scatter_nd(
    input: Array, indices: Array, updates: Array, *, reduction: str = "none", dtype: Dtype | None = None
) -> Array:
    output = input.astype(dtype or input.dtype)
    picks = tuple(_indices(indices[..., i], input.shape[i]) for i in range(indices.shape[-1]))
    _write(output, picks, updates, reduction)
    return output


def _write(output: Array, picks: tuple[Any, ...], updates: Array, reduction: str) -> None:
    if reduction == "none":
        output[picks] = updates
    elif reduction in _COMBINE:
        _COMBINE[reduction].at(output, picks, updates)
    else:
        raise KernelError(f"there is no reduction '{reduction}'", "reduction")


@kernel("tract_core_range", dtype=True)
def range_(start: Array, end: Array, step: Array, *, dtype: Dtype | None = None) -> Array:
    """From start in steps up to end; all three are single items."""
    first, last, stride = (item.reshape(-1)[0].item() for item in (start, end, step))
    count = max(0, int(np.ceil((last - first) / stride)))
    return np.asarray(first + stride * np.arange(count)).astype(dtype or np.int64)


@kernel("tract_core_topk")
def topk(input: Array, k: Array, *, axis: int, largest: bool = True) -> tuple[Array, Array]:
    """In order; of equal items the first comes first.  Where there are fewer than k, zeros follow, as in tract."""
    keys = np.flip(input, axis) if largest else input
    order = np.argsort(keys, axis=axis, kind="stable")
    if largest:
        order = input.shape[axis] - 1 - np.flip(order, axis)
    count = int(k.reshape(-1)[0])
    order = order.take(range(min(count, input.shape[axis])), axis=axis)
    missing = [(0, count - order.shape[axis] if other == axis else 0) for other in range(input.ndim)]
    return np.pad(np.take_along_axis(input, order, axis), missing), np.pad(order, missing).astype(np.int64)


@kernel("tract_core_one_hot", dtype=True)
def one_hot(
    input: Array, *, axis: int, dim: int, value_off: float = 0.0, value_on: float = 1.0, dtype: Dtype | None = None
) -> Array:
    shape = [1] * (input.ndim + 1)
    shape[axis] = dim
    hit = np.expand_dims(_indices(input, dim), axis) == np.arange(dim).reshape(shape)
    return np.where(hit, np.asarray(value_on, dtype), np.asarray(value_off, dtype))


@kernel("tract_core_dyn_slice", view=True)
def dyn_slice(input: Array, *, start: int, end: int, len: int, axis: int) -> Array:
    """`len` is what was promised, -1 where nothing was."""
    if len >= 0 and end - start != len:
        raise KernelError(f"the slice has {end - start} items, promised are {len}", "len")
    return np.asarray(input[(slice(None),) * axis + (slice(start, end),)])


@kernel("tract_onnx_non_zero")
def non_zero(input: Array, *, count_symbol: str | None = None) -> Array:
    """Indices by axis, [rank, count]; a scalar has no axes, so its indices are none."""
    found = np.nonzero(np.atleast_1d(input))
    count = len(found[0])
    return np.asarray(found[: input.ndim], np.int64).reshape(input.ndim, count)


@kernel("tract_onnx_non_max_suppression")
def suppression(
    boxes: Array,
    scores: Array,
    *,
    max_output_boxes_per_class: int = 0,
    iou_threshold: float = 0.0,
    score_threshold: float | None = None,
    center_point_box: int = 0,
) -> Array:
    """Of each batch and class, at most so many; 0, which is also what is meant if nothing is said, means all."""
    most = max_output_boxes_per_class or scores.shape[2]
    found: list[list[int]] = []
    for batch, kind in product(range(scores.shape[0]), range(scores.shape[1])):
        kept: list[int] = []
        for index in np.argsort(-scores[batch, kind], kind="stable"):
            if len(kept) >= most:
                break
            if score_threshold is not None and scores[batch, kind, index] <= score_threshold:
                continue
            box = boxes[batch, index]
            if all(_overlap(box, boxes[batch, other], bool(center_point_box)) <= iou_threshold for other in kept):
                kept.append(int(index))
        found.extend([batch, kind, index] for index in kept)
    return np.array(found, np.int64).reshape(-1, 3)


def _corners(box: Sequence[float], center: bool) -> tuple[float, float, float, float]:
    a, b, c, d = (float(item) for item in box)
    if center:
        a, b, c, d = b - d / 2, a - c / 2, b + d / 2, a + c / 2
    return min(a, c), min(b, d), max(a, c), max(b, d)


def _overlap(first: Any, second: Any, center: bool) -> float:
    """Area common to both boxes, over the area that either covers."""
    a, b = _corners(first, center), _corners(second, center)
    common = max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    whole = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - common
    return common / whole if whole > 0 else 0.0
