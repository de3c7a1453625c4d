"""Extents that do not fit together."""

from __future__ import annotations

from ._shapes import shape_message

SEVERITY = "error"


message = shape_message
