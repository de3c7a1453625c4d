"""The suite itself: complete, deterministic, well-formed, and passed by our own executor."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.conformance import Case, selection, test_engine
from nnef_lsp.conformance.cases import all_cases
from nnef_lsp.conformance.reference import definitions
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.operations.dialects import DIALECTS
from nnef_lsp.rules import diagnose
from nnef_lsp.syntax.source import Source

PACKAGE = Path(__file__).parents[2] / "nnef_lsp" / "conformance"


def standard_operations() -> set[str]:
    """The operations that the specification has: those whose description names a section."""
    text = (PACKAGE.parent / "model" / "operations" / "khronos" / "khronos.nnef").read_text(encoding="utf-8")
    found, described = set(), False
    for line in text.splitlines():
        described = line.startswith("# section: ") or (described and line.startswith("#"))
        if line.startswith("fragment "):
            name = line.split()[1].split("<")[0].split("(")[0]
            found.add(name)
    assert len(found) >= 118
    return found - {"softabs"}  # in Khronos' tools only


def test_every_operation_has_a_definition_and_five_cases() -> None:
    counts = Counter(case.operation for case in all_cases())
    assert set(counts) == set(definitions()) == standard_operations()
    assert {name: count for name, count in counts.items() if count < 5} == {}


@pytest.fixture(scope="module")
def own() -> dict[str, str]:
    return {v.case: f"{v.status} {v.detail}".strip() for v in test_engine("numpy", selection()).verdicts}


def test_our_executor_passes_every_case(own: dict[str, str]) -> None:
    assert len(own) == len(selection()) >= 791
    assert {name: what for name, what in own.items() if what != "passed"} == {}


def test_every_case_is_a_model_without_problems() -> None:
    found = {}
    for case in all_cases():
        severe = [
            item.message for item in diagnose(Analysis(Source(case.text))) if item.severity in ("error", "warning")
        ]
        if severe and case.operation not in ("linear_quantize",) and case.name != "slice/end-0":  # deprecated forms
            found[case.name] = severe
    assert found == {}


def test_inferred_shapes_are_those_of_the_definitions() -> None:
    for case in all_cases():
        tensors = Analysis(Source(case.text), DIALECTS["khronos"]).tensors()
        for name, array in case.expected()[0].items():
            shape = tensors[name].shape
            assert shape is not None and tuple(shape) == array.shape, case.name


def test_definitions_share_no_code_with_the_executor() -> None:
    for path in (PACKAGE / "reference").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "runtime" not in text.replace("(`runtime`)", ""), path.name
        assert "from ..." not in text, path.name


def test_data_are_the_same_each_time_and_exact_in_float32() -> None:
    case = next(case for case in all_cases() if case.name == "conv/bias")
    again = next(case for case in all_cases() if case.name == "conv/bias")
    assert case.fed()[0]["x1"].tobytes() == again.fed()[0]["x1"].tobytes()
    assert case.fed()[0]["x1"].dtype == np.float32
    assert float(case.fed()[0]["x1"][0, 0, 0, 0]) == 1.34375  # the drawing itself is frozen


def test_selection_by_operation_section_and_pattern() -> None:
    assert {item.operation for item in selection("conv")} == {"conv"}
    assert {item.section for item in selection("4.3")} == {"4.3.1", "4.3.2", "4.3.3", "4.3.4"}
    assert [item.name for item in selection("conv/str*")] == ["conv/strided", "conv/strided-auto-padding"]
    assert selection("nothing") == []


def test_every_case_says_what_the_specification_says() -> None:
    assert [item.name for item in selection() if not item.sentence] == []
    assert all(item.text.startswith("version 1.0;") for item in selection() if isinstance(item, Case))
