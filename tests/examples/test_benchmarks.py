"""The benchmarks' graphs are valid, and the script for the language runs through."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.rules import diagnose
from nnef_lsp.syntax.source import Source

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.parametrize("fragments", [0, 5])
@pytest.mark.parametrize("statements", [3, 20, 97, 500])
def test_synthetic_graphs_are_valid_and_as_long_as_asked(statements: int, fragments: int) -> None:
    spec = importlib.util.spec_from_file_location("graphs", BENCHMARKS / "graphs.py")
    assert spec is not None and spec.loader is not None
    graphs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(graphs)
    analysis = Analysis(Source(graphs.graph(statements, fragments)))
    assert [item.message for item in diagnose(analysis) if item.severity == "error"] == []
    assert sum(1 for _ in analysis.statements()) == statements
    shape = analysis.tensors()["y"].shape
    assert shape is not None and tuple(shape) == (1, 8, 16, 16)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_the_language_benchmark_runs() -> None:
    pytest.importorskip("nnef")
    command = [
        sys.executable,
        str(BENCHMARKS / "language.py"),
        "--statements",
        "300",
        "--large",
        "600",
        "--rounds",
        "1",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    for expected in ("cold", "syntax alone", "of a number", "to its error", "shape of everything", "memory"):
        assert expected in done.stdout
