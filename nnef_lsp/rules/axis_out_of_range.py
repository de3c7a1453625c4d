"""An axis that the tensor does not have."""

from __future__ import annotations

from ._shapes import shape_message

SEVERITY = "error"


message = shape_message
