"""shape_of, which version 1.0.1 deprecated."""

from __future__ import annotations

from ..model.findings import Finding
from ..model.values.tensor import Tensor
from ..syntax import nodes as n
from . import Context, Diagnostic, Fix
from ._edits import replace

SEVERITY = "error"
TAGS = ("deprecated",)


def message(finding: Finding) -> str:
    return "'shape_of' is deprecated and Khronos' tools refuse it: pass the shape as an attribute instead"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    """In the graph a tensor's shape is known and can be written down."""
    analysis, segment = context.analysis, diagnostic.segment
    value_at = getattr(analysis, "value_at", None)
    tree = segment.tree()
    if value_at is None or tree is None or segment not in getattr(analysis, "outcomes", {}):
        return []
    for node in tree.walk():
        if isinstance(node, n.Builtin) and node.start == diagnostic.start and isinstance(node.argument, n.Identifier):
            fact = value_at(node.argument.name, segment)
            if isinstance(fact, Tensor) and fact.shape is not None and all(isinstance(e, int) for e in fact.shape):
                text = str(list(fact.shape))
                return [replace(diagnostic, f"Write {text}", text)]
    return []
