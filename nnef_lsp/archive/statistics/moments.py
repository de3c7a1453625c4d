"""The arithmetic of statistics: sums over blocks of items.

Here: `Moments` (range, mean, deviation, zeros, in one pass) and the bins of a histogram. Not here: where the items come
from and how many are looked at (statistics.py). Blocks of items are numpy arrays, flat.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nnef_lsp.archive.arrays import Array

BINS = 64
ROW = 1024  # squares are summed in float32 over so many items, then in float64

Number = int | float


def real_numbers(items: Array) -> Array:
    """`items` as real numbers: truth values as 0 and 1, complex numbers by magnitude."""
    import numpy as np

    if items.dtype.names:
        size: Array = np.hypot(items["re"].astype(np.float64), items["im"].astype(np.float64))
        return size
    if items.dtype.kind == "c":
        with np.errstate(all="ignore"):  # the magnitude of the greatest numbers is infinite
            return np.asarray(np.abs(items))
    return items.view(np.uint8) if items.dtype.kind == "b" else items


@dataclass
class Moments:
    """Sums are kept about a pivot near the mean: float32 squares of items far from zero would swallow the deviation."""

    seen: int = 0
    finite: int = 0
    zeros: int = 0
    nans: int = 0
    infinities: int = 0
    minimum: Number | None = None
    maximum: Number | None = None
    pivot: float | None = None
    total: float = 0.0
    squares: float = 0.0
    room: dict[str, Array] = field(default_factory=dict)

    def add(self, items: Array) -> None:
        import numpy as np

        self.seen += items.size
        with np.errstate(all="ignore"):
            least, most = items.min(), items.max()
            if items.dtype.kind == "f" and not (np.isfinite(least) and np.isfinite(most)):
                items = self._finite_only(items)
                if not items.size:
                    return
                least, most = items.min(), items.max()
            self.finite += items.size
            self.zeros += items.size - int(np.count_nonzero(np.not_equal(items, 0, out=self.scratch(items, "?"))))
            self.minimum = lesser(self.minimum, least.item())
            self.maximum = -lesser(_negated(self.maximum), -most.item())
            self._add_sums(items)

    def _finite_only(self, items: Array) -> Array:
        import numpy as np

        nans = int(np.count_nonzero(np.isnan(items)))
        kept: Array = items[np.isfinite(items)]
        self.nans += nans
        self.infinities += items.size - kept.size - nans
        return kept

    def _add_sums(self, items: Array) -> None:
        import numpy as np

        # Small integers and halves are exact in float32; numpy reduces float16 ten times slower than float32.
        single = _exact_in_float32(items)
        if self.pivot is None:
            pivot = float(np.mean(items[: 1 << 16], dtype=np.float64))
            self.pivot = pivot if math.isfinite(pivot) else 0.0
        total, squares = self._sums(items, "f4" if single else "f8")
        if not math.isfinite(squares) and single:
            total, squares = self._sums(items, "f8")
        self.total += total
        self.squares += squares

    def _sums(self, items: Array, dtype: str) -> tuple[float, float]:
        import numpy as np

        off = np.subtract(
            items, np.dtype(dtype).type(self.pivot), out=self.scratch(items, dtype), casting="unsafe", dtype=dtype
        )
        whole = off[: off.size // ROW * ROW].reshape(-1, 1, ROW)
        rest = off[whole.size :].astype(np.float64)
        # Stacked products of 1 x 1024 by 1024 x 1: as quick as one BLAS dot, more exact, and never split over threads.
        squares = np.matmul(whole, whole.reshape(-1, ROW, 1)).sum(dtype=np.float64) + np.dot(rest, rest)
        total = np.matmul(whole, self._ones(dtype)).sum(dtype=np.float64) + rest.sum()
        return float(total), float(squares)

    def _ones(self, dtype: str) -> Array:
        import numpy as np

        name = "ones" + dtype
        if name not in self.room:
            self.room[name] = np.ones((ROW, 1), dtype)
        return self.room[name]

    def scratch(self, items: Array, dtype: str) -> Array:
        import numpy as np

        room = self.room.get(dtype)
        if room is None or room.size < items.size:
            room = self.room[dtype] = np.empty(items.size, dtype)
        return room[: items.size]

    @property
    def mean(self) -> float | None:
        return None if self.pivot is None else self.pivot + self.total / self.finite

    @property
    def std(self) -> float | None:
        if self.pivot is None:
            return None
        off = self.total / self.finite
        variance = self.squares / self.finite - off * off
        return math.sqrt(max(0.0, variance)) if math.isfinite(variance) else math.inf


def _exact_in_float32(items: Array) -> bool:
    return items.itemsize <= (4 if items.dtype.kind == "f" else 2)


def lesser(a: Number | None, b: Number) -> Number:
    return b if a is None else min(a, b)


def _negated(a: Number | None) -> Number | None:
    return None if a is None else -a


def bins_of(items: Array, low: float, high: float, moments: Moments) -> Array:
    """The bin of each item, uint8. `low` and `high` are items themselves, so float32 subtracts them without loss."""
    import numpy as np

    dtype = "f4" if _exact_in_float32(items) and 1e-30 < high - low < 1e38 else "f8"
    real = np.dtype(dtype).type
    if not 1e-290 < high - low < math.inf:  # only float64 items can be so close to each other or so far apart
        factor = 0.25 if math.isinf(high - low) else 2.0**512
        items, low, high = items * factor, low * factor, high * factor
    # Just below 64 bins, so that rounding cannot lift the greatest item out of the last one.
    scale = BINS * (1 - (2**-22 if dtype == "f4" else 2**-50)) / (high - low)
    place = moments.scratch(items, dtype)
    bins = moments.scratch(items, "u1")
    with np.errstate(all="ignore"):
        np.subtract(items, real(low), out=place, dtype=dtype, casting="unsafe")
        np.multiply(place, real(scale), out=place)
        np.copyto(bins, place, casting="unsafe")
    return bins


def pairs_of(bins: Array) -> Array:
    """Two neighbours' bins as one number below 64 * 64: counting half as many, larger numbers is nearly twice as fast."""
    import numpy as np

    both = bins.view(np.uint16)
    pairs: Array = (both >> 2) & np.uint16(0xFC0)
    pairs |= both & np.uint16(63)
    return pairs
