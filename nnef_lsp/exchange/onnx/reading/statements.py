"""Statements of NNEF in the making: names come last, when it is known which tensors are there at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, eq=False)
class Ref:
    """A tensor of the text: its shape and data type, and the name that it will have.

    `wanted` is what ONNX calls it, empty for what only we need; `hint` is how that is called instead.
    """

    shape: tuple[int, ...]
    dtype: str
    wanted: str = ""
    hint: str = ""
    name: str = ""


Literal = float | int | bool
Operand = Ref | Literal


@dataclass(slots=True)
class Statement:
    """An assignment.  A result that is a list is an array of tensors; `scope` is where in the model it belongs."""

    operation: str
    results: Sequence[Ref | list[Ref]]
    operands: Sequence[Operand | list[Operand]] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    generic: str = ""
    scope: str = ""
    label: str = ""


def literal(value: Any) -> str:
    """A value in NNEF."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return real(value)
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, tuple):
        return f"({','.join(map(literal, value))})"
    if isinstance(value, list):
        return (
            f"[{', '.join(map(literal, value))}]"
            if value and isinstance(value[0], tuple)
            else f"[{','.join(map(literal, value))}]"
        )
    return str(value)


def real(value: float) -> str:
    """A real number with a point; in the digits that float32 needs, if it is one of these."""
    import numpy as np

    narrow = np.float32(value)
    text = str(narrow) if float(narrow) == value else repr(value)
    text = text.replace("e+", "e")
    if "e" in text:
        mantissa, exponent = text.split("e")
        return f"{mantissa if '.' in mantissa else mantissa + '.0'}e{exponent}"
    return text if "." in text else f"{text}.0"
