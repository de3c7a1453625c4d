"""Every command that takes a file of tensors, with every hostile one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.archive import write_tensor
from nnef_lsp.archive.limits import FILES_VARIABLE

from .attacks import complaint
from .hostile_tensors import KINDS, Maker

pytestmark = pytest.mark.skipif(os.name != "posix", reason="time is measured by a signal of POSIX")

GRAPH = """version 1.0;
graph g( x ) -> ( y )
{
    x = external<scalar>(shape = [2]);
    w = variable<scalar>(shape = [2], label = 'a');
    y = add(x, w);
}
"""


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FILES_VARIABLE, "1000")
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "graph.nnef").write_text(GRAPH)
    write_tensor(folder / "a.dat", np.zeros(2, np.float32))
    return folder


def commands(path: Path, model: Path) -> list[Sequence[object]]:
    """What a user may do with a file of tensors; runs are tested by `stored_shape` and `read_input` below."""
    found: list[Sequence[object]] = [
        ["tensor", path, "--exact", "--image", model.parent / "image.png", "--export", model.parent / "export.npy"],
        ["tensor", path, "--label", "a", "--format", "json"],
    ]
    if path.suffix in (".npy", ".npz", ".safetensors", ".gguf"):
        found.append(["weights", "import", model, path, "--dry-run"])
    if path.suffix == ".npz":
        found.append(["verify", model, "--io", path])
    return found


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_each_command_ends_with_a_sentence(make: Maker, model: Path) -> None:
    path = make(model.parent)
    before = sorted(model.iterdir())
    wrong = [(str(words[0]), found) for words in commands(path, model) if (found := complaint(words))]
    assert wrong == []
    assert sorted(model.iterdir()) == before


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_inputs_of_a_run_are_refused_with_a_sentence(make: Maker, model: Path) -> None:
    """As the worker reads them, in this process."""
    from nnef_lsp.model.values.tensor import tensor
    from nnef_lsp.runtime.errors import RunError
    from nnef_lsp.runtime.inputs.sources import read_input, stored_shape

    path = make(model.parent)
    stored_shape("a", str(path))
    try:
        read_input("a", str(path), tensor("scalar", (2,)))
    except RunError as error:
        assert len(str(error)) < 1000 and str(error).isprintable()
