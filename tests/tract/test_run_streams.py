"""Operations on streams: a run is the first piece of one."""

from __future__ import annotations

import numpy as np
import pytest

from .oracle import agree

RNG = np.random.RandomState(3)
X = RNG.standard_normal((2, 5, 3)).astype(np.float32)
IN = "x = external(shape = [2, 5, 3]);"


@pytest.mark.parametrize(("delay", "overlap"), [(1, 0), (2, 1), (0, 2), (7, 0), (3, 4)])
def test_a_delay_begins_with_silence(delay: int, overlap: int) -> None:
    (found,) = agree(f"{IN}\n y = tract_pulse_delay(x, axis = 1, delay = {delay}, overlap = {overlap});", [X])
    line = np.concatenate([np.zeros((2, delay + overlap, 3), np.float32), X], axis=1)
    np.testing.assert_array_equal(found, line[:, : 5 + overlap])


@pytest.mark.parametrize(("begin", "end"), [(0, "5"), (1, "4"), (2, "100"), (6, "9"), (0, "0"), (1, "S")])
def test_a_mask_counts_frames(begin: int, end: str) -> None:
    body = f"{IN}\n y = tract_pulse_mask(x, axis = 1, begin = {begin}, end = {end}, value = 9.0);"
    (found,) = agree(body, [X], header="extension tract_symbol S;\n")
    frames = np.arange(5)[:, None]
    last = int(end) if end.isdigit() else 5
    np.testing.assert_array_equal(found, np.where((frames >= begin) & (frames < last), X, np.float32(9)))


@pytest.mark.parametrize("border", ["constant", "replicated"])
@pytest.mark.parametrize(
    ("before", "after", "begin", "end"),
    [(1, 1, 1, 4), (2, 0, 2, 5), (0, 2, 0, 3), (1, 1, 6, 9), (2, 2, 3, 4), (0, 0, 0, 5), (1, 0, 1, 3), (1, 1, 0, 3)],
)
def test_padding_surrounds_the_stream(border: str, before: int, after: int, begin: int, end: int) -> None:
    body = f"""{IN}
        y = tract_pulse_pulse_pad(x, axis = 1, before = {before}, after = {after}, begin_input = {begin}, end_input = {end}, border = '{border}', value = 9.0, overlap = 0);"""
    (found,) = agree(body, [X])
    if (before, after, begin, end) == (1, 1, 1, 4):
        edges = [np.full((2, 3), 9), np.full((2, 3), 9)] if border == "constant" else [X[:, 1], X[:, 3]]
        np.testing.assert_array_equal(found, np.stack([edges[0], X[:, 1], X[:, 2], X[:, 3], edges[1]], axis=1))


STATE = np.abs(RNG.standard_normal((1, 2, 3))).astype(np.float32)
WITH_STATE = f"{IN}\n s = variable<scalar>(shape = [1, 2, 3], label = 's');\n t = squeeze(s, axes = [0]);\n"


@pytest.mark.parametrize("skip", [0, 2])
@pytest.mark.parametrize("stateless", ["true", "false"])
def test_a_running_mean_is_taken_away(skip: int, stateless: str) -> None:
    body = f"y = tract_extra_exp_mean_norm(x, t, axis = 1, alpha = 0.9, skip = {skip}, stateless = {stateless}, scaling_factor = 2.5);"
    (found,) = agree(WITH_STATE + body, [X], files={"s": STATE})
    mean = STATE[0]
    for time in range(5):
        mean = X[:, time] * 0.1 + mean * 0.9 if time >= skip else mean
        np.testing.assert_allclose(found[:, time], (X[:, time] - mean) / 2.5, rtol=1e-4, atol=1e-6)


def test_a_running_norm_divides() -> None:
    (found,) = agree(
        f"{WITH_STATE} y = tract_extra_exp_unit_norm(x, t, axis = 1, alpha = 0.9, skip = 1);", [X], files={"s": STATE}
    )
    np.testing.assert_allclose(found[:, 0], X[:, 0] / np.sqrt(STATE[0]), rtol=1e-5)


def test_complex_frames_are_as_long_as_their_numbers() -> None:
    body = """x = external(shape = [2, 5, 3, 2]);
        s = variable<scalar>(shape = [1, 2, 3], label = 's');
        t = squeeze(s, axes = [0]);
        y = tract_extra_exp_unit_norm(x, t, axis = 1, alpha = 0.9, complex = true, epsilon = 0.5);"""
    agree(body, [RNG.standard_normal((2, 5, 3, 2)).astype(np.float32)], files={"s": STATE})


@pytest.mark.parametrize("exclusive", ["false", "true"])
@pytest.mark.parametrize("skip", [0, 2, 9])
def test_sums_begin_behind_the_delay(skip: int, exclusive: str) -> None:
    agree(f"{IN}\n y = tract_pulse_cumsum(x, axis = 1, exclusive = {exclusive}, skip = {skip});", [X])


def test_a_delay_that_stands_for_a_padding() -> None:
    agree(f"{IN}\n y = tract_pulse_delay(x, axis = 1, delay = 2, overlap = 0, zero_pad = true);", [X])
