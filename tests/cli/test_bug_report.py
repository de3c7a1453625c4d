"""`nnef-lsp bug-report` holds what repeats a mistake of ours, and nothing that is the model's own."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from nnef_lsp.model.shapes import shape_rule

from .helpers import cli

TEXT = """version 1.0;
# secret comment
graph secret_net( secret_input ) -> ( secret_output )
{
    secret_input = external(shape = [1, 4]);
    secret_weights = variable(shape = [1, 4], label = 'secret/weights');
    secret_sum = add(secret_input, secret_weights);
    secret_output = relu(secret_input);
}
"""


def broken(*_: object) -> Any:
    raise ZeroDivisionError("oops")


@pytest.mark.parametrize("fails", [True, False])
def test_a_report(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, fails: bool) -> None:
    (tmp_path / "graph.nnef").write_text(TEXT)
    if fails:
        where = "nnef_lsp.model.evaluation.invocation.shape_rule"
        monkeypatch.setattr(where, lambda name, dialect: broken if name == "relu" else shape_rule(name, dialect))
    ran = cli(capsys, "bug-report", str(tmp_path), "--output", str(tmp_path / "report.zip"))
    assert ran.status == 0 and ("1 error" in ran.out) == fails
    with zipfile.ZipFile(tmp_path / "report.zip") as packed:
        files = {name: packed.read(name).decode() for name in packed.namelist()}
    assert "secret" not in "".join(files.values())
    assert "relu(" in files["graph.nnef"] and ("add(" in files["graph.nnef"]) != fails
    assert ("the shape rule of 'relu': ZeroDivisionError: oops" in files["faults.txt"]) == fails
    assert json.loads(files["versions.json"])["nnef-lsp"]


def test_what_cannot_be_read_or_written(tmp_path: Path, capsys: Any) -> None:
    ran = cli(capsys, "bug-report", str(tmp_path / "none"))
    assert ran.status == 2 and "none" in ran.err
    (tmp_path / "graph.nnef").write_text(TEXT)
    ran = cli(capsys, "bug-report", str(tmp_path), "--output", str(tmp_path / "no" / "r.zip"))
    assert ran.status == 2 and "cannot be written" in ran.err
