"""Refactorings: what the text becomes, and what is refused.

That facts and values of the results stay as they were is asked here of each, and everywhere in test_refactoring_networks.py.
"""

from __future__ import annotations

from textwrap import dedent

import pytest

from .drawing import edited
from .refactored import Judge, offers

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


def check(text: str, title: str, expected: str) -> None:
    analysis, found = offers(text)
    assert title in found, list(found)
    assert not found[title].refused, found[title].refused
    new = edited(analysis, found[title].edits)
    assert new == expected
    Judge(analysis).check(found[title])


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
            "\nfragment extracted( a: tensor<scalar>, x: tensor<scalar> ) -> ( c: tensor<scalar> )\n"
            "{\n    b = tanh(a); # how\n    c = add(b, x);\n}\n\n",
        ),
    )


def test_several_results_and_one_of_the_graph() -> None:
    check(
        graph("«a = relu(x);\nb = lt(x, a);»\ny = select(b, a, x);"),
        EXTRACT,
        graph(
            "a, b = extracted(x);\ny = select(b, a, x);",
            "\nfragment extracted( x: tensor<scalar> ) -> ( a: tensor<scalar>, b: tensor<logical> )\n"
            "{\n    a = relu(x);\n    b = lt(x, a);\n}\n\n",
        ),
    )


def test_variables_stay_in_the_graph() -> None:
    check(
        graph("«a = relu(x);\n# weights\nv = variable(shape = [2, 3], label = 'v');\ny = add(a, v);»"),
        EXTRACT,
        graph(
            "# weights\nv = variable(shape = [2, 3], label = 'v');\ny = extracted(x, v);",
            "\nfragment extracted( x: tensor<scalar>, v: tensor<scalar> ) -> ( y: tensor<scalar> )\n"
            "{\n    a = relu(x);\n    y = add(a, v);\n}\n\n",
        ),
    )


def test_what_changes_a_variable_is_not_extracted() -> None:
    text = graph("v = variable(shape = [2, 3], label = 'v');\n«w = add(v, x);\ny = update(v, w);»")
    check_refused(text, EXTRACT, "'update' may only be invoked in the graph itself")


def test_a_call_becomes_the_statements_of_its_fragment() -> None:
    check(
        graph("z = block($0x, n = 2);\ny = block(z);", BLOCK),
        "Inline this call of 'block'",
        graph("z_c = max_pool(x, size = [1, 2]);\nz = relu(z_c) * 2.0;\ny = block(z);", BLOCK),
    )
    check(
        graph("y = $0block(relu(x), s = 1.0 + 0.5);", BLOCK),
        "Inline this call of 'block'",
        graph("y_a = relu(x);\ny_c = max_pool(y_a, size = [1, 1]);\ny = relu(y_c) * (1.0 + 0.5);", BLOCK),
    )


def test_all_calls_become_statements_and_the_fragment_goes() -> None:
    check(
        graph("z = block($0x, n = 2);\ny = block(z);", BLOCK),
        "Inline all 2 calls of 'block' and remove the fragment",
        graph(
            "z_c = max_pool(x, size = [1, 2]);\nz = relu(z_c) * 2.0;\ny_c = max_pool(z, size = [1, 1]);\ny = relu(y_c) * 2.0;"
        ),
    )
    recursive = "fragment r( a: tensor<scalar>, n: integer ) -> ( b: tensor<scalar> )\n{\n    b = r(a, n = n - 1) if n > 0 else a;\n}\n"
    check_refused(
        graph("y = $0r(x, n = 2);", recursive),
        "Inline all 2 calls of 'r' and remove the fragment",
        "it invokes itself",
    )


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


def test_a_repeated_block_becomes_a_fragment() -> None:
    before = """
        a = conv(x, v, 0.0);
        b = relu(a);
        w = variable(shape = [1, 2], label = 'w');
        c = conv( b, w, 0.0 );
        y = relu(c);"""
    variable = "v = variable(shape = [2, 3], label = 'v');\n"
    marked = graph(variable + dedent(before).strip().replace("a = conv", "$0a = conv", 1)).replace("conv", "linear")
    check(
        marked,
        "Turn 2 repeats of 2 statements into a fragment",
        graph(
            f"{variable}b = block(x, v);\nw = variable(shape = [1, 2], label = 'w');\ny = block(b, w);",
            "\nfragment block( x: tensor<scalar>, v: tensor<scalar> ) -> ( b: tensor<scalar> )\n"
            "{\n    a = linear(x, v, 0.0);\n    b = relu(a);\n}\n\n",
        ),
    )


def test_what_differs_is_no_repeat() -> None:
    found = offers(
        graph("$0a = leaky_relu(x, alpha = 0.5);\nb = tanh(a);\nc = leaky_relu(b, alpha = 0.25);\ny = tanh(c);")
    )[1]
    assert not any(title.startswith("Turn") for title in found)


def test_a_chain_is_split_and_joined() -> None:
    nested, flat = graph("y = relu(add(tanh(x), mul(x, x)));"), "y_2 = tanh(x);\nz = mul(x, x);\nz_2 = add(y_2, z);\n"
    check(
        nested.replace("y = re", "y = $0re"),
        "Give each nested invocation a name (4 statements)",
        graph(flat + "y = relu(z_2);"),
    )
    check(graph(flat + "$0y = relu(z_2);"), "Join 4 statements to one", nested)


def test_arguments_lose_their_names_and_get_them() -> None:
    text = graph("y = $0add(y = x, x = x);")
    check(text, "Write the arguments of 'add' without their names", graph("y = add(x, x);"))
    text = (
        "version 1.0;\nextension tract_registry tract_core;\n"
        + graph("y = softmax(x, $0axes = [1]);").partition("\n")[2]
    )
    text = text.replace("extension KHR_enable_fragment_definitions, KHR_enable_operator_expressions;\n", "")
    check(text, "Write the arguments of 'softmax' without their names", text.replace("$0axes = ", ""))
    check(text, "Write the arguments of 'softmax' with their names", text.replace("(x, $0", "(x = x, "))


def test_an_operation_comes_behind_a_tensor() -> None:
    check(
        graph("$0a = relu(x);\nb = tanh(a);\ny = add(a, b);"),
        "Insert an operation behind 'a' (a copy, to be changed)",
        graph("a = relu(x);\na_copy = copy(a);\nb = tanh(a_copy);\ny = add(a_copy, b);"),
    )
    check(
        graph("$0y = relu(x);"),
        "Insert an operation behind 'y' (a copy, to be changed)",
        graph("y_copy = relu(x);\ny = copy(y_copy);"),
    )


CUT = graph("v = variable(shape = [2, 3], label = 'v');\na = add(x, v);\nb = relu(a);\nc = tanh(b);\ny = mul(c, a);")


def test_a_graph_ends_and_begins_at_a_tensor() -> None:
    check(
        CUT.replace("b =", "$0b ="),
        "End the graph at 'b'",
        graph("v = variable(shape = [2, 3], label = 'v');\na = add(x, v);\nb = relu(a);").replace("( y )", "( b )"),
    )
    check(
        CUT.replace("a =", "$0a ="),
        "Begin the graph at 'a'",
        graph("a = external(shape = [2, 3]);\nb = relu(a);\nc = tanh(b);\ny = mul(c, a);")
        .replace("( x )", "( a )")
        .replace("    x = external(shape = [2, 3]);\n", ""),
    )


def test_selected_statements_are_a_graph() -> None:
    analysis, found = offers(CUT.replace("b = relu", "«b = relu").replace("(b);", "(b);»"))
    whole = graph("a = external(shape = [2, 3]);\nb = relu(a);\nc = tanh(b);")
    whole = whole.replace("( x ) -> ( y )", "( a ) -> ( c )").replace("    x = external(shape = [2, 3]);\n", "")
    assert edited(analysis, found["Cut the graph to these 2 statements"].edits) == whole
    assert found["Copy these 2 statements to a graph of their own"].creates == whole
    found = offers(
        graph("[$0a, b] = split(x, axis = 0, ratios = [1, 1]);\nc = add(a, b);\ny = concat([c, a], axis = 0);")
    )[1]
    assert found["Begin the graph at 'a'"].refused == "the statement of 'a' is needed for 'b'"


def test_biases_get_a_row_and_lose_it() -> None:
    body = "w = variable(shape = [4, 3], label = 'w');\nb = variable(shape = {}, label = 'b');\n{}y = linear(x, w, {});"
    flat, row = graph(body.format("[4]", "", "b")), graph(body.format("[1, 4]", "", "b"))
    check(flat.replace("y = l", "y = $0l"), "Give 1 bias the shape [1, c]", row)
    check(row.replace("b = v", "$0b = v"), "Give 1 bias the shape [c]", flat)
    computed = graph(body.format("[4]", "c = relu(b);\n", "c"))
    turned = graph(body.format("[4]", "c = relu(b);\nc_row = unsqueeze(c, axes = [0]);\n", "c_row"))
    check(computed.replace("y = l", "y = $0l"), "Give 1 bias the shape [1, c]", turned)
    check(turned.replace("y = l", "y = $0l"), "Give 1 bias the shape [c]", computed)
