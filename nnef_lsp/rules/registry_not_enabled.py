"""An operation of a registry that the document does not enable."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import declare_extension

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    return f"'{details['name']}' needs the line 'extension {details['extension']} {details['registry']};' below the version"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    details = diagnostic.details
    return declare_extension(context, f"extension {details['extension']} {details['registry']};", safe=True)
