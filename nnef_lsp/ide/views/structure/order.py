"""An order in which statements can run that keeps modules together.

Exporters write what a mask or a position needs where it is first used, in the midst of a layer. Going back from the end,
taking whatever of the module at hand can be taken next, gives each module in one piece wherever that is possible; a row of
pieces in such an order never makes a cycle. Where no names say anything it is the order of the text.
"""

from __future__ import annotations

from collections import Counter
from heapq import heappop, heappush

from .modules import Path
from .statements import Statements


def ordered(statements: Statements, paths: dict[int, Path]) -> list[int]:
    """The drawn statements."""
    waits = {at: sum(statements.is_drawn(reader) for reader in statements.readers[at]) for at in statements.drawn}
    ready = _Ready(paths)
    for at in statements.drawn:
        if not waits[at]:
            ready.put(at)
    taken: list[int] = []
    while (found := ready.take()) is not None:
        taken.append(found)
        for source in statements.sources[found]:
            if statements.is_drawn(source):
                waits[source] -= 1
                if not waits[source]:
                    ready.put(source)
    return taken[::-1]


class _Ready:
    """Statements that can be taken; of each module a heap, the last of the text first."""

    def __init__(self, paths: dict[int, Path]) -> None:
        self.heaps: list[list[int]] = [[]]
        self.ways = _ways(paths)
        self.here: list[int] = [0]
        self.gone: set[int] = set()

    def put(self, at: int) -> None:
        for module in self.ways[at]:
            while module >= len(self.heaps):
                self.heaps.append([])
            heappush(self.heaps[module], -at)

    def take(self) -> int | None:
        for module in reversed(self.here):
            heap = self.heaps[module]
            while heap:
                at = -heappop(heap)
                if at not in self.gone:
                    self.gone.add(at)
                    self.here = self.ways[at]
                    return at
        return None


def _ways(paths: dict[int, Path]) -> dict[int, list[int]]:
    """Of each statement the numbers of the modules around it, outermost (0) first."""
    numbers: dict[tuple[int, str], int] = {}
    known: dict[Path, list[int]] = {}
    for path in paths.values():
        if path not in known:
            way = [0]
            for part in path:
                way.append(numbers.setdefault((way[-1], part), len(numbers) + 1))
            known[path] = way
    counts = Counter(module for path in paths.values() for module in known[path])
    for path, way in known.items():  # a module with all of what is in the one around it is left out: paths may be deep
        after = [*way[1:], -1]
        known[path] = [module for module, inner in zip(way, after, strict=True) if counts[module] != counts[inner]]
    return {at: known[path] for at, path in paths.items()}
