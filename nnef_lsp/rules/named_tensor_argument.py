"""A tensor passed by the name of its parameter, which was deprecated by version 1.0.1."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "warning"
TAGS = ("deprecated",)


def message(finding: Finding) -> str:
    return f"passing tensor '{finding.details['name']}' by name is deprecated: pass it by position"
