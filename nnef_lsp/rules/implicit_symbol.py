"""A name in a shape that tract makes a symbol of."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import declare_extension, rename
from ._words import suggestion

SEVERITY = "warning"


def message(finding: Finding) -> str:
    name = finding.details["name"]
    line = f"extension {finding.details['extension']} {name};"
    close = suggestion(name, finding.details.get("names"))
    return f"'{name}' is not declared and becomes a symbol of its own{close or f': declare it with the line {line!r}'}"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    details = diagnostic.details
    return [*rename(diagnostic), *declare_extension(context, f"extension {details['extension']} {details['name']};")]
