"""Definition, references and highlights, drawn under the text."""

from __future__ import annotations

from nnef_lsp.ide.names.definition import Declared, definition
from nnef_lsp.ide.names.references import highlights, references
from nnef_lsp.ide.text.place import Place

from .drawing import drawn, expected, question


def check_references(text: str, answer: str) -> None:
    analysis, offset = question(text)
    assert drawn(analysis, references(analysis, offset)) == expected(answer)
    assert drawn(analysis, [item.place for item in highlights(analysis, offset)]) == expected(answer)


def check_definition(text: str, answer: str) -> None:
    analysis, offset = question(text)
    places = [item.target for item in definition(analysis, offset)]
    assert all(isinstance(place, Place) for place in places)
    assert drawn(analysis, places) == expected(answer)  # type: ignore[arg-type]


NET = """
    fragment block( a: tensor<scalar>, n: integer = 1 ) -> ( b: tensor<scalar> )
    {
        c = box(a, size = [n,n]);
        b = relu(c);
    }
    graph net( x ) -> ( y )
    {
        x = external(shape = [1,3]);
        z = block(x, n = 2);
        y = block(z);
    }
"""


def test_a_tensor_of_the_graph() -> None:
    check_references(
        NET.replace("(z)", "($0z)"),
        """
        z = block(x, n = 2);
        ^
        y = block(z);
                  ^
    """,
    )
    check_definition(
        NET.replace("(z)", "($0z)"),
        """
        z = block(x, n = 2);
        ^
    """,
    )


def test_inputs_are_also_in_the_head() -> None:
    check_references(
        NET.replace("block(x", "block(x$0"),
        """
    graph net( x ) -> ( y )
               ^
        x = external(shape = [1,3]);
        ^
        z = block(x, n = 2);
                  ^
    """,
    )


def test_names_of_a_fragment_stay_in_it() -> None:
    check_references(
        NET.replace("relu(c)", "relu(c$0)"),
        """
        c = box(a, size = [n,n]);
        ^
        b = relu(c);
                 ^
    """,
    )


def test_a_parameter_and_its_arguments() -> None:
    check_references(
        NET.replace("n = 2", "$0n = 2"),
        """
    fragment block( a: tensor<scalar>, n: integer = 1 ) -> ( b: tensor<scalar> )
                                       ^
        c = box(a, size = [n,n]);
                           ^ ^
        z = block(x, n = 2);
                     ^
    """,
    )
    check_definition(
        NET.replace("n = 2", "$0n = 2"),
        """
    fragment block( a: tensor<scalar>, n: integer = 1 ) -> ( b: tensor<scalar> )
                                       ^
    """,
    )


def test_a_fragment() -> None:
    check_references(
        NET.replace("block(z)", "bl$0ock(z)"),
        """
    fragment block( a: tensor<scalar>, n: integer = 1 ) -> ( b: tensor<scalar> )
             ^^^^^
        z = block(x, n = 2);
            ^^^^^
        y = block(z);
            ^^^^^
    """,
    )


def test_broken_statements_count() -> None:
    check_references(
        "x = external(shape = [1]);\nz = relu($0x);\ny = add(x, z",
        """
        graph net( x ) -> ( y )
                   ^
        x = external(shape = [1]);
        ^
        z = relu(x);
                 ^
        y = add(x, z
                ^
    """,
    )


def test_standard_operations_are_declared_in_a_file() -> None:
    analysis, offset = question(NET.replace("relu(", "re$0lu("))
    (found,) = definition(analysis, offset)
    assert isinstance(found.target, Declared) and found.target.file.endswith("khronos.nnef")
    with open(found.target.file, encoding="utf-8") as file:
        line = file.read().split("\n")[found.target.line]
    assert line[found.target.column :].startswith("relu(")


def test_iterators_are_local() -> None:
    check_references(
        "x = external(shape = [1]);\ny = add_n([for i in [1,2] yield f(i$0, x)]);",
        """
        y = add_n([for i in [1,2] yield f(i, x)]);
                       ^                  ^
    """,
    )
