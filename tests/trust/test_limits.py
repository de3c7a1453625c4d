"""What costs too much is refused at once, with the name of the limit; a user can raise each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nnef_lsp.archive import limits

from ..cli.helpers import cli
from ..server.talk import Client
from .attacks import at_most
from .hostile_archives import BASE, GRAPH, member, tar
from .hostile_models import JSONS, RESOURCE, sparse

SECURITY = Path(__file__).parents[2] / "docs" / "security.md"


@pytest.mark.parametrize(
    "name, command",
    [
        *(("graph.nnef", command) for command in ("check", "stats", "diff", "shapes", "flatten", "fmt")),
        *(("graph.quant", command) for command in ("check", "diff", "fmt")),
    ],
)
def test_a_text_of_250_mb(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, command: str) -> None:
    (tmp_path / "graph.nnef").write_text(GRAPH)
    with open(tmp_path / name, "wb") as file:
        file.truncate(250 << 20)
    with at_most(10):
        ran = cli(capsys, command, tmp_path, *([tmp_path] if command == "diff" else []))
    assert ran.status == 2
    assert f"{name} is a text of 250 MiB, above the limit of 16 MiB; set NNEF_LSP_MAX_TEXT higher" in ran.err


def test_looking_at_each_of_2_to_the_32_bits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = sparse(tmp_path)
    with at_most(10):
        ran = cli(capsys, "tensor", model, "--label", "a", "--exact")
        assert ran.status == 1 and "above the limit of 1073741824; set NNEF_LSP_MAX_ITEMS higher" in ran.err
        assert "sampled" in cli(capsys, "tensor", model, "--label", "a").out


def test_members_of_an_archive(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "m.tar"
    path.write_bytes(tar(*BASE, *(member(f"m{n}.json") for n in range(20))))
    monkeypatch.setenv(limits.FILES_VARIABLE, "10")
    ran = cli(capsys, "unpack", path, tmp_path / "unpacked")
    assert ran.status == 2 and "above the limit of 10; set NNEF_LSP_MAX_FILES higher" in ran.err
    monkeypatch.setenv(limits.FILES_VARIABLE, "1k")
    assert cli(capsys, "unpack", path, tmp_path / "unpacked").status == 0


def test_a_resource_that_is_too_long_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "graph.nnef").write_text(RESOURCE)
    (tmp_path / "facts.json").write_bytes(JSONS["more than is read"])
    monkeypatch.setenv(limits.TEXT_VARIABLE, "1M")
    ran = cli(capsys, "check", tmp_path)
    assert ran.status == 1 and "NNEF_LSP_MAX_TEXT" in ran.out


def test_a_variable_that_is_no_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "graph.nnef").write_text(GRAPH)
    monkeypatch.setenv(limits.TEXT_VARIABLE, "lots")
    ran = cli(capsys, "check", tmp_path)
    assert ran.status == 2 and "'lots' is not a number for NNEF_LSP_MAX_TEXT" in ran.err


def test_every_limit_is_documented() -> None:
    variables = {value for name, value in vars(limits).items() if name.endswith("VARIABLE")}
    assert set(re.findall(r"`(NNEF_LSP_MAX_\w+)`", SECURITY.read_text(encoding="utf-8"))) == variables


def test_the_command_line_raises_a_limit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(limits.TEXT_VARIABLE, "10")
    (tmp_path / "graph.nnef").write_text(GRAPH)
    assert "above the limit of 10 B" in cli(capsys, "check", tmp_path).err
    assert cli(capsys, "check", tmp_path, "--limit", "text=1M", "--limit", "items=5").status == 0
    assert "above the limit of 10 B" in cli(capsys, "check", tmp_path).err, "for that command only"
    for said, wrong in (
        ("texts=1M", "there is no limit 'texts'; there are bytes, text, files, items"),
        ("text", "'' is not a number for the limit 'text'"),
        ("text=lots", "'lots' is not a number for the limit 'text'; write for example 32G"),
    ):
        ran = cli(capsys, "check", tmp_path, "--limit", said)
        assert ran.status == 2 and wrong in ran.err


def test_a_setting_raises_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(limits.TEXT_VARIABLE, raising=False)
    client = Client(options={"limits": {"text": "1k", "items": True, "nothing": "3", "files": "many"}})
    text = GRAPH + "# and more\n" * 40_000
    uri = client.open(tmp_path / "graph.nnef", text)
    assert [item["code"] for item in client.diagnostics(uri)] == ["limit"]
    client.tell("workspace/didChangeConfiguration", {"settings": {"nnef": {"limits": {"text": "64M"}}}})
    assert "limit" not in [item["code"] for item in client.diagnostics(uri)]
    client.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
    client.tell("workspace/didChangeConfiguration", {"settings": {"nnef": {}}})
    uri = client.open(tmp_path / "graph.nnef", GRAPH + "# and more\n" * 2_000_000)
    found: list[str] = []
    while "limit" not in found:
        found = [item["code"] for item in client.diagnostics(uri)]
    assert client.close() == 0
