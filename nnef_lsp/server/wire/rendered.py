"""Answers that are JSON already, so that what has not changed since the last one is not written again.

They stay in pieces until they are sent: joining two megabytes takes longer than all that is new in them.

Not here: what is kept (`ide/text/blocks.py`), sending (`protocol.py`).
"""

from __future__ import annotations


class Rendered(list[bytes]):
    """The result of a request as JSON in ASCII, in pieces that follow each other."""

    __slots__ = ()
