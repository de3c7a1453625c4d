"""A name that is read before anything defines it."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix, input_without_external
from ._edits import rename
from ._words import suggestion

SEVERITY = "error"


def message(finding: Finding) -> str:
    name = finding.details["name"]
    if finding.details.get("later"):
        return f"'{name}' is defined only below: statements run in order, so it has no value here"
    if finding.details.get("input"):
        return input_without_external.message(finding)
    return f"'{name}' is not defined" + suggestion(name, finding.details.get("names"))


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    if diagnostic.details.get("input"):
        return input_without_external.fixes(context, diagnostic)
    return rename(diagnostic)
