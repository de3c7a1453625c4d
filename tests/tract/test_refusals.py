"""What tract refuses when it reads a graph though the specification has no word against it, checked against tract 0.23."""

from __future__ import annotations

import pytest

from nnef_lsp.rules import diagnose

from .helpers import analyse, document, facts

INPUTS = """
    a = external(shape = [S, 4]);
    b = external(shape = [T, 4]);
    c = external(shape = [1, T, S, 4]);
    d = external(shape = [1, 1, 4]);
"""
HEADER = "extension tract_symbol S;\nextension tract_symbol T;"


def refusal(statement: str) -> str:
    """`rule: message` of the one error."""
    text = document(f"{INPUTS.strip()}\n {statement}", HEADER)
    (found,) = [item for item in diagnose(analyse(text)) if item.severity == "error"]
    return f"{found.rule}: {found.message}"


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (
            "y = concat([a, b], axis = 1);",
            "shape-mismatch: 'concat': item 0 of 'values' is [S, 4], item 1 [T, 4]: tract cannot prove",
        ),
        ("y = stack([a, b], axis = 0);", "tract cannot prove that S is T"),
        (
            "y = reshape(a, shape = [T, 4]);",
            "volume-mismatch: 'reshape': shape [T, 4] has 4*T items, 'input' [S, 4] has 4*S",
        ),
        ("y = reshape(a, shape = [-1, 3]);", "volume-mismatch: 'reshape': -1 in 'shape' cannot be computed"),
        ("y = reshape(a, shape = [24]);", "volume-mismatch"),
        ("y = squeeze(a, axes = [0]);", "axis 0 of [S, 4] has extent S, only extent 1 can be removed"),
        ("[y, z] = unstack(a, axis = 0);", "tract needs the extent of axis 0 of 'value' [S, 4] as a number, it is S"),
        ("y = max_pool(c, size = [1, 1, 2, 2]);", "axis 1 of 'input' [1, T, S, 4] as a number, it is T"),
        ("y = pad(a, padding = [(0, S), (0, 0)]);", "tract takes numbers only for 'padding'"),
        ("y = deconv(d, [[[1.0, 2.0]]], stride = [2]);", "give 'padding'"),
        ("y = debox(d, size = [1, 1, 3]);", "give 'padding'"),
        ("y = matmul(a, d);", "both factors must have the same rank"),
        ("y = exp(2);", "tract has no 'exp' of tdim: an integer is an extent (tdim), write 2.0"),
        ("y = not(1.5);", "tract has no 'not' of f32"),
    ],
)
def test_a_refusal(statement: str, reason: str) -> None:
    assert reason in refusal(statement)


@pytest.mark.parametrize(
    ("expression", "fact"),
    [
        ("concat([a, b], axis = 0)", "f32[S + T, 4]"),
        ("reshape(a, shape = [-1, 2])", "f32[2*S, 2]"),
        ("reshape(a, shape = [4, S])", "f32[4, S]"),
        ("reshape(b, shape = [T, -1])", "f32[T, 4]"),
        ("exp(a)", "f32[S, 4]"),
        ("not(a)", "f32[S, 4]"),
    ],
)
def test_what_tract_takes(expression: str, fact: str) -> None:
    assert facts(f"{INPUTS.strip()}\n y = {expression};", HEADER)["y"] == fact
