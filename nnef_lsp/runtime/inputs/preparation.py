"""How a picture becomes a tensor, written behind its file: `photo.jpg?resize=256&crop=224&mean=0.485,0.456,0.406`.

| key | does, in this order |
|---|---|
| `resize` | `256`: the shorter side becomes that, the other keeps the ratio; `320x240`: width and height; `input`: those of the input |
| `crop` | `224` or `224x224` (width and height) from the middle |
| `order` | `rgb` (default) or `bgr` |
| `scale` | values are divided by this; default: the largest that the file can hold, so that they are from 0 to 1. `scale=1` keeps 0 to 255 |
| `mean` | is subtracted: one number, or one for each channel |
| `std` | divides: one number, or one for each channel |
| `layout` | `nchw`, `nhwc`, `chw`, `hwc`, `nhw`, `hw`; default: the one that fits the shape of the input |

The text is what people save with a set of inputs, so that one line says all about a picture.  Imports no numpy.

Not here: pictures (`images.py`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields

PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".pgm", ".ppm")
READABLE = (".npy", ".npz", ".dat", ".wav", *PICTURES)
"""Endings of files that an input may come from."""
LAYOUTS = ("nchw", "nhwc", "chw", "hwc", "nhw", "hw")
ORDERS = ("rgb", "bgr")
MOST_PIXELS = 1 << 16
"""The longest side that a picture is resized to."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """What is done to a picture; the texts are those that a person wrote, checked."""

    resize: str = ""
    crop: str = ""
    order: str = ""
    scale: str = ""
    mean: str = ""
    std: str = ""
    layout: str = ""

    def text(self) -> str:
        """As it is written behind the name of a file; empty if nothing is done."""
        written = [f"{field.name}={value}" for field in fields(self) if (value := getattr(self, field.name))]
        return "?" + "&".join(written) if written else ""


KEYS = tuple(field.name for field in fields(Preparation))


def split_preparation(source: str, folder: str = "") -> tuple[str, str]:
    """The file of a source, and what stands behind its `?`; a file whose name has a `?` is itself."""
    file, mark, text = source.rpartition("?")
    if not mark or "=" not in text or os.path.exists(os.path.join(folder, source)):
        return source, ""
    return file, text


def preparation_of(text: str) -> Preparation:
    """Read `key=value&...`.  Raises ValueError, a sentence, for a key or a value that there is not."""
    found: dict[str, str] = {}
    for part in text.split("&") if text else ():
        key, _, value = part.partition("=")
        if key not in KEYS:
            raise ValueError(f"'{key[:40]}' is not something to do to a picture: {', '.join(KEYS)}")
        if key in found:
            raise ValueError(f"'{key}' is given twice")
        found[key] = value.strip()
        _checked(key, found[key])
    return Preparation(**found)


def _checked(key: str, value: str) -> None:
    if key == "layout" and value not in LAYOUTS:
        raise ValueError(f"'{value[:40]}' is not a layout: {', '.join(LAYOUTS)}")
    if key == "order" and value not in ORDERS:
        raise ValueError(f"'{value[:40]}' is not an order of channels: {' or '.join(ORDERS)}")
    if key in ("mean", "std", "scale"):
        numbers(key, value)
    if key in ("resize", "crop") and not (key == "resize" and value == "input"):
        sides(key, value)


def numbers(key: str, value: str) -> list[float]:
    """The numbers of `mean`, `std` or `scale`; what divides is not 0."""
    try:
        found = [float(item) for item in value.split(",")]
    except ValueError:
        raise ValueError(f"{key}={value[:40]} is not a number, or several with commas between") from None
    if key == "scale" and len(found) != 1:
        raise ValueError(f"scale={value[:40]} is not a single number")
    if key != "mean" and not all(found):
        raise ValueError(f"{key}={value[:40]} would divide by zero")
    return found


def sides(key: str, value: str) -> tuple[int, int | None]:
    """Width and height of `320x240`; of a single number it and None."""
    width, cross, height = value.partition("x")
    if not width.isdigit() or (cross and not height.isdigit()):
        raise ValueError(f"{key}={value[:40]} is not a size: expected a number, or WIDTHxHEIGHT")
    found = int(width), int(height) if cross else None
    if not all(0 < side <= MOST_PIXELS for side in found if side is not None):
        raise ValueError(f"{key}={value[:40]} is not between 1 and {MOST_PIXELS}")
    return found
