"""Editing a text: the result equals a fresh parse, and no more was parsed than had to be."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnef_lsp.syntax.segments import Segment
from nnef_lsp.syntax.source import Source
from nnef_lsp.syntax.structure import structure_of

GRAPH = """\
version 1.0;
extension KHR_enable_fragment_definitions;

# doubles
fragment twice( x: tensor<scalar>, k: scalar = 2.0 ) -> ( y: tensor<scalar> )
{
    y = mul(x, k);  # the "product"
}

graph g( a, b ) -> ( d )
{
    a = external(shape = [1,3]);
    b = variable(shape = [1,3], label = 'net/b; {x}');
    [c, e] = split(a, axis = 1, ratios = [1, 2]);
    d = twice(c + b if true else e, k = 1.5e-3);
}
"""


def snapshot(source: Source) -> list[Any]:
    """Everything a source says, for comparison."""
    return [(s.kind, s.text, s.words, s.problems, s.loose) for s in source]


def check_edit(text: str, marked: str, replacement: str, parsed: list[str]) -> None:
    """Replace what stands between the two `|` of `marked`; assert that the result equals a fresh parse and that
    exactly the segments `parsed` (stripped texts) are new."""
    before, old, after = marked.split("|")
    assert (before + old + after) in text
    start = text.index(before + old + after) + len(before)
    source = Source(text)
    kept = {id(segment) for segment in source}
    change = source.edit(start, start + len(old), replacement)
    assert snapshot(source) == snapshot(Source(text[:start] + replacement + text[start + len(old) :]))
    assert [segment.text.strip() for segment in change.added] == parsed
    fresh = [segment for segment in source if id(segment) not in kept]
    assert [segment.text.strip() for segment in fresh] == parsed


def test_a_character_in_a_statement_reparses_that_statement() -> None:
    check_edit(GRAPH, "mul(|x|, k)", "xx", ["y = mul(xx, k);"])


def test_a_comment_belongs_to_the_segment_behind_it() -> None:
    check_edit(GRAPH, 'the "|product|"', "result", ['# the "result"\n}'])


def test_a_deleted_semicolon_joins_two_statements_and_is_understood() -> None:
    check_edit(
        GRAPH, "shape = [1,3])|;|\n    b", "",
        ["a = external(shape = [1,3])"],
    )  # fmt: skip


def test_an_opened_string_ends_at_the_end_of_its_line() -> None:
    check_edit(GRAPH, "axis = |1|, ratios", "'", ["[c, e] = split(a, axis = ', ratios = [1, 2]);"])


def test_a_statement_put_in_between_is_the_only_new_one() -> None:
    check_edit(GRAPH, "label = 'net/b; {x}');||\n    [c", "\n    f = relu(b);", ["f = relu(b);"])


def test_a_deleted_brace_changes_no_statement() -> None:
    check_edit(GRAPH, "}|\n\ngraph g|", "", ["( a, b ) -> ( d )\n{"])


def test_replacing_the_whole_text_keeps_what_is_still_there() -> None:
    source = Source(GRAPH)
    change = source.replace(GRAPH.replace("ratios = [1, 2]", "ratios = [2, 1]"))
    assert [segment.text.strip() for segment in change.added] == ["[c, e] = split(a, axis = 1, ratios = [2, 1]);"]


def test_deleting_everything_and_typing_again() -> None:
    source = Source(GRAPH)
    source.edit(0, len(GRAPH), "")
    assert snapshot(source) == snapshot(Source(""))
    for index, character in enumerate(GRAPH):
        source.edit(index, index, character)
    assert snapshot(source) == snapshot(Source(GRAPH))


PIECES = [
    "", "x", ";", "{", "}", '"', "'", "#", "\n", "=", "graph", "(", ")", "[", "]", "9", " ", "a = relu(b);", "\\", ",", "if",
    "fragment f(x: tensor<scalar>) -> (y: tensor<scalar>) {\n", "i'q.r'", "é", "\r\n", "# note; {\n", "version 1.0;",
]  # fmt: skip


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.lists(
        st.tuples(st.integers(0, 10_000), st.sampled_from([0, 0, 0, 1, 2, 8, 40]), st.sampled_from(PIECES)), max_size=8
    )
)
def test_edits_give_what_a_fresh_parse_gives(edits: list[tuple[int, int, str]]) -> None:
    text, source = GRAPH, Source(GRAPH)
    for place, length, piece in edits:
        start = place % (len(text) + 1)
        end = min(len(text), start + length)
        text = text[:start] + piece + text[end:]
        source.edit(start, end, piece)
        assert source.text == text
    fresh = Source(text)
    assert snapshot(source) == snapshot(fresh)
    assert problems(source) == problems(fresh)


def problems(source: Source) -> list[Any]:
    """The problems of the structure, with the place of their segments."""
    return [(source.start_of(segment), problem) for segment, problem in structure_of(source).problems]


def test_blocks_of_a_long_text_split_and_stay_right() -> None:
    text = "".join(f"x{i} = relu(x{i - 1});\n" for i in range(2_000))
    source = Source(text)
    rng = random.Random(7)
    for _ in range(60):
        start = rng.randrange(len(text) + 1)
        piece = rng.choice(["a = b;\n" * rng.choice([1, 700]), "", ";;", "q"])
        end = min(len(text), start + rng.choice([0, 5, 9_000]))
        text = text[:start] + piece + text[end:]
        source.edit(start, end, piece)
    assert snapshot(source) == snapshot(Source(text))
    offset = 0
    for segment in source:
        assert source.start_of(segment) == offset
        assert source.line_of(segment) == text.count("\n", 0, offset)
        offset += len(segment.text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_positions_and_offsets_are_inverse(encoding: str) -> None:
    text = "# äöü 😀 x\nversion 1.0;\r\n# é\n\ngraph"
    source = Source(text)
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] == "\r\n":
            continue  # no editor puts the cursor between the two
        position = source.position(offset, encoding)
        before = text[:offset].rpartition("\n")[2]
        width = {"utf-8": len(before.encode()), "utf-16": len(before.encode("utf-16-le")) // 2, "utf-32": len(before)}[
            encoding
        ]
        assert position == (text.count("\n", 0, offset), width)
        assert source.offset(*position, encoding) == offset


def test_positions_outside_the_text_are_its_bounds() -> None:
    source = Source("a = b;\nc")
    assert source.offset(0, 99) == 6
    assert source.offset(99, 0) == 8
    assert source.offset(-1, 4) == 0


def test_segments_hold_the_whole_text() -> None:
    source = Source(GRAPH)
    assert source.text == GRAPH
    segment = source.segment_at(GRAPH.index("twice(c"))
    assert isinstance(segment, Segment) and segment.defines == ("d",)
