"""An assertion about symbols that are in no shape."""

from __future__ import annotations

from ..model.findings import Finding
from ._words import listed, names_in

SEVERITY = "warning"


def message(finding: Finding) -> str:
    names = [f"'{name}'" for name in names_in(finding.details)]
    what = f"{listed(names, 'and')} " + ("is" if len(names) == 1 else "are")
    return f"this says nothing: {what} in no tensor's shape"
