"""What came of a case: does an engine give what is expected?

Not here: testing an engine (`runner.py`), wording of tables (`report.py`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .adapters import Adapter, Refused
from .case import RTOL, Array, Case
from .networks import Network

PASSED, WRONG, REFUSED, CRASHED, TIMEOUT = "passed", "wrong", "refused", "crashed", "timeout"


@dataclass
class Verdict:
    """`status`: "passed"; "wrong" (other values or shapes); "refused" (the engine says it cannot); "crashed" (its process
    died); "timeout".  `detail` is one sentence."""

    case: str
    status: str
    detail: str = ""
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the engine did what the specification says."""
        return self.status == PASSED


def judge(case: Case | Network, adapter: Adapter, folder: str) -> Verdict:
    """Load and run a case in an empty folder; whatever the engine raises is the verdict."""
    from time import perf_counter

    started = perf_counter()
    try:
        if isinstance(case, Network):
            detail = case.judge(adapter)
        else:
            write_case(case, folder)
            detail = _run(case, adapter, folder)
        verdict = Verdict(case.name, WRONG if detail else PASSED, detail)
    except Refused as error:
        verdict = Verdict(case.name, REFUSED, str(error))
    except MemoryError:
        raise
    except Exception as error:  # an engine's own fault: part of what is measured
        verdict = Verdict(case.name, CRASHED, f"{type(error).__name__}: {str(error)[:300]}")
    verdict.seconds = perf_counter() - started
    return verdict


def _run(case: Case, adapter: Adapter, folder: str) -> str:
    """What is wrong, empty if nothing is."""
    loaded = adapter.load(folder)
    for number, (inputs, expected) in enumerate(zip(case.fed(), case.expected(), strict=True), 1):
        found = loaded.run(inputs)
        wrong = difference(case, found, expected)
        if wrong:
            return f"run {number}: {wrong}" if case.runs > 1 else wrong
    return ""


def difference(case: Case, found: Mapping[str, Array], expected: Mapping[str, Array]) -> str:
    """The first output that is wrong, and where it is most so."""
    for name, want in expected.items():
        if name not in found:
            return f"there is no output '{name}'"
        have = np.asarray(found[name])
        if have.shape != want.shape:
            return f"'{name}' has the shape {list(have.shape)}, expected {list(want.shape)}"
        if want.dtype.kind == "f":
            a, b = have.astype(np.float64), want
            with np.errstate(all="ignore"):
                error = np.abs(a - b)
                bad = ~((a == b) | (error <= case.atol + RTOL * np.abs(b)))
        else:
            a, b = have.astype(np.int64), want.astype(np.int64)
            error = np.abs(a - b)
            bad = (a != b) | (have != a)
        if bad.any():
            at = np.unravel_index(int(np.argmax(np.where(bad, np.nan_to_num(error, nan=np.inf), -1.0))), bad.shape)
            place = [int(i) for i in at]
            return f"'{name}' {place} is {have[at].item():.7g}, expected {want[at].item():.7g} ({int(bad.sum())} of {bad.size} items differ)"
    return ""


def write_case(case: Case, folder: str) -> None:
    """The case as a model folder, with its inputs and expected outputs in `io.npz` (`io-2.npz` ... for later runs)."""
    from ..archive import write_tensor

    with open(os.path.join(folder, "graph.nnef"), "w", encoding="utf-8") as file:
        file.write(case.text)
    for label, array in case.stored().items():
        write_tensor(os.path.join(folder, *f"{label}.dat".split("/")), array)


def write_bundle(case: Case, folder: str) -> None:
    """Inputs and expected outputs beside the model."""
    for number, (inputs, expected) in enumerate(zip(case.fed(), case.expected(), strict=True), 1):
        arrays: dict[str, Any] = {**inputs}  # numpy's stub has one keyword of its own among the names
        for name, array in expected.items():
            arrays[name] = array.astype(np.float32) if array.dtype.kind == "f" else array
        np.savez(os.path.join(folder, "io.npz" if number == 1 else f"io-{number}.npz"), **arrays)
