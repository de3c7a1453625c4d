"""The models that the package `onnx` ships: light, pytorch-converted and pytorch-operator are 126 of them.  Those in
`simple` are about sequences, strings, and shapes that only a run tells, which NNEF does not have: each has its reason."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="onnx is not installed")

from nnef_lsp.exchange.errors import ExchangeError  # noqa: E402

from .onnx_models import Array, agrees, imported  # noqa: E402

DATA = Path(onnx.__file__).parent / "backend" / "test" / "data"
FOLDERS = sorted([*DATA.glob("pytorch-converted/*"), *DATA.glob("pytorch-operator/*")])
LIGHT = sorted(DATA.glob("light/*.onnx"))
SIMPLE = sorted(DATA.glob("simple/*"))
REASONS = {
    "test_expand_shape_model": "known only when it runs",
    "test_gradient": "standard NNEF has nothing like it",
    "test_sequence_model8": "and these are open: 'X' [n]",
    "test_sequence": "standard NNEF has nothing like it",
    "test_strnorm": "tensors of strings have no counterpart in NNEF",
}


def tensor(path: Path) -> Array:
    proto = onnx.TensorProto()
    proto.ParseFromString(path.read_bytes())
    return np.asarray(onnx.numpy_helper.to_array(proto))


def data_of(folder: Path) -> tuple[dict[str, Array], dict[str, Array]]:
    """Inputs and outputs beside a model."""
    graph = onnx.load(str(folder / "model.onnx")).graph
    stored = {item.name for item in graph.initializer}
    names = [value.name for value in graph.input if value.name not in stored]
    test = folder / "test_data_set_0"
    inputs = {name: tensor(test / f"input_{number}.pb") for number, name in enumerate(names)}
    return inputs, {value.name: tensor(test / f"output_{number}.pb") for number, value in enumerate(graph.output)}


def test_there_are_as_many_as_were_counted() -> None:
    assert len(FOLDERS) + len(LIGHT) >= 126


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_models_compute_what_onnx_says(folder: Path, tmp_path: Path) -> None:
    inputs, outputs = data_of(folder)
    made, errors = imported(
        str(folder / "model.onnx"), tmp_path / "model", {name: array.shape for name, array in inputs.items()}
    )
    assert errors == []
    assert agrees(made, tmp_path / "model", inputs, outputs) == ""


@pytest.mark.parametrize("path", LIGHT, ids=lambda path: path.stem)
def test_networks_have_no_errors(path: Path, tmp_path: Path) -> None:
    """Their weights are constants of one value, so that there is little to compare; the shapes are those of real ones."""
    if path.stem == "light_vgg19":
        pytest.skip("takes a gigabyte")
    made, errors = imported(str(path), tmp_path / "model")
    assert errors == []
    assert made.statements > 20


@pytest.mark.parametrize("folder", SIMPLE, ids=lambda folder: folder.name)
def test_what_nnef_does_not_have_is_said(folder: Path, tmp_path: Path) -> None:
    reason = next((words for name, words in REASONS.items() if folder.name.startswith(name)), None)
    if reason is None:
        inputs, outputs = data_of(folder)
        made, errors = imported(str(folder / "model.onnx"), tmp_path / "model")
        assert errors == [] and agrees(made, tmp_path / "model", inputs, outputs) == ""
        return
    with pytest.raises(ExchangeError) as error:
        imported(str(folder / "model.onnx"), tmp_path / "model")
    assert reason in error.value.message
