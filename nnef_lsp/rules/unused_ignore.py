"""A comment that silences nothing."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import rename
from ._words import suggestion

SEVERITY = "hint"
TAGS = ("unnecessary",)


def message(finding: Finding) -> str:
    details = finding.details
    if not details["known"]:
        return f"there is no rule '{details['name']}'" + suggestion(details["name"], details["names"])
    what = f"'{details['name']}' is not reported" if details["name"] else "nothing is reported"
    return f"{what} here, so there is nothing to ignore"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    return [] if diagnostic.details["known"] else rename(diagnostic)
