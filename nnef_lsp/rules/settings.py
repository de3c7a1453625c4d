"""Settings: the dialect of a project's graphs, the severity that it gives to each rule, what it adds to the language.

`[tool.nnef-lsp]` and `[tool.nnef-lsp.rules]` in `pyproject.toml`, or the same in `.nnef-lsp.toml` without `tool.nnef-lsp`:

    dialect = "acme"
    libraries = ["fragments/", "stdlib.nnef"]
    operations = ["operations.py"]
    exclude = ["old/", "*-draft.nnef"]

    [shapes]
    shuffle = "input"

    [rules]
    unused-result = "off"
    missing-weights = "error"

Not here: which file holds for a model (`project/configuration.py`).
"""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from ..model.findings import Chosen
from ..model.operations.custom import Expression, expression_of
from ..model.operations.dialects import DIALECTS
from . import rules
from ._severities import OFF, SEVERITIES, Settings
from ._words import suggestion

__all__ = ["Settings", "parse_settings"]
KEYS = ("dialect", "exclude", "libraries", "operations", "rules", "shapes")
"""What may be set."""


def parse_settings(text: str, pyproject: bool = False) -> Settings | None:
    """The settings in the text of a file, None if it holds none.  Whatever is wrong is a problem, never an exception."""
    try:
        table: Any = _loads(text)
    except ValueError as error:
        return Settings(problems=(f"not TOML: {error}",))
    except RecursionError:
        return Settings(problems=("its values are nested too deep",))
    if pyproject:
        table = table.get("tool", {})
        table = table.get("nnef-lsp") if isinstance(table, dict) else None
        if table is None:
            return None
    return _settings(table, text)


def _loads(text: str) -> dict[str, Any]:
    found: dict[str, Any] = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli").loads(text)
    return found


def _settings(table: Any, text: str) -> Settings:
    severities: dict[str, Chosen] = {}
    problems: list[str] = []
    if not isinstance(table, dict):
        return Settings(problems=("'nnef-lsp' must be a table",))
    problems.extend(
        f"there is no setting '{key}': expected 'dialect', 'exclude', 'libraries', 'operations' or a table 'rules' or 'shapes'"
        for key in table
        if key not in KEYS
    )
    dialect = table.get("dialect")
    if dialect is not None and dialect not in DIALECTS:
        problems.append(f"there is no dialect {dialect!r}: expected one of {', '.join(sorted(DIALECTS))}")
        dialect = None
    libraries = _files(table, "libraries", "files and folders", problems)
    operations = _files(table, "operations", "files of Python", problems)
    exclude = tuple(map(str, _files(table, "exclude", "patterns", problems)))
    shapes = _shapes(table.get("shapes", {}), text, problems)
    chosen = table.get("rules", {})
    if not isinstance(chosen, dict):
        problems.append("'rules' must be a table of rules and severities")
        chosen = {}
    for slug, severity in chosen.items():
        if slug not in rules():
            problems.append(f"there is no rule '{slug}'" + suggestion(slug, rules()))
            continue
        known = next((each for each in (OFF, *SEVERITIES) if each == severity), None)
        if known is None:
            problems.append(f"the severity of '{slug}' must be off, {', '.join(SEVERITIES)}, found {severity!r}")
        else:
            severities[slug] = known
    return Settings(severities, tuple(problems), dialect, libraries, shapes, operations, exclude)


def _files(table: dict[str, Any], key: str, what: str, problems: list[str]) -> tuple[Path, ...]:
    written = table.get(key, [])
    if isinstance(written, list) and all(isinstance(item, str) and item for item in written):
        return tuple(map(Path, written))
    problems.append(f"'{key}' must be an array of {what}, as strings")
    return ()


def _shapes(written: Any, text: str, problems: list[str]) -> dict[str, Expression]:
    """The rules of shapes, each with the line that it stands on."""
    if not isinstance(written, dict):
        problems.append("'shapes' must be a table of operations and rules")
        return {}
    found = {}
    for operation, rule in written.items():
        expression = expression_of(rule) if isinstance(rule, str) else "it must be a string"
        if isinstance(expression, str):
            problems.append(f"the shape of '{operation}': {expression}")
        else:
            found[operation] = replace(expression, place=str(_line(text, operation)))
    return found


def _line(text: str, key: str) -> int:
    """The line of a key of a table of shapes; TOML as Python reads it tells no places."""
    begin = re.search(r"^[ \t]*\[[\w.\" -]*shapes\"?\]", text, re.MULTILINE)
    start = begin.end() if begin else 0
    found = re.compile(rf"^[ \t]*(?:[\w.-]*\bshapes\.)?[\"']?{re.escape(key)}[\"']?[ \t]*=", re.MULTILINE).search(
        text, start
    )
    found = found or re.search(rf"[\"']?\b{re.escape(key)}[\"']?[ \t]*=", text)  # of a table on one line
    return text.count("\n", 0, found.start() if found else start) + 1
