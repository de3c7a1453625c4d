"""A few commands on hostile files as processes that the kernel watches; `python -m tests.trust.processes` tries more."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("tar: link to a secret", 0), ("gzip: pax link to a secret", 12), ("link out: graph.nnef", 8),
        ("saved inputs: of a secret", 9), ("settings: names a Python", 8), ("npz: names that escape", 2),
        ("label: that climbs", 13), ("other: pickle", 2),
    ],
)  # fmt: skip
def test_a_command_opens_only_the_model(kind: str, number: int) -> None:
    from .processes import attack

    assert attack(kind, number).wrong == ()


def test_what_is_opened_outside_is_seen(tmp_path: Path) -> None:
    from .processes import watched

    (tmp_path / "secret.nnef").write_text("version 1.0;")
    assert any(
        "secret.nnef" in sentence for sentence in watched(["check", str(tmp_path / "secret.nnef")], tmp_path).wrong
    )
    assert any("/etc/passwd" in sentence for sentence in watched(["check", "/etc/passwd"], tmp_path).wrong)
