"""A tensor that nothing reads."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "hint"
TAGS = ("unnecessary",)


def message(finding: Finding) -> str:
    return f"'{finding.details['name']}' is never used"
