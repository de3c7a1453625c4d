"""Broken text: one mistake gives one error with a good message, and the statements around it stay alive."""

from __future__ import annotations

import time

import pytest

from nnef_lsp.syntax.source import Source
from nnef_lsp.syntax.structure import structure_of

HEAD = "version 1.0;\ngraph g( a ) -> ( d )\n{\n"


def drawn(text: str) -> str:
    """The text with every error under its line."""
    source = Source(text)
    found = [(segment, problem) for segment in source for problem in segment.problems] + structure_of(source).problems
    marks: dict[int, list[str]] = {}
    for segment, problem in found:
        start = source.position_in(segment, problem.start)
        end = source.position_in(segment, problem.end)
        width = max(1, end.column - start.column) if end.line == start.line else 1
        marks.setdefault(start.line, []).append(" " * start.column + "^" * width + " " + problem.message)
    lines = text.split("\n")
    return "\n".join(line for number, text_line in enumerate(lines) for line in [text_line, *marks.get(number, [])])


def check(statements: str) -> None:
    """Statements of a graph with the expected errors drawn under them (lines that begin with blanks and `^`)."""
    expected = HEAD + statements.strip("\n") + "\n}"
    text = "\n".join(line for line in expected.split("\n") if not line.lstrip().startswith("^"))
    assert drawn(text) == expected
    source = Source(text)
    alive = [name for segment in source for name in segment.defines]
    assert {"a", "d"} <= set(alive)


def test_missing_semicolon() -> None:
    check("""
    a = external(shape = [1])
                             ^ expected ';' after this invocation, found 'd'
    d = relu(a);
""")


def test_missing_closing_parenthesis() -> None:
    check("""
    a = external(shape = [1]);
    b = relu(a;
              ^ expected ')' to close this '(', found ';'
    d = relu(b);
""")


def test_unclosed_string() -> None:
    check("""
    a = external(shape = [1]);
    b = variable(shape = [1], label = 'b);
                                      ^^^^ this string is not closed: expected ' before the end of the line
    d = add(a, b);
""")


def test_nothing_after_the_equals_sign() -> None:
    check("""
    a = external(shape = [1]);
    b = ;
        ^ expected a value after '=', found ';'
    d = relu(a);
""")


def test_a_name_that_is_a_keyword() -> None:
    check("""
    a = external(shape = [1]);
    for = relu(a);
    ^^^ 'for' is a keyword and cannot be used as a name
    d = relu(a);
""")


def test_a_number_without_exponent_digits() -> None:
    check("""
    a = external(shape = [1]);
    b = mul(a, 2.5e+);
               ^^^^^ '2.5e+' is not a number: the exponent has no digits
    d = relu(a);
""")


def test_a_comment_of_another_language() -> None:
    check("""
    a = external(shape = [1]); // the input
                               ^ a comment begins with '#', not with '//'
    d = relu(a);
""")


def test_a_comma_too_many() -> None:
    check("""
    a = external(shape = [1,]);
                            ^ expected another item after ',', found ']'
    d = relu(a);
""")


def test_a_character_that_does_not_belong() -> None:
    check("""
    a = external(shape = [1]);
    b = relu($a);
             ^ the character '$' does not belong to NNEF
    d = relu(a);
""")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a document needs a graph, found the end of the text"),
        ("version 1.0", "expected ';' after this version, found the end of the text"),
        (HEAD + "a = external(shape = [1]);", "expected '}' to end the body of this graph, found the end of the text"),
        ("version 1.0;\ngrph g( a ) -> ( d )\n{ d = relu(a); }", "expected 'graph', found 'grph'"),
        (
            "version 1.0;\ngraph g( a ) -> ( d )\n d = relu(a); }",
            "expected '{' before the body of this graph, found 'd'",
        ),
        (HEAD + "d = relu(a); }\n}", "this '}' closes nothing"),
        (HEAD + "d = relu(a); }\nx = relu(a);", "nothing may follow the graph"),
    ],
)
def test_one_mistake_of_a_document_gives_one_error(text: str, message: str) -> None:
    assert [line.split("^ ")[-1] for line in drawn(text).split("\n") if "^ " in line] == [message]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000, "x = relu(y)\n" * 2_000, "x = f(\n" * 2_000, "{" * 20_000, ";" * 20_000, '"' * 20_001,
        "x = " + "[1]*" * 10_000 + "1;", "x = " + "-" * 20_000 + "1;", "a = b if c else " * 5_000, "\0" * 20_000,
        "\ud800 = \udfff;" * 2_000, "x = [" + "1," * 20_000 + "1];", "a b c d " * 5_000, "fragment " * 5_000,
    ],
)  # fmt: skip
def test_no_text_makes_the_parser_raise_or_take_long(text: str) -> None:
    begin = time.process_time()
    source = Source(text)
    structure_of(source)
    assert source.text == text
    assert time.process_time() - begin < 20  # generous: quadratic time would take minutes


def test_a_name_of_another_language_is_one_name() -> None:
    check("""
    a = external(shape = [1]);
    model/b:0 = relu(a);
    ^^^^^^^^^ 'model/b:0' is not an identifier: these have letters, digits and '_' only
    d = add(model/b:0, c.1);
            ^^^^^^^^^ 'model/b:0' is not an identifier: these have letters, digits and '_' only
                       ^^^ 'c.1' is not an identifier: these have letters, digits and '_' only
""")


def test_an_empty_argument() -> None:
    check("""
    a = external(shape = [1]);
    d = add(a, , a);
               ^ expected an argument before ','
    e = add(, a);
            ^ expected an argument before ','
    f = softmax(a, axes = [0, , 1]);
                              ^ expected an item before ','
""")
