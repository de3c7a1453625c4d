"""Readers: the functions that say nodes of ONNX as statements of NNEF, in files named after the operators' family.

    @reads("Relu")
    def relu(node: Node) -> Ref:
        return node.emit("relu", node.tensor(0))

A reader looks at the node's operands, all of whose shapes are known, and emits statements; it returns what the node's
output is: a result of these, an operand (then the node is nothing but another name), or a list of them for several outputs.
What standard NNEF cannot say raises `Inexpressible` with the reason.  There is no list to edit.

Not here: constants, which are folded before (`facts.py`), names and the text (`text.py`), files (`model_source.py`).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, Union

if TYPE_CHECKING:
    from .node import Node
    from .statements import Operand

__all__ = ["readers", "reads"]

Read = Union["Operand", "Sequence[Operand]"]
Reader = Callable[["Node"], Read]
Marked = TypeVar("Marked", bound=Reader)


def reads(*operators: str) -> Callable[[Marked], Marked]:
    """Register a function as the reader of ONNX's operators named; a second one for one of them is refused."""

    def register(function: Marked) -> Marked:
        for operator in operators:
            if operator in _readers:
                raise ValueError(f"operator '{operator}' has two readers")
            _readers[operator] = function
        return function

    return register


def readers() -> dict[str, Reader]:
    """All readers by ONNX's name of the operator."""
    if not _loaded:
        for file in sorted(FOLDER.rglob("[!_]*.py")):
            importlib.import_module(".".join((__name__, *file.relative_to(FOLDER).with_suffix("").parts)))
        _loaded.append(True)
    return _readers


_readers: dict[str, Reader] = {}
_loaded: list[bool] = []
FOLDER = Path(__file__).parent
