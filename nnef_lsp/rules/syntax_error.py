"""Text that is not NNEF; the words come from the parser."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    return str(finding.details["problem"].message)
