"""Links beside a model that lead nowhere are left out, and said."""

from __future__ import annotations

from pathlib import Path

from nnef_lsp.archive import open_model


def test_a_link_in_a_circle_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "graph.nnef").write_text("version 1.0;")
    (tmp_path / "loop.dat").symlink_to(tmp_path / "loop.dat")
    with open_model(tmp_path) as model:
        assert model.labels() == []
        assert any("cannot be followed" in notice for notice in model.notices())
