"""Engines: whatever can run a plan.  One file each, found by walking this package.

    engine = find_engine("tract")
    result = engine.load(job).run(job.inputs)

An engine's file has a module-level `ENGINE`.  `numpy` is always there; the others import their package when asked.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from ..arrays.dtypes import Array
from ..errors import RunError
from ..execution.execute import Result
from ..planning.plan import Plan

__all__ = ["Engine", "EngineRun", "Prepared", "engines", "find_engine"]


@dataclass(slots=True)
class EngineRun:
    """What an engine needs: the plan (with the tensors wanted), inputs, weights(label), settings, the model's path."""

    plan: Plan
    inputs: dict[str, Array]
    weights: Callable[[str], Array]
    dtype: str = "float32"
    threads: int = 1
    quantize: bool = False
    model: str | None = None
    poison: bool = False


class Prepared(Protocol):
    """A model loaded by an engine, ready to run any number of times."""

    def run(
        self,
        inputs: Mapping[str, Array],
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Result: ...


class Engine(Protocol):
    """`missing` says what must be installed, or None if the engine can be used."""

    @property
    def name(self) -> str: ...
    def missing(self) -> str | None: ...
    def load(self, job: EngineRun) -> Prepared: ...


def engines() -> dict[str, Engine]:
    """All engines by name, those that are not installed included."""
    found: dict[str, Engine] = {}
    for info in pkgutil.iter_modules(__path__):
        engine = getattr(importlib.import_module(f"{__name__}.{info.name}"), "ENGINE", None)
        if engine is not None:
            found[engine.name] = engine
    return found


def find_engine(name: str) -> Engine:
    """The engine of that name, which is installed."""
    known = engines()
    if name not in known:
        raise RunError(f"there is no engine '{name}'; there are {', '.join(sorted(known))}")
    missing = known[name].missing()
    if missing is not None:
        raise RunError(f"the engine '{name}' is not installed: {missing}")
    return known[name]
