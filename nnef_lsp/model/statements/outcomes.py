"""What the statements of a graph gave, and so what its names mean.

Not here: which statements define and read a name (`names.py`), evaluating a statement (`analysis/statement.py`), and
when a statement is evaluated (`analysis/propagation.py`, which keeps what is here up to date).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from ...syntax.segments import Segment
from ...syntax.structure import place
from ..findings import Finding
from ..values.keys import is_plain
from ..values.tensor import ANY
from ..values.values import MISSING, Value
from .names import Names


class Outcome(NamedTuple):
    """What evaluating a statement gave: a value for each name it defines, what is wrong with it, and the prefixes of
    the symbols it made for extents that only a run tells."""

    values: tuple[Value, ...]
    findings: tuple[Finding, ...] = ()
    minted: tuple[str, ...] = ()


NO_OUTCOME = Outcome(())


class Outcomes:
    """The outcomes of the statements that have been evaluated."""

    def __init__(self, names: Names, given: Mapping[str, Value]) -> None:
        self.names = names
        self.given = given
        """Values of names that no statement defines: a dialect's literals and declared symbols."""
        self.by_segment: dict[Segment, Outcome] = {}
        self.troubled: dict[Segment, None] = {}
        """Statements of the graph that something is wrong with."""
        self.values: dict[str, Value] = {name: value for name, value in given.items() if is_plain(value)}
        """Facts of the names that mean the same wherever they are read: defined once, above all that read them, and a
        tensor or an extent, which are interned.  Nearly all names of a network; reading one takes no look at places."""

    def __contains__(self, segment: object) -> bool:
        return segment in self.by_segment

    def __len__(self) -> int:
        return len(self.by_segment)

    def of(self, segment: Segment) -> Outcome:
        """What a statement gave; nothing, if it is not a statement of the graph or not evaluated yet."""
        return self.by_segment.get(segment, NO_OUTCOME)

    def value_of(self, name: str, definer: Segment) -> Value:
        """The value that a statement gives to a name that it defines."""
        outcome = self.by_segment.get(definer)
        return ANY if outcome is None else outcome.values[definer.defines.index(name)]

    def value_at(self, name: str, segment: Segment) -> Value:
        """The value a name has where a statement stands; `MISSING` if nothing before it defines the name."""
        definer = self.names.definer_before(name, segment)
        return self.given.get(name, MISSING) if definer is None else self.value_of(name, definer)

    def forget(self, segment: Segment) -> None:
        """A statement is no more."""
        self.by_segment.pop(segment, None)
        self.troubled.pop(segment, None)

    def settle(self, names: Iterable[str], added: Collection[Segment]) -> None:
        """Decide anew which of these names mean the same wherever they are read, after statements came and went."""
        for name in names:
            definers = self.names.definers.get(name)
            if definers is None:
                value = self.given.get(name)
            elif len(definers) > 1 or not self._above_all_users(name, definers[0], added):
                value = None
            else:
                value = self.value_of(name, definers[0])
            if is_plain(value):
                self.values[name] = value
            else:
                self.values.pop(name, None)

    def _above_all_users(self, name: str, definer: Segment, added: Collection[Segment]) -> bool:
        """Whether a definition stands above all that read the name; where that was so, only new readers are asked."""
        users: Iterable[Segment] = self.names.users.get(name, ())
        if name in self.values and definer not in added:
            users = [segment for segment in added if segment in self.names.users.get(name, ())]
        here = place(definer)
        return all(place(user) > here for user in users)
