"""The reference engine: this package's own executor."""

from __future__ import annotations

from dataclasses import dataclass

from ..execution.execute import Session
from . import EngineRun, Prepared


@dataclass(frozen=True)
class NumpyEngine:
    name: str = "numpy"

    def missing(self) -> str | None:
        return None

    def load(self, job: EngineRun) -> Prepared:
        return Session(
            job.plan, job.weights, dtype=job.dtype, threads=job.threads, quantize=job.quantize, poison=job.poison
        )


ENGINE = NumpyEngine()
