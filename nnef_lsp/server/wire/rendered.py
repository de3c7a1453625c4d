"""Answers that are JSON already, so that what has not changed since the last one is not written again.

Not here: what is kept (`ide/text/blocks.py`), sending (`protocol.py`).
"""

from __future__ import annotations


class Rendered(str):
    """The result of a request as JSON."""

    __slots__ = ()
