"""Traits: what the key lines of a declaration say of an operation beside its signature and documentation.

    # kind: elementwise
    # result type: combined
    # constant: folded
    # whole numbers: same kernel
    # quantized: rounded at once
    # work: none
    # missing in: tract-0.22 (it came with 0.23)

The head of `khronos/khronos.nnef` says what each means.  All are given for every operation that is declared; a
document's own fragments have the defaults.

Not here: what follows from a trait (data types `dtypes/results.py`, colours `ide/views/graph.py`, ...).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

KINDS = (
    "input", "weights", "constant", "elementwise", "activation", "normalization", "reduction", "convolution", "pooling",
    "matrix", "shape", "quantization", "other",
)  # fmt: skip
"""Groups of operations, which views show by colour."""
KEYS = ("kind", "result type", "constant", "whole numbers", "quantized", "work", "missing in")
"""All traits, as declarations write them."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of an operation without its rules."""

    kind: str = "other"
    """One of `KINDS`."""
    result_type: str = "first"
    """How the data types of results follow where they are exact: a name in `dtypes/results.py`."""
    constant: str = "kept"
    """What is known of the result of constants: "folded" (its items), "kept" (that it is one), "stored" (in a file)."""
    constant_types: frozenset[str] | None = None
    """The data types of constants that can be computed while a graph is read; None for all."""
    other_kernel: bool = False
    """Whether whole numbers are computed by another kernel than real ones, or refused."""
    quantized: str = "rounded"
    """How results get codes: "rounded", "cut off", "moved" (items are those of operands), "product"."""
    at_once: bool = False
    """Whether results are rounded to the type that graph.quant names, not first to that of the operands."""
    work: str = ""
    """How multiply-accumulates are counted: a name in `runtime/planning/costs.py`; "" where there are none."""
    missing_in: Mapping[str, str] = field(default_factory=dict)
    """Dialects and targets that lack the operation: what to use in a dialect instead, why a target lacks it."""


NO_TRAITS = Traits()
"""Those of a document's own fragments."""


def traits_of(lines: Mapping[str, str]) -> Traits:
    """The traits in the key lines of a declaration, by key.  Raises ValueError for a value that means nothing."""
    found: dict[str, Any] = {}
    for key, text in lines.items():
        found.update(_READERS[key](text))
    return Traits(**found)


def _one_of(name: str, *choices: str) -> Callable[[str], dict[str, Any]]:
    def read(text: str) -> dict[str, Any]:
        if text not in choices:
            raise ValueError(f"'{text}' must be one of {', '.join(choices)}")
        return {name: text}

    return read


@cache
def _constant(text: str) -> dict[str, Any]:
    how, _, types = text.partition(", of ")
    found: dict[str, Any] = _one_of("constant", "folded", "kept", "stored")(how)
    return {**found, "constant_types": frozenset(types.split())} if types else found


@cache
def _quantized(text: str) -> dict[str, Any]:
    how = text.removesuffix(" at once")
    found: dict[str, Any] = _one_of("quantized", "rounded", "cut off", "moved", "product")(how)
    return {**found, "at_once": how != text or how == "product"}


def _whole_numbers(text: str) -> dict[str, Any]:
    found = _one_of("whole numbers", "same kernel", "other kernel")(text)
    return {"other_kernel": found["whole numbers"] == "other kernel"}


_MISSING = re.compile(r"([\w.-]+)(?: \(([^)]*)\))?")


@cache
def _missing_in(text: str) -> dict[str, Any]:
    found = {}
    for item in text.split("; ") if text != "nothing" else ():
        match = _MISSING.fullmatch(item)
        if match is None:
            raise ValueError(f"'{item}' must be the name of a dialect or a target, and perhaps (a reason)")
        found[match[1]] = match[2] or ""
    return {"missing_in": found}


_READERS: dict[str, Callable[[str], dict[str, Any]]] = {
    "kind": _one_of("kind", *KINDS),
    "result type": lambda text: {"result_type": text},
    "constant": _constant,
    "whole numbers": _whole_numbers,
    "quantized": _quantized,
    "work": lambda text: {"work": "" if text == "none" else text},
    "missing in": _missing_in,
}
