"""What the specification says an operation gives: its formulas in float64, item by item, in plain loops.

    @defines("conv")
    def conv(input, filter, bias=0.0, border="constant", ...):
        "The specification's sentence or formula."

A definition takes the tensors of the declaration in order as numpy arrays, attributes by name with the defaults of the
specification, and returns an array; a tuple for several results; a list for an array of tensors.  It shares no code
with the kernels (`runtime`), uses numpy only to hold items, and is as slow as it is plain.  One file per family
of operations.

Not here: speed, other types of floats, checks of arguments.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["defines", "definitions"]

Definition = Callable[..., Any]
AnyDefinition = TypeVar("AnyDefinition", bound=Definition)


def defines(*operations: str) -> Callable[[AnyDefinition], AnyDefinition]:
    """Register a function as the definition of operations; a second definition is refused."""

    def register(function: AnyDefinition) -> AnyDefinition:
        for operation in operations:
            if operation in _definitions:
                raise ValueError(f"operation '{operation}' is defined twice")
            _definitions[operation] = function
        return function

    return register


def definitions() -> dict[str, Definition]:
    """All definitions by name of operation."""
    if not _loaded:
        for module in pkgutil.iter_modules(__path__):
            importlib.import_module(f"{__name__}.{module.name}")
        _loaded.append(True)
    return _definitions


_definitions: dict[str, Definition] = {}
_loaded: list[bool] = []
