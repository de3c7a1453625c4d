"""A window that is larger than what it slides over."""

from __future__ import annotations

from ._shapes import shape_message

SEVERITY = "error"


message = shape_message
