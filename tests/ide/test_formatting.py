"""Formatting: edits of the blanks that differ, and of nothing else, whatever part of a document is asked for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from nnef_lsp.ide.text.formatting import applied, formatting, on_type_formatting, range_formatting
from nnef_lsp.syntax.printer import Style, formatted
from nnef_lsp.syntax.source import Source

from ..syntax.test_printer import documents

TEXT = """version 1.0;

graph g( x ) -> ( y )
{
  x = external(shape = [1]);
    z = relu(x);
    y=tanh(z);
}
"""


def check_range(text: str, expected: str) -> None:
    """Format what stands between `«` and `»`."""
    start, end = text.index("«"), text.index("»") - 1
    text = text.replace("«", "").replace("»", "")
    assert applied(text, range_formatting(Source(text), start, end)) == expected


def check_typed(text: str, expected: str) -> None:
    """Format what the character before `$0` has ended."""
    offset = text.index("$0")
    text = text.replace("$0", "")
    assert applied(text, on_type_formatting(Source(text), offset, text[offset - 1])) == expected


def test_only_blanks_that_differ_are_replaced() -> None:
    edits = formatting(Source(TEXT))
    assert applied(TEXT, edits) == formatted(TEXT)
    assert [(TEXT[edit.start : edit.end], edit.text) for edit in edits] == [("\n  ", "\n    "), ("", " "), ("", " ")]


def test_a_range_of_lines() -> None:
    check_range(TEXT.replace("z = relu", "«z» = relu"), TEXT)
    check_range(TEXT.replace("y=tanh", "y=t«»anh"), TEXT.replace("y=tanh", "y = tanh"))
    check_range(TEXT.replace("x = ext", "x = e«xt").replace("y=", "y»="), formatted(TEXT) or "")
    check_range(TEXT.replace("version", "v«ersi»on"), TEXT)


def test_blank_lines_above_a_range_stay() -> None:
    text = TEXT.replace("    y=tanh", "\n\n\n  y=tanh")
    check_range(text.replace("tanh", "t«an»h"), text.replace("  y=tanh", "    y = tanh"))


def test_the_end_of_a_statement_lays_it_out() -> None:
    check_typed(TEXT.replace("y=tanh(z);", "y=tanh(z);$0"), TEXT.replace("y=tanh", "y = tanh"))
    check_typed(TEXT.replace("y=tanh(z);", "y=tanh(z);\n$0"), TEXT.replace("y=tanh(z);", "y = tanh(z);\n"))
    check_typed(TEXT.replace("\n}", "\n  }$0"), TEXT)
    check_typed("graph g(x)->(y){\n$0", "graph g( x ) -> ( y )\n{\n")


@pytest.mark.parametrize("text", ["y=tanh(';$0');", "y=tanh(z); # ;$0", "y=tanh(\n$0z);", "y=tanh(z);\n\n$0"])
def test_what_ends_nothing_changes_nothing(text: str) -> None:
    text = TEXT.replace("y=tanh(z);", text)
    check_typed(text, text.replace("$0", ""))


def test_what_does_not_parse_stays_and_the_rest_does_not() -> None:
    text = TEXT.replace("relu(x)", "relu( x")
    assert applied(text, formatting(Source(text))) == (formatted(TEXT) or "").replace("relu(x)", "relu( x")


def test_an_editor_chooses_the_indentation() -> None:
    found = applied(TEXT, formatting(Source(TEXT), Style("\t", 8)))
    assert found == (formatted(TEXT) or "").replace("    ", "\t") and formatted(found, style=Style("\t", 8)) == found
    found = applied(TEXT, formatting(Source(TEXT), Style("  ", 2)))
    assert found == (formatted(TEXT) or "").replace("    ", "  ")


def test_a_long_text_on_one_line_and_the_other_way() -> None:
    for text in (TEXT.replace("\n", " "), TEXT.replace(" ", "\n"), "\n\n" + TEXT + "\n\n# end"):
        assert applied(text, formatting(Source(text))) == formatted(text)


@settings(max_examples=60, deadline=None)
@given(documents())
def test_any_document(text: str) -> None:
    wanted = formatted(text)
    assert applied(text, formatting(Source(text))) == wanted
    whole = applied(text, range_formatting(Source(text), 0, len(text)))
    assert formatted(whole) == wanted
