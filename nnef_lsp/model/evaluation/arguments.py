"""Arguments to parameters: which argument of an invocation belongs to which parameter, and whether it fits.

Not here: what the operation makes of them.
"""

from __future__ import annotations

from typing import NamedTuple

from ...syntax import nodes as n
from ..extents.dims import Dim
from ..operations.declarations import MISSING, Operation, Parameter
from ..values.constants import whole
from ..values.tensor import Opaque, Tensor
from ..values.types import Type, castable, generic_candidates, substitute
from ..values.values import Value, type_of
from .evaluation import Evaluation

_MISPLACED = ("unknown-argument", "positional-after-named", "positional-attribute", "duplicate-argument")
"""Findings of an argument that is probably meant for a parameter that lacks one."""


class Binding(NamedTuple):
    """Values by name of parameter, defaults included, and the arguments that gave them."""

    values: dict[str, Value]
    places: dict[str, n.Argument]


def assign_arguments(node: n.Invocation, operation: Operation) -> dict[str, n.Argument]:
    """Which argument belongs to which parameter, as far as it can be told; used where errors do not matter."""
    found: dict[str, n.Argument] = {}
    for index, argument in enumerate(node.arguments):
        if argument.name is None:
            if index < len(operation.parameters):
                found.setdefault(operation.parameters[index].name, argument)
        elif argument.name.name in operation.by_name:
            found.setdefault(argument.name.name, argument)
    return found


def bind(evaluator: Evaluation, node: n.Invocation, operation: Operation) -> Binding:
    """Bind and evaluate the arguments; whatever is wrong becomes a finding of the evaluator."""
    places: dict[str, n.Argument] = {}
    values: dict[str, Value] = {}
    strict = evaluator.dialect.strict_types
    named_before = False
    implicit, around = evaluator.dialect.implicit_symbols, evaluator.symbolic
    unclear: set[str] = set()
    """Parameters whose argument is wrong by itself."""
    begin = len(evaluator.findings)
    for index, argument in enumerate(node.arguments):
        if implicit:
            named = f"{operation.name}.{_parameter_name(argument, index, operation)}"
            evaluator.symbolic = around or named in implicit
        unread = not strict and argument.name is not None and argument.name.name not in operation.by_name
        before = len(evaluator.findings)
        value = None if unread else evaluator.evaluate(argument.value)
        understood = len(evaluator.findings) == before
        evaluator.symbolic = around
        if argument.name is None:
            parameter = _positional(evaluator, argument, index, operation, named_before, understood)
        else:
            named_before = True
            parameter = _named(evaluator, argument, operation)
        if parameter is None:
            continue
        if parameter.name in places:
            if strict:
                evaluator.find("duplicate-argument", argument, name=parameter.name, operation=operation.name)
            else:
                _ignored(evaluator, argument, operation, "duplicate", parameter.name)
            continue
        places[parameter.name] = argument
        values[parameter.name] = value
        if not understood:
            unclear.add(parameter.name)
    misplaced = any(finding.rule in _MISPLACED for finding in evaluator.findings[begin:])
    for parameter in operation.parameters:
        if parameter.name in values:
            continue
        if parameter.default is not MISSING:
            values[parameter.name] = parameter.default
        elif not named_before or parameter.name not in places:
            given = misplaced
            if evaluator.findings and evaluator.findings[-1].rule == "ignored-argument":
                given = _misnamed(evaluator)
            if not given:
                find_missing(evaluator, node, operation, parameter)
            values[parameter.name] = Opaque(None)
    if strict:
        _check_types(evaluator, operation, node, values, {name: places[name] for name in places if name not in unclear})
    elif evaluator.dialect.datum_types and not operation.is_fragment:
        for parameter in operation.parameters:
            name = f"{operation.name}.{parameter.name}"
            if name in evaluator.dialect.list_parameters and parameter.name in places:
                _check_list(evaluator, operation, parameter, values[parameter.name], places[parameter.name])
            if name in evaluator.dialect.typed_parameters and isinstance(values[parameter.name], (int, Dim)):
                continue
            value = evaluator.coerce(parameter, values[parameter.name])
            cast = name in evaluator.dialect.cast_parameters
            values[parameter.name] = whole(value) if cast else value
    return Binding(values, places)


def _check_list(
    evaluator: Evaluation, operation: Operation, parameter: Parameter, value: Value, place: n.Argument
) -> None:
    """An attribute that must be a list of numbers, neither a number nor a list of lists."""
    found = evaluator.wire(value)
    if isinstance(found, Tensor) and found.shape is not None and len(found.shape) != 1:
        reason = f"'{parameter.name}' must be a list of numbers, found a tensor of rank {len(found.shape)}"
        evaluator.find("invalid-value", place, operation=operation.name, reason=reason)


def find_missing(
    evaluator: Evaluation, node: n.Invocation, operation: Operation, parameter: Parameter, named: bool = False
) -> None:
    """Note that a parameter has no argument, and where one can be inserted."""
    evaluator.find(
        "missing-argument",
        node.callee,
        name=parameter.name,
        operation=operation.name,
        type=parameter.type,
        insert_at=node.closing,
        has_arguments=bool(node.arguments),
        named=named,
    )


def _parameter_name(argument: n.Argument, index: int, operation: Operation) -> str:
    if argument.name is not None:
        return argument.name.name
    return operation.parameters[index].name if index < len(operation.parameters) else ""


def _ignored(evaluator: Evaluation, argument: n.Argument, operation: Operation, reason: str, name: str = "") -> None:
    """An argument that the reader of a dialect overlooks without a word."""
    names = [parameter.name for parameter in operation.parameters]
    place = argument.name if argument.name is not None and reason == "unknown" else argument
    evaluator.find(
        "ignored-argument",
        place,
        name=name,
        operation=operation.name,
        reason=reason,
        names=names,
        argument=(argument.start, argument.end),
    )


def _positional(
    evaluator: Evaluation, argument: n.Argument, index: int, operation: Operation, named_before: bool, understood: bool
) -> Parameter | None:
    """The parameter of a positional argument; one that is not `understood` is wrong already."""
    strict = evaluator.dialect.strict_types
    if named_before:
        if strict:
            if evaluator.findings[-1:] == [] or evaluator.findings[-1].rule != "positional-after-named":
                evaluator.find("positional-after-named", argument, operation=operation.name)
        else:
            _ignored(evaluator, argument, operation, "position")
        return None
    if index >= len(operation.parameters):
        count = len(operation.parameters)
        if not strict:
            _ignored(evaluator, argument, operation, "surplus")
        elif index == count:
            evaluator.find("too-many-arguments", argument, operation=operation.name, count=count)
        return None
    parameter = operation.parameters[index]
    if not parameter.is_tensor and parameter.type.kind != "any" and evaluator.dialect.strict_types and understood:
        evaluator.find("positional-attribute", argument, name=parameter.name, operation=operation.name)
        return None
    return parameter


def _named(evaluator: Evaluation, argument: n.Argument, operation: Operation) -> Parameter | None:
    assert argument.name is not None
    parameter = operation.by_name.get(argument.name.name)
    if parameter is None:
        if not evaluator.dialect.strict_types:
            _ignored(evaluator, argument, operation, "unknown", argument.name.name)
            return None
        names = [parameter.name for parameter in operation.parameters]
        evaluator.find(
            "unknown-argument", argument.name, name=argument.name.name, operation=operation.name, names=names
        )
        return None
    if parameter.is_tensor and evaluator.dialect.strict_types:
        evaluator.named_tensors.append((argument, operation))
    return parameter


def _check_types(
    evaluator: Evaluation,
    operation: Operation,
    node: n.Invocation,
    values: dict[str, Value],
    places: dict[str, n.Argument],
) -> None:
    explicit = node.generic.name if node.generic is not None and node.generic.name != "?" else None
    if explicit is None and operation.generic_default is not None and node.generic is None:
        explicit = operation.generic_default
    for parameter in operation.parameters:
        place = places.get(parameter.name)
        if place is None:
            continue
        wanted = substitute(parameter.type, explicit)
        value = values[parameter.name]
        found = type_of(value)
        if castable(found, wanted) and not _tensor_for_attribute(value, wanted):
            continue
        evaluator.find("wrong-type", place, name=parameter.name, operation=operation.name, wanted=wanted, found=found)


def _tensor_for_attribute(value: Value, wanted: Type) -> bool:
    return (
        isinstance(value, Tensor)
        and wanted.kind == "primitive"
        and value.shape is not None
        and not isinstance(value, Dim)
    )


def resolve_generic(operation: Operation, types: dict[str, Type]) -> tuple[str | None, list[str] | None]:
    """What `?` stands for, from the types of the arguments; the candidates if that is not exactly one."""
    if not operation.generic:
        return None, None
    if operation.generic_default is not None:
        return operation.generic_default, None
    candidates: set[str] = set()
    uncertain = False
    for parameter in operation.parameters:
        found = types.get(parameter.name)
        if found is None:
            continue
        new = generic_candidates(found, parameter.type)
        candidates |= new
        uncertain |= parameter.type.is_generic and not new
    if len(candidates) == 1:
        return candidates.pop(), None
    if not candidates:
        return "?", None if uncertain else []
    return "?", sorted(candidates)


def _misnamed(evaluator: Evaluation) -> bool:
    """An argument that nobody reads, while another is missing, is that other one under a wrong name: an error."""
    last = evaluator.findings[-1]
    if last.details["reason"] not in ("unknown", "position"):
        return False
    last.rule = "unknown-argument" if last.details["reason"] == "unknown" else "positional-after-named"
    return True
