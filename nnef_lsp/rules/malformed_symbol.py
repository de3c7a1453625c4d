"""A symbol declaration that does not declare one name."""

from __future__ import annotations

import re

from ..model.findings import Finding
from ..model.operations.dialects import STANDARD
from . import Context, Diagnostic, Edit, Fix

SEVERITY = "warning"


def message(finding: Finding) -> str:
    text = finding.details["text"]
    if not text:
        return "the name of the symbol is missing"
    return f"this declares one symbol with the name '{text}', which no expression can mention: declare each symbol by itself"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    names = re.findall(r"[A-Za-z_]\w*", diagnostic.details["text"] or "")
    if len(names) < 2:
        return []
    dialect = getattr(context.analysis, "dialect", STANDARD)
    text = f";\nextension {dialect.symbol_extension} ".join(names)
    return [
        Fix("Declare each symbol by itself", (Edit(diagnostic.segment, diagnostic.start, diagnostic.end, text),), True)
    ]
