"""Strings as mentions: what a string means where it stands, and where else the same is meant.

    y = tract_core_scan(body = "step", scan = [("x_t", x, 0, 1)], ...)
                                ^^^^ a mention of the fragment, ^^^ of its parameter

Told from words, so that it holds while a statement is being typed.

Not here: which arguments are such strings (`model/analysis/references.py`), mentions that are names (`symbols.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ...model.analysis import references as r
from ...syntax.tokens import STRING, unescape
from ..text import tokens as w
from ..text.bodies import fragment_of
from ..text.place import Place
from . import symbols as s

if TYPE_CHECKING:
    from ...model.analysis.analysis import Analysis
    from ...model.checks.fragments import FragmentFacts
    from ...model.operations.declarations import Operation
    from ...syntax.segments import Segment


class Slot(NamedTuple):
    """A place where a string names something: its kind (`model/analysis/references.py`), and the call that it is given to."""

    kind: str
    operation: Operation
    call: int


def slot_of(analysis: Analysis, words: Sequence[w.Word], at: int) -> Slot | None:
    """What a string would name that stands in the place of a word."""
    word = words[at]
    operation = analysis.operations.get(words[word.call].name) if word.call >= 0 else None
    if operation is None:
        return None
    name = _parameter(operation, words, word)
    kind = r.kind_of_string(operation, name, w.item_of(words, at)) if operation.registry else None
    if kind is None and name == "label" and operation.is_fragment and w.item_of(words, at) < 0:
        kind = r.WEIGHTS  # a fragment's label is one of a variable, see `model/operations/statement_form.py`
    return Slot(kind, operation, word.call) if kind is not None else None


def _parameter(operation: Operation, words: Sequence[w.Word], word: w.Word) -> str:
    """The parameter that an argument is for."""
    if word.named >= 0:
        return words[word.named].name
    return operation.parameters[word.number].name if word.number < len(operation.parameters) else ""


def symbol_of_string(analysis: Analysis, segment: Segment, words: list[w.Word], at: int) -> s.Symbol | None:
    """The symbol that a string of a segment means; its place leaves out the quotes."""
    word = words[at]
    slot = slot_of(analysis, words, at)
    if slot is None or slot.kind == r.DATUM_TYPE:
        return None
    here, text = inner(segment, word), unescape(word.text)
    if slot.kind in (r.PARAMETER, r.RESULT):
        return _binding(analysis, slot, words, at, here)
    if slot.kind == r.FRAGMENT:
        owner = analysis.operations.get(text)
        return s.Symbol(s.OPERATION, text, here, owner=owner, word=at, words=tuple(words))
    if slot.kind == r.WEIGHTS:
        text = text.lstrip("/") or text  # both name the same file
    within = given(analysis, words, slot, r.RESOURCE) if slot.kind == r.RESOURCE_KEY else ""
    return s.Symbol(_KINDS[slot.kind], text, here, word=at, words=tuple(words), within=within or "")


_KINDS = {
    r.WEIGHTS: s.LABEL,
    r.RESOURCE: s.RESOURCE,
    r.RESOURCE_KEY: s.RESOURCE_KEY,
    r.SUBMODEL: s.SUBMODEL,
    r.SYMBOL: s.SYMBOLIC,
}


def inner(segment: Segment, word: w.Word) -> Place:
    """A string without its quotes."""
    return Place(segment, word.start + 1, max(word.start + 1, word.end - 1))


def given(analysis: Analysis, words: Sequence[w.Word], slot: Slot, kind: str) -> str | None:
    """The text of the string of a kind that is given to the same call."""
    for place in range(slot.call + 1, len(words)):
        word = words[place]
        if word.call == slot.call and word.kind == STRING and word.role == w.TEXT:
            other = slot_of(analysis, words, place)
            if other is not None and other.kind == kind:
                return unescape(word.text)
    return None


def body_of_loop(analysis: Analysis, words: Sequence[w.Word], slot: Slot) -> FragmentFacts | None:
    """The fragment that a call runs, whose names its bindings use."""
    name = given(analysis, words, slot, r.FRAGMENT)
    operation = analysis.operations.get(name) if name is not None else None
    return next((facts for facts in analysis.fragment_list if facts.operation is operation), None)


def _binding(analysis: Analysis, slot: Slot, words: list[w.Word], at: int, here: Place) -> s.Symbol | None:
    fragment = body_of_loop(analysis, words, slot)
    if fragment is None:
        return None
    name = r.own_name(fragment.operation, slot.kind, unescape(words[at].text))
    kind = s.PARAMETER if slot.kind == r.PARAMETER else s.TENSOR
    return s.Symbol(kind, name, here, body=fragment.body, owner=fragment.operation, word=at, words=tuple(words))


def mentions_in_strings(analysis: Analysis, symbol: s.Symbol) -> Iterator[s.Occurrence]:
    """Every string that means a symbol."""
    for segment in _segments(analysis, symbol):
        words = w.words_of(segment)
        for at, word in enumerate(words):
            if word.role == w.TEXT and word.kind == STRING:
                found = symbol_of_string(analysis, segment, words, at)
                if found is not None and found.means(symbol):
                    yield s.Occurrence(found.place, s.READ)


def users(analysis: Analysis, operation: Operation) -> list[Segment]:
    """All statements that invoke an operation, or have another one run it by giving its name."""
    symbol = s.Symbol(s.OPERATION, operation.name, Place(operation.head, 0, 0), owner=operation)
    named = mentions_in_strings(analysis, symbol) if operation.is_fragment else ()
    return [*s.callers(analysis, operation.name), *(item.place.segment for item in named)]


def _segments(analysis: Analysis, symbol: s.Symbol) -> Iterable[Segment]:
    """The statements whose strings may mean a symbol."""
    in_graph = symbol.kind == s.TENSOR and fragment_of(analysis, symbol.body) is None
    if in_graph or symbol.kind not in _KIND_OF_STRING:
        return ()
    found: dict[Segment, None] = {}
    for name in r.operations_with(_KIND_OF_STRING[symbol.kind]):
        found.update(dict.fromkeys(s.callers(analysis, name)))
    if symbol.kind == s.LABEL:
        for label, segments in analysis.labels.items():
            if label.lstrip("/") == symbol.name:
                found.update(dict.fromkeys(segments))
    if symbol.kind in (s.TENSOR, s.PARAMETER):
        return found  # bindings need not spell a name exactly
    return [segment for segment in found if symbol.name in segment.text or "\\" in segment.text]


_KIND_OF_STRING = {own: kind for kind, own in _KINDS.items()} | {
    s.OPERATION: r.FRAGMENT,
    s.PARAMETER: r.PARAMETER,
    s.TENSOR: r.RESULT,
}


def quoted(text: str) -> str:
    """A text as it stands between quotes; both sorts of quotes are escaped, because tract's reader wants it so."""
    return text.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"')
