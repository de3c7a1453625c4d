"""Small documents in tract's dialect: what their tensors are, what is reported, and what they compute."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.extents.dims import format_shape
from nnef_lsp.model.flattening.flatten import flatten
from nnef_lsp.model.operations.tract.dialect import DIALECT as TRACT
from nnef_lsp.model.values.constants import wire
from nnef_lsp.rules import diagnose
from nnef_lsp.runtime.execution.execute import Session
from nnef_lsp.runtime.planning.plan import make_plan
from nnef_lsp.syntax.source import Source

REGISTRIES = ("tract_core", "tract_onnx", "tract_transformers")


def document(body: str, header: str = "", fragments: str = "") -> str:
    """A document around statements; inputs are what external introduces, the output is called y."""
    lines = [line.strip() for line in body.strip().splitlines()]
    inputs = [line.split("=")[0].strip() for line in lines if "external(" in line]
    enabled = "".join(f"extension tract_registry {name};\n" for name in REGISTRIES)
    statements = "".join(f"    {line}\n" for line in lines)
    return (
        f"version 1.0;\n{enabled}{header}\n{fragments}\ngraph g( {', '.join(inputs)} ) -> ( y )\n{{\n{statements}}}\n"
    )


def analyse(text: str) -> Analysis:
    """The analysis of a document, read as tract reads it."""
    return Analysis(Source(text), TRACT)


def facts(body: str, header: str = "", fragments: str = "") -> dict[str, str]:
    """`{"y": "f32[1, S + 1]"}`: type and shape of every tensor; the document must have no errors."""
    analysis = analyse(document(body, header, fragments))
    errors = [item.message for item in diagnose(analysis) if item.severity == "error"]
    assert errors == []
    return {name: f"{fact.dtype}{format_shape(fact.shape)}" for name, fact in analysis.tensors().items()}


def value(body: str, header: str = "") -> Any:
    """The items of the constant y, None if they are not known."""
    analysis = analyse(document(body, header))
    definer = analysis.definers["y"][-1]
    fact = wire(analysis.outcomes.of(definer).values[definer.defines.index("y")])
    return fact.value


def reported(text: str) -> list[str]:
    """The rules that speak, errors first."""
    found = sorted(diagnose(analyse(text)), key=lambda item: (item.severity != "error", item.rule))
    return [f"{item.severity}[{item.rule}]" for item in found if item.rule != "unused-result"]


def compute(
    body: str, inputs: dict[str, Any] | None = None, header: str = "", fragments: str = "", **symbols: int
) -> np.ndarray[Any, Any]:
    """What y is after a run."""
    graph = flatten(analyse(document(body, header, fragments)), symbols=symbols)
    return np.asarray(Session(make_plan(graph), lambda label: None).run(inputs or {}).outputs["y"])
