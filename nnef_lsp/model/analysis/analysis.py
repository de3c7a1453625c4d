"""Analysis of a document: what every statement means, kept up to date edit by edit.

The graph is walked once, forwards.  A statement's outcome depends on its form and on the facts of the names it reads,
so it is remembered under these, and most statements of a network repeat the outcome of another.  After an edit only
new statements and the users of names whose facts changed are evaluated again; a statement whose outcome stays the same
stops the spread (single assignment makes this a walk without cycles).

Everything here is facts: `findings()` are places that break a rule, worded by `rules`.

Not here: the parts that it keeps in step: names (`statements/names.py`), operations (`operations/scope.py`), what
they mean (`statements/outcomes.py`), evaluating a statement (`statement.py`), the walk (`propagation.py`), what must
hold (`checks/`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...faults import sheltered
from ...syntax import nodes as n
from ...syntax.segments import FRAGMENT, STATEMENT, Segment, SyntaxProblem
from ...syntax.source import Change, Source
from ...syntax.structure import Body, place, structure_of
from ..checks.document import UNDECODED
from ..checks.fragments import FragmentFacts, check_fragment
from ..checks.names import name_findings
from ..checks.syntax import syntax_problems
from ..checks.weights import weight_findings
from ..checks.whole_document import NOTHING, document_findings
from ..evaluation.budget import Allowance
from ..evaluation.context import Context
from ..extents.dims import Extent
from ..findings import Located, first_uses
from ..operations.custom import NO_CUSTOM_SHAPES, CustomShapes
from ..operations.declarations import Operation
from ..operations.dialect import Dialect
from ..operations.dialects import DIALECTS, detect
from ..operations.extensions import declarations_of
from ..operations.scope import Vocabulary
from ..operations.statement_form import labels_of, reads
from ..statements.names import Names, callers_within
from ..statements.outcomes import Outcomes
from ..values.constants import wire
from ..values.tensor import ANY as ANY_TENSOR
from ..values.tensor import Tensor
from ..values.values import Value
from ..weights import NoWeights, Weights
from .liveness import in_time
from .memo import Memo
from .propagation import Propagation
from .statement import StatementEvaluator


class Analysis:
    """All facts of one document.  Kept by its owner and changed by `update`; readers read it between updates."""

    def __init__(
        self,
        source: Source,
        dialect: Dialect | None = None,
        weights: Weights | None = None,
        patience: int | None = None,
        symbols: Mapping[str, int] | None = None,
        libraries: Mapping[str, Operation] | None = None,
        custom: CustomShapes | None = None,
    ) -> None:
        self.source = source
        self.fixed_dialect = dialect
        self.weights: Weights = weights or NoWeights()
        self.values_of_symbols = dict(symbols or {})
        """Values that symbols have whatever the document says of them."""
        self.libraries = dict(libraries or {})
        """Fragments of other files that the document may invoke (`project/libraries.py`)."""
        self.custom: CustomShapes = custom or NO_CUSTOM_SHAPES
        """Shape rules of the project for operations without a body (`project/custom_operations.py`)."""
        self.comments: dict[int, Any] = {}
        """What `rules` has found in comments."""
        self.patience = patience
        """How many statements an update follows at once; the rest waits for `finish`.  None: all."""
        self._in_fragments: tuple[dict[str, list[Segment]], list[Segment]] | None = None
        self.analyse()

    # -- from nothing ------------------------------------------------------------------------------------------------

    def analyse(self) -> None:
        """Analyse the whole document."""
        self.allowance = Allowance(self.source.length)
        self.dialect = self.fixed_dialect or detect_dialect(self.source)
        self.structure = structure_of(self.source)
        self.undecoded = {segment for segment in self.source if UNDECODED in segment.text}
        """Segments with characters that stand for bytes which are not UTF-8."""
        self.of_names: dict[str, list[Located]] = {}
        self.of_labels: dict[str, list[Located]] = {}
        self.document: list[Located] = []
        self.rendered = False
        """Whether the text is the source of a template, and so no NNEF yet."""
        self._declare()
        self._graph_names()
        self.allowance.renew(self.source.length)
        self.evaluator = StatementEvaluator(self.outcomes, self.vocabulary, self.context, self.inputs, self.allowance)
        self._propagation = Propagation(self.source, self.outcomes, self.evaluator, self.assumptions)
        statements = list(self.statements())
        for segment in statements:
            self.names.register(segment)
        self._propagation.walk(statements)
        for name in self.definers:
            self._renew_name(name)
        self._renew_labels(set(self.labels))
        self._renew_document()

    def _declare(self) -> None:
        """Collect the operations, and check the fragments."""
        self.declared = declarations_of(self.structure.extensions, self.dialect)
        self.assumptions = self.declared.assumptions
        self.vocabulary = Vocabulary(
            self.source, self.structure, self.dialect, self.declared.registries, self.libraries
        )
        self.operations = self.vocabulary.operations
        self.standard = self.vocabulary.standard
        quantized = self.weights.quantized_types() if self.dialect.datum_types else {}
        symbols: dict[str, Extent] = {**self.declared.symbols, **self.values_of_symbols}
        self.context = Context(symbols, self.weights, self.vocabulary.elsewhere, quantized, self.custom)
        self.context.bodiless = self.vocabulary.bodiless
        self.names = Names(self.dialect.rebinding)
        self.outcomes = Outcomes(self.names, {**self.dialect.literals, **self.context.symbols})
        self.definers, self.users = self.names.definers, self.names.users
        self.callers, self.labels = self.names.callers, self.names.labels
        self.fragment_list = [
            FragmentFacts(body, operation) for body, operation in zip(self.vocabulary.bodies, self.vocabulary.own)
        ]
        self._check_fragments(self.vocabulary.callees_first())

    @property
    def callers_in_fragments(self) -> tuple[Mapping[str, list[Segment]], list[Segment]]:
        """The statements of fragments by what they invoke, and those that are broken."""
        if self._in_fragments is None:
            self._in_fragments = callers_within(self.source, [facts.body for facts in self.fragment_list])
        return self._in_fragments

    def _check_fragments(self, which: Iterable[int]) -> None:
        self._in_fragments = None
        for index in which:
            body, operation = self.fragment_list[index].body, self.vocabulary.own[index]
            checked = check_fragment(body, operation, self.vocabulary, self.context, self.allowance)
            self.fragment_list[index] = checked
        self.fragments: dict[str, FragmentFacts] = {}
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

    # -- what names mean ---------------------------------------------------------------------------------------------

    def value_at(self, name: str, segment: Segment) -> Value:
        """The value a name has where a statement stands; `MISSING` if nothing before it defines the name."""
        return self.outcomes.value_at(name, segment)

    def definer_before(self, name: str, segment: Segment) -> Segment | None:
        """The statement that gives a name its value for another statement."""
        return self.names.definer_before(name, segment)

    # -- after an edit -----------------------------------------------------------------------------------------------

    def edit(self, start: int, end: int, text: str) -> Change:
        """Edit the source and bring all facts up to date."""
        change = self.source.edit(start, end, text)
        self.update(change)
        return change

    def update(self, change: Change) -> None:
        """Bring all facts up to date after a change of the source."""
        self._propagation.evaluated = []
        self.allowance.renew(self.source.length)
        if not change.removed and not change.added:
            return
        self.undecoded.difference_update(change.removed)
        self.undecoded.update(segment for segment in change.added if UNDECODED in segment.text)
        body = self._body_of(change)
        if (
            body is None
            or any(segment.kind != STATEMENT for segment in (*change.removed, *change.added))
            or (self.fixed_dialect is None and self._dialect_changes(change))
        ):
            self.analyse()
            return
        if self.structure.depends_on_statements:
            before, self.structure = self.structure, structure_of(self.source)
            if list(before.extents()) != list(self.structure.extents()):
                self.analyse()  # statements that were not edited stand in another body now, or in none
                return
            bodies = {body.head: body for body in self.structure.bodies()}
            for facts in self.fragment_list:
                facts.body = bodies.get(facts.body.head, facts.body)
        if body.head.kind == FRAGMENT:
            self._update_fragment(body)
        else:
            self._update_graph(change)

    def _update_fragment(self, body: Body) -> None:
        """The statements of a fragment have changed: only what invokes it is evaluated again."""
        affected = self.vocabulary.renew(body)
        if affected is None:
            self.analyse()
            return
        own = self.vocabulary.own
        again = [index for index in self.vocabulary.callees_first() if own[index].name in affected]
        for index in again:
            own[index].expansions.clear()
            own[index].faulty = False
        self._check_fragments(again)
        self.memo.forget(affected)
        self._spread(set().union(*[self.callers.get(name, ()) for name in affected]))
        self._renew_document()

    def _update_graph(self, change: Change) -> None:
        """Statements of the graph have changed."""
        names, outcomes, old_values = self.names, self.outcomes, self._propagation.old_values
        touched: set[str] = set()
        labels: set[str] = set()
        dirty: set[Segment] = set(change.added)
        redefined: set[str] = {name for segment in (*change.removed, *change.added) for name in segment.defines}
        several = {name for name in redefined if len(self.definers.get(name, ())) > 1}
        """Names whose readers may not have meant the definition that `old_values` keeps."""
        for name in redefined.difference(*[segment.defines for segment in change.removed]):
            old_values.pop(name, None)
        for segment in change.removed:
            touched.update(segment.defines, reads(segment))
            labels.update(labels_of(segment))
            names.unregister(segment)
            dirty.update(self._propagation.mints.remove(segment))
            old_values.update(zip(segment.defines, outcomes.of(segment).values))
            outcomes.forget(segment)
            self._propagation.waiting.discard(segment)
        for segment in change.added:
            touched.update(segment.defines, reads(segment))
            labels.update(labels_of(segment))
            names.register(segment)
            if segment.problems:
                outcomes.troubled[segment] = None
        outcomes.settle(touched, set(change.added))
        new_names = {name for segment in change.added for name in segment.defines}
        for name in redefined:
            # an edited statement that defines the same name again is settled when its new value is known
            unsure = name in several or name not in new_names or name not in old_values
            if unsure or len(self.definers.get(name, ())) > 1:
                dirty.update(self.users.get(name, ()))
        self._spread(dirty)
        for name in touched:
            self._renew_name(name)
        self._renew_labels(labels)
        self._renew_document()

    def _spread(self, dirty: set[Segment]) -> None:
        self._propagation.spread(dirty, None if self.patience is None else max(self.patience, len(dirty)))

    @property
    def memo(self) -> Memo:
        """Outcomes that are remembered, for tests."""
        return self._propagation.memo

    @property
    def evaluated(self) -> list[Segment]:
        """Statements of the graph that the last update evaluated, for tests and measurements."""
        return self._propagation.evaluated

    @property
    def troubled(self) -> dict[Segment, None]:
        """Statements of the graph that something is wrong with."""
        return self.outcomes.troubled

    @property
    def waiting(self) -> set[Segment]:
        """Statements whose facts may be those from before the last edits."""
        return self._propagation.waiting

    def finish(self, most: int | None = None) -> bool:
        """Follow what an impatient update left over, or that many statements of it; True if nothing is left.

        Until then facts below the edit may be those from before it.
        """
        if self.waiting:
            self._propagation.spread((), most)
        return not self.waiting

    def settle(self, segment: Segment) -> None:
        """Follow what an impatient update left over down to a statement, whose facts are then those of the text."""
        if self.waiting:
            self._propagation.spread((), None, segment)

    def _dialect_changes(self, change: Change) -> bool:
        changed = [segment.text for segment in (*change.removed, *change.added)]
        if any(dialect.is_marked(text) for dialect in DIALECTS.values() for text in changed):
            return detect_dialect(self.source) != self.dialect
        return False

    def _body_of(self, change: Change) -> Body | None:
        """The body that changed statements stand in; None if it cannot be told."""
        if not change.added:  # removed statements have no place any more
            return next((body for body in self._bodies() if self._held(body, change.removed)), None)
        here = place(change.added[0])
        for body in self._bodies():
            if place(body.head) < here and (body.close is None or here < place(body.close)):
                return body if self._held(body, change.removed) else None
        return None

    def _bodies(self) -> Iterator[Body]:
        return (body for body in self.structure.bodies() if body.has_statements)

    def _held(self, body: Body, segments: list[Segment]) -> bool:
        """Whether statements that are no more stood in a body."""
        if body is self.structure.graph:
            return all(segment in self.outcomes or segment in self.waiting for segment in segments)
        facts = next((facts for facts in self.fragment_list if facts.body is body), None)
        return facts is not None and all(segment in facts.operation.body for segment in segments)

    # -- names and labels ----------------------------------------------------------------------------------------

    def _renew_name(self, name: str) -> None:
        outputs = self._outputs if self.structure.graph is not None else None
        arguments = name, self.names, self.dialect, self.declared.symbols, outputs
        found: list[Located] = sheltered("the check of a name", [], name_findings, *arguments)
        if found:
            self.of_names[name] = found
        else:
            self.of_names.pop(name, None)

    def _renew_labels(self, labels: set[str]) -> None:
        for label in labels.union(*[self.names.spellings.get(label.lower(), ()) for label in labels]):
            arguments = label, self.names, self.outcomes, self.dialect, self.weights
            found: list[Located] = sheltered("the check of a label", [], weight_findings, *arguments)
            if found:
                self.of_labels[label] = found
            else:
                self.of_labels.pop(label, None)

    def _renew_document(self) -> None:
        of_text = self.source, self.structure, self.graph_head, self.undecoded
        of_names = self.dialect, self.declared, self.vocabulary, self.names, self.outcomes
        arguments = *of_text, *of_names, self.fragment_list, self.weights
        self.document, self.rendered = sheltered("the check of the document", NOTHING, document_findings, *arguments)

    def is_output(self, name: str) -> bool:
        """Whether a name is a result of the graph."""
        return name in self._outputs

    # -- answers -------------------------------------------------------------------------------------------------

    def findings(self) -> list[Located]:
        """Everything that breaks a rule, except of syntax, in no particular order."""
        found = [Located(s, f) for s in self.troubled for f in self.outcomes.of(s).findings]
        found = first_uses(in_time(found, self.names, self.outputs))
        for group in (self.of_names, self.of_labels):
            for located in group.values():
                found.extend(located)
        for fragment in self.fragment_list:
            found.extend(first_uses(fragment.findings))
        found.extend(self.document)
        return found

    def findings_in_order(self) -> list[Located]:
        """The same in the order of the text, whatever was edited before."""
        return sorted(
            self.findings(), key=lambda found: (place(found.segment), found.finding.start, found.finding.rule)
        )

    def syntax_problems(self) -> Iterator[tuple[Segment, SyntaxProblem]]:
        """Segments that are not NNEF, and what is wrong with them."""
        return iter(()) if self.rendered else syntax_problems(self.source, self.structure, self.troubled, self.dialect)

    def tensors(self) -> dict[str, Tensor]:
        """Every tensor of the graph by name, in order of definition."""
        found: dict[str, Tensor] = {}
        for segment in self.statements():
            for name, value in zip(segment.defines, self.outcomes.of(segment).values):
                if self.dialect.datum_types and not isinstance(value, Tensor):
                    value = wire(value)
                found[name] = value if isinstance(value, Tensor) else ANY_TENSOR
        return found


def detect_dialect(source: Source) -> Dialect:
    """The dialect that a document is written in."""
    return detect(segment.text for segment in source)
