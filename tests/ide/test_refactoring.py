"""Refactorings: what the text becomes, what is refused; and that facts and values of the results stay as they were."""

from __future__ import annotations

from textwrap import dedent

import numpy as np
import pytest

from nnef_lsp.ide.refactoring.all_offers import refactorings
from nnef_lsp.ide.refactoring.offers import Refactoring
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.flattening.flatten import flatten
from nnef_lsp.rules import diagnose
from nnef_lsp.runtime.execution.execute import run
from nnef_lsp.syntax.source import Source

from ..fuzz.test_fuzz import NETWORK
from .drawing import edited

HEAD = "version 1.0;\nextension KHR_enable_fragment_definitions, KHR_enable_operator_expressions;\n"
BLOCK = """
fragment block( a: tensor<scalar>, s: scalar = 2.0, n: integer = 1 ) -> ( b: tensor<scalar> )
{
    c = max_pool(a, size = [1, n]);
    b = relu(c) * s;
}
"""


def graph(body: str, fragments: str = "") -> str:
    statements = dedent(body).strip().replace("\n", "\n    ")
    return f"{HEAD}{fragments}graph g( x ) -> ( y )\n{{\n    x = external(shape = [2, 3]);\n    {statements}\n}}\n"


def offers(text: str) -> tuple[Analysis, dict[str, Refactoring]]:
    """What is offered between `«` and `»`, or at `$0`, by title."""
    start = text.index("$0") if "$0" in text else text.index("«")
    end = start if "$0" in text else text.index("»") - 1
    for mark in ("$0", "«", "»"):
        text = text.replace(mark, "")
    analysis = Analysis(Source(text))
    return analysis, {found.title: found for found in refactorings(analysis, start, end)}


def values(analysis: Analysis) -> dict[str, np.ndarray]:
    """The results of a run with numbers that depend only on the names of inputs and labels."""

    def numbers(name: str, shape: list[int]) -> np.ndarray:
        return np.random.RandomState(sum(name.encode())).standard_normal(shape).astype(np.float32)

    flat = flatten(analysis)
    shapes: dict[str, list[int]] = {}
    inputs = {}
    for call in flat.invocations:
        if call.operation == "external":
            name = call.outputs[0].name
            inputs[name] = numbers(name, call.attributes["shape"])
        elif call.operation == "variable":
            shapes[call.attributes["label"]] = call.attributes["shape"]
    return run(flat, inputs, lambda label: numbers(label, shapes[label])).outputs


def check_same(before: Analysis, text: str) -> None:
    """The text computes what was computed before, and nothing is wrong with it."""
    after = Analysis(Source(text))
    assert [item.message for item in diagnose(after) if item.severity in ("error", "warning")] == [], text
    facts = before.tensors()
    assert {name: after.tensors()[name] for name in before.outputs} == {name: facts[name] for name in before.outputs}
    old, new = values(before), values(after)
    for name in before.outputs:
        np.testing.assert_array_equal(new[name], old[name], err_msg=text)


def check(text: str, title: str, expected: str) -> None:
    analysis, found = offers(text)
    assert title in found, list(found)
    assert not found[title].refused, found[title].refused
    new = edited(analysis, found[title].edits)
    assert new == expected
    check_same(analysis, new)


def check_refused(text: str, title: str, reason: str) -> None:
    found = offers(text)[1][title]
    assert found.refused == reason and not found.edits


EXTRACT = "Extract to a fragment"


def test_statements_become_a_fragment() -> None:
    check(
        graph("a = relu(x);\n«# why\nb = tanh(a); # how\nc = add(b, x);»\ny = sub(c, a);"),
        EXTRACT,
        graph(
            "a = relu(x);\n# why\nc = extracted(a, x);\ny = sub(c, a);",
            "fragment extracted( a: tensor<scalar>, x: tensor<scalar> ) -> ( c: tensor<scalar> )\n"
            "{\n    b = tanh(a); # how\n    c = add(b, x);\n}\n\n",
        ),
    )


def test_several_results_and_one_of_the_graph() -> None:
    check(
        graph("«a = relu(x);\nb = lt(x, a);»\ny = select(b, a, x);"),
        EXTRACT,
        graph(
            "a, b = extracted(x);\ny = select(b, a, x);",
            "fragment extracted( x: tensor<scalar> ) -> ( a: tensor<scalar>, b: tensor<logical> )\n"
            "{\n    a = relu(x);\n    b = lt(x, a);\n}\n\n",
        ),
    )


def test_what_only_a_graph_may_hold_is_not_extracted() -> None:
    text = graph("«v = variable(shape = [2, 3], label = 'v');\ny = add(x, v);»")
    check_refused(text, EXTRACT, "'variable' may only be invoked in the graph itself")


def test_a_call_becomes_the_statements_of_its_fragment() -> None:
    check(
        graph("z = block($0x, n = 2);\ny = block(z);", BLOCK),
        "Inline this call of 'block'",
        graph("z_c = max_pool(x, size = [1, 2]);\nz = relu(z_c) * 2.0;\ny = block(z);", BLOCK),
    )
    text = graph("y = block($0relu(x));", BLOCK)
    check_refused(text, "Inline this call of 'block'", "the argument 'a' is computed: give it a name first")


def test_an_expression_gets_a_name_and_goes_back() -> None:
    named, nested = graph("z = tanh(x);\ny = relu(z);"), graph("y = relu(tanh(x));")
    text = nested.replace("tanh(", "ta$0nh(")
    check(text, "Give the result of 'tanh' a name", graph("y_2 = tanh(x);\ny = relu(y_2);"))
    check(named.replace("z = tanh", "$0z = tanh"), "Put the expression in place of 'z'", nested)
    check(graph("$0z = x + 1.0;\ny = z * x;"), "Put the expression in place of 'z'", graph("y = (x + 1.0) * x;"))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("$0z = tanh(x);\ny = add(z, z);", "'z' is not used exactly once"),
        ("$0y = tanh(x);", "'y' is a result of the graph"),
    ],
)
def test_what_cannot_be_put_in_place_of_its_name(body: str, reason: str) -> None:
    (name,) = {body[2]}
    check_refused(graph(body), f"Put the expression in place of '{name}'", reason)


def test_a_tensor_becomes_a_result() -> None:
    before = graph("$0z = tanh(x);\ny = relu(z);")
    check(before, "Make 'z' a result of the graph", before.replace("$0", "").replace("( y )", "( y, z )"))


def test_what_no_result_needs_is_removed() -> None:
    check(
        graph("v = variable(shape = [2], label = 'v');\nw = add(v, v);\n# for y\n$0y = relu(x);\nz = add(y, w);"),
        "Remove 3 statements that no result needs",
        graph("# for y\ny = relu(x);"),
    )


def test_everything_that_is_offered_in_a_network_keeps_its_values() -> None:
    """At every place, and for every run of three statements."""
    analysis = Analysis(Source(NETWORK))
    statements = list(analysis.statements())
    done = set()
    for number, statement in enumerate(statements):
        start = analysis.source.start_of(statement) + statement.blank_start
        last = statements[min(number + 2, len(statements) - 1)]
        for end in (start, analysis.source.start_of(last) + len(last.text)):
            for found in refactorings(analysis, start, end):
                if not found.refused:
                    check_same(analysis, edited(analysis, found.edits))
                    done.add(found.title.split("'")[0])
    assert len(done) >= 3
