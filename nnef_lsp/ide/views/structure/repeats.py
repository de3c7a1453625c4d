"""Equal runs in a list: where, how long, how often.

Distances between equal windows tell the periods that are worth trying, so that a list of a hundred thousand takes a dozen
passes. (Trying each period up to 600, as the view once did, took a second for ten thousand.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

PERIODS = 6
"""Periods that are tried for each width of window."""


@dataclass(slots=True, frozen=True)
class Repeat:
    """`times` runs of `period` items from `start`."""

    start: int
    period: int
    times: int

    @property
    def end(self) -> int:
        return self.start + self.period * self.times


def repeats(codes: Sequence[int], cuts: Sequence[int] | None = None, least: int = 2) -> list[Repeat]:
    """Repeats that do not overlap, first to last. `cuts`: what it costs to cut before an item; the cheapest place is cut."""
    found: list[tuple[int, int, int]] = []
    for period in _periods(codes):
        equal = 0
        for at in range(len(codes) - period + 1):
            if at + period < len(codes) and codes[at] == codes[at + period]:
                equal += 1
                continue
            if equal >= period * (least - 1):
                cover = (equal + period) // period * period
                found.append((-cover, period, at - equal))
            equal = 0
    found.sort()  # what covers most, then the shortest period: its multiples cover as much
    free = bytearray(b"\1" * len(codes))
    chosen: list[Repeat] = []
    for cover, period, start in found:
        if free[start] and free[start - cover - 1] and all(free[start : start - cover : max(1, period // 2)]):
            repeat = _aligned(codes, cuts, start, period)
            if repeat.times >= least and all(free[repeat.start : repeat.end]):
                chosen.append(repeat)
                free[repeat.start : repeat.end] = bytes(repeat.end - repeat.start)
    return sorted(chosen, key=lambda repeat: repeat.start)


def _periods(codes: Sequence[int]) -> list[int]:
    """Distances at which windows of one, three and eight items come again most often."""
    periods: set[int] = set()
    for width in (1, 3, 8):
        last: dict[object, int] = {}
        counts: Counter[int] = Counter()
        for at in range(len(codes) - width + 1):
            window = codes[at] if width == 1 else tuple(codes[at : at + width])
            if window in last:
                counts[at - last[window]] += 1
            last[window] = at
        # A long period counts more: it covers as much with fewer of its windows.
        periods.update(period for period, _ in counts.most_common(PERIODS))
        periods.update(sorted(counts, key=lambda period: (-counts[period] * period, period))[:PERIODS])
    return sorted(periods)


def _aligned(codes: Sequence[int], cuts: Sequence[int] | None, start: int, period: int) -> Repeat:
    """Of the places where a repeat can be cut, the cheapest; it may lose one of its turns by that."""
    end = start + period
    while end < len(codes) and codes[end] == codes[end - period]:
        end += 1
    shift = 0
    if cuts is not None:
        times = (end - start) // period
        fit = [at for at in range(period) if (end - start - at) // period >= max(2, times - 1)]
        shift = min(fit, key=lambda at: (cuts[start + at], at), default=0)
    return Repeat(start + shift, period, (end - start - shift) // period)
