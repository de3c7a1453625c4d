"""Importing weights changes what it says it changes, or nothing."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.archive import ArchiveError, open_model, read_tensor, weights
from nnef_lsp.archive.foreign import read_foreign
from nnef_lsp.archive.weights import ImportPlan, apply_import, export_weights, plan_import


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def plan(folder: Path, names: dict[str, str] | None = None, cast: bool = False, **arrays: np.ndarray) -> ImportPlan:
    np.savez(folder.parent / "w.npz", **arrays)
    return plan_import(open_model(folder), read_foreign(folder.parent / "w.npz"), names, cast=cast)


def run(folder: Path, found: ImportPlan) -> int:
    return apply_import(open_model(folder), read_foreign(folder.parent / "w.npz"), found)


def test_tensors_match_by_name_whatever_the_separators(folder: Path) -> None:
    new = np.full((2, 3, 2, 2), 5, np.float32)
    found = plan(folder, **{"conv.filter": new, "conv.bias": np.array([1, 2], np.float16), "other": np.zeros(3)})
    assert [(item.label, item.name, item.differing) for item in found.replacements] == [
        ("conv/bias", "conv.bias", 0),
        ("conv/filter", "conv.filter", 23),
    ]
    assert found.missing == ("mask",) and found.unused == ("other",)
    before = contents(folder)
    assert run(folder, found) == 1
    after = contents(folder)
    assert [name for name in before if before[name] != after[name]] == [
        "conv/filter.dat"
    ] and before.keys() == after.keys()
    assert np.array_equal(read_tensor(folder / "conv" / "filter.dat"), new)


def test_a_map_chooses(folder: Path) -> None:
    found = plan(folder, {"mask": "m"}, m=np.array([[False, False, False]]))
    assert found.replacements[0].differing == 2 and run(folder, found) == 1
    for names in ({"absent": "m"}, {"mask": "absent"}):
        with pytest.raises(ArchiveError):
            plan(folder, names, m=np.zeros(3, bool))


@pytest.mark.parametrize(
    "name, array, words",
    [
        ("conv.filter", np.zeros((3, 2, 2, 2), np.float32), "does not fit"),
        ("conv.filter", np.zeros((2, 3, 2, 2), np.int32), "cannot become float32"),
        ("conv.bias", np.zeros((1, 2), np.float32), "lose precision"),
        ("mask", np.zeros(3, np.float32), "cannot become bool"),
    ],
)
def test_what_does_not_fit_stops_everything(folder: Path, name: str, array: np.ndarray, words: str) -> None:
    found = plan(folder, **{name: array})
    assert words in found.problems[0].text()
    before = contents(folder)
    with pytest.raises(ArchiveError, match="nothing was changed"):
        run(folder, found)
    assert contents(folder) == before


def test_casting_must_be_allowed(folder: Path) -> None:
    found = plan(folder, cast=True, **{"conv.bias": np.array([[3, 4]], np.float32)})
    assert run(folder, found) == 1
    assert read_tensor(folder / "conv" / "bias.dat").dtype == np.float16


def test_wanted_tensors_become_new_files(folder: Path) -> None:
    np.savez(folder.parent / "w.npz", **{"fc.weight": np.ones((2, 2), np.float32)})
    tensors = read_foreign(folder.parent / "w.npz")
    found = plan_import(open_model(folder), tensors, wanted={"fc/weight": ((2, 2), "scalar")})
    assert found.replacements[0].new and apply_import(open_model(folder), tensors, found) == 1
    assert read_tensor(folder / "fc" / "weight.dat").tolist() == [[1, 1], [1, 1]]


def test_new_files_must_be_of_the_declared_type(folder: Path) -> None:
    np.savez(folder.parent / "w.npz", **{"fc.weight": np.ones((2, 2), np.int32)})
    found = plan_import(
        open_model(folder), read_foreign(folder.parent / "w.npz"), wanted={"fc/weight": ((2, 2), "scalar")}
    )
    assert "cannot be a variable of type scalar" in found.problems[0].text()


def test_new_files_never_leave_the_model(folder: Path) -> None:
    os.symlink(folder.parent, folder / "out")
    np.savez(folder.parent / "w.npz", **{"out.x": np.ones(2)})
    tensors = read_foreign(folder.parent / "w.npz")
    found = plan_import(open_model(folder), tensors, wanted={"out/x": ((2,), "scalar")})
    with pytest.raises(ArchiveError, match="leads out"):
        apply_import(open_model(folder), tensors, found)
    assert not (folder.parent / "x.dat").exists()


@pytest.mark.parametrize("failing", range(4))
def test_a_failure_at_any_step_restores_every_file(folder: Path, monkeypatch: pytest.MonkeyPatch, failing: int) -> None:
    found = plan(
        folder,
        **{
            "conv.filter": np.zeros((2, 3, 2, 2), np.float32),
            "conv.bias": np.zeros((1, 2), np.float16),
            "mask": np.zeros(3, bool),
        },
    )
    before = contents(folder)
    calls = 0
    real = os.replace

    def replace(source: str, target: str) -> None:
        nonlocal calls
        calls += 1
        if calls == failing + 3:
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(weights.os, "replace", replace)
    with pytest.raises(ArchiveError):
        run(folder, found)
    assert contents(folder) == before


def test_archives_are_not_changed(folder: Path) -> None:
    from nnef_lsp.archive.containers.pack import pack

    pack(folder, folder.parent / "m.tgz")
    np.savez(folder.parent / "w.npz", mask=np.zeros(3, bool))
    tensors = read_foreign(folder.parent / "w.npz")
    with open_model(folder.parent / "m.tgz") as model:
        found = plan_import(model, tensors)
        with pytest.raises(ArchiveError, match="unpack it"):
            apply_import(model, tensors, found)


def test_export_and_import_are_inverse(folder: Path) -> None:
    path = folder.parent / "w.safetensors"
    assert export_weights(open_model(folder), path) == (["conv/bias", "conv/filter", "mask"], [])
    first = path.read_bytes()
    found = plan_import(open_model(folder), read_foreign(path))
    assert len(found.replacements) == 3 and not any(item.differing or item.problem for item in found.replacements)
    export_weights(open_model(folder), path)
    assert path.read_bytes() == first


def test_items_that_become_no_number_are_said(folder: Path) -> None:
    new = np.full((2, 3, 2, 2), np.nan, np.float32)
    text = next(
        item.text() for item in plan(folder, **{"conv.filter": new}).replacements if item.label == "conv/filter"
    )
    assert text.endswith("24 items change, some to or from infinity or NaN")
