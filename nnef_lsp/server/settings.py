"""What a user may set, from `initializationOptions` and the configuration section `nnef`.

Not here: severities of rules (files of the project say them).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SHAPES = ("off", "notObvious", "all")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings with their defaults; docs/editors.md describes them."""

    dialect: str | None = None
    """Its name; None tells it from each document."""
    shapes: str = "notObvious"
    """Which tensors have their shape beside their name, one of `SHAPES`."""
    times: bool = True
    """Whether statements have their time beside them after a run."""
    threads: int = 1
    memory_limit: int | None = None
    """Bytes that a run may use."""
    limits: Mapping[str, str] = field(default_factory=dict)
    """Limits of what is read that are not those of the environment, by their names."""


def settings_from(options: Any) -> Settings:
    """The settings that a tree of JSON says; what is missing or of the wrong type stays as it is by default."""
    options = options if isinstance(options, dict) else {}
    dialect = _value(options, "dialect", str)
    threads = _value(options, "run.threads", int)
    limit = _value(options, "run.memoryLimit", int)
    shapes = _value(options, "inlayHints.shapes", str)
    return Settings(
        dialect=dialect if dialect != "auto" else None,
        shapes=shapes if shapes in SHAPES else "notObvious",
        times=_value(options, "inlayHints.times", bool) is not False,
        threads=max(1, threads or 1),
        memory_limit=limit or None,
        limits=_limits(options),
    )


_environment: dict[str, str | None] = {}
"""What the environment said of limits before any setting did."""


def obey_limits(said: Mapping[str, str]) -> None:
    """Let limits be these from now on, and all others as they were, here and in processes that are started."""
    from ..archive.limits import VARIABLES, variables_of

    for variable in VARIABLES.values():
        _environment.setdefault(variable, os.environ.get(variable))
    for variable, value in {**_environment, **variables_of(said)}.items():
        if value is None:
            os.environ.pop(variable, None)
        else:
            os.environ[variable] = value


def _limits(options: dict[str, Any]) -> dict[str, str]:
    """What is said of limits, as far as it can be understood: texts or numbers."""
    said = _value(options, "limits", dict)
    if not said:
        return {}
    from ..archive import ArchiveError
    from ..archive.limits import VARIABLES, variables_of

    found = {}
    for name in VARIABLES:
        value = said.get(name)
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            try:
                variables_of({name: str(value)})
            except ArchiveError:
                continue
            found[name] = str(value)
    return found


def _value(options: dict[str, Any], path: str, kind: type) -> Any:
    """The value at a path, written nested or with dots, if it is of the kind."""
    if path in options:
        found: Any = options[path]
    else:
        found = options
        for part in path.split("."):
            found = found.get(part) if isinstance(found, dict) else None
    return found if isinstance(found, kind) and not (kind is int and isinstance(found, bool)) else None
