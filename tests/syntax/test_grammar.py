"""The segmented parse equals one Lark parse of the whole text, on texts that use all of the grammar."""

from __future__ import annotations

from typing import Any

import pytest
from lark import Tree

from nnef_lsp.syntax import nodes as n
from nnef_lsp.syntax.segments import BLANKS, CLOSE, kind_of, start_symbol
from nnef_lsp.syntax.source import Source
from nnef_lsp.syntax.templates import Skeleton, grammar, parse_template
from nnef_lsp.syntax.tokens import tokenize

TEXTS = [
    "version 1.0; graph g(a) -> (b) { a = external(shape = []); b = copy(a); }",
    """
version 1.0;
extension KHR_enable_fragment_definitions, KHR_enable_operator_expressions;
extension A B;
fragment p<?>( x: tensor<?>, y: tensor<>[], k: (integer,scalar)[] = [(1,-2.5)], s: string = "it's" ) -> ( z: tensor<?> );
fragment q<? = scalar>( x: tensor<scalar> = 0.0, n: integer[][] = [[1],[]], b: logical = true ) -> ( z: tensor<scalar>, w: tensor<scalar>[] )
{
    a = -x ^ 2.0 * 3.0 + 1.0 - (4.0 / x) if b && !false || 1 in n[0] else x;
    z, w = f<scalar>(a, x = [for i in n, (j, k) in m if i < 2 yield i[1:] + j[:]], t = (1, 'a'), e = []);
    [c, d] = g<?>(length_of(n), range_of(n)[0], shape_of(x), integer('1'), scalar(1), logical(0), string(2.0));
    ((e, h), [i]) = o() ;
    u = x == 1.0; v = x != 1.0; y = x <= 1.0; t = x >= 1.0; r = +x; # comment
}
graph net( in1, in2 ) -> ( out )
{
    in1 = external<scalar>(shape = [1, 2]); in2 = external(shape = [NUMBERS]);
    i"quoted.name" = relu(in1);
    out = add(i"quoted.name", in2);
}
""".replace("NUMBERS", ", ".join(map(str, range(100)))),
]


def of_lark(tree: Any) -> Any:
    """Rule and parts of Lark's own tree, tokens by text."""
    if isinstance(tree, Tree):
        return (str(tree.data), tuple(of_lark(child) for child in tree.children))
    return None if tree is None else str(tree)


def of_shape(skeleton: Any, tokens: list[Any]) -> Any:
    """The same of a template filled with tokens."""
    if isinstance(skeleton, Skeleton):
        return (skeleton.rule, tuple(of_shape(part, tokens) for part in skeleton.parts))
    return None if skeleton is None else tokens[skeleton].text


@pytest.mark.parametrize("text", TEXTS)
def test_segments_parse_like_the_whole(text: str) -> None:
    whole = grammar().parse(text, start="document")
    expected = []
    for part in whole.children:
        for child in part.children if part.data in ("fragment", "graph") else [part]:
            if isinstance(child, Tree):
                expected.append(of_lark(child))
    found = []
    for segment in Source(text):
        assert not segment.problems, segment.problems
        if segment.kind in (BLANKS, CLOSE):
            continue
        tokens = tokenize(segment.text)
        kind = kind_of(tokens, "graph")
        skeleton = parse_template(start_symbol(kind, tokens, "graph"), "".join(token.kind for token in tokens))
        found.append(of_shape(skeleton, tokens))
    assert found == expected


@pytest.mark.parametrize(
    ("expression", "grouped"),
    [
        ("a + b * c ^ d", "(a + (b * (c ^ d)))"),
        ("a - b - c", "((a - b) - c)"),
        ("a ^ b ^ c", "((a ^ b) ^ c)"),
        ("-a + b", "((-a) + b)"),
        ("-a ^ b", "(-(a ^ b))"),
        ("a ^ -b * c", "((a ^ (-b)) * c)"),
        ("a < b && c == d || e", "(((a < b) && (c == d)) || e)"),
        ("a in b && c", "(a in (b && c))"),
        ("a if b in c else d if e else f", "(a if (b in c) else (d if e else f))"),
    ],
)
def test_precedence_is_that_of_section_3_3_3(expression: str, grouped: str) -> None:
    [segment] = [segment for segment in Source(f"x = {expression};") if segment.kind == "statement"]
    tree = segment.tree()
    assert isinstance(tree, n.Assignment)
    assert show(tree.value) == grouped


def show(node: Any) -> str:
    """An expression with all its parentheses."""
    if isinstance(node, n.Binary):
        return f"({show(node.left)} {node.operator} {show(node.right)})"
    if isinstance(node, n.Unary):
        return f"({node.operator}{show(node.operand)})"
    if isinstance(node, n.IfElse):
        return f"({show(node.then)} if {show(node.condition)} else {show(node.otherwise)})"
    return str(node.name)


def test_trees_have_the_spans_of_their_text() -> None:
    for segment in Source(TEXTS[1]):
        tree = segment.tree()
        for node in tree.walk() if tree is not None else ():
            if isinstance(node, n.Identifier):
                assert node.name in segment.text[node.start : node.end]
                if node.slot >= 0:
                    assert segment.words[node.slot] == node.name
