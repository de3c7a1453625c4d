"""A bias of rank 1 where the specification has rank 2."""

from __future__ import annotations

from ..model.findings import Finding
from ..syntax import nodes as n
from . import Context, Diagnostic, Fix
from ._diagnostic import Edit
from ._edits import marked

SEVERITY = "warning"


def message(finding: Finding) -> str:
    channels = finding.details["channels"]
    return (
        f"the bias of '{finding.details['operation']}' has the shape [{channels}]: in the specification its channels are the "
        f"second dimension, so [1, {channels}]"
    )


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    """Declare the variable with a dimension more; its data file has to follow."""
    name = marked(diagnostic).rpartition("=")[2].strip()
    for segment in getattr(context.analysis, "definers", {}).get(name, ())[-1:]:
        tree = segment.tree()
        value = tree.value if isinstance(tree, n.Assignment) else None
        if isinstance(value, n.Invocation) and value.callee.name in ("variable", "external", "constant"):
            shape = f"[1, {diagnostic.details['channels']}]"
            edits = tuple(
                Edit(segment, argument.value.start, argument.value.end, shape)
                for argument in value.arguments
                if argument.name is not None and argument.name.name == "shape"
            )
            return [Fix(f"Declare '{name}' with the shape {shape}", edits)]
    return []
