"""What evaluating statements gave, remembered so that a statement of the same form and facts need not be evaluated.

Statements of a network repeat each other: ten thousand have a few hundred forms, and each form meets a few facts.  The
outcome of a statement is kept under its form and a key of everything else that it depends on.

Not here: evaluation (`statement.py`), when to ask (`propagation.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from ..evaluation.expansion import key_of
from ..findings import Finding
from ..operations.declarations import MISSING
from ..operations.statement_form import FormFacts
from ..values.tensor import Tensor
from .names import is_plain


class Outcome(NamedTuple):
    """What evaluating a statement gave: a value for each name it defines, what is wrong with it, and the prefixes of
    the symbols it made for extents that only a run tells."""

    values: tuple[Any, ...]
    findings: tuple[Finding, ...] = ()
    minted: tuple[str, ...] = ()


NO_OUTCOME = Outcome(())


class _Numbered:
    """Outcomes of a statement that makes symbols, by the numbers that were taken before."""

    __slots__ = ("by_numbers", "prefixes")

    def __init__(self, prefixes: tuple[str, ...]) -> None:
        self.prefixes = tuple(dict.fromkeys(prefixes))
        self.by_numbers: dict[tuple[int, ...], Outcome] = {}

    def numbers(self, counts: Mapping[str, int]) -> tuple[int, ...]:
        return tuple([counts.get(prefix, 0) for prefix in self.prefixes])


class Memory:
    """Outcomes by form and key.  Only outcomes without findings: the places of these depend on the text."""

    def __init__(self) -> None:
        self.by_form: dict[FormFacts, dict[Any, Any]] = {}

    def recall(self, facts: FormFacts, key: Any, counts: Any = None) -> Outcome | None:
        """The outcome for a key; `counts` gives how many symbols of each prefix are made above."""
        known = self.by_form.get(facts)
        found = known.get(key) if known is not None and key is not None else None
        if type(found) is _Numbered:
            return found.by_numbers.get(found.numbers(counts()))
        return found

    def remember(self, facts: FormFacts, key: Any, outcome: Outcome, counts: Any = None) -> None:
        """Keep an outcome."""
        if key is None or outcome.findings:
            return
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


def key_of_values(values: list[Any]) -> tuple[Any, ...] | None:
    """A key of what names mean for a statement; None if it is too long for one."""
    found = tuple([value if is_plain(value) or value is MISSING else key_of(value) for value in values])
    return None if None in found else found


def same_value(a: Any, b: Any) -> bool:
    """Whether two values are the same facts; 1 and 1.0 and true are not."""
    if a is b:
        return True
    return type(a) is type(b) and not isinstance(a, Tensor) and repr(a) == repr(b) and a == b
