"""A rank, or the length of a list, that does not fit."""

from __future__ import annotations

from ._shapes import shape_message

SEVERITY = "error"


message = shape_message
