"""Flat text of every model of the shared corpus, where it is at hand: independent readers find the same in it.

tract: the flat text loads where the model does, with the same facts of inputs and outputs, and gives the same numbers.
Khronos: its parser reads it without extensions, and infers the same shapes.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnef_lsp.cli.document import open_document
from nnef_lsp.ide.views.flat import flat_document
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.rules import diagnose
from nnef_lsp.syntax.source import Source

CORPUS = Path(__file__).resolve().parents[3] / "shared/corpus"
MUCH = 700_000
"""Graphs with longer texts take long in other readers."""

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason="the shared corpus is not on this machine")


def flattened(dialect: str) -> Iterator[tuple[Path, str, Any]]:
    """Models of a dialect: folder, flat text, and the analysis of the text before."""
    for case in json.loads((CORPUS / "manifest.json").read_text())["cases"]:
        folder = CORPUS / case["path"]
        if case["part"] != "valid" or case["dialect"] != dialect or not (folder / "graph.nnef").exists():
            continue
        if (folder / "graph.nnef").stat().st_size > MUCH:
            continue
        document = open_document(str(folder), dialect)
        assert document.errors == [], folder
        text = flat_document(document.analysis)
        again = Analysis(Source(text), document.analysis.dialect, document.analysis.weights)
        assert [item.message for item in diagnose(again) if item.severity == "error"] == [], folder
        yield folder, text, document.analysis


def beside(folder: Path, text: str, place: Path) -> Path:
    """A model with another text and the same data."""
    for file in folder.rglob("*"):
        if file.is_file() and file.name != "graph.nnef":
            link = place / file.relative_to(folder)
            link.parent.mkdir(parents=True, exist_ok=True)
            os.symlink(file, link)
    place.mkdir(exist_ok=True)
    (place / "graph.nnef").write_text(text)
    return place


def test_tract_reads_the_same(tmp_path: Path) -> None:
    tract = pytest.importorskip("tract")
    compared = 0
    for number, (folder, text, analysis) in enumerate(flattened("tract")):
        if _tokens(text) == _tokens((folder / "graph.nnef").read_text()):
            continue  # nothing was inlined
        try:
            written = _load(tract, folder)
        except tract.TractError:
            continue
        flat = _load(tract, beside(folder, text, tmp_path / str(number)))
        assert _facts(flat) == _facts(written), folder
        if (folder / "io.npz").exists():
            arrays = np.load(folder / "io.npz")
            inputs = [np.ascontiguousarray(arrays[name]) for name in analysis.inputs if name in arrays]
            compared += _same_numbers(folder, written.into_runnable(), flat.into_runnable(), inputs)
    assert compared >= 12


def _load(tract: Any, folder: Path) -> Any:
    loader = tract.nnef().with_tract_extra().with_onnx().with_tract_transformers().with_pulse()
    return loader.with_extended_identifier_syntax().load(str(folder))


def _facts(model: Any) -> list[str]:
    inputs = [str(model.input_fact(index)) for index in range(model.input_count())]
    return inputs + [str(model.output_fact(index)) for index in range(model.output_count())]


def _same_numbers(folder: Path, written: Any, flat: Any, inputs: list[Any]) -> bool:
    try:
        want = [item.to_numpy() for item in written.run(inputs)]
    except Exception:
        return False  # the bundle's shapes are not what tract runs
    for a, b in zip(want, [item.to_numpy() for item in flat.run(inputs)], strict=True):
        assert a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc"), folder
    return True


def _tokens(text: str) -> str:
    return "".join(re.sub(r"#[^\n]*", "", text).split())


def test_khronos_parser_reads_the_same(tmp_path: Path) -> None:
    nnef = pytest.importorskip("nnef")
    compared = 0
    for number, (folder, text, _) in enumerate(flattened("khronos")):
        assert "extension" not in text and "fragment" not in text.split("graph ")[0], folder
        place = beside(folder, text, tmp_path / str(number))
        quant = place / "graph.quant"
        graph = nnef.parse_file(str(place / "graph.nnef"), **({"quantization": str(quant)} if quant.exists() else {}))
        if not (folder / "shapes.json").exists():
            continue
        nnef.infer_shapes(graph)
        found = {name: tensor.shape for name, tensor in graph.tensors.items()}
        names = set(re.findall(r"[A-Za-z_]\w*", (folder / "graph.nnef").read_text())) & set(found)
        want = json.loads((folder / "shapes.json").read_text())
        assert {name: found[name] for name in want if name in names} == {
            name: want[name] for name in want if name in names
        }, folder
        compared += 1
    assert compared > 300
