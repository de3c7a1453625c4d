"""Semantic tokens: what each name of the text is, so that an editor can colour it.

Made from tokens without trees.  Most statements of a network share a few forms, so where the tokens are is found once
per form, and for the others only the lengths of their names are counted: four times as fast.

Not here: colours of keywords, numbers, strings and comments, which a grammar of the editor gives before any server
answers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ...model.analysis.analysis import Analysis
from ...syntax.forms import Form
from ...syntax.lines import units
from ...syntax.segments import FRAGMENT, STATEMENT, Block, Segment
from ...syntax.source import Source
from ...syntax.tokens import Language
from ..text import tokens as w
from ..text.blocks import Kept, Piece
from ..text.bodies import body_of, fragment_of

TYPES = ("function", "variable", "parameter", "property", "type", "namespace", "macro", "keyword", "string", "number")
MODIFIERS = ("declaration", "definition", "readonly", "defaultLibrary", "deprecated")
_FUNCTION, _VARIABLE, _PARAMETER, _PROPERTY, _TYPE, _NAMESPACE, _MACRO = range(7)
_DECLARATION, _DEFINITION, _READONLY, _LIBRARY = 1, 2, 4, 8

_ROLES = {
    w.TARGET: (_VARIABLE, _DEFINITION), w.VALUE: (_VARIABLE, 0), w.ARGUMENT: (_PROPERTY, 0),
    w.ITERATOR: (_PARAMETER, 0), w.PARAMETER: (_PARAMETER, _DECLARATION), w.RESULT: (_VARIABLE, _DECLARATION),
    w.TYPE: (_TYPE, 0), w.INPUT: (_VARIABLE, _DECLARATION), w.OUTPUT: (_VARIABLE, _DECLARATION), w.ENABLED: (_NAMESPACE, 0),
    w.REGISTRY: (_NAMESPACE, 0), w.SYMBOLIC: (_MACRO, 0),
}  # fmt: skip
_Mark = tuple[int, int, int, int]
"""Start in the segment, end, type, modifiers."""


def semantic_tokens(
    analysis: Analysis | None, source: Source, encoding: str, first: int = 0, last: int | None = None
) -> list[int]:
    """The tokens of the lines `first` to `last` in the protocol's form: five numbers each, relative to the one before."""
    tokens_of = _Reader(_names(analysis), analysis, source.language, encoding).tokens
    found = ((line, before, tokens_of(segment)) for segment, line, before in _segments(source, first, last))
    return _joined(found, encoding).data


class Tokens(NamedTuple):
    """Tokens in the protocol's form, the first relative to the beginning of the lines that were asked for; `last` is
    where the last one stands."""

    data: list[int]
    last: tuple[int, int]
    others: list[int]
    """All but the first token."""


def token_blocks(
    analysis: Analysis | None, source: Source, encoding: str, kept: Kept[Tokens]
) -> Iterator[tuple[tuple[int, ...], list[int]]]:
    """All tokens of a document, block by block: the first of a block, relative to the last before it, and a list of the
    others, which is the same object as long as nothing in the block changes."""
    names = _names(analysis)
    read = _Reader(names, analysis, source.language, encoding).tokens
    graph = analysis.outcomes.by_segment if analysis is not None else None

    def make(block: Block, before: str, piece: Piece) -> Tokens:
        segments = _with_lines(block.segments, 0, before)
        return _joined(((line, text, tokens_of(segment, piece)) for segment, line, text in segments), encoding)

    def tokens_of(segment: Segment, piece: Piece) -> _Own:
        return read(segment) if depends_on_others(segment) else piece(segment, lambda: read(segment))

    def depends_on_others(segment: Segment) -> bool:
        return graph is not None and segment not in graph  # what stands in a fragment depends on its head

    context = names, encoding, analysis and analysis.vocabulary
    found = kept.of(source, context, make, lambda block: any(map(depends_on_others, block.segments)))
    previous = (0, 0)
    for block, _, tokens in found:
        if tokens.data:
            down, column, *rest = tokens.data[:5]
            down += block.line - previous[0]
            yield (down, column if down else column - previous[1], *rest), tokens.others
            previous = block.line + tokens.last[0], tokens.last[1]


_Names = tuple[frozenset[str], frozenset[str]]


def _names(analysis: Analysis | None) -> _Names:
    """The fragments and the symbols of a document."""
    if analysis is None:
        return frozenset(), frozenset()
    fragments = frozenset(facts.operation.name for facts in analysis.fragment_list)
    return fragments, frozenset(analysis.declared.symbols.keys() - analysis.definers.keys())


class _Own(NamedTuple):
    """The tokens of one segment, wherever it stands: the first relative to its beginning; `last` is where the last one
    stands, and whether that column is counted from the segment's beginning."""

    first: tuple[int, ...]
    others: list[int]
    last: tuple[int, int]
    on_first_line: bool


_NONE = _Own((), [], (0, 0), False)


def _joined(segments: Iterable[tuple[int, str, _Own]], encoding: str) -> Tokens:
    """The tokens of segments that follow each other: (line, what stands before the segment on it, its tokens)."""
    data: list[int] = []
    add = data.extend
    at_line = at_column = 0
    for line, before, (first, others, last, on_first_line) in segments:
        if not first:
            continue
        down, column, *rest = first
        if not down:
            column += units(before, encoding)
        down += line - at_line
        add((down, column if down else column - at_column, *rest))
        add(others)
        at_line, at_column = line + last[0], last[1]
        if on_first_line:
            at_column += units(before, encoding)
    return Tokens(data, (at_line, at_column), data[5:])


class _Reader:
    """Reads the tokens of segments, with what those of a document share."""

    def __init__(self, names: _Names, analysis: Analysis | None, language: Language, encoding: str) -> None:
        self.fragments, self.symbols = names
        self.analysis, self.language, self.encoding = analysis, language, encoding
        self.recipes: dict[Form, _Recipe] = {}

    def tokens(self, segment: Segment) -> _Own:
        """The tokens of one segment."""
        text, symbols, encoding = segment.text, self.symbols, self.encoding
        ascii_only = text.isascii()
        marks = _quick_marks(segment, self.analysis, self.recipes) if ascii_only else None
        if marks is None:
            marks = _marks(segment, self.analysis, self.fragments, self.language)
            _learn(segment, self.analysis, marks, self.recipes)
        if not marks:
            return _NONE
        data: list[int] = []
        add = data.extend
        at = line = column = previous_line = previous_column = 0
        for start, end, kind, modifiers in marks:
            newline = text.rfind("\n", at, start)
            if newline >= 0:
                line += text.count("\n", at, start)
                column = start - newline - 1 if ascii_only else units(text[newline + 1 : start], encoding)
            else:
                column += start - at if ascii_only else units(text[at:start], encoding)
            length = end - start if ascii_only else units(text[start:end], encoding)
            if symbols and kind == _VARIABLE and text[start:end] in symbols:
                kind = _MACRO
            at = start
            if line == previous_line:
                add((0, column - previous_column, length, kind, modifiers))
            else:
                add((line - previous_line, column, length, kind, modifiers))
                previous_line = line
            previous_column = column
        return _Own(tuple(data[:5]), data[5:], (line, column), line == 0)


class _Recipe(NamedTuple):
    """The marks of a form behind the `=`: (offset from there without the words between, how many of these, length or
    -1 for the word itself, type, modifiers); `target` is the mark of the name defined."""

    steps: list[tuple[int, int, int, int, int]]
    target: tuple[int, int]


def _plain(segment: Segment, analysis: Analysis | None) -> bool:
    """Whether a segment is a statement of the graph of the usual sort: one name, no comment, no quoted names."""
    form, text = segment.form, segment.text
    return (
        form is not None
        and form.defines == 1
        and analysis is not None
        and segment in analysis.outcomes
        and "#" not in text
        and "i'" not in text
        and 'i"' not in text
    )


def _learn(segment: Segment, analysis: Analysis | None, marks: list[_Mark], recipes: dict[Form, _Recipe]) -> None:
    """Remember where the marks of a form are, relative to its words."""
    if segment.form is None or not _plain(segment, analysis) or not marks:
        return
    base = segment.text.index("=")
    places = sorted(segment.slots())[1:]
    words = segment.words[1:]
    steps = []
    for start, end, kind, modifiers in marks[1:]:
        before = bisect_left(places, start)
        is_word = before < len(places) and places[before] == start
        steps.append(
            (start - base - sum(map(len, words[:before])), before, -1 if is_word else end - start, kind, modifiers)
        )
    if marks[0][1] <= base:
        recipes[segment.form] = _Recipe(steps, marks[0][2:])


def _quick_marks(segment: Segment, analysis: Analysis | None, recipes: dict[Form, _Recipe]) -> list[_Mark] | None:
    """The marks of a statement from those of another of its form."""
    recipe = recipes.get(segment.form) if segment.form is not None else None
    if recipe is None or not _plain(segment, analysis):
        return None
    text, words = segment.text, segment.words
    start = text.index(words[0])
    found = [(start, start + len(words[0]), *recipe.target)]
    base, seen = text.index("=", start), 0
    for offset, before, length, kind, modifiers in recipe.steps:
        while seen < before:
            seen += 1
            base += len(words[seen])
        start = base + offset
        found.append((start, start + (length if length >= 0 else len(words[before + 1])), kind, modifiers))
    return found


def _segments(source: Source, first: int, last: int | None) -> Iterator[tuple[Segment, int, str]]:
    """Segments that touch the lines, with their first line and what stands before them on it."""
    for block in source.blocks:
        if last is not None and block.line > last:
            return
        if block.line + block.newlines < first or not block.segments:
            continue
        line = block.line
        position = source.position_in(block.segments[0], 0)
        before = source.line_text(line)[: position.column] if position.column else ""
        for segment, at, text in _with_lines(block.segments, line, before):
            if at + segment.newlines >= first and (last is None or at <= last):
                yield segment, at, text


def _with_lines(segments: Iterable[Segment], line: int, before: str) -> Iterator[tuple[Segment, int, str]]:
    """Segments with their first line and what stands before them on it; both are given for the first."""
    for segment in segments:
        yield segment, line, before
        line += segment.newlines
        before = segment.text[segment.text.rfind("\n") + 1 :] if segment.newlines else before + segment.text


def _marks(segment: Segment, analysis: Analysis | None, fragments: frozenset[str], language: Language) -> list[_Mark]:
    found = []
    parameters: set[str] = set()
    if segment.kind == STATEMENT and analysis is not None and fragments and segment not in analysis.outcomes:
        facts = fragment_of(analysis, body_of(analysis, segment))
        parameters = set(facts.operation.by_name) if facts is not None else set()
    for word in w.words_of(segment, language):
        role = word.role
        if role == w.OTHER or role == w.TEXT:
            continue
        if role == w.CALLEE:
            found.append((word.start, word.end, _FUNCTION, 0 if word.text in fragments else _LIBRARY))
        elif role == w.DECLARED:
            found.append((word.start, word.end, _FUNCTION if segment.kind == FRAGMENT else _NAMESPACE, _DECLARATION))
        elif role == w.KEY:
            found.append((word.start, word.end, _VARIABLE, 0))
        elif role == w.VALUE and word.text in parameters:
            found.append((word.start, word.end, _PARAMETER, 0))
        else:
            found.append((word.start, word.end, *_ROLES[role]))
    return found
