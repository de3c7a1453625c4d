"""An argument without a name behind one that has a name."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Edit, Fix
from ._edits import insert, invocation_around

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"positional arguments of '{finding.details['operation']}' stand before all named ones: move it or name it"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    node = invocation_around(diagnostic.segment, diagnostic.start)
    operation = context.analysis.operations.get(diagnostic.details["operation"])
    if node is None or operation is None:
        return []
    given = {argument.name.name for argument in node.arguments if argument.name is not None}
    positional = [argument for argument in node.arguments if argument.name is None]
    if len(positional) > len(operation.parameters) or positional[0].start == diagnostic.start:
        return []
    before = next(index for index, argument in enumerate(positional) if argument.start == diagnostic.start)
    parameter = operation.parameters[before]
    if parameter.name in given:
        return []
    if not parameter.is_tensor:
        return [insert(diagnostic.segment, diagnostic.start, f"Name it '{parameter.name}'", f"{parameter.name} = ")]
    first = next(argument for argument in node.arguments if argument.name is not None)
    text, moved = diagnostic.segment.text, positional[before]
    behind = node.arguments[node.arguments.index(moved) - 1].end
    edits = (
        Edit(diagnostic.segment, first.start, first.start, f"{text[moved.start : moved.end]}, "),
        Edit(diagnostic.segment, behind, moved.end, ""),
    )
    return [Fix("Move it before the named arguments", edits, True)]
