"""How the weights of two models differ.

Here: which labels came, went or changed, and by how much. Not here: the graphs (model/), printing (cli/). Tensors are
compared in blocks, equal files byte for byte first. Raises ArchiveError.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nnef_lsp.archive.containers.model import Model
from nnef_lsp.archive.statistics.moments import real_numbers
from nnef_lsp.archive.tensors.dat import TensorFile

if TYPE_CHECKING:
    from nnef_lsp.archive.arrays import Array

_BLOCK_ITEMS = 1 << 18


@dataclass(frozen=True)
class WeightChange:
    """`what` is 'added', 'removed', 'shape', 'type' or 'values'; numbers only where shapes agree.

    `differing` counts items that differ; `at` is the index of the largest difference. A NaN equals a NaN; where only
    one side is not finite, the difference is infinite.
    """

    label: str
    what: str
    before: str = ""
    after: str = ""
    count: int = 0
    differing: int = 0
    max_difference: float = 0.0
    mean_difference: float = 0.0
    relative_norm: float = 0.0
    at: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        finite = {name: value for name, value in vars(self).items() if not isinstance(value, float)}
        numbers = {name: getattr(self, name) for name in ("max_difference", "mean_difference", "relative_norm")}
        texts = {name: value if math.isfinite(value) else str(value) for name, value in numbers.items()}
        return {**finite, **texts, "at": list(self.at)}

    def text(self) -> str:
        """One line for people."""
        if self.what in ("added", "removed"):
            return f"{self.label}: {self.what}, {self.after or self.before}"
        if self.what == "shape" or (self.what == "type" and not self.differing):
            return f"{self.label}: {self.what} {self.before} -> {self.after}"
        kind = f", {self.before} -> {self.after}" if self.what == "type" else ""
        return (
            f"{self.label}: {self.differing} of {self.count} items differ, at most by {self.max_difference:.4g} at "
            f"{list(self.at)}, on average by {self.mean_difference:.4g} ({100 * self.relative_norm:.3g} % of the norm){kind}"
        )


def weight_changes(before: Model, after: Model, renamed: dict[str, str] | None = None) -> list[WeightChange]:
    """The tensors that differ, by label; `renamed` maps old labels to new ones."""
    renamed = renamed or {}
    old = {renamed.get(label, label): label for label in before.labels()}
    new = set(after.labels())
    changes = [WeightChange(label, "added", after=_kind(after.tensor(label))) for label in new - old.keys()]
    changes += [WeightChange(label, "removed", before=_kind(before.tensor(old[label]))) for label in old.keys() - new]
    for label in sorted(old.keys() & new):
        change = tensor_change(label, before.tensor(old[label]), after.tensor(label))
        if change:
            changes.append(change)
    return sorted(changes, key=lambda change: change.label)


def _kind(tensor: TensorFile) -> str:
    return f"{tensor.item_type} {list(tensor.shape)}"


def tensor_change(label: str, before: TensorFile, after: TensorFile) -> WeightChange | None:
    """How `after` differs from `before`, None if it holds the same items in the same type."""
    a, b = _kind(before), _kind(after)
    if before.shape != after.shape:
        return WeightChange(label, "shape", a, b)
    retyped = before.item_type != after.item_type
    if not retyped and before.blob.size == after.blob.size and before.blob.buffer() == after.blob.buffer():
        return None
    if "string" in (before.item_type, after.item_type):
        same = not retyped and (before.array() == after.array()).all()
        return None if same else WeightChange(label, "type" if retyped else "values", a, b, before.header.count)
    before.check_work()
    after.check_work()
    sums = _Sums()
    count = before.header.count
    step = max(_BLOCK_ITEMS, before.part_unit * after.part_unit)
    with before.parts() as part_a, after.parts() as part_b:
        for start in range(0, count, step):
            sums.add(
                start, _wide(part_a(start, min(step, count - start))), _wide(part_b(start, min(step, count - start)))
            )
    if not sums.differing and not retyped:
        return None
    relative = math.sqrt(sums.squares / sums.norm) if sums.norm else (math.inf if sums.squares else 0.0)
    where = _place(sums.at, before.shape) if sums.differing else ()
    return WeightChange(
        label, "type" if retyped else "values", a, b, count, sums.differing,
        sums.largest, sums.total / count if count else 0.0, relative, where,
    )  # fmt: skip


def _wide(items: Array) -> Array:
    # Complex numbers keep their phase; a magnitude would call 1 and -1 equal.
    return items.astype("c16") if items.dtype.kind == "c" else real_numbers(items).astype("f8")


@dataclass
class _Sums:
    differing: int = 0
    largest: float = -1.0
    at: int = 0
    total: float = 0.0
    squares: float = 0.0
    norm: float = 0.0

    def add(self, start: int, a: Array, b: Array) -> None:
        import numpy as np

        with np.errstate(all="ignore"):
            off = np.abs(b - a)
            same = (a == b) | (np.isnan(a) & np.isnan(b))
            off = np.where(same, 0.0, np.where(np.isnan(off), np.inf, off))
            self.differing += int(np.count_nonzero(~same))
            place = int(off.argmax()) if off.size else 0
            if off.size and off[place] > self.largest:
                self.largest, self.at = float(off[place]), start + place
            self.total += float(off.sum())
            self.squares += float(np.dot(off, off))
            known = np.abs(a[np.isfinite(a)])
            self.norm += float(np.dot(known, known))


def _place(index: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    place: list[int] = []
    for extent in reversed(shape):
        index, rest = divmod(index, extent)
        place.append(rest)
    return tuple(reversed(place))
