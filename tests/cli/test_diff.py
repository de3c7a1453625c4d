"""`nnef-lsp diff`: what is shown, what programs get, and the exit status."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.archive import write_tensor
from nnef_lsp.archive.containers.pack import pack
from nnef_lsp.cli import diff
from nnef_lsp.cli.drawing import Painter

from .helpers import GRAPH, cli

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def other(model: Path) -> Path:
    """The same model with a tensor renamed, an operation exchanged, and one weight changed."""
    copy = model.parent / "other"
    shutil.copytree(model, copy)
    text = GRAPH.replace("h = ", "hidden = ").replace("relu(h)", "tanh(hidden)")
    (copy / "graph.nnef").write_text(text)
    weights = np.arange(12, dtype=np.float32).reshape(3, 4) - 6
    weights[2, 1] = 4
    write_tensor(copy / "w.dat", weights)
    return copy


def test_a_model_is_the_same_as_itself_in_every_container(model: Path, capsys: Capture) -> None:
    pack(model, model.parent / "m.tgz")
    for path in (model, model / "graph.nnef", model.parent / "m.tgz"):
        ran = cli(capsys, "diff", model, path)
        assert (ran.status, ran.out) == (0, f"{model} and {path} are the same\n")


def test_differences_are_shown_like_a_diff(model: Path, other: Path, capsys: Capture) -> None:
    ran = cli(capsys, "diff", model, other)
    assert ran.status == 1
    assert (
        ran.out.split("\n", 2)[2]
        == """@@ graph: 1 changed @@
@ line 8 -> 8
- y = relu(h);
+ y = tanh(hidden);
@@ 1 renamed @@
  h -> hidden
@@ weights: 1 differ @@
  w: 1 of 12 items differ, at most by 1 at [2, 1], on average by 0.08333 (8.28 % of the norm)
"""
    )


def test_json_has_all_of_it(model: Path, other: Path, capsys: Capture) -> None:
    ran = cli(capsys, "diff", model, other, "--format", "json")
    found = json.loads(ran.out)
    assert (ran.status, found["same"], found["renamed"]) == (1, False, {"h": "hidden"})
    assert found["statements"] == [
        {
            "name": "y",
            "what": "changed",
            "before": "y = relu(h);",
            "after": "y = tanh(hidden);",
            "lineBefore": 8,
            "lineAfter": 8,
        }
    ]
    assert [(item["label"], item["differing"]) for item in found["weights"]] == [("w", 1)]


def test_weights_can_be_left_out(model: Path, other: Path, capsys: Capture) -> None:
    (other / "graph.nnef").write_text(GRAPH)
    assert cli(capsys, "diff", model, other).status == 1
    assert cli(capsys, "diff", model, other, "--no-weights").status == 0


def test_weights_follow_a_renamed_label(model: Path, other: Path, capsys: Capture) -> None:
    (other / "graph.nnef").write_text(GRAPH.replace("'w'", "'fc/w'"))
    (other / "fc").mkdir()
    (other / "w.dat").rename(other / "fc" / "w.dat")
    ran = cli(capsys, "diff", model, other)
    assert ran.status == 1 and "  fc/w: 1 of 12 items differ" in ran.out and "removed" not in ran.out


def test_what_cannot_be_read_is_status_2(model: Path, capsys: Capture) -> None:
    ran = cli(capsys, "diff", model, model / "nothing")
    assert (ran.status, ran.out) == (2, "") and ran.err.count("\n") == 1 and "does not exist" in ran.err
    (model / "w.dat").write_bytes(b"no tensor")
    broken = model.parent / "broken"
    shutil.copytree(model, broken)
    (broken / "w.dat").write_bytes(b"no tensor either")
    assert cli(capsys, "diff", model, broken).status == 2


def test_a_terminal_sees_the_tokens_that_differ_in_reverse() -> None:
    before, after = diff._highlighted("y = conv(x, w, stride = [1, 1]);", "y = conv(x, w, stride = [2, 1]);")
    assert before == "y = conv(x, w, stride = [\x1b[7m1\x1b[27m, 1]);"
    assert after == "y = conv(x, w, stride = [\x1b[7m2\x1b[27m, 1]);"
    item = diff_item()
    assert next(iter(diff._pair(item, Painter(True)))).startswith("\x1b[31m- ")


def diff_item() -> diff.Changed:
    from nnef_lsp.model.comparison import Changed

    return Changed("y", "y = relu(x);", "y = tanh(x);")


def test_long_statements_are_shown_around_the_difference() -> None:
    before = "y = constant(shape = [999], value = [" + ", ".join(["0.5"] * 999) + "]);"
    after = before[:2000] + "7" + before[2001:]
    shown = diff._clipped(before, after)
    assert all(text is not None and len(text) <= diff.MAX_WIDTH + 2 and text[0] == text[-1] == "…" for text in shown)
    assert "7" in (shown[1] or "")
