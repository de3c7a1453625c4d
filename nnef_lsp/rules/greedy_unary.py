"""A unary operator in front of a longer expression, which readers take apart differently."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import marked, replace

SEVERITY = "warning"


def message(finding: Finding) -> str:
    details = finding.details
    sign, other = details["unary"], details["operator"]
    return f"Khronos' tools and tract read '{sign}a {other} b' as '{sign}(a {other} b)', the specification as '({sign}a) {other} b'"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    text = marked(diagnostic)
    return [replace(diagnostic, f"Write ({text})", f"({text})", safe=True)]
