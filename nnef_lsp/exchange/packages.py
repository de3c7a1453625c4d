"""Packages that are there only if they were installed with an extra of ours."""

from __future__ import annotations

import importlib.util

from .errors import ExchangeError


def missing(package: str, extra: str | None = None) -> str | None:
    """The command that installs a package, or None if it is there."""
    try:
        found = importlib.util.find_spec(package) is not None
    except ValueError:  # its entry in sys.modules says that it cannot be imported
        found = False
    return None if found else f"pip install 'nnef-lsp[{extra or package}]'"


def require(package: str, extra: str | None = None) -> None:
    """Raises `ExchangeError` with the command to run if the package is not installed."""
    command = missing(package, extra)
    if command is not None:
        raise ExchangeError(f"the Python package '{package}' is not installed: {command}")
