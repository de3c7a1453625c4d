"""What differs between the weights of two models."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.archive import open_model, write_tensor
from nnef_lsp.archive.containers.pack import pack
from nnef_lsp.archive.statistics.changes import WeightChange, weight_changes


@pytest.fixture
def other(folder: Path) -> Path:
    return Path(shutil.copytree(folder, folder.parent / "other"))


def changes(a: Path, b: Path, renamed: dict[str, str] | None = None) -> list[WeightChange]:
    found = weight_changes(open_model(a), open_model(b), renamed)
    json.dumps([change.as_json() for change in found], allow_nan=False)
    return found


def test_equal_models_have_no_changes(folder: Path, other: Path) -> None:
    assert changes(folder, other) == []
    pack(other, folder.parent / "m.tgz")
    assert changes(folder, folder.parent / "m.tgz") == []


def test_values(folder: Path, other: Path) -> None:
    array = np.arange(24, dtype=np.float32).reshape(2, 3, 2, 2)
    array[1, 2, 0, 1] += 2
    array[0, 0, 0, 0] -= 1
    write_tensor(other / "conv" / "filter.dat", array)
    (change,) = changes(folder, other)
    assert (change.what, change.differing, change.max_difference, change.at) == ("values", 2, 2.0, (1, 2, 0, 1))
    assert change.mean_difference == pytest.approx(3 / 24)
    assert change.text().startswith(
        "conv/filter: 2 of 24 items differ, at most by 2 at [1, 2, 0, 1], on average by 0.125"
    )


def test_labels_come_and_go_and_are_renamed(folder: Path, other: Path) -> None:
    (other / "mask.dat").rename(other / "veil.dat")
    assert [(c.label, c.what) for c in changes(folder, other)] == [("mask", "removed"), ("veil", "added")]
    assert changes(folder, other, {"mask": "veil"}) == []


def test_shapes_and_types(folder: Path, other: Path) -> None:
    write_tensor(other / "mask.dat", np.zeros((3, 1), bool))
    write_tensor(other / "conv" / "bias.dat", np.array([[1, 2]], np.float32))
    assert [c.text() for c in changes(folder, other)] == [
        "conv/bias: type float16 [1, 2] -> float32 [1, 2]",
        "mask: shape bool [3] -> bool [3, 1]",
    ]


def test_nan_equals_nan_and_nothing_else(folder: Path, other: Path) -> None:
    write_tensor(folder / "mask.dat", np.array([np.nan, 1, np.nan], np.float32))
    write_tensor(other / "mask.dat", np.array([np.nan, np.nan, np.nan], np.float64))
    (change,) = changes(folder, other)
    assert change.differing == 1 and change.max_difference == np.inf and change.at == (1,)


def test_strings_and_packed_items(folder: Path, other: Path) -> None:
    write_tensor(folder / "mask.dat", np.array(["a", "b", "c"]))
    write_tensor(other / "mask.dat", np.array(["a", "b", "x"]))
    write_tensor(folder / "conv" / "bias.dat", np.array([[1, 2]]), "uint3")
    write_tensor(other / "conv" / "bias.dat", np.array([[1, 7]]), "uint3")
    assert [(c.label, c.what, c.max_difference) for c in changes(folder, other)] == [
        ("conv/bias", "values", 5.0),
        ("mask", "values", 0.0),
    ]
