"""An operation is found under one name: its shape rule, kernel, definition and cases are in files of the same name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

import pytest

from nnef_lsp.conformance import cases
from nnef_lsp.conformance.reference import definitions
from nnef_lsp.model.operations.declarations import declared_operations
from nnef_lsp.model.shapes import shape_rules
from nnef_lsp.runtime.kernels import kernels

OTHER_NUMBERS = {"tract.whole_numbers", "tract.quantized"}
"""Kernels of standard operations, chosen by the data type of the operands and not by the operation."""


def family(function: Callable[..., Any]) -> str:
    """The file that a function is in, with the folder of its dialect: "pooling", "tract.indexing"."""
    parts = function.__module__.split(".")
    room = next(i for i, part in enumerate(parts) if part in ("shapes", "kernels", "reference"))
    return ".".join(parts[room + 1 :])


SHAPES = {name: family(rule) for name, rule in shape_rules().items()}
KERNELS = {name: family(kernel.function) for name, kernel in kernels().items()}
DEFINITIONS = {name: family(definition) for name, definition in definitions().items()}


def test_kernels_are_in_the_family_of_their_shape_rule() -> None:
    assert {name: (SHAPES[name], where) for name, where in KERNELS.items() if SHAPES.get(name, where) != where} == {}


def test_kernels_of_one_dialect_are_in_the_family_that_the_operation_has() -> None:
    found = {}
    for name, where in KERNELS.items():
        dialect, colon, operation = name.rpartition(":")
        if colon and operation in SHAPES and where not in OTHER_NUMBERS:
            expected = f"{dialect}.{SHAPES[operation].removeprefix(f'{dialect}.')}"
            if where != expected:
                found[name] = (expected, where)
    assert found == {}


def test_definitions_are_in_the_family_of_the_shape_rule() -> None:
    assert set(DEFINITIONS) == set(declared_operations("khronos")) - {"softabs"}
    assert {name: (SHAPES[name], where) for name, where in DEFINITIONS.items() if SHAPES[name] != where} == {}


@pytest.mark.parametrize("name", [module.name for module in pkgutil.iter_modules(cases.__path__)])
def test_cases_are_in_the_family_of_the_shape_rule(name: str) -> None:
    operations = {case.operation for case in importlib.import_module(f"{cases.__name__}.{name}").CASES}
    assert operations
    assert {operation: SHAPES[operation] for operation in operations if SHAPES[operation] != name} == {}
