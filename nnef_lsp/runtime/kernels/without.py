"""Operations without a kernel, each with the reason.  A test fails for one that has neither a kernel nor a line here.

Not here: operations that the flat graph knows under another name or not at all (`NEVER_RUN`).
"""

from __future__ import annotations

WITHOUT: dict[str, str] = {
    "tract_core_submodel": "the other model cannot be read, has errors, or takes other inputs",
}
"""Name -> why it cannot be computed here; the error of a run says it."""

NEVER_RUN = {
    "external": "an input",
    "tract_core_external": "an input, called external in the flat graph",
    "variable": "read from its file",
    "tract_resource_get": "read when the graph is read: a value, no tensor",
}
"""Operations that are gone, or another thing than a step, before a run."""
