"""Why a model cannot be changed."""

from __future__ import annotations


class ChangeError(Exception):
    """A change that cannot be made; the text is one sentence without its full stop."""
