"""The graph's declaration against its body: inputs that are introduced, outputs that are assigned, lists that hold names.

Not here: the declaration of a fragment (`fragments.py`), which shares what is said of lists.
"""

from __future__ import annotations

from ...syntax import nodes as n
from ...syntax.segments import CLOSE, Segment
from ...syntax.structure import Body, place
from ..findings import MILD, Details, Finding, Located, Related, Slug
from ..operations.dialect import Dialect
from ..operations.scope import Vocabulary, introducing
from ..operations.statement_form import facts_of
from ..statements.names import Names
from ..statements.outcomes import Outcome, Outcomes
from .names import name_span


def graph_findings(
    body: Body, head: n.GraphHead, vocabulary: Vocabulary, names: Names, outcomes: Outcomes
) -> list[Located]:
    """What is wrong with the graph's declaration: by itself, and against the body."""
    found: list[Located] = []
    dialect, is_empty = vocabulary.dialect, not any(True for _ in body.statements(vocabulary.source))
    found.extend(declared_twice(body.head, head.parameters, head.results))
    if head.name.name in vocabulary.operations and not dialect.redefinition:
        details: Details = {"name": head.name.name, "kind": "graph"}
        found.append(Located(body.head, Finding("operation-redefined", head.name.start, head.name.end, details)))
    if not dialect.empty_lists:
        found.extend(empty_lists(body.head, head, bool(head.parameters), bool(head.results)))
        if body.close is not None and body.close.kind == CLOSE and is_empty:
            return [*found, empty_body(body.close, "graph")]
    if body.head.problems and is_empty:
        return found
    found.extend(_parameters(body, head, names, outcomes, dialect))
    if dialect.datum_types:
        found.extend(_order(body, head, names, dialect))
    found.extend(_results(body, head, names, outcomes, dialect.rebinding))
    return found


def _parameters(body: Body, head: n.GraphHead, names: Names, outcomes: Outcomes, dialect: Dialect) -> list[Located]:
    """One external for each input, and one input for each external (section 3.3.2)."""
    found = []
    externals = [
        (segment, name) for segment in sorted(_introducing(names, dialect.name), key=place) for name in segment.defines
    ]
    introduced, inputs = {name for _, name in externals}, {parameter.name for parameter in head.parameters}
    broken = any(segment.form is None for segment in outcomes.troubled)
    missing = 0
    for parameter in {parameter.name: parameter for parameter in head.parameters}.values():
        if parameter.name in introduced:
            continue
        definers = names.definers.get(parameter.name)
        details: Details = {"name": parameter.name}
        if definers:
            segment = definers[0]
            if segment.form is not None and not _is_wrong(outcomes.of(segment)):
                related = [Related(body.head, parameter.start, parameter.end, "declared as an input here")]
                found.append(
                    Located(
                        segment, Finding("input-not-external", *name_span(segment, parameter.name), details, related)
                    )
                )
            continue
        missing += 1
        if not broken and not names.users.get(parameter.name):
            found.extend(at_close(body, "input-without-external", parameter, details))
    for segment, name in externals:
        if name not in inputs and not _is_wrong(outcomes.of(segment)):
            details = {"name": name, "again": missing == 1}
            related = [Related(body.head, head.name.start, head.name.end, "the graph's inputs are declared here")]
            found.append(Located(segment, Finding("external-not-input", *name_span(segment, name), details, related)))
    return found


def _is_wrong(outcome: Outcome) -> bool:
    """Whether a statement has an error of its own, so that what it gives cannot be told."""
    return any(finding.rule not in (*MILD, "named-tensor-argument") for finding in outcome.findings)


def _order(body: Body, head: n.GraphHead, names: Names, dialect: Dialect) -> list[Located]:
    """The order of the statements that introduce inputs, where the reader goes by that."""
    order = [name for segment in sorted(_introducing(names, dialect.name), key=place) for name in segment.defines]
    declared = [parameter.name for parameter in head.parameters]
    if order == declared or sorted(order) != sorted(declared):
        return []
    start, end = head.parameters[0].start, head.parameters[-1].end
    return [Located(body.head, Finding("input-order", start, end, {"order": order}))]


def _results(body: Body, head: n.GraphHead, names: Names, outcomes: Outcomes, rebinding: bool) -> list[Located]:
    found = []
    parameters = {parameter.name for parameter in head.parameters}
    for result in head.results:
        if result.name in parameters and not rebinding:
            details: Details = {"name": result.name, "kind": "input and output", "both": True}
            found.append(Located(body.head, Finding("duplicate-declaration", result.start, result.end, details)))
        elif result.name not in names.definers and result.name not in parameters:
            if not any(segment.form is None for segment in outcomes.troubled):
                found.extend(at_close(body, "output-not-assigned", result, {"name": result.name}))
    return found


def _introducing(names: Names, dialect: str) -> set[Segment]:
    found: set[Segment] = set()
    for operation in introducing(dialect):
        for segment in names.callers.get(operation, ()):
            if segment.form is not None and facts_of(segment.form).top == operation:
                found.add(segment)
    return found


def declared_twice(segment: Segment, parameters: list[n.Identifier], results: list[n.Identifier]) -> list[Located]:
    """Names in the lists of one declaration are all different."""
    found = []
    for kind, names in (("parameter", parameters), ("result", results)):
        seen: dict[str, n.Identifier] = {}
        for name in names:
            first = seen.setdefault(name.name, name)
            if first is not name:
                related = [Related(segment, first.start, first.end, "first declared here")]
                details: Details = {"name": name.name, "kind": kind}
                found.append(Located(segment, Finding("duplicate-declaration", name.start, name.end, details, related)))
    return found


def empty_body(close: Segment, kind: str) -> Located:
    """A body without a statement."""
    at = close.text.find("}")
    return Located(close, Finding("empty-body", at, at + 1, {"kind": kind}))


def empty_lists(segment: Segment, head: n.GraphHead | n.FragmentHead, parameters: bool, results: bool) -> list[Located]:
    """Parameter and result lists hold at least one name."""
    found = []
    opening = segment.text.find("(", head.name.end)
    if not parameters:
        found.append(
            Located(segment, Finding("empty-list", opening, segment.text.find(")", opening) + 1, {"kind": "parameter"}))
        )
    if not results:
        arrow = segment.text.find("->", opening)
        opening = segment.text.find("(", arrow)
        found.append(
            Located(segment, Finding("empty-list", opening, segment.text.find(")", opening) + 1, {"kind": "result"}))
        )
    return found


def at_close(body: Body, rule: Slug, name: n.Identifier, details: Details) -> list[Located]:
    """What a body lacks is missing at its end, if it has one; the declaration that asks for it is the other place."""
    if body.close is None or body.close.kind != CLOSE:
        return []
    at = body.close.text.find("}", body.close.blank_start)
    related = [Related(body.head, name.start, name.end, "declared here")]
    return [Located(body.close, Finding(rule, at, at + 1, details, related))]
