"""Pictures as tensors.

Pillow reads and resizes them; PNG is read without it too.  A picture is [H, W, C] with C = 1 or 3 until it is
fitted to an input.

Not here: how a picture is to become a tensor, as text (`preparation.py`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...model.values.tensor import Tensor
from ..arrays.dtypes import Array, format_extents
from ..errors import RunError
from .preparation import Preparation, numbers, sides

LUMA = np.array([0.299, 0.587, 0.114])
"""Weights of red, green and blue in a gray value (ITU-R BT.601, as everyone does)."""

FORMATS = ("JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM", "PNG")
"""What pillow may take a file for: it goes by the content, and for PostScript it would start Ghostscript."""

AS_IT_IS = Preparation()
LAYOUTS_BY_RANK = {2: ["hw"], 3: ["nhw", "chw", "hwc"], 4: ["nchw", "nhwc"]}


def read_image(path: str) -> Array:
    """uint8 or uint16 [H, W, 1 or 3]; transparency is dropped.

    PNG is read by `archive` even where pillow is there: pillow makes 8 bits of colors with 16.
    """
    if path.lower().endswith(".png"):
        from ...archive.pictures.png import read_png

        pixels = np.asarray(read_png(path))
        return pixels[..., : 1 if pixels.shape[2] < 3 else 3]
    image = _pillow(f"'{path}' needs the package pillow to be read", " or convert it to PNG")
    with image.open(path, formats=FORMATS) as picture:
        gray = picture.mode in ("1", "L", "LA", "I", "I;16", "F")
        pixels = np.asarray(picture.convert("L" if gray else "RGB"))
    return pixels[..., None] if gray else pixels


def _pillow(why: str, otherwise: str = "") -> Any:
    try:
        from PIL import Image
    except ImportError:
        raise RunError(f"{why}: run \"pip install 'nnef-lsp[images]'\"{otherwise and ','}{otherwise}") from None
    return Image


def fitted(name: str, path: str, pixels: Array, fact: Tensor, wish: Preparation = AS_IT_IS) -> Array:
    """The picture as the input wants it: layout and channels from its shape, values from 0 to 1 for scalars, or as wished."""
    shape: Any = fact.shape
    layouts = [
        layout
        for layout in LAYOUTS_BY_RANK.get(len(shape or ()), [])
        if wish.layout in ("", layout) and dict(zip(layout, shape)).get("c", 1) in (1, 3)
    ]
    if wish.resize:
        pixels = _resized(name, path, pixels, wish.resize, _sides_of_input(shape, layouts))
    if wish.crop:
        pixels = _cropped(name, path, pixels, wish.crop)
    height, width, _ = pixels.shape
    for layout in layouts:
        extent = dict(zip(layout, shape, strict=True))
        wanted = extent["h"], extent["w"], extent.get("n", 1)
        if all(_fits(want, got) for want, got in zip(wanted, (height, width, 1))):
            colored = _colored(pixels, extent.get("c", 1))
            return _arranged(_scaled(name, path, colored, pixels, fact, wish), layout)
    hint = (
        ""
        if wish.resize or wish.crop
        else "; pictures are resized only when asked: --resize input, or --resize and --crop"
    )
    raise RunError(
        f"the picture '{path}' is {width} x {height}, which does not fit the input '{name}' of shape "
        f"{'unknown' if shape is None else format_extents(shape)}{f' as {wish.layout}' if wish.layout else ''}{hint}",
        tensor=name,
    )


def _fits(wanted: Any, got: int) -> bool:
    return wanted == got if isinstance(wanted, int) else True  # an open extent takes what comes


def _sides_of_input(shape: Any, layouts: list[str]) -> tuple[int, int] | None:
    """Width and height that the input has, if both are known."""
    for layout in layouts:
        extent = dict(zip(layout, shape))
        if isinstance(extent["h"], int) and isinstance(extent["w"], int):
            return extent["w"], extent["h"]
    return None


def _resized(name: str, path: str, pixels: Array, wish: str, of_input: tuple[int, int] | None) -> Array:
    """Bilinear with as many neighbours as the scale asks for, as PyTorch's and Keras' pictures are made smaller."""
    height, width, _ = pixels.shape
    if wish == "input":
        if of_input is None:
            raise RunError(f"the input '{name}' has no height and width that '{path}' could be resized to", tensor=name)
        size = of_input
    else:
        first, second = sides("resize", wish)
        short = min(width, height)
        size = (first, second) if second is not None else (first * width // short, first * height // short)
    if size == (width, height):
        return pixels
    image = _pillow(f"resizing '{path}' needs the package pillow")
    if pixels.dtype != np.uint8:  # pillow resizes 16 bits as single channels of floats
        planes = [image.fromarray(pixels[..., channel].astype(np.float32)) for channel in range(pixels.shape[2])]
        found = np.stack([np.asarray(plane.resize(size, image.Resampling.BILINEAR)) for plane in planes], axis=2)
        return np.asarray(np.rint(found).astype(pixels.dtype))
    picture = image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    found = np.asarray(picture.resize(size, image.Resampling.BILINEAR))
    return np.asarray(found.reshape(size[1], size[0], pixels.shape[2]))


def _cropped(name: str, path: str, pixels: Array, wish: str) -> Array:
    height, width, _ = pixels.shape
    wide, high = sides("crop", wish)
    high = wide if high is None else high
    if wide > width or high > height:
        raise RunError(
            f"'{path}' is {width} x {height} when it is to be cropped to {wide} x {high}; resize it first", tensor=name
        )
    top, left = (height - high) // 2, (width - wide) // 2
    return pixels[top : top + high, left : left + wide]


def _scaled(name: str, path: str, colored: Array, pixels: Array, fact: Tensor, wish: Preparation) -> Array:
    """Values in the range that is wished: [H, W, C]."""
    if wish.order == "bgr":
        colored = colored[..., ::-1]
    whole = fact.dtype in ("integer", "u8", "i64") and not (wish.scale or wish.mean or wish.std)
    if whole:
        return colored
    largest = float(np.iinfo(pixels.dtype).max)
    values = colored / (numbers("scale", wish.scale)[0] if wish.scale else largest)
    for key, wished in (("mean", wish.mean), ("std", wish.std)):
        if wished:
            found = numbers(key, wished)
            if len(found) not in (1, colored.shape[2]):
                raise RunError(
                    f"{key}={wished} has {len(found)} numbers, but '{path}' has {colored.shape[2]} channels for the "
                    f"input '{name}'",
                    tensor=name,
                )
            values = values - np.array(found) if key == "mean" else values / np.array(found)
    return np.asarray(values)


def _colored(pixels: Array, channels: int) -> Array:
    if pixels.shape[2] == channels:
        return pixels
    if channels == 3:
        return np.repeat(pixels, 3, axis=2)
    return np.asarray(np.rint(pixels @ LUMA)[..., None])


def _arranged(pixels: Array, layout: str) -> Array:
    array = pixels.transpose(2, 0, 1) if "chw" in layout else pixels if "hwc" in layout else pixels[..., 0]
    return array[None] if "n" in layout else array
