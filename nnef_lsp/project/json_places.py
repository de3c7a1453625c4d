"""Where the value of a key like `$.a.b[0]` stands in a JSON text, which the standard library does not tell.

Not here: the value (`model_files.py`).
"""

from __future__ import annotations

import json
import re

STEP = re.compile(r"\.([A-Za-z0-9_+=-]+)|\[(\d+)\]")
KEY = re.compile(rf"\$({STEP.pattern})*")
_TOKEN = re.compile(r'[ \t\r\n]*("(?:[^"\\]|\\.)*"|[-+.0-9A-Za-z_]+|[{}\[\]:,])', re.DOTALL)
_OPEN, _CLOSE = "{[", "}]"


def steps_of(key: str) -> list[str | int] | None:
    """The names and indices of a key, None if it is none."""
    if not KEY.fullmatch(key):
        return None
    return [match[1] if match[1] else int(match[2][:18]) for match in STEP.finditer(key)]


def place_of(text: str, key: str) -> tuple[int, int] | None:
    """The span in a text of the name that a key ends with (of the value, if it ends with an index); None if the text
    has no such value.  Of a name that is given twice the last counts, as for every reader."""
    steps = steps_of(key)
    if steps is None:
        return None
    start, span = 0, (0, 0)
    for step in steps:
        found = None
        for name, name_span, value in _members(text, start):
            if name == step and type(name) is type(step):
                found = (name_span, value)
        if found is None:
            return None
        span, start = found
    return span


def _members(text: str, start: int) -> list[tuple[str | int, tuple[int, int], int]]:
    """Names or indices of the object or array that begins at `start`, with the spans of names and the starts of values."""
    found: list[tuple[str | int, tuple[int, int], int]] = []
    match = _TOKEN.match(text, start)
    if match is None or match[1] not in _OPEN:
        return []
    is_object, depth, index, waiting = match[1] == "{", 0, 0, True
    pending: tuple[str, tuple[int, int]] | None = None
    at = match.end()
    while (match := _TOKEN.match(text, at)) is not None:
        token, at = match[1], match.end()
        if depth == 0 and token in _CLOSE:
            break
        if depth == 0 and token == ",":
            index, pending, waiting = index + 1, None, True
        elif depth == 0 and is_object and pending is None:
            pending = (_plain(token), match.span(1))
        elif depth == 0 and waiting and token != ":":
            name, span = pending if pending is not None else (index, match.span(1))
            found.append((name, span, match.start(1)))
            waiting = False
        depth += (token in _OPEN) - (token in _CLOSE)
    return found


def _plain(token: str) -> str:
    try:
        return str(json.loads(token))
    except ValueError:
        return token


def keys_of(document: object, most: int = 200) -> list[str]:
    """The keys of all values that a graph may use: no objects and no null."""
    found: list[str] = []
    pending: list[tuple[str, object]] = [("$", document)]
    while pending and len(found) < most:
        key, value = pending.pop(0)
        inside: list[tuple[str, object]] = []
        if isinstance(value, dict):
            inside = [(f"{key}.{name}", item) for name, item in value.items() if KEY.fullmatch(f"$.{name}")]
        elif value is not None:
            found.append(key)
            if isinstance(value, list):
                inside = [(f"{key}[{at}]", item) for at, item in enumerate(value[:most]) if isinstance(item, dict)]
        pending[:0] = inside
    return found
