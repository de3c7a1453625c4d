"""Weights stored in another type: smaller floating-point numbers, or whole codes with an entry in graph.quant.

Files are read and written piece by piece.  Codes are symmetric: code * scale, the scale being the largest magnitude of the
tensor over the largest code.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from ...archive.blobs import Blob
from ...archive.limits import bytes_text
from ...archive.names import label_file
from ...archive.tensors.items import kind_named
from ...archive.tensors.made import MadeTensor
from ...project.opening import Document
from ..change import Change, changed, flat, variables
from ..coding import decibels, entry, pieces_of, quant_with
from ..errors import ChangeError
from ..words import counted

if TYPE_CHECKING:
    from ...archive.arrays import Array

_FLOATS = ("float16", "float32", "float64")
_CODES = re.compile(r"q?int(\d+)")


def cast(document: Document, item_type: str, only: tuple[str, ...] = ()) -> Change:
    """The floating-point weights, or those whose labels fit a pattern of `only`, as `item_type`: float16, float32,
    float64, or int2 to int16.  Raises ChangeError."""
    codes = _CODES.fullmatch(item_type)
    bits = int(codes[1]) if codes is not None else 0
    if item_type not in _FLOATS and not 2 <= bits <= 16:
        raise ChangeError(_unknown(item_type))
    if bits and document.analysis.dialect.datum_types:
        raise ChangeError(
            f"in {document.analysis.dialect.title}'s dialect codes are types of their own, which operations compute with, so weights "
            "cannot become codes alone; float16 can be stored where the graph allows it"
        )
    names = variables(flat(document))
    chosen: dict[str, list[str]] = {}
    for name, label in names.items():
        if not only or any(fnmatchcase(label, pattern) or fnmatchcase(name, pattern) for pattern in only):
            chosen.setdefault(label, []).append(name)
    if not chosen:
        raise ChangeError(f"no label fits {', '.join(only)}" if only else "the model has no variables")
    files: dict[str, Blob | None] = {}
    entries: dict[str, str] = {}
    told: list[str] = []
    before = after = 0
    for label, tensors in sorted(chosen.items()):
        old = document.model.tensor(label)
        if old.item_type == item_type or old.item_type not in _FLOATS or not old.header.count:
            if only and old.item_type != item_type:
                raise ChangeError(f"'{label}' holds {old.item_type} items, which are not cast")
            continue
        stored = f"qint{bits}" if bits else item_type
        scale = _scale(document, label, bits) if bits else 1.0
        make = _coder(bits, scale) if bits else _caster(item_type)
        made = MadeTensor(label, old.shape, stored, _pieces(document, label, make))
        files[label_file(label)] = made
        for name in tensors if bits else ():
            entries[name] = entry(
                name,
                "zero_point_linear_quantize",
                {"zero_point": 0, "scale": scale, "bits": bits, "signed": True, "symmetric": True},
            )
        before, after = before + old.bytes, after + made.size
        told.append(f"{label}: {old.item_type} to {stored}, {_error(document, label, make, scale)}")
    if not files:
        return Change(document, document, ("there is nothing to cast",))
    told.append(f"{counted(len(files), 'tensor')}: {bytes_text(before)} before, {bytes_text(after)} now")
    quant = quant_with(document, entries) if entries else None
    return changed(document, document.analysis.source.text, files, quant, tuple(told))


def _unknown(item_type: str) -> str:
    known = "float16, float32, float64, and int2 to int16"
    if item_type == "bfloat16" or kind_named(item_type) is not None:
        return f"weights cannot be stored as '{item_type}' in a way that every reader of the format understands; there are {known}"
    return f"there is no type '{item_type}'; there are {known}"


def _scale(document: Document, label: str, bits: int) -> float:
    import numpy as np

    largest = 0.0
    for piece in pieces_of(document.model, label):
        largest = max(largest, float(np.abs(piece).max(initial=0.0)))
        if not math.isfinite(largest):
            raise ChangeError(
                f"'{label}' has items that are not finite numbers, which have no code; leave it out with --only"
            )
    # as the entry says it, so that what is stored is what is decoded
    return float(f"{(largest or 1.0) / (2 ** (bits - 1) - 1):.9g}")


def _coder(bits: int, scale: float) -> Callable[[Array], Array]:
    import numpy as np

    most = 2 ** (bits - 1) - 1
    dtype = np.int8 if bits <= 8 else np.int16

    def code(piece: Array) -> Array:
        return np.asarray(np.clip(np.rint(piece.astype(np.float64) / scale), -most, most).astype(dtype))

    return code


def _caster(item_type: str) -> Callable[[Array], Array]:
    import numpy as np

    def convert(piece: Array) -> Array:
        with np.errstate(over="ignore", under="ignore"):
            return np.asarray(piece.astype(item_type))

    return convert


def _pieces(document: Document, label: str, make: Callable[[Array], Array]) -> Callable[[], Iterator[Array]]:
    def pieces() -> Iterator[Array]:
        return (make(piece) for piece in pieces_of(document.model, label))

    return pieces


def _error(document: Document, label: str, make: Callable[[Array], Array], scale: float) -> str:
    """How far items are off, in words; raises ChangeError if some would no longer be finite."""
    import numpy as np

    largest = signal = noise = 0.0
    for piece in pieces_of(document.model, label):
        old = piece.astype(np.float64)
        new = make(piece).astype(np.float64) * scale
        if (np.isfinite(old) & ~np.isfinite(new)).any():
            raise ChangeError(
                f"'{label}' has items up to {np.abs(old).max():.3g}, which are beyond that type; leave it out with --only"
            )
        with np.errstate(invalid="ignore"):
            off = np.where(np.isfinite(old), new - old, 0.0)
            old = np.where(np.isfinite(old), old, 0.0)
        largest = max(largest, float(np.abs(off).max(initial=0.0)))
        signal, noise = signal + float(np.dot(old, old)), noise + float(np.dot(off, off))
    ratio = decibels(signal, noise)
    return f"largest error {largest:.2g}" + (f", signal to noise {ratio:.1f} dB" if math.isfinite(ratio) else ", exact")
