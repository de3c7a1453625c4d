"""A project's rule for the shape of an operation gives none: it cannot be used, or it fails."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "warning"
ONCE = True


def message(finding: Finding) -> str:
    operation, inner = finding.details["operation"], finding.details.get("inner")
    if inner is None:
        return f"'{operation}': {finding.details['reason']}"
    from . import rules

    where = f" ({finding.details['place']})" if finding.details.get("place") else ""
    return f"'{operation}': its shape rule{where} fails: {rules()[inner.rule].message(inner)}"
