"""Words that several rules need: types in a sentence, and the name that was probably meant.

Not here: any rule.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache

from ..model.findings import Details
from ..model.statements.names import NamesBefore
from ..model.values.types import Type


def kind(type: Type) -> str:
    """A type in a sentence: `an array of integer`, `a tensor<scalar>`, `an integer`."""
    text = str(type)
    if text == "[]":
        return "an empty array"
    if text == "?":
        return "of unknown type"
    return with_article(text)


def with_article(noun: str) -> str:
    """The noun with "a" or "an"."""
    return ("an " if noun[:1] in "aeiou" else "a ") + noun


def plural(count: int, noun: str) -> str:
    """`1 name`, `2 names`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def listed(words: Iterable[str], last: str = "or") -> str:
    """`a, b or c`."""
    words = list(words)
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + f" {last} " + words[-1]


def names_in(details: Details) -> list[str]:
    """The names that could have been meant."""
    names = details.get("names", ())
    return list(names() if callable(names) else names)


def suggestion(name: str, names: Callable[[], Iterable[str]] | Iterable[str] | None) -> str:
    """`; did you mean 'b'?`, or nothing when no name is close."""
    found = similar(name, names)
    return f"; did you mean '{found}'?" if found else ""


def similar(name: str, names: Callable[[], Iterable[str]] | Iterable[str] | None) -> str | None:
    """The name closest to one that does not exist, if one is close enough to be a slip of the finger."""
    if names is None:
        return None
    limit = 0 if len(name) < 3 else min(3, 1 + len(name) // 4)
    best = None
    known = names() if callable(names) else names
    if not isinstance(known, Collection) or isinstance(known, Sequence):
        known = set(known)
    candidates = known if len(known) <= MANY or not limit else _among(known, one_slip(name))
    for candidate in candidates:
        if candidate == name or abs(len(candidate) - len(name)) > limit:
            continue
        distance = 0 if candidate.lower() == name.lower() else edits(name, candidate, limit)
        if distance <= limit:
            rank = (distance, -_shared(candidate, name), candidate)  # people err less at the beginning of a word
            best = rank if best is None or rank < best else best
    return best[2] if best else None


MANY = 400
"""Names among which only those of a single slip are looked for: comparing with ten thousand takes 0.1 s per keystroke."""
_LETTERS = string.ascii_letters + string.digits + "_"


def _among(known: Collection[str], names: frozenset[str]) -> Iterable[str]:
    """Those of some names that are known."""
    return known.among(names) if isinstance(known, NamesBefore) else [name for name in names if name in known]


@lru_cache(maxsize=4)
def one_slip(name: str) -> frozenset[str]:
    """All names that differ from one by a character left out, added, changed or swapped with its neighbour."""
    splits = [(name[:at], name[at:]) for at in range(len(name) + 1)]
    found = {a + b[1:] for a, b in splits if b}
    found.update(a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1)
    found.update(a + c + b[1:] for a, b in splits if b for c in _LETTERS)
    found.update(a + c + b for a, b in splits for c in _LETTERS)
    return frozenset(found)


def _shared(a: str, b: str) -> int:
    """How many characters two texts have in common at their beginnings."""
    return next((at for at, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))


def edits(a: str, b: str, limit: int) -> int:
    """How many characters were left out, added, changed or swapped with their neighbour; `limit + 1` for more."""
    start = _shared(a, b)
    end = _shared(a[start:][::-1], b[start:][::-1])
    a, b = a[start : len(a) - end], b[start : len(b) - end]  # names of one network share most of their characters
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        new = [i]
        for j, y in enumerate(b, 1):
            cost = min(row[j] + 1, new[-1] + 1, row[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            new.append(cost)
        if min(new) > limit:
            return limit + 1
        before, row = row, new
    return row[-1]
