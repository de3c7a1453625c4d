"""A fragment whose results are not tensors."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    if details["mixed"]:
        return f"the results of '{details['name']}' mix tensors and attributes: all must be tensors"
    return f"result '{details['name']}' is an attribute: the results of a fragment must be tensors"
