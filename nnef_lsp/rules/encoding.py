"""Bytes that are not UTF-8 text."""

from __future__ import annotations

from ..model.findings import Finding
from ._words import plural

SEVERITY = "warning"


def message(finding: Finding) -> str:
    count = finding.details["count"]
    more = f" (the first of {plural(count, 'place')})" if count > 1 else ""
    return f"this is not UTF-8 text: what stands here is unreadable{more}, and tract refuses the file; save it as UTF-8"
