"""Models within a model: in a folder or an archive, with weights, symbols and several results."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.archive import write_tensor
from nnef_lsp.cli.document import open_document
from nnef_lsp.runtime.errors import RunError

from .oracle import run_here, run_in_tract

X = np.arange(6, dtype=np.float32).reshape(2, 3)
W = np.array([[1, -2, 3]], np.float32)
INNER = """version 1.0;
extension tract_registry tract_core;
extension tract_symbol N;

graph inner( a ) -> ( b, c )
{
    a = tract_core_external(shape = [N, 3], datum_type = 'f32');
    w = variable<scalar>(shape = [1, 3], label = 'deep/w');
    b = a * w;
    c = tract_core_silu(b);
}
"""
OUTER = """version 1.0;
extension tract_registry tract_core;

graph outer( x ) -> ( y, z )
{
    x = external(shape = [2, 3]);
    h = x + 1.0;
    b, c = tract_core_submodel([h], label = 'parts/encoder');
    y = b * 2.0;
    z = c + x;
}
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    (tmp_path / "outer" / "parts").mkdir(parents=True)
    (tmp_path / "inner" / "deep").mkdir(parents=True)
    (tmp_path / "outer" / "graph.nnef").write_text(OUTER)
    (tmp_path / "inner" / "graph.nnef").write_text(INNER)
    write_tensor(str(tmp_path / "inner" / "deep" / "w.dat"), W)
    return tmp_path / "outer"


def place(model: Path, kind: str) -> None:
    """The inner model, in this kind of container."""
    inner, target = model.parent / "inner", model / "parts" / "encoder"
    if kind == "folder":
        os.rename(inner, target)
        return
    with tarfile.open(f"{target}.nnef.{kind}", "w:gz" if kind == "tgz" else "w") as archive:
        for name in ("graph.nnef", "deep/w.dat"):
            archive.add(inner / name, name)


@pytest.mark.parametrize("kind", ["folder", "tar", "tgz"])
def test_another_model_is_run_in_its_place(model: Path, kind: str) -> None:
    place(model, kind)
    y, z = run_here(str(model), [X])
    b = (X + 1) * W
    np.testing.assert_allclose(y, b * 2, rtol=1e-6)
    np.testing.assert_allclose(z, b / (1 + np.exp(-b)) + X, rtol=1e-5)


@pytest.mark.parametrize("kind", ["tar", "tgz"])
def test_tract_agrees(model: Path, kind: str) -> None:
    """It takes folders too, but only at the top."""
    pytest.importorskip("tract")
    place(model, kind)
    for mine, other in zip(run_here(str(model), [X]), run_in_tract(str(model), [X]), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-5)


@pytest.mark.parametrize(
    "text",
    [
        INNER.replace("( b, c )", "( b, missing )"),
        INNER.replace("a * w", "a * nothing"),
        INNER.replace("( a )", "( a, v )").replace("    w =", "    v = external(shape = [1]);\n    w ="),
    ],
)
def test_other_models_with_errors(model: Path, text: str) -> None:
    place(model, "folder")
    (model / "parts" / "encoder" / "graph.nnef").write_text(text)
    with pytest.raises(RunError, match="the other model cannot be read, has errors, or takes other inputs"):
        run_here(str(model), [X])


def test_a_whole_archive_with_a_folder_in_it(model: Path) -> None:
    place(model, "folder")
    archive = model.parent / "whole.nnef.tar"
    with tarfile.open(archive, "w") as tar:
        for name in ("graph.nnef", "parts/encoder/graph.nnef", "parts/encoder/deep/w.dat"):
            tar.add(model / name, name)
    y, _ = run_here(str(archive), [X])
    np.testing.assert_allclose(y, (X + 1) * W * 2, rtol=1e-6)


def test_models_that_hold_themselves_by_a_link(model: Path) -> None:
    """Told before a run; nothing hangs."""
    place(model, "folder")
    inner = model / "parts" / "encoder"
    (inner / "graph.nnef").write_text(OUTER)
    os.symlink(model / "parts", inner / "parts")
    assert ["too deep, or itself" in error for error in open_document(str(model), "tract").errors] == [True]
