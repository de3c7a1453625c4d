"""Arguments with the names of their parameters, and without.

Not here: mending arguments that are wrong (`rules`).
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.operations.declarations import Operation
from ...syntax import nodes as n
from ...syntax.segments import Segment
from ..text.place import Edit, Place
from .offers import REWRITE, Refactoring, Refused, Selected, invocation_at


def name_arguments(chosen: Selected) -> Refactoring | None:
    """All arguments of the invocation at the cursor with their names."""
    call, statement = invocation_at(chosen), chosen.statements[0]
    operation = chosen.analysis.operations.get(call.callee.name) if call is not None else None
    if call is None or operation is None or all(argument.name is not None for argument in call.arguments):
        return None
    title = f"Write the arguments of '{operation.name}' with their names"
    if chosen.analysis.dialect.strict_types:
        reason = "tensors are passed by position, the specification deprecates their names, and all others have theirs"
        return Refactoring(title, REWRITE, (), reason)
    if len(call.arguments) > len(operation.parameters):
        return None
    edits = tuple(
        Edit(Place(statement, argument.start, argument.start), f"{operation.parameters[number].name} = ")
        for number, argument in enumerate(call.arguments)
        if argument.name is None
    )
    return Refactoring(title, REWRITE, edits)


def unname_arguments(chosen: Selected) -> Refactoring | None:
    """As many arguments of the invocation at the cursor as can be without their names: the first of the parameters."""
    call, statement = invocation_at(chosen), chosen.statements[0]
    operation = chosen.analysis.operations.get(call.callee.name) if call is not None else None
    if call is None or operation is None:
        return None
    first = _positional(call, operation, chosen.analysis.dialect.strict_types)
    if all(argument.name is None for argument in first):
        return None
    title = f"Write the arguments of '{operation.name}' without their names"
    try:
        return Refactoring(title, REWRITE, tuple(_unnamed(statement, call, first)))
    except Refused as reason:
        return Refactoring(title, REWRITE, (), str(reason))


def _positional(call: n.Invocation, operation: Operation, only_tensors: bool) -> list[n.Argument]:
    """The arguments of the first parameters up to one that is left out, or must be named."""
    bare = [argument for argument in call.arguments if argument.name is None]
    named = {argument.name.name: argument for argument in call.arguments if argument.name is not None}
    found = list(bare)
    for parameter in operation.parameters[len(bare) :]:
        argument = named.get(parameter.name)
        if argument is None or (only_tensors and not parameter.is_tensor):
            break
        found.append(argument)
    return found


def _unnamed(statement: Segment, call: n.Invocation, first: list[n.Argument]) -> Iterator[Edit]:
    if list(call.arguments[: len(first)]) == first:
        for argument in first:
            if argument.name is not None:
                yield Edit(Place(statement, argument.start, argument.value.start), "")
        return
    if "#" in statement.text[call.opening : call.closing]:
        raise Refused("there is a comment within the arguments, which would change their order")
    rest = [argument for argument in call.arguments if not any(argument is other for other in first)]
    texts = [statement.text[item.value.start : item.value.end] for item in first]
    texts += [statement.text[item.start : item.end] for item in rest]
    yield Edit(Place(statement, call.opening + 1, call.closing), ", ".join(texts))
