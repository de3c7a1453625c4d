"""What the numbers of a tensor are like.

Here: `summarise` for arrays and tensor files: range, mean, deviation, zeros, NaN and Inf, histogram, first values,
ranges of channels. Not here: the sums (moments.py), drawing (pictures/preview.py, pictures/image.py). Up to 64 MB every item is looked at, above that 64
evenly spread blocks, and the result says "sampled".

Items are read in blocks that stay in the cache, so a gigabyte costs what reading it once costs; measured
against `a.min()`, `a.max()`, ... over a memory map, which walk through memory once each.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nnef_lsp.archive.statistics.moments import BINS, ROW, Moments, Number, bins_of, lesser, pairs_of, real_numbers
from nnef_lsp.archive.tensors.dat import TensorFile
from nnef_lsp.archive.tensors.tensor import Tensor

if TYPE_CHECKING:
    from nnef_lsp.archive.arrays import Array

EXACT_BYTES = 64 << 20
_BLOCK_BYTES = 2 << 20  # a gigabyte takes 408 ms in blocks of 128 KB, 253 in 512 KB, 208 in 1 MB, 191 in 2 and 4 MB
_SAMPLES = 64
_SAMPLE_BYTES = 64 << 10
_MOST_CHANNELS = 4096

Part = Callable[[int, int], "Array"]


@dataclass(frozen=True)
class Channel:
    """The range of one channel: an index of the first axis that has more than one."""

    index: int
    minimum: Number | None
    maximum: Number | None


@dataclass(frozen=True)
class Statistics:
    """Facts about one tensor. NaN and infinite items are counted and left out of everything else.

    `seen` items were looked at; `zeros` is a share of them. Of complex numbers the magnitude is described.
    """

    shape: tuple[int, ...]
    item_type: str
    bytes: int
    count: int
    seen: int
    minimum: Number | None
    maximum: Number | None
    mean: float | None
    std: float | None
    zeros: float
    nans: int
    infinities: int
    low: float = 0.0
    high: float = 0.0
    histogram: tuple[int, ...] = ()
    first: tuple[Item, ...] = ()
    channel_axis: int | None = None
    channels: tuple[Channel, ...] = ()

    @property
    def sampled(self) -> bool:
        return self.seen < self.count

    def as_json(self) -> dict[str, Any]:
        """Plain data for `--format json`."""
        return {
            "shape": list(self.shape),
            "itemType": self.item_type,
            "bytes": self.bytes,
            "count": self.count,
            "sampled": self.sampled,
            "seen": self.seen,
            "min": self.minimum,
            "max": self.maximum,
            "mean": _plain(self.mean),
            "std": _plain(self.std),
            "zeros": self.zeros,
            "nans": self.nans,
            "infinities": self.infinities,
            "histogram": {"low": self.low, "high": self.high, "counts": list(self.histogram)},
            "first": [_plain(item) for item in self.first],
            "channelAxis": self.channel_axis,
            "channels": [[c.index, c.minimum, c.maximum] for c in self.channels],
        }


Item = bool | int | float | str | complex | None
"""What `tolist` makes of an item."""


def _plain(item: Item) -> bool | int | float | str | None:
    """JSON knows neither NaN and infinity nor complex numbers."""
    if isinstance(item, float) and not math.isfinite(item):
        return str(item)
    return item if item is None or isinstance(item, (int, float, str, bool)) else str(item)


@dataclass
class _Source:
    """Items to go through, whatever they come from."""

    shape: tuple[int, ...]
    item_type: str
    bytes: int
    item_bytes: float
    unit: int
    part: Part

    @property
    def count(self) -> int:
        return math.prod(self.shape)


@contextmanager
def _opened(tensor: Tensor | Array) -> Iterator[_Source]:
    if isinstance(tensor, TensorFile):
        header = tensor.header
        size = max(1, header.length) / max(1, header.count)
        with tensor.parts() as part:
            yield _Source(header.shape, header.item_type, tensor.blob.size, size, tensor.part_unit, part)
        return
    import numpy as np

    array = np.asarray(tensor) if isinstance(tensor, (np.ndarray, np.generic)) else tensor.array()
    name, size = (
        (array.dtype.name, array.nbytes)
        if isinstance(tensor, (np.ndarray, np.generic))
        else (tensor.item_type, tensor.bytes)
    )
    flat = array.reshape(-1)
    yield _Source(array.shape, name, size, array.itemsize, 1, lambda first, count: flat[first : first + count])


def summarise(
    tensor: Tensor | Array, *, exact: bool | None = None, histogram: bool = True, channels: bool = True
) -> Statistics:
    """Statistics of a tensor file or an array. Raises ArchiveError when the file cannot be read.

    `exact` forces (True) or forbids (False) looking at every item; by default size decides.
    """
    with _opened(tensor) as source:
        first = _first_items(source)
        if source.item_type == "string" or not source.count or isinstance(first[0], str):
            return _of_no_numbers(source, first)
        if exact is None:
            exact = source.count * source.item_bytes <= EXACT_BYTES
        if exact and isinstance(tensor, TensorFile):
            tensor.check_work()
        spans = _all_spans(source) if exact else _sample_spans(source)
        moments = Moments()
        for start, size in spans:
            moments.add(real_numbers(source.part(start, size)))
        low, high, counts = _histogram(source, spans, moments) if histogram else (0.0, 0.0, ())
        axis, ranges = _channels(source, exact) if channels else (None, ())
        return Statistics(
            source.shape, source.item_type, source.bytes, source.count, moments.seen,
            moments.minimum, moments.maximum, moments.mean, moments.std,
            moments.zeros / moments.seen, moments.nans, moments.infinities,
            low, high, counts, first, axis, ranges,
        )  # fmt: skip


def _first_items(source: _Source) -> tuple[Item, ...]:
    found: list[Item] = source.part(0, min(8, source.count)).tolist() if source.count else []
    return tuple(found)


def _of_no_numbers(source: _Source, first: tuple[Item, ...]) -> Statistics:
    return Statistics(
        source.shape, source.item_type, source.bytes, source.count, source.count,
        None, None, None, None, 0.0, 0, 0, first=first,
    )  # fmt: skip


# --- which items are looked at


def _all_spans(source: _Source) -> list[tuple[int, int]]:
    step = _items_of(source, _BLOCK_BYTES)
    return [(start, min(step, source.count - start)) for start in range(0, source.count, step)]


def _sample_spans(source: _Source) -> list[tuple[int, int]]:
    size = _items_of(source, _SAMPLE_BYTES)
    if size * _SAMPLES >= source.count:
        return _all_spans(source)
    last = source.count - size
    starts = (last * index // (_SAMPLES - 1) // source.unit * source.unit for index in range(_SAMPLES))
    return [(start, size) for start in starts]


def _items_of(source: _Source, size: int) -> int:
    """About `size` bytes as a number of items that divides neither groups nor rows of squares."""
    step = math.lcm(source.unit, ROW)
    return max(1, int(size / max(source.item_bytes, 1)) // step) * step


# --- a second pass: histogram


def _histogram(source: _Source, spans: list[tuple[int, int]], moments: Moments) -> tuple[float, float, tuple[int, ...]]:
    """(low, high, counts) of the finite items. An item within 2^-16 of a bin of an edge may count on either side."""
    import numpy as np

    if moments.minimum is None or moments.maximum is None:
        return 0.0, 0.0, ()
    low, high = float(moments.minimum), float(moments.maximum)
    counts = np.zeros(BINS * BINS, np.int64)
    if low == high:
        return low, high, (*[0] * (BINS // 2), moments.finite, *[0] * (BINS // 2 - 1))
    odd = 0
    for start, size in spans:
        items = real_numbers(source.part(start, size))
        if moments.nans or moments.infinities:
            items = items[np.isfinite(items)]
        bins = bins_of(items, low, high, moments)
        if bins.size % 2:  # pairs are counted, below: a lone last item gets a partner in bin 0, taken out at the end
            bins = np.append(bins, np.uint8(0))
            odd += 1
        counts += np.bincount(pairs_of(bins), minlength=BINS * BINS)
    square = counts.reshape(BINS, BINS)
    result = square.sum(axis=0) + square.sum(axis=1)
    result[0] -= odd
    return low, high, tuple(result.tolist())


# --- channels


def _channels(source: _Source, exact: bool) -> tuple[int | None, tuple[Channel, ...]]:
    """Ranges along the first axis longer than 1 (filters, the items of a bias): its slices are contiguous."""
    axis = next((axis for axis, extent in enumerate(source.shape) if extent > 1), None)
    if axis is None or len(source.shape) < 2:
        return None, ()
    extent = source.shape[axis]
    size = source.count // extent
    whole = exact and extent <= _MOST_CHANNELS and size % source.unit == 0
    chosen = range(extent) if whole else sorted({(extent - 1) * i // (_SAMPLES - 1) for i in range(_SAMPLES)})
    if whole and size * source.item_bytes <= _BLOCK_BYTES:
        return axis, tuple(_short_channels(source, extent, size))
    if size % source.unit:
        return None, ()
    looked_at = size if whole else min(size, _items_of(source, 4096))
    return axis, tuple(_channel(source, index, size, looked_at) for index in chosen)


def _short_channels(source: _Source, extent: int, size: int) -> Iterator[Channel]:
    """Channels that fit a block, several at a time."""
    import numpy as np

    step = max(1, int(_BLOCK_BYTES / max(source.item_bytes, 1)) // size)
    for start in range(0, extent, step):
        rows = real_numbers(source.part(start * size, min(step, extent - start) * size)).reshape(-1, size)
        with np.errstate(all="ignore"):
            least, most = rows.min(axis=1), rows.max(axis=1)
        finite = np.isfinite(least) & np.isfinite(most)
        for index, (a, b, fine) in enumerate(zip(least.tolist(), most.tolist(), finite.tolist(), strict=True), start):
            yield Channel(index, a, b) if fine else _finite_range(index, rows[index - start])


def _channel(source: _Source, index: int, size: int, looked_at: int) -> Channel:
    step = _items_of(source, _BLOCK_BYTES)
    minimum: Number | None = None
    maximum: Number | None = None
    for start in range(0, looked_at, step):
        part = _finite_range(index, real_numbers(source.part(index * size + start, min(step, looked_at - start))))
        if part.minimum is not None and part.maximum is not None:
            minimum = lesser(minimum, part.minimum)
            maximum = part.maximum if maximum is None else max(maximum, part.maximum)
    return Channel(index, minimum, maximum)


def _finite_range(index: int, items: Array) -> Channel:
    import numpy as np

    finite = items[np.isfinite(items)] if items.dtype.kind == "f" else items
    return Channel(index, finite.min().item(), finite.max().item()) if finite.size else Channel(index, None, None)
