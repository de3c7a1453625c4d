"""Text that is a template for tract."""

from __future__ import annotations

from ..model.findings import READER, Finding

SEVERITY = "warning"


def message(finding: Finding) -> str:
    return f"{READER} renders this as a template (minijinja) before it reads the document; what comes out is not checked here"
