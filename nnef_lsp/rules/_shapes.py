"""The message of findings that a shape rule worded, which knows the numbers involved."""

from __future__ import annotations

from ..model.findings import Finding


def shape_message(finding: Finding) -> str:
    """The shape rule's own words, after the name of the operation if they do not say it."""
    reason, operation = str(finding.details["reason"]), str(finding.details["operation"])
    return reason if f"'{operation}'" in reason else f"'{operation}': {reason}"
