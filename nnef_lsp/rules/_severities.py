"""How much a diagnostic matters, and what a project has set: other severities, the dialect of its graphs.

Not here: reading settings (`settings.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from ..model.findings import Chosen, Severity
from ..model.operations.custom import Expression

SEVERITIES: tuple[Severity, ...] = get_args(Severity)
OFF: Literal["off"] = "off"


@dataclass(frozen=True)
class Settings:
    """Severity by slug, where it is not the rule's own; `problems` say what is wrong with the settings themselves."""

    severities: Mapping[str, Chosen] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    dialect: str | None = None
    """In which dialect graphs are read; None tells it from each text."""
    libraries: tuple[Path, ...] = ()
    """Files with fragments that graphs may invoke."""
    shapes: Mapping[str, Expression] = field(default_factory=dict)
    """Rules that give the shapes of operations without a body."""
    operations: tuple[Path, ...] = ()
    """Files of Python with such rules and with kernels."""
    exclude: tuple[str, ...] = ()
    """Patterns, as in .gitignore, of what is passed over where a folder of models is given; relative to `home`."""
    home: str = ""
    """The folder of the settings."""
