"""Operators in expressions: on attribute values they are computed, on tensors they stand for an operation.

Not here: arrays, tuples and strings (`sequences.py`), arithmetic itself (`arithmetic.py`).
"""

from __future__ import annotations

from collections.abc import Callable

from ...syntax import nodes as n
from ..dtypes.promotion import operating_type
from ..findings import Details, Slug
from ..shapes import Refusal
from ..values.tensor import ANY as ANY_TENSOR
from ..values.tensor import NOTHING_KNOWN, Tensor
from ..values.types import Type, castable
from ..values.values import Value, type_of
from .arguments import resolve_generic
from .arithmetic import Impossible, binary, unary
from .budget import TooMuch
from .callees import Callees
from .evaluation import Evaluation

_TENSOR_OPERATIONS = {
    "+": "add", "-": "sub", "*": "mul", "/": "div", "^": "pow", "<": "lt", "<=": "le", ">": "gt", ">=": "ge",
    "==": "eq", "!=": "ne", "&&": "and", "||": "or",
}  # fmt: skip
_TENSOR_UNARY = {"-": "neg", "+": "copy", "!": "not"}
_OF_VALUES = ("index-range", "limit", "conversion", "iterable-lengths", "assignment-count", "recursion")


def check_expression(evaluator: Evaluation, node: n.Node) -> None:
    """A dialect may have the grammar of an expression without being able to evaluate it."""
    allowed = evaluator.dialect.expressions or ()
    operator = getattr(node, "operator", "") if isinstance(node, n.Binary) else ""
    if type(node).__name__ in allowed and (not operator or operator in allowed):
        return
    if isinstance(node, n.Unary) and isinstance(node.operand, n.Identifier) and node.operator == "-":
        if node.operand.name in evaluator.dialect.literals:
            return
    if isinstance(node, n.Builtin) and node.name in evaluator.operations:
        return  # a fragment of that name
    evaluator.find("unsupported-expression", node, kind=type(node).__name__, operator=getattr(node, "operator", ""))


def parenthesized(evaluator: Evaluation, node: n.Parenthesized, wanted: int | None, top: bool) -> Value:
    return evaluator.evaluate(node.inner, wanted, top)


def negated(evaluator: Evaluation, node: n.Unary) -> Value:
    value = evaluator.evaluate(node.operand)
    if isinstance(value, Tensor):
        return operate(evaluator, node, _TENSOR_UNARY[node.operator], [value], [node.operand])
    return compute(evaluator, node, lambda: unary(node.operator, value), [value])


def chained(evaluator: Evaluation, node: n.Binary) -> Value:
    # a sum of hundreds of terms is a chain to the left: walk down it without recursion
    chain = [node]
    while isinstance(chain[-1].left, n.Binary):
        chain.append(chain[-1].left)
    value = evaluator.evaluate(chain[-1].left)
    first = chain[-1]
    if isinstance(first.left, n.Unary) and (first.left.operator == "!" or first.operator not in "*/"):
        if not evaluator.depth and not evaluator.types_only and evaluator.dialect.expressions is None:
            evaluator.find("greedy-unary", first.left, unary=first.left.operator, operator=first.operator)
    for link in reversed(chain):
        value = _apply(evaluator, link, value, evaluator.evaluate(link.right))
    return value


def _apply(evaluator: Evaluation, node: n.Binary, left: Value, right: Value) -> Value:
    """A binary operator on two values."""
    exact, sequences = evaluator.dialect.datum_types, (list, tuple)
    tensors = Tensor if not exact else (Tensor, list)  # lists are tensors there, which nothing joins or repeats
    if (isinstance(left, tensors) or isinstance(right, tensors)) and node.operator != "in":
        if isinstance(left, sequences) or isinstance(right, sequences):
            if evaluator.dialect.strict_types:
                evaluator.find("operand-types", node, operator=node.operator, types=[type_of(left), type_of(right)])
                return ANY_TENSOR
        return operate(evaluator, node, _TENSOR_OPERATIONS[node.operator], [left, right], [node.left, node.right])
    if evaluator.dialect.datum_types and (isinstance(left, float) != isinstance(right, float)):
        literals = [value for value in map(evaluator.wire, (left, right)) if isinstance(value, Tensor)]
        try:  # literals are tensors too, and 1 + 1.5 has no type
            if len(literals) == 2:
                operating_type(*literals)
        except Refusal as refusal:
            evaluator.find("operand-types", node, operator=node.operator, types=[], reason=refusal.message)
            return NOTHING_KNOWN
    return compute(
        evaluator, node, lambda: binary(node.operator, left, right, evaluator.dialect.strict_types), [left, right]
    )


def compute(evaluator: Evaluation, node: n.Node, function: Callable[[], Value], operands: list[Value]) -> Value:
    """Run an operator on attribute values; what cannot be computed is a finding."""
    try:
        value = function()
    except Impossible as reason:
        rule: Slug = "limit" if reason.too_large else "operand-types"
        details: Details = {
            "operator": getattr(node, "operator", ""),
            "types": [type_of(operand) for operand in operands],
        }
        if str(reason):
            details["reason"] = str(reason)
        evaluator.find(rule, node, **details)
        return NOTHING_KNOWN
    if isinstance(value, (list, str)):
        evaluator.budget.spend(len(value) // 16)
    return value


def operate(evaluator: Evaluation, node: n.Node, operation: str, values: list[Value], nodes: list[n.Node]) -> Value:
    """An operator on tensors: the invocation of the operation that it stands for."""
    declared = evaluator.operations.get(operation)
    if evaluator.dialect.datum_types:
        values = [evaluator.wire(value) for value in values]
    if declared is None or any(isinstance(value, (list, tuple)) for value in values):
        return ANY_TENSOR
    types = [type_of(value) for value in values]
    for parameter, found in zip(declared.parameters, types):
        if evaluator.dialect.strict_types and not castable(found, parameter.type):
            evaluator.find("operand-types", node, operator=getattr(node, "operator", ""), types=types)
            return evaluator.unknown(declared.results[0].type)
    arguments = {parameter.name: value for parameter, value in zip(declared.parameters, values)}
    places = {parameter.name: place for parameter, place in zip(declared.parameters, nodes)}
    generic = resolve_generic(declared, dict(zip([p.name for p in declared.parameters], types)))[0]
    return evaluator.result(declared, arguments, generic, None, node, places)


def either_branch(evaluator: Evaluation, node: n.IfElse, wanted: int | None, top: bool) -> Value:
    condition = evaluator.evaluate(node.condition)
    if isinstance(condition, bool):
        taken, other = (node.then, node.otherwise) if condition else (node.otherwise, node.then)
        value = evaluator.evaluate(taken, wanted, top)
        if not evaluator.depth and evaluator.dialect.strict_types:
            _either(
                evaluator,
                node,
                *([value, _typed(evaluator, other, top)] if condition else [_typed(evaluator, other, top), value]),
            )
        return value
    if not castable(type_of(condition), Type("primitive", "logical")) or isinstance(condition, Tensor):
        evaluator.find("condition-type", node.condition, found=type_of(condition))
        return NOTHING_KNOWN
    then, otherwise = (evaluator.evaluate(part, wanted, top) for part in (node.then, node.otherwise))
    return _either(evaluator, node, then, otherwise)


def _typed(evaluator: Evaluation, node: n.Node, top: bool) -> Value:
    """An expression that is not evaluated, known by type: of its mistakes only those of types count."""
    outer = evaluator.findings, evaluator.callees, evaluator.named_tensors, evaluator.types_only
    evaluator.findings, evaluator.callees, evaluator.named_tensors, evaluator.types_only = [], Callees(), [], True
    try:
        value = evaluator.evaluate(node, top=top)
    except (TooMuch, RecursionError):
        value = NOTHING_KNOWN
    found = [finding for finding in evaluator.findings if finding.rule not in _OF_VALUES]
    evaluator.findings, evaluator.callees, evaluator.named_tensors, evaluator.types_only = outer
    evaluator.findings.extend(found)
    return value


def _either(evaluator: Evaluation, node: n.IfElse, then: Value, otherwise: Value) -> Value:
    """What is known of a value that is one of two."""
    a, b = type_of(then), type_of(otherwise)
    common = b if castable(a, b) else a if castable(b, a) else None
    if common is None:
        if evaluator.dialect.strict_types:
            evaluator.find("branch-types", node, first=a, other=b)
        return NOTHING_KNOWN
    if isinstance(then, Tensor) and then is otherwise:
        return then
    return evaluator.unknown(common)
