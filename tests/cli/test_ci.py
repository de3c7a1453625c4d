"""What servers read of `check`, what `--fix` writes, and the files that other tools take from this repository."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from .helpers import EXAMPLES, GRAPH, cli, shell

Capture = pytest.CaptureFixture[str]
ROOT = Path(__file__).parents[2]
WRONG = GRAPH.replace("relu(h)", "rleu(h)")


@pytest.fixture
def zoo(model: Path) -> Path:
    """A good model, a wrong one with a name that XML and URIs must escape, and one that cannot be read."""
    (model.parent / "a <b> & c.nnef").write_text(WRONG)
    (model.parent / "broken.nnef.tgz").write_bytes(b"nothing")
    return model.parent


def test_junit_has_a_case_for_each_model(zoo: Path, capsys: Capture) -> None:
    ran = cli(capsys, "check", zoo, "--format", "junit")
    root = ElementTree.fromstring(ran.out)
    assert ran.status == 2
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "1", "1")
    cases = {Path(str(case.get("name"))).name: [child.tag for child in case] for case in root.iter("testcase")}
    assert (
        cases["a <b> & c.nnef"][0] == "failure" and cases["broken.nnef.tgz"] == ["error"] and cases["graph.nnef"] == []
    )
    assert "there is no operation or fragment 'rleu'" in str(root.find(".//failure").text)  # type: ignore[union-attr]


def test_junit_holds_no_character_that_xml_forbids(model: Path, capsys: Capture) -> None:
    (model / "graph.nnef").write_text(GRAPH.replace("'w'", "'\x01\uffff'"))
    ElementTree.fromstring(cli(capsys, "check", model, "--format", "junit").out)


def test_gitlab(zoo: Path, capsys: Capture) -> None:
    found = [
        item for item in json.loads(cli(capsys, "check", zoo, "--format", "gitlab").out) if item["severity"] == "major"
    ]
    assert found[0]["check_name"] == "unknown-operation" and found[0]["location"]["lines"] == {"begin": 8, "end": 8}
    assert found[0]["location"]["path"].endswith("a <b> & c.nnef")


def test_sarif_places_are_uris_and_findings_stay_the_same(tmp_path: Path) -> None:
    def results() -> list[dict[str, object]]:
        ran = shell(f"cd '{tmp_path}'; nnef-lsp check 'a b%.nnef' --format sarif")
        return list(json.loads(ran.stdout)["runs"][0]["results"])

    (tmp_path / "a b%.nnef").write_text(WRONG)
    before = next(item for item in results() if item["ruleId"] == "unknown-operation")
    (tmp_path / "a b%.nnef").write_text(WRONG.replace("graph net", "# more\n\ngraph net"))
    after = next(item for item in results() if item["ruleId"] == "unknown-operation")
    place = before["locations"][0]["physicalLocation"]  # type: ignore[index]
    assert place["artifactLocation"] == {"uri": "a%20b%25.nnef", "uriBaseId": "SRCROOT"}
    assert before["partialFingerprints"] == after["partialFingerprints"] and before["locations"] != after["locations"]


def test_fix_writes_what_is_safe_and_reports_the_rest(model: Path, capsys: Capture) -> None:
    graph = model / "graph.nnef"
    text = "\ufeff" + GRAPH.replace("    y = relu(h);", "    y = softmax(h, [1]);\n    z = rleu(h);")
    graph.write_bytes(text.encode("utf-8"))
    shown = cli(capsys, "check", model, "--diff")
    assert shown.status == 0 and "+    y = softmax(h, axes = [1]);" in shown.out and graph.read_bytes().decode() == text
    ran = cli(capsys, "check", model, "--fix")
    assert (
        ran.status == 1
        and "graph.nnef: 1 mistake fixed" in ran.out
        and "there is no operation or fragment 'rleu'" in ran.out
    )
    assert graph.read_bytes().decode() == text.replace("h, [1]", "h, axes = [1]")
    again = cli(capsys, "check", model, "--fix")
    assert "fixed" not in again.out and again.status == 1


def test_fix_leaves_archives_and_standard_input(model: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = model.parent / "m.nnef.tgz"
    assert cli(capsys, "pack", model, archive).status == 0
    before = archive.read_bytes()
    ran = cli(capsys, "check", archive, "--fix")
    assert "so nothing in it is fixed; unpack it first" in ran.err and archive.read_bytes() == before
    assert "cannot be fixed where it is" in cli(capsys, "check", "-", "--diff").err


def test_hooks_call_commands_that_there_are(tmp_path: Path) -> None:
    """The entries of the hooks, on the files that their patterns take, as pre-commit calls them."""
    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    entries, patterns = re.findall(r"entry: (.+)", text), re.findall(r"files: (.+)", text)
    assert len(entries) == len(patterns) == 2
    (tmp_path / "a.nnef").write_text(
        (EXAMPLES / "edges" / "graph.nnef").read_text() if (EXAMPLES / "edges").exists() else GRAPH
    )
    for entry, pattern in zip(entries, patterns):
        assert re.search(pattern, "a.nnef") and not re.search(pattern, "a.dat")
        ran = shell(f"cd '{tmp_path}'; {entry} a.nnef")
        assert b"usage" not in ran.stderr and ran.returncode in (0, 1), ran.stderr


@pytest.mark.parametrize(("target", "models"), [("", "."), ("khronos-1.0.5", "a.nnef b.nnef")])
def test_the_steps_of_the_action_run(tmp_path: Path, target: str, models: str) -> None:
    steps = re.findall(r"run: (nnef-lsp .+)", (ROOT / "action.yml").read_text())
    assert len(steps) == 2
    for name in ("a", "b"):
        (tmp_path / f"{name}.nnef").write_text(WRONG)
    report = tmp_path / "report.sarif"
    first, second = (
        shell(f"cd '{tmp_path}'; set -e; {step}", env={"TARGET": target, "SARIF": str(report), "MODELS": models})
        for step in steps
    )
    assert first.returncode == 0 and len(json.loads(report.read_text())["runs"][0]["results"]) >= 2
    assert second.returncode == 1 and second.stdout.count(b"::error file=") == 2
