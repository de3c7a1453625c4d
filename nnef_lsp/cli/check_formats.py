"""Diagnostics for programs: JSON, SARIF 2.1.0, and the commands that GitHub's runners turn into annotations.

All places are 1-based, columns count characters.

Not here: which diagnostics there are, how people see them (`check.py`, `drawing.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..json_data import JsonObject
    from .reported import Reported

_GITHUB = {"error": "error", "warning": "warning", "information": "notice", "hint": "notice"}
_SARIF = {"error": "error", "warning": "warning", "information": "note", "hint": "note"}


def as_json(found: list[Reported]) -> str:
    """A list of objects; keys that begin with an underscore are not for programs."""
    return json.dumps([{key: value for key, value in item.items() if key[0] != "_"} for item in found], indent=1)


def as_github(found: list[Reported]) -> str:
    """One workflow command for each diagnostic."""
    lines = []
    for item in found:
        place = {
            "file": item["path"],
            "line": item["line"],
            "endLine": item["endLine"],
            "col": item["column"],
            "endColumn": item["endColumn"],
            "title": item["code"],
        }
        properties = ",".join(f"{key}={_escaped(str(value), ':,')}" for key, value in place.items())
        lines.append(f"::{_GITHUB[item['severity']]} {properties}::{_escaped(item['message'])}")
    return "\n".join(lines)


def _escaped(text: str, also: str = "") -> str:
    for character in "%\r\n" + also:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def as_sarif(found: list[Reported]) -> str:
    """One run of the tool, with the rules that it used."""
    from ..version import __version__

    used = sorted({item["code"] for item in found})
    tool: JsonObject = {"name": "nnef-lsp", "version": __version__, "rules": [_rule(code) for code in used]}
    run: JsonObject = {
        "tool": {"driver": tool},
        "columnKind": "unicodeCodePoints",
        "results": [_result(item, used.index(item["code"])) for item in found],
    }
    schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=1)


def _rule(code: str) -> JsonObject:
    from ..rules import rules

    rule = rules().get(code)
    page = rule.page.read_text(encoding="utf-8") if rule else ""
    summary = next((line for line in page.splitlines() if line and line[0] != "#"), code)
    return {"id": code, "shortDescription": {"text": summary}, "help": {"text": page or code, "markdown": page or code}}


def _result(item: Reported, index: int) -> JsonObject:
    region: JsonObject = {
        "startLine": item["line"],
        "startColumn": item["column"],
        "endLine": item["endLine"],
        "endColumn": item["endColumn"],
    }
    path = PurePath(item["path"])
    uri = path.as_uri() if path.is_absolute() else path.as_posix()
    place: JsonObject = {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
    return {
        "ruleId": item["code"],
        "ruleIndex": index,
        "level": _SARIF[item["severity"]],
        "message": {"text": item["message"]},
        "locations": [place],
    }


FORMATS: dict[str, Callable[[list[Reported]], str]] = {"json": as_json, "sarif": as_sarif, "github": as_github}
