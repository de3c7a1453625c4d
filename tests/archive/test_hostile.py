"""Models made to do harm: refused or reported, never a crash, never a read outside."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import tarfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnef_lsp.archive import ArchiveError, LimitError, Limits, encode_tensor, limits_from_environment, open_model
from nnef_lsp.archive.containers.pack import unpack
from nnef_lsp.archive.limits import parse_bytes

SECRET = b"secret"


def archive(path: Path, *members: tuple[str, bytes | tarfile.TarInfo]) -> Path:
    with tarfile.open(path, "w:gz" if path.suffix == ".tgz" else "w") as file:
        for name, what in members:
            info = what if isinstance(what, tarfile.TarInfo) else tarfile.TarInfo(name)
            data = b"" if isinstance(what, tarfile.TarInfo) else what
            info.name, info.size = name, len(data)
            file.addfile(info, io.BytesIO(data))
    return path


def member(kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo()
    info.type, info.linkname = kind, target
    return info


@pytest.fixture(params=["m.tar", "m.tgz"])
def path(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    (tmp_path / "secret.dat").write_bytes(SECRET)
    return tmp_path / str(request.param)


@pytest.mark.parametrize(
    "name, what, words",
    [
        ("../secret.dat", b"x", "climbs out"),
        ("/abs.dat", b"x", "absolute path"),
        ("a\\..\\..\\x.dat", b"x", "climbs out"),
        ("dev.dat", member(tarfile.CHRTYPE), "a device"),
        ("pipe.dat", member(tarfile.FIFOTYPE), "a device, a pipe"),
    ],
)
def test_bad_members_are_reported_and_not_unpacked(path: Path, name: str, what: bytes, words: str) -> None:
    model = open_model(archive(path, ("graph.nnef", b"version 1.0;"), (name, what)))
    assert words in " ".join(model.notices())
    assert model.labels() == [] and model.graph_text() == "version 1.0;"
    with pytest.raises(ArchiveError, match="nothing was unpacked"):
        unpack(path, path.parent / "out")
    assert sorted(p.name for p in path.parent.iterdir()) == sorted([path.name, "secret.dat"])


@pytest.mark.parametrize("target", ["../secret.dat", "/etc/passwd", "loop.dat"])
@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_links_never_leave_an_archive(path: Path, target: str, kind: bytes) -> None:
    model = open_model(archive(path, ("loop.dat", member(kind, target))))
    assert not model.has("loop")
    with pytest.raises(ArchiveError):
        model.tensor("loop").array()
    with pytest.raises(ArchiveError):
        unpack(path, path.parent / "out")
    assert not (path.parent / "out").exists()


def test_links_inside_an_archive_are_followed(path: Path) -> None:
    data = encode_tensor([1.0, 2.0])
    model = open_model(
        archive(
            path,
            ("a/x.dat", data),
            ("a/y.dat", member(tarfile.SYMTYPE, "x.dat")),
            ("z.dat", member(tarfile.LNKTYPE, "a/x.dat")),
        )
    )
    assert model.tensor("a/y").array().tolist() == model.tensor("z").array().tolist() == [1.0, 2.0]


def test_doubled_members_are_refused(path: Path) -> None:
    data = encode_tensor([1.0])
    model = open_model(archive(path, ("x.dat", data), ("./x.dat", data)))
    assert "two members are called 'x.dat'" in model.notices()[0]
    with pytest.raises(ArchiveError, match="two members"):
        model.tensor("x")


@pytest.mark.parametrize("names", [("a", "a/b.dat"), ("a/b.dat", "a")])
def test_a_name_of_a_file_and_a_folder_is_refused(path: Path, names: tuple[str, str]) -> None:
    archive(path, ("graph.nnef", b"version 1.0;"), *[(name, b"x") for name in names])
    with pytest.raises(ArchiveError, match="holds 'a' both as a file and as a folder; nothing was unpacked"):
        unpack(path, path.parent / "out")
    assert not (path.parent / "out").exists()


def test_names_that_differ_in_case_are_reported(path: Path) -> None:
    data = encode_tensor([1.0])
    model = open_model(archive(path, ("Conv.dat", data), ("conv.dat", encode_tensor([2.0]))))
    assert "differ in case only" in model.notices()[0]
    assert model.tensor("conv").array().tolist() == [2.0]


def test_links_out_of_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (tmp_path / "secret.dat").write_bytes(encode_tensor([1.0]))
    (tmp_path / "model2").mkdir()  # begins like the model's own path
    (tmp_path / "model2" / "x.dat").write_bytes(encode_tensor([1.0]))
    os.symlink(tmp_path / "secret.dat", folder / "out.dat")
    os.symlink("..", folder / "up")
    os.symlink("../model2", folder / "twin")
    os.symlink("absent.dat", folder / "dangling.dat")
    model = open_model(folder)
    for label in ("out", "up/secret", "twin/x"):
        with pytest.raises(ArchiveError, match="symbolic link out"):
            model.tensor(label)
    assert not model.has("dangling") and model.labels() == []
    assert len(model.notices()) == 4


def test_links_inside_a_folder_are_followed(tmp_path: Path) -> None:
    (tmp_path / "real.dat").write_bytes(encode_tensor([1.0]))
    os.symlink("real.dat", tmp_path / "link.dat")
    assert open_model(tmp_path).tensor("link").array().tolist() == [1.0]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.dat")
    model = open_model(tmp_path)
    assert model.labels() == []
    with pytest.raises(ArchiveError, match="not a regular file"):
        model.tensor("x")


def bomb(path: Path, size: int) -> None:
    """An archive of `size` zero bytes, written without holding them."""
    opener = gzip.open if path.suffix == ".tgz" else lzma.open
    info = tarfile.TarInfo("zero.dat")
    info.size = size
    with opener(path, "wb") as file:
        file.write(info.tobuf())
        for _ in range(size >> 20):
            file.write(bytes(1 << 20))
        file.write(bytes(1024))


@pytest.mark.parametrize("name", ["bomb.tgz", "bomb.tar.xz"])
def test_a_bomb_is_refused_until_the_user_vouches_for_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    bomb(path, 300 << 20)
    with pytest.raises(LimitError, match="decompression bomb; set NNEF_LSP_MAX_BYTES"):
        open_model(path).labels()
    with pytest.raises(LimitError):
        open_model(path).blob("zero.dat").buffer()
    assert open_model(path, Limits(keep_bytes=0).raised(1 << 30)).labels() == ["zero"]


def test_a_limit_bounds_what_a_member_may_promise(tmp_path: Path) -> None:
    path = tmp_path / "m.tgz"
    info = tarfile.TarInfo("x.dat")
    info.size = 1 << 40
    with gzip.open(path, "wb") as file:
        file.write(info.tobuf(tarfile.GNU_FORMAT))
        file.write(encode_tensor([1.0]))
    with pytest.raises(ArchiveError):
        open_model(path).tensor("x").array()
    with pytest.raises(ArchiveError):
        open_model(path).labels()


def test_decoding_is_limited(tmp_path: Path) -> None:
    (tmp_path / "x.dat").write_bytes(encode_tensor([1] * 1000, "uint2"))
    assert open_model(tmp_path, Limits(max_bytes=1000)).tensor("x").array().size == 1000
    with pytest.raises(LimitError, match="NNEF_LSP_MAX_BYTES"):
        open_model(tmp_path, Limits(max_bytes=999)).tensor("x").array()


def test_the_environment_raises_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NNEF_LSP_MAX_BYTES", "3G")
    assert limits_from_environment().max_bytes == 3 << 30 and limits_from_environment().trusted
    assert [parse_bytes(text) for text in ("10", "2k", "1.5 MB", "2GiB")] == [10, 2048, 1572864, 2 << 30]
    with pytest.raises(ArchiveError):
        parse_bytes("lots")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=150)
@given(place=st.integers(0, 3000), damage=st.binary(min_size=1, max_size=12))
def test_a_damaged_archive_is_read_or_refused(tmp_path: Path, place: int, damage: bytes) -> None:
    good = tmp_path / "good.tar"
    if not good.exists():
        archive(good, ("graph.nnef", b"version 1.0;"), ("a/" * 60 + "x.dat", encode_tensor([1.0])))
    data = bytearray(good.read_bytes())
    data[place : place + len(damage)] = damage
    for name, content in (("bad.tar", bytes(data)), ("bad.tgz", gzip.compress(bytes(data), 1))):
        (tmp_path / name).write_bytes(content)
        try:
            with open_model(tmp_path / name) as model:
                model.notices()
                for label in model.labels():
                    model.tensor(label).array()
        except ArchiveError as refusal:
            assert str(refusal).endswith(".")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=100)
@given(place=st.integers(0, 200), damage=st.binary(min_size=1, max_size=5), form=st.sampled_from(["gz", "xz", "bz2"]))
def test_damaged_compression_is_read_or_refused(tmp_path: Path, place: int, damage: bytes, form: str) -> None:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode=f"w:{form}") as file:
        info = tarfile.TarInfo("x.dat")
        info.size = 132
        file.addfile(info, io.BytesIO(encode_tensor([1.0])[:132]))
    data = bytearray(plain.getvalue())
    data[place : place + len(damage)] = damage
    path = tmp_path / f"bad.tar.{form}"
    path.write_bytes(bytes(data))
    try:
        open_model(path).labels()
    except ArchiveError as refusal:
        assert str(refusal).endswith(".")


def test_text_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "graph.nnef").write_bytes(b"\xff\xfe\0")
    with pytest.raises(ArchiveError, match="not UTF-8 text"):
        open_model(tmp_path).graph_text()


def test_text_in_another_encoding_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    (tmp_path / "graph.nnef").write_bytes(b"\xef\xbb\xbfversion 1.0;\n# \xe9t\xe9\n")
    assert open_model(tmp_path).graph_text() == "version 1.0;\n# \ufffdt\ufffd\n"
