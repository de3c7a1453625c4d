"""Operations without a kernel, each with the reason.  A test fails for one that has neither a kernel nor a line here.

Not here: operations that the flat graph knows under another name or not at all (`NEVER_RUN`).
"""

from __future__ import annotations

from ...model.operations.dialects import DIALECTS

WITHOUT = {name: reason for dialect in DIALECTS.values() for name, reason in dialect.without_kernel.items()}
"""Name -> why it cannot be computed here; the error of a run says it."""

NEVER_RUN = {
    "external": "an input",
    "variable": "read from its file",
    **{name: what for dialect in DIALECTS.values() for name, what in dialect.never_run.items()},
}
"""Operations that are gone, or another thing than a step, before a run."""
