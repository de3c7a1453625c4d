"""Matrix products, shared out to the threads of the run where they are large.

BLAS itself keeps to one thread (`runtime/execution/threads.py`): its threads spin while they wait, and a busy machine then takes many
times as long.
"""

from __future__ import annotations

from itertools import pairwise
from math import prod

import numpy as np

from ..tiles.team import current
from .dtypes import Array


def product(a: Array, b: Array, out: Array | None = None) -> Array:
    """[.., m, k] x [.., k, n] -> [.., m, n], as `numpy.matmul` (operands of rank 2 at least)."""
    team = current()
    if team.size < 2 or a.dtype != b.dtype or a.dtype.kind != "f":
        return np.asarray(np.matmul(a, b, out=out))
    lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    m, n = a.shape[-2], b.shape[-1]
    if team.for_work(prod(lead) * m * n * a.shape[-1]).size < 2:
        return np.asarray(np.matmul(a, b, out=out))
    if out is None:
        out = np.empty((*lead, m, n), a.dtype)
    target = out
    axis = next((axis for axis, extent in enumerate(lead) if extent >= team.size), len(lead) + (n > m))
    edges = [target.shape[axis] * part // team.size for part in range(team.size + 1)]

    def work(worker: int, part: tuple[int, int]) -> None:
        span = slice(*part)
        np.matmul(
            _along(a, axis, span, target.ndim, 1), _along(b, axis, span, target.ndim, 0), out=target[_index(axis, span)]
        )

    team.each([(first, last) for first, last in pairwise(edges) if last > first], work)
    return target


def _along(array: Array, axis: int, span: slice, rank: int, inner: int) -> Array:
    """What a part of the result reads of an operand, whose matrix axis `inner` (counted from behind: 0 or 1) is summed over."""
    at = axis - (rank - array.ndim)
    summed = array.ndim - (1 if inner else 2)
    if at < 0 or at == summed or array.shape[at] == 1:
        return array
    return array[_index(at, span)]


def _index(axis: int, span: slice) -> tuple[slice, ...]:
    return (slice(None),) * axis + (span,)
