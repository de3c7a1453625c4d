"""Every command that takes a model, with every hostile one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from nnef_lsp.archive.limits import FILES_VARIABLE, TEXT_VARIABLE

from .attacks import complaint
from .hostile_archives import GRAPH, WEIGHTS
from .hostile_models import KINDS, SECRET, Maker

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes, links and signals of POSIX")


def commands(path: Path, other: Path) -> list[Sequence[object]]:
    found: list[Sequence[object]] = [
        ["check", path], ["check", path, "--format", "sarif"], ["stats", path], ["shapes", path], ["diff", path, other],
        ["flatten", path], ["pack", path, other.parent / "packed.tgz", "--force"],
        ["tensor", path, "--label", "a", "--exact"], ["weights", "export", path, other.parent / "w.safetensors"],
        ["unpack", path, other.parent / "unpacked"],
    ]  # fmt: skip
    return [*found, ["fmt", "--diff", path]] if path.is_dir() else found


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_each_command_ends_with_a_sentence(make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FILES_VARIABLE, "1000")  # lower, so that the kinds that exceed them are made in no time
    monkeypatch.setenv(TEXT_VARIABLE, "1M")
    other = tmp_path / "other"
    other.mkdir()
    (other / "graph.nnef").write_text(GRAPH)
    (other / "a.dat").write_bytes(WEIGHTS)
    path = make(tmp_path)
    wrong = [(str(words[0]), found) for words in commands(path, other) if (found := complaint(words, SECRET))]
    assert wrong == []
    left = {entry.name for entry in tmp_path.iterdir()}
    assert left <= {"other", "model", path.name, "packed.tgz", "w.safetensors", "unpacked", "secret.nnef"}
