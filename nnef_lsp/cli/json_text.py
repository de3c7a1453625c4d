"""JSON that every reader accepts: numbers that are none (NaN, infinities) become null.

Not here: what is written.
"""

from __future__ import annotations

import json
import math


def json_text(value: object, indent: int | None = 1) -> str:
    """The text of plain data."""
    return json.dumps(_finite(value), indent=indent, allow_nan=False)


def _finite(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, (list, tuple)) else value
