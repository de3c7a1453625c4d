"""What attribute expressions evaluate to (section 3.3.3), seen by the shape of a constant.

Not here: what is wrong with expressions (the rule pages).
"""

from __future__ import annotations

import pytest

from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.operations.dialects import STANDARD as KHRONOS
from nnef_lsp.rules import diagnose
from nnef_lsp.syntax.source import Source


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("7 / 2", 3),
        ("(0 - 7) / 2 + 10", 7),
        ("7 / (0 - 2) + 10", 7),
        ("(0 - 7) / (0 - 2)", 3),
        ("2 ^ 3 ^ 2", 64),
        ("10 - 4 - 3", 3),
        ("100 / 10 / 2", 5),
        ("2 + 3 * 4", 14),
        ("2 * 3 ^ 2", 18),
        ("integer(0.0 - 1.5) + 10", 9),
        ("integer(1.9)", 1),
        ("integer('012')", 12),
        ("integer('-2') + 3", 1),
        ("integer(scalar('1.5e1'))", 15),
        ("integer(true)", 1),
        ("integer(logical('false')) + 1", 2),
        ("integer(logical('')) + 1", 1),
        ("length_of(string(true))", 4),
        ("length_of('ab' + 'cde')", 5),
        ("length_of('ab' * 3)", 6),
        ("length_of([1, 2, 3][1:])", 2),
        ("length_of([1, 2, 3][2:1] + [1])", 1),
        ("range_of('abc')[2]", 2),
        ("(3, 4)[1]", 4),
        ("3 if 2 in [1, 2] else 4", 3),
        ("3 if [1] in [[2], [1]] else 4", 3),
        ("3 if (1, 2) == (1, 2) else 4", 3),
        ("3 if 'b' == 'a' else 4", 4),
        ("1 if false else 2 if false else 3", 3),
        ("length_of([for i in [1, 2, 3] if i > 1 yield i])", 2),
        ("[for i in [1, 2], j in [3, 4] yield i * j][1]", 8),
        ("[1, 2, 3][9] if false else 5", 5),
    ],
)
def test_value(expression: str, value: int) -> None:
    text = (
        "version 1.0;\nextension KHR_enable_operator_expressions;\n"
        f"graph g( x ) -> ( y )\n{{\n    x = external(shape = [1]);\n"
        f"    y = constant(shape = [{expression}], value = [1.0]);\n}}\n"
    )
    analysis = Analysis(Source(text), KHRONOS)
    assert [item.message for item in diagnose(analysis) if item.severity == "error"] == []
    assert analysis.tensors()["y"].shape == (value,)
