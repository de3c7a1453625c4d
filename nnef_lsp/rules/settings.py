"""Settings: the dialect of a project's graphs, and the severity that it gives to each rule.

`[tool.nnef-lsp]` and `[tool.nnef-lsp.rules]` in `pyproject.toml`, or the same in `.nnef-lsp.toml` without `tool.nnef-lsp`:

    dialect = "acme"
    libraries = ["fragments/", "stdlib.nnef"]

    [rules]
    unused-result = "off"
    missing-weights = "error"

Not here: which file holds for a model (`project/configuration.py`).
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from ..model.operations.dialects import DIALECTS
from . import rules
from ._severities import OFF, SEVERITIES, Settings
from ._words import suggestion

__all__ = ["Settings", "parse_settings"]
KEYS = ("dialect", "libraries", "rules")
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
    return _settings(table)


def _loads(text: str) -> dict[str, Any]:
    found: dict[str, Any] = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli").loads(text)
    return found


def _settings(table: Any) -> Settings:
    severities: dict[str, str] = {}
    problems: list[str] = []
    if not isinstance(table, dict):
        return Settings(problems=("'nnef-lsp' must be a table",))
    problems.extend(
        f"there is no setting '{key}': expected 'dialect', 'libraries' or a table 'rules'"
        for key in table
        if key not in KEYS
    )
    dialect = table.get("dialect")
    if dialect is not None and dialect not in DIALECTS:
        problems.append(f"there is no dialect {dialect!r}: expected one of {', '.join(sorted(DIALECTS))}")
        dialect = None
    written = table.get("libraries", [])
    good = isinstance(written, list) and all(isinstance(item, str) and item for item in written)
    if not good:
        problems.append("'libraries' must be an array of files and folders, as strings")
    libraries = tuple(map(Path, written)) if good else ()
    chosen = table.get("rules", {})
    if not isinstance(chosen, dict):
        problems.append("'rules' must be a table of rules and severities")
        return Settings(problems=tuple(problems), dialect=dialect, libraries=libraries)
    for slug, severity in chosen.items():
        if slug not in rules():
            problems.append(f"there is no rule '{slug}'" + suggestion(slug, rules()))
        elif severity not in (OFF, *SEVERITIES):
            problems.append(f"the severity of '{slug}' must be off, {', '.join(SEVERITIES)}, found {severity!r}")
        else:
            severities[slug] = severity
    return Settings(severities, tuple(problems), dialect, libraries)
