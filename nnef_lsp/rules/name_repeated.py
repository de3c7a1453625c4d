"""The same statement again, in a dialect that allows it."""

from __future__ import annotations

from itertools import chain

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import remove_statement

SEVERITY = "information"
TAGS = ("unnecessary",)
ONCE = True


def message(finding: Finding) -> str:
    return f"'{finding.details['name']}' is assigned the same value again"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    found = [remove_statement(diagnostic.segment, "Remove the repetition", preferred=True)]
    others = diagnostic.others
    if others:
        every = [remove_statement(other.segment, "").edits for other in others]
        found.append(Fix(f"Remove all {len(others) + 1} repetitions", tuple(chain(found[0].edits, *every))))
    return found
