"""The rules of a project's own operations, for the documents of a session.

Python is run only where the client has said that the user trusts the workspace: an editor that knows nothing of trust has
asked nobody, and opening a file must not run what lies beside it.

Not here: which rules there are (`project/custom_operations.py`), their process (`runtime/process/shape_rules.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..model.operations.custom import CustomShapes
    from ..runtime.process.shape_rules import ShapeRules

PATIENCE = 0.1
"""Seconds that an analysis waits for a rule; answers that take longer make another analysis."""
WHEN = 'in a workspace that you trust (outside of VS Code: initialization option "trusted": true)'


class CustomOperations:
    """`vouched`: whether the client said that the workspace is trusted.  `told` is called, in another thread, when rules
    have answered that an analysis did not wait for."""

    def __init__(self) -> None:
        self.vouched = False
        self.told: Callable[[], None] | None = None
        self._rules: dict[tuple[str, ...], ShapeRules] = {}

    def shapes_for(self, path: str) -> CustomShapes:
        """The rules for a document."""
        from ..project.custom_operations import custom_shapes_for

        return custom_shapes_for(path, self._started if self.vouched else None, WHEN)

    def files_for(self, path: str) -> tuple[tuple[str, ...], str]:
        """The files with kernels for a document, or why they are not run."""
        from ..project.custom_operations import operations_for, withheld

        files = operations_for(path)
        return (files, "") if self.vouched else ((), withheld(files, WHEN))

    def _started(self, files: Sequence[str]) -> ShapeRules:
        from ..runtime.process.shape_rules import ShapeRules

        key = tuple(files)
        known = self._rules.get(key)
        if known is None or known.is_stale():
            if known is not None:
                known.close()
            known = self._rules[key] = ShapeRules(key, PATIENCE, self.told)
        return known

    def forget(self) -> None:
        """End all rules: the workspace is not trusted any more, or the session is over."""
        for rules in self._rules.values():
            rules.close()
        self._rules.clear()
