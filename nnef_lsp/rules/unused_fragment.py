"""A fragment that nothing invokes."""

from __future__ import annotations

from ..model.findings import Finding
from ..syntax.structure import beginning, following
from . import Context, Diagnostic, Edit, Fix

SEVERITY = "hint"
TAGS = ("unnecessary",)


def message(finding: Finding) -> str:
    return f"nothing invokes the fragment '{finding.details['name']}'"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    """Take the fragment out with the comment lines directly above it."""
    structure, head = getattr(context.analysis, "structure", None), diagnostic.segment
    body = next((body for body in structure.fragments if body.head is head), None) if structure is not None else None
    if body is None or (body.has_statements and body.close is None):
        return []
    edits = [Edit(head, beginning(head), len(head.text), "")]
    for segment in following(context.analysis.source, head) if body.close is not None else ():
        edits.append(Edit(segment, 0, len(segment.text), ""))
        if segment is body.close:
            break
    return [Fix(f"Remove '{diagnostic.details['name']}'", tuple(edits))]
