"""`nnef-lsp check`: what is drawn, what programs get, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nnef_lsp.archive.pack import pack

from .helpers import EXAMPLES, GRAPH, cli

Capture = pytest.CaptureFixture[str]


def wrong(model: Path, text: str = GRAPH.replace("relu(h)", "relu(q)").replace("y )", "y, p )")) -> Path:
    """The model with errors in its graph."""
    (model / "graph.nnef").write_text(text)
    return model


def test_a_good_model(model: Path, capsys: Capture) -> None:
    assert cli(capsys, "check", model) == (0, "no problems\n", "")
    assert cli(capsys, "check", model, EXAMPLES / "digits", EXAMPLES / "parity") == (0, "no problems in 3 models\n", "")


def test_diagnostics_are_drawn_under_their_lines(model: Path, capsys: Capture) -> None:
    path = wrong(model) / "graph.nnef"
    ran = cli(capsys, "check", path)
    assert (ran.status, ran.err) == (1, "")
    assert ran.out == f"""hint[unused-result]: 'h' is never used
 --> {path}:7:5
  |
7 |     h = linear(x, w);
  |     ^

error[undefined-name]: 'q' is not defined
 --> {path}:8:14
  |
8 |     y = relu(q);
  |              ^

error[output-not-assigned]: graph output 'p' is never assigned
 --> {path}:9:1
  |
9 | }}
  | ^
  note: declared here (line 3, column 24)

"""


def test_a_statement_over_several_lines_is_underlined_on_each(model: Path, capsys: Capture) -> None:
    wrong(model, GRAPH.replace("[1, 4]", "[1,\n        'a',\n        4]"))
    ran = cli(capsys, "check", model)
    assert """
5 |     x = external<scalar>(shape = [1,
  |                                  ^^^
6 |         'a',
  |         ^^^^
7 |         4]);
  |         ^^
""" in ran.out


def test_lines_too_long_to_show_are_cut_around_the_place(model: Path, capsys: Capture) -> None:
    wrong(model, GRAPH.replace("relu(h)", f"add_n([{'h, ' * 200}nothing])"))
    ran = cli(capsys, "check", model)
    lines = ran.out.split("\n")
    carets = next(line for line in lines if "^" in line)
    assert max(map(len, lines[2:])) < 180 and lines[lines.index(carets) - 1][carets.index("^") :].startswith("nothing")


def test_json_has_a_place_for_each(model: Path, capsys: Capture) -> None:
    ran = cli(capsys, "check", wrong(model), "--format", "json")
    found = json.loads(ran.out)
    assert ran.status == 1
    assert [item["code"] for item in found] == ["unused-result", "undefined-name", "output-not-assigned"]
    path = str(model / "graph.nnef")
    assert found[1] == {
        "file": path, "path": path, "line": 8, "column": 14, "endLine": 8, "endColumn": 15, "severity": "error",
        "code": "undefined-name", "message": "'q' is not defined",
    }  # fmt: skip
    good = cli(capsys, "check", EXAMPLES / "digits", "--format", "json")
    assert (good.status, json.loads(good.out)) == (0, [])


def test_warnings_alone_are_no_failure(model: Path, capsys: Capture) -> None:
    (model / "w.dat").unlink()
    ran = cli(capsys, "check", model)
    assert ran.status == 0 and ran.out.startswith("warning[missing-weights]")


def test_the_quantization_file_is_checked_as_well(model: Path, capsys: Capture) -> None:
    (model / "graph.quant").write_text('"nothing": linear_quantize(min = 0.0, max = 1.0, bits = 8);\n')
    ran = cli(capsys, "check", model)
    assert f" --> {model}/graph.quant:1:1\n" in ran.out and "'nothing'" in ran.out


def test_several_paths_and_one_that_cannot_be_read(model: Path, capsys: Capture) -> None:
    ran = cli(capsys, "check", model / "nothing.nnef", wrong(model), EXAMPLES / "digits")
    assert ran.status == 2 and "error[undefined-name]" in ran.out
    assert ran.err == f"nnef-lsp: {model}/nothing.nnef does not exist.\n"


def test_archives(model: Path, capsys: Capture) -> None:
    pack(wrong(model), model.parent / "m.tgz")
    ran = cli(capsys, "check", model.parent / "m.tgz")
    assert ran.status == 1 and f"{model.parent}/m.tgz:8:14" in ran.out


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty", None, "holds no graph.nnef"),
        ("file.bin", b"\0\1\2", "neither a model folder nor a .nnef file nor a tar archive"),
        ("file.zip", b"PK\3\4", "zip archive"),
        ("file.tgz", b"\x1f\x8b\x08broken", ""),
        ("file.tar", b"", ""),
    ],
)
def test_what_is_no_model(tmp_path: Path, capsys: Capture, name: str, content: bytes | None, sentence: str) -> None:
    path = tmp_path / name
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    ran = cli(capsys, "check", path)
    assert (ran.status, ran.out) == (2, "") and ran.err.count("\n") == 1 and sentence in ran.err
    assert "Traceback" not in ran.err


def test_a_text_that_is_no_graph_is_checked(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "a.nnef"
    path.write_text("")
    ran = cli(capsys, "check", path)
    assert ran.status == 1 and "a document needs a graph" in ran.out


def test_a_text_in_another_encoding_shows_where(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "a.nnef"
    path.write_bytes(GRAPH.replace("relu(h)", "relu(\u00e9h)").encode("latin-1"))
    ran = cli(capsys, "check", path)
    assert ran.status == 1 and f"{path}:8:14" in ran.out and "8 |     y = relu(\ufffdh);\n  |              ^\n" in ran.out


def test_control_characters_are_shown_and_not_obeyed(model: Path, capsys: Capture) -> None:
    wrong(model, GRAPH.replace("relu(h)", "relu(q); # \x1b[31m\x07"))
    for words in (["check", model], ["fmt", "--diff", model], ["diff", EXAMPLES / "digits", model]):
        ran = cli(capsys, *words)
        assert "\x1b" not in ran.out + ran.err and "\x07" not in ran.out + ran.err


def test_carets_stand_under_wide_characters(model: Path, capsys: Capture) -> None:
    wrong(model, GRAPH.replace("    y = relu(h);", "    y = add(variable(shape = [1], label = '\u6f22\u5b57'), q);"))
    lines = cli(capsys, "check", model).out.split("\n")
    at = next(number for number, line in enumerate(lines) if line.startswith("error[undefined-name]"))
    assert lines[at + 4] == "  | " + " " * (len("    y = add(variable(shape = [1], label = '") + 4 + len("'), ")) + "^"
