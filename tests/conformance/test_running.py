"""Engines in their processes, reports, and the commands."""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.cli.main import main
from nnef_lsp.conformance import Results, Verdict, selection, test_engine
from nnef_lsp.conformance.adapters import find_adapter
from nnef_lsp.conformance.report import as_junit, as_markdown
from nnef_lsp.conformance.verdict import difference

DOCS = Path(__file__).parents[2] / "docs" / "conformance.md"


def test_an_engine_in_a_process_of_its_own_gives_the_same_verdicts() -> None:
    items = selection("round") + selection("conv/strided*")
    found = test_engine(f"numpy:{sys.executable}", items)
    assert [(v.case, v.status) for v in found.verdicts] == [(item.name, "passed") for item in items]
    assert found.version.startswith("nnef-lsp")


def test_a_crash_ends_one_case_and_not_the_run() -> None:
    if find_adapter("tract").missing():
        pytest.skip("tract is not installed")
    found = test_engine("tract", [*selection("conv/border-reflect"), *selection("conv/strided")])
    assert [v.status for v in found.verdicts] == ["crashed", "passed"]
    assert "panicked" in found.verdicts[0].detail


def test_an_engine_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conformance", "--engine", "abacus", "--filter", "copy"]) == 2
    assert "there is no engine 'abacus'" in capsys.readouterr().err
    assert main(["conformance", "--engine", "tract:/no/such/python", "--filter", "copy"]) == 2
    assert "cannot be started" in capsys.readouterr().err


def test_a_difference_names_the_place_and_the_values() -> None:
    case = selection("floor/special")[0]
    expected = case.expected()[0]  # type: ignore[union-attr]
    wrong = {"y": expected["y"].astype(np.float32) + np.array([0, 0, 1, 0], np.float32)}
    assert difference(case, wrong, expected) == "'y' [2] is 1, expected 0 (1 of 4 items differ)"  # type: ignore[arg-type]
    assert "has the shape [2]" in difference(case, {"y": np.zeros(2)}, expected)  # type: ignore[arg-type]
    assert "nan" in difference(case, {"y": expected["y"] * np.nan}, expected)  # type: ignore[arg-type]


def test_text_json_and_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conformance", "--filter", "round"]) == 0
    assert "7 of 7 passed" in capsys.readouterr().out
    assert main(["conformance", "--filter", "round", "--format", "json"]) == 0
    (numpy,) = json.loads(capsys.readouterr().out)
    assert numpy["engine"] == "numpy" and len(numpy["verdicts"]) == 7
    assert main(["conformance", "--list", "--filter", "4.7"]) == 0
    assert "matmul/batch" in capsys.readouterr().out
    assert main(["conformance", "--filter", "no such case"]) == 2


def test_written_cases_verify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conformance", "--write", str(tmp_path), "--filter", "matmul"]) == 0
    capsys.readouterr()
    assert main(["verify", *map(str, sorted(tmp_path.glob("matmul/*")))]) == 0
    assert capsys.readouterr().out.count("ok") == len(selection("matmul"))


def test_junit_is_well_formed_whatever_an_engine_says() -> None:
    items = selection("copy")
    results = Results('engine <&> "x"', "1")
    results.verdicts = [Verdict(items[0].name, "wrong", "a < b & \x1b[31m\x00 'c'"), Verdict(items[1].name, "passed")]
    suite = ElementTree.fromstring(as_junit([results], items)).find("testsuite")
    assert suite is not None and suite.get("failures") == "1" and suite.get("tests") == "2"


def test_the_table_counts_and_groups() -> None:
    items = selection("copy")
    results = Results("other", "1.0", "", [Verdict(item.name, "refused", "no | copy") for item in items])
    text = as_markdown([results], items)
    assert f"| 4.2.1 | copy | **0** of {len(items)}: {len(items)} refused |" in text
    assert "no \\| copy" in text


def test_the_published_table_is_of_this_suite() -> None:
    """Which engines pass is measured by hand; that every case is in the table is not."""
    text = DOCS.read_text(encoding="utf-8")
    assert f"{len(selection())} cases" in text
    for operation in {item.operation for item in selection()}:
        assert f" {operation} |" in text
    assert f"{len(selection())} of {len(selection())} passed" in text


def test_stats_counts_parameters_work_and_memory(capsys: pytest.CaptureFixture[str]) -> None:
    digits = str(Path(__file__).parents[2] / "examples" / "digits")
    assert main(["stats", digits, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)[digits]
    assert found["parameters"] == 10_970
    assert found["macs"] == 12 * 64 * 9 + 24 * 64 * 12 * 9 + 32 * 16 * 24 * 9 + 10 * 128
    assert found["peak_bytes"] == 2 * 24 * 64 * 4  # strokes before and after max(x, 0)
    assert found["operations"]["conv"]["count"] == 3
    assert main(["stats", digits]) == 0
    assert "10,970" in capsys.readouterr().out
    assert main(["stats", "/no/such/model"]) == 2
