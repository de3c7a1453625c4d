"""Progress on standard error while a command works.

Not here: what is told of it.
"""

from __future__ import annotations

import sys

from .drawing import visible


class ProgressLine:
    """Progress on standard error, on a terminal only."""

    def __init__(self) -> None:
        self.active = sys.stderr.isatty()
        self.shown = False

    def show(self, step: int, total: int, text: str) -> None:
        """Put this in place of what is shown; `total` is 0 where steps are not counted."""
        if self.active:
            share = f"{step}/{total} " if total else ""
            print(f"\r\x1b[K{share}{visible(text)}"[:100], end="", file=sys.stderr, flush=True)
            self.shown = True

    def clear(self) -> None:
        """Take it away, before anything else is printed."""
        if self.shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
