"""Saved inputs beside a model: written, read again, and refused in sentences."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest

from nnef_lsp.archive import ArchiveError
from nnef_lsp.project.input_sets import FILE, InputSet, npz_files, save_set, saved_sets


def test_what_is_saved_is_found_again_and_moves_with_the_model(tmp_path: Path) -> None:
    old, new = tmp_path / "old place", tmp_path / "new"
    old.mkdir()
    picture, outside = str(old / "samples" / "7.png"), str(tmp_path / "away.npy")
    save_set(str(old), InputSet("first", {"x": picture, "y": "random:7"}, {"S": 3}))
    save_set(str(old), InputSet("second", {"x": outside, "y": "samples/b.npz:key"}))
    written = json.loads((old / FILE).read_text())
    assert written["version"] == 1
    assert written["sets"]["first"] == {"inputs": {"x": "samples/7.png", "y": "random:7"}, "symbols": {"S": 3}}
    assert written["sets"]["second"]["inputs"]["x"] == outside
    old.rename(new)
    (first, second), problems = saved_sets(str(new))
    assert problems == []
    assert first == InputSet("first", {"x": str(new / "samples" / "7.png"), "y": "random:7"}, {"S": 3})
    assert second.inputs["y"] == str(new / "samples" / "b.npz:key")


def test_a_set_of_the_same_name_is_replaced(tmp_path: Path) -> None:
    save_set(str(tmp_path), InputSet("a", {"x": "zeros"}))
    save_set(str(tmp_path), InputSet("a", {"x": "ones"}))
    assert saved_sets(str(tmp_path)) == ([InputSet("a", {"x": "ones"})], [])
    assert os.listdir(tmp_path / ".nnef-lsp") == ["inputs.json"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{", "cannot be read"), ("[" * 100_000, "cannot be read"), ("[]", "not a list of inputs"), ('{"version": 2, "sets": {}}', "not a list of inputs"),
        ('{"version": 1, "sets": {"a": 1}}', "needs"), ('{"version": 1, "sets": {"a": {"inputs": {"x": 1}}}}', "needs"),
        ('{"version": 1, "sets": {"a": {"inputs": {}, "symbols": {"S": true}}}}', "needs"), (" " * (1 << 21), "too large"),
    ],
)  # fmt: skip
def test_a_damaged_file_is_told_and_not_overwritten(tmp_path: Path, text: str, word: str) -> None:
    file = tmp_path / FILE
    file.parent.mkdir()
    file.write_text(text)
    sets, (problem,) = saved_sets(str(tmp_path))
    assert sets == []
    assert word in problem
    with pytest.raises(ArchiveError, match=word):
        save_set(str(tmp_path), InputSet("b", {"x": "zeros"}))
    assert file.read_text() == text


def test_npz_files_that_hold_all_inputs(tmp_path: Path) -> None:
    for name, members in {"io.npz": ("x", "y", "z"), "less.npz": ("x",), "other.npz": ("x", "y")}.items():
        with zipfile.ZipFile(tmp_path / name, "w") as file:
            for member in members:
                file.writestr(f"{member}.npy", b"")
    (tmp_path / "bad.npz").write_bytes(b"PK\3\4 not a zip")
    (tmp_path / "folder.npz").mkdir()
    found = npz_files(str(tmp_path), ["x", "y"])
    assert {os.path.basename(path): names for path, names in found.items()} == {
        "io.npz": {"x", "y", "z"},
        "other.npz": {"x", "y"},
    }
    assert npz_files(str(tmp_path / "nowhere"), ["x"]) == {}
