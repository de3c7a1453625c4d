"""One mistake gives one error, where it was made: what follows from it is not told.

`«` and `»` stand around what must be reported; nothing else may be an error.  `tests.fuzz.mistakes` looks for more such
mistakes in real models.
"""

from __future__ import annotations

import pytest

from nnef_lsp.model.analysis import Analysis
from nnef_lsp.model.dialect import KHRONOS
from nnef_lsp.rules import diagnose
from nnef_lsp.syntax.source import Source

HEADER = "version 1.0;\nextension KHR_enable_fragment_definitions, KHR_enable_operator_expressions;\n"


def check(marked: str) -> None:
    """The errors are just what is marked."""
    start, end = marked.index("«"), marked.index("»") - 1
    text = marked.replace("«", "").replace("»", "")
    analysis = Analysis(Source(text), KHRONOS)
    found = []
    for item in diagnose(analysis):
        if item.severity == "error":
            at = analysis.source.start_of(item.segment)
            found.append((at + item.start, at + item.end, item.rule, item.message))
    assert [(begin, stop) for begin, stop, _, _ in found] == [(start, end)], found


def graph(body: str) -> str:
    """A graph with two inputs."""
    externals = "    x = external(shape = [2, 3]);\n    w = external(shape = [2, 3]);\n"
    return f"{HEADER}graph g( x, w ) -> ( y )\n{{\n{externals}{body}\n}}\n"


@pytest.mark.parametrize(
    "tail",
    [
        "«foo»",
        "«foo»;",
        "«relu»(x);",
        "«y» = relu(x);",
        "«{» }",
        "«{» z = relu(x); }",
        "«5»",
        "«(» )",
        "«->»",
        "«foo» {\n}",
        "«;»",
        "«}»",
    ],
)
def test_what_follows_the_graph_is_told_at_its_beginning(tail: str) -> None:
    check(graph("    y = add(x, w);") + tail + "\n")


@pytest.mark.parametrize(
    "head",
    [
        "«import» x;",
        "«Extension» KHR_enable_fragment_definitions;",
        "«5»;",
        "«extensions» A;",
        "«x» = external(shape = [1]);",
    ],
)
def test_what_stands_before_the_graph_is_told_at_its_beginning(head: str) -> None:
    check(f"version 1.0;\n{head}\n" + graph("    y = add(x, w);").removeprefix(HEADER))


@pytest.mark.parametrize("version", ["«1.0»;", "«versn» 1.0;", "«foo»;"])
def test_without_a_version_only_that_is_told(version: str) -> None:
    check(f"{version}\n" + graph("    y = add(x, w);").removeprefix(HEADER))


def test_a_body_without_its_head() -> None:
    check(HEADER + "«{»\n    x = external(shape = [1]);\n    y = relu(x);\n}\n")


def test_a_semicolon_before_the_body() -> None:
    check("version 1.0;\ngraph g( x ) -> ( y )«;»\n{\n    x = external(shape = [1]);\n    y = relu(x);\n}\n")


def test_braces_in_a_body() -> None:
    check(graph("    «{» z = add(x, w); }\n    y = relu(z);"))


@pytest.mark.parametrize(
    "statement",
    [
        "z «==» relu(x);",
        "z «relu»(x);",
        "z «:» relu(x);",
        "z «:»= relu(x);",
        "let «z» = relu(x);",
        "[z, u «=» split(x, axis = 1, ratios = [1, 2]);",
        "z, «=» relu(x);",
    ],
)
def test_a_broken_statement_still_defines_its_names(statement: str) -> None:
    check(graph(f"    {statement}\n    y = add(z, w);"))


@pytest.mark.parametrize("statement", ["relu«(»x);", "relu«(»x) = z;", "x«;»"])
def test_a_broken_statement_does_not_define_what_it_reads(statement: str) -> None:
    check(graph(f"    {statement}\n    y = add(x, w);"))
