"""Which statements an edit reaches: evaluated in the order of the text, each only after what it reads.

Facts only flow downwards, so one walk over the statements that wait is enough: a statement whose facts change lets the
statements below that read it wait too, and one whose facts stay the same stops the spread.  The walk goes block by
block of the source and looks at every statement of a block in which one waits.  (Tried before: a heap of statements,
which takes 7 us for each where a look takes 0.03 us and a statement whose outcome is remembered 1 us; an edit that
changes half of a network reaches thousands.)

Not here: what a statement evaluates to (`statement.py`).
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable

from ...syntax.segments import Segment
from ...syntax.source import Source
from ..extents.assumptions import Assumptions, assuming
from ..operations.statement_form import FormFacts, facts_of, label_of
from ..statements.outcomes import Outcome, Outcomes
from ..values.keys import Key, is_plain, key_of_values, same_value
from ..values.values import MISSING, Value
from .fresh_symbols import Mints
from .memo import Memo
from .statement import StatementEvaluator

_PLAIN_LABEL = re.compile(r"""['"][A-Za-z0-9_\-./]+['"]""")


class Propagation:
    """Brings the outcomes of statements up to date; `waiting` are those that may not be."""

    def __init__(
        self, source: Source, outcomes: Outcomes, evaluator: StatementEvaluator, assumptions: Assumptions
    ) -> None:
        self.source, self.outcomes, self.evaluator, self.assumptions = source, outcomes, evaluator, assumptions
        self.names = outcomes.names
        self.memo = Memo()
        self.mints = Mints()
        self.evaluated: list[Segment] = []
        """Statements that were evaluated since its owner emptied this, for tests and measurements."""
        self.waiting: set[Segment] = set()
        self.old_values: dict[str, Value] = {}
        """What names meant before the statements that define them were edited."""
        self._by_name = bool(evaluator.context.quantized)
        """Whether outcomes depend on what the names are called."""

    def walk(self, statements: Iterable[Segment]) -> None:
        """Evaluate all statements of the graph in order."""
        names = self.names
        values, outcomes, troubled = self.outcomes.values, self.outcomes.by_segment, self.outcomes.troubled
        value_of, by_form, given = values.__getitem__, self.memo.by_form, self.outcomes.given
        several = {name for name, definers in names.definers.items() if len(definers) > 1}
        early: set[str] = set()
        with assuming(self.assumptions):
            for segment in statements:
                outcome, facts = None, segment.form.facts if segment.form is not None else None
                if facts is not None and facts.only_names and not segment.problems and not self._by_name:
                    known = by_form.get(facts)
                    if known is not None:
                        try:
                            outcome = known.get(tuple(map(value_of, facts.names_read(segment.words))))
                        except KeyError:
                            pass
                if type(outcome) is not Outcome:
                    if facts is not None:
                        early.update([name for name in facts.names_read(segment.words) if name not in values])
                    outcome = self.outcome(segment)
                    if outcome.minted:
                        self.mints.note(segment, outcome.minted)
                outcomes[segment] = segment.facts = outcome
                if outcome.findings or segment.problems:
                    troubled[segment] = None
                for name, value in zip(segment.defines, outcome.values):
                    if name not in several and is_plain(value):
                        values[name] = value
        for name in early | several:  # what does not mean the same wherever it is read
            values.pop(name, None)
        values.update({n: v for n, v in given.items() if n not in names.definers and is_plain(v)})

    def spread(self, dirty: Iterable[Segment], most: int | None) -> None:
        """Evaluate statements in order, and after each those below that read names whose facts it changed.

        At most so many; the others wait.
        """
        self.waiting.update(dirty)
        with assuming(self.assumptions):
            self._spread(most)
        if not self.waiting:
            self.old_values.clear()

    def _spread(self, most: int | None) -> None:
        waiting, blocks = self.waiting, self.source.blocks
        left = -1 if most is None else most
        self.mints.rewind()
        known = {segment.block.index for segment in waiting if segment.block is not None}
        queue = list(known)
        heapq.heapify(queue)
        while queue:
            block = blocks[heapq.heappop(queue)]
            for segment in block.segments:
                if segment not in waiting:
                    continue
                if not left:
                    return
                left -= 1
                waiting.discard(segment)
                for user in self._evaluated(segment):
                    there = user.block
                    if there is block:
                        if user.at > segment.at:
                            waiting.add(user)
                    # what stands above reads an earlier value: without this `x = f(x)` might follow itself for ever
                    elif there is not None and there.index > block.index:
                        waiting.add(user)
                        if there.index not in known:
                            known.add(there.index)
                            heapq.heappush(queue, there.index)

    def _evaluated(self, segment: Segment) -> list[Segment]:
        """Bring one statement up to date; the statements to which that makes a difference."""
        outcomes, mints = self.outcomes, self.mints
        before = outcomes.by_segment.get(segment)
        outcome = self._remembered(segment) or self.outcome(segment)
        if outcome is before:
            return []
        outcomes.by_segment[segment] = segment.facts = outcome
        if outcome.findings or segment.problems:
            outcomes.troubled[segment] = None
        else:
            outcomes.troubled.pop(segment, None)
        values, users = outcomes.values, self.names.users
        reached: list[Segment] = []
        if mints.prefixes or outcome.minted:
            reached.extend(mints.note(segment, outcome.minted))
        for index, name in enumerate(segment.defines):
            value = outcome.values[index]
            if name in values:
                if is_plain(value):
                    values[name] = value
                else:
                    del values[name]
            old = before.values[index] if before is not None else self.old_values.get(name, MISSING)
            if not same_value(old, value):
                reached.extend(users.get(name, ()))
        return reached

    # -- outcomes ----------------------------------------------------------------------------------------------------

    def _remembered(self, segment: Segment) -> Outcome | None:
        """The outcome of a plain statement with facts that were seen before; most are, so this is short."""
        form = segment.form
        facts = form.facts if form is not None else None
        if facts is None or not facts.only_names or segment.problems or self._by_name:
            return None
        known = self.memo.by_form.get(facts)
        if known is None:
            return None
        try:
            key = tuple(map(self.outcomes.values.__getitem__, facts.names_read(segment.words)))
        except KeyError:
            return None
        found = known.get(key)
        return found if type(found) is Outcome else None

    def outcome(self, segment: Segment) -> Outcome:
        """The outcome of any statement with the names as they are now, remembered or evaluated."""
        facts = facts_of(segment.form) if segment.form is not None else None
        mints, key = self.mints, None
        if facts is not None and not segment.problems and self._may_remember(segment, facts):
            key = self._key(segment, facts)
            found = self.memo.recall(facts, key, lambda: mints.before(segment))
            if found is not None:
                return found
        self.evaluated.append(segment)
        outcome = self.evaluator.outcome(segment, mints.before(segment) if mints.prefixes else {})
        if facts is not None and key is not None:
            self.memo.remember(facts, key, outcome, lambda: mints.before(segment))
        return outcome

    def _may_remember(self, segment: Segment, facts: FormFacts) -> bool:
        """Whether the outcome depends on nothing but the form and the key."""
        if not all(_PLAIN_LABEL.fullmatch(segment.words[slot]) for slot in facts.labels):
            return False
        quantized = self.evaluator.context.quantized
        return not quantized or quantized.keys().isdisjoint(segment.defines)

    def _key(self, segment: Segment, facts: FormFacts) -> tuple[Key, ...] | None:
        """Everything but the form that the outcome depends on."""
        words, evaluator = segment.words, self.evaluator
        key = key_of_values([self.outcomes.value_at(name, segment) for name in facts.names_read(words)])
        if key is None or facts.only_names:
            return key
        key += tuple([words[slot] for slot in facts.strings])
        if facts.labels and evaluator.vocabulary.dialect.datum_types:
            labels = [label_of(words[slot]) for slot in facts.labels]
            key += tuple([evaluator.context.datum_of_label(label) for label in labels])
            key += tuple([repr(evaluator.context.items_of_label(label)) for label in labels])
        return key
