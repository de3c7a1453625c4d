"""What evaluating statements gave, remembered so that a statement of the same form and facts need not be evaluated.

Statements of a network repeat each other: ten thousand have a few hundred forms, and each form meets a few facts.  The
outcome of a statement is kept under its form and a key of everything else that it depends on.

Not here: evaluating a statement (`statement.py`), which statements to ask for (`propagation.py`).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from ..operations.statement_form import FormFacts
from ..statements.outcomes import Outcome


class _Numbered:
    """Outcomes of a statement that makes symbols, by the numbers that were taken before."""

    __slots__ = ("by_numbers", "prefixes")

    def __init__(self, prefixes: tuple[str, ...]) -> None:
        self.prefixes = tuple(dict.fromkeys(prefixes))
        self.by_numbers: dict[tuple[int, ...], Outcome] = {}

    def numbers(self, counts: Mapping[str, int]) -> tuple[int, ...]:
        return tuple([counts.get(prefix, 0) for prefix in self.prefixes])


class Memo:
    """Outcomes by form and key.  Only outcomes without findings: the places of these depend on the text.

    All are forgotten when there are too many: typing in the shape of an input makes new ones for all below it per key.
    """

    MOST = 5_000
    """Outcomes for a graph of few statements, 2 MB; four for each of more."""

    def __init__(self, statements: int = 0) -> None:
        self.most = max(self.MOST, 4 * statements)
        self.by_form: dict[FormFacts, dict[Any, Any]] = {}
        self._remembered = 0

    def recall(self, facts: FormFacts, key: Hashable, counts: Any = None) -> Outcome | None:
        """The outcome for a key; `counts` gives how many symbols of each prefix are made above."""
        known = self.by_form.get(facts)
        found = known.get(key) if known is not None and key is not None else None
        if type(found) is _Numbered:
            return found.by_numbers.get(found.numbers(counts()))
        return found

    def remember(self, facts: FormFacts, key: Hashable, outcome: Outcome, counts: Any = None) -> None:
        """Keep an outcome."""
        if key is None or outcome.findings:
            return
        if self._remembered >= self.most:
            self.clear()
        self._remembered += 1
        known = self.by_form.setdefault(facts, {})
        if not outcome.minted:
            known[key] = outcome
            return
        numbered = known.get(key)
        if type(numbered) is not _Numbered:
            numbered = known[key] = _Numbered(outcome.minted)
        numbered.by_numbers[numbered.numbers(counts())] = outcome

    def forget(self, names: AbstractSet[str]) -> None:
        """Forget the outcomes of statements that invoke one of these operations."""
        for facts in [facts for facts in self.by_form if not facts.callees.isdisjoint(names)]:
            del self.by_form[facts]

    def clear(self) -> None:
        """Forget everything."""
        self.by_form.clear()
        self._remembered = 0
