"""`nnef-lsp flatten`: valid NNEF that computes the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .helpers import EXAMPLES, cli

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("example", ["digits", "parity"])
def test_the_flat_graph_checks_and_computes_the_same(tmp_path: Path, capsys: Capture, example: str) -> None:
    copy = tmp_path / example
    shutil.copytree(EXAMPLES / example, copy)
    assert cli(capsys, "flatten", EXAMPLES / example, "--output", copy / "graph.nnef") == (0, "", "")
    text = (copy / "graph.nnef").read_text()
    assert "fragment" not in text and "extension" not in text
    assert cli(capsys, "check", copy) == (0, "no problems\n", "")
    assert cli(capsys, "verify", copy).status == 0
    assert cli(capsys, "flatten", copy) == (0, text, "")
    assert cli(capsys, "fmt", "--check", copy).status == 0


def test_a_vendors_registries_stay(model: Path, capsys: Capture) -> None:
    (model / "graph.nnef").write_text(
        "version 1.0;\nextension tract_registry tract_core;\nextension KHR_enable_fragment_definitions;\n"
        "fragment f( a: tensor<scalar> ) -> ( b: tensor<scalar> ) { b = tract_core_erf(a); }\n"
        "graph g( x ) -> ( y )\n{\n    x = external(shape = [2]);\n    y = f(x);\n}\n"
    )
    ran = cli(capsys, "flatten", model)
    assert (
        ran.status == 0 and "extension tract_registry tract_core;\n" in ran.out and "y = tract_core_erf(x);" in ran.out
    )


def test_a_model_with_errors_is_not_flattened(model: Path, capsys: Capture) -> None:
    graph = model / "graph.nnef"
    graph.write_text(graph.read_text().replace("relu(h)", "relu(q)"))
    ran = cli(capsys, "flatten", model)
    assert (ran.status, ran.out) == (1, "") and "graph.nnef:8:14" in ran.err
