"""A number with a capital exponent."""

from __future__ import annotations

from ..model.findings import READER, Finding
from . import Context, Diagnostic, Fix
from ._edits import marked, replace

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"{READER} cannot read '{finding.details['text']}': write the exponent with a small e"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    return [replace(diagnostic, "Write a small e", marked(diagnostic).replace("E", "e"), safe=True)]
