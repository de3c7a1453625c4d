"""The declaration of the operation whose call is being typed, and the parameter that is typed now."""

from __future__ import annotations

from dataclasses import dataclass

from ...model.analysis.analysis import Analysis
from ...model.operations.declarations import parameter_text
from ...model.quantization.analysis import QuantAnalysis
from ..text.cursor import cursor_at, cursor_in


@dataclass(frozen=True, slots=True)
class Signature:
    """`label` is the declaration; `parameters` are spans in it with their documentation; `active` is -1 for none."""

    label: str
    documentation: str
    parameters: tuple[tuple[int, int, str], ...]
    active: int


def signature(analysis: Analysis | QuantAnalysis, offset: int) -> Signature | None:
    """The signature for an offset within the parentheses of a call."""
    cursor = cursor_at(analysis, offset) if isinstance(analysis, Analysis) else cursor_in(analysis.source, offset)
    operation = cursor.operation(analysis) if cursor is not None else None
    if cursor is None or operation is None:
        return None
    label = f"{operation.name}("
    spans = []
    for number, parameter in enumerate(operation.parameters):
        label += ", " if number else ""
        text = parameter_text(parameter)
        choices = (
            "One of " + ", ".join(f"'{choice}'" for choice in parameter.choices) + "." if parameter.choices else ""
        )
        about = ". ".join(part for part in (parameter.documentation, choices) if part)
        spans.append((len(label), len(label) + len(text), about))
        label += text
    results = ", ".join(f"{result.name}: {result.type}" for result in operation.results)
    active = cursor.parameter(operation)
    if cursor.word.named < 0 and not isinstance(analysis, Analysis):
        active = None  # in a graph.quant the tensor is the key, and everything else is named
    place = operation.parameters.index(active) if active is not None else -1
    return Signature(f"{label}) -> ({results})", operation.documentation.summary, tuple(spans), place)
