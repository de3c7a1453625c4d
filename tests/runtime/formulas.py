"""The specification's formulas as loops over single items: slow, obvious, sharing no code with the kernels.

A border read gives a number, or None for 'ignore'.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

Index = tuple[int, ...]


def read(x: Any, index: Sequence[int], border: str, fill: float = 0.0) -> Any:
    """input~ of 4.3, applied along every axis."""
    inside = []
    for i, z in zip(index, x.shape, strict=True):
        while not 0 <= i < z:
            if border == "ignore":
                return None
            if border == "constant":
                return fill
            if border == "replicate":
                i = 0 if i < 0 else z - 1
            elif border == "reflect":
                i = 0 if z == 1 else -i if i < 0 else z - 1 - (i - z + 1)
            elif border == "reflect-even":
                i = -i - 1 if i < 0 else z - 1 - (i - z)
        inside.append(i)
    return x[tuple(inside)]


def indices(extents: Sequence[int]) -> Iterator[Index]:
    return itertools.product(*map(range, extents))


def down_geometry(extents: Any, size: Any, padding: Any, stride: Any, dilation: Any) -> Any:
    """(padding, stride, dilation, output extents) by the formulas of 4.3."""
    rank = len(size)
    s, d = list(stride) or [1] * rank, list(dilation) or [1] * rank
    if padding:
        p = list(padding)
        out = [(p[k][0] + extents[k] + p[k][1] - ((size[k] - 1) * d[k] + 1)) // s[k] + 1 for k in range(rank)]
        return p, s, d, out
    p, out = [], []
    for k in range(rank):
        x = math.ceil(extents[k] / s[k])
        t = max((x - 1) * s[k] + (size[k] - 1) * d[k] + 1 - extents[k], 0)
        p.append((t // 2, math.ceil(t / 2)))
        out.append(x)
    return p, s, d, out


def up_geometry(extents: Any, size: Any, padding: Any, stride: Any, dilation: Any, output: Any = ()) -> Any:
    rank = len(size)
    s, d = list(stride) or [1] * rank, list(dilation) or [1] * rank
    fd = [(f - 1) * e + 1 for f, e in zip(size, d, strict=True)]
    if padding:
        p = list(padding)
        out = list(output) or [(extents[k] - 1) * s[k] + fd[k] - sum(p[k]) for k in range(rank)]
        return p, s, d, out
    out = list(output) or [extents[k] * s[k] for k in range(rank)]
    t = [max((extents[k] - 1) * s[k] + fd[k] - out[k], 0) for k in range(rank)]
    return [(v // 2, v - v // 2) for v in t], s, d, out


def window_values(x: Any, at: Index, size: Any, geometry: Any, border: str) -> list[Any]:
    """What a window at output position `at` reads, row-major."""
    p, s, d, _ = geometry
    return [read(x, [at[k] * s[k] + j[k] * d[k] - p[k][0] for k in range(len(size))], border) for j in indices(size)]


def reverse_values(x: Any, at: Index, size: Any, geometry: Any, border: str) -> list[tuple[Any, int]]:
    """(value, j) of the terms of a reverse operation: those where (i + p - j d) mod s = 0 in every axis."""
    p, s, d, _ = geometry
    terms = []
    for number, j in enumerate(indices(size)):
        position = [at[k] + p[k][0] - j[k] * d[k] for k in range(len(size))]
        if all(position[k] % s[k] == 0 for k in range(len(size))):
            terms.append((read(x, [position[k] // s[k] for k in range(len(size))], border), number))
    return terms


def conv(x: Any, w: Any, bias: Any, padding: Any, stride: Any, dilation: Any, groups: int, border: str) -> Any:
    groups = groups or x.shape[1]
    geometry = down_geometry(x.shape[2:], w.shape[2:], padding, stride, dilation)
    out = np.zeros((x.shape[0], w.shape[0], *geometry[3]))
    inner, outer = w.shape[1], w.shape[0] // groups
    for b, c in indices(out.shape[:2]):
        for at in indices(geometry[3]):
            total = 0.0
            for k in range(inner):
                values = window_values(x[b, (c // outer) * inner + k], at, w.shape[2:], geometry, border)
                total += sum(v * f for v, f in zip(values, w[c, k].reshape(-1), strict=True))
            out[(b, c, *at)] = total + (bias[0, c] if np.ndim(bias) else bias)
    return out


def deconv(
    x: Any, w: Any, bias: Any, padding: Any, stride: Any, dilation: Any, groups: int, border: str, output: Any
) -> Any:
    groups = groups or (output[1] if output else x.shape[1])
    geometry = up_geometry(x.shape[2:], w.shape[2:], padding, stride, dilation, output[2:])
    inner = x.shape[1] // groups
    out = np.zeros((x.shape[0], w.shape[1] * groups, *geometry[3]))
    for b, c in indices(out.shape[:2]):
        group, k1 = divmod(c, w.shape[1])
        for at in indices(geometry[3]):
            total = 0.0
            for k2 in range(group * inner, (group + 1) * inner):
                flat = w[k2, k1].reshape(-1)
                total += sum(v * flat[j] for v, j in reverse_values(x[b, k2], at, w.shape[2:], geometry, border))
            out[(b, c, *at)] = total + (bias[0, c] if np.ndim(bias) else bias)
    return out


def box(x: Any, size: Any, padding: Any, stride: Any, dilation: Any, border: str, normalize: bool) -> Any:
    geometry = down_geometry(x.shape, size, padding, stride, dilation)
    out = np.zeros(geometry[3])
    for at in indices(geometry[3]):
        values = [v for v in window_values(x, at, size, geometry, border) if v is not None]
        out[at] = sum(values)
        if normalize:
            out[at] /= max(len(values), 1) if border == "ignore" else math.prod(size)
    return out


def debox(
    x: Any, size: Any, padding: Any, stride: Any, dilation: Any, border: str, output: Any, normalize: bool
) -> Any:
    geometry = up_geometry(x.shape, size, padding, stride, dilation, output)
    out = np.zeros(geometry[3])
    for at in indices(geometry[3]):
        terms = reverse_values(x, at, size, geometry, border)
        out[at] = sum(v for v, _ in terms if v is not None)
        if normalize:
            ignored = sum(v is None for v, _ in terms)
            out[at] /= max(math.prod(size) - ignored, 1)
    return out


def best_in_window(x: Any, size: Any, padding: Any, stride: Any, dilation: Any, border: str) -> tuple[Any, Any]:
    """(largest value, its first index in the window)."""
    geometry = down_geometry(x.shape, size, padding, stride, dilation)
    out, index = np.zeros(geometry[3]), np.zeros(geometry[3], int)
    for at in indices(geometry[3]):
        best, where = -math.inf, 0
        for j, v in enumerate(window_values(x, at, size, geometry, border)):
            if v is not None and v > best:
                best, where = v, j
        out[at], index[at] = best, where
    return out, index


def upsample_axis(line: list[float], f: int, method: str, border: str) -> list[float]:
    """One axis of multilinear_upsample by the formulas of 4.3.4."""
    x = len(line)
    out = []
    for i in range(x * f):
        if method == "symmetric":
            at = (i - (f - 1) / 2) / f
        elif method == "asymmetric":
            at = i / f
        else:
            at = i * (x - 1) / (x * f - 1) if x * f > 1 else 0.0
        j = math.floor(at + 1e-12)
        u = at - j
        values = [read(np.array(line), [k], border) for k in (j, j + 1)]
        out.append((1 - u) * values[0] + (u * values[1] if abs(u) > 1e-12 else 0.0))
    return out
