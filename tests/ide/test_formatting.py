"""Formatting: edits of the lines that differ, and of no others."""

from __future__ import annotations

from nnef_lsp.ide.text.formatting import formatting
from nnef_lsp.syntax.printer import formatted
from nnef_lsp.syntax.source import Source

TEXT = """version 1.0;

graph g( x ) -> ( y )
{
  x = external(shape = [1]);
    z = relu(x);
    y=tanh(z);
}
"""


def applied(text: str, first: int = 0, last: int | None = None) -> tuple[str, list[str]]:
    """The text after formatting, and what was replaced."""
    edits = formatting(Source(text), first, last)
    after = text
    for edit in reversed(edits):
        after = after[: edit.start] + edit.text + after[edit.end :]
    return after, [text[edit.start : edit.end] for edit in edits]


def test_only_lines_that_change_are_replaced() -> None:
    after, replaced = applied(TEXT)
    assert after == formatted(TEXT)
    assert replaced == ["  x = external(shape = [1]);\n", "    y=tanh(z);\n"]


def test_a_range_of_lines() -> None:
    assert applied(TEXT, 5, 7)[1] == ["    y=tanh(z);\n"]
    assert applied(TEXT, 4, 4)[1] == ["  x = external(shape = [1]);\n"]
    assert applied(TEXT, 0, 2)[1] == []


def test_a_text_that_does_not_parse_has_no_edits() -> None:
    assert formatting(Source(TEXT.replace("relu(x)", "relu(x"))) == []


def test_a_long_text_on_one_line_and_the_other_way() -> None:
    for text in (TEXT.replace("\n", " "), TEXT.replace(" ", "\n"), "\n\n" + TEXT + "\n\n# end"):
        assert applied(text)[0] == formatted(text)
    many = TEXT.replace("    z = relu(x);\n", "".join(f"z{number}=relu(x);\n" for number in range(3000)))
    assert applied(many)[0] == formatted(many)
