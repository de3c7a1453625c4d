"""Packing loses nothing, gives equal bytes for equal files, and failures leave nothing behind."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest

from nnef_lsp.archive import ArchiveError, open_model
from nnef_lsp.archive.containers.pack import pack, unpack
from tests.archive.test_weights import contents

FORMS = ["m.tar", "m.tgz", "m.nnef.tgz", "m.tar.xz", "m.tar.bz2"]


@pytest.mark.parametrize("form", FORMS)
def test_packing_and_unpacking_are_inverse(folder: Path, form: str) -> None:
    path = folder.parent / form
    names = pack(folder, path)
    assert names[:2] == ["graph.nnef", "graph.quant"] and names[2:] == sorted(names[2:])
    assert unpack(path, folder.parent / "again") == sorted(names)
    assert contents(folder.parent / "again") == contents(folder)
    with tarfile.open(path) as archive:
        assert [m.name for m in archive] == names


@pytest.mark.parametrize("form", FORMS)
def test_equal_files_give_equal_bytes(folder: Path, form: str) -> None:
    pack(folder, folder.parent / form)
    first = (folder.parent / form).read_bytes()
    unpack(folder.parent / form, folder.parent / "again")
    os.utime(folder.parent / "again" / "graph.nnef", (1, 1))
    (folder.parent / "other").mkdir()
    pack(folder.parent / "again", folder.parent / "other" / form)
    assert (folder.parent / "other" / form).read_bytes() == first


def test_archives_are_repacked(folder: Path) -> None:
    pack(folder, folder.parent / "a.tgz")
    pack(folder.parent / "a.tgz", folder.parent / "b.tar")
    assert open_model(folder.parent / "b.tar").files() == open_model(folder).files()


def test_a_lone_graph_becomes_the_graph(folder: Path) -> None:
    (folder / "net.nnef").write_text("version 1.0;")
    assert pack(folder / "net.nnef", folder.parent / "m.tar")[0] == "graph.nnef"
    assert open_model(folder.parent / "m.tar").graph_text() == "version 1.0;"


def test_long_names_survive(folder: Path) -> None:
    label = "/".join(["scope" * 10] * 6)
    target = folder / f"{label}.dat"
    target.parent.mkdir(parents=True)
    target.write_bytes((folder / "mask.dat").read_bytes())
    pack(folder, folder.parent / "m.tgz")
    assert open_model(folder.parent / "m.tgz").tensor(label).shape == (3,)


def test_what_is_no_model_is_not_packed(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for target, words in (("m.tar", "no graph.nnef"), ("m.rar", "does not say how to pack")):
        with pytest.raises(ArchiveError, match=words):
            pack(tmp_path / "empty", tmp_path / target)
    assert [p.name for p in tmp_path.iterdir()] == ["empty"]


def test_folders_are_not_overwritten(folder: Path) -> None:
    pack(folder, folder.parent / "m.tar")
    with pytest.raises(ArchiveError, match="exists already"):
        unpack(folder.parent / "m.tar", folder)
    (folder.parent / "empty").mkdir()
    unpack(folder.parent / "m.tar", folder.parent / "empty")
    assert contents(folder.parent / "empty") == contents(folder)


def test_a_damaged_archive_leaves_no_folder(folder: Path) -> None:
    path = folder.parent / "m.tgz"
    pack(folder, path)
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(ArchiveError):
        unpack(path, folder.parent / "out")
    assert sorted(p.name for p in folder.parent.iterdir()) == ["m.tgz", "model"]


def test_progress_is_told(folder: Path) -> None:
    told: list[float] = []
    pack(folder, folder.parent / "m.tar", progress=lambda share, text: told.append(share))
    assert told[-1] == 1.0 and told == sorted(told)
