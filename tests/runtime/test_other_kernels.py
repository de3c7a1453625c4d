"""Reductions, shapes, resampling, regions, products, normalizations, quantization: against loops or plain formulas."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from nnef_lsp.runtime.kernels import KernelError

from . import formulas
from .helpers import BORDERS, call, numbers, same

# Reductions


@pytest.mark.parametrize("axes", [[0], [1, 2], [2, 0], [0, 1, 2], []])
def test_reductions_keep_singular_axes(axes: list[int]) -> None:
    x = np.round(numbers((2, 3, 4)) * 3)
    over = tuple(axes)
    shape = tuple(1 if axis in axes else extent for axis, extent in enumerate(x.shape))
    groups: dict[Any, list[tuple[int, float]]] = {at: [] for at in formulas.indices(shape)}
    for at in formulas.indices(x.shape):
        key = tuple(0 if axis in axes else i for axis, i in enumerate(at))
        groups[key].append((len(groups[key]), x[at]))
    for operation, rule in {
        "sum_reduce": lambda g: sum(v for _, v in g), "mean_reduce": lambda g: sum(v for _, v in g) / len(g),
        "max_reduce": lambda g: max(v for _, v in g), "min_reduce": lambda g: min(v for _, v in g),
        "argmax_reduce": lambda g: max(g, key=lambda p: (p[1], -p[0]))[0],
        "argmin_reduce": lambda g: min(g, key=lambda p: (p[1], p[0]))[0],
    }.items():  # fmt: skip
        expected = np.array([rule(groups[at]) for at in formulas.indices(shape)], float).reshape(shape)
        same(call(operation, x, axes=axes), expected)
    logical = x > 0
    same(call("all_reduce", logical, axes=axes), logical.all(axis=over, keepdims=True))
    same(call("any_reduce", logical, axes=axes), logical.any(axis=over, keepdims=True))
    same(call("sum_reduce", x, axes=axes, normalize=True), x.mean(axis=over, keepdims=True))


def test_moments_are_of_the_whole_population() -> None:
    x = numbers((2, 3, 4))
    mean, variance = call("moments", x, axes=[0, 2])
    same(mean, x.mean(axis=(0, 2), keepdims=True))
    same(variance, x.var(axis=(0, 2), keepdims=True))


# Shapes


def test_reshape_inherits_and_infers() -> None:
    x = numbers((2, 3, 4))
    assert call("reshape", x, shape=[0, -1]).shape == (2, 12)
    assert call("reshape", x, shape=[6], axis_start=0, axis_count=2).shape == (6, 4)
    assert call("reshape", x, shape=[1, 3, 1], axis_start=1, axis_count=1).shape == (2, 1, 3, 1, 4)
    assert call("reshape", x, shape=[1], axis_start=3, axis_count=0).shape == (2, 3, 4, 1)
    same(call("reshape", x, shape=[24]), x.reshape(-1))
    with pytest.raises(KernelError, match=r"\[2, 3, 4\] cannot be reshaped to \[5\]"):
        call("reshape", x, shape=[5])


def test_squeeze_unsqueeze_transpose() -> None:
    x = numbers((1, 3, 1, 4))
    assert call("squeeze", x, axes=[0, 2]).shape == (3, 4)
    assert call("unsqueeze", x, axes=[0, 3, 5]).shape == (1, 1, 3, 1, 1, 1, 4)
    with pytest.raises(KernelError, match="axis 1"):
        call("squeeze", x, axes=[1])
    same(call("transpose", x, axes=[1, 0]), x.transpose(1, 0, 2, 3))


def test_parts_and_wholes() -> None:
    x = numbers((2, 6, 3))
    parts = call("split", x, axis=1, ratios=[1, 2])
    assert [part.shape for part in parts] == [(2, 2, 3), (2, 4, 3)]
    same(call("concat", parts, axis=1), x)
    with pytest.raises(KernelError):
        call("split", x, axis=1, ratios=[2, 2])
    items = call("unstack", x, axis=2)
    assert [item.shape for item in items] == [(2, 6)] * 3
    same(call("stack", items, axis=2), x)


@pytest.mark.parametrize(
    ("begin", "end", "stride", "expected"),
    [
        (1, 4, [], slice(1, 4)),
        (2, 0, [], slice(2, None)),
        (2, 0, [1], slice(2, None)),
        (-3, -1, [], slice(2, 4)),
        (0, 100, [], slice(0, 5)),
        (0, 5, [2], slice(0, 5, 2)),
        (-1, -6, [-1], slice(None, None, -1)),
        (4, 1, [-2], slice(4, 1, -2)),
        (3, 0, [-1], slice(3, 0, -1)),
        (100, -100, [-1], slice(None, None, -1)),
        (2, 2, [], slice(2, 2)),
    ],
)
def test_slice(begin: int, end: int, stride: list[int], expected: slice) -> None:
    x = numbers((2, 5))
    same(call("slice", x, axes=[1], begin=[begin], end=[end], stride=stride), x[:, expected])


@pytest.mark.parametrize("border", BORDERS)
def test_pad(border: str) -> None:
    x = numbers((3, 4))
    padding = [(2, 1), (-1, 5)]
    actual = call("pad", x, padding=padding, border=border, value=7.0)
    expected = np.empty((6, 8))
    for at in formulas.indices(expected.shape):
        expected[at] = formulas.read(x, [at[0] - 2, at[1] + 1], border, 7.0)
    same(actual, expected)


def test_tile_gather_cast() -> None:
    x = numbers((2, 3))
    tiled = call("tile", x, repeats=[2, 3])
    assert all(tiled[i, j] == x[i % 2, j % 3] for i, j in formulas.indices((4, 9)))
    index = np.array([[0, 2], [1, 1]])
    gathered = call("gather", x, index, axis=1)
    assert gathered.shape == (2, 2, 2)
    assert all(gathered[p, i, j] == x[p, index[i, j]] for p, i, j in formulas.indices((2, 2, 2)))
    with pytest.raises(KernelError, match="index 3 is outside of the extent 3 of axis 1"):
        call("gather", x, np.array([3]), axis=1)
    real, whole, logic = np.dtype(float), np.dtype(np.int64), np.dtype(bool)
    assert call("cast", np.array([1.7, -1.2]), dtype=whole).tolist() == [1, -1]
    assert call("cast", np.array([0.0, -0.5]), dtype=logic).tolist() == [False, True]
    assert call("cast", np.array([True, False]), dtype=real).tolist() == [1.0, 0.0]


def test_constants() -> None:
    assert call("constant", shape=[2, 2], value=[1, 2, 3, 4], dtype=np.dtype("f4")).tolist() == [[1, 2], [3, 4]]
    assert call("constant", shape=[2], value=[7], dtype=np.dtype("i8")).tolist() == [7, 7]


# Resampling and regions


@pytest.mark.parametrize("method", ["symmetric", "asymmetric", "aligned"])
@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("factor", [[2, 2], [3, 1], [4, 5]])
def test_multilinear_upsample(method: str, border: str, factor: list[int]) -> None:
    x = numbers((1, 2, 3, 4))
    expected = x
    for axis, f in enumerate(factor, 2):
        expected = np.apply_along_axis(
            lambda v, f: np.array(formulas.upsample_axis(list(v), f, method, border)), axis, expected, f
        )
    same(call("multilinear_upsample", x, factor=factor, method=method, border=border), expected)


def test_upsampling_one_item_repeats_it() -> None:
    same(call("multilinear_upsample", np.full((1, 1, 1), 3.0), factor=[3], method="aligned"), np.full((1, 1, 3), 3.0))


def test_symmetric_upsampling_is_the_deconvolution_of_the_specification() -> None:
    x = numbers((1, 2, 5))
    weights = np.tile([0.25, 0.75, 0.75, 0.25], (2, 1, 1))
    for border in ("constant", "replicate"):
        expected = call("deconv", x, weights, 0.0, stride=[2], padding=[(1, 1)], border=border, groups=2)
        same(call("multilinear_upsample", x, factor=[2], border=border), expected)


def test_nearest_and_area() -> None:
    x = numbers((1, 2, 4, 6))
    same(call("nearest_downsample", x, factor=[2, 3]), x[:, :, ::2, ::3])
    same(call("area_downsample", x, factor=[2, 3]), x.reshape(1, 2, 2, 2, 2, 3).mean(axis=(3, 5)))
    same(call("nearest_upsample", x, factor=[2, 3]), x.repeat(2, 2).repeat(3, 3))
    dims = {"size": [1, 1, 2, 3], "stride": [1, 1, 2, 3], "padding": [(0, 0)] * 4}
    same(call("nearest_upsample", x, factor=[2, 3]), call("debox", x, **dims))


ROIS = np.array([[0.0, 0.0, 4.0, 4.0], [2.4, 1.6, 7.0, 6.0], [1.0, 2.0, 6.0, 5.0]])
BATCH = np.array([[0], [1], [1]])


@pytest.mark.parametrize(("operation", "rule"), [("avg_roi_pool", np.mean), ("max_roi_pool", np.max)])
def test_roi_pool(operation: str, rule: Any) -> None:
    x = numbers((2, 3, 8, 8))
    actual = call(operation, x, ROIS, BATCH, output_size=[2, 3])
    expected = np.zeros((3, 3, 2, 3))
    for n, c, i, j in formulas.indices(expected.shape):
        y0, x0, y1, x1 = (math.floor(v + 0.5) for v in ROIS[n])
        height, width = math.ceil((y1 - y0) / 2), math.ceil((x1 - x0) / 3)
        top, left = y0 + i * ((y1 - y0) // 2), x0 + j * ((x1 - x0) // 3)
        expected[n, c, i, j] = rule(x[BATCH[n, 0], c, top : top + height, left : left + width])
    same(actual, expected)


@pytest.mark.parametrize("method", ["symmetric", "asymmetric", "aligned"])
def test_resampling_a_region_on_the_grid_is_upsampling_the_crop(method: str) -> None:
    x = numbers((2, 3, 8, 8))
    roi = np.array([[2.0, 1.0, 5.0, 5.0]])
    actual = call("roi_resample", x, roi, np.array([[1]]), output_size=[6, 12], method=method)
    same(actual, call("multilinear_upsample", x[1:, :, 2:5, 1:5], factor=[2, 3], method=method))


def test_roi_align_pools_the_resampled_region() -> None:
    x = numbers((2, 3, 8, 8))
    resized = call("roi_resample", x, ROIS, BATCH, output_size=[4, 6])
    cells = resized.reshape(3, 3, 2, 2, 3, 2)
    sizes = {"output_size": [2, 3], "sampling_rate": [2, 2]}
    same(call("avg_roi_align", x, ROIS, BATCH, **sizes), cells.mean(axis=(3, 5)))
    same(call("max_roi_align", x, ROIS, BATCH, **sizes), cells.max(axis=(3, 5)))


def test_regions_are_checked() -> None:
    with pytest.raises(KernelError, match="must name one of 2 items"):
        call("max_roi_pool", numbers((2, 1, 4, 4)), ROIS, np.array([[0], [1], [2]]), output_size=[1, 1])
    with pytest.raises(KernelError, match=r"'rois' must be \[N, 4\]"):
        call("max_roi_pool", numbers((2, 1, 4, 4)), ROIS[:, :2], BATCH, output_size=[1, 1])


# Products and normalizations


@pytest.mark.parametrize("left", [False, True])
@pytest.mark.parametrize("right", [False, True])
def test_matmul(left: bool, right: bool) -> None:
    a, b = numbers((2, 1, 3, 4)), numbers((1, 5, 4, 2), 1)
    expected = np.zeros((2, 5, 3, 2))
    for p, q, i, j in formulas.indices(expected.shape):
        expected[p, q, i, j] = sum(a[p, 0, i, k] * b[0, q, k, j] for k in range(4))
    a, b = a.swapaxes(2, 3) if left else a, b.swapaxes(2, 3) if right else b
    same(call("matmul", a, b, transposeA=left, transposeB=right), expected)


def test_linear() -> None:
    x, w, bias = numbers((2, 3)), numbers((4, 3), 1), numbers((1, 4), 2)
    same(call("linear", x, w, bias), x @ w.T + bias)
    same(call("linear", x, w, 0.0), x @ w.T)


@pytest.mark.parametrize("beta", [0.5, 0.75, 1.0, 0.6])
def test_local_normalizations(beta: float) -> None:
    x = numbers((2, 5, 4, 4))
    size = [1, 3, 1, 2]

    def mean(v: Any) -> Any:
        return formulas.box(v, size, [], [], [], "constant", True)

    same(
        call("local_response_normalization", x, size=size, alpha=0.3, beta=beta, bias=2.0),
        x / (2 + 0.3 * mean(x * x)) ** beta,
    )
    same(call("local_mean_normalization", x, size=size), x - mean(x))
    variance = np.maximum(np.sqrt(mean(x * x)) + 0.1, 0.5)
    same(call("local_variance_normalization", x, size=size, bias=0.1, epsilon=0.5), x / variance)
    centered = x - mean(x)
    contrast = centered / np.maximum(np.sqrt(mean(centered**2)) + 0.1, 0.5)
    same(call("local_contrast_normalization", x, size=size, bias=0.1, epsilon=0.5), contrast)


def test_norms_over_axes() -> None:
    x = numbers((2, 3, 4))
    l1 = np.abs(x).sum(axis=(1, 2), keepdims=True)
    same(call("l1_normalization", x, axes=[1, 2], bias=0.5), x / (l1 + 0.5))
    l2 = np.sqrt((x * x).sum(axis=(1,), keepdims=True))
    same(call("l2_normalization", x, axes=[1], epsilon=2.0), x / np.maximum(l2, 2.0))


def test_batch_normalization() -> None:
    x = numbers((2, 3, 4, 4))
    mean, variance, offset, scale = (np.abs(numbers((1, 3), seed)) for seed in range(1, 5))
    m, v, o, s = (p[..., None, None] for p in (mean, variance, offset, scale))
    same(call("batch_normalization", x, mean, variance, offset, scale, epsilon=0.1), o + s * (x - m) / np.sqrt(v + 0.1))


# Quantization


def half_up(x: float) -> float:
    return math.floor(x + 0.5)


@pytest.mark.parametrize("bits", [1, 4, 8])
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("symmetric", [False, True])
def test_linear_quantizations(bits: int, signed: bool, symmetric: bool) -> None:
    if bits == 1 and signed:
        pytest.skip("no steps are left")
    x = numbers(50) * 2
    low, high = -1.5, 2.25
    r = 2**bits - 1 - int(signed and symmetric)
    p = 2 ** (bits - 1) - int(symmetric) if signed else 0
    expected = []
    for v in x:
        z = max(min(v, high), low)
        q = half_up((z - low) / (high - low) * r) - p
        expected.append((q + p) / r * (high - low) + low)
    same(call("min_max_linear_quantize", x, low, high, bits=bits, signed=signed, symmetric=symmetric), expected)
    zero, scale = 3, 0.05
    top = 2 ** (bits - 1) - 1 if signed else 2**bits - 1
    bottom = 0 if not signed else -top if symmetric else -top - 1
    expected = [(max(min(half_up(v / scale) + zero, top), bottom) - zero) * scale for v in x]
    options = {"bits": bits, "signed": signed, "symmetric": symmetric}
    same(call("zero_point_linear_quantize", x, zero, scale, **options), expected)


def test_other_quantizations() -> None:
    x = np.append(numbers(50), 0.0)
    same(call("linear_quantize", x, -1.0, 1.0, bits=8), call("min_max_linear_quantize", x, -1.0, 1.0, bits=8))
    m, r = math.ceil(math.log2(3.0)), 2**4 - 1
    expected = [
        math.copysign(2.0 ** half_up(min(max(math.log2(abs(v)), m - r), m)), v) if v else 0.0 for v in x.tolist()
    ]
    same(call("logarithmic_quantize", x, 3.0, bits=4), expected)


def test_quantization_ranges_may_differ_by_channel() -> None:
    x = numbers((2, 3, 4))
    low, high = np.array([[-1.0, -2.0, -3.0]]), np.array([[1.0, 2.0, 3.0]])
    actual = call("linear_quantize", x, low, high, bits=4)
    for c in range(3):
        same(actual[:, c], call("linear_quantize", x[:, c], low[0, c], high[0, c], bits=4))


def test_updates_check_their_shape() -> None:
    with pytest.raises(KernelError, match="cannot take"):
        call("update", numbers((2,)), numbers((3,)))


@pytest.mark.parametrize(
    ("operation", "parameters", "attributes"),
    [
        ("zero_point_linear_quantize", ([[0.0]], [[0.5]]), {"bits": 8}),
        ("linear_quantize", ([[-1.0]], [[1.0]]), {"bits": 8}),
        ("logarithmic_quantize", ([[4.0]],), {"bits": 4}),
    ],
)
def test_quantization_keeps_the_rank_of_the_tensor(operation: str, parameters: Any, attributes: Any) -> None:
    x = np.array([0.5, 1, 2, 4])
    wide = [np.array(item) for item in parameters]
    same(call(operation, x, *wide, **attributes), call(operation, x, *map(np.squeeze, wide), **attributes))
