"""Parameters of requests beyond the protocol as plain JSON: pygls hands them over as objects made up on the way."""

from __future__ import annotations

from typing import Any


def plain(params: Any) -> Any:
    """Dictionaries, lists and values, whatever the parameters were wrapped in."""
    if hasattr(params, "_asdict"):
        return {name: plain(value) for name, value in params._asdict().items()}
    if isinstance(params, dict):
        return {name: plain(value) for name, value in params.items()}
    if isinstance(params, (list, tuple)):
        return [plain(item) for item in params]
    return params
