"""What the name under the cursor means, and everywhere it occurs.

A symbol is a tensor of a body (the graph's or a fragment's), an operation, a parameter of an operation, a label of
stored data, an extension, or an iterator of a comprehension.  Definition, references, highlights and rename are all
questions about occurrences.

Not here: what to show of a symbol (`hover.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..model.analysis import Analysis, label_of
from ..model.forms import facts_of
from ..syntax.segments import FRAGMENT, GRAPH, STATEMENT, Segment
from ..syntax.structure import Body, place
from . import words as w
from .place import Place

if TYPE_CHECKING:
    from ..model.fragments import FragmentFacts
    from ..model.operators import Operation

TENSOR, OPERATION, PARAMETER, LABEL, EXTENSION, ITERATOR, GRAPH_NAME = (
    "tensor", "operation", "parameter", "label", "extension", "iterator", "graph",
)  # fmt: skip
READ, WRITE, DECLARATION = "read", "write", "declaration"


@dataclass(frozen=True)
class Symbol:
    """`body` is where a tensor lives, `owner` the operation of a parameter; `place` is the mention that was looked at."""

    kind: str
    name: str
    place: Place
    body: Body | None = None
    owner: Operation | None = None
    word: int = -1
    words: tuple[w.Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A mention of a symbol."""

    place: Place
    role: str


def symbol_at(analysis: Analysis, offset: int) -> Symbol | None:
    """The symbol whose name stands at an offset (or ends right before it)."""
    for at in (offset, offset - 1):
        segment = analysis.source.segment_at(at) if at >= 0 else None
        if segment is None:
            continue
        inside = offset - analysis.source.start_of(segment)
        if inside > len(segment.text):
            continue
        words = w.words_of(segment)
        found = w.word_at(words, inside)
        if found >= 0:
            return symbol_of(analysis, segment, words, found)
    return None


def symbol_of(analysis: Analysis, segment: Segment, words: list[w.Word], at: int) -> Symbol | None:
    """The symbol that a word of a segment means."""
    word = words[at]
    here = Place(segment, word.start, word.end)
    known = {"place": here, "word": at, "words": tuple(words)}
    if word.role in (w.TARGET, w.VALUE, w.INPUT, w.OUTPUT):
        body = body_of(analysis, segment)
        fragment = fragment_of(analysis, body)
        if fragment is not None and word.name in fragment.operation.by_name:
            return Symbol(PARAMETER, word.name, owner=fragment.operation, body=body, **known)  # type: ignore[arg-type]
        return Symbol(TENSOR, word.name, body=body, **known)  # type: ignore[arg-type]
    if word.role == w.CALLEE or (word.role == w.DECLARED and segment.kind == FRAGMENT):
        return Symbol(OPERATION, word.name, owner=_operation(analysis, segment, word), **known)  # type: ignore[arg-type]
    if word.role == w.DECLARED:
        return Symbol(GRAPH_NAME, word.name, **known)  # type: ignore[arg-type]
    if word.role in (w.PARAMETER, w.RESULT):
        body = body_of(analysis, segment)
        fragment = fragment_of(analysis, body)
        owner = fragment.operation if fragment else None
        kind = PARAMETER if word.role == w.PARAMETER else TENSOR
        return Symbol(kind, word.name, body=body, owner=owner, **known)  # type: ignore[arg-type]
    if word.role == w.ARGUMENT:
        owner = analysis.operations.get(words[word.call].name)
        return Symbol(PARAMETER, word.name, owner=owner, **known) if owner else None  # type: ignore[arg-type]
    if word.role == w.ENABLED:
        return Symbol(EXTENSION, word.name, **known)  # type: ignore[arg-type]
    if word.role == w.ITERATOR:
        return Symbol(ITERATOR, word.name, **known)  # type: ignore[arg-type]
    if word.role == w.TEXT and word.named >= 0 and words[word.named].text == "label":
        return Symbol(LABEL, label_of(word.text), **known)  # type: ignore[arg-type]
    return None


def _operation(analysis: Analysis, segment: Segment, word: w.Word) -> Operation | None:
    """The operation called, or the one that a fragment's head declares even if another has its name."""
    if word.role == w.DECLARED:
        for facts in analysis.fragment_list:
            if facts.body.head is segment:
                return facts.operation
    return analysis.operations.get(word.name)


def body_of(analysis: Analysis, segment: Segment) -> Body | None:
    """The body that a statement stands in, or whose head or end a segment is."""
    if segment.kind == STATEMENT and segment in analysis.outcomes:
        return analysis.structure.graph
    here = place(segment)
    for body in analysis.structure.bodies():
        if body.head is segment or body.close is segment:
            return body
        if body.has_statements and place(body.head) < here and (body.close is None or here < place(body.close)):
            return body
    return None


def fragment_of(analysis: Analysis, body: Body | None) -> FragmentFacts | None:
    """The facts of the fragment that a body belongs to; None for the graph."""
    if body is None or body.head.kind == GRAPH:
        return None
    return next((facts for facts in analysis.fragment_list if facts.body.head is body.head), None)


def occurrences(analysis: Analysis, symbol: Symbol) -> list[Occurrence]:
    """Every mention of a symbol, in the order of the text."""
    find = {
        TENSOR: _of_tensor, PARAMETER: _of_parameter, OPERATION: _of_operation, LABEL: _of_label,
        EXTENSION: _of_extension, ITERATOR: _of_iterator,
    }.get(symbol.kind)  # fmt: skip
    found = list(find(analysis, symbol)) if find else [Occurrence(symbol.place, DECLARATION)]
    found.sort(key=lambda item: (*place(item.place.segment), item.place.start))
    return found


def _mentions(segments: Iterable[Segment], name: str, roles: dict[str, str]) -> Iterator[Occurrence]:
    for segment in segments:
        if name in segment.text or "\\" in segment.text:
            for word in w.words_of(segment):
                if word.role in roles and word.name == name:
                    yield Occurrence(Place(segment, word.start, word.end), roles[word.role])


_TENSOR_ROLES = {
    w.TARGET: WRITE, w.VALUE: READ, w.INPUT: DECLARATION, w.OUTPUT: DECLARATION, w.PARAMETER: DECLARATION,
    w.RESULT: DECLARATION,
}  # fmt: skip


def _of_tensor(analysis: Analysis, symbol: Symbol) -> Iterator[Occurrence]:
    body = symbol.body
    if body is None:
        yield Occurrence(symbol.place, READ)
        return
    segments: Iterable[Segment]
    if body is analysis.structure.graph:
        segments = {body.head, *analysis.definers.get(symbol.name, ()), *analysis.users.get(symbol.name, ())}
    else:
        segments = [body.head, *body.statements(analysis.source)]
    yield from _mentions(segments, symbol.name, _TENSOR_ROLES)


def _of_parameter(analysis: Analysis, symbol: Symbol) -> Iterator[Occurrence]:
    operation = symbol.owner
    if operation is None:
        yield Occurrence(symbol.place, DECLARATION)
        return
    for facts in analysis.fragment_list:
        if facts.operation is operation:
            yield from _mentions([facts.body.head, *facts.body.statements(analysis.source)], symbol.name, _TENSOR_ROLES)
    for segment in callers(analysis, operation.name):
        words = w.words_of(segment)
        for word in words:
            if word.role == w.ARGUMENT and word.name == symbol.name and words[word.call].name == operation.name:
                yield Occurrence(Place(segment, word.start, word.end), READ)


def callers(analysis: Analysis, name: str) -> list[Segment]:
    """All statements that invoke an operation, broken ones too."""
    found = list(analysis.callers.get(name, ()))
    found += [segment for segment in analysis.troubled if segment.form is None and name in segment.loose]
    for facts in analysis.fragment_list:
        for segment in facts.body.statements(analysis.source):
            called = name in facts_of(segment.form).callees if segment.form is not None else name in segment.text
            if called:
                found.append(segment)
    return found


def _of_operation(analysis: Analysis, symbol: Symbol) -> Iterator[Occurrence]:
    heads = [body.head for body in analysis.structure.fragments]
    yield from _mentions(heads, symbol.name, {w.DECLARED: DECLARATION})
    yield from _mentions(callers(analysis, symbol.name), symbol.name, {w.CALLEE: READ})


def _of_label(analysis: Analysis, symbol: Symbol) -> Iterator[Occurrence]:
    for segment in analysis.labels.get(symbol.name, ()):
        words = w.words_of(segment)
        for word in words:
            if word.role == w.TEXT and label_of(word.text) == symbol.name and word.named >= 0:
                if words[word.named].text == "label":
                    yield Occurrence(Place(segment, word.start, word.end), READ)


def _of_extension(analysis: Analysis, symbol: Symbol) -> Iterator[Occurrence]:
    yield from _mentions(analysis.structure.extensions, symbol.name, {w.ENABLED: DECLARATION})


def _of_iterator(analysis: Analysis, symbol: Symbol) -> Iterator[Occurrence]:
    yield from _mentions([symbol.place.segment], symbol.name, {w.ITERATOR: READ})
