"""Diagnostics for programs: JSON, SARIF 2.1.0, JUnit, what GitHub's runners turn into annotations, and GitLab's code quality.

All places are 1-based, columns count characters.

Not here: which diagnostics there are, how people see them (`check.py`, `drawing.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from ..json_data import JsonObject
    from .reported import Reported

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ROOT = "SRCROOT"
_GITLAB = {"error": "major", "warning": "minor", "information": "info", "hint": "info"}
_GITHUB = {"error": "error", "warning": "warning", "information": "notice", "hint": "notice"}
_SARIF = {"error": "error", "warning": "warning", "information": "note", "hint": "note"}


def as_json(found: list[Reported], problems: Mapping[str, str]) -> str:
    """A list of objects; keys that begin with an underscore are not for programs."""
    return json.dumps([{key: value for key, value in item.items() if key[0] != "_"} for item in found], indent=1)


def as_github(found: list[Reported], problems: Mapping[str, str]) -> str:
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


def as_sarif(found: list[Reported], problems: Mapping[str, str]) -> str:
    """One run of the tool, with the rules that it used."""
    from ..version import __version__

    used = sorted({item["code"] for item in found})
    tool: JsonObject = {"name": "nnef-lsp", "version": __version__, "rules": [_rule(code) for code in used]}
    run: JsonObject = {
        "tool": {"driver": tool},
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder that the command was started in."}}},
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
    return {
        "id": code,
        "shortDescription": {"text": summary},
        "help": {"text": page or code, "markdown": page or code},
    }


def _result(item: Reported, index: int) -> JsonObject:
    region: JsonObject = {
        "startLine": item["line"],
        "startColumn": item["column"],
        "endLine": item["endLine"],
        "endColumn": item["endColumn"],
    }
    place: JsonObject = {"physicalLocation": {"artifactLocation": _artifact(item["path"]), "region": region}}
    related: list[JsonObject] = [
        {
            "message": {"text": message},
            "physicalLocation": {
                "artifactLocation": _artifact(item["path"]),
                "region": {"startLine": at.line + 1, "startColumn": at.column + 1},
            },
        }
        for message, at in item["_related"]
    ]
    return {
        "ruleId": item["code"],
        "ruleIndex": index,
        "level": _SARIF[item["severity"]],
        "message": {"text": item["message"]},
        "locations": [place],
        **({"relatedLocations": related} if related else {}),
        "partialFingerprints": {"nnefLsp/v1": fingerprint(item)},
    }


def _artifact(path: str) -> JsonObject:
    """A place as a URI, percent-encoded; one below the current folder relative to it."""
    plain = PurePath(path)
    if plain.is_absolute():
        return {"uri": plain.as_uri()}
    return {"uri": quote(plain.as_posix()), "uriBaseId": _ROOT}


def fingerprint(item: Reported) -> str:
    """What stays the same of a diagnostic when lines above it come and go: its file, rule, message and line's text."""
    line = item["_lines"][0][1].strip() if item["_lines"] else ""
    return sha256("\0".join([item["path"], item["code"], item["message"], line]).encode()).hexdigest()[:32]


def as_gitlab(found: list[Reported], problems: Mapping[str, str]) -> str:
    """GitLab's code quality report: a list of issues in the form of Code Climate."""
    told: list[JsonObject] = [
        {
            "description": item["message"],
            "check_name": item["code"],
            "fingerprint": fingerprint(item),
            "severity": _GITLAB[item["severity"]],
            "location": {
                "path": PurePath(item["path"]).as_posix(),
                "lines": {"begin": item["line"], "end": item["endLine"]},
            },
        }
        for item in found
    ]
    return json.dumps(told, indent=1)


def as_junit(found: list[Reported], problems: Mapping[str, str]) -> str:
    """A test case for each model: its errors are a failure, all else is its output; one that cannot be read is an error."""
    from xml.etree import ElementTree

    models: dict[str, list[Reported]] = {path: [] for path in problems}
    for item in found:
        models.setdefault(item["file"], []).append(item)
    wrong = sum(any(item["severity"] == "error" for item in own) for own in models.values())
    unreadable = sum(1 for problem in problems.values() if problem)
    counts = {"tests": str(len(models)), "failures": str(wrong), "errors": str(unreadable)}
    root = ElementTree.Element("testsuites", {"name": "nnef-lsp", **counts})
    suite = ElementTree.SubElement(root, "testsuite", {"name": "nnef-lsp check", **counts})
    for path, own in models.items():
        case = ElementTree.SubElement(suite, "testcase", name=_xml(path), classname="nnef-lsp.check")
        if problems.get(path):
            ElementTree.SubElement(case, "error", message=_xml(problems[path]), type="unreadable")
        lines = [
            f"{item['path']}:{item['line']}:{item['column']}: {item['severity']}[{item['code']}]: {item['message']}"
            for item in own
        ]
        errors = [line for item, line in zip(own, lines) if item["severity"] == "error"]
        others = [line for item, line in zip(own, lines) if item["severity"] != "error"]
        if errors:
            failure = ElementTree.SubElement(case, "failure", message=_xml(errors[0]), type="error")
            failure.text = _xml("\n".join(errors))
        if others:
            ElementTree.SubElement(case, "system-out").text = _xml("\n".join(others))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode")


def _xml(text: str) -> str:
    """Without the characters that no XML document may hold, not even escaped."""
    return _NOT_XML.sub("\ufffd", text)


Format = Callable[["list[Reported]", Mapping[str, str]], str]
"""From the diagnostics of all models, and for each model that was checked why it cannot be read, or an empty text."""
FORMATS: dict[str, Format] = {
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
    "gitlab": as_gitlab,
    "junit": as_junit,
}
