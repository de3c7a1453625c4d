"""Convolution 3x3 with stride 1 by Winograd's F(2x2, 3x3): 16 products instead of 36 for each 2x2 of the result.

Even and odd columns of the input lie apart, so that every sum of the transformations runs along a whole row of tiles:
sums along single pixels of 64 channels took three times as long.  Signs are chosen for few calls of numpy.  Measured here
on one thread, against columns and one product: 1.4 to 1.9 times faster from 14 x 14 positions on, with the same error
(4e-7 of the largest value, 1.2 times in the mean).

Given up, because this engine is the one that others are compared with: F(4x4, 3x3) errs 21 times more than columns do at
the usual points 0, 1, -1, 2, -2, and still 4 times at the best ones found (0, 5/8, -5/8, 3/2, -3/2), F(3x3, 3x3) 3 to 7
times.  They would gain 2 % of ResNet-50: transformations grow, and with 256 channels reading the larger filter takes
as long as the products that are saved.  For 7 x 7 positions of 512 channels F(2x2) gains as little, for twice the filter.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..arrays.dtypes import Array
from .conv2d import Convolution, Geometry, Share, overlap, rows_of, shares
from .epilogue import Epilogue
from .scratch import Scratch

MIN_TILES = 40
MIN_CHANNELS = 16
TILE_BYTES = 1 << 20
"""Transformed input of a strip of tiles: 16 items for each channel of each 2x2."""
STRIP_TILES = 192
"""A strip has at least so many tiles: the transformed filter, many megabytes for 512 channels, is read once per strip."""


def pays(geometry: Geometry) -> bool:
    """Whether the transformation is worth it."""
    g, window = geometry, geometry.window
    plain = window.size == (3, 3) and window.stride == (1, 1) and window.dilation == (1, 1)
    channels = min(g.channels, g.count) // g.groups
    tiles = -(-window.lower[0] // 2) * -(-window.lower[1] // 2)
    return plain and channels >= MIN_CHANNELS and tiles >= MIN_TILES


def transformed(filter: Array, groups: int) -> Array:
    """G w G^T: [G, 16, C/G, c/G] with G = [[1, 0, 0], [1/2, 1/2, 1/2], [1/2, -1/2, 1/2], [0, 0, 1]]."""
    count, inner = filter.shape[:2]
    turned = filter.reshape(groups, count // groups, inner, 3, 3).transpose(3, 4, 0, 2, 1)
    result = np.empty((groups, 16, inner, count // groups), filter.dtype)
    for group in range(groups):
        w = np.ascontiguousarray(turned[:, :, group])  # [3, 3, C, c]
        lines = np.empty((4, 3, *w.shape[2:]), w.dtype)
        _spread(w, lines)
        target = result[group].reshape(4, 4, *w.shape[2:])
        _spread(lines.swapaxes(0, 1), target.swapaxes(0, 1))
    return result


def _spread(w: Array, out: Array) -> None:
    half = w.dtype.type(0.5)
    out[0], out[3] = w[0], w[2]
    even = (w[0] + w[2]) * half
    odd = w[1] * half
    np.add(even, odd, out=out[1])
    np.subtract(even, odd, out=out[2])


def winograd(geometry: Geometry, filter: Array, epilogue: Epilogue, scratch: Scratch) -> Convolution:
    """In strips of tiles; the last row and column of tiles may reach beyond an odd result and are cut off."""
    g, window, team = geometry, geometry.window, scratch.team.for_work(geometry.macs)
    (oh, ow), ((top, _), (left, _)) = window.lower, window.padding
    down, across = -(-oh // 2), -(-ow // 2)
    inner, outer = g.channels // g.groups, g.count // g.groups
    weights = transformed(filter, g.groups)
    most = max(TILE_BYTES // (16 * across * max(inner, outer) * g.dtype.itemsize), -(-STRIP_TILES // across), 1)
    room = scratch.within(1 << 62, team) // (across * (16 * outer + max(16 * inner, 12 * outer)) * g.dtype.itemsize)
    strip = -(-down // team.parts(down, min(most, room, down)))
    tasks = shares(g, range(0, down, strip), team)
    offset, epilogue = epilogue.without_offset()
    early = not epilogue.extras  # the epilogue runs while the pixels of a tile lie in four planes
    area = strip * across
    border = (strip + 1) * 4 * (across + 1) * inner + strip * 8 * (across + 1) * inner
    lease = scratch.reserve(
        g.dtype,
        (max(border, 16 * area * outer),),
        (max(16 * area * inner, 12 * area * outer),),
        workers=team.workers(len(tasks)),
    )
    steps: dict[tuple[int, int, int], Steps] = {}

    def run(x: Array, out: Array, extras: list[Array]) -> None:
        def work(worker: int, task: Share) -> None:
            n, tile, ways = task
            item, target, base = x[n].transpose(1, 2, 0), rows_of(out, n), n * g.positions
            count = min(strip, down - tile)
            first, last = 2 * tile * ow, min(2 * (tile + count), oh) * ow
            part = slice(base + first, base + last)
            for way in ways:
                width = way.columns.stop - way.columns.start
                key = (worker, count, width)
                at = steps.get(key) or steps.setdefault(
                    key, steps_in(lease.arrays(worker), count, across, inner, width)
                )
                _by_parity(item[:, :, way.inner], at.pixels, 2 * tile - top, -left)
                _forward(at)
                np.matmul(at.factors, weights[way.group][:, :, way.columns], out=at.products)
                if offset is not None:  # the product (1, 1) is in all four pixels of a tile, once
                    offset.on(at.products[5], at.products[5], way.outer)
                _back(at)
                if early:
                    epilogue(at.pixels_out, extras, part, way.outer)
                block = target[first:last, way.outer]
                _interleave(at.planes, block.reshape(-1, ow, width))
                if not early:
                    epilogue(block, extras, part, way.outer)

        team.each(tasks, work)

    return run


class Steps(NamedTuple):
    """Views of a worker's memory, one for each step of the way; the first block serves twice, the second three times."""

    pixels: Array
    """[2 count + 2, parity of columns, across + 1, C]: the input, zeros at the border."""
    halves: Array
    """[4, count, parity, across + 1, C]: transformed along y."""
    data: Array
    """[4, 4, count, across, C]: transformed."""
    factors: Array
    """The same as [16, tiles, C]."""
    products: Array
    """[16, tiles, c]."""
    back: Array
    """[2, 4, tiles c]: transformed back along y."""
    planes: Array
    """[2, 2, count, across, c]: the pixels of each tile."""
    pixels_out: Array
    """The same as [4 tiles, c]."""


def steps_in(blocks: list[Array], count: int, across: int, inner: int, width: int) -> Steps:
    """The views for a strip of `count` rows of tiles and `width` channels of the result."""
    first, second = blocks
    line, tiles = 2 * (across + 1) * inner, count * across
    start = (2 * count + 2) * line
    data = second[: 16 * tiles * inner].reshape(4, 4, count, across, inner)
    planes = second[8 * tiles * width : 12 * tiles * width]
    return Steps(
        first[:start].reshape(-1, 2, across + 1, inner),
        first[start : start + 4 * count * line].reshape(4, count, 2, across + 1, inner),
        data,
        data.reshape(16, tiles, inner),
        first[: 16 * tiles * width].reshape(16, tiles, width),
        second[: 8 * tiles * width].reshape(2, 4, -1),
        planes.reshape(2, 2, count, across, width),
        planes.reshape(-1, width),
    )


def _by_parity(item: Array, pixels: Array, top: int, left: int) -> None:
    """pixels[y, p, t] = item[top + y, left + 2 t + p], zero outside of the item."""
    (height, width), (rows, _, pairs, _) = item.shape[:2], pixels.shape
    y, y_ = overlap(top, 1, height, rows)
    pixels[: y.start] = 0
    pixels[y.stop :] = 0
    for parity in (0, 1):
        x, x_ = overlap(left + parity, 2, width, pairs)
        pixels[y, parity, : x.start] = 0
        pixels[y, parity, x.stop :] = 0
        pixels[y, parity, x] = item[y_, x_]


def _forward(at: Steps) -> None:
    """B^T d B with B^T = [[1, 0, -1, 0], [0, 1, 1, 0], [0, 1, -1, 0], [0, 1, 0, -1]], along y and then along x."""
    _, count, _, pairs, _ = at.halves.shape
    rows = at.pixels.reshape(count + 1, 2, -1).swapaxes(0, 1)  # 2 y and 2 y + 1
    _four(rows[:, :-1], rows[:, 1:], at.halves.reshape(4, count, -1))
    columns = at.halves.transpose(2, 0, 1, 3, 4)
    _four(columns[:, :, :, : pairs - 1], columns[:, :, :, 1:], at.data.swapaxes(0, 1))


def _four(d01: Array, d23: Array, out: Array) -> None:
    np.subtract(d01, d23, out=out[::3])
    np.add(d01[1], d23[0], out=out[1])
    np.subtract(d01[1], d23[0], out=out[2])


def _back(at: Steps) -> None:
    """A^T m A with A^T = [[1, 1, -1, 0], [0, 1, 1, -1]]."""
    _two(at.products.reshape(4, 4, -1), at.back)
    _two(at.back.swapaxes(0, 1), at.planes.reshape(2, 2, -1).swapaxes(0, 1))


def _two(m: Array, out: Array) -> None:
    np.add(m[:2], m[1:3], out=out)
    np.subtract(out, m[2:], out=out)


def _interleave(planes: Array, target: Array) -> None:
    """target[2 y + i, 2 x + j] = planes[i, j, y, x], as far as the target reaches."""
    for i in (0, 1):
        for j in (0, 1):
            part = target[i::2, j::2]
            part[...] = planes[i, j, : part.shape[0], : part.shape[1]]
