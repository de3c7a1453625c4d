"""shape_of, which version 1.0.1 deprecated."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"
TAGS = ("deprecated",)


def message(finding: Finding) -> str:
    return "'shape_of' is deprecated and Khronos' tools refuse it: pass the shape as an attribute instead"
