"""What stands in small data files decides shapes: scales, sizes and bounds that exporters put into variables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.archive import write_tensor
from nnef_lsp.cli.document import open_document
from nnef_lsp.model.extents.dims import format_shape

from .helpers import document
from .oracle import agree

X = np.arange(72, dtype=np.float32).reshape(1, 2, 6, 6)
IN = "x = external(shape = [1, 2, 6, 6]);"
HALF = np.array([1, 1, 0.5, 1.5], np.float32)


def resize(parameter: str, dtype: str) -> str:
    return f"""{IN}
        s = variable<{dtype}>(label = 's', shape = [4]);
        y = tract_core_resize(x, {parameter} = s, interpolator = 'linear', coord_transformer = 'align_corners');"""


@pytest.mark.parametrize(
    ("parameter", "dtype", "items"),
    [
        ("scales", "scalar", HALF),
        ("sizes", "scalar", np.array([1, 2, 3, 9], np.float32)),
        ("sizes", "integer", np.array([1, 2, 3, 9], np.int64)),
    ],
)
def test_a_file_of_a_few_items_is_read(parameter: str, dtype: str, items: np.ndarray) -> None:
    (result,) = agree(resize(parameter, dtype), [X], files={"s": items})
    assert result.shape == (1, 2, 3, 9)


def shape_of_y(folder: Path) -> str:
    return format_shape(open_document(str(folder)).analysis.tensors()["y"].shape)


def test_the_shape_is_shown_and_follows_the_file(tmp_path: Path) -> None:
    (tmp_path / "graph.nnef").write_text(document(resize("scales", "scalar")))
    write_tensor(tmp_path / "s.dat", HALF)
    assert shape_of_y(tmp_path) == "[1, 2, 3, 9]"
    write_tensor(tmp_path / "s.dat", 2 * HALF)
    assert shape_of_y(tmp_path) == "[2, 4, 6, 18]"
    write_tensor(tmp_path / "s.dat", np.ones(5, np.float32))  # does not fit its variable
    assert "?" in shape_of_y(tmp_path)


def test_two_statements_of_one_form_read_their_own_files(tmp_path: Path) -> None:
    body = IN
    for name, factor in (("a", 1), ("b", 2)):
        write_tensor(tmp_path / f"{name}.dat", np.array([1, 1, factor, 1], np.float32))
        body += f"""
            s{name} = variable<scalar>(label = '{name}', shape = [4]);
            y{name} = tract_core_resize(x, scales = s{name}, interpolator = 'nearest');"""
    (tmp_path / "graph.nnef").write_text(document(body).replace("( y )", "( ya, yb )"))
    tensors = open_document(str(tmp_path)).analysis.tensors()
    assert [format_shape(tensors[name].shape) for name in ("ya", "yb")] == ["[1, 2, 6, 6]", "[1, 2, 12, 6]"]
