"""An extension line that has no effect in tract."""

from __future__ import annotations

from ..model.findings import READER, Finding
from . import Context, Diagnostic, Edit, Fix
from ._edits import rename
from ._words import suggestion

SEVERITY = "warning"


def message(finding: Finding) -> str:
    name, registry = finding.details["name"], finding.details["registry"]
    if registry:
        line = f"extension {finding.details['extension']} {name};"
        return f"'extension {name};' has no effect: a registry is enabled by the line '{line}'"
    return f"{READER} does not know the extension '{name}' and ignores the line" + suggestion(
        name, finding.details["names"]
    )


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    details = diagnostic.details
    if not details["registry"]:
        return rename(diagnostic)
    edit = Edit(diagnostic.segment, diagnostic.start, diagnostic.start, f"{details['extension']} ")
    return [Fix(f"Enable the registry '{details['name']}'", (edit,), True)]
