"""A result declared as tensor<>."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"result '{finding.details['name']}' is declared as tensor<>: a result needs a data type"
