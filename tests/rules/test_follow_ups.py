"""One mistake gives one error, where it was made: what follows from it is not told.

`«` and `»` stand around what must be reported; nothing else may be an error.  `tests.fuzz.mistakes` looks for more such
mistakes in real models.
"""

from __future__ import annotations

import pytest

from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.operations.dialects import STANDARD as KHRONOS
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


@pytest.mark.parametrize(
    "statement",
    [
        "y = unsqueeze(add(x, copy<integer>(«w»)), axes = [0]);",
        "z = copy<integer>(«x»);\n    y = add(z, w);",
        "z = copy<«?»>(x);\n    y = relu(z);",
    ],
)
def test_the_type_of_a_result_that_was_asked_for_in_vain_is_not_known(statement: str) -> None:
    check(graph(f"    {statement}"))


@pytest.mark.parametrize(
    "fragment",
    [
        "fragment f( a: tensor<scalar>, «a»: scalar ) -> ( b: tensor<scalar> ) { b = relu(a); }",
        "fragment f( a: scalar, «b: tensor<scalar>» ) -> ( c: tensor<scalar> ) { c = relu(b); }",
        "fragment f( a: tensor<«float»> ) -> ( b: tensor<scalar> ) { b = relu(a); }",
        "fragment f( a: tensor<scalar> ) -> ( b: tensor<scalar> ) { «}»",
    ],
)
def test_calls_of_a_fragment_that_is_declared_wrong(fragment: str) -> None:
    call = "f(x);" if "}»" in fragment else "f(x, a = 1.0);"
    check(graph(f"    y = {call}").replace("graph", fragment + "\ngraph"))


def test_an_argument_that_is_wrong_anyway_need_not_be_named() -> None:
    check(graph("    y = softmax(x, «u»);"))


def test_an_input_that_is_not_introduced_is_told_where_it_is_used() -> None:
    check(HEADER + "graph g( x ) -> ( y )\n{\n    z = relu(«x»);\n    u = add(z, x);\n    y = add(u, x);\n}\n")


def test_a_name_that_nothing_defines_is_an_error_once() -> None:
    check(graph("    z = relu(«u»);\n    y = add(z, u);"))
    check(
        graph("    y = f(x);").replace(
            "graph",
            "fragment f( a: tensor<scalar> ) -> ( b: tensor<scalar> ) { c = add(«d», a); b = add(c, d); }\ngraph",
        )
    )


def test_of_a_body_that_is_not_closed_nothing_is_missing() -> None:
    check("version 1.0;\ngraph g( x, w ) -> ( y )\n{\n    x = external(shape = [1]);\n«»")


@pytest.mark.parametrize(
    "statement",
    [
        "y = avg_pool(«[1, 1]», size = [1, 1]);",
        "y = softmax(«'x'», axes = [1]);",
        "y = softmax(axes = [1], «x»);",
        "y = clamp(a = 0.0, «b», x);".replace("b", "x"),
        "y = add(x, 1.0 + «u»);",
        "y = softmax(x, axes = [«u»]);",
    ],
)
def test_one_error_for_one_wrong_argument(statement: str) -> None:
    check(graph(f"    {statement}"))


@pytest.mark.parametrize(
    "introduction",
    [
        "«x, e» = external(shape = [1]);",
        "x = «Externl»(shape = [1]);",
        "x = external(«shap» = [1]);",
        "x = external<«float»>(shape = [1]);",
    ],
)
def test_a_wrong_introduction_of_an_input(introduction: str) -> None:
    check(f"{HEADER}graph g( x ) -> ( y )\n{{\n    {introduction}\n    y = relu(x);\n}}\n")


def test_an_input_that_is_introduced_by_another_name() -> None:
    check(f"{HEADER}graph g( x ) -> ( y )\n{{\n    x_ = external(shape = [1]);\n    y = relu(«x»);\n}}\n")


@pytest.mark.parametrize("word", ["in", "string", "graph"])
def test_a_keyword_as_a_name_is_told_once(word: str) -> None:
    check(graph(f"    «{word}» = add(x, w);\n    z = mul({word}, {word});\n    y = add(z, {word});"))
