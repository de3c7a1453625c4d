"""`nnef-lsp fmt`: what is written, what is only shown, and what is left alone."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from .helpers import GRAPH, cli

Capture = pytest.CaptureFixture[str]
UGLY = GRAPH.replace("    ", "\t").replace(" = ", "=")


@pytest.fixture
def ugly(model: Path) -> Path:
    """A model folder whose texts are in no layout at all."""
    (model / "graph.nnef").write_text(UGLY)
    (model / "graph.quant").write_text('"x":linear_quantize(min=0.0,max=1.0,bits=8);')
    return model


def test_files_and_folders_are_formatted_once(ugly: Path, capsys: Capture) -> None:
    ran = cli(capsys, "fmt", ugly)
    assert (ran.status, ran.out) == (0, f"formatted {ugly}/graph.nnef\nformatted {ugly}/graph.quant\n")
    assert (ugly / "graph.nnef").read_text() == GRAPH
    assert (ugly / "graph.quant").read_text() == '"x": linear_quantize(min = 0.0, max = 1.0, bits = 8);\n'
    assert cli(capsys, "fmt", ugly, ugly / "graph.nnef") == (0, "", "")


def test_check_writes_nothing(ugly: Path, capsys: Capture) -> None:
    ran = cli(capsys, "fmt", "--check", ugly / "graph.nnef")
    assert (ran.status, ran.out) == (1, f"would change {ugly}/graph.nnef\n")
    assert (ugly / "graph.nnef").read_text() == UGLY


def test_diff_shows_what_would_change(ugly: Path, capsys: Capture) -> None:
    ran = cli(capsys, "fmt", "--diff", ugly / "graph.nnef")
    assert ran.status == 1 and "-\ty=relu(h);\n" in ran.out and "+    y = relu(h);\n" in ran.out
    assert (ugly / "graph.nnef").read_text() == UGLY


def test_a_text_that_does_not_parse_is_left_as_it_is(ugly: Path, capsys: Capture) -> None:
    text = UGLY.replace("relu(h)", "relu(h")
    (ugly / "graph.nnef").write_text(text)
    ran = cli(capsys, "fmt", ugly / "graph.nnef")
    assert (ran.status, ran.out) == (1, "")
    assert f"{ugly}/graph.nnef:8:10: expected ')' to close this '('" in ran.err and "left as it is" in ran.err
    assert (ugly / "graph.nnef").read_text() == text


def test_byte_order_mark_mode_and_links_survive(ugly: Path, capsys: Capture) -> None:
    target = ugly / "graph.nnef"
    target.write_bytes(b"\xef\xbb\xbf" + UGLY.encode())
    target.chmod(0o600)
    link = ugly.parent / "link.nnef"
    link.symlink_to(target)
    assert cli(capsys, "fmt", link).status == 0
    assert link.is_symlink() and target.read_bytes() == b"\xef\xbb\xbf" + GRAPH.encode()
    assert os.stat(target).st_mode & 0o777 == 0o600


def test_standard_input_to_standard_output(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(UGLY.encode())))
    assert cli(capsys, "fmt", "-") == (0, GRAPH, "")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("none.nnef", None, "does not exist"),
        ("model.tgz", b"", "archives are unpacked first"),
        ("bad.nnef", b"version 1.0;\xff", "is not UTF-8 text"),
        ("folder", "folder", "holds no graph.nnef"),
    ],
)
def test_what_cannot_be_formatted(
    tmp_path: Path, capsys: Capture, name: str, content: bytes | str | None, sentence: str
) -> None:
    if isinstance(content, bytes):
        (tmp_path / name).write_bytes(content)
    elif content:
        (tmp_path / name).mkdir()
    ran = cli(capsys, "fmt", tmp_path / name)
    assert (ran.status, ran.out) == (2, "") and sentence in ran.err and ran.err.count("\n") == 1


def test_a_keyword_as_a_name_keeps_nothing_from_its_layout(ugly: Path, capsys: Capture) -> None:
    """tract's dialect has such names; which dialect a text is in is none of the layout's business."""
    (ugly / "graph.nnef").write_text(UGLY.replace("h=", "in=").replace("(h)", "(in)"))
    assert cli(capsys, "fmt", ugly / "graph.nnef").status == 0
    assert (ugly / "graph.nnef").read_text() == GRAPH.replace("h =", "in =").replace("(h)", "(in)")
