"""The names of the graph: which statements define, read, invoke and label what.

An index that an edit changes for the statements it removed and added, whatever the length of the graph.

Not here: what names mean (`outcomes.py`), what is wrong with how a name is used (`checks/names.py`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator

from ...syntax.segments import Segment
from ...syntax.source import Source
from ...syntax.structure import Body, place
from ..operations.statement_form import facts_of, label_of, labels_of, reads


class Names:
    """`definers` are in the order of the text; a name, callee or label that nothing has any more may have an entry."""

    def __init__(self, rebinding: bool) -> None:
        self.rebinding = rebinding
        """Whether a later definition of a name replaces an earlier one."""
        self.definers: dict[str, list[Segment]] = {}
        self.users: dict[str, set[Segment]] = {}
        self.callers: dict[str, set[Segment]] = {}
        self.labels: dict[str, set[Segment]] = {}
        self.spellings: dict[str, set[str]] = {}
        """Labels that are the same but for upper and lower case, by their lower case."""
        self.extended: set[Segment] = set()
        """Statements that need the extension for operator expressions."""

    # -- statements come and go ------------------------------------------------------------------------------------

    def register(self, segment: Segment) -> None:
        """A statement is there."""
        words, form = segment.words, segment.form
        for name in dict.fromkeys(segment.defines):
            known = self.definers.get(name)
            if known is None:
                self.definers[name] = [segment]
            else:
                known.append(segment)
                if place(known[-2]) > place(segment):
                    known.sort(key=place)
        if form is None:
            for name in segment.loose:
                self.users.setdefault(name, set()).add(segment)
            return
        facts = facts_of(form)
        users = self.users
        for slot in facts.reads:
            name = words[slot]
            known_users = users.get(name)
            if known_users is None:
                users[name] = {segment}
            else:
                known_users.add(segment)
        for name in facts.callees:
            self.callers.setdefault(name, set()).add(segment)
        for slot in facts.labels:
            label = label_of(words[slot])
            labelled = self.labels.get(label)
            if labelled is None:
                self.labels[label] = {segment}
                self.spellings.setdefault(label.lower(), set()).add(label)
            else:
                labelled.add(segment)
        if facts.extended is not None:
            self.extended.add(segment)

    def unregister(self, segment: Segment) -> None:
        """A statement is no more."""
        for name in set(segment.defines):
            left = [definer for definer in self.definers.get(name, ()) if definer is not segment]
            if left:
                self.definers[name] = left
            else:
                self.definers.pop(name, None)
        for name in reads(segment):
            users = self.users.get(name)
            if users is not None:
                users.discard(segment)
                if not users:
                    del self.users[name]
        self.extended.discard(segment)
        if segment.form is not None:
            for name in facts_of(segment.form).callees:
                self.callers[name].discard(segment)
            for label in labels_of(segment):
                self.labels[label].discard(segment)

    # -- which definition a name means -------------------------------------------------------------------------------

    def definer_before(self, name: str, segment: Segment) -> Segment | None:
        """The statement that gives a name its value for another statement."""
        known = self.definers.get(name)
        if known is None:
            return None
        here = place(segment)
        if place(known[0]) >= here:
            return None
        if len(known) == 1 or not self.rebinding:
            return known[0]
        return known[bisect_left(known, here, key=place) - 1]


class NamesBefore(Collection[str]):
    """The names that have a value where a statement stands; asking for one does not look at the others."""

    def __init__(self, definers: dict[str, list[Segment]], here: tuple[int, int]) -> None:
        self.definers, self.here = definers, here

    def __contains__(self, name: object) -> bool:
        known = self.definers.get(name)  # type: ignore[call-overload]
        return bool(known) and place(known[0]) < self.here

    def __iter__(self) -> Iterator[str]:
        return (name for name in self.definers if name in self)

    def among(self, names: frozenset[str]) -> list[str]:
        """Those of some names that have a value there, faster than by asking for each."""
        return [name for name in self.definers.keys() & names if name in self]

    def __len__(self) -> int:
        """At most so many."""
        return len(self.definers)


def callers_within(source: Source, bodies: Iterable[Body]) -> tuple[dict[str, list[Segment]], list[Segment]]:
    """The statements of bodies by what they invoke, and those that are broken."""
    found: dict[str, list[Segment]] = {}
    broken = []
    for body in bodies:
        for segment in body.statements(source):
            if segment.form is None:
                broken.append(segment)
                continue
            for name in facts_of(segment.form).callees:
                found.setdefault(name, []).append(segment)
    return found, broken
