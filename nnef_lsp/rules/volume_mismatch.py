"""A reshape that would lose or invent items."""

from __future__ import annotations

from ._shapes import shape_message

SEVERITY = "error"


message = shape_message
