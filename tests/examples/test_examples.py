"""The shipped examples: no problem in them, and they compute what their READMEs say."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.cli.check import diagnostics
from nnef_lsp.cli.document import open_document
from nnef_lsp.cli.main import main
from nnef_lsp.model.flattening.flatten import flatten
from nnef_lsp.runtime.execution.execute import Session
from nnef_lsp.runtime.inputs.sources import read_input
from nnef_lsp.runtime.inputs.weights import model_weights
from nnef_lsp.runtime.planning.plan import make_plan

EXAMPLES = Path(__file__).parents[2] / "examples"
DIGITS = EXAMPLES / "digits"
MODELS = sorted(path.parent.name for path in EXAMPLES.glob("*/graph.nnef"))


def session(name: str) -> Session:
    document = open_document(str(EXAMPLES / name))
    return Session(make_plan(flatten(document.analysis)), model_weights(document.model))


@pytest.mark.parametrize("name", MODELS)
def test_an_example_has_no_problems_not_even_hints(name: str) -> None:
    assert diagnostics(str(EXAMPLES / name)) == []


@pytest.mark.parametrize("name", MODELS)
def test_an_example_verifies(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(EXAMPLES / name)]) == 0
    assert capsys.readouterr().out.startswith("ok")


@pytest.mark.parametrize("name", MODELS)
def test_an_example_is_laid_out(name: str) -> None:
    assert main(["fmt", "--check", str(EXAMPLES / name)]) == 0


def test_digits_reaches_its_accuracy_on_all_held_back_images() -> None:
    held_back = np.load(DIGITS / "held_back.npz")
    images, labels = held_back["images"].astype(np.float32) / 16, held_back["labels"]
    runner = session("digits")
    found = [int(runner.run({"image": image[None, None]}).outputs["probabilities"].argmax()) for image in images]
    accuracy = float(np.mean(np.array(found) == labels))
    assert len(images) == 360
    assert accuracy >= 0.97
    assert round(accuracy, 4) == json.loads((DIGITS / "expected.json").read_text())["accuracy"]
    assert f"**Accuracy: {100 * accuracy:.2f} %**" in (DIGITS / "README.md").read_text()


@pytest.mark.parametrize("digit", range(10))
def test_digits_reads_the_pictures(digit: int) -> None:
    runner = session("digits")
    fact = runner.plan.graph.tensors["image"]
    image = read_input("image", str(DIGITS / "samples" / f"{digit}.png"), fact)
    found = runner.run({"image": image}).outputs["probabilities"][0]
    expected = json.loads((DIGITS / "expected.json").read_text())["samples"][f"samples/{digit}.png"]
    assert int(found.argmax()) == expected["class"] == digit
    assert float(found.max()) == pytest.approx(expected["probability"], abs=0.02)


def test_digits_stays_small() -> None:
    assert sum(path.stat().st_size for path in DIGITS.rglob("*") if path.is_file()) < 500_000


def test_parity_remembers_between_runs() -> None:
    runner = session("parity")
    bits = [1, 0, 1, 1, 1, 0, 0, 1]
    found = [float(runner.run({"bit": np.array([[bit]], np.float32)}).outputs["odd"].item()) for bit in bits]
    assert found == [float(sum(bits[: n + 1]) % 2) for n in range(len(bits))]
