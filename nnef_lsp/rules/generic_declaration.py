"""A fragment that is generic in name only, or in all but the name."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    if details["declared"]:
        return f"'{details['name']}' is declared generic with <?>, but no parameter or result has a type with '?'"
    return f"'{details['name']}' uses '?' as a type and must be declared generic: write '{details['name']}<?>'"
