"""`nnef-lsp shapes`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .helpers import EXAMPLES, GRAPH, cli

Capture = pytest.CaptureFixture[str]


def test_every_tensor_with_its_shape(model: Path, capsys: Capture) -> None:
    assert cli(capsys, "shapes", model) == (
        0,
        "x  scalar   [1, 4]\nw  scalar   [3, 4]\nh  scalar   [1, 3]\ny  scalar   [1, 3]\n",
        "",
    )


def test_several_models_have_headings(model: Path, capsys: Capture) -> None:
    ran = cli(capsys, "shapes", model, EXAMPLES / "digits")
    assert ran.out.startswith(f"{model}\nx") and f"\n{EXAMPLES}/digits\n" in ran.out


def test_json_by_path(model: Path, capsys: Capture) -> None:
    ran = cli(capsys, "shapes", model, "--format", "json")
    assert json.loads(ran.out)[str(model)]["h"] == {"shape": [1, 3], "dtype": "scalar"}


def test_what_is_not_known_has_no_shape(model: Path, capsys: Capture) -> None:
    (model / "graph.nnef").write_text(GRAPH.replace("relu(h)", "relu(q)"))
    ran = cli(capsys, "shapes", model, "--format", "json")
    assert (ran.status, json.loads(ran.out)[str(model)]["y"]["shape"]) == (0, None)


def test_a_path_that_cannot_be_read(model: Path, capsys: Capture) -> None:
    ran = cli(capsys, "shapes", "nothing", model)
    assert (ran.status, ran.err) == (2, "nnef-lsp: nothing does not exist.\n") and "x  scalar" in ran.out
