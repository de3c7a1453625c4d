"""Layout: what it looks like, that it changes nothing but blanks, and that a second time changes nothing at all."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnef_lsp.syntax import nodes as n
from nnef_lsp.syntax.printer import WIDTH, formatted
from nnef_lsp.syntax.segments import BLANKS
from nnef_lsp.syntax.source import Source

from .test_grammar import TEXTS

HEAD = "version 1.0;\n\ngraph g( x ) -> ( y )\n{\n"


def check(statements: str, expected: str) -> None:
    """Statements of a graph, and how they should stand there."""
    found = formatted(HEAD + statements + "\n}")
    assert found == HEAD + expected.strip("\n") + "\n}\n"
    assert formatted(found) == found


def test_one_statement_per_line() -> None:
    check(
        "x=external( shape=[1 ,2] ) ;y = relu (x);\n\n\n  z =tanh(y)\n;",
        """
    x = external(shape = [1, 2]);
    y = relu(x);

    z = tanh(y);
""",
    )


def test_operators_and_brackets() -> None:
    check(
        "a = -x+y*- 2.0 ^n[ 1 : ]-m[:2] if!p&&q==r else[for i in n,(j,k)in m if i<2 yield i+j][ 0 ];\n"
        "[a,b],(c , d) = f <scalar> ( (1,'a') , e=[ ], t = length_of( n ), u = (x)) ;",
        """
    a = -x + y * -2.0 ^ n[1:] - m[:2] if !p && q == r else [for i in n, (j, k) in m if i < 2 yield i + j][0];
    [a, b], (c, d) = f<scalar>((1, 'a'), e = [], t = length_of(n), u = (x));
""",
    )


def test_comments_and_blank_lines_stay() -> None:
    check(
        """
  # of the input

  # of x
  x = external(shape = [1]);  # behind

  y = relu(x);              # far behind
  # last
""",
        """
    # of the input

    # of x
    x = external(shape = [1]); # behind

    y = relu(x);            # far behind
    # last
""",
    )


def test_a_statement_with_a_comment_inside_keeps_its_lines() -> None:
    check(
        """
    y = conv(x,w,    # both
      stride=[1,
        2],
        # no border
    border = 'constant'
    );
""",
        """
    y = conv(x, w,   # both
        stride = [1,
            2],
        # no border
        border = 'constant'
    );
""",
    )


def test_long_invocations_have_one_argument_per_line() -> None:
    check(
        "y = conv(input_of_the_layer, filter_of_the_layer, bias_of_the_layer, stride = [1, 1], padding = [(0, 0), (0, 0)], "
        "border = 'constant');",
        """
    y = conv(
        input_of_the_layer,
        filter_of_the_layer,
        bias_of_the_layer,
        stride = [1, 1],
        padding = [(0, 0), (0, 0)],
        border = 'constant'
    );
""",
    )


def test_numbers_fill_lines() -> None:
    found = formatted(HEAD + f"y = constant(shape = [99], value = [{', '.join(['0.25'] * 98)}, -1.0]);\n}}")
    assert found is not None and formatted(found) == found
    lines = found.split("\n")
    assert max(map(len, lines)) <= WIDTH and len(lines) < 18


def test_heads() -> None:
    text = "version 1.0; extension  A,B ;fragment f<?=scalar>(a:tensor< ? >[],k:integer=1)->(b:tensor<>){b=g(a);} graph n( )->(y){y=f();}"
    found = formatted(text)
    assert (
        found
        == """version 1.0;
extension A, B;

fragment f<? = scalar>( a: tensor<?>[], k: integer = 1 ) -> ( b: tensor<> )
{
    b = g(a);
}

graph n() -> ( y )
{
    y = f();
}
"""
    )


def test_long_heads_have_one_parameter_per_line() -> None:
    parameters = [f"parameter_{number}: tensor<scalar>" for number in range(5)]
    found = formatted(
        f"version 1.0;\nfragment f( {', '.join(parameters)} ) -> ( y: tensor<scalar> );\ngraph g() -> ()\n{{ a = b(); }}"
    )
    assert found is not None
    assert "fragment f(\n    " + ",\n    ".join(parameters) + "\n) -> ( y: tensor<scalar> );\n" in found


def test_a_vendors_extension_keeps_its_own_language() -> None:
    line = "extension tract_assert  N>=1 ;"
    found = formatted(f"version 1.0;\n{line}\ngraph g() -> () {{ a = b(); }}")
    assert found is not None and f"\n{line}\n" in found


@pytest.mark.parametrize(
    "text", ["", "version 1.0;", HEAD + "y = relu(x;\n}", HEAD + "y = relu(x)\n}", HEAD + "y = 'a;\n}", "}"]
)
def test_what_does_not_parse_stays(text: str) -> None:
    assert formatted(text) is None


def test_quantization_files() -> None:
    assert formatted("'x' :linear_quantize(min=0.0,max = 1.0 ,bits = 8);# why", "quant") == (
        "'x': linear_quantize(min = 0.0, max = 1.0, bits = 8); # why\n"
    )


def test_ends_of_lines_stay_those_of_windows() -> None:
    text = HEAD.replace("\n", "\r\n") + "    y = relu(x); # why\r\n}\r\n"
    assert formatted(text) == text


# -- on any text -------------------------------------------------------------------------------------------------


def trees(text: str) -> list[Any]:
    return [plain(segment.tree()) or segment.kind for segment in Source(text) if segment.kind != BLANKS]


def plain(node: Any) -> Any:
    """A tree without its spans."""
    if isinstance(node, n.Node):
        fields = {
            name: plain(getattr(node, name))
            for name in node.__slots_all__()
            if name not in ("at", "opening", "closing", "payload_start")
        }
        return type(node).__name__, fields
    return [plain(item) for item in node] if isinstance(node, list) else node


NAMES = st.sampled_from(["a", "b", "x1", "i", "long_name_of_a_tensor_in_a_network"])
LEAVES = st.one_of(
    NAMES.map(lambda name: [name]),
    st.sampled_from([["1"], ["2.50"], ["1e-5"], ["true"], ["'s'"], ['"it\'s # no comment"'], ["[", "]"], ["-", "1"]]),
    st.integers(30, 40).map(lambda count: ["[", *(["0.5", ",", "-", "7", ","] * count), "1", "]"]),
)


def between(parts: list[list[str]]) -> list[str]:
    return [token for index, part in enumerate(parts) for token in ([","] if index else []) + part]


def larger(inner: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    several = st.lists(inner, min_size=1, max_size=4)
    return st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "^", "<", ">=", "==", "&&", "in"]), inner).map(
            lambda parts: ["(", *parts[0], ")", parts[1], "(", *parts[2], ")"]
        ),
        st.tuples(st.sampled_from(["-", "!", "+"]), inner).map(lambda parts: [parts[0], "(", *parts[1], ")"]),
        several.map(lambda parts: ["[", *between(parts), "]"]),
        several.map(lambda parts: ["(", *between(parts), ",", "a", ")"]),
        st.tuples(NAMES, several).map(lambda parts: [parts[0], "(", *between(parts[1]), ",", "k", "=", "1", ")"]),
        st.tuples(NAMES, several).map(lambda parts: [parts[0], "<scalar>", "(", *between(parts[1]), ")"]),
        inner.map(lambda part: ["a", "[", *part, ":", "]"]),
        inner.map(lambda part: ["length_of", "(", *part, ")"]),
        st.tuples(inner, inner).map(
            lambda parts: ["[", "for", "i", "in", "a", "if", *parts[0], "yield", *parts[1], "]"]
        ),
        st.tuples(inner, inner).map(lambda parts: ["(", *parts[0], "if", "p", "else", *parts[1], ")"]),
    )


EXPRESSIONS = st.recursive(LEAVES, larger, max_leaves=12)
GAPS = st.sampled_from(
    ["", "", "", " ", " ", "  ", "\n", "\n\n\n", "\t", " # c ; } '\n", "\n# d\n", "\r\n", "#e\f", "\v"]
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    tokens = [
        "version",
        "1.0",
        ";",
        "extension",
        "A",
        ",",
        "B",
        ";",
        "fragment",
        "f",
        "(",
        "a",
        ":",
        "tensor<scalar>",
        ",",
        "k",
        ":",
        "integer",
        "[",
        "]",
        "=",
        "[",
        "]",
        ")",
        "->",
        "(",
        "b",
        ":",
        "tensor<?>",
        ")",
        "{",
    ]
    tokens += ["b", "=", *draw(EXPRESSIONS), ";", "}", "graph", "g", "(", "x", ")", "->", "(", "y", ")", "{"]
    for expression in draw(st.lists(EXPRESSIONS, min_size=1, max_size=4)):
        tokens += ["y", "=", *expression, ";"]
    text = ""
    for token in [*tokens, "}"]:
        gap = draw(GAPS)
        apart = (
            gap == ""
            and text
            and (text[-1].isalnum() or text[-1] in "_'\"")
            and (token[0].isalnum() or token[0] in "_'\"")
        )
        signs = gap == "" and text[-1:] in "<>=!&|-+" and token[0] in "<>=!&|-+"
        text += (" " if apart or signs else gap) + token
    return text + draw(GAPS)


@settings(max_examples=150, deadline=None)
@given(documents())
def test_layout_keeps_the_parse_and_is_done_once(text: str) -> None:
    found = formatted(text)
    assert found is not None
    assert trees(found) == trees(text)
    assert [line.strip() for line in comments(found)] == [line.strip() for line in comments(text)]
    assert formatted(found) == found


def comments(text: str) -> list[str]:
    """All comments; those of the strategy contain no quotes that are open."""
    return [
        line[line.index("#") :]
        for line in text.replace('"it\'s # no comment"', "").replace("\f", "\n").split("\n")
        if "#" in line
    ]


@pytest.mark.parametrize("text", TEXTS)
def test_layout_of_the_whole_grammar(text: str) -> None:
    found = formatted(text)
    assert found is not None and trees(found) == trees(text) and formatted(found) == found


def test_a_part_is_left_to_its_author() -> None:
    check(
        """
  a=b( c );
  # fmt: off
  w = [1.0,  0.0,
       0.0,  1.0];
  v=u( w );  # fmt: on
      x=y( z );
  # fmt: off
  q=r( s );""",
        """
    a = b(c);
  # fmt: off
  w = [1.0,  0.0,
       0.0,  1.0];
  v=u( w );  # fmt: on
    x = y(z);
  # fmt: off
  q=r( s );
""",
    )
