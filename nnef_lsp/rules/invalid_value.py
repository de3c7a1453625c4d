"""An attribute outside of what the operation allows."""

from __future__ import annotations

from ._shapes import shape_message

SEVERITY = "error"


message = shape_message
