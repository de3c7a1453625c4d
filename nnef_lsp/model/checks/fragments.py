"""Fragments checked by themselves: their declaration, and their body with parameters that are known by type only.

Not here: what a fragment gives for the arguments of a call (`evaluation/evaluator.py` expands it).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from typing_extensions import Unpack

from ...faults import fault
from ...syntax import nodes as n
from ...syntax.segments import Segment
from ...syntax.structure import Body
from ..evaluation.budget import Allowance, TooMuch
from ..evaluation.context import Context
from ..evaluation.evaluator import Evaluator
from ..evaluation.expansion import tree_of
from ..findings import MILD, Details, Finding, Located, Related, Slug
from ..operations.declarations import MISSING, Operation, Parameter
from ..operations.scope import Vocabulary
from ..values.types import castable, declared_type
from ..values.values import Value, mixed, type_of
from .graph_head import at_close, declared_twice, empty_body, empty_lists
from .names import name_span


@dataclass(slots=True)
class FragmentFacts:
    """A fragment of the document, what its names are inside, and what is wrong with it."""

    body: Body
    operation: Operation
    findings: list[Located] = field(default_factory=list)
    names: dict[str, Value] = field(default_factory=dict)
    definers: dict[str, Segment] = field(default_factory=dict)


_OF_PARAMETERS = ("duplicate-declaration", "attribute-order", "mixed-tuple", "unknown-type", "empty-list")
"""Findings after which arguments cannot be told from each other."""


def check_fragment(
    body: Body, operation: Operation, vocabulary: Vocabulary, context: Context, allowance: Allowance
) -> FragmentFacts:
    """Check the declaration and the body of a fragment."""
    facts = FragmentFacts(body, operation)
    _declaration(facts, vocabulary)
    operation.misdeclared = any(located.finding.rule in _OF_PARAMETERS for located in facts.findings)
    if operation.body or body.has_statements:
        _statements(facts, vocabulary, context, allowance)
    operation.faulty = any(located.finding.rule not in MILD for located in facts.findings)
    return facts


def _note(
    facts: FragmentFacts,
    segment: Segment,
    rule: Slug,
    node: n.Node,
    related: list[Related] | None = None,
    **details: Unpack[Details],
) -> None:
    facts.findings.append(Located(segment, Finding(rule, node.start, node.end, details, related or [])))


def _declaration(facts: FragmentFacts, vocabulary: Vocabulary) -> None:
    operation, head, node = facts.operation, facts.body.head, facts.operation.node
    known = vocabulary.operations.get(operation.name)
    strict = vocabulary.dialect.strict_types
    if known is not None and known.head is not head and not vocabulary.dialect.redefinition:
        related = (
            []
            if known.registry
            else [Related(known.head, known.node.name.start, known.node.name.end, "first declared here")]
        )
        _note(facts, head, "operation-redefined", node.name, related, name=operation.name, kind="fragment")
    facts.findings.extend(declared_twice(head, [p.name for p in node.parameters], [r.name for r in node.results]))
    parameters = {parameter.name for parameter in operation.parameters}
    for result in node.results:
        if result.name.name in parameters:
            _note(
                facts,
                head,
                "duplicate-declaration",
                node.name if strict else result.name,
                name=result.name.name,
                kind="parameter and result",
                both=True,
            )
    if not vocabulary.dialect.empty_lists:
        facts.findings.extend(empty_lists(head, node, bool(node.parameters), bool(node.results)))
    _types(facts)
    if strict:
        _kinds(facts)


def _types(facts: FragmentFacts) -> None:
    """Type names that exist."""
    declared: list[n.Parameter | n.Result] = [*facts.operation.node.parameters, *facts.operation.node.results]
    for item in declared:
        for node in item.type.walk():
            if isinstance(node, n.TypeName) and node.name not in ("integer", "scalar", "logical", "string", "?"):
                _note(facts, facts.body.head, "unknown-type", node, name=node.name)
    default = facts.operation.node.generic_default
    if default is not None and default.name not in ("integer", "scalar", "logical", "string"):
        _note(facts, facts.body.head, "unknown-type", default, name=default.name)


def _kinds(facts: FragmentFacts) -> None:
    """What section 3.3.2 asks of a declaration."""
    operation, head, node = facts.operation, facts.body.head, facts.operation.node
    generic_used = any(item.type.is_generic for item in (*operation.parameters, *operation.results))
    if generic_used != operation.generic:
        _note(facts, head, "generic-declaration", node.name, name=operation.name, declared=operation.generic)
    attribute: n.Parameter | None = None
    for parameter, item in zip(operation.parameters, node.parameters):
        if not parameter.is_tensor:
            attribute = attribute or item
        elif attribute is not None:
            related = [Related(head, attribute.start, attribute.end, "this is an attribute")]
            _note(facts, head, "attribute-order", item, related, name=parameter.name, attribute=attribute.name.name)
        _default(facts, parameter, item)
        _mixed_tuple(facts, item)
    tensors = [result.is_tensor for result in operation.results]
    if any(tensors) and not all(tensors):
        _note(facts, head, "attribute-result", node.name, name=operation.name, mixed=True)
    elif tensors and not any(tensors):
        _note(facts, head, "attribute-result", node.results[0], name=operation.results[0].name, mixed=False)
    for result in node.results:
        for part in result.type.walk():
            if isinstance(part, n.TensorType) and part.dtype is None:
                _note(facts, head, "unbound-result", part, name=result.name.name)


def _default(facts: FragmentFacts, parameter: Parameter, item: n.Parameter) -> None:
    if parameter.default is MISSING:
        return
    if not castable(type_of(parameter.default), parameter.type) or mixed(parameter.default):
        _note(
            facts,
            facts.body.head,
            "default-type",
            item.default or item,
            name=parameter.name,
            wanted=parameter.type,
            found=type_of(parameter.default),
        )


def _mixed_tuple(facts: FragmentFacts, item: n.Parameter) -> None:
    for part in item.type.walk():
        if isinstance(part, n.TupleType):
            kinds = {declared_type(member).is_tensor for member in part.items}
            if len(kinds) > 1:
                _note(facts, facts.body.head, "mixed-tuple", part, name=item.name.name)


def _statements(facts: FragmentFacts, vocabulary: Vocabulary, context: Context, allowance: Allowance) -> None:
    operation, names = facts.operation, facts.names
    statements = list(facts.body.statements(vocabulary.source))
    if not statements and not vocabulary.dialect.empty_lists and facts.body.close is not None:
        facts.findings.append(empty_body(facts.body.close, "fragment"))
        return
    evaluator = Evaluator(
        lambda name: names.get(name, MISSING),
        vocabulary.operations,
        vocabulary.dialect,
        inside=operation,
        generic="?" if operation.generic else None,
        excused=vocabulary.excused,
        context=context,
        why_unknown=lambda name: ("undefined-name", {"names": list(names)}, []),
    )
    for parameter in operation.parameters:
        names[parameter.name] = evaluator.unknown(parameter.type)
    assigned: dict[str, Segment] = {}
    lenient = False
    for segment in statements:
        tree = tree_of(segment)
        if not isinstance(tree, n.Assignment):
            for name in segment.defines:
                names.setdefault(name, evaluator.unknown(declared_type(None)))
            lenient = True
            continue
        evaluator.findings = []
        evaluator.budget = allowance.budget()
        try:
            values = evaluator.assignment(tree)
        except (TooMuch, RecursionError):
            values = {}
        except Exception as error:
            values = {}
            fault("the evaluation of a statement of a fragment", error, segment.text.strip()[:1000])
        allowance.spent(evaluator.budget)
        if not (lenient and all(finding.rule == "undefined-name" for finding in evaluator.findings)):
            facts.findings.extend(Located(segment, finding) for finding in evaluator.findings)
        for target in tree.target.walk():
            if isinstance(target, n.Identifier):
                _assigned(facts, segment, target, assigned, vocabulary.dialect.rebinding)
                names[target.name] = values.get(target.name, evaluator.unknown(declared_type(None)))
    facts.definers = assigned
    _results(facts, assigned, lenient, vocabulary.dialect.strict_types)


def _assigned(
    facts: FragmentFacts, segment: Segment, target: n.Identifier, assigned: dict[str, Segment], rebinding: bool
) -> None:
    """A name is assigned once, and never if it is a parameter."""
    parameter = facts.operation.by_name.get(target.name)
    if not rebinding:
        if parameter is not None and any(result.name == target.name for result in facts.operation.results):
            pass  # the declaration itself is wrong
        elif parameter is not None and parameter.node is not None:
            place = parameter.node.name
            related = [Related(facts.body.head, place.start, place.end, "the parameter is declared here")]
            _note(facts, segment, "name-redefined", target, related, name=target.name, is_parameter=True)
        elif target.name in assigned:
            first = assigned[target.name]
            related = [Related(first, *name_span(first, target.name), "first defined here")]
            _note(facts, segment, "name-redefined", target, related, name=target.name)
    assigned.setdefault(target.name, segment)


def _results(facts: FragmentFacts, assigned: dict[str, Segment], lenient: bool, strict: bool) -> None:
    """Every result is assigned, and with a value of its type."""
    head = facts.body.head
    details: Details
    for result in facts.operation.results:
        assert result.node is not None
        if result.name in facts.operation.by_name:
            continue
        if result.name not in assigned:
            if not lenient and facts.body.close is not None:
                details = {"name": result.name, "owner": facts.operation.name}
                facts.findings.extend(at_close(facts.body, "output-not-assigned", result.node.name, details))
            continue
        found = type_of(facts.names[result.name])
        if strict and not castable(found, result.type):
            segment = assigned[result.name]
            place = result.node.type
            related = [Related(head, place.start, place.end, "the result is declared here")]
            start, end = name_span(segment, result.name)
            details = {"name": result.name, "wanted": result.type, "found": found}
            facts.findings.append(Located(segment, Finding("result-type", start, end, details, related)))
