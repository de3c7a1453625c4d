"""Whether an engine can execute a graph: profiles that come with the package, and one's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.operations.declarations import declared_operations
from nnef_lsp.model.operations.dialects import data_files
from nnef_lsp.model.targets import UnknownTarget, load_target, target_findings, target_names
from nnef_lsp.rules import diagnostic
from nnef_lsp.syntax.source import Source

from .helpers import analyse, document

OWN = """
title = "Tiny"
allow = ["conv", "relu", "max_pool"]
symbols = false
types = ["scalar"]
ranks = { conv = [4] }

[parameters.max_pool]
border = { values = ["ignore"] }
size = { least = 1, most = 2 }
[parameters.conv]
groups = { most = 1 }
"""


def refused(statements: str, profile: str, tmp_path: Path) -> list[str]:
    """What a profile says of a graph, as `operation: reason`."""
    file = tmp_path / "tiny.toml"
    file.write_text(profile)
    text = f"version 1.0;\ngraph g( x ) -> ( y )\n{{\n    x = external(shape = [1, 2, 8, 8]);\n{statements}\n}}\n"
    found = target_findings(Analysis(Source(text)), load_target(str(file)))
    return [f"{item.finding.details['operation']}: {item.finding.details['reason']}" for item in found]


@pytest.mark.parametrize(
    ("statement", "reasons"),
    [
        ("y = relu(x);", []),
        ("y = tanh(x);", ["tanh: it does not have this operation"]),
        ("y = max_pool(x, size = [1, 1, 2, 2], border = 'ignore');", []),
        (
            "y = max_pool(x, size = [1, 1, 3, 2], border = 'ignore');",
            ["max_pool: 'size' must be at most 2, here it is 3"],
        ),
        ("y = max_pool(x, size = [1, 1, 1, 1]);", ["max_pool: 'border' must be 'ignore', here it is 'constant'"]),
        ("y = relu(tanh(x));", ["tanh: it does not have this operation"]),
    ],
)
def test_an_own_profile(statement: str, reasons: list[str], tmp_path: Path) -> None:
    text = "    " + statement
    found = refused(text, OWN, tmp_path)
    assert found == reasons


def test_a_profile_may_inherit_from_another(tmp_path: Path) -> None:
    assert refused("    y = relu(x);", 'inherits = "khronos-1.0.5"\n[deny]\nrelu = "it melts"', tmp_path) == [
        "relu: it melts"
    ]


@pytest.mark.parametrize("name", target_names())
def test_profiles_speak_of_operations_that_exist(name: str) -> None:
    profile = load_target(name)
    known = {operation for file in data_files(".nnef") for operation in declared_operations(file)}
    assert profile.title and {*profile.deny, *profile.ranks, *profile.parameters, *(profile.allow or ())} <= known
    for operation, parameters in profile.parameters.items():
        assert set(parameters) <= set(declared_operations("khronos")[operation].by_name)


@pytest.mark.parametrize("text", ["title = 3", "colour = 'red'", "deny = [", "allow = 'relu'"])
def test_a_file_that_is_no_profile(text: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(text)
    with pytest.raises(UnknownTarget, match="is not a target"):
        load_target(str(file))


def test_the_message_names_engine_statement_and_reason(tmp_path: Path) -> None:
    text = "version 1.0;\ngraph g( x, i ) -> ( y )\n{\n    x = external(shape = [1, 1, 2, 2]);\n    i = external<integer>(shape = [1, 1, 2, 2]);\n    y = sample(x, i, size = [1, 1, 1, 1]);\n}\n"
    (found,) = target_findings(Analysis(Source(text)), load_target("nnef-tools-interpreter"))
    shown = diagnostic(found)
    assert shown.segment.text[shown.start : shown.end] == "sample"
    assert (
        shown.message == "the interpreter of nnef-tools cannot execute 'sample' here: it has no code for this operation"
    )


def test_what_no_release_computes() -> None:
    text = document("x = external(shape = [2, 2]); \n y = tract_core_matmul(x, x, axes = [0, 1, 0, 1, 0, 1]);")
    assert len(list(target_findings(analyse(text), load_target("tract-0.23")))) == 1


@pytest.mark.parametrize(
    ("statement", "refusing"),
    [
        ("y = tract_core_bitxor(x, x);", []),
        ("y = copy(x);", ["tract-0.21", "tract-0.22"]),
        ("y = x;", []),
        ("y = tract_core_is_nan(x);", ["tract-0.21", "tract-0.22"]),
        ("y = tract_core_log_softmax(x, axes = [0]);", ["tract-0.21"]),
        ("y = tract_core_softmax(x, axes = [0]);", []),
    ],
)
def test_releases_of_tract_have_what_they_were_found_to_have(statement: str, refusing: list[str]) -> None:
    text = document(f"x = external(shape = [2]); \n {statement}")
    names = ("tract-0.21", "tract-0.22", "tract-0.23")
    assert [name for name in names if target_findings(analyse(text), load_target(name))] == refusing


@pytest.mark.parametrize(
    ("mask", "use", "folded"),
    [
        ("le(k, q)", "select(m, 1.0, 0.0)", True),
        ("lt(k, q)", "and(unsqueeze(true, axes = [0, 1]), m)", True),
        ("ge(k, q)", "and(m, unsqueeze(true, axes = [0, 1]))", True),
        ("le(k + 1, q)", "select(unsqueeze(m, axes = [0]), 1.0, 0.0)", True),
        ("not(le(k, 0 + q))", "select(m, 1.0, 0.0)", True),
        ("transpose(le(k, q), axes = [1, 0])", "select(m, 1.0, 0.0)", True),
        ("le(k, q)", "tract_core_cast(m, to = 'f32') * 2.0", True),
        ("le(tract_core_cast(k, to = 'f32'), tract_core_cast(q, to = 'f32'))", "select(m, 1.0, 0.0)", True),
        ("le(k, q + 1)", "select(m, 1.0, 0.0)", False),
        ("le(k - q, 0)", "select(m, 1.0, 0.0)", False),
        ("eq(k, q)", "select(m, 1.0, 0.0)", False),
        ("lt(k, 3)", "select(m, 1.0, 0.0)", False),
        ("le(k, q)", "or(m, m)", False),
        ("le(k, q)", "tract_core_cast(m, to = 'f32') + 1.0", False),
    ],
)
def test_masks_that_tract_folds_along_one_axis(mask: str, use: str, folded: bool) -> None:
    """A causal mask over an open extent comes out with an axis of 2 items in 0.23.9; `oracle.py` asks it."""
    from .oracle import agree

    body = f"""x = external(shape = [1, S]);
    n = tract_core_shape_of(x)[1];
    r = tract_core_range(0, n, step = 1);
    k = unsqueeze(r, axes = [0]);
    q = unsqueeze(r, axes = [1]);
    m = {mask};
    y = {use};"""
    header = "extension tract_symbol S;\n"
    found = target_findings(analyse(document(body, header)), load_target("tract-0.23"))
    assert [item.finding.rule for item in found] == ["unsupported-by-target"] * folded
    assert target_findings(analyse(document(body.replace("S]", "7]"), header)), load_target("tract-0.23")) == []
    if not folded:
        agree(body, [np.zeros((1, 7), np.float32)], header=header)
        return
    with pytest.raises(AssertionError):  # tract's result has another shape
        agree(body, [np.zeros((1, 7), np.float32)], header=header)
