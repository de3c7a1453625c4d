"""An attribute outside of what the operation allows."""

from __future__ import annotations

from . import Context, Diagnostic, Fix
from ._edits import marked, replace
from ._shapes import shape_message
from ._words import similar

SEVERITY = "error"


message = shape_message


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    choices, text = diagnostic.details.get("choices") or (), marked(diagnostic)
    name, equals, value = text.rpartition("=")
    word = value.strip()
    if len(word) < 2 or word[0] not in "'\"":
        return []
    close = similar(word[1:-1], choices)
    ordered = sorted(choices, key=lambda choice: choice != close)
    start = f"{name.rstrip()} = " if equals else ""
    return [replace(diagnostic, f"Change to '{choice}'", f"{start}'{choice}'", choice == close) for choice in ordered]
