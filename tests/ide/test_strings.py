"""Strings that name something: bodies and bindings of loops, symbols; in the text alone.

Not here: files of the model (`test_model_files.py`).
"""

from __future__ import annotations

import pytest

from nnef_lsp.ide.completion.proposals import completion
from nnef_lsp.ide.hover.card import hover
from nnef_lsp.ide.names.references import references
from nnef_lsp.ide.names.rename import Refused, renamable, rename
from nnef_lsp.ide.views.lens import code_lenses

from .drawing import edited, question
from .test_references import check_definition, check_references

LOOP = """
version 1.0;
extension tract_registry tract_core;
fragment step( x_t: tensor<scalar>, h_0: tensor<scalar> ) -> ( h_1: tensor<scalar> )
{
    h_1 = x_t + h_0;
}
fragment layer( x: tensor<scalar>, h: tensor<scalar> ) -> ( y: tensor<scalar> )
{
    y = tract_core_scan(body = "step", scan = [("x_t", x, 0, 1)], full = [], state = [("h_0", h, "h_1")], output = [("h_1", "full", 0, 1)]);
}
graph net( x ) -> ( y )
{
    x = external(shape = [3, 2]);
    z = layer(x, [[0.0, 0.0]]);
    y = tract_core_scan(body = 'step', scan = [('x.t', z, 0, 1)], full = [], state = [('h.0', [[0.0, 0.0]], 'h.1')], output = [('h.1', 'full', 0, 1)]);
}
"""
SYMBOLS = """
version 1.0;
extension tract_registry tract_core;
extension tract_registry tract_onnx;
extension tract_symbol S;
extension tract_symbol N;
extension tract_assert S >= 1;
extension tract_assert decode: S + 2*3*N + 2 == 1 + T/2;
fragment wide( x: tensor<scalar> ) -> ( y: tensor<scalar> )
{
    y = tile(x, repeats = [1, S]);
}
fragment other( S: tensor<scalar> ) -> ( y: tensor<scalar> )
{
    y = S + S;
}
graph net( x ) -> ( y, n )
{
    x = tract_core_external(shape = [1, S + 1], datum_type = 'f32');
    y = wide(x);
    n = tract_onnx_non_zero(x, count_symbol = "N");
}
"""


def check_rename(text: str, name: str, *lines: str, gone: str = "") -> None:
    """These lines stand in the text afterwards, and a word does not."""
    analysis, offset = question(text)
    after = edited(analysis, rename(analysis, offset, name))
    for line in lines:
        assert line in after, after
    assert not gone or gone not in after


def check_refused(text: str, name: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        rename(*question(text), name)
    assert sentence in str(refused.value)


def check_card(text: str, *parts: str) -> None:
    card = hover(*question(text))
    assert card is not None
    for part in parts:
        assert part in card.markdown, card.markdown


def check_offered(text: str, *labels: str) -> None:
    """These labels and no others, the likeliest first."""
    found = completion(*question(text))
    assert found is not None
    assert [item.label for item in sorted(found.items, key=lambda item: item.rank + item.label)] == list(labels)


# -- loops -------------------------------------------------------------------------------------------------------------

BODIES = """
fragment step( x_t: tensor<scalar>, h_0: tensor<scalar> ) -> ( h_1: tensor<scalar> )
         ^^^^
    y = tract_core_scan(body = "step", scan = [("x_t", x, 0, 1)], full = [], state = [("h_0", h, "h_1")], output = [("h_1", "full", 0, 1)]);
                                ^^^^
    y = tract_core_scan(body = 'step', scan = [('x.t', z, 0, 1)], full = [], state = [('h.0', [[0.0, 0.0]], 'h.1')], output = [('h.1', 'full', 0, 1)]);
                                ^^^^
"""


def test_a_body_is_a_mention_of_its_fragment() -> None:
    check_references(LOOP.replace("'step'", "'st$0ep'"), BODIES)
    check_references(LOOP.replace("fragment step", "fragment $0step"), BODIES)
    check_definition(LOOP.replace("'step'", "'step$0'"), "\n".join(BODIES.splitlines()[:3]))
    check_card(LOOP.replace("'step'", "$0'step'"), "fragment step(", "used in 2 statements")


def test_a_binding_is_a_mention_of_a_parameter_however_a_writer_spelled_it() -> None:
    for text in (LOOP.replace("'x.t'", "'x$0.t'"), LOOP.replace("( x_t", "( x$0_t"), LOOP.replace("= x_t", "= $0x_t")):
        check_references(
            text,
            """
fragment step( x_t: tensor<scalar>, h_0: tensor<scalar> ) -> ( h_1: tensor<scalar> )
               ^^^
    h_1 = x_t + h_0;
          ^^^
    y = tract_core_scan(body = "step", scan = [("x_t", x, 0, 1)], full = [], state = [("h_0", h, "h_1")], output = [("h_1", "full", 0, 1)]);
                                                 ^^^
    y = tract_core_scan(body = 'step', scan = [('x.t', z, 0, 1)], full = [], state = [('h.0', [[0.0, 0.0]], 'h.1')], output = [('h.1', 'full', 0, 1)]);
                                                 ^^^
        """,
        )
    check_definition(
        LOOP.replace("'x.t'", "'x$0.t'"),
        """
fragment step( x_t: tensor<scalar>, h_0: tensor<scalar> ) -> ( h_1: tensor<scalar> )
               ^^^
    """,
    )
    check_card(
        LOOP.replace("'x.t'", "'x$0.t'"),
        "x_t: tensor<scalar>",
        "Parameter of `step`",
        "`tensor<f32> [1, 2]` in `z → layer`, `y`",
    )


def test_a_result_in_bindings() -> None:
    check_references(
        LOOP.replace("'h.1')], out", "'h$0.1')], out"),
        """
fragment step( x_t: tensor<scalar>, h_0: tensor<scalar> ) -> ( h_1: tensor<scalar> )
                                                               ^^^
    h_1 = x_t + h_0;
    ^^^
    y = tract_core_scan(body = "step", scan = [("x_t", x, 0, 1)], full = [], state = [("h_0", h, "h_1")], output = [("h_1", "full", 0, 1)]);
                                                                                                  ^^^                 ^^^
    y = tract_core_scan(body = 'step', scan = [('x.t', z, 0, 1)], full = [], state = [('h.0', [[0.0, 0.0]], 'h.1')], output = [('h.1', 'full', 0, 1)]);
                                                                                                             ^^^                 ^^^
    """,
    )
    check_definition(
        LOOP.replace("'h.1')], out", "'h$0.1')], out"),
        """
fragment step( x_t: tensor<scalar>, h_0: tensor<scalar> ) -> ( h_1: tensor<scalar> )
                                                               ^^^
    """,
    )


def test_renaming_what_strings_mention() -> None:
    for text in (LOOP.replace("'step'", "'$0step'"), LOOP.replace("fragment step", "fragment st$0ep")):
        check_rename(text, "once", "fragment once(", 'body = "once"', "body = 'once'", gone="step")
    for text in (LOOP.replace("'x.t'", "'x$0.t'"), LOOP.replace("= x_t", "= x$0_t")):
        check_rename(text, "item", "fragment step( item:", "h_1 = item + h_0", '("item", x', "('item', z", gone="x_t")
    check_rename(
        LOOP.replace("h_1 = ", "h$0_1 = "), "next", "next = x_t", '"next")]', '("next", "full"', "('next', 'full'"
    )
    check_rename(LOOP.replace("( x_t", "( x$0_t"), "i'a\"b'", "( i'a\"b':", '("a\\"b", x', "('a\\\"b', z")


def test_what_a_rename_would_change_leaves_out_the_quotes() -> None:
    for mark in ("$0'x.t'", "'$0x.t'", "'x.t'$0"):
        analysis, offset = question(LOOP.replace("'x.t'", mark))
        assert renamable(analysis, offset).text == "x.t"


def test_names_that_strings_would_confuse_are_refused() -> None:
    check_refused(LOOP.replace("'x.t'", "'x$0.t'"), "h_0", "'h_0' is already a name in the fragment 'step'")
    check_refused(LOOP.replace("'step'", "'st$0ep'"), "layer", "'layer' is the name of another fragment")
    check_refused(LOOP.replace("'full'", "'fu$0ll'"), "all", "there is no name here")
    check_refused(LOOP.replace("'step'", "'st$0op'"), "all", "'stop' is not declared in this document")


def test_names_that_fit_into_a_loop() -> None:
    begun = LOOP.split("    y = tract_core_scan(body = '")[0] + "    y = tract_core_scan("
    check_offered(begun + "body = '$0", "layer", "step")
    check_offered(begun + "body = 'step', scan = [('$0", "x_t", "h_0")
    check_offered(begun + "body = 'step', scan = [('x_t', z, 0, 1)], state = [('$0", "h_0", "x_t")
    check_offered(begun + "body = 'step', scan = [('x_t', z, 0, 1)], state = [('h_0', z, '$0", "h_1")
    check_offered(begun + "body = 'step', scan = [('x_t', z, 0, 1)], output = [('$0", "h_1")
    check_offered(begun + "body = 'step', scan = [('x_t', z, 0, 1)], output = [('h_1', '$0", "full", "last")
    check_offered(begun + "scan = [('$0')], body = 'step');", "x_t", "h_0")
    check_offered(begun + "scan = [('$0", *())


def test_names_are_offered_in_quotes_where_none_are_open() -> None:
    begun = LOOP.split("    y = tract_core_scan(body = '")[0] + "    y = tract_core_scan("
    for text, label in ((begun + "body = $0", '"step"'), (begun + "body = 'step', scan = [($0", '"x_t"')):
        found = completion(*question(text))
        assert found is not None and label in [item.label for item in found.items]


def test_loops_count_as_uses() -> None:
    analysis, _ = question("$0" + LOOP)
    assert [lens.text for lens in code_lenses(analysis, None)][:2] == ["2 uses", "1 use"]


def test_metadata_have_no_uses_to_count() -> None:
    fragment = (
        'fragment tract_core_properties() -> (properties: (string, tensor<scalar>)[]) { properties = [("a", "1.0")]; }'
    )
    analysis, _ = question("$0" + LOOP.replace("\ngraph", f"\n{fragment}\ngraph", 1))
    assert "properties" in analysis.operations["tract_core_properties"].signature
    assert [lens.text for lens in code_lenses(analysis, None)] == ["2 uses", "1 use", "Run graph"]


# -- symbols -----------------------------------------------------------------------------------------------------------

EVERYWHERE = """
extension tract_symbol S;
                       ^
extension tract_assert S >= 1;
                       ^
extension tract_assert decode: S + 2*3*N + 2 == 1 + T/2;
                               ^
    y = tile(x, repeats = [1, S]);
                              ^
    x = tract_core_external(shape = [1, S + 1], datum_type = 'f32');
                                        ^
"""


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("tract_symbol S;", "tract_symbol $0S;"),
        ("[1, S + 1]", "[1, $0S + 1]"),
        ("decode: S", "decode: S$0"),
        ("[1, S]);", "[1, $0S]);"),
    ],
)
def test_a_symbol_in_declaration_assertions_and_shapes(text: str, marked: str) -> None:
    check_references(SYMBOLS.replace(text, marked), EVERYWHERE)
    check_definition(SYMBOLS.replace(text, marked), "\n".join(EVERYWHERE.splitlines()[:3]))


def test_a_symbol_in_a_string() -> None:
    answer = """
extension tract_symbol N;
                       ^
extension tract_assert decode: S + 2*3*N + 2 == 1 + T/2;
                                       ^
    n = tract_onnx_non_zero(x, count_symbol = "N");
                                               ^
    """
    check_references(SYMBOLS.replace('"N"', '"$0N"'), answer)
    check_rename(SYMBOLS.replace('"N"', '"N$0"'), "COUNT", "tract_symbol COUNT;", "2*3*COUNT + 2", '"COUNT"')
    check_offered(SYMBOLS.replace('"N");', '"$0'), "N", "S", "T")


def test_renaming_a_symbol_leaves_alone_what_only_looks_like_it() -> None:
    check_rename(
        SYMBOLS.replace("[1, S + 1]", "[1, $0S + 1]"), "LENGTH",
        "tract_symbol LENGTH;", "LENGTH >= 1", "decode: LENGTH + 2", "repeats = [1, LENGTH]", "[1, LENGTH + 1]", "y = S + S",
    )  # fmt: skip
    check_refused(SYMBOLS.replace("[1, S + 1]", "[1, $0S + 1]"), "N", "'N' is already the name of a symbol")
    check_refused(SYMBOLS.replace("[1, S + 1]", "[1, $0S + 1]"), "x", "'x' is already the name of a tensor")
    check_refused(SYMBOLS.replace("[1, S + 1]", "[1, $0S + 1]"), "i'a.b'", "is not a name")
    check_refused(SYMBOLS.replace("y = wide", "$0y = wide"), "S", "'S' is already the name of a symbol")
    check_refused(
        SYMBOLS.replace("y = wide", "$0y = wide"), "information", "begins with 'inf', which tract takes for a literal"
    )


def test_names_in_quotes() -> None:
    text = SYMBOLS.replace("y = wide(x)", "i'a.b' = relu(x);\n    y = wide(i\"a.$0b\")")
    check_rename(text, "c", "    c = relu(x);", "wide(c)")
    found = completion(*question(text.replace('i"a.$0b")', "$0")))
    assert found is not None and "i'a.b'" in [item.label for item in found.items]


def test_a_symbol_that_nothing_declares() -> None:
    text = SYMBOLS.replace("extension tract_symbol S;\n", "").replace("[1, S + 1]", "[1, Q + $0Q]")
    check_references(
        text,
        """
    x = tract_core_external(shape = [1, Q + Q], datum_type = 'f32');
                                        ^   ^
    """,
    )


def test_the_card_of_a_symbol() -> None:
    check_card(
        SYMBOLS.replace("[1, S + 1]", "[1, $0S + 1]"),
        "**symbol** `S`",
        "Declared in line 4",
        "- `S >= 1`",
        "Used 2 times",
    )
    check_card(
        SYMBOLS.replace("tract_registry tract_onnx", "tract_registry tract$0_onnx"),
        "**registry** `tract_onnx`",
        "`tract_onnx_non_zero`",
    )
    check_card(
        SYMBOLS.replace("tract_assert S", "tract$0_assert S"), "**extension** `tract_assert`", "symbolic extents"
    )


def test_extension_lines_are_completed() -> None:
    header = SYMBOLS.split("fragment")[0]
    rest = "graph net( x ) -> ( y )\n{\n}\n"
    check_offered(
        header + "extension tract_registry $0\n" + rest,
        "tract_extra", "tract_pulse", "tract_resource", "tract_transformers", "tract_core", "tract_onnx",
    )  # fmt: skip
    check_offered(header + "extension tract_assert $0\n" + rest, "N", "S", "broadcast", "floor", "max", "min")
    check_offered(header + "extension tract_symbol $0\n" + rest)
    found = completion(*question(header + "extension $0\n" + rest))
    assert found is not None and {"tract_registry", "tract_symbol", "tract_assert"} <= {
        item.label for item in found.items
    }


def test_a_literal_is_no_name() -> None:
    text = SYMBOLS.replace("y = wide(x)", "y = max(wide(x), -i$0nf)")
    assert hover(*question(text)) is None and references(*question(text)) == []
    check_refused(text, "endless", "there is no name here")
