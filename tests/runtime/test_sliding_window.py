"""Convolutions, boxes, pools and index sampling against the specification's sums, item by item."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnef_lsp.runtime.kernels import KernelError

from . import formulas
from .helpers import BORDERS, call, numbers, same

few = settings(max_examples=60, deadline=None, derandomize=True)


@st.composite
def windows(draw: Any, rank: int, padded: bool = True) -> dict[str, Any]:
    """A window that fits extents of at least 4: size, padding (given or automatic), stride, dilation."""
    size = draw(st.lists(st.integers(1, 3), min_size=rank, max_size=rank))
    some = st.lists(st.integers(1, 2), min_size=rank, max_size=rank)
    pair = st.tuples(st.integers(0, 2), st.integers(0, 2)) if padded else st.just((0, 0))
    padding = draw(st.just([]) | st.lists(pair, min_size=rank, max_size=rank))
    dilation = draw(st.just([]) | some)
    if any((f - 1) * d + 1 > 4 for f, d in zip(size, dilation or [1] * rank, strict=True)):
        dilation = []
    return {"size": size, "padding": padding, "stride": draw(st.just([]) | some), "dilation": dilation}


def narrowed(padding: Any, size: Any) -> Any:
    """Padding that leaves something of a reverse operation's output."""
    return [(min(p, f - 1), min(q, f - 1 - min(p, f - 1))) for (p, q), f in zip(padding, size, strict=False)]


borders = st.sampled_from(BORDERS)
seeds = st.integers(0, 1000)


@few
@given(windows(2), borders, st.sampled_from([(4, 1, 4), (4, 2, 6), (2, 0, 4), (3, 1, 2)]), st.integers(1, 2), seeds)
def test_conv(window: Any, border: str, channels: tuple[int, int, int], batch: int, seed: int) -> None:
    inputs, groups, outputs = channels
    size = window.pop("size")
    x = numbers((batch, inputs, 5, 4), seed)
    w = numbers((outputs, inputs // (groups or inputs), *size), seed + 1)
    bias = numbers((1, outputs), seed + 2)
    actual = call("conv", x, w, bias, border=border, groups=groups, **window)
    same(actual, formulas.conv(x, w, bias, window["padding"], window["stride"], window["dilation"], groups, border))


@pytest.mark.parametrize("rank", [1, 3])
@pytest.mark.parametrize("border", BORDERS)
def test_conv_of_other_ranks(rank: int, border: str) -> None:
    x, w = numbers((1, 2, *[4] * rank)), numbers((3, 2, *[3] * rank), 1)
    actual = call("conv", x, w, 0.5, border=border)
    same(actual, formulas.conv(x, w, 0.5, [], [], [], 1, border))


def test_conv_with_negative_padding_cuts_off() -> None:
    x, w = numbers((1, 1, 6, 6)), numbers((1, 1, 2, 2), 1)
    actual = call("conv", x, w, 0.0, padding=[(-1, 0), (0, -2)])
    same(actual, call("conv", x[:, :, 1:, :-2], w, 0.0, padding=[(0, 0), (0, 0)]))


def test_conv_in_tiles_equals_conv_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    x, w = numbers((2, 4, 9, 8)), numbers((6, 2, 3, 3), 1)
    whole = call("conv", x, w, 0.0, groups=2, stride=[2, 1])
    monkeypatch.setattr("nnef_lsp.runtime.kernels.convolution.TILE_BYTES", 1)
    same(call("conv", x, w, 0.0, groups=2, stride=[2, 1]), whole)


def test_conv_names_what_does_not_fit() -> None:
    with pytest.raises(KernelError, match="the filter is for 3 input channels, but there are 2"):
        call("conv", numbers((1, 2, 4, 4)), numbers((1, 3, 1, 1)), 0.0)
    with pytest.raises(KernelError, match="a window of extent 5 does not fit into an extent of 4"):
        call("conv", numbers((1, 1, 4, 4)), numbers((1, 1, 5, 5)), 0.0, padding=[(0, 0), (0, 0)])


@few
@given(windows(2), borders, st.sampled_from([(4, 1, 3), (4, 2, 2), (2, 0, 1)]), seeds)
def test_deconv(window: Any, border: str, channels: tuple[int, int, int], seed: int) -> None:
    inputs, groups, outputs = channels
    size = window.pop("size")
    window["padding"] = narrowed(window["padding"], size)
    x, w = numbers((2, inputs, 3, 4), seed), numbers((inputs, outputs, *size), seed + 1)
    bias = numbers((1, outputs * (groups or inputs)), seed + 2)
    actual = call("deconv", x, w, bias, border=border, groups=groups, **window)
    expected = formulas.deconv(x, w, bias, window["padding"], window["stride"], window["dilation"], groups, border, [])
    same(actual, expected)


@pytest.mark.parametrize("padding", [[], [(1, 1), (0, 1)]])
@pytest.mark.parametrize("extents", [(6, 8), (5, 7)])
def test_deconv_with_output_shape(padding: Any, extents: tuple[int, int]) -> None:
    if padding:
        extents = (extents[0] - 1, extents[1])
    x, w = numbers((1, 2, 3, 4)), numbers((2, 3, 3, 3), 1)
    shape = [1, 3, *extents]
    actual = call("deconv", x, w, 0.0, padding=padding, stride=[2, 2], output_shape=shape)
    same(actual, formulas.deconv(x, w, 0.0, padding, [2, 2], [], 1, "constant", shape))


def test_deconv_is_the_adjoint_of_conv() -> None:
    """<conv(x), y> = <x, deconv(y)>."""
    window = {"padding": [(1, 0), (1, 1)], "stride": [2, 1], "dilation": [1, 2]}
    x, w = numbers((1, 4, 7, 8)), numbers((6, 2, 3, 2), 1)
    y = call("conv", x, w, 0.0, groups=2, **window)
    other = numbers(y.shape, 2)
    back = call("deconv", other, w, 0.0, groups=2, output_shape=[1, 4, 7, 8], **window)
    assert np.vdot(y, other) == pytest.approx(np.vdot(x, back))


def test_separable_forms_are_two_convolutions() -> None:
    x = numbers((1, 3, 6, 6))
    plane, point, bias = numbers((3, 1, 3, 3), 1), numbers((5, 3, 1, 1), 2), numbers((1, 5), 3)
    expected = call("conv", call("conv", x, plane, 0.0, groups=0, stride=[2, 2]), point, bias)
    same(call("separable_conv", x, plane, point, bias, stride=[2, 2]), expected)
    y = numbers((1, 5, 3, 3), 4)
    expected = call("deconv", call("deconv", y, point, 0.0), plane, 0.0, groups=0, stride=[2, 2])
    same(call("separable_deconv", y, plane, point, 0.0, stride=[2, 2]), expected)


@few
@given(windows(4), st.sampled_from([*BORDERS, "ignore"]), st.booleans(), seeds)
def test_box(window: Any, border: str, normalize: bool, seed: int) -> None:
    x = numbers((4, 4, 4, 5), seed)[:4]
    actual = call("box", x, border=border, normalize=normalize, **window)
    expected = formulas.box(
        x, window["size"], window["padding"], window["stride"], window["dilation"], border, normalize
    )
    same(actual, expected)


@few
@given(windows(3), st.sampled_from([*BORDERS, "ignore"]), st.booleans(), seeds)
def test_debox(window: Any, border: str, normalize: bool, seed: int) -> None:
    size = window["size"]
    window["padding"] = narrowed(window["padding"], size)
    x = numbers((2, 3, 4), seed)
    actual = call("debox", x, border=border, normalize=normalize, **window)
    expected = formulas.debox(x, size, window["padding"], window["stride"], window["dilation"], border, [], normalize)
    same(actual, expected)


@few
@given(windows(3), st.sampled_from([*BORDERS, "ignore"]), seeds)
def test_max_pooling_and_its_index(window: Any, border: str, seed: int) -> None:
    x = np.round(numbers((4, 4, 5), seed) * 2)  # ties: the first of equal maxima counts
    args = (window["size"], window["padding"], window["stride"], window["dilation"], border)
    best, index = formulas.best_in_window(x, *args)
    same(call("max_pool", x, border=border, **window), best)
    same(call("argmax_pool", x, border=border, **window), index)
    both = call("max_pool_with_index", x, border=border, **window)
    same(both[0], best)
    same(both[1], index)
    assert both[1].dtype == np.int64


@few
@given(windows(3), borders, seeds)
def test_sample(window: Any, border: str, seed: int) -> None:
    x = numbers((4, 4, 5), seed)
    size = window["size"]
    geometry = formulas.down_geometry(x.shape, size, window["padding"], window["stride"], window["dilation"])
    index = np.random.RandomState(seed).randint(0, np.prod(size), geometry[3])
    actual = call("sample", x, index, border=border, **window)
    expected = np.zeros(geometry[3])
    for at in formulas.indices(geometry[3]):
        expected[at] = formulas.window_values(x, at, size, geometry, border)[index[at]]
    same(actual, expected)


@few
@given(windows(3), seeds)
def test_desample(window: Any, seed: int) -> None:
    size = window["size"]
    window["padding"] = narrowed(window["padding"], size)
    x = numbers((2, 3, 4), seed)
    index = np.random.RandomState(seed).randint(0, np.prod(size), x.shape)
    geometry = formulas.up_geometry(x.shape, size, window["padding"], window["stride"], window["dilation"])
    actual = call("desample", x, index, **window)
    expected = np.zeros(geometry[3])
    coded = np.empty(x.shape, object)
    for at in formulas.indices(x.shape):
        coded[at] = (x[at], index[at])
    for at in formulas.indices(geometry[3]):
        for found, j in formulas.reverse_values(coded, at, size, geometry, "constant"):
            if isinstance(found, tuple) and found[1] == j:
                expected[at] += found[0]
    same(actual, expected)


def test_desample_undoes_max_pooling_without_overlap() -> None:
    x = numbers((1, 2, 4, 6))
    window = {"size": [1, 1, 2, 2], "stride": [1, 1, 2, 2], "padding": [(0, 0)] * 4}
    best, index = call("max_pool_with_index", x, **window)
    back = call("desample", best, index, **window)
    same(back, np.where(np.isin(x, best), x, 0.0))


def test_averages_and_root_mean_squares() -> None:
    x = numbers((1, 2, 5, 5))
    window = {"size": [1, 1, 3, 3], "stride": [1, 1, 2, 2]}
    same(call("avg_pool", x, **window), call("box", x, normalize=True, **window))
    same(call("rms_pool", x, border="ignore", **window), np.sqrt(call("avg_pool", x * x, border="ignore", **window)))


def test_a_window_that_sees_only_ignored_items() -> None:
    x = np.ones((1, 1, 2, 2))
    window = {"size": [1, 1, 1, 1], "padding": [(0, 0), (0, 0), (1, 0), (0, 0)], "border": "ignore"}
    assert call("max_pool", x, **window)[0, 0, 0, 0] == -np.inf
    assert call("avg_pool", x, **window)[0, 0, 0, 0] == 0.0
