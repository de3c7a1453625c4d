"""Analysis of a document: what every statement means, kept up to date edit by edit.

The graph is walked once, forwards.  A statement's outcome depends on its form and on the facts of the names it reads,
so it is remembered under these, and most statements of a network repeat the outcome of another.  After an edit only
new statements and the users of names whose facts changed are evaluated again; a statement whose outcome stays the same
stops the spread (single assignment makes this a walk without cycles).

Everything here is facts: `findings()` are places that break a rule, worded by `rules`.

Not here: evaluation (`evaluate.py`), what a document as a whole must have (`document.py`).
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from ..syntax import nodes as n
from ..syntax.segments import FRAGMENT, STATEMENT, Segment
from ..syntax.source import Change, Source
from ..syntax.structure import Body, place, structure_of
from .assumptions import assuming
from .context import Context
from .dialect import Dialect, detect
from .document import document_findings, name_findings, name_span
from .evaluate import MAX_STEPS, Budget, Evaluator, TooMuch
from .facts import ANY as ANY_TENSOR
from .facts import Tensor, tensor
from .findings import Finding, Located, Related
from .forms import FormFacts, facts_of
from .fragments import FragmentFacts, check_fragment
from .operators import MISSING, Operation, declared_operations, operation_of
from .symbols import declarations_of, quantized_types
from .values import NOTHING_KNOWN
from .weights import NoWeights, Weights, weight_findings
from .wires import wire

_FRAGMENT_NAME = re.compile(r"\bfragment\s+([A-Za-z_]\w*)", re.ASCII)
FREE_STEPS = 500
"""Steps of evaluation that every statement may take, whatever the others took."""
_PLAIN_LABEL = re.compile(r"""['"][A-Za-z0-9_\-./]+['"]""")


class Outcome(NamedTuple):
    """What evaluating a statement gave: a value for each name it defines, and what is wrong with it."""

    values: tuple[Any, ...]
    findings: tuple[Finding, ...] = ()


class Analysis:
    """All facts of one document.  Kept by its owner and changed by `update`; readers read it between updates."""

    def __init__(self, source: Source, dialect: Dialect | None = None, weights: Weights | None = None) -> None:
        self.source = source
        self.fixed_dialect = dialect
        self.weights: Weights = weights or NoWeights()
        self.comments: dict[int, Any] = {}
        """What `rules` has found in comments."""
        self.evaluated: list[Segment] = []
        """Statements of the graph that the last update evaluated, for tests and measurements."""
        self.patience: int | None = None
        """How many statements an update follows at once; the rest waits for `finish`.  None: all."""
        self.analyse()

    # -- from nothing --------------------------------------------------------------------------------------------

    def analyse(self) -> None:
        """Analyse the whole document."""
        self.allowance = MAX_STEPS + 3 * self.source.length
        self.dialect = self.fixed_dialect or detect_dialect(self.source)
        self.structure = structure_of(self.source)
        self.outcomes: dict[Segment, Outcome] = {}
        self.definers: dict[str, list[Segment]] = {}
        self.users: dict[str, set[Segment]] = {}
        self.callers: dict[str, set[Segment]] = {}
        self.labels: dict[str, set[Segment]] = {}
        self.extended: set[Segment] = set()
        self.troubled: dict[Segment, None] = {}
        self.of_names: dict[str, list[Located]] = {}
        self.of_labels: dict[str, list[Located]] = {}
        self.memo: dict[FormFacts, dict[Any, Outcome]] = {}
        self.waiting: set[Segment] = set()
        self._old_values: dict[str, Any] = {}
        self.rendered = False
        """Whether the text is the source of a template, and so no NNEF yet."""
        self.minted: dict[Segment, tuple[str, ...]] = {}
        """Statements that make symbols for extents that only a run tells, with the symbols' prefixes."""
        self._minted_so_far: dict[str, int] | None = None
        """The numbers of symbols by prefix while the whole graph is walked."""
        self._declare()
        self._graph_names()
        self.evaluated = []
        self.allowance = MAX_STEPS + 3 * self.source.length
        self._walk()
        for name in self.definers:
            self._renew_name(name)
        self._renew_labels(set(self.labels))
        self.document = document_findings(self)

    def _declare(self) -> None:
        """Collect the operations, and check the fragments."""
        self.operations: dict[str, Operation] = {}
        self.declared = declarations_of(self.structure.extensions, self.dialect)
        self.assumptions = self.declared.assumptions
        enabled = [registry for registry in self.dialect.registries if registry in self.declared.registries]
        for declarations in self.dialect.declarations:
            self.operations.update(declared_operations(declarations))
        for name in self.dialect.missing:
            self.operations.pop(name, None)
        for registry in enabled:
            self.operations.update(declared_operations(registry))
        self.standard = dict(self.operations)
        self.context = Context(
            self.declared.symbols,
            self.weights,
            {
                name: registry
                for registry in self.dialect.registries
                if registry not in enabled
                for name in declared_operations(registry)
                if name not in self.operations
            },
            quantized_types(self.weights) if self.dialect.datum_types else {},
        )
        self.fragments: dict[str, FragmentFacts] = {}
        self.excused: set[str] = set()
        """Names of fragments whose heads are broken."""
        own = []
        for body in self.structure.fragments:
            operation = operation_of(body, self.source)
            if operation is not None:
                own.append((body, operation))
                known = self.operations.get(operation.name)
                if known is None or (self.dialect.redefinition and known.registry and body.has_statements):
                    self.operations[operation.name] = operation
            else:
                self.excused.update(_FRAGMENT_NAME.findall(body.head.text))
        self.fragment_list = [check_fragment(self, body, operation) for body, operation in own]
        for facts in self.fragment_list:
            self.fragments.setdefault(facts.operation.name, facts)

    def _graph_names(self) -> None:
        head = self.structure.graph.head.tree() if self.structure.graph else None
        self.graph_head = head if isinstance(head, n.GraphHead) else None
        self.inputs = [item.name for item in self.graph_head.parameters] if self.graph_head else []
        self.outputs = [item.name for item in self.graph_head.results] if self.graph_head else []
        self._outputs = set(self.outputs)

    def statements(self) -> Iterator[Segment]:
        """The statements of the graph, in order."""
        if self.structure.graph is not None:
            yield from self.structure.graph.statements(self.source)

    def _walk(self) -> None:
        """Evaluate all statements of the graph in order."""
        with assuming(self.assumptions):
            self._minted_so_far = {}
            self._walk_on()
            self._minted_so_far = None

    def _walk_on(self) -> None:
        names: dict[str, Any] = {**self.dialect.literals, **self.context.symbols}
        get = names.get
        outcomes = self.outcomes
        statements = list(self.statements())
        for segment in statements:
            self._register(segment)
        for segment in statements:
            form = segment.form
            facts = form.facts if form is not None else None
            outcome = None
            if facts is not None and not segment.problems:
                words = segment.words
                key = tuple([get(words[slot]) for slot in facts.reads])
                if facts.strings:
                    key += tuple([words[slot] for slot in facts.strings])
                if facts.labels and self.dialect.datum_types:
                    key += self._label_types(words, facts)
                known = self.memo.get(facts)
                if known is not None:
                    try:
                        outcome = known.get(key)
                    except TypeError:
                        outcome = None
                    if outcome is not None and not self._may_remember(segment, facts):
                        outcome = None
            if outcome is None:
                outcome = self._evaluate(segment)
            outcomes[segment] = segment.facts = outcome
            if outcome.findings:
                self.troubled[segment] = None
            for name, value in zip(segment.defines, outcome.values):
                if name in names and not self.dialect.rebinding:
                    continue
                names[name] = value

    # -- registering ---------------------------------------------------------------------------------------------

    def _register(self, segment: Segment) -> None:
        words, form = segment.words, segment.form
        for name in dict.fromkeys(segment.defines):
            known = self.definers.get(name)
            if known is None:
                self.definers[name] = [segment]
            else:
                known.append(segment)
                if place(known[-2]) > place(segment):
                    known.sort(key=place)
        if segment.problems:
            self.troubled[segment] = None
        if form is None:
            for name in segment.loose:
                self._use(name, segment)
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
            self.labels.setdefault(label_of(words[slot]), set()).add(segment)
        if facts.extended is not None:
            self.extended.add(segment)

    def _use(self, name: str, segment: Segment) -> None:
        self.users.setdefault(name, set()).add(segment)

    def _unregister(self, segment: Segment) -> None:
        for name in set(segment.defines):
            left = [definer for definer in self.definers.get(name, ()) if definer is not segment]
            if left:
                self.definers[name] = left
            else:
                self.definers.pop(name, None)
        for name in self.reads(segment):
            users = self.users.get(name)
            if users is not None:
                users.discard(segment)
                if not users:
                    del self.users[name]
        self.troubled.pop(segment, None)
        self.outcomes.pop(segment, None)
        self.extended.discard(segment)
        if segment.form is not None:
            facts = facts_of(segment.form)
            for name in facts.callees:
                self.callers[name].discard(segment)
            for slot in facts.labels:
                self.labels[label_of(segment.words[slot])].discard(segment)

    def reads(self, segment: Segment) -> list[str]:
        """The names that a statement uses."""
        if segment.form is None:
            return list(segment.loose)
        return [segment.words[slot] for slot in facts_of(segment.form).reads]

    def labels_of(self, segment: Segment) -> list[str]:
        """The labels of the variables that a statement introduces."""
        if segment.form is None:
            return []
        return [label_of(segment.words[slot]) for slot in facts_of(segment.form).labels]

    # -- evaluating ----------------------------------------------------------------------------------------------

    def value_at(self, name: str, segment: Segment) -> Any:
        """The value a name has where a statement stands; `MISSING` if nothing before it defines the name."""
        definer = self.definer_before(name, segment)
        if definer is None:
            return self.dialect.literals.get(name, self.context.symbols.get(name, MISSING))
        outcome = self.outcomes.get(definer)
        if outcome is None:
            return ANY_TENSOR
        return outcome.values[definer.defines.index(name)]

    def definer_before(self, name: str, segment: Segment) -> Segment | None:
        """The statement that gives a name its value for another statement."""
        known = self.definers.get(name)
        if known is None:
            return None
        here = place(segment)
        before = [definer for definer in known if place(definer) < here] if len(known) > 1 else known
        if len(known) == 1:
            return known[0] if place(known[0]) < here else None
        if not before:
            return None
        return before[-1] if self.dialect.rebinding else before[0]

    def _may_remember(self, segment: Segment, facts: FormFacts) -> bool:
        """Whether the outcome depends on nothing but the form and the key."""
        if facts.labels and not self._plain_labels(segment, facts):
            return False
        return not self.context.quantized or self.context.quantized.keys().isdisjoint(segment.defines)

    def _label_types(self, words: tuple[str, ...], facts: FormFacts) -> tuple[str | None, ...]:
        """The data types that variables take from their files."""
        return tuple([self.context.datum_of_label(label_of(words[slot])) for slot in facts.labels])

    def _plain_labels(self, segment: Segment, facts: FormFacts) -> bool:
        return all(_PLAIN_LABEL.fullmatch(segment.words[slot]) for slot in facts.labels)

    def _outcome(self, segment: Segment) -> Outcome:
        """The outcome of a statement with the names as they are now."""
        form = segment.form
        if form is not None and not segment.problems:
            facts = facts_of(form)
            known = self.memo.get(facts)
            if known is not None and self._may_remember(segment, facts):
                try:
                    found = known.get(self._key(segment, facts))
                except TypeError:
                    found = None
                if found is not None:
                    return found
        return self._evaluate(segment)

    def _key(self, segment: Segment, facts: FormFacts) -> tuple[Any, ...]:
        words = segment.words
        values = [self.value_at(words[slot], segment) for slot in facts.reads]
        key = tuple([None if value is MISSING else value for value in values])
        key += tuple([words[slot] for slot in facts.strings])
        return key + self._label_types(words, facts) if facts.labels and self.dialect.datum_types else key

    def budget(self) -> Budget:
        """Steps for one statement.  All together get what grows with the text, so that no text takes for ever."""
        return Budget(max(FREE_STEPS, min(MAX_STEPS, self.allowance)))

    def spent(self, budget: Budget) -> None:
        """Take off what a statement has spent."""
        self.allowance -= max(0, budget.steps - budget.left - FREE_STEPS)

    def _evaluate(self, segment: Segment) -> Outcome:
        """Evaluate a statement, and remember the outcome if nothing is wrong with it."""
        self.evaluated.append(segment)
        tree = segment.tree()
        if not isinstance(tree, n.Assignment):
            return Outcome((ANY_TENSOR,) * len(segment.defines))
        evaluator = Evaluator(
            lambda name: self.value_at(name, segment),
            self.operations,
            self.dialect,
            excused=self.excused,
            why_unknown=lambda name: self._why_unknown(name, segment),
            context=self.context,
            budget=self.budget(),
        )
        counts = self._minted_so_far
        if counts is None and self.minted:
            counts = self._minted_before(segment)
        self.context.begin(counts)
        try:
            values = evaluator.assignment(tree)
        except (TooMuch, RecursionError, MemoryError) as reason:
            values = {}
            if isinstance(reason, TooMuch) and reason.args:
                evaluator.find("recursion", getattr(tree.value, "callee", tree.value), name=reason.args[0])
            elif not evaluator.findings:
                evaluator.find("limit", tree.value, reason="it takes more steps than any network needs")
        self.spent(evaluator.budget)
        self._tensors_only(evaluator, tree, values)
        found = tuple(self._named(values, name) for name in segment.defines)
        if self.context.quantized:
            found = tuple(map(self._quantized, segment.defines, found))
        if self.context.minted:
            self.minted[segment] = tuple(self.context.minted)
            for prefix in self.context.minted if self._minted_so_far is not None else ():
                counts = self._minted_so_far or {}
                counts[prefix] = counts.get(prefix, 0) + 1
                self._minted_so_far = counts
        else:
            self.minted.pop(segment, None)
        self._deprecated(evaluator)
        outcome = Outcome(found, tuple(evaluator.findings))
        if not outcome.findings and segment.form is not None and not segment.problems:
            facts = facts_of(segment.form)
            if self._may_remember(segment, facts) and not self.context.minted:
                try:
                    self.memo.setdefault(facts, {})[self._key(segment, facts)] = outcome
                except TypeError:
                    pass
        return outcome

    def _minted_before(self, segment: Segment) -> dict[str, int]:
        """How many symbols of each prefix the statements above make."""
        here = place(segment)
        count: dict[str, int] = {}
        for other, prefixes in self.minted.items():
            if other is not segment and place(other) < here:
                for prefix in prefixes:
                    count[prefix] = count.get(prefix, 0) + 1
        return count

    def _mint_order(self) -> list[tuple[str, ...]]:
        return [self.minted[segment] for segment in sorted(self.minted, key=place)]

    def _quantized(self, name: str, value: Any) -> Any:
        """A value with the data type that graph.quant gives to its name."""
        dtype = self.context.quantized.get(name)
        return tensor(dtype, value.shape) if dtype is not None and isinstance(value, Tensor) else value

    @staticmethod
    def _named(values: dict[str, Any], name: str) -> Any:
        value = values.get(name, ANY_TENSOR)
        return ANY_TENSOR if value is NOTHING_KNOWN else value

    def _tensors_only(self, evaluator: Evaluator, tree: n.Assignment, values: dict[str, Any]) -> None:
        """Every name in a graph is a tensor (section 3.3.2)."""
        if self.dialect.attribute_names or evaluator.findings:
            return
        if any(self.operations[name].faulty for name in evaluator.callees if name in self.operations):
            return
        for node in tree.target.walk():
            if isinstance(node, n.Identifier):
                value = values.get(node.name)
                if value is not None and value is not NOTHING_KNOWN and not isinstance(value, Tensor):
                    evaluator.find("not-a-tensor", node, name=node.name, value=value, at=(tree.value.start, tree.value.end))

    def _deprecated(self, evaluator: Evaluator) -> None:
        for argument, operation in evaluator.named_tensors:
            assert argument.name is not None
            evaluator.find(
                "named-tensor-argument", argument.name, name=argument.name.name, operation=operation.name,
                value=(argument.value.start, argument.value.end), argument=(argument.start, argument.end),
            )  # fmt: skip

    def _why_unknown(self, name: str, segment: Segment) -> tuple[str, dict[str, Any]]:
        later = self.definers.get(name)
        details: dict[str, Any] = {"later": bool(later), "names": lambda: self._names_before(segment)}
        if later:
            details["related"] = [Related(later[0], *name_span(later[0], name), "defined only here")]
        return "undefined-name", details

    def _names_before(self, segment: Segment) -> NamesBefore:
        return NamesBefore(self.definers, place(segment))

    # -- after an edit -------------------------------------------------------------------------------------------

    def edit(self, start: int, end: int, text: str) -> Change:
        """Edit the source and bring all facts up to date."""
        change = self.source.edit(start, end, text)
        self.update(change)
        return change

    def update(self, change: Change) -> None:
        """Bring all facts up to date after a change of the source."""
        self.evaluated = []
        self.allowance = MAX_STEPS + 3 * self.source.length
        if not change.removed and not change.added:
            return
        if any(segment.kind != STATEMENT for segment in (*change.removed, *change.added)) or (
            self.fixed_dialect is None and self._dialect_changes(change)
        ):
            self.analyse()
            return
        body = self._body_of(change)
        if body is None or body.head.kind == FRAGMENT:
            self.analyse()
            return
        if self.structure.depends_on_statements:
            self.structure = structure_of(self.source)
        touched: set[str] = set()
        labels: set[str] = set()
        order = self._mint_order() if self.minted else []
        for segment in change.removed:
            self.minted.pop(segment, None)
            touched.update(segment.defines, self.reads(segment))
            labels.update(self.labels_of(segment))
            self._unregister(segment)
            self.waiting.discard(segment)
        dirty: set[Segment] = set(change.added)
        redefined: set[str] = {name for segment in change.removed for name in segment.defines}
        for segment in change.added:
            self._register(segment)
            touched.update(segment.defines, self.reads(segment))
            labels.update(self.labels_of(segment))
            redefined.update(segment.defines)
        old_values = self._old_values
        for segment, outcome in self._removed_values(change):
            old_values.update(zip(segment.defines, outcome))
        new_names = {name for segment in change.added for name in segment.defines}
        for name in redefined:
            # an edited statement that defines the same name again is settled when its new value is known
            if name not in new_names or name not in old_values or len(self.definers.get(name, ())) > 1:
                dirty.update(self.users.get(name, ()))
        self._spread(dirty, None if self.patience is None else max(self.patience, len(dirty)))
        if (order or self.minted) and self._mint_order() != order:
            self.analyse()  # symbols are numbered in the order of the text
            return
        for name in touched:
            self._renew_name(name)
        self._renew_labels(labels)
        self.document = document_findings(self)

    def _removed_values(self, change: Change) -> list[tuple[Segment, tuple[Any, ...]]]:
        return [(segment, segment.facts.values) for segment in change.removed if isinstance(segment.facts, Outcome)]

    def finish(self, most: int | None = None) -> bool:
        """Follow what an impatient update left over, or that many statements of it; True if nothing is left.

        Until then facts below the edit may be those from before it.
        """
        if self.waiting:
            self._spread(self.waiting, most)
        return not self.waiting

    def _spread(self, dirty: set[Segment], most: int | None) -> None:
        """Evaluate statements in order, and after each the users of names whose facts it changed."""
        with assuming(self.assumptions):
            self._spread_on(dirty, most)

    def _spread_on(self, dirty: set[Segment], most: int | None) -> None:
        queue = [(place(segment), id(segment), segment) for segment in dirty]
        heapq.heapify(queue)
        old_values = self._old_values
        waiting = self.waiting = self.waiting | dirty
        left = -1 if most is None else most
        while queue and left:
            left -= 1
            _, _, segment = heapq.heappop(queue)
            if segment not in waiting:
                continue
            waiting.discard(segment)
            before = self.outcomes.get(segment)
            outcome = self._outcome(segment)
            self.outcomes[segment] = segment.facts = outcome
            if outcome.findings or segment.problems:
                self.troubled[segment] = None
            else:
                self.troubled.pop(segment, None)
            for index, name in enumerate(segment.defines):
                old = before.values[index] if before is not None else old_values.get(name, MISSING)
                if not same_value(old, outcome.values[index]):
                    here = place(segment)
                    for user in self.users.get(name, ()):
                        # what stands above reads an earlier value: without this `x = f(x)` might follow itself for ever
                        if user not in waiting and place(user) > here:
                            waiting.add(user)
                            heapq.heappush(queue, (place(user), id(user), user))
        if most is None and waiting:
            self._spread_on(waiting, None)
        elif not waiting:
            old_values.clear()

    def _dialect_changes(self, change: Change) -> bool:
        if any("tract_" in segment.text for segment in (*change.removed, *change.added)):
            return detect_dialect(self.source) != self.dialect
        return False

    def _body_of(self, change: Change) -> Body | None:
        """The body that changed statements stand in; None if it cannot be told."""
        if not change.added:
            # a removed statement has no place any more: only a graph that holds all bodies is certain
            return self.structure.graph if not self.structure.fragments else self._graph_if_alone(change)
        here = place(change.added[0])
        for body in self.structure.bodies():
            if place(body.head) < here and (body.close is None or here < place(body.close)):
                return body
        return None

    def _graph_if_alone(self, change: Change) -> Body | None:
        known = all(segment in self.outcomes for segment in change.removed)
        return self.structure.graph if known else None

    # -- names and labels ----------------------------------------------------------------------------------------

    def _renew_name(self, name: str) -> None:
        found = name_findings(self, name)
        if found:
            self.of_names[name] = found
        else:
            self.of_names.pop(name, None)

    def _renew_labels(self, labels: set[str]) -> None:
        for label in labels:
            found = weight_findings(self, label)
            if found:
                self.of_labels[label] = found
            else:
                self.of_labels.pop(label, None)

    def is_output(self, name: str) -> bool:
        """Whether a name is a result of the graph."""
        return name in self._outputs

    # -- answers -------------------------------------------------------------------------------------------------

    def findings(self) -> list[Located]:
        """Everything that breaks a rule, except of syntax, in no particular order."""
        found = [Located(s, f) for s in self.troubled for f in self.outcomes.get(s, Outcome(())).findings]
        for group in (self.of_names, self.of_labels):
            for located in group.values():
                found.extend(located)
        for fragment in self.fragment_list:
            found.extend(fragment.findings)
        found.extend(self.document)
        return found

    def syntax_problems(self) -> Iterator[tuple[Segment, Any]]:
        """Segments that are not NNEF, and what is wrong with them."""
        if self.rendered:
            return
        seen = [segment for segment in self.troubled if segment.problems]
        for segment in self.source.landmarks():
            if segment.problems:
                seen.append(segment)
        for body in self.structure.fragments:
            seen.extend(segment for segment in body.statements(self.source) if segment.problems)
        for segment in seen:
            for problem in segment.problems:
                yield segment, problem
        yield from self._outside_problems({*seen, *(segment for segment, _ in self.structure.problems)})
        yield from self.structure.problems

    def _outside_problems(self, seen: set[Segment]) -> Iterator[tuple[Segment, Any]]:
        """Broken statements outside of all bodies; only looked for where the structure is broken."""
        if self.structure.graph is None or self.structure.problems:
            for segment in self.source:
                if segment.problems and segment not in seen and segment.kind == STATEMENT:
                    for problem in segment.problems:
                        yield segment, problem

    def tensors(self) -> dict[str, Tensor]:
        """Every tensor of the graph by name, in order of definition."""
        found: dict[str, Tensor] = {}
        for segment in self.statements():
            outcome = self.outcomes.get(segment)
            for name, value in zip(segment.defines, outcome.values if outcome else ()):
                if self.dialect.datum_types and not isinstance(value, Tensor):
                    value = wire(value)
                found[name] = value if isinstance(value, Tensor) else ANY_TENSOR
        return found


class NamesBefore(Collection[str]):
    """The names that have a value where a statement stands; asking for one does not look at the others."""

    def __init__(self, definers: dict[str, list[Segment]], here: tuple[int, int]) -> None:
        self.definers, self.here = definers, here

    def __contains__(self, name: object) -> bool:
        known = self.definers.get(name)  # type: ignore[call-overload]
        return bool(known) and place(known[0]) < self.here

    def __iter__(self) -> Iterator[str]:
        return (name for name in self.definers if name in self)

    def __len__(self) -> int:
        """At most so many."""
        return len(self.definers)


def same_value(a: Any, b: Any) -> bool:
    """Whether two values are the same facts; 1 and 1.0 and true are not."""
    if a is b:
        return True
    return type(a) is type(b) and not isinstance(a, Tensor) and repr(a) == repr(b) and a == b


def label_of(word: str) -> str:
    """The label that a quoted word stands for."""
    return word[1:-1]


def detect_dialect(source: Source) -> Dialect:
    """The dialect of a document, by its first mention of one."""
    return detect(source.text)

