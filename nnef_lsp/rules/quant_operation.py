"""A quantization by an operation that takes no tensor."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"'{finding.details['name']}' cannot quantize: its first parameter is not a tensor"
