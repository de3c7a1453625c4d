"""A registry is enabled and none of its operations is used."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Edit, Fix

SEVERITY = "hint"
TAGS = ("unnecessary",)


def message(finding: Finding) -> str:
    name = finding.details["name"]
    return f"no operation of '{name}' is used; without this line other readers of NNEF could take the document as well"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    text = diagnostic.segment.text
    return [Fix("Remove the line", (Edit(diagnostic.segment, diagnostic.start, len(text), ""),))]
