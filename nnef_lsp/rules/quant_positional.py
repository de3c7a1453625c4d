"""An argument without a name in graph.quant."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import insert, invocation_around

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"arguments of '{finding.details['operation']}' must be named here, write NAME = VALUE"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    node = invocation_around(diagnostic.segment, diagnostic.start)
    operation = context.analysis.operations.get(diagnostic.details["operation"])
    if node is None or operation is None:
        return []
    given = {argument.name.name for argument in node.arguments if argument.name is not None}
    free = [parameter.name for parameter in operation.parameters[1:] if parameter.name not in given]
    return [insert(diagnostic.segment, diagnostic.start, f"Name it '{free[0]}'", f"{free[0]} = ")] if free else []
