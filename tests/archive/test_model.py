"""A model is the same model in every container."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnef_lsp.archive import ArchiveError, Limits, Model, open_model, write_tensor
from nnef_lsp.archive.containers.stream import StreamedTar
from nnef_lsp.archive.containers.tar import Index, MappedTar, read_members
from tests.archive.conftest import GRAPH_TEXT

CONTAINERS = ["folder", "graph.nnef", "m.tar", "m.nnef.tgz", "m.tar.gz", "m.tar.xz", "m.tar.bz2"]


def contained(folder: Path, form: str) -> Path:
    """The model of `folder` in another container, written by Python's tarfile."""
    if form in ("folder", "graph.nnef"):
        return folder if form == "folder" else folder / form
    path = folder.parent / form
    mode = {"tar": "w", "gz": "w:gz", "tgz": "w:gz", "xz": "w:xz", "bz2": "w:bz2"}[form.rsplit(".", 1)[1]]
    with tarfile.open(path, mode) as archive:
        archive.add(folder, ".")
    return path


@pytest.mark.parametrize("form", CONTAINERS)
def test_all_containers_are_alike(folder: Path, form: str) -> None:
    with open_model(contained(folder, form)) as model:
        assert model.graph_text() == GRAPH_TEXT
        assert (model.quant_text() or "").startswith('"x": linear_quantize')
        assert model.header("conv/bias").item_type == "float16"
        assert model.tensor("mask").array().tolist() == [True, False, True]
        assert model.tensor("conv/filter").array().tolist() == np.arange(24).reshape(2, 3, 2, 2).tolist()
        assert model.labels() == ["conv/bias", "conv/filter", "mask"]
        assert model.files() == [
            "config.json",
            "conv/bias.dat",
            "conv/filter.dat",
            "graph.nnef",
            "graph.quant",
            "mask.dat",
        ]
        assert model.resource("config.json") == b'{"width": 3}'
        assert model.has("mask") and not model.has("Mask") and not model.has("conv")
        assert model.notices() == []
        both = dict(model.tensors(["mask", "conv/filter"]))
        assert {label: tensor.shape for label, tensor in both.items()} == {"mask": (3,), "conv/filter": (2, 3, 2, 2)}


@pytest.mark.parametrize("form", CONTAINERS)
@pytest.mark.parametrize(
    "label, words",
    [
        ("absent", "has no file 'absent.dat'"),
        ("../model/mask", "climbs out"),
        ("conv/../../x", "climbs out"),
        ("/etc/passwd", "has no file '/etc/passwd.dat'"),
        ("C:\\x", "absolute path"),
        ("a\0b", "NUL"),
        ("", "empty"),
        (".", "names no file"),
        ("x" * 5000, "too long"),
        ("\ud800", "not valid Unicode"),
    ],
)
def test_labels_that_are_not_read(folder: Path, form: str, label: str, words: str) -> None:
    with open_model(contained(folder, form)) as model:
        assert not model.has(label)
        with pytest.raises(ArchiveError) as refusal:
            model.tensor(label)
        assert words in str(refusal.value) and "\n" not in str(refusal.value)


def test_another_case_is_hinted_at(folder: Path) -> None:
    with open_model(folder) as model, pytest.raises(ArchiveError, match=r"but 'mask\.dat', and case counts"):
        model.tensor("Mask")


def test_a_lone_graph_file_has_its_own_quantization(folder: Path) -> None:
    (folder / "net.nnef").write_text("version 1.0;")
    assert open_model(folder / "net.nnef").quant_text() is None
    (folder / "net.quant").write_text("# mine")
    assert open_model(folder / "net.nnef").quant_text() == "# mine"
    (folder / "graph.nnef").unlink()
    (folder / "net.quant").unlink()
    assert (open_model(folder / "net.nnef").quant_text() or "").startswith('"x"')


def test_new_files_are_seen(folder: Path) -> None:
    model = open_model(folder)
    assert not model.has("late")
    os.utime(folder, (1, 1))
    write_tensor(folder / "late.dat", np.array([1.0]))
    assert model.has("late")


def test_uncompressed_archives_are_mapped_in_place(folder: Path) -> None:
    array = open_model(contained(folder, "m.tar")).tensor("conv/filter").array()
    assert not array.flags.owndata and array.flags.aligned


class TestStreaming:
    def archive(self, tmp_path: Path, sizes: list[int]) -> Path:
        path = tmp_path / "m.tgz"
        with tarfile.open(path, "w:gz") as archive:
            _add(archive, "graph.nnef", b"version 1.0;")
            for index, size in enumerate(sizes):
                write_tensor(tmp_path / "x.dat", np.random.default_rng(index).standard_normal(size))
                archive.add(tmp_path / "x.dat", f"{index}.dat")
        return path

    def test_the_first_tensor_is_shown_without_reading_on(self, tmp_path: Path) -> None:
        path = self.archive(tmp_path, [1000, 1_000_000])
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        model = open_model(path)
        assert model.tensor("0").array().shape == (1000,)
        assert model.header("1").shape == (1_000_000,)
        with pytest.raises(ArchiveError, match="cannot be decompressed"):
            model.tensor("1").array()

    def test_going_back_starts_again_when_nothing_is_kept(self, tmp_path: Path) -> None:
        path = self.archive(tmp_path, [1000, 2000, 3000])
        model = open_model(path, Limits(keep_bytes=0))
        for label in ("2", "0", "1", "0", "2"):
            expected = np.random.default_rng(int(label)).standard_normal(1000 * (int(label) + 1))
            assert np.array_equal(model.tensor(label).array(), expected)
        assert model.notices() == []

    def test_one_pass_serves_all(self, tmp_path: Path) -> None:
        path = self.archive(tmp_path, [100, 200, 300])
        model = open_model(path, Limits(keep_bytes=0))
        assert isinstance(model.store, StreamedTar)
        starts = []
        model.store._start = lambda: starts.append(1)  # type: ignore[method-assign]
        assert [tensor.array().size for _, tensor in model.tensors(["2", "0", "1"])] == [100, 200, 300]
        assert not starts

    def test_progress_is_told_and_may_cancel(self, tmp_path: Path) -> None:
        path = self.archive(tmp_path, [1_500_000, 1_500_000])
        told: list[float] = []
        open_model(path, progress=lambda share, text: told.append(share)).labels()
        assert told and told == sorted(told) and told[-1] <= 1

        def cancel(share: float, text: str) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            open_model(path, progress=cancel).labels()


def test_zstandard_works_or_says_what_to_install(folder: Path) -> None:
    path = folder.parent / "m.tar.zst"
    try:
        import zstandard
    except ImportError:
        path.write_bytes(b"\x28\xb5\x2f\xfd" + bytes(20))
        with pytest.raises(ArchiveError, match=r"pip install 'nnef-lsp\[zstd\]'"):
            open_model(path).labels()
        return
    path.write_bytes(zstandard.compress(contained(folder, "m.tar").read_bytes()))
    assert open_model(path).labels() == ["conv/bias", "conv/filter", "mask"]


def _add(archive: tarfile.TarFile, name: str, data: bytes = b"", **fields: object) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for field, value in fields.items():
        setattr(info, field, value)
    archive.addfile(info, io.BytesIO(data))


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=40)
@given(names=st.lists(st.text(st.sampled_from("abä/ ."), min_size=1, max_size=200), max_size=4, unique=True))
def test_members_are_those_that_python_finds(tmp_path: Path, form: int, names: list[str]) -> None:
    path = tmp_path / "m.tar"
    with tarfile.open(path, "w", format=form) as archive:
        for index, name in enumerate(names):
            try:
                _add(archive, name, b"x" * (index * 511))
            except ValueError:  # a name that ustar cannot hold
                continue
    with tarfile.open(path) as archive:
        expected = [(m.name.rstrip("/"), m.size, m.offset_data) for m in archive if m.isreg()]
    found = list(read_members(MappedTar(str(path), Limits())))
    assert [(m.name.rstrip("/"), m.size, m.offset) for m in found if m.kind == "file"] == expected


@pytest.mark.parametrize(
    "text, words",
    [("m.zip", "zip archive"), ("m.bin", "neither a model folder"), ("absent", "does not exist")],
)
def test_what_is_no_model_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "m.zip").write_bytes(b"PK\3\4")
    (tmp_path / "m.bin").write_bytes(b"hello")
    with pytest.raises(ArchiveError, match=words):
        open_model(tmp_path / text)


def test_a_folder_without_graph_says_where_one_is(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(ArchiveError, match=r"it holds 'model/graph\.nnef'"):
        open_model(tmp_path).graph_text()


def test_an_index_counts_members() -> None:
    index = Index("m.tar", Limits(max_files=2))
    from nnef_lsp.archive.containers.tar import Member

    with pytest.raises(ArchiveError, match="more than 2 files"):
        for number in range(3):
            index.add(Member(str(number), "file", 0, number * 512))


def test_a_model_is_a_context(folder: Path) -> None:
    with open_model(contained(folder, "m.tar")) as model:
        assert isinstance(model, Model)
        array = model.tensor("mask").array()
    assert array.tolist() == [True, False, True]
