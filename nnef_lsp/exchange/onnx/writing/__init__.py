"""Translations: the functions that write operations as nodes of ONNX, in files named as everywhere after the family.

    @translated("conv")
    def conv(call: Call) -> Value:
        return call.writer.node("Conv", call.tensor(0), ...)

A translation reads the invocation through `call`, writes nodes through `call.writer`, and returns the value of its result;
a tuple of them for several results, a list for a result that is an array of tensors.  What ONNX cannot express raises
`Inexpressible` with the reason.  A dialect adds translations by a folder of its name; there is no list to edit.

Not here: which version of the operator set is used (`graph_writer.py` finds the lowest), files (`model_file.py`).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, Union

if TYPE_CHECKING:
    from .call import Call
    from .values import Value

__all__ = ["translated", "translations"]


Produced = Union["Value", "list[Value]", "tuple[Value | list[Value], ...]"]
Translation = Callable[["Call"], Produced]
Marked = TypeVar("Marked", bound=Translation)


def translated(*operations: str) -> Callable[[Marked], Marked]:
    """Register a function as the translation of the operations named; a second one for one of them is refused."""

    def register(function: Marked) -> Marked:
        for operation in operations:
            if operation in _translations:
                raise ValueError(f"operation '{operation}' has two translations")
            _translations[operation] = function
        return function

    return register


def translations() -> dict[str, Translation]:
    """All translations by name of operation."""
    if not _loaded:
        for file in sorted(FOLDER.rglob("[!_]*.py")):
            importlib.import_module(".".join((__name__, *file.relative_to(FOLDER).with_suffix("").parts)))
        _loaded.append(True)
    return _translations


_translations: dict[str, Translation] = {}
_loaded: list[bool] = []
FOLDER = Path(__file__).parent
