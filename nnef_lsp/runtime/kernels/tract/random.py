"""tract_onnx: random tensors and random classes, the same numbers for a seed as tract gives.

tract draws from xoshiro256++ (Blackman and Vigna), whose state splitmix64 makes of the seed, and takes normal numbers by
the ziggurat of Marsaglia and Tsang with 256 layers; both are written here from their publications.  Without a seed
tract gives other numbers in every run; we give those of seed 0, because a run here can be repeated.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...arrays.dtypes import Array, Dtype
from ...tiles.cancel import check
from .. import KernelError, kernel

_MASK = (1 << 64) - 1


class Generator:
    """A stream of 64 random bits at a time."""

    def __init__(self, seed: int) -> None:
        state, words = seed & _MASK, []
        for _ in range(4):
            state = (state + 0x9E3779B97F4A7C15) & _MASK
            z = ((state ^ state >> 30) * 0xBF58476D1CE4E5B9) & _MASK
            z = ((z ^ z >> 27) * 0x94D049BB133111EB) & _MASK
            words.append(z ^ z >> 31)
        self.words = words

    def bits(self) -> int:
        """The next 64 bits."""
        a, b, c, d = self.words
        total = (a + d) & _MASK
        result = (_rotated(total, 23) + a) & _MASK
        shifted = (b << 17) & _MASK
        c, d = c ^ a, d ^ b
        b, a = b ^ c, a ^ d
        self.words = [a, b, c ^ shifted, _rotated(d, 45)]
        return result

    def fraction(self) -> float:
        """A real in [0, 1) with 53 random bits."""
        return (self.bits() >> 11) * 2.0**-53

    def short_fraction(self) -> float:
        """A real in [0, 1) with 24 random bits."""
        return (self.bits() >> 40) * 2.0**-24

    def open_fraction(self) -> float:
        """A real in (0, 1)."""
        return (self.bits() >> 12) * 2.0**-52 + 2.0**-53

    def normal(self) -> float:
        """A standard normal real."""
        while True:
            bits = self.bits()
            layer, u = bits & 0xFF, (bits >> 12) * 2.0**-51 - 1
            x = u * _EDGES[layer]
            if abs(x) < _EDGES[layer + 1]:
                return x
            if layer == 0:
                return self._tail(u)
            if _HEIGHTS[layer + 1] + (_HEIGHTS[layer] - _HEIGHTS[layer + 1]) * self.fraction() < math.exp(-x * x / 2):
                return x

    def _tail(self, u: float) -> float:
        x, y = 1.0, 0.0
        while -2 * y < x * x:
            x = math.log(self.open_fraction()) / _TAIL
            y = math.log(self.open_fraction())
        return x - _TAIL if u < 0 else _TAIL - x


def _rotated(word: int, count: int) -> int:
    return ((word << count) | (word >> (64 - count))) & _MASK


_TAIL = 3.654152885361008796
"""Where the tail begins when 256 layers have equal areas."""


def _layers() -> tuple[list[float], list[float]]:
    """The right edges of the layers, outermost first, and the density at each."""
    height = math.exp(-_TAIL * _TAIL / 2)
    area = _TAIL * height + math.sqrt(math.pi / 2) * math.erfc(_TAIL / math.sqrt(2))
    edges = [area / height, _TAIL]
    for _ in range(254):
        edges.append(math.sqrt(-2 * math.log(area / edges[-1] + math.exp(-edges[-1] * edges[-1] / 2))))
    edges.append(0.0)
    return edges, [math.exp(-x * x / 2) for x in edges]


_EDGES, _HEIGHTS = _layers()


@kernel("tract_onnx_random", dtype=True)
def random(
    *,
    datum_type: str,
    shape: Sequence[int],
    dist: str,
    parameters: Sequence[float],
    seed: int | None = None,
    dtype: Dtype | None = None,
) -> Array:
    """Parameters are the ends of the range (uniform) or mean and deviation (normal)."""
    wanted = dtype or np.dtype(np.float32)
    if wanted.kind != "f" or wanted.itemsize < 4:
        raise KernelError(f"random numbers are f32 or f64, not {datum_type}", "datum_type")
    if len(parameters) != 2 or dist not in ("uniform", "normal"):
        raise KernelError("'dist' is 'uniform' or 'normal', and takes two parameters", "dist")
    generator = Generator(int(seed or 0))
    first, second = (wanted.type(item) for item in parameters)
    count = math.prod(int(extent) for extent in shape)
    if dist == "normal":
        items = _drawn(generator.normal, count, wanted) * second + first
    elif wanted.itemsize == 8:
        items = _drawn(lambda: (generator.bits() >> 12) * 2.0**-52, count, wanted) * (second - first) + first
    else:
        items = _drawn(lambda: (generator.bits() >> 41) * 2.0**-23, count, wanted) * (second - first) + first
    return np.asarray(items.reshape([int(extent) for extent in shape]))


def _drawn(draw: Any, count: int, dtype: Dtype) -> Array:
    items = np.empty(count, dtype)
    for index in range(count):
        if index % 65536 == 0:
            check()
        items[index] = draw()
    return items


@kernel("tract_onnx_multinomial", dtype=True)
def multinomial(input: Array, *, sample_size: int = 1, seed: float | None = None, dtype: Dtype | None = None) -> Array:
    """Classes by logarithms of their weights, [batch, samples]; a class is where the running sum passes the draw.

    The attribute `dtype` (6 or 7) has become the type that it stands for; the seed is read as the bits of a float.
    """
    if input.ndim != 2 or input.dtype.kind != "f" or input.dtype.itemsize < 4:
        raise KernelError("the input must be f32 or f64 of rank 2", "input")
    bits = 0 if seed is None else struct.unpack("<I", struct.pack("<f", float(seed)))[0]
    generator = Generator(bits)
    draw = generator.short_fraction if input.dtype == np.float32 else generator.fraction
    weights = np.exp(input)
    found = np.empty((input.shape[0], sample_size), dtype or np.int32)
    for row, samples in zip(weights, found):
        total = input.dtype.type(0)
        for weight in row:
            total += weight
        for sample in range(sample_size):
            rest = input.dtype.type(draw()) * total
            picked = len(row) - 1
            for index, weight in enumerate(row):
                if rest < weight:
                    picked = index
                    break
                rest -= weight
            samples[sample] = picked
    return found
