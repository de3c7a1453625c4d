"""Resampling and sampling on a grid, with every option."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from .helpers import document, reported
from .oracle import agree

RNG = np.random.RandomState(5)
X = RNG.standard_normal((1, 2, 5, 6)).astype(np.float32)
IN = "x = external(shape = [1, 2, 5, 6]);"
TRANSFORMS = (
    "half_pixel",
    "align_corners",
    "asymmetric",
    "pytorch_half_pixel",
    "half_pixel_symmetric",
    "tf_half_pixel_for_nn",
)
SCALES = ("[1.0, 1.0, 2.0, 3.0]", "[1.0, 1.0, 0.6, 0.5]", "[1.0, 1.0, 1.7, 0.7]", "[1.0, 1.0, 0.2, 1.0]")


def resized(operation: str, arguments: str) -> Any:
    return agree(f"{IN}\n y = {operation}(x, {arguments});", [X])[0]


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("transform", TRANSFORMS)
def test_places_of_new_items(transform: str, scales: str) -> None:
    for interpolator in ("linear", "cubic"):
        resized("tract_core_resize", f"{scales}, coord_transformer = '{transform}', interpolator = '{interpolator}'")
    for nearest in ("floor", "ceil", "round_prefer_floor", "round_prefer_ceil"):
        resized("tract_onnx_resize", f"{scales}, coord_transformer = '{transform}', nearest_mode = '{nearest}'")


@pytest.mark.parametrize("scales", SCALES[:3])
@pytest.mark.parametrize(
    "option",
    ["exclude_outside = true", "antialias = true", "antialias = true, exclude_outside = true", "cubic_coeff_a = -0.5"],
)
@pytest.mark.parametrize("interpolator", ["nearest", "linear", "cubic"])
def test_options_of_onnx(interpolator: str, option: str, scales: str) -> None:
    resized("tract_onnx_resize", f"{scales}, interpolator = '{interpolator}', {option}")


@pytest.mark.parametrize("scales", SCALES[:3])
@pytest.mark.parametrize("interpolator", ["nearest", "linear", "cubic"])
def test_a_region_is_cut_out(interpolator: str, scales: str) -> None:
    roi = "[0.0, 0.0, 0.2, -0.3, 1.0, 1.0, 0.8, 1.2]"
    found = resized(
        "tract_onnx_resize",
        f"{scales}, {roi}, coord_transformer = 'tf_crop_and_resize', interpolator = '{interpolator}', extrapolation_value = 7.0",
    )
    assert (found[..., 0] == 7).all() and not (found == 7).all()


@pytest.mark.parametrize("sizes", ["[1, 2, 7, 3]", "[1, 2, 1, 12]"])
@pytest.mark.parametrize("transform", ["half_pixel", "align_corners", "pytorch_half_pixel"])
def test_sizes_instead_of_scales(transform: str, sizes: str) -> None:
    for interpolator in ("nearest", "linear", "cubic"):
        resized(
            "tract_core_resize", f"sizes = {sizes}, coord_transformer = '{transform}', interpolator = '{interpolator}'"
        )


@pytest.mark.parametrize(("factor", "extent"), [(1.16, 29), (2.12, 52), (0.5, 12)])
def test_extents_are_products_of_short_floats(factor: float, extent: int) -> None:
    (found,) = agree(
        f"x = external(shape = [25]);\n y = tract_core_resize(x, [{factor}]);", [np.arange(25, dtype=np.float32)]
    )
    assert found.shape == (extent,)


@pytest.mark.parametrize("align", ["true", "false"])
@pytest.mark.parametrize("padding", ["zeros", "border", "reflection"])
@pytest.mark.parametrize(
    ("mode", "rank"),
    [("bilinear", 1), ("bilinear", 2), ("bilinear", 3), ("nearest", 1), ("nearest", 2), ("bicubic", 2)],
)
def test_sampling_on_a_grid(mode: str, rank: int, padding: str, align: str) -> None:
    """Also at edges and halves between items, and far outside."""
    extents, count = (5, 6, 4)[:rank], (4, 7, 3)[:rank]
    x = RNG.standard_normal((2, 3, *extents)).astype(np.float32)
    grid = RNG.uniform(-2.3, 2.3, (2, *count, rank)).astype(np.float32)
    body = f"""x = external(shape = {list(x.shape)});
        g = external(shape = {list(grid.shape)});
        y = tract_core_grid_sample(x, g, mode = '{mode}', padding_mode = '{padding}', align_corners = {align});"""
    agree(body, [x, grid])
    agree(body, [x, np.round(grid * 4) / 4])


@pytest.mark.parametrize("factor", ["inf", "-1.0", "0.0"])
def test_factors_that_are_none(factor: str) -> None:
    text = document(f"x = external(shape = [25]);\n y = tract_core_resize(x, [{factor}]);")
    assert reported(text) == ["error[invalid-value]"]
