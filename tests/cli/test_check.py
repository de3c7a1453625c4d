"""`nnef-lsp check`: what is drawn, what programs get, and the exit status."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from nnef_lsp.archive.containers.pack import pack

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
    assert (
        ran.out
        == f"""hint[unused-result]: 'h' is never used
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

2 errors, 1 hint
"""
    )


def test_a_statement_over_several_lines_is_underlined_on_each(model: Path, capsys: Capture) -> None:
    wrong(model, GRAPH.replace("[1, 4]", "[1,\n        'a',\n        4]"))
    ran = cli(capsys, "check", model)
    assert (
        """
5 |     x = external<scalar>(shape = [1,
  |                                  ^^^
6 |         'a',
  |         ^^^^
7 |         4]);
  |         ^^
"""
        in ran.out
    )


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
    assert (
        ran.status == 1 and f"{path}:8:14" in ran.out and "8 |     y = relu(\ufffdh);\n  |              ^\n" in ran.out
    )


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


def test_annotations_for_github(model: Path, capsys: Capture) -> None:
    ran = cli(capsys, "check", wrong(model), "--format", "github")
    path = f"{model}/graph.nnef"
    assert ran.status == 1 and ran.out.splitlines() == [
        f"::notice file={path},line=7,endLine=7,col=5,endColumn=6,title=unused-result::'h' is never used",
        f"::error file={path},line=8,endLine=8,col=14,endColumn=15,title=undefined-name::'q' is not defined",
        f"::error file={path},line=9,endLine=9,col=1,endColumn=2,title=output-not-assigned::graph output 'p' is never assigned",
    ]
    assert cli(capsys, "check", EXAMPLES / "digits", "--format", "github") == (0, "", "")


def test_sarif(model: Path, capsys: Capture) -> None:
    ran = cli(capsys, "check", wrong(model), "--format", "sarif")
    log = json.loads(ran.out)
    (run,) = log["runs"]
    assert ran.status == 1 and log["version"] == "2.1.0"
    assert [(item["ruleId"], item["level"]) for item in run["results"]] == [
        ("unused-result", "note"), ("undefined-name", "error"), ("output-not-assigned", "error"),
    ]  # fmt: skip
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[item["ruleIndex"]]["id"] == item["ruleId"] for item in run["results"])
    place = run["results"][1]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == (model / "graph.nnef").as_uri()
    assert place["region"] == {"startLine": 8, "startColumn": 14, "endLine": 8, "endColumn": 15}
    assert json.loads(cli(capsys, "check", EXAMPLES / "digits", "--format", "sarif").out)["runs"][0]["results"] == []


TRACTS = "version 1.0;\ngraph g( x ) -> ( y )\n{\n    x = external(shape = [1, 4]);\n    z = 0.5;\n    y = x * z;\n}\n"


def test_errors_that_only_the_dialect_makes_are_hinted_at(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "a.nnef"
    path.write_text(TRACTS)
    hint = "read as NNEF 1.0.5, because nothing in it is tract's; as tract's dialect it has no errors: --dialect tract"
    ran = cli(capsys, "check", path)
    assert ran.status == 1 and f"{path}: {hint}, or 'dialect = \"tract\"' in .nnef-lsp.toml\n\n2 errors\n" in ran.out
    assert hint in cli(capsys, "run", path).err
    assert hint not in cli(capsys, "check", path, "--dialect", "khronos").out
    assert hint not in cli(capsys, "check", path, "--format", "github").out
    assert cli(capsys, "check", path, "--dialect", "tract").status == 0
    path.write_text(TRACTS.replace("x * z", "x * q"))
    assert "read as" not in cli(capsys, "check", path).out


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def given(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    given(GRAPH)
    assert cli(capsys, "check", "-") == (0, "no problems\n", "")
    given(GRAPH.replace("relu(h)", "relu(q)"))
    ran = cli(capsys, "check", "-")
    assert ran.status == 1 and " --> -:8:14\n" in ran.out
    given(GRAPH)
    assert cli(capsys, "shapes", "-").out.endswith("y  scalar   [1, 3]\n")
    given(GRAPH)
    assert "y = relu(h);" in cli(capsys, "flatten", "-").out
    given(GRAPH)
    assert "2 operations" in cli(capsys, "stats", "-").out
    given(GRAPH)
    assert cli(capsys, "run", "-").status == 2


def test_a_projects_severities_hold_for_all_commands(model: Path, capsys: Capture) -> None:
    (model / "w.dat").unlink()
    (model / ".nnef-lsp.toml").write_text('[rules]\nmissing-weights = "error"\n')
    assert cli(capsys, "check", model).status == 1
    ran = cli(capsys, "run", model)
    assert ran.status == 1 and "cannot run, it has errors" in ran.err and "'w.dat'" in ran.err
    assert cli(capsys, "run", model, "--weights", "random:1").status == 0
    assert [cli(capsys, command, model).status for command in ("stats", "flatten", "shapes")] == [0, 0, 0]
    (model / "graph.nnef").write_text(GRAPH.replace("[1, 4]", "[1, 5]"))
    (model / ".nnef-lsp.toml").write_text('[rules]\nshape-mismatch = "warning"\n')
    assert cli(capsys, "check", model).status == 0
    ran = cli(capsys, "run", model)
    assert ran.status == 1 and ran.err.startswith(
        f"nnef-lsp: {model}/graph.nnef:7: the graph cannot be expanded from here on: 'linear'"
    )


def test_a_summary_closes_the_text(model: Path, capsys: Capture) -> None:
    assert cli(capsys, "check", wrong(model), EXAMPLES / "digits").out.endswith("\n\n2 errors, 1 hint in 2 models\n")


def test_a_file_in_another_encoding_is_read_on_and_the_place_told(model: Path, capsys: Capture) -> None:
    (model / "graph.nnef").write_bytes(GRAPH.replace("y = relu(h);", "y = relu(h); # größer").encode("latin-1"))
    status, out, _ = cli(capsys, "check", model)
    assert status == 0
    assert "warning[encoding]: this is not UTF-8 text" in out and "(the first of 2 places)" in out
    (model / "graph.nnef").write_bytes(GRAPH.replace("relu(h)", "rélu(h)").encode("latin-1"))
    status, out, _ = cli(capsys, "check", model)
    assert status == 1
    assert out.count("save the file as UTF-8") == 1 and "[encoding]" not in out


def test_a_pool_over_too_few_axes_is_no_accident(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "a.nnef"
    path.write_text(
        "version 1.0;\ngraph g( x ) -> ( y )\n{\n    x = external(shape = [4]);\n    y = box(x, size = [2]);\n}\n"
    )
    assert cli(capsys, "check", path, "--dialect", "tract").status in (0, 1)


def test_models_below_a_folder_are_found(model: Path, capsys: Capture) -> None:
    assert cli(capsys, "check", model.parent).out == "no problems\n"
    ran = cli(capsys, "run", model.parent)
    assert ran.status == 2 and "it holds 'model/graph.nnef', so open or pack that folder" in ran.err
    (model / "graph.nnef").rename(model / "net.nnef")
    assert cli(capsys, "check", model).status == 0
    ran = cli(capsys, "run", model)
    assert ran.status == 2 and "it holds 'net.nnef', so name that file" in ran.err
    (model / "net.nnef").unlink()
    ran = cli(capsys, "check", model)
    assert ran.status == 2 and "holds no graph.nnef, so it is not an NNEF model" in ran.err


def test_repeats_are_counted_unless_all_are_wanted(model: Path, capsys: Capture) -> None:
    unused = "".join(f"    u{number} = relu(h);\n" for number in range(9))
    path = wrong(model, GRAPH.replace("    y = relu", f"{unused}    y = relu")) / "graph.nnef"
    ran = cli(capsys, "check", path)
    assert ran.out.count("hint[unused-result]") == 5
    assert "  and 4 more like this (--all shows them)\n" in ran.out and ran.out.endswith("\n9 hints\n")
    ran = cli(capsys, "check", "--all", path)
    assert ran.out.count("hint[unused-result]") == 9 and "more like this" not in ran.out


def test_another_dialect_is_no_advice_for_mistakes_in_the_quantization(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "graph.nnef").write_text(
        "version 1.0;\n\ngraph g( x ) -> ( y )\n{\n    x = external(shape = [1]);\n    y = relu(x);\n}\n"
    )
    (tmp_path / "graph.quant").write_text('"y": linear_quantize(min = 0.0, max = 1.0, bits = 8)\n')
    ran = cli(capsys, "check", tmp_path)
    assert ran.status == 1 and "1 error" in ran.out and "read as" not in ran.out
