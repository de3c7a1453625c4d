"""A model opened from its path, with what the project around it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from nnef_lsp.archive.containers.lone_text import text_model
from nnef_lsp.project.opening import opened, reshaped

GRAPH = """\
version 1.0;

graph net( x ) -> ( y )
{
    x = external(shape = [1, 3, 8, 8]);
    y = max_pool(x, size = [1, 1, 2, 2], stride = [1, 1, 2, 2]);
}
"""


def test_a_model_is_opened_by_its_folder_its_graph_or_its_text(tmp_path: Path) -> None:
    (tmp_path / "graph.nnef").write_text(GRAPH, encoding="utf-8")
    for document in (
        opened(str(tmp_path)),
        opened(str(tmp_path / "graph.nnef")),
        opened("-", model=text_model("-", GRAPH.encode())),
    ):
        with document:
            assert document.errors == []
            assert document.analysis.tensors()["y"].shape == (1, 3, 4, 4)


def test_errors_are_lines_with_their_place(tmp_path: Path) -> None:
    (tmp_path / "graph.nnef").write_text(GRAPH.replace("max_pool(x", "max_pool(z"), encoding="utf-8")
    (error,) = opened(str(tmp_path)).errors_but("unused-result", "input-not-external")
    assert error == f"{tmp_path / 'graph.nnef'}:6:18: 'z' is not defined"


def test_inputs_of_another_shape_are_followed(tmp_path: Path) -> None:
    (tmp_path / "graph.nnef").write_text(GRAPH, encoding="utf-8")
    document = opened(str(tmp_path))
    assert reshaped(document, {"x": [2, 3, 6, 6]}).analysis.tensors()["y"].shape == (2, 3, 3, 3)
    assert reshaped(document, {"x": [1, 3, 8, 8]}) is document


def test_a_symbol_that_the_model_does_not_have_is_refused(tmp_path: Path) -> None:
    (tmp_path / "graph.nnef").write_text(GRAPH, encoding="utf-8")
    with pytest.raises(ValueError, match="no symbol 'batch'"):
        opened(str(tmp_path), symbols={"batch": 1})


def test_opening_imports_neither_numpy_nor_what_runs_graphs() -> None:
    code = "import sys, nnef_lsp.project.opening; sys.exit(bool({'numpy', 'argparse', 'nnef_lsp.runtime'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
