"""tract_onnx: what ONNX-ML has for tables and trees: lookups by index and by value, decision forests.

A forest is packed in three tensors of u32: `trees` has the row of `nodes` where each tree begins; a row of `nodes` is
[feature, row if true, row if false, bits of the threshold, comparison] of a branch, or [first, end] of the rows of
`leaves` that it votes for; a row of `leaves` is [class, bits of the vote].  0x100 beside the comparison sends NaN to
the true side.
"""

from __future__ import annotations

import numpy as np

from ...arrays.dtypes import Array
from ...tiles.cancel import check
from .. import KernelError, kernel


@kernel("tract_onnx_ml_direct_lookup")
def direct_lookup(input: Array, values: Array, fallback: Array) -> Array:
    """Items of `values`; indices outside of it, negative ones among them, give the fallback."""
    table = values.reshape(-1)
    index = input.astype(np.int64)
    known = (index >= 0) & (index < table.size)
    if not table.size:
        return np.broadcast_to(fallback.reshape(()), index.shape).astype(values.dtype)
    return np.where(known, table[np.where(known, index, 0)], fallback.reshape(())).astype(values.dtype)


@kernel("tract_onnx_ml_reverse_lookup")
def reverse_lookup(input: Array, keys: Array, *, fallback: float | list[float]) -> Array:
    """The first place of each item among the keys.  tract reads the two arguments crosswise; a text written for that,
    with one number for `keys` and the table for `fallback`, means the same here."""
    table: list[float] = keys.reshape(-1).tolist()
    if not isinstance(fallback, list):
        missing = fallback
    else:
        if len(table) != 1:
            raise KernelError("one of 'keys' and 'fallback' is the table, the other a number", "fallback")
        table, missing = fallback, table[0]
    places: dict[float, int] = {}
    for place, key in enumerate(table):
        places.setdefault(key, place)
    found = [places.get(item, int(missing)) for item in input.reshape(-1).tolist()]
    return np.array(found, np.int32).reshape(input.shape)


_COMPARISONS: dict[int, np.ufunc] = {
    1: np.equal,
    2: np.not_equal,
    3: np.less,
    4: np.greater,
    5: np.less_equal,
    6: np.greater_equal,
}


@kernel("tract_onnx_ml_tree_ensemble_classifier")
def forest(
    input: Array, trees: Array, nodes: Array, leaves: Array, *, max_used_feature: int, n_classes: int, aggregate_fn: str
) -> Array:
    """Votes by class; totals begin with 0, which the largest and the smallest vote are compared with too.

    tract takes a branch on "at least" for a leaf; here it is the comparison that its number stands for.
    """
    if input.ndim != 2 or input.shape[1] <= max_used_feature:
        raise KernelError(f"the input must be [batch, features] with more than {max_used_feature} features", "input")
    if aggregate_fn not in ("SUM", "AVERAGE", "MIN", "MAX"):
        raise KernelError(f"votes cannot be combined by '{aggregate_fn}'", "aggregate_fn")
    features, batch = input.astype(np.float32), np.arange(input.shape[0])
    total, count = np.zeros((len(batch), n_classes), np.float32), np.zeros((len(batch), n_classes), np.int64)
    votes = leaves[:, 1].astype(np.uint32).view(np.float32)
    for root in trees.reshape(-1):
        check()
        ends = _leaves(features, int(root), nodes)
        for leaf in np.unique(ends):
            voting = batch[ends == leaf]
            for row in range(int(nodes[leaf, 0]), int(nodes[leaf, 1])):
                _vote(total, count, voting, int(leaves[row, 0]), votes[row], aggregate_fn)
    return total / np.maximum(count, 1).astype(np.float32) if aggregate_fn == "AVERAGE" else total


def _vote(total: Array, count: Array, voting: Array, kind: int, vote: np.float32, how: str) -> None:
    if how == "MIN":
        total[voting, kind] = np.fmin(total[voting, kind], vote)
    elif how == "MAX":
        total[voting, kind] = np.fmax(total[voting, kind], vote)
    else:
        total[voting, kind] += vote
        count[voting, kind] += 1


def _leaves(features: Array, root: int, nodes: Array) -> Array:
    """The row of `nodes` in which each item of the batch ends, all items walking at once."""
    at = np.full(features.shape[0], root, np.int64)
    for _ in range(len(nodes) + 1):
        branching = np.isin(nodes[at, 4] & 0xFF, list(_COMPARISONS))
        if not branching.any():
            return at
        for row in np.unique(at[branching]):
            feature, true, false, bits, flags = (int(item) for item in nodes[row])
            here = at == row
            values = features[here, feature]
            threshold = np.array(bits, np.uint32).view(np.float32)
            holds = np.where(np.isnan(values), bool(flags & 0x100), _COMPARISONS[flags & 0xFF](values, threshold))
            at[here] = np.where(holds, true, false)
    raise KernelError("a tree leads back to itself", "nodes")
