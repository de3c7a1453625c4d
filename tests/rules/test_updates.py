"""What is updated is told by its name, wherever it stands among the arguments."""

from __future__ import annotations

import pytest

from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.rules import diagnose
from nnef_lsp.syntax.source import Source


@pytest.mark.parametrize(
    "arguments, wrong",
    [
        ("v, x", ""),
        ("v, value = x", ""),
        ("variable = v, value = x", ""),
        ("value = x, variable = v", ""),
        ("value = v, variable = x", "'x' is not defined by 'variable'"),
        ("value = v, variable = 1.0", "found a value"),
        ("x, v", "'x' is not defined by 'variable'"),
    ],
)
def test_only_variables_are_updated(arguments: str, wrong: str) -> None:
    text = f"""version 1.0;
graph g( x ) -> ( y )
{{
    x = external(shape = [1, 8]);
    v = variable(shape = [1, 8], label = 'v');
    y = update({arguments});
}}
"""
    errors = [item for item in diagnose(Analysis(Source(text))) if item.severity == "error"]
    assert [item.rule for item in errors] == ["update-target"] * bool(wrong)
    assert all(wrong in item.message for item in errors)
