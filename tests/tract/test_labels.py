"""Labels as tract reads them: those of ONNX begin with '/', and name files inside the model nevertheless."""

from __future__ import annotations

import tarfile
from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.archive import open_model, write_tensor
from nnef_lsp.cli.document import open_document
from nnef_lsp.ide.names.links import linked_file, links
from nnef_lsp.ide.names.mentions import occurrences, symbol_at
from nnef_lsp.ide.names.rename import follow_file, rename, renamed_file
from tests.cli.helpers import cli

from .helpers import document, reported
from .oracle import agree

BODY = """
    x = external(shape = [2, 3]);
    w = variable(shape = [2, 3], label = "/body/w");
    y = x + w;
"""
ITEMS = np.arange(6, dtype=np.float32).reshape(2, 3)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "body").mkdir(parents=True)
    (folder / "graph.nnef").write_text(document(BODY))
    write_tensor(folder / "body" / "w.dat", ITEMS)
    return folder


def test_both_engines_read_the_file(model: Path) -> None:
    (result,) = agree(BODY, [ITEMS], files={"body/w": ITEMS})
    assert np.array_equal(result, 2 * ITEMS)


@pytest.mark.parametrize("form", ["folder", "tar", "tgz"])
def test_commands_find_the_file(model: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = model
    if form != "folder":
        path = model.with_suffix(f".nnef.{form}")
        with tarfile.open(path, "w:gz" if form == "tgz" else "w") as archive:
            archive.add(model, ".")
    assert cli(capsys, "check", path).out.strip() == "no problems"
    assert cli(capsys, "run", path).status == 0
    assert cli(capsys, "stats", path).status == 0
    with open_model(path) as opened:
        assert opened.has("/body/w") and opened.tensor("//body/w").array().tolist() == ITEMS.tolist()
        assert [label for label, _ in opened.tensors(["/body/w", "body/w"])] == ["/body/w", "body/w"]


def test_nothing_outside_of_the_model_is_read(model: Path) -> None:
    write_tensor(model.parent / "secret.dat", ITEMS)
    with open_model(model) as opened:
        assert not opened.has(f"{model.parent}/secret") and not opened.has("/../secret")


def test_a_link_leads_to_the_file_and_a_rename_moves_it(model: Path) -> None:
    analysis = open_document(str(model)).analysis
    assert [linked_file(analysis, kind, name) for _, kind, name in links(analysis)] == ["body/w.dat"]
    at = analysis.source.text.index("body/w")
    assert [edit.text for edit in rename(analysis, at, "/body/v")] == ["/body/v"]
    assert renamed_file(analysis, at, "/body/v") == ("body/w.dat", "body/v.dat")
    assert [edit.text for edit in follow_file(analysis, "body/w.dat", "body/v.dat")] == ["body/v"]


def test_a_label_is_the_same_with_and_without_the_slash(model: Path) -> None:
    (model / "graph.nnef").write_text(document(BODY + '\n    v = variable(shape = [2, 3], label = "body/w");'))
    analysis = open_document(str(model)).analysis
    symbol = symbol_at(analysis, analysis.source.text.index("body/w"))
    assert symbol is not None and len(occurrences(analysis, symbol)) == 2


@pytest.mark.parametrize("label", ["./body/w", "body//w", "body/./w", "../body/w", ".hidden/w", "body/w/"])
def test_labels_for_which_tract_finds_no_file(
    model: Path, label: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Its data are missing, whether a file lies there that the label could mean or none at all."""
    text = document(BODY.replace("/body/w", label))
    assert reported(text) == ["error[missing-weights]"]
    (tmp_path / "empty").mkdir()
    for folder in (model, tmp_path / "empty"):
        (folder / "graph.nnef").write_text(text)
        checked, ran = cli(capsys, "check", folder), cli(capsys, "run", folder)
        assert checked.out.count("[missing-weights]") == 1 and checked.status == ran.status == 1
        assert f"tract finds no file for the label '{label}'" in ran.err
        assert cli(capsys, "run", folder, "--weights", "random:1").status == 0


def test_the_specification_knows_no_label_that_begins_with_a_slash(
    model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (model / "graph.nnef").write_text(
        "version 1.0;\ngraph g(x) -> (y)\n{\n    x = external<scalar>(shape = [2, 3]);\n"
        "    w = variable<scalar>(shape = [2, 3], label = '/body/w');\n    y = add(x, w);\n}\n"
    )
    ran = cli(capsys, "check", model)
    assert ran.status == 1 and "must not begin with '/'" in ran.out
