"""A graph in a large folder: nothing is listed to its end that nobody asked for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nnef_lsp.archive import ArchiveError, Limits, open_model


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder of 300 folders with 10 files each, and a graph."""
    (tmp_path / "graph.nnef").write_text("version 1.0;")
    for folder in range(300):
        (tmp_path / f"folder{folder}").mkdir()
        for file in range(10):
            (tmp_path / f"folder{folder}" / f"file{file}.txt").touch()
    return tmp_path


def test_without_weights(home: Path) -> None:
    with open_model(home) as model:
        assert model.has_weights() is False


def test_a_large_folder_is_not_listed_to_its_end(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = 0
    listed = os.scandir

    def counted(path: str) -> object:
        nonlocal seen
        seen += 1
        return listed(path)

    monkeypatch.setattr(os, "scandir", counted)
    with open_model(home, Limits(glance=500)) as model:
        assert model.has_weights() is None
    assert seen < 30


def test_weights_near_the_top_are_seen(home: Path) -> None:
    (home / "folder299" / "w.dat").touch()
    with open_model(home, Limits(glance=3100)) as model:
        assert model.has_weights() is True


def test_links_that_leave_the_folder_are_no_weights(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "w.dat").touch()
    (tmp_path / "model" / "w.dat").symlink_to(tmp_path / "w.dat")
    with open_model(tmp_path / "model") as model:
        assert model.has_weights() is False


def test_a_missing_graph_is_hinted_at_without_a_list(home: Path) -> None:
    (home / "graph.nnef").rename(home / "folder7" / "graph.nnef")
    with open_model(home) as model, pytest.raises(ArchiveError, match=r"holds 'folder7/graph\.nnef', so open"):
        model.graph_text()
    with (
        open_model(home, Limits(glance=100, max_files=100)) as model,
        pytest.raises(ArchiveError, match="not an NNEF model"),
    ):
        model.graph_text()


def test_another_case_is_found_along_the_way(home: Path) -> None:
    (home / "Conv").mkdir()
    (home / "Conv" / "Filter.dat").touch()
    with (
        open_model(home, Limits(max_files=100)) as model,
        pytest.raises(ArchiveError, match=r"but 'Conv/Filter\.dat', and case"),
    ):
        model.tensor("conv/filter")
