"""An operation is declared once, with its traits, and found under one name: its shape rule, kernel, definition and cases
are in files of the same name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

import pytest

from nnef_lsp.conformance import cases
from nnef_lsp.conformance.reference import definitions
from nnef_lsp.model.dtypes.constant_folding import FOLDED
from nnef_lsp.model.dtypes.results import DATUM_TYPES, RESULT_TYPES
from nnef_lsp.model.operations.declarations import declared_operations
from nnef_lsp.model.operations.dialects import DIALECTS
from nnef_lsp.model.operations.traits import KEYS, KINDS
from nnef_lsp.model.shapes import shape_rules
from nnef_lsp.model.targets import target_names
from nnef_lsp.model.values.constants import TDIM
from nnef_lsp.runtime.kernels import kernels
from nnef_lsp.runtime.planning.costs import WORK

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
    placed = {name: where for name, where in KERNELS.items() if where not in OTHER_NUMBERS}
    assert {name: (SHAPES[name], where) for name, where in placed.items() if SHAPES.get(name, where) != where} == {}


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


FILES = sorted({file for known in DIALECTS.values() for file in (*known.declarations, *known.registries)})
DECLARED = {(file, name): operation for file in FILES for name, operation in declared_operations(file).items()}


def test_every_trait_is_given_for_every_operation() -> None:
    silent = {
        f"{file}.nnef: {name}": missing
        for (file, name), operation in DECLARED.items()
        if (missing := [key for key in KEYS if key not in operation.documentation.traits])
    }
    assert silent == {}


def test_what_traits_name_exists() -> None:
    targets = {*target_names(), *DIALECTS}
    for (_, name), operation in DECLARED.items():
        traits = operation.traits
        assert traits.result_type in RESULT_TYPES, name
        assert traits.work in {"", *WORK}, name
        assert traits.missing_in.keys() <= targets, name
        assert (traits.constant_types or frozenset()) <= {*DATUM_TYPES, TDIM}, name
    assert {operation.traits.result_type for operation in DECLARED.values()} == RESULT_TYPES.keys()
    assert {operation.traits.work for operation in DECLARED.values()} == {"", *WORK}
    assert {operation.traits.kind for operation in DECLARED.values()} == set(KINDS)


def test_rules_and_kernels_are_there_for_what_traits_promise() -> None:
    plain = {name: min((each.plain_name(name) for each in DIALECTS.values()), key=len) for _, name in DECLARED}
    folded = {plain[name] for (_, name), operation in DECLARED.items() if operation.traits.constant == "folded"}
    assert folded == FOLDED
    other = {name for (_, name), operation in DECLARED.items() if operation.traits.other_kernel}
    assert other == {name.partition(":")[2] for name, where in KERNELS.items() if where == "tract.whole_numbers"}
