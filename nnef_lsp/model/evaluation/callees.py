"""What an evaluation has invoked, by name, through fragments too.

Not here: what a statement invokes by its form (`operations/statement_form.py`).
"""

from __future__ import annotations

from collections.abc import Iterator


class Callees:
    """Names of operations; those of a fragment that was expanded are shared, not copied.

    Ten thousand fragments that each invoke the one before have 50 million callees among them.
    """

    __slots__ = ("_names", "_parts")

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._parts: list[Callees] = []

    def add(self, name: str) -> None:
        """One more operation."""
        self._names.add(name)

    def include(self, other: Callees) -> None:
        """All that another evaluation has invoked."""
        if not self._parts or self._parts[-1] is not other:
            self._parts.append(other)

    def __iter__(self) -> Iterator[str]:
        """Every name, perhaps several times."""
        pending, seen = [self], {id(self)}
        while pending:
            part = pending.pop()
            yield from part._names
            for inner in part._parts:
                if id(inner) not in seen:
                    seen.add(id(inner))
                    pending.append(inner)
