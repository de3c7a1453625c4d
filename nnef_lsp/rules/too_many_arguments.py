"""More positional arguments than the operation has parameters."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import remove_argument
from ._words import plural

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    return (
        f"'{details['operation']}' has {plural(details['count'], 'parameter')}, this is argument {details['count'] + 1}"
    )


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    return remove_argument(diagnostic, "Remove the argument", preferred=False)
