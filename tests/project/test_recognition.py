"""A graph without marks is read as what lies beside it tells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.archive import write_tensor
from nnef_lsp.cli.document import open_document
from tests.cli.helpers import cli

LENIENT = "version 1.0;\ngraph g( x ) -> ( y )\n{\n    x = external(shape = [1, 4]);\n    z = 0.5;\n    y = x * z;\n}\n"
PLAIN = LENIENT.replace("    z = 0.5;\n", "").replace("x * z", "relu(x)")


def dialect_of(folder: Path, text: str) -> str:
    (folder / "graph.nnef").write_text(text)
    return open_document(str(folder)).analysis.dialect.name


def test_nothing_beside_it_is_the_standard(tmp_path: Path) -> None:
    assert dialect_of(tmp_path, PLAIN) == dialect_of(tmp_path, LENIENT) == "khronos"


def test_a_model_within_it(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "graph.nnef").write_text(PLAIN)
    assert dialect_of(tmp_path, PLAIN) == "khronos"
    (tmp_path / "inner" / "graph.nnef").write_text(
        PLAIN.replace("graph", "extension tract_registry tract_core;\ngraph")
    )
    assert dialect_of(tmp_path, PLAIN) == "tract"


@pytest.mark.parametrize(
    ("array", "item_type", "dialect"),
    [(np.zeros(4, np.float32), None, "khronos"), (np.zeros(4, np.complex64), "complex_float32", "tract")],
)
def test_item_types_of_data(tmp_path: Path, array: np.ndarray, item_type: str | None, dialect: str) -> None:
    write_tensor(tmp_path / "w.dat", array, item_type)
    assert dialect_of(tmp_path, PLAIN) == dialect


def test_saved_inputs_of_a_graph_that_is_right_in_one_dialect_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    np.savez(tmp_path / "io.npz", x=np.ones((1, 4), np.float32), y=np.full((1, 4), 0.5, np.float32))
    assert dialect_of(tmp_path, PLAIN) == "khronos"
    assert dialect_of(tmp_path, LENIENT) == "tract"
    assert cli(capsys, "verify", tmp_path).status == 0
    assert cli(capsys, "check", tmp_path, "--dialect", "khronos").status == 1
