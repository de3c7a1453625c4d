"""A form of the language whose extension is not declared."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import declare_extension

SEVERITY = "error"


def message(finding: Finding) -> str:
    name = finding.details["name"]
    what = "fragments need" if "fragment" in name else "this is not a plain invocation; expressions need"
    return f"{what} the line 'extension {name};' below the version"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    return declare_extension(context, f"extension {diagnostic.details['name']};", safe=True)
