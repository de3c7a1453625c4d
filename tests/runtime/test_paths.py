"""Every path of the numpy engine computes the same: what `run` does, plain kernels, two threads, poisoned memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnef_lsp.conformance import selection
from nnef_lsp.conformance.case import Case
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.flattening.flatten import flatten
from nnef_lsp.model.operations.tract.dialect import DIALECT as TRACT
from nnef_lsp.rules import diagnose
from nnef_lsp.runtime.engines import EngineRun
from nnef_lsp.runtime.execution import execute
from nnef_lsp.runtime.paths import partings
from nnef_lsp.runtime.planning.plan import make_plan
from nnef_lsp.syntax.source import Source

from . import random_views

EXAMPLES = Path(__file__).parents[2] / "examples"
CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
CASES = [item for item in selection() if isinstance(item, Case)]
COUNT = 2000


def of_views(seed: int, dialect: str = "tract") -> EngineRun:
    text = Source(random_views.document(seed, dialect))
    analysis = Analysis(text, TRACT) if dialect == "tract" else Analysis(text)
    assert [item.message for item in diagnose(analysis) if item.severity == "error"] == [], seed
    numbers = np.random.RandomState(seed)
    inputs = {name: numbers.standard_normal(random_views.START) for name in "xz"}
    return EngineRun(make_plan(flatten(analysis)), inputs, lambda label: None, dtype="float64")


@pytest.mark.parametrize("dialect", ["khronos", "tract"])
@pytest.mark.parametrize("first", range(0, COUNT, 250))
def test_random_views(first: int, dialect: str) -> None:
    for seed in range(first, first + 250):
        assert partings(of_views(seed, dialect), 1e-9, 1e-9) == [], seed


def test_a_result_that_is_a_view_of_memory_used_again_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the check above is for: with results taken as they come, as they once were, it names the tensor."""
    monkeypatch.setattr(execute, "_held", lambda array, ready, memory: array)
    found = [parting for seed in range(60) for parting in partings(of_views(seed), 1e-9, 1e-9)]
    assert found and all(parting.path.startswith("prepared") for parting in found)
    assert any("is right when it is written, and wrong when" in parting.reason for parting in found)


def test_results_of_rank_0_under_poison() -> None:
    """numpy gives a scalar of its own for them, to whose flags nobody can set anything."""
    text = """version 1.0;
graph g( x ) -> ( y )
{
    x = external<scalar>(shape = []);
    a = relu(x);
    b = softplus(a);
    y = min(a, b);
}
"""
    analysis = Analysis(Source(text))
    job = EngineRun(make_plan(flatten(analysis)), {"x": np.array(0.5, np.float32)}, lambda label: None)
    assert partings(job) == []


@pytest.mark.parametrize("operation", sorted({case.operation for case in CASES}))
def test_conformance_cases(operation: str) -> None:
    for case in CASES:
        if case.operation == operation:
            job = EngineRun(make_plan(flatten(Analysis(Source(case.text)))), case.fed()[0], case.stored().__getitem__)
            assert partings(job, 1e-4, 1e-5) == [], case.name


def test_the_command_runs_every_path() -> None:
    ran = _verify("--paths", EXAMPLES / "digits", EXAMPLES / "parity")
    assert ran.returncode == 0 and ran.stdout.count("ok ") == 2 and ran.stderr == ""


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus lies beside the repository, in shared/")
@pytest.mark.parametrize("dialect", ["khronos", "tract"])
def test_models_of_the_corpus(dialect: str) -> None:
    """Whatever the verdict on the expected numbers is, the paths do not part."""
    folders = sorted(path.parent for path in (CORPUS / "valid").rglob("io.npz"))
    cases = [folder for folder in folders if dialect in folder.relative_to(CORPUS).parts[1]]
    assert len(cases) > 100
    ran = _verify("--paths", "--format", "json", "--dialect", dialect, *cases)
    assert [verdict["reason"] for verdict in json.loads(ran.stdout) if "paths" in verdict["reason"]] == []


def _verify(*arguments: Any) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "nnef_lsp.cli.main", "verify", *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=110)
