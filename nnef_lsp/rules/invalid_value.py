"""An attribute outside of what the operation allows."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import marked, replace
from ._shapes import shape_message
from ._words import similar, suggestion

SEVERITY = "error"
MOST = 8
"""Choices that are offered as fixes."""


def message(finding: Finding) -> str:
    text, choices = finding.details.get("text"), finding.details.get("choices") or ()
    return shape_message(finding) + (suggestion(text, choices) if text is not None else "")


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    choices, text = diagnostic.details.get("choices") or (), marked(diagnostic)
    name, equals, value = text.rpartition("=")
    word = value.strip()
    if len(word) < 2 or word[0] not in "'\"":
        return []
    close = similar(word[1:-1], choices)
    ordered = sorted(choices, key=lambda choice: choice != close)
    start = f"{name.rstrip()} = " if equals else ""
    return [
        replace(diagnostic, f"Change to '{choice}'", f"{start}'{choice}'", choice == close) for choice in ordered[:MOST]
    ]
