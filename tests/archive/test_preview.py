"""Drawings, judged as a reader sees them."""

from __future__ import annotations

import numpy as np
import pytest

from nnef_lsp.archive import ArchiveError
from nnef_lsp.archive.pictures.image import colour_image
from nnef_lsp.archive.pictures.preview import (
    heat_map_lines,
    histogram_lines,
    merged,
    number_text,
    sparkline,
    summary_lines,
)
from nnef_lsp.archive.pictures.tiles import plane, shrunk
from nnef_lsp.archive.statistics.statistics import Statistics, summarise


def test_a_sparkline_shows_every_occupied_bin() -> None:
    assert sparkline((0, 1, 50, 100, 0, 25)) == " ▁▄█ ▂"
    assert sparkline(()) == ""
    assert merged((1, 2, 3, 4), 2) == [3, 7]
    assert len(sparkline(tuple(range(64)), 16)) == 16


def test_a_histogram_stands_over_its_range() -> None:
    facts = Statistics((4,), "float32", 0, 4, 4, -1, 1, 0, 1, 0, 0, 0, -1, 1, (0, 2, 4, 1))
    assert histogram_lines(facts, height=2) == [
        "  █",
        " ██▄",
        "────",
        "-1 1",
    ]


def test_a_heat_map_goes_from_dark_to_light() -> None:
    lines = heat_map_lines(np.array([[0, 1, 2], [3, 4, 5]]))
    assert lines == [" ·░", "▒▓█", "rows x columns; 0 (dark) to 5 (light)"]


def test_filters_stand_side_by_side() -> None:
    filters = np.arange(16).reshape(2, 2, 2, 2)
    lines = heat_map_lines(filters)
    assert lines == [
        "   ·░",
        " · ░░",
        "",
        "▒▒ ▓█",
        "▓▓ ██",
        "first axis down, second across; 0 (dark) to 15 (light)",
    ]


@pytest.mark.parametrize(
    "shape", [(), (1,), (500,), (40, 300), (5, 4, 3), (64, 3, 7, 7), (8, 8, 1, 1), (2, 2, 2, 2, 2), (1, 0)]
)
def test_maps_of_any_rank_keep_their_size(shape: tuple[int, ...]) -> None:
    lines = heat_map_lines(np.ones(shape), width=30, height=10)
    assert len(lines) <= 11 and all(len(line) <= 30 for line in lines[:-1])


def test_colours_are_used_only_when_asked_for() -> None:
    assert "\x1b" in heat_map_lines(np.eye(3), colour=True)[0]
    assert "\x1b" not in "".join(heat_map_lines(np.eye(3)))


def test_infinite_items_are_blank() -> None:
    assert heat_map_lines(np.array([[np.nan, 1.0, np.inf, 0.0]]))[0] == " █  "[:2]
    assert heat_map_lines(np.array([np.nan])) == []


def test_strings_are_not_drawn() -> None:
    with pytest.raises(ArchiveError, match="Strings cannot be drawn"):
        heat_map_lines(np.array(["a"]))


def test_shrinking_takes_means() -> None:
    assert shrunk(np.array([[1.0, 3.0], [5.0, 7.0]]), 1, 2).tolist() == [[3, 5]]
    assert shrunk(np.array([[1.0, np.nan]]), 1, 1).tolist() == [[1]]


def test_large_tensors_are_cut_to_their_first_slices() -> None:
    picture, caption = plane(np.zeros((100, 10, 10)), most=1000)
    assert "the first [10, 10, 10]" in caption and picture.size < 2000


def test_images_are_red_above_and_blue_below_zero() -> None:
    pixels = colour_image(np.array([[1.0, -1.0], [0.0, np.nan]]))
    corners = [pixels[0, 0], pixels[0, -1], pixels[-1, 0], pixels[-1, -1]]
    assert [corner.tolist() for corner in corners] == [[255, 0, 0], [0, 0, 255], [255, 255, 255], [160, 160, 160]]


def test_a_summary_says_what_was_sampled() -> None:
    facts = summarise(np.arange(6, dtype=np.float32).reshape(2, 3))
    assert summary_lines(facts) == [
        "shape   [2, 3] float32, 6 items, 24 B",
        "range   0 to 5",
        "mean    2.5, standard deviation 1.7078",
        "zeros   16.7 %, NaN 0, infinite 0",
        "first   0, 1, 2, 3, 4, 5",
        "channel 0: 0 to 2; 1: 3 to 5",
    ]
    sampled = Statistics((9,), "float32", 0, 9, 5, 0, 1, 0, 1, 0, 0, 0)
    assert "(sampled 5 items)" in "\n".join(summary_lines(sampled))


def test_numbers_stay_short() -> None:
    assert [number_text(x) for x in (None, 3, 10**12, 0.1 + 0.2, 1e-30)] == ["-", "3", "1e+12", "0.3", "1e-30"]
