"""Convolution and pooling: windows over the axes behind batch and channels."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from ...errors import Inexpressible
from . import reads
from .node import Node
from .statements import Operand, Ref

Pairs = list[tuple[int, int]]


def _spatial(node: Node, name: str, count: int) -> list[int]:
    return [int(item) for item in node.attribute(name, [1] * count)]


def _padding(node: Node, size: list[int], stride: list[int], dilation: list[int]) -> Pairs:
    """Padding in numbers, however it is given."""
    count = len(size)
    auto = node.attribute("auto_pad", "NOTSET")
    if auto in ("SAME_UPPER", "SAME_LOWER"):
        pairs = []
        for X, f, s, d in zip(node.shape()[2:], size, stride, dilation, strict=True):
            total = max((-(-X // s) - 1) * s + (f - 1) * d + 1 - X, 0)
            small, large = total // 2, total - total // 2
            pairs.append((small, large) if auto == "SAME_UPPER" else (large, small))
        return pairs
    pads = [0] * (2 * count) if auto == "VALID" else [int(p) for p in node.attribute("pads", [0] * (2 * count))]
    return list(zip(pads[:count], pads[count:], strict=True))


def _unless_ones(items: list[int]) -> list[int] | None:
    """Strides and dilations are left out where they are NNEF's defaults."""
    return None if all(item == 1 for item in items) else items


@reads("Conv")
def conv(node: Node) -> Operand:
    size = list(node.shape(1)[2:])
    stride, dilation = _spatial(node, "strides", len(size)), _spatial(node, "dilations", len(size))
    groups = int(node.attribute("group", 1))
    padding = _padding(node, size, stride, dilation)
    return node.emit(
        "conv", node.tensor(0), node.tensor(1), *_bias(node, node.shape(1)[0]),
        stride=_unless_ones(stride), padding=padding, dilation=_unless_ones(dilation), groups=None if groups == 1 else groups,
    )  # fmt: skip


def _bias(node: Node, channels: int) -> list[Operand]:
    if not node.has(2):
        return []
    bias = node.known(2)
    if bias.items is not None:
        return [node.operand(bias, (1, channels))]
    return [node.emit("unsqueeze", node.tensor(2), axes=[0])]


@reads("ConvTranspose")
def deconv(node: Node) -> Operand:
    """The result's shape says where what `output_padding` adds belongs."""
    size = list(node.shape(1)[2:])
    stride, dilation = _spatial(node, "strides", len(size)), _spatial(node, "dilations", len(size))
    groups = int(node.attribute("group", 1))
    result = node.results[0].shape
    added = [int(item) for item in node.attribute("output_padding", [0] * len(size))]
    auto, given = node.attribute("auto_pad", "NOTSET"), node.attribute("output_shape")
    padding = []
    for axis, (x, X, f, s, d) in enumerate(zip(node.shape()[2:], result[2:], size, stride, dilation, strict=True)):
        total = (x - 1) * s + (f - 1) * d + 1 + added[axis] - X
        if auto in ("SAME_UPPER", "SAME_LOWER") or given:
            half = total // 2
            padding.append((total - half, half) if auto != "SAME_UPPER" else (half, total - half))
        else:
            pads = node.attribute("pads", [0] * (2 * len(size)))
            padding.append((int(pads[axis]), total - int(pads[axis])))
        padding[-1] = (padding[-1][0], padding[-1][1] - added[axis])
    whole = any(added)
    return node.emit(
        "deconv", node.tensor(0), node.tensor(1), *_bias(node, result[1]),
        stride=_unless_ones(stride), padding=padding, dilation=_unless_ones(dilation),
        output_shape=list(result) if whole else None, groups=None if groups == 1 else groups,
    )  # fmt: skip


@reads("MaxPool")
def max_pool(node: Node) -> Operand | list[Operand]:
    size, stride, dilation, padding = _pool(node)
    window = _window(size, stride, dilation, padding, "ignore")
    if len(node.results) < 2 or not node.is_read(1):
        pooled = node.emit("max_pool", node.real(node.tensor(0)), **window)
        return pooled if node.results[0].dtype == "scalar" else node.emit("cast", pooled, generic=node.results[0].dtype)
    best, index = node.emit_several("max_pool_with_index", node.tensor(0), results=2, **window)
    return [best, _flat(node, index, size, stride, dilation, padding)]


def _flat(node: Node, index: Ref, size: list[int], stride: list[int], dilation: list[int], padding: Pairs) -> Ref:
    """Positions within windows, as NNEF has them, as positions in the whole tensor, which are ONNX's."""
    shape, result = node.shape(), node.results[1].shape
    if prod(shape) > 1 << 24 or node.attribute("storage_order", 0):
        raise Inexpressible("its indices are positions in the whole tensor, which are too many, or counted by columns")
    steps = [prod(shape[axis + 1 :]) for axis in range(len(shape))]
    index.dtype = "integer"
    rest = node.emit("cast", index, generic="scalar")
    total: Operand = 0.0
    for axis, (extent, step) in enumerate(zip(result, steps, strict=True)):
        place = axis - 2
        s, p = (stride[place], padding[place][0]) if place >= 0 else (1, 0)
        if extent > 1 or p:
            around = [1] * len(shape)
            around[axis] = extent
            first = node.array(((np.arange(extent) * s - p) * float(step)).reshape(around), f"places{axis}")
            total = first if total == 0.0 else node.emit("add", total, first)
        if place >= 0 and size[place] > 1:
            volume = prod(size[place + 1 :])
            j = node.emit("floor", node.emit("div", rest, float(volume))) if volume > 1 else rest
            if volume > 1:
                rest = node.emit("sub", rest, node.emit("mul", j, float(volume)))
            moved = node.emit("mul", j, float(dilation[place] * step))
            total = moved if total == 0.0 else node.emit("add", total, moved)
    return node.emit("cast", total, generic="integer")


@reads("AveragePool")
def average_pool(node: Node) -> Operand:
    size, stride, dilation, padding = _pool(node)
    counted = bool(node.attribute("count_include_pad", 0))
    if counted and padding != _padding(node, size, stride, dilation):
        raise Inexpressible("it rounds extents up and counts padding, but not what rounding adds")
    border = "constant" if counted else "ignore"
    return node.emit("avg_pool", node.tensor(0), **_window(size, stride, dilation, padding, border))


@reads("LpPool")
def lp_pool(node: Node) -> Operand:
    """A root of sums of powers."""
    size, stride, dilation, padding = _pool(node)
    p = int(node.attribute("p", 2))
    window = _window(size, stride, dilation, padding, "constant")
    powers = (
        node.emit("pow", node.emit("abs", node.tensor(0)), float(p)) if p != 2 else node.emit("sqr", node.tensor(0))
    )
    total = node.emit("box", powers, **window)
    return node.emit("sqrt", total) if p == 2 else node.emit("pow", total, 1 / p)


def _pool(node: Node) -> tuple[list[int], list[int], list[int], Pairs]:
    """Size, stride, dilation and padding over the spatial axes; what rounding up adds is padding at the end."""
    size = [int(item) for item in node.attribute("kernel_shape", [])]
    stride, dilation = _spatial(node, "strides", len(size)), _spatial(node, "dilations", len(size))
    padding = _padding(node, size, stride, dilation)
    if node.attribute("ceil_mode", 0):
        for axis, (X, x, f, s, d) in enumerate(
            zip(node.shape()[2:], node.results[0].shape[2:], size, stride, dilation, strict=True)
        ):
            p, q = padding[axis]
            padding[axis] = (p, max((x - 1) * s + (f - 1) * d + 1 - X - p, q))
    return size, stride, dilation, padding


def _window(size: list[int], stride: list[int], dilation: list[int], padding: Pairs, border: str) -> dict[str, Any]:
    """The attributes of a pool over all axes."""
    plain = not any(p or q for p, q in padding)
    found: dict[str, Any] = {"size": [1, 1, *size]}
    if any(s != 1 for s in stride):
        found["stride"] = [1, 1, *stride]
    found["padding"] = [(0, 0), (0, 0), *padding]
    if any(d != 1 for d in dilation):
        found["dilation"] = [1, 1, *dilation]
    if border != "constant" and not plain:
        found["border"] = border
    return found


@reads("GlobalAveragePool")
def global_average_pool(node: Node) -> Operand:
    return node.emit("mean_reduce", node.tensor(0), axes=list(range(2, node.rank())))


@reads("GlobalMaxPool")
def global_max_pool(node: Node) -> Operand:
    return node.emit("max_reduce", node.tensor(0), axes=list(range(2, node.rank())))


@reads("GlobalLpPool")
def global_lp_pool(node: Node) -> Operand:
    p, axes = int(node.attribute("p", 2)), list(range(2, node.rank()))
    if p == 2:
        return node.emit("sqrt", node.emit("sum_reduce", node.emit("sqr", node.tensor(0)), axes=axes))
    powers = node.emit("pow", node.emit("abs", node.tensor(0)), float(p))
    return node.emit("pow", node.emit("sum_reduce", powers, axes=axes), 1 / p)


@reads("DepthToSpace")
def depth_to_space(node: Node) -> Operand:
    """Channels cut into blocks that become places."""
    n, c, *space = node.shape()
    b = int(node.attribute("blocksize"))
    count = len(space)
    channels = c // b**count
    first = node.attribute("mode", "DCR") == "DCR"
    blocks = [b] * count
    split = [n, *blocks, channels, *space] if first else [n, channels, *blocks, *space]
    shaped = node.emit("reshape", node.tensor(0), shape=split)
    channel, block, place = (1 + count, 1, 2 + count) if first else (1, 2, 2 + count)
    order = [0, channel, *(axis for n_ in range(count) for axis in (place + n_, block + n_))]
    moved = node.emit("transpose", shaped, axes=order)
    return node.emit("reshape", moved, shape=[n, channels, *(extent * b for extent in space)])


@reads("SpaceToDepth")
def space_to_depth(node: Node) -> Operand:
    n, c, *space = node.shape()
    b = int(node.attribute("blocksize"))
    count = len(space)
    split = [n, c, *(part for extent in space for part in (extent // b, b))]
    shaped = node.emit("reshape", node.tensor(0), shape=split)
    blocks, places = [3 + 2 * axis for axis in range(count)], [2 + 2 * axis for axis in range(count)]
    order = [0, *blocks, 1, *places] if node.attribute("mode", "DCR") == "DCR" else [0, 1, *blocks, *places]
    moved = node.emit("transpose", shaped, axes=order)
    return node.emit("reshape", moved, shape=[n, c * b**count, *(extent // b for extent in space)])


@reads("Resize", "Upsample")
def resize(node: Node) -> Operand:
    """By a factor where NNEF has that, else each axis by a matrix of weights, computed here."""
    before, after = node.shape(), node.results[0].shape
    x: Operand = node.tensor(0)
    mode = str(node.attribute("mode", "nearest"))
    scales = _scales(node)
    scheme = "asymmetric" if node.opset < 11 else str(node.attribute("coordinate_transformation_mode", "half_pixel"))
    factors = [o // i if o % i == 0 else 0 for i, o in zip(before, after, strict=True)]
    known = len(before) > 2 and all(factors) and factors[:2] == [1, 1]
    exact = all(abs(scale - factor) < 1e-6 for scale, factor in zip(scales, factors, strict=True))
    if before == after:
        return x
    if known and exact and mode == "nearest" and _repeats(node, scheme):
        return node.emit("nearest_upsample", x, factor=factors[2:])
    if known and exact and mode in ("linear", "bilinear") and scheme in METHODS and not node.attribute("antialias", 0):
        method = METHODS[scheme]
        return node.emit(
            "multilinear_upsample", x, factor=factors[2:], method=None if method == "symmetric" else method
        )
    from .elementwise import weighted

    for axis, (extent, count) in enumerate(zip(before, after, strict=True)):
        if extent != count or scheme == "tf_crop_and_resize":
            x = weighted(
                node,
                x,
                len(before),
                axis,
                _weights(node, axis, extent, count, scales[axis], mode, scheme),
                f"resize{axis}",
            )
    return x


METHODS = {"half_pixel": "symmetric", "asymmetric": "asymmetric", "align_corners": "aligned"}


def _repeats(node: Node, scheme: str) -> bool:
    """Whether the nearest item is that of the cell."""
    rounding = "floor" if node.opset < 11 else str(node.attribute("nearest_mode", "round_prefer_floor"))
    return (scheme, rounding) in (("asymmetric", "floor"),) or (
        scheme == "half_pixel" and rounding in ("round_prefer_floor", "round_prefer_ceil")
    )


def _scales(node: Node) -> list[float]:
    before, after = node.shape(), node.results[0].shape
    places = {"Upsample": 1, "Resize": 1 if node.opset < 11 else 2}
    place = places[node.proto.op_type]
    scales = node.attribute("scales")
    if scales is None and node.has(place) and node.known(place).size:
        scales = node.items(place).tolist()
    axes = node.attribute("axes")
    if scales is not None and axes is not None:
        full = [1.0] * len(before)
        for axis, scale in zip(axes, scales, strict=True):
            full[axis] = scale
        scales = full
    return [o / i for i, o in zip(before, after, strict=True)] if scales is None else [float(s) for s in scales]


def _weights(node: Node, axis: int, extent: int, count: int, scale: float, mode: str, scheme: str) -> object:
    """[count, extent]: what ONNX's formulas make of each item."""
    if node.attribute("antialias", 0) or scheme == "tf_crop_and_resize":
        raise Inexpressible(f"it resizes with {'antialias' if node.attribute('antialias', 0) else scheme}")
    i = np.arange(count, dtype=np.float64)
    if scheme == "align_corners":
        at = i * (extent - 1) / (scale * extent - 1) if count > 1 else i * 0
    elif scheme == "asymmetric":
        at = i / scale
    elif scheme == "pytorch_half_pixel" and count == 1:
        at = i * 0
    elif scheme == "half_pixel_symmetric":
        adjusted = count / (scale * extent)
        at = extent / 2 * (1 - adjusted) + (i + 0.5) / scale - 0.5
    else:
        at = (i + 0.5) / scale - 0.5
    matrix = np.zeros((count, extent))
    rows = np.arange(count)
    if mode == "nearest":
        rounding = str(node.attribute("nearest_mode", "round_prefer_floor")) if node.opset >= 11 else "floor"
        nearest = {
            "floor": np.floor(at + 1e-9), "ceil": np.ceil(at - 1e-9),
            "round_prefer_floor": np.ceil(at - 0.5), "round_prefer_ceil": np.floor(at + 0.5),
        }[rounding]  # fmt: skip
        np.add.at(matrix, (rows, np.clip(nearest.astype(int), 0, extent - 1)), 1.0)
    elif mode in ("linear", "bilinear"):
        low = np.floor(at)
        for j, weight in ((low, 1 - (at - low)), (low + 1, at - low)):
            np.add.at(matrix, (rows, np.clip(j.astype(int), 0, extent - 1)), weight)
    elif mode == "cubic":
        a, low = float(node.attribute("cubic_coeff_a", -0.75)), np.floor(at)
        outside = bool(node.attribute("exclude_outside", 0))
        for offset in range(-1, 3):
            j = low + offset
            weight = _cubic(np.abs(at - j), a) * (((j >= 0) & (j < extent)) if outside else 1.0)
            np.add.at(matrix, (rows, np.clip(j.astype(int), 0, extent - 1)), weight)
        if outside:
            matrix /= matrix.sum(1, keepdims=True)
    else:
        raise Inexpressible(f"it resizes by '{mode}'")
    return matrix


def _cubic(
    x: np.ndarray[tuple[int, ...], np.dtype[np.float64]], a: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    near = (a + 2) * x**3 - (a + 3) * x**2 + 1
    far = a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a
    return np.where(x <= 1, near, np.where(x < 2, far, 0.0))
