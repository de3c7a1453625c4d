"""A tensor drawn with characters: for hovers and for the terminal.

Here: a one-line sparkline, a histogram of several lines, a heat map. Plain text without numpy except for the heat map;
colours only when asked for. Not here: the numbers (statistics/statistics.py), image files (image.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnef_lsp.archive.limits import bytes_text
from nnef_lsp.archive.pictures.tiles import plane, shrunk
from nnef_lsp.archive.statistics.statistics import Statistics
from nnef_lsp.archive.tensors.dat import TensorFile
from nnef_lsp.archive.tensors.decoding import Entry, formula
from nnef_lsp.archive.tensors.tensor import Tensor

if TYPE_CHECKING:
    from nnef_lsp.archive.arrays import Array

_BARS = " ▁▂▃▄▅▆▇█"
_SHADES = " ·░▒▓█"


def number_text(value: float | int | None) -> str:
    """A number in at most about ten characters."""
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) and abs(value) < 10**9 else f"{value:.5g}"


def sparkline(counts: tuple[int, ...], width: int = 32) -> str:
    """One line of bars; an occupied bin is never blank."""
    bins = merged(counts, width)
    peak = max(bins, default=0) or 1
    return "".join(_BARS[min(8, -(-8 * n // peak))] for n in bins)


def merged(counts: tuple[int, ...], width: int) -> list[int]:
    """The counts in at most `width` bins."""
    step = max(1, -(-len(counts) // width))
    return [sum(counts[start : start + step]) for start in range(0, len(counts), step)]


def histogram_lines(facts: Statistics, height: int = 8) -> list[str]:
    """The histogram with its range below it; empty if there is none."""
    counts = facts.histogram
    if not counts:
        return []
    peak = max(counts) or 1
    lines = []
    for row in range(height, 0, -1):
        cells = (min(8, max(0, -(-8 * height * n // peak) - 8 * (row - 1))) for n in counts)
        lines.append("".join(_BARS[cell] for cell in cells).rstrip())
    low, high = number_text(facts.low), number_text(facts.high)
    return [*lines, "─" * len(counts), low + high.rjust(max(1, len(counts) - len(low)))]


def summary_lines(facts: Statistics) -> list[str]:
    """The numbers as short lines of a name and a value."""
    rows = [
        ("shape", f"{list(facts.shape)} {facts.item_type}, {facts.count} items, {bytes_text(facts.bytes)}"),
    ]
    if facts.minimum is not None:
        how = f" (sampled {facts.seen} items)" if facts.sampled else ""
        rows += [
            ("range", f"{number_text(facts.minimum)} to {number_text(facts.maximum)}{how}"),
            ("mean", f"{number_text(facts.mean)}, standard deviation {number_text(facts.std)}"),
        ]
    if facts.seen and (facts.minimum is not None or facts.nans or facts.infinities):
        rows.append(("zeros", f"{100 * facts.zeros:.3g} %, NaN {facts.nans}, infinite {facts.infinities}"))
    if facts.first:
        more = ", ..." if facts.count > len(facts.first) else ""
        rows.append(("first", ", ".join(_item_text(item) for item in facts.first) + more))
    return [f"{name:<8}{value}" for name, value in rows] + _channel_lines(facts)


def real_value_lines(tensor: TensorFile, entry: Entry | None) -> list[str]:
    """Of a tensor of codes: what they stand for, and statistics of these numbers; nothing of other tensors."""
    from nnef_lsp.archive.statistics.statistics import summarise

    found = tensor.header.deprecated_range
    if found is None and entry is None:
        return []
    how = formula(entry) if found is None and entry is not None else "by the range in the file"
    facts = summarise(tensor.real_values(entry), histogram=False, channels=False)
    return [f"{'stands':<8}for real values: {how}", *summary_lines(facts)[1:]]


def _item_text(item: Any) -> str:
    if isinstance(item, bool):
        return str(item).lower()
    return number_text(item) if isinstance(item, (int, float)) else repr(item)[:40]


def _channel_lines(facts: Statistics, most: int = 8) -> list[str]:
    if not facts.channels:
        return []
    shown = facts.channels[:most]
    texts = [f"{c.index}: {number_text(c.minimum)} to {number_text(c.maximum)}" for c in shown]
    more = f"; {facts.shape[facts.channel_axis or 0]} in all" if len(facts.channels) > most else ""
    return [f"{'channel':<8}{'; '.join(texts)}{more}"]


def heat_map_lines(tensor: Tensor | Array, *, width: int = 72, height: int = 24, colour: bool = False) -> list[str]:
    """The tensor as rows of shades, dark is least; with `colour`, two pixels a character in 256 colours.

    Raises ArchiveError for strings.
    """
    import numpy as np

    picture, caption = plane(tensor)
    if not picture.size:
        return []
    cells = shrunk(picture, height * 2 if colour else height, width)
    known = np.isfinite(cells)
    if not known.any():
        return []
    low, high = float(cells[known].min()), float(cells[known].max())
    half = np.where(known, cells / 2 - low / 2, 0)  # halves: the whole range of float64 has no width in float64
    level = half / ((high / 2 - low / 2) or 1.0)
    lines = _coloured(level, known) if colour else _shaded(level, known)
    # A row of a few cells is not worth a legend of its own line, but the reader must know what dark and light mean.
    return [*lines, f"{caption}; {number_text(low)} (dark) to {number_text(high)} (light)"]


def _shaded(level: Array, known: Array) -> list[str]:
    import numpy as np

    steps = np.minimum((level * len(_SHADES)).astype(int), len(_SHADES) - 1)
    return [
        "".join(_SHADES[s] if k else " " for s, k in zip(*row, strict=True)).rstrip()
        for row in zip(steps.tolist(), known.tolist(), strict=True)
    ]


def _coloured(level: Array, known: Array) -> list[str]:
    """Upper half blocks: the character's colour is the upper pixel, its background the lower one."""
    import numpy as np

    if len(level) % 2:
        level = np.vstack([level, np.zeros((1, level.shape[1]))])
        known = np.vstack([known, np.zeros((1, known.shape[1]), bool)])
    codes = np.where(known, 232 + np.minimum((level * 24).astype(int), 23), 16).tolist()
    return [
        "".join(f"\x1b[38;5;{a};48;5;{b}m▀" for a, b in zip(upper, lower, strict=True)) + "\x1b[0m"
        for upper, lower in zip(codes[::2], codes[1::2], strict=True)
    ]
