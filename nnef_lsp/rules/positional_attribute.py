"""An attribute passed without its name."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import insert, invocation_around, remove_argument

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    return f"attribute '{details['name']}' of '{details['operation']}' must be named: write {details['name']} = ..."


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    name = diagnostic.details["name"]
    node = invocation_around(diagnostic.segment, diagnostic.start)
    if node is not None and any(
        argument.name is not None and argument.name.name == name for argument in node.arguments
    ):
        return remove_argument(diagnostic, "Remove this argument", preferred=False)  # it has one by its name
    return [insert(diagnostic.segment, diagnostic.start, f"Name it '{name}'", f"{name} = ", safe=True)]
