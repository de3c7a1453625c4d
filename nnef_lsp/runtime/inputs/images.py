"""Pictures as tensors.

PNG is read by `archive`; other formats need the package pillow.  A picture is [H, W, C] with C = 1 or 3 until it is
fitted to an input.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...model.values.tensor import Tensor
from ..arrays.dtypes import Array, format_extents
from ..errors import RunError

LUMA = np.array([0.299, 0.587, 0.114])
"""Weights of red, green and blue in a gray value (ITU-R BT.601, as everyone does)."""

FORMATS = ("JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM", "PNG")
"""What pillow may take a file for: it goes by the content, and for PostScript it would start Ghostscript."""


def read_image(path: str) -> Array:
    """uint8 or uint16 [H, W, 1 or 3]; transparency is dropped."""
    if path.lower().endswith(".png"):
        from ...archive.pictures.png import read_png

        pixels = np.asarray(read_png(path))
        return pixels[..., : 1 if pixels.shape[2] < 3 else 3]
    return _with_pillow(path)


def _with_pillow(path: str) -> Array:
    try:
        from PIL import Image  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        raise RunError(
            f"'{path}' needs the package pillow to be read (pip install pillow), or convert it to PNG"
        ) from None
    with Image.open(path, formats=FORMATS) as picture:
        gray = picture.mode in ("1", "L", "LA", "I", "I;16", "F")
        pixels = np.asarray(picture.convert("L" if gray else "RGB"))
    return pixels[..., None] if gray else pixels


def fitted(name: str, path: str, pixels: Array, fact: Tensor) -> Array:
    """The picture as the input wants it: layout and channels from its shape, values from 0 to 1 for scalars."""
    height, width, _ = pixels.shape
    shape: Any = fact.shape
    wrong = RunError(
        f"the picture '{path}' is {width} x {height}, which does not fit the input '{name}' of shape "
        f"{'unknown' if shape is None else format_extents(shape)}; pictures are not resized",
        tensor=name,
    )
    if shape is None or not 2 <= len(shape) <= 4:
        raise wrong
    layouts = {2: ["hw"], 3: ["nhw", "chw", "hwc"], 4: ["nchw", "nhwc"]}[len(shape)]
    for layout in layouts:
        extent = dict(zip(layout, shape, strict=True))
        channels = extent.get("c", 1)
        if channels in (1, 3) and (extent["h"], extent["w"], extent.get("n", 1)) == (height, width, 1):
            array = _arranged(_colored(pixels, channels), layout)
            whole = fact.dtype in ("integer", "u8", "i64")
            return array if whole else array / float(np.iinfo(pixels.dtype).max)
    raise wrong


def _colored(pixels: Array, channels: int) -> Array:
    if pixels.shape[2] == channels:
        return pixels
    if channels == 3:
        return np.repeat(pixels, 3, axis=2)
    return np.asarray(np.rint(pixels @ LUMA)[..., None])


def _arranged(pixels: Array, layout: str) -> Array:
    array = pixels.transpose(2, 0, 1) if "chw" in layout else pixels if "hwc" in layout else pixels[..., 0]
    return array[None] if "n" in layout else array
