"""A string with backslashes, which the readers understand differently."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "warning"


def message(finding: Finding) -> str:
    value = finding.details["text"] or ""
    read = f"tract drops the backslashes and reads {value!r}" if len(value) <= 60 else "tract drops the backslashes"
    return f"readers disagree about backslashes: Khronos' keep them, {read}; write the string without"
