"""More or fewer names on the left than values on the right."""

from __future__ import annotations

from ..model.findings import Finding
from ._words import plural

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    return f"the right side has {plural(details['value_count'], 'value')}, the left side {plural(details['name_count'], 'name')}"
