"""Quick fixes: what is offered, what the text becomes, and that the mistake is gone."""

from __future__ import annotations

import pytest

from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.operations.dialects import STANDARD as KHRONOS
from nnef_lsp.model.quantization.analysis import QuantAnalysis
from nnef_lsp.rules import Diagnostic, Fix, diagnose, diagnose_quant, fixes_of
from nnef_lsp.syntax.source import Source

from .pages import QUANTIZED

HEADER = "version 1.0;\nextension KHR_enable_fragment_definitions, KHR_enable_operator_expressions;\n"


def graph(body: str, header: str = HEADER) -> str:
    return f"{header}graph g( x ) -> ( y )\n{{\n    x = external(shape = [1, 3, 8, 8]);\n    {body}\n}}\n"


def changed(text: str, fix: Fix, source: Source) -> str:
    edits = sorted(
        (source.start_of(e.segment) + e.start, source.start_of(e.segment) + e.end, e.text) for e in fix.edits
    )
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    return text


def applied(text: str, rule: str) -> tuple[str, list[Diagnostic]]:
    """The text after the first fix of a rule's first diagnostic, and what is reported then."""
    analysis = Analysis(Source(text), KHRONOS)
    item = next(item for item in diagnose(analysis) if item.rule == rule)
    new = changed(text, fixes_of(analysis, item)[0], analysis.source)
    return new, [item for item in diagnose(Analysis(Source(new), KHRONOS)) if item.severity in ("error", "warning")]


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        ("syntax-error", "y = relu(x)", "y = relu(x);"),
        ("syntax-error", "y = relu(x;", "y = relu(x);"),
        ("syntax-error", "y = relu(copy(x;", "y = relu(copy(x));"),
        ("syntax-error", "y = softmax(x, axes = [1);", "y = softmax(x, axes = [1]);"),
        ("unknown-operation", "y = rleu(x);", "y = relu(x);"),
        ("undefined-name", "hidden = relu(x);\n    y = relu(hiden);", "hidden = relu(x);\n    y = relu(hidden);"),
        ("unknown-argument", "y = softmax(x, axis = [1]);", "y = softmax(x, axes = [1]);"),
        ("unknown-argument", "y = relu(x, border = 'constant');", "y = relu(x);"),
        ("duplicate-argument", "y = softmax(x, axes = [1], axes = [1]);", "y = softmax(x, axes = [1]);"),
        ("too-many-arguments", "y = relu(x, x);", "y = relu(x);"),
        ("wrong-type", "y = add(x, 1);", "y = add(x, 1.0);"),
        ("wrong-type", "y = softmax(x, axes = 1);", "y = softmax(x, axes = [1]);"),
        ("positional-attribute", "y = softmax(x, [1]);", "y = softmax(x, axes = [1]);"),
        ("positional-attribute", "y = softmax(x, x, axes = [1]);", "y = softmax(x, axes = [1]);"),
        ("unknown-operation", "y = tan2d(x);", "y = tan(x);"),
        ("named-tensor-argument", "y = add(y = x, x = x);", "y = add(x, x);"),
        ("named-tensor-argument", "y = softmax(axes = [1], x = x);", "y = softmax(x, axes = [1]);"),
        ("not-generic", "y = relu<scalar>(x);", "y = relu(x);"),
        (
            "invalid-value",
            "y = max_pool(x, size = [1, 1, 2, 2], border = 'constnt');",
            "y = max_pool(x, size = [1, 1, 2, 2], border = 'constant');",
        ),
        ("deprecated-shape-of", "y = reshape(x, shape = shape_of(x));", "y = reshape(x, shape = [1, 3, 8, 8]);"),
        ("name-redefined", "y = relu(x);\n    y = relu(x);", "y = relu(x);"),
    ],
)
def test_fix_mends_the_statement(rule: str, before: str, after: str) -> None:
    new, left = applied(graph(before), rule)
    assert new == graph(after)
    assert left == []


def test_missing_argument_gets_a_placeholder_of_its_type() -> None:
    new, left = applied(graph("y = variable(shape = [1]);"), "missing-argument")
    assert "y = variable(shape = [1], label = '');" in new
    assert "missing-argument" not in [item.rule for item in left]


def test_unused_statement_goes_with_its_line() -> None:
    new, left = applied(graph("# for later\n    z = relu(x);\n    y = relu(x);"), "unused-result")
    assert new == graph("# for later\n    y = relu(x);") and left == []


def test_extension_line_is_added_below_the_version() -> None:
    new, left = applied(graph("y = x * 2.0;", "version 1.0;\n"), "extension-missing")
    assert new == graph("y = x * 2.0;", "version 1.0;\nextension KHR_enable_operator_expressions;\n") and left == []


def test_version_is_corrected() -> None:
    new, left = applied(graph("y = relu(x);", "version 1.7;\n"), "unsupported-version")
    assert new == graph("y = relu(x);", "version 1.0;\n") and left == []


@pytest.mark.parametrize(("use", "rule"), [("add(x, z)", "undefined-name"), ("relu(x)", "input-without-external")])
def test_input_is_introduced(use: str, rule: str) -> None:
    text = HEADER + f"graph g( x, z ) -> ( y )\n{{\n    x = external(shape = [1]);\n    y = {use};\n}}\n"
    new, left = applied(text, rule)
    assert "{\n    z = external(shape = [1]);\n    x =" in new and left == []


def test_external_becomes_an_input() -> None:
    new, left = applied(graph("z = external(shape = [1]);\n    y = add(x, z);"), "external-not-input")
    assert "graph g( x, z ) -> ( y )" in new and left == []


def test_type_names_of_other_languages_are_translated() -> None:
    text = (
        HEADER
        + "fragment f( a: tensor<float32> ) -> ( b: tensor<scalar> )\n{\n    b = relu(a);\n}\n"
        + graph("y = f(x);", "")
    )
    new, left = applied(text, "unknown-type")
    assert "a: tensor<scalar>" in new and left == []


def test_what_is_wrong_inside_a_fragment_is_not_mended_at_its_call() -> None:
    text = (
        HEADER
        + "fragment f( a: tensor<scalar>, n: string ) -> ( b: tensor<scalar> )\n{\n    b = pad(a, padding = [], border = n);\n}\n"
    )
    text += graph("y = f(x, n = 'constnt');", "")
    analysis = Analysis(Source(text), KHRONOS)
    item = next(item for item in diagnose(analysis) if item.details.get("fragment"))
    assert item.message.startswith("in fragment 'f': ")
    assert fixes_of(analysis, item) == []


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        ("quant-tensor", '"xx": linear_quantize(min = 0.0, max = 1.0, bits = 8);', None),
        (
            "quant-tensor",
            '"layer/w": linear_quantize(min = 0.0, max = 1.0, bits = 8);',
            '"w": linear_quantize(min = 0.0, max = 1.0, bits = 8);',
        ),
        (
            "quant-positional",
            '"x": logarithmic_quantize(1.0, bits = 8);',
            '"x": logarithmic_quantize(max = 1.0, bits = 8);',
        ),
        (
            "quant-tensor-given",
            '"x": logarithmic_quantize(x = 0.0, max = 1.0, bits = 8);',
            '"x": logarithmic_quantize(max = 1.0, bits = 8);',
        ),
        (
            "missing-argument",
            '"x": logarithmic_quantize(max = 1.0);',
            '"x": logarithmic_quantize(max = 1.0, bits = 1);',
        ),
        (
            "wrong-type",
            '"x": logarithmic_quantize(max = 1, bits = 8);',
            '"x": logarithmic_quantize(max = 1.0, bits = 8);',
        ),
        (
            "quant-duplicate",
            '"x": logarithmic_quantize(max = 1.0, bits = 8);\n"x": logarithmic_quantize(max = 2.0, bits = 8);',
            '"x": logarithmic_quantize(max = 1.0, bits = 8);',
        ),
    ],
)
def test_fix_mends_the_quantization(rule: str, before: str, after: str | None) -> None:
    analysis = QuantAnalysis(Source(before, "quant"), Analysis(Source(QUANTIZED)))
    item = next(item for item in diagnose_quant(analysis) if item.rule == rule)
    offered = fixes_of(analysis, item)
    if after is None:
        assert offered == []
        return
    new = changed(before, offered[0], analysis.source)
    assert new == after
    assert diagnose_quant(QuantAnalysis(Source(new, "quant"), Analysis(Source(QUANTIZED)))) == []


def test_a_foreign_name_is_told_once_and_renamed_everywhere() -> None:
    text = (
        "version 1.0;\n\ngraph g( Graph/Pre/Input, x:0 ) -> ( model.y )\n{\n"
        "    Graph/Pre/Input = external(shape = [1, 3]);\n    x:0 = external(shape = [1, 3]);  # x:0\n"
        "    w = variable(shape = [1, 3], label = 'Graph/Pre/Input');\n"
        "    v = relu(Graph/Pre/Input);\n    u = mul(v, w);\n    model.y = add(u, x:0);\n}\n"
    )
    for name in ("Graph/Pre/Input", "x:0", "model.y"):
        source = Source(text)
        errors = [item for item in diagnose(Analysis(source, KHRONOS)) if item.severity == "error"]
        item = next(item for item in errors if f"'{name}' is not an identifier" in item.message)
        assert source.start_of(item.segment) + item.start == text.index(name)
        text = changed(text, fixes_of(Analysis(source, KHRONOS), item)[0], source)
    assert not [item for item in diagnose(Analysis(Source(text), KHRONOS)) if item.severity in ("error", "hint")]
    assert "label = 'Graph/Pre/Input'" in text and "# x:0" in text and "add(u, x_0)" in text


def test_a_foreign_name_does_not_hide_other_mistakes() -> None:
    text = "version 1.0;\n\ngraph g( a/b ) -> ( y )\n{\n    a/b = external(shape = [1]);\n    y = add(a/b, q);\n}\n"
    found = [item.message for item in diagnose(Analysis(Source(text), KHRONOS)) if item.severity == "error"]
    assert sorted(found) == [
        "'a/b' is not an identifier: these have letters, digits and '_' only",
        "'q' is not defined",
    ]


def test_repetitions_are_told_once_and_removed_together() -> None:
    again = "    s = tract_core_shape_of(x);\n"
    header = "version 1.0;\nextension tract_registry tract_core;\n"
    text = graph(again.strip() + "\n" + 3 * again + "    y = tract_core_broadcast(0.0, shape = s);", header)
    analysis = Analysis(Source(text))
    (item,) = [item for item in diagnose(analysis) if item.rule == "name-repeated"]
    assert item.message == "'s' is assigned the same value again; and 2 more like this"
    assert [related.segment for related in item.related] == [other.segment for other in item.others]
    one, every = fixes_of(analysis, item)
    assert changed(text, one, analysis.source).count(again) == 3
    assert every.title == "Remove all 3 repetitions"
    assert changed(text, every, analysis.source).count(again) == 1


def test_a_bias_of_rank_one_gets_its_shape() -> None:
    text = graph(
        "f = variable(shape = [8, 3, 1, 1], label = 'f'); b = variable(shape = [8], label = 'b'); y = conv(x, f, b);"
    )
    new, left = applied(text, "bias-rank")
    assert "b = variable(shape = [1, 8], label = 'b')" in new and not left


def test_a_provisional_file_gets_all_its_semicolons_at_once() -> None:
    text = "graph g( x ) -> ( y )\n{\n    x = external(shape = [1])\n    t = relu(x)  # ;\n    y = exp(t)\n}\n"
    for before in (text, "version 1.0\n" + text):
        errors = [item for item in diagnose(Analysis(Source(before), KHRONOS)) if item.severity == "error"]
        assert len(errors) == 1 and "no ';' in it" in errors[0].message
        new, left = applied(before, "syntax-error")
        assert not left and new.startswith("version 1.0;\n") and "relu(x);  # ;" in new


def test_one_semicolon_that_is_missing_is_told_where_it_is_missing() -> None:
    text = "version 1.0;\ngraph g( x ) -> ( y )\n{\n    x = external(shape = [1])\n    y = exp(x)\n}\n"
    errors = [item.message for item in diagnose(Analysis(Source(text), KHRONOS)) if item.severity == "error"]
    assert len(errors) == 2
