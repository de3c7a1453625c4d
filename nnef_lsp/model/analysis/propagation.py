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
        self.memo = Memo(sum(len(block.segments) for block in source.blocks))
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
                if facts is not None and not facts.labels and not segment.problems and not self._by_name:
                    known = by_form.get(facts)
                    if known is not None:
                        try:
                            key = tuple(map(value_of, facts.names_read(segment.words)))
                            outcome = known.get(key + facts.strings_read(segment.words) if facts.strings else key)
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
        for block in self.source.blocks:
            block.changes += 1
        for name in early | several:  # what does not mean the same wherever it is read
            values.pop(name, None)
        values.update({n: v for n, v in given.items() if n not in names.definers and is_plain(v)})

    def spread(self, dirty: Iterable[Segment], most: int | None, last: Segment | None = None) -> None:
        """Evaluate statements in order, and after each those below that read names whose facts it changed.

        At most so many, and none behind the block of the last that somebody asks about; the others wait.
        """
        self.waiting.update(dirty)
        block = last.block if last is not None else None
        with assuming(self.assumptions):
            self._spread(most, block.index if block is not None else len(self.source.blocks))
        if not self.waiting:
            self.old_values.clear()

    def _spread(self, most: int | None, last: int) -> None:
        """An edit that changes half of a network comes here for thousands of statements, so what most of them need
        stands in the loop itself: calls for each would take twice as long."""
        waiting, blocks, mints = self.waiting, self.source.blocks, self.mints
        by_segment, troubled, users = self.outcomes.by_segment, self.outcomes.troubled, self.names.users
        values, by_form, by_name = self.outcomes.values, self.memo.by_form, self._by_name
        value_of = values.__getitem__
        left = -1 if most is None else most
        mints.rewind()
        known = {segment.block.index for segment in waiting if segment.block is not None}
        queue = list(known)
        heapq.heapify(queue)
        while queue and queue[0] <= last:
            block = blocks[heapq.heappop(queue)]
            index = block.index
            for segment in block.segments:
                if segment not in waiting:
                    continue
                if not left:
                    return
                left -= 1
                waiting.discard(segment)
                outcome, form, words = None, segment.form, segment.words
                facts = form.facts if form is not None else None
                if facts is not None and not facts.labels and not segment.problems and not by_name:
                    remembered = by_form.get(facts)
                    if remembered is not None:
                        try:
                            key = tuple(map(value_of, facts.names_read(words)))
                            outcome = remembered.get(key + facts.strings_read(words) if facts.strings else key)
                        except KeyError:
                            pass
                if type(outcome) is not Outcome:
                    outcome = self.outcome(segment)
                before = by_segment.get(segment)
                if outcome is before:
                    continue
                by_segment[segment] = segment.facts = outcome
                block.changes += 1
                if outcome.findings or segment.problems:
                    troubled[segment] = None
                elif segment in troubled:
                    del troubled[segment]
                reached: list[Segment] = []
                if mints.prefixes or outcome.minted:
                    reached.extend(mints.note(segment, outcome.minted))
                for at, value in enumerate(outcome.values):
                    name = words[at]
                    if name in values:
                        if is_plain(value):
                            values[name] = value
                        else:
                            del values[name]
                    old = before.values[at] if before is not None else self.old_values.get(name, MISSING)
                    if old is not value and not same_value(old, value):
                        reached.extend(users.get(name, ()))
                for user in reached:
                    there = user.block
                    if there is block:
                        if user.at > segment.at:
                            waiting.add(user)
                    # what stands above reads an earlier value: without this `x = f(x)` might follow itself for ever
                    elif there is not None and there.index > index:
                        waiting.add(user)
                        if there.index not in known:
                            known.add(there.index)
                            heapq.heappush(queue, there.index)

    # -- outcomes ----------------------------------------------------------------------------------------------------

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
        if key is None or not (facts.strings or facts.labels):
            return key
        key += facts.strings_read(words)
        if facts.labels and evaluator.vocabulary.dialect.datum_types:
            labels = [label_of(words[slot]) for slot in facts.labels]
            key += tuple([evaluator.context.datum_of_label(label) for label in labels])
            key += tuple([repr(evaluator.context.items_of_label(label)) for label in labels])
        return key
