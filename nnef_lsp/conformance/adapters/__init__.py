"""What is tested: anything that loads a model folder and runs it.  One file each, found by walking this package.

An adapter's file has a module-level `ADAPTER`.  An engine that has no file here but is known to `runtime.engines` is
tested through that.  Adapters other than numpy's run in a process of their own (`runner.py`).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Protocol

from ...runtime.arrays.dtypes import Array

__all__ = ["Adapter", "Loaded", "Refused", "adapter_names", "find_adapter"]


class Refused(Exception):
    """The engine says, in a sentence, that it cannot load or run the model."""


class Loaded(Protocol):
    """A model in an engine; state persists from one run to the next."""

    def run(self, inputs: Mapping[str, Array]) -> Mapping[str, Array]:
        """Outputs by name."""
        ...


class Adapter(Protocol):
    """`version` names what is tested; `missing` says what must be installed, or None."""

    @property
    def name(self) -> str: ...
    def missing(self) -> str | None: ...
    def version(self) -> str: ...
    def load(self, folder: str) -> Loaded: ...


def find_adapter(name: str) -> Adapter:
    """The adapter of that name; raises `Refused` if there is none."""
    found = _adapters().get(name)
    if found is None:
        raise Refused(f"there is no engine '{name}'; there are {', '.join(adapter_names())}")
    return found


def adapter_names() -> list[str]:
    """Every engine that can be asked for, installed or not."""
    return sorted(_adapters())


def _adapters() -> dict[str, Adapter]:
    modules = [importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    return {module.ADAPTER.name: module.ADAPTER for module in modules}


def package_version(package: str) -> str:
    """Name and version of an installed package."""
    from importlib.metadata import version

    return f"{package} {version(package)}"
