"""The names of the graph: which statements define, read, invoke and label what, and the facts that names have now.

An index that an edit changes for the statements it removed and added, whatever the length of the graph.

Not here: facts of statements (`memo.py`), what is wrong with how a name is used (`checks/names.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ...syntax.segments import Segment
from ...syntax.structure import place
from ..extents.dims import Dim
from ..operations.statement_form import facts_of
from ..values.tensor import ANY, Tensor

if TYPE_CHECKING:
    from .memo import Outcome


class Names:
    """`definers` are in the order of the text; a name, callee or label that nothing has any more may have an entry."""

    def __init__(self, given: Mapping[str, Any], rebinding: bool) -> None:
        self.given = given
        """Values of names that no statement defines: a dialect's literals and declared symbols."""
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
        self.values: dict[str, Any] = {name: value for name, value in given.items() if is_plain(value)}
        """Facts of the names that mean the same wherever they are read: defined once, above all that read them, and a
        tensor or an extent, which are interned.  Nearly all names of a network; reading one takes no look at places."""

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
        if len(known) == 1:
            return known[0] if place(known[0]) < here else None
        before = [definer for definer in known if place(definer) < here]
        if not before:
            return None
        return before[-1] if self.rebinding else before[0]

    def settle(self, names: Iterable[str], added: Collection[Segment], outcomes: Mapping[Segment, Outcome]) -> None:
        """Decide anew which of these names mean the same wherever they are read, after statements came and went.

        `outcomes` are those of the statements that have been evaluated.
        """
        for name in names:
            definers = self.definers.get(name)
            if definers is None:
                value = self.given.get(name)
            elif len(definers) > 1 or not self._above_all_users(name, definers[0], added):
                value = None
            else:
                known = outcomes.get(definers[0])
                value = (
                    ANY if known is None else known.values[definers[0].defines.index(name)]
                )  # ANY until it is evaluated
            if is_plain(value):
                self.values[name] = value
            else:
                self.values.pop(name, None)

    def _above_all_users(self, name: str, definer: Segment, added: Collection[Segment]) -> bool:
        """Whether a definition stands above all that read the name; where that was so, only new readers are asked."""
        users: Iterable[Segment] = self.users.get(name, ())
        if name in self.values and definer not in added:
            users = [segment for segment in added if segment in self.users.get(name, ())]
        here = place(definer)
        return all(place(user) > here for user in users)


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


def is_plain(value: Any) -> bool:
    """Whether a value is interned, so that it may be compared and remembered by identity."""
    return isinstance(value, (Tensor, Dim))


def reads(segment: Segment) -> list[str]:
    """The names that a statement uses."""
    if segment.form is None:
        return list(segment.loose)
    return [segment.words[slot] for slot in facts_of(segment.form).reads]


def labels_of(segment: Segment) -> list[str]:
    """The labels of the variables that a statement introduces."""
    if segment.form is None:
        return []
    return [label_of(segment.words[slot]) for slot in facts_of(segment.form).labels]


def label_of(word: str) -> str:
    """The label that a quoted word stands for."""
    return word[1:-1]
