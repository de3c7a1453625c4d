"""An invocation of something that is neither a standard operation nor a fragment."""

from __future__ import annotations

from ..model.findings import READER, Finding
from . import Context, Diagnostic, Fix
from ._edits import rename
from ._words import suggestion

SEVERITY = "error"


def message(finding: Finding) -> str:
    name = finding.details["name"]
    if finding.details.get("later"):
        return f"fragment '{name}' is declared only below: a fragment may invoke only those above it"
    if finding.details.get("bodiless"):
        return f"fragment '{name}' has no body, so {READER} does not look at it, and it knows no operation of that name"
    return f"there is no operation or fragment '{name}'" + suggestion(name, finding.details.get("names"))


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    return [] if diagnostic.details.get("later") else rename(diagnostic)
