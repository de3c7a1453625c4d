"""What a view of a tensor shows: header, statistics, a window of values, pictures of filters.  Reads only what is asked for.

Results are plain data for JSON (docs/protocol.md): numbers that are not finite are "nan", "inf", "-inf".

Not here: files and their formats (`archive`), which tensor is meant.
"""

from __future__ import annotations

import base64
import math
from typing import TYPE_CHECKING, Any

from ...archive import ArchiveError, TensorFile
from ...archive.statistics.statistics import Statistics, summarise
from ...archive.tensors.decoding import Entry
from ...json_data import JsonObject

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nnef_lsp.archive.arrays import Array

    from ...archive.tensors.tensor import Tensor


MOST_ROWS = 256
MOST_PICTURES = 256
PICTURE = 64
"""Longest side of a picture if the client does not say; at most `LONGEST`."""
LONGEST = 512


def header_of(tensor: Tensor, form: str, entry: Entry | None = None) -> JsonObject:
    """What the header says; of codes that `entry` of graph.quant decodes, what they stand for."""
    return {
        "dtype": tensor.item_type,
        "shape": list(tensor.shape),
        "items": math.prod(tensor.shape),
        "bytes": tensor.bytes,
        "bits": tensor.header.bits if isinstance(tensor, TensorFile) else 0,
        "format": form,
        "details": [*_details(tensor), *_real_values(tensor, entry)],
    }


def _details(tensor: Tensor) -> list[tuple[str, str]]:
    details = [("shape", str(list(tensor.shape))), ("type in NNEF", tensor.nnef_type), ("item type", tensor.item_type)]
    if isinstance(tensor, TensorFile):
        header = tensor.header
        details += [
            ("bits per item", str(header.bits)),
            ("vendor", "Khronos" if header.vendor == 0 else f"{header.vendor:#06x}"),
            ("item code", str(header.code)),
            ("data", f"{header.length} bytes from {header.offset}"),
        ]
        if header.deprecated_range is not None:
            details.append(("range (deprecated)", f"{header.deprecated_range[0]:g} … {header.deprecated_range[1]:g}"))
    return [*details, *(("note", notice) for notice in tensor.notices)]


def _real_values(tensor: Tensor, entry: Entry | None) -> list[tuple[str, str]]:
    from ...archive.pictures.preview import real_value_lines

    if not isinstance(tensor, TensorFile):
        return []
    return [("real values", line) for line in real_value_lines(tensor, entry)]


def statistics_of(tensor: TensorFile | Array, histogram: bool = True) -> JsonObject:
    """`statistics` and `histogram`; neither where there are no numbers."""
    found = summarise(tensor, histogram=histogram, channels=False)
    if found.minimum is None:
        return {}
    answer: JsonObject = {"statistics": _statistics(found)}
    if found.histogram:
        bins = len(found.histogram)
        width = found.high / bins - found.low / bins
        edges = [found.low + width * at for at in range(bins)] + [found.high]
        answer["histogram"] = {"edges": [number(edge) for edge in edges], "counts": list(found.histogram)}
    return answer


def _statistics(found: Statistics) -> JsonObject:
    return {
        "min": number(found.minimum),
        "max": number(found.maximum),
        "mean": number(found.mean),
        "std": number(found.std),
        "zeros": round(found.zeros * found.count),
        "nans": found.nans,
        "infinities": found.infinities,
        "sampled": found.sampled,
    }


def window_of(array: Array, rows_axis: int, columns_axis: int, index: list[int], rows: int, columns: int) -> JsonObject:
    """Rows and columns along two axes, at an index on all others; one axis or none is a single row."""
    rank = array.ndim
    if len(index) != rank or any(axis >= rank for axis in (rows_axis, columns_axis)) or 0 <= rows_axis == columns_axis:
        raise ArchiveError(f"This window does not fit a tensor of rank {rank}.")
    place: list[Any] = [min(max(at, 0), max(extent - 1, 0)) for at, extent in zip(index, array.shape, strict=True)]
    for axis, size in ((rows_axis, rows), (columns_axis, columns)):
        if axis >= 0:
            place[axis] = slice(place[axis], place[axis] + min(size, MOST_ROWS))
    part = array[tuple(place)]
    if 0 <= columns_axis < rows_axis:
        part = part.T
    if part.ndim < 2:
        part = part.reshape((-1, 1) if rows_axis >= 0 > columns_axis else (1, -1))
    return {
        "values": [[number(item) for item in row] for row in part.tolist()],
        "rows": part.shape[0],
        "columns": part.shape[1],
    }


def pictures_of(array: Array, layout: str, first: int, count: int, size: int = PICTURE) -> JsonObject:
    """Slices of the last two axes as bytes, each stretched over its own range (`rgb`: all three channels together)."""
    import numpy as np

    if (
        array.ndim < 3
        or array.dtype.kind not in "fiub"
        or (layout == "rgb" and (array.ndim < 3 or array.shape[-3] != 3))
    ):
        raise ArchiveError("This tensor has no pictures.")
    leading = array.shape[:-3] if layout == "rgb" else array.shape[:-2]
    total = math.prod(leading)
    step = max(1, -(-max(array.shape[-2:]) // min(max(size, 1), LONGEST)))
    items = []
    height = width = 0
    for at in range(max(first, 0), min(total, max(first, 0) + min(count, MOST_PICTURES))):
        index = tuple(int(part) for part in np.unravel_index(at, leading)) if leading else ()
        picture = np.asarray(array[index][..., ::step, ::step], np.float64)
        height, width = picture.shape[-2:]
        items.append(_picture(picture, index))
    return {
        "total": total,
        "first": first,
        "height": height,
        "width": width,
        "channels": 3 if layout == "rgb" else 1,
        "items": items,
    }


def _picture(picture: NDArray[np.float64], index: tuple[int, ...]) -> JsonObject:
    import numpy as np

    finite = picture[np.isfinite(picture)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    with np.errstate(all="ignore"):
        scaled = np.nan_to_num(
            (picture - low) * (255 / (high - low) if high > low else 0.0), nan=0.0, posinf=255.0, neginf=0.0
        )
    if picture.ndim == 3:
        scaled = np.moveaxis(scaled, 0, -1)
    data = base64.b64encode(scaled.clip(0, 255).astype(np.uint8).tobytes()).decode("ascii")
    return {"index": list(index), "min": low, "max": high, "data": data}


def number(value: Any) -> Any:
    """A number as JSON can say it; truth values and texts stay."""
    if isinstance(value, complex):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return value if isinstance(value, (bool, int, float, str)) or value is None else str(value)
