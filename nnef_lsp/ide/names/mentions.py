"""Which symbol the word under the cursor means, and every place where that symbol is mentioned.

Definition, references, highlights and rename are all questions about mentions.

Not here: what a string means (`strings.py`), the card of a symbol (`hover/card.py`), mentions in graph.quant
(`quantization.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ...model.analysis.analysis import Analysis
from ...syntax.segments import FRAGMENT, Segment
from ...syntax.structure import Body, place
from ..text import tokens as w
from ..text.bodies import body_of, fragment_of
from ..text.place import Place
from . import symbols as s
from .strings import mentions_in_strings, symbol_of_string

if TYPE_CHECKING:
    from ...model.operations.declarations import Operation


def symbol_at(analysis: Analysis, offset: int) -> s.Symbol | None:
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


_PLAIN = {w.ENABLED: s.EXTENSION, w.REGISTRY: s.REGISTRY, w.SYMBOLIC: s.SYMBOLIC, w.ITERATOR: s.ITERATOR}


def symbol_of(analysis: Analysis, segment: Segment, words: list[w.Word], at: int) -> s.Symbol | None:
    """The symbol that a word of a segment means."""
    word = words[at]
    here = Place(segment, word.start, word.end)
    known = {"place": here, "word": at, "words": tuple(words)}
    if word.role == w.TEXT:
        return symbol_of_string(analysis, segment, words, at)
    if word.role in _PLAIN:
        return s.Symbol(_PLAIN[word.role], word.name, **known)  # type: ignore[arg-type]
    if word.role == w.VALUE and word.text in analysis.dialect.literals:
        return None
    if word.role in (w.TARGET, w.VALUE, w.INPUT, w.OUTPUT):
        body = body_of(analysis, segment)
        if word.role == w.VALUE and _is_symbolic(analysis, segment, body, words, at):
            return s.Symbol(s.SYMBOLIC, word.name, **known)  # type: ignore[arg-type]
        fragment = fragment_of(analysis, body)
        if fragment is not None and word.name in fragment.operation.by_name:
            return s.Symbol(s.PARAMETER, word.name, owner=fragment.operation, body=body, **known)  # type: ignore[arg-type]
        return s.Symbol(s.TENSOR, word.name, body=body, **known)  # type: ignore[arg-type]
    if word.role == w.CALLEE or (word.role == w.DECLARED and segment.kind == FRAGMENT):
        return s.Symbol(s.OPERATION, word.name, owner=_operation(analysis, segment, word), **known)  # type: ignore[arg-type]
    if word.role == w.DECLARED:
        return s.Symbol(s.GRAPH_NAME, word.name, **known)  # type: ignore[arg-type]
    if word.role in (w.PARAMETER, w.RESULT):
        body = body_of(analysis, segment)
        fragment = fragment_of(analysis, body)
        owner = fragment.operation if fragment else None
        kind = s.PARAMETER if word.role == w.PARAMETER else s.TENSOR
        return s.Symbol(kind, word.name, body=body, owner=owner, **known)  # type: ignore[arg-type]
    if word.role == w.ARGUMENT:
        owner = analysis.operations.get(words[word.call].name)
        return s.Symbol(s.PARAMETER, word.name, owner=owner, **known) if owner else None  # type: ignore[arg-type]
    return None


def _operation(analysis: Analysis, segment: Segment, word: w.Word) -> Operation | None:
    """The operation called, or the one that a fragment's head declares even if another has its name."""
    if word.role == w.DECLARED:
        for facts in analysis.fragment_list:
            if facts.body.head is segment:
                return facts.operation
    return analysis.operations.get(word.name)


def _is_symbolic(analysis: Analysis, segment: Segment, body: Body | None, words: list[w.Word], at: int) -> bool:
    """Whether a name that is read is no tensor's but that of a symbolic extent."""
    if not analysis.dialect.symbols:
        return False
    word = words[at]
    fragment = fragment_of(analysis, body)
    if fragment is not None:
        if word.name in fragment.names or word.name in fragment.operation.by_name:
            return False
    elif analysis.definer_before(word.name, segment) is not None:
        return False
    return word.name in analysis.declared.symbols or _becomes_symbol(analysis, words, word)


def _becomes_symbol(analysis: Analysis, words: list[w.Word], word: w.Word) -> bool:
    """Whether a name that nothing declares is a symbol where it stands."""
    operation = analysis.operations.get(words[word.call].name) if word.call >= 0 else None
    if operation is None or word.name in analysis.definers:
        return False
    if word.named >= 0:
        name = words[word.named].name
    else:
        name = operation.parameters[word.number].name if word.number < len(operation.parameters) else ""
    return f"{operation.name}.{name}" in analysis.dialect.implicit_symbols


# -- every mention -----------------------------------------------------------------------------------------------------


def occurrences(analysis: Analysis, symbol: s.Symbol) -> list[s.Occurrence]:
    """Every mention of a symbol, in the order of the text."""
    find = {
        s.TENSOR: _of_tensor,
        s.PARAMETER: _of_parameter,
        s.OPERATION: _of_operation,
        s.SYMBOLIC: _of_symbolic,
        s.ITERATOR: _of_iterator,
        s.EXTENSION: _of_extension,
        s.REGISTRY: _of_extension,
    }.get(symbol.kind)
    found = list(find(analysis, symbol)) if find else []
    found += mentions_in_strings(analysis, symbol)
    if symbol.word >= 0 and symbol.role != w.KEY and not any(item.place == symbol.place for item in found):
        # the name of the graph, and what stands where the document is broken
        found.append(s.Occurrence(symbol.place, s.DECLARATION if symbol.role == w.DECLARED else s.READ))
    found.sort(key=lambda item: (*place(item.place.segment), item.place.start))
    return found


def _mentions(segments: Iterable[Segment], name: str, roles: dict[str, str]) -> Iterator[s.Occurrence]:
    for segment in segments:
        if name in segment.text or "\\" in segment.text:
            for word in w.words_of(segment):
                if word.role in roles and word.name == name:
                    yield s.Occurrence(Place(segment, word.start, word.end), roles[word.role])


_TENSOR_ROLES = {
    w.TARGET: s.WRITE,
    w.VALUE: s.READ,
    w.INPUT: s.DECLARATION,
    w.OUTPUT: s.DECLARATION,
    w.PARAMETER: s.DECLARATION,
    w.RESULT: s.DECLARATION,
}


def _of_tensor(analysis: Analysis, symbol: s.Symbol) -> Iterator[s.Occurrence]:
    body = symbol.body
    if body is None:
        return
    segments: Iterable[Segment]
    if body is analysis.structure.graph:
        segments = {body.head, *analysis.definers.get(symbol.name, ()), *analysis.users.get(symbol.name, ())}
    else:
        segments = [body.head, *body.statements(analysis.source)]
    yield from _mentions(segments, symbol.name, _TENSOR_ROLES)


def _of_parameter(analysis: Analysis, symbol: s.Symbol) -> Iterator[s.Occurrence]:
    operation = symbol.owner
    if operation is None:
        return
    for facts in analysis.fragment_list:
        if facts.operation is operation:
            yield from _mentions([facts.body.head, *facts.body.statements(analysis.source)], symbol.name, _TENSOR_ROLES)
    for segment in s.callers(analysis, operation.name):
        words = w.words_of(segment)
        for word in words:
            if word.role == w.ARGUMENT and word.name == symbol.name and words[word.call].name == operation.name:
                yield s.Occurrence(Place(segment, word.start, word.end), s.READ)


def _of_operation(analysis: Analysis, symbol: s.Symbol) -> Iterator[s.Occurrence]:
    heads = [body.head for body in analysis.structure.fragments]
    yield from _mentions(heads, symbol.name, {w.DECLARED: s.DECLARATION})
    yield from _mentions(s.callers(analysis, symbol.name), symbol.name, {w.CALLEE: s.READ})


def _of_extension(analysis: Analysis, symbol: s.Symbol) -> Iterator[s.Occurrence]:
    role = w.ENABLED if symbol.kind == s.EXTENSION else w.REGISTRY
    yield from _mentions(analysis.structure.extensions, symbol.name, {role: s.DECLARATION})


def _of_symbolic(analysis: Analysis, symbol: s.Symbol) -> Iterator[s.Occurrence]:
    """The lines that declare a symbolic extent or assert something of it, and everything that reads it."""
    for item in _mentions(analysis.structure.extensions, symbol.name, {w.SYMBOLIC: s.READ}):
        declares = item.place.segment is analysis.declared.places.get(symbol.name, (None,))[0]
        yield s.Occurrence(item.place, s.DECLARATION if declares else s.READ)
    segments = [*analysis.users.get(symbol.name, ())]
    for facts in analysis.fragment_list:
        segments += facts.body.statements(analysis.source)
    for segment in segments:
        if symbol.name not in segment.text:
            continue
        words = w.words_of(segment)
        for at, word in enumerate(words):
            if word.role == w.VALUE and word.name == symbol.name:
                if _is_symbolic(analysis, segment, body_of(analysis, segment), words, at):
                    yield s.Occurrence(Place(segment, word.start, word.end), s.READ)


def _of_iterator(analysis: Analysis, symbol: s.Symbol) -> Iterator[s.Occurrence]:
    yield from _mentions([symbol.place.segment], symbol.name, {w.ITERATOR: s.READ})
