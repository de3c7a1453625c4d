"""Rename: the text afterwards, or the sentence that refuses."""

from __future__ import annotations

import pytest

from nnef_lsp.ide.names.rename import Refused, renamable, rename

from .drawing import drawn, edited, expected, question

NET = """
    fragment block( a: tensor<scalar>, n: integer = 1 ) -> ( b: tensor<scalar> )
    {
        b = box(a, size = [n,n]);
    }
    graph net( x ) -> ( y )
    {
        x = external(shape = [1,3]);
        w = variable(shape = [1,3], label = 'net/w');
        z = block(x, n = 2);
        y = add(z, w);
    }
"""


def check_rename(text: str, name: str, *lines: str) -> None:
    """These lines stand in the text afterwards."""
    analysis, offset = question(text)
    after = edited(analysis, rename(analysis, offset, name))
    for line in lines:
        assert line in after, after
    before = analysis.source.text
    assert len(after.split("\n")) == len(before.split("\n"))


def check_refused(text: str, name: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        rename(*question(text), name)
    assert sentence in str(refused.value)


def test_a_graph_input_is_renamed_in_the_head_too() -> None:
    check_rename(
        NET.replace("block(x", "block($0x"), "image", "graph net( image )", "image = external(", "block(image, n = 2)"
    )


def test_a_parameter_with_its_named_arguments() -> None:
    check_rename(
        NET.replace("n: int", "$0n: int"), "size", "size: integer = 1", "size = [size,size]", "block(x, size = 2)"
    )


def test_a_fragment() -> None:
    check_rename(NET.replace("= block", "= blo$0ck"), "pool", "fragment pool(", "z = pool(x")


def test_a_label() -> None:
    check_rename(NET.replace("net/w", "ne$0t/w"), "net/weights", "label = 'net/weights'")


def test_clashes_are_refused_with_a_sentence() -> None:
    check_refused(NET.replace("add(z", "add($0z"), "w", "'w' is already the name of a tensor of the graph")
    check_refused(NET.replace("n: int", "$0n: int"), "b", "'b' is already a name in the fragment 'block'")
    check_refused(NET.replace("= block", "= blo$0ck"), "conv", "'conv' is the name of a built-in operation")
    check_refused(NET.replace("= add", "= ad$0d"), "plus", "'add' is a built-in operation")


def test_labels_that_differ_in_case_only_share_their_data() -> None:
    two = NET.replace("z = block(x", "v = variable(shape = [1,3], label = 'net/v');\n        z = block(v")
    check_refused(two.replace("net/w", "ne$0t/w"), "Net/V", "another variable has the label 'net/v' already")
    check_rename(two.replace("net/w", "ne$0t/w"), "Net/W", "label = 'Net/W'", "label = 'net/v'")


def test_names_must_be_names() -> None:
    check_refused(NET.replace("add(z", "add($0z"), "1st", "'1st' is not a name")
    check_refused(NET.replace("add(z", "add($0z"), "graph", "'graph' is a keyword")
    check_refused(NET.replace("net/w", "ne$0t/w"), "a'b", "is not a label")


def test_what_would_be_renamed() -> None:
    analysis, offset = question(NET.replace("net/w", "ne$0t/w"))
    assert drawn(analysis, [renamable(analysis, offset)]) == expected("""
        w = variable(shape = [1,3], label = 'net/w');
                                             ^^^^^
    """)
    with pytest.raises(Refused):
        renamable(*question(NET.replace("= add", "$0= add")))


def test_a_keyword_that_is_a_name() -> None:
    text = """
        extension tract_registry tract_core;
        graph net( in ) -> ( y )
        {
            in = external(shape = [1,3]);
            y = add($0in, in);
        }
    """
    check_rename(text, "image", "graph net( image )", "image = external(", "y = add(image, image)")
