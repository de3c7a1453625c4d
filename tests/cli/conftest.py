"""Models for the tests of the command line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.archive import write_tensor

from .helpers import GRAPH


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A small model in a folder: y = relu(x w') with weights 0 to 11."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "graph.nnef").write_text(GRAPH)
    write_tensor(folder / "w.dat", np.arange(12, dtype=np.float32).reshape(3, 4) - 6)
    return folder
