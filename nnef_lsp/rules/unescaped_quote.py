"""A quote within a string in the other kind of quotes, which tract cannot read."""

from __future__ import annotations

import re

from ..model.findings import READER, Finding
from . import Context, Diagnostic, Fix
from ._edits import marked, replace

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"{READER} cannot read a quote within a string, of either kind, without a backslash before it"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    text = marked(diagnostic)
    return [
        replace(
            diagnostic,
            "Write backslashes before the quotes",
            text[0] + re.sub("(['\"])", r"\\\1", text[1:-1]) + text[-1],
            safe=True,
        )
    ]
