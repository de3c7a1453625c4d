"""Prepared convolution with two spatial axes: columns in tiles, a product each, the epilogue on the tile.

Channels last, a column is kh runs of kw * C contiguous items, and the product is [positions, K] x [K, c] with the
filter laid out once.  Measured on one thread the columns cost 5 to 15 % on top of the bare product.  Tried and given up:
nine products accumulated without columns (needs BLAS through ctypes, no faster), columns as flat shifted slices
with unused positions at the row ends (slower below 28 x 28).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ..arrays.dtypes import Array, Dtype
from ..arrays.windows import Window
from ..tiles.team import Team
from .epilogue import Epilogue
from .layout import rows
from .scratch import Scratch

COLUMN_BYTES = 2 << 20
"""Columns of a tile, where there is room: more does not make the product faster, half of it takes 3 % longer."""
BLOCK_BYTES = 4 << 20
"""Result of a tile of a 1x1 convolution.  One product of the whole is fastest even where nothing fits the cache; tiles are
for several threads and for a run that is cancelled."""
DEPTHWISE_BYTES = 1 << 19
"""Result of a tile of a depth-wise convolution: it is gone over once for each item of the kernel."""

Convolution = Callable[[Array, Array, list[Array]], None]


@dataclass(frozen=True, slots=True)
class Geometry:
    """Sizes of a convolution: batch N, channels C -> c, groups, the window over (H, W)."""

    batch: int
    channels: int
    count: int
    groups: int
    window: Window
    dtype: Dtype

    @property
    def positions(self) -> int:
        """Output positions of one item of the batch."""
        return self.window.lower[0] * self.window.lower[1]

    @property
    def macs(self) -> int:
        """Multiply-accumulates."""
        return self.batch * self.positions * self.count * (self.channels // self.groups) * self.window.volume

    @property
    def padded(self) -> bool:
        """Whether the window reaches beyond the input."""
        return any(p or q for p, q in self.window.padding)


def pointwise(geometry: Geometry, filter: Array, epilogue: Epilogue, scratch: Scratch) -> Convolution:
    """1x1: the bare product of [positions, C] and the filter, turned around once.

    BLAS would take the transposed view as well, but packs it more slowly: 20 % of the time at 7 x 7 positions.
    """
    g, (sy, sx), team = geometry, geometry.window.stride, scratch.team.for_work(geometry.macs)
    weights = filter.reshape(g.groups, g.count // g.groups, -1).transpose(0, 2, 1)
    if turns(g):
        weights = np.ascontiguousarray(weights)
    most = max(64, min(g.positions, BLOCK_BYTES // (max(g.count, g.channels) * g.dtype.itemsize)))
    tile = -(-g.positions // team.parts(g.positions, most))
    strided = (sy, sx) != (1, 1)
    lease = scratch.reserve(g.dtype, (g.batch, g.positions, g.channels) if strided else (0,))
    tasks = shares(g, range(0, g.positions, tile), team)

    def run(x: Array, out: Array, extras: list[Array]) -> None:
        sources = [_positions_of(item) for item in x]
        if strided:
            (h, w), packed = g.window.lower, lease.arrays()[0]
            for source, item in zip(packed, x, strict=True):
                np.copyto(source.reshape(h, w, -1), item.transpose(1, 2, 0)[: h * sy : sy, : w * sx : sx])
            sources = list(packed)

        def work(worker: int, task: Share) -> None:
            n, first, ways = task
            last, base, target = min(first + tile, g.positions), n * g.positions, rows_of(out, n)
            for way in ways:
                block = target[first:last, way.outer]
                np.matmul(sources[n][first:last, way.inner], weights[way.group][:, way.columns], out=block)
                epilogue(block, extras, slice(base + first, base + last), way.outer)

        team.each(tasks, work)

    return run


def turns(g: Geometry) -> bool:
    """Whether a 1x1 filter is copied: for a few positions the copy would cost more than it gives."""
    return g.positions >= 8


def _positions_of(item: Array) -> Array:
    """[positions, C] of one [C, H, W]: a view if channels are last or first in memory (BLAS takes both)."""
    view = rows(item[None])
    return item.reshape(item.shape[0], -1).T if view is None else view


def rows_of(out: Array, n: int) -> Array:
    """[positions, c] of item n of the output, which was laid out so that this is a view."""
    view = rows(out[n : n + 1])
    assert view is not None
    return view


class Way(NamedTuple):
    """Channels of the input that make channels of the output, by `columns` of the filter of a group."""

    group: int
    inner: slice
    outer: slice
    columns: slice


Share = tuple[int, int, list[Way]]
"""An item of the batch, the first row or position of a tile, the channels to compute."""


def shares(g: Geometry, tiles: Sequence[int], team: Team) -> list[Share]:
    """The tasks of an operation; where there are fewer tiles than threads, the output's channels are cut as well."""
    inner, outer = g.channels // g.groups, g.count // g.groups
    cuts = 1 if g.batch * len(tiles) >= team.size else min(team.size, outer)
    edges = [outer * cut // cuts for cut in range(cuts + 1)]
    pieces = [
        [
            Way(i, slice(i * inner, (i + 1) * inner), slice(i * outer + first, i * outer + last), slice(first, last))
            for i in range(g.groups)
        ]
        for first, last in pairwise(edges)
    ]
    return [(n, tile, ways) for n in range(g.batch) for tile in tiles for ways in pieces]


def whole(geometry: Geometry, filter: Array, epilogue: Epilogue, scratch: Scratch) -> Convolution:
    """A window as large as the input (fully connected layers): the filter times the input, filter as it is in the file.

    Bound by reading the filter, which may be hundreds of megabytes: it is neither copied nor turned around.
    """
    g, team = geometry, scratch.team.for_work(geometry.macs)
    weights = filter.reshape(g.count, -1)
    tasks = shares(g, [0], team)

    def run(x: Array, out: Array, extras: list[Array]) -> None:
        items = np.ascontiguousarray(x)

        def work(worker: int, task: Share) -> None:
            n, _, ways = task
            for way in ways:
                block = rows_of(out, n)[:, way.outer]
                np.matmul(weights[way.outer], items[n, way.inner].reshape(-1), out=block[0])
                epilogue(block, extras, slice(n, n + 1), way.outer)

        team.each(tasks, work)

    return run


def unfolded(geometry: Geometry, filter: Array, epilogue: Epilogue, scratch: Scratch) -> Convolution:
    """The general case, tile by tile."""
    g, window, team = geometry, geometry.window, scratch.team.for_work(geometry.macs)
    (kh, kw), (sy, sx), (dy, dx), (oh, ow) = window.size, window.stride, window.dilation, window.lower
    inner = g.channels // g.groups
    weights = _arranged(filter, g.groups)
    width_bytes = ow * kh * kw * inner * g.dtype.itemsize
    tile = -(-oh // team.parts(oh, scratch.within(COLUMN_BYTES, team) // width_bytes))
    reach = (tile - 1) * sy + (kh - 1) * dy + 1
    across = (ow - 1) * sx + (kw - 1) * dx + 1
    tasks = shares(g, range(0, oh, tile), team)
    lease = scratch.reserve(
        g.dtype, (tile * ow, kh * kw * inner), (reach, across, inner), workers=team.workers(len(tasks))
    )

    def run(x: Array, out: Array, extras: list[Array]) -> None:
        def work(worker: int, task: Share) -> None:
            columns, strip = lease.arrays(worker)
            n, row, ways = task
            item, target, base = x[n].transpose(1, 2, 0), rows_of(out, n), n * g.positions
            count = min(tile, oh - row)
            first, last = row * ow, (row + count) * ow
            for way in ways:
                source = _strip(item[:, :, way.inner], strip, row * sy, window)
                part = columns[: count * ow]
                _unfold(source, part, count, ow, window)
                block = target[first:last, way.outer]
                np.matmul(part, weights[way.group][:, way.columns], out=block)
                epilogue(block, extras, slice(base + first, base + last), way.outer)

        team.each(tasks, work)

    return run


def _arranged(filter: Array, groups: int) -> Array:
    """[G, kh kw C/G, c/G], contiguous."""
    count, inner, kh, kw = filter.shape
    turned = filter.reshape(groups, count // groups, inner, kh, kw).transpose(0, 3, 4, 2, 1)
    return np.ascontiguousarray(turned).reshape(groups, kh * kw * inner, count // groups)


def _strip(item: Array, strip: Array, top: int, window: Window) -> Array:
    """The input rows that a tile reads, zeros at the border: `item` itself ([H, W, C]) if nothing reaches outside."""
    (py, qy), (px, qx) = window.padding
    if not (py > 0 or qy > 0 or px > 0 or qx > 0) and item.strides[2] == item.itemsize:
        return item[max(-py, 0) + top :, max(-px, 0) :]
    fill_strip(item, strip, top - py, -px)
    return strip


def fill_strip(item: Array, strip: Array, top: int, left: int) -> None:
    """strip[y, x] = item[top + y, left + x], zero outside of the item."""
    (height, width), (rows_, across) = item.shape[:2], strip.shape[:2]
    (y, y_), (x, x_) = overlap(top, 1, height, rows_), overlap(left, 1, width, across)
    strip[: y.start] = 0
    strip[y.stop :] = 0
    strip[y, : x.start] = 0
    strip[y, x.stop :] = 0
    strip[y, x] = item[y_, x_]


def overlap(start: int, step: int, extent: int, count: int) -> tuple[slice, slice]:
    """Which i of `count` have start + i step within [0, extent): (slice of i, slice of the extent)."""
    first = min(max(0, -(start // step)), count)
    last = max(min(count, -(-(extent - start) // step)), first)
    begin = start + first * step
    return slice(first, last), slice(begin, begin + (last - first - 1) * step + 1, step) if last > first else slice(
        0, 0
    )


def _unfold(source: Array, columns: Array, count: int, ow: int, window: Window) -> None:
    """columns[(y, x), (j, i, c)] = source[y s + j d, x s + i d, c]."""
    (kh, kw), (sy, sx), (dy, dx) = window.size, window.stride, window.dilation
    a, b, c = source.strides
    channels = source.shape[2]
    if dx == 1 and b == channels * c:  # a row of the window is one run
        view = as_strided(source, (count, ow, kh, kw * channels), (a * sy, b * sx, a * dy, c))
        np.copyto(columns.reshape(count, ow, kh, -1), view)
    else:
        strides = (a * sy, b * sx, a * dy, b * dx, c)
        view = as_strided(source, (count, ow, kh, kw, channels), strides)
        np.copyto(columns.reshape(count, ow, kh, kw, channels), view)


def depthwise(geometry: Geometry, filter: Array, epilogue: Epilogue, scratch: Scratch) -> Convolution:
    """One filter per channel: a multiplication and an addition of a strip for each item of the kernel."""
    g, window, team = geometry, geometry.window, scratch.team.for_work(geometry.macs)
    (kh, kw), (sy, sx), (dy, dx), (oh, ow) = window.size, window.stride, window.dilation, window.lower
    weights = np.ascontiguousarray(filter.reshape(g.channels, kh * kw).T)
    tile = -(
        -oh // team.parts(oh, scratch.within(2 * DEPTHWISE_BYTES, team) // (2 * ow * g.channels * g.dtype.itemsize))
    )
    reach, across = (tile - 1) * sy + (kh - 1) * dy + 1, (ow - 1) * sx + (kw - 1) * dx + 1
    tasks = [(n, row) for n in range(g.batch) for row in range(0, oh, tile)]
    lease = scratch.reserve(
        g.dtype, (reach, across, g.channels), (tile, ow, g.channels), workers=team.workers(len(tasks))
    )
    everything = slice(0, g.channels)

    def run(x: Array, out: Array, extras: list[Array]) -> None:
        def work(worker: int, task: tuple[int, int]) -> None:
            strip, product = lease.arrays(worker)
            n, row = task
            item, target, base = x[n].transpose(1, 2, 0), rows_of(out, n), n * g.positions
            count = min(tile, oh - row)
            first, last = row * ow, (row + count) * ow
            source = _strip(item, strip, row * sy, window)
            block = target[first:last]
            total, term = block.reshape(count, ow, -1), product[:count]
            for index, (j, i) in enumerate(window.offsets()):
                view = source[j * dy : j * dy + (count - 1) * sy + 1 : sy, i * dx : i * dx + (ow - 1) * sx + 1 : sx]
                np.multiply(view, weights[index], out=term if index else total)
                if index:
                    np.add(total, term, out=total)
            epilogue(block, extras, slice(base + first, base + last), everything)

        team.each(tasks, work)

    return run
