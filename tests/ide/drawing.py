"""How the tests of `ide` write questions and read answers.

A question is NNEF with `$0` where the cursor is; statements alone are put into a graph.  An answer that is places is
drawn: each line that has some, and carets below it.
"""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import dedent

from nnef_lsp.ide.text.place import Edit, Place
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.syntax.source import Source

HEADER = "version 1.0;\nextension KHR_enable_fragment_definitions;\n"


def question(text: str, weights: object = None) -> tuple[Analysis, int]:
    """The analysis of a text, and where its cursor is."""
    text = dedent(text).strip("\n") + "\n"
    if "graph " not in text:
        text = f"graph net( x ) -> ( y )\n{{\n{text}}}\n"
    if "version" not in text:
        text = HEADER + text
    cursor = text.index("$0")
    return Analysis(Source(text.replace("$0", "")), weights=weights), cursor  # type: ignore[arg-type]


def drawn(analysis: Analysis, places: Iterable[Place]) -> str:
    """The lines that have a place, with carets below."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for place in places:
        start = analysis.source.position_in(place.segment, place.start)
        spans.setdefault(start.line, []).append((start.column, start.column + place.end - place.start))
    lines = []
    for line, marks in sorted(spans.items()):
        lines.append(analysis.source.line_text(line))
        lines.append(
            "".join("^" if any(a <= at < b for a, b in marks) else " " for at in range(max(b for _, b in marks)))
        )
    return dedent("\n".join(line.rstrip() for line in lines)).strip("\n")


def edited(analysis: Analysis, edits: Iterable[Edit]) -> str:
    """The text after edits."""
    text = analysis.source.text
    spans = [
        (analysis.source.start_of(e.place.segment) + e.place.start, e.place.end - e.place.start, e.text) for e in edits
    ]
    for start, length, new in sorted(spans, reverse=True):
        text = text[:start] + new + text[start + length :]
    return text


def expected(text: str) -> str:
    """A drawn answer as a test writes it."""
    return dedent(text).strip("\n")
