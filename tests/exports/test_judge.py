"""The judge tells models that we treat rightly from others: on a few made by hand, as `make.py` leaves them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from .judge import Judge, Model, agrees, found, read_for

pytest.importorskip("tract")

COMMAND = str(Path(sys.executable).with_name("nnef-lsp"))
TEXT = """version 1.0;
extension tract_registry tract_core;
graph g( x ) -> ( y )
{
    x = tract_core_external(shape = [2, 3], datum_type = 'f32');
    y = exp(x);
}
"""
X = np.linspace(-1, 1, 6, dtype=np.float32).reshape(2, 3)


def judged(folder: Path, text: str = TEXT, y: Any = None, **said: Any) -> Model:
    """A model in a folder, judged."""
    path = folder / "models" / "torch" / "n-exp"
    path.mkdir(parents=True)
    (path / "graph.nnef").write_text(text)
    np.savez(path / "io.npz", x=X, y=np.exp(X) if y is None else y)
    (path / "tract.json").write_text(json.dumps({"half": False, "outputs": ["2,3,f32"], "error": [0.0], **said}))
    models = list(found(folder / "models", ["torch"], []))
    Judge(COMMAND).all(models)
    return models[0]


def test_a_model_that_is_right(tmp_path: Path) -> None:
    model = judged(tmp_path)
    assert model.ours and model.reasons == {}


def test_numbers_that_are_not_torch_s(tmp_path: Path) -> None:
    model = judged(tmp_path, y=np.exp(X) * 1.01)
    assert not model.ours and set(model.reasons) == {"numpy", "engine"}


def test_an_error_that_tract_does_not_have(tmp_path: Path) -> None:
    model = judged(tmp_path, TEXT.replace("exp(x)", "matmul(x, x)"))
    assert not model.ours and {"check", "target", "shapes", "numpy"} <= set(model.reasons)


def test_a_shape_that_is_not_tract_s(tmp_path: Path) -> None:
    model = judged(tmp_path, outputs=["2,4,f32"])
    assert not model.ours and set(model.reasons) == {"shapes"}


def test_what_tract_refuses_must_have_an_error(tmp_path: Path) -> None:
    assert "check" in judged(tmp_path, refused="no").reasons


def test_facts_of_tract() -> None:
    assert agrees({"shape": [1, "S + 2"], "dtype": "f32"}, "1,2+S,F32")
    assert not agrees({"shape": [1, "S + 2"], "dtype": "f32"}, "1,S,F32")
    assert not agrees({"shape": [1, 4], "dtype": "f16"}, "1,4,F32")
    assert not agrees({"shape": None, "dtype": "f32"}, "1,4,F32")


def test_a_name_that_is_assigned_again_behind_its_last_use(tmp_path: Path) -> None:
    (tmp_path / "graph.nnef").write_text("\ngraph g(x) -> (y) {\n a = x;\n b = a;\n y = b;\n b = c;\n}")
    assert {"a", "y"} <= read_for(tmp_path, ["y"]) and "b" not in read_for(tmp_path, ["y"])
