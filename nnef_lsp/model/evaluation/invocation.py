"""Invocations: the operation, its arguments, and the facts of its results by its shape rule or by its body.

Not here: which argument belongs to which parameter (`arguments.py`), the body of a fragment (`expansion.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

from ...faults import MISTAKES, fault
from ...syntax import nodes as n
from ...syntax.structure import place
from ..dtypes.attributes import check_arguments
from ..dtypes.results import facts_of_results
from ..extents.dims import Shape
from ..findings import MILD, Finding, Related
from ..operations.call import Results, each_of
from ..operations.declarations import Operation
from ..operations.scope import missing_in
from ..operations.statement_form import updated
from ..shapes import Call, Refusal, Undetermined, shape_rule
from ..values.tensor import ANY as ANY_TENSOR
from ..values.tensor import NOTHING_KNOWN, Opaque, Tensor, tensor
from ..values.types import substitute
from ..values.values import Value, type_of
from .arguments import Binding, bind, resolve_generic
from .custom_shapes import custom_shapes
from .evaluation import Evaluation


def invoke(evaluator: Evaluation, node: n.Invocation, wanted: int | None = None, top: bool = False) -> Value:
    """The result of an invocation: one value, a tuple for several results, a list for an array of tensors."""
    operation = evaluator.operations.get(node.callee.name)
    evaluator.callees.add(node.callee.name)
    if operation is None:
        for argument in node.arguments:
            evaluator.evaluate(argument.value)
        if node.callee.name not in evaluator.excused:
            _unknown_operation(evaluator, node.callee)
        return ANY_TENSOR
    if operation.misdeclared and evaluator.dialect.strict_types:
        for argument in node.arguments:
            evaluator.evaluate(argument.value)
        return evaluator.unknown_results(operation, "?")
    if evaluator.inside is not None and not evaluator.inside.registry:
        _allowed_here(evaluator, node, operation)
    before = len(evaluator.findings)
    if operation.name == "external" and operation.registry and not top and evaluator.inside is None:
        if evaluator.dialect.strict_types:
            evaluator.find("external-not-input", node.callee, name="")
    if operation.name == "update" and operation.registry:
        target = updated(node)
        if target is not None and not isinstance(target.value, n.Identifier):
            evaluator.find("update-target", target, name="")
    binding = bind(evaluator, node, operation)
    generic = _generic(evaluator, node, operation, binding)
    if any(finding.rule not in MILD for finding in evaluator.findings[before:]):
        return evaluator.unknown_results(operation, generic if node.generic is None else "?")
    _bias(evaluator, operation, binding)
    value = evaluator.result(operation, binding.values, generic, wanted, node, binding.places)
    if not top and isinstance(value, tuple):
        evaluator.find("nested-results", node, name=operation.name, count=len(value))
        return NOTHING_KNOWN
    return value


def _bias(evaluator: Evaluation, operation: Operation, binding: Binding) -> None:
    """A bias [c] where the specification has [1, c] (4.3.1): all tools take it, but by other rules than they say."""
    bias, place = binding.values.get("bias"), binding.places.get("bias")
    if not operation.registry or not evaluator.dialect.strict_types or evaluator.depth or place is None:
        return
    if isinstance(bias, Tensor) and bias.shape is not None and len(bias.shape) == 1 and bias.shape[0] != 1:
        evaluator.find("bias-rank", place, operation=operation.name, channels=bias.shape[0])


def _unknown_operation(evaluator: Evaluation, callee: n.Identifier) -> None:
    name, registry = callee.name, evaluator.context.registries.get(callee.name)
    if registry is not None:
        extension = evaluator.dialect.registry_extension
        evaluator.find("registry-not-enabled", callee, name=name, registry=registry, extension=extension)
    elif name in missing_in(evaluator.dialect.name):
        evaluator.find(
            "missing-operation",
            callee,
            name=name,
            instead=missing_in(evaluator.dialect.name)[name],
            dialect=evaluator.dialect.title,
        )
    else:
        bodiless = name in evaluator.context.bodiless
        names = () if bodiless else evaluator.operations
        evaluator.find("unknown-operation", callee, name=name, names=names, bodiless=bodiless)


def _allowed_here(evaluator: Evaluation, node: n.Invocation, operation: Operation) -> None:
    assert evaluator.inside is not None
    if operation.name in ("external", "variable", "update") and operation.registry and not evaluator.depth:
        if not evaluator.dialect.effects_in_fragments:
            evaluator.find("operation-in-fragment", node.callee, name=operation.name)
    if operation.is_fragment and not evaluator.depth and not evaluator.dialect.later_fragments:
        if place(operation.head) > place(evaluator.inside.head):
            related = [Related(operation.head, operation.node.name.start, operation.node.name.end, "declared here")]
            evaluator.find("unknown-operation", node.callee, name=operation.name, later=True, related=related)


def _generic(evaluator: Evaluation, node: n.Invocation, operation: Operation, binding: Binding) -> str | None:
    """The data type that `?` stands for in this invocation."""
    if node.generic is not None and not operation.generic:
        evaluator.findings.append(Finding("not-generic", node.callee.end, node.opening, {"name": operation.name}))
        return None
    if not operation.generic:
        return None
    if node.generic is not None:
        if node.generic.name == "?":
            if evaluator.generic is None and evaluator.dialect.strict_types:
                evaluator.find("generic-type", node.generic, name=operation.name, outside=True)
            return evaluator.generic or "?"
        if node.generic.name not in ("integer", "scalar", "logical", "string"):
            evaluator.find("unknown-type", node.generic, name=node.generic.name)
            return "?"
        return node.generic.name
    generic, problem = resolve_generic(operation, {name: type_of(value) for name, value in binding.values.items()})
    if problem is not None and evaluator.dialect.strict_types and not operation.faulty:
        evaluator.find("generic-type", node.callee, name=operation.name, candidates=problem)
    return generic


def infer(
    evaluator: Evaluation,
    operation: Operation,
    arguments: dict[str, Value],
    generic: str | None,
    wanted: int | None,
    node: n.Node,
    places: Mapping[str, n.Node],
) -> Value:
    """The facts of an operation's results, by its shape rule or by expanding its body."""
    if evaluator.types_only:
        return evaluator.unknown_results(operation, generic)
    rule = None if operation.is_fragment else shape_rule(operation.name, evaluator.dialect.name)
    if rule is None:
        if operation.body:
            return evaluator.expand(operation, arguments, generic, wanted, node)
        known = custom_shapes(evaluator, operation, arguments, node)
        if known is None:
            return evaluator.unknown_results(operation, generic)
        return _facts(evaluator, operation, known if len(operation.results) > 1 else known[0], generic)
    call = Call(operation.name, arguments, evaluator.dialect.name, wanted, evaluator)
    evaluator.at = node
    try:
        if evaluator.dialect.datum_types:
            check_arguments(operation, call)
        try:
            shapes = rule(call)
        except Undetermined:
            if not evaluator.dialect.datum_types or any(result.type.kind != "tensor" for result in operation.results):
                return evaluator.unknown_results(operation, generic)
            shapes = (None,) * len(operation.results) if len(operation.results) > 1 else None
        for note in call.notes:
            _refused(evaluator, note, operation, node, places)
        if evaluator.dialect.datum_types:
            facts: Value = facts_of_results(operation, call, shapes, generic)
            return facts
    except Refusal as refusal:
        _refused(evaluator, refusal, operation, node, places)
        return evaluator.unknown_results(operation, generic)
    except MISTAKES as error:
        fault(f"the shape rule of '{operation.name}'", error)
        return evaluator.unknown_results(operation, generic)
    return _facts(evaluator, operation, shapes, generic)


def _refused(
    evaluator: Evaluation, refusal: Refusal, operation: Operation, node: n.Node, places: Mapping[str, n.Node]
) -> None:
    """An argument that is wrong by itself is shown where it is written, tensors that disagree at the operation."""
    parameter, spot = operation.by_name.get(refusal.at or ""), places.get(refusal.at or "")
    disagree = refusal.rule in ("shape-mismatch", "rank-mismatch")
    if spot is None or parameter is None or (parameter.is_tensor and disagree):
        spot = getattr(node, "callee", node)
    elif refusal.text is not None and isinstance(spot, n.Argument) and isinstance(spot.value, n.Array):
        strings = (part for part in spot.value.walk() if isinstance(part, n.String) and part.value == refusal.text)
        spot = next(strings, spot)
    evaluator.find(
        refusal.rule,
        spot,
        operation=operation.name,
        reason=refusal.message,
        parameter=refusal.at,
        item=refusal.item,
        text=refusal.text,
        late=refusal.late,
        choices=refusal.names or (parameter.choices if parameter else ()),
    )


def _facts(evaluator: Evaluation, operation: Operation, shapes: Results, generic: str | None) -> Value:
    several = len(operation.results) > 1
    found: list[Value] = []
    for result, shape in zip(operation.results, each_of(shapes, several)):
        kind = substitute(result.type, generic)
        dtype = (kind.items[0] if kind.kind == "array" else kind).name or "?"
        if kind.kind == "array":
            found.append([_fact(dtype, item) for item in shape] if isinstance(shape, list) else Opaque(kind))
        else:
            found.append(_fact(dtype, None if isinstance(shape, list) else shape))
    return tuple(found) if several else found[0]


def _fact(dtype: str, shape: Shape | Tensor | None) -> Tensor:
    """A result's fact from what its shape rule gave."""
    return shape if isinstance(shape, Tensor) else tensor(dtype, shape)
