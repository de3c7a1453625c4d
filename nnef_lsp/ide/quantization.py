"""graph.quant in an editor: cards, definitions and completion, about the graph beside it.

Not here: what is wrong with it (`model/quant.py`), the graph's own features.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model.document import name_span
from ..model.operators import MISSING, Operation, literal_text
from ..model.quant import QuantAnalysis
from ..syntax.segments import Segment
from . import symbols as s
from . import words as w
from .completion import MOST, OPERATION, PARAMETER, STRING, TENSOR, Completion, Item
from .cursor import Cursor, cursor_in
from .definition import Declared, declaration_of
from .describe import tensor_text
from .hover import Hover
from .hover_operation import card_of, parameter_card
from .hover_tensor import tensor_card
from .place import Place
from .snippets import argument_snippet, escaped


def _word_at(quant: QuantAnalysis, offset: int) -> tuple[Segment, list[w.Word], int] | None:
    for at in (offset, offset - 1):
        segment = quant.source.segment_at(at) if at >= 0 else None
        if segment is not None:
            words = w.words_of(segment, "quant")
            found = w.word_at(words, offset - quant.source.start_of(segment))
            if found >= 0:
                return segment, words, found
    return None


def _symbol(quant: QuantAnalysis, offset: int) -> s.Symbol | None:
    """What stands at an offset: a tensor of the graph, an operation, or a parameter."""
    found = _word_at(quant, offset)
    if found is None:
        return None
    segment, words, at = found
    word, place = words[at], Place(segment, words[at].start, words[at].end)
    graph = quant.graph
    if word.role == w.KEY:
        body = graph.structure.graph if graph is not None else None
        return s.Symbol(s.TENSOR, word.text[1:-1], place, body=body, word=at, words=tuple(words))
    if word.role == w.CALLEE:
        return s.Symbol(s.OPERATION, word.name, place, owner=quant.operations.get(word.name), word=at, words=tuple(words))
    if word.role == w.ARGUMENT and word.call >= 0:
        owner = quant.operations.get(words[word.call].name)
        return s.Symbol(s.PARAMETER, word.name, place, owner=owner, word=at, words=tuple(words)) if owner else None
    return None


def quant_hover(quant: QuantAnalysis, offset: int) -> Hover | None:
    """The card for what stands at an offset."""
    symbol = _symbol(quant, offset)
    if symbol is None:
        return None
    card = None
    if symbol.kind == s.TENSOR and quant.graph is not None:
        card = tensor_card(quant.graph, symbol)
    elif symbol.kind == s.OPERATION and symbol.owner is not None:
        card = card_of(symbol.owner)
    elif symbol.kind == s.PARAMETER and quant.graph is not None:
        card = parameter_card(quant.graph, symbol)
    return Hover(card, symbol.place) if card else None


def quant_definition(quant: QuantAnalysis, offset: int) -> tuple[Place, Place | Declared] | None:
    """What was looked at, and where it is defined: a place in the graph's source, or a declaration."""
    symbol = _symbol(quant, offset)
    if symbol is None:
        return None
    if symbol.kind == s.TENSOR:
        definers = quant.graph.definers.get(symbol.name) if quant.graph is not None else None
        if not definers:
            return None
        return symbol.place, Place(definers[0], *name_span(definers[0], symbol.name))
    if symbol.owner is None:
        return None
    return symbol.place, declaration_of(symbol.owner, symbol.name if symbol.kind == s.PARAMETER else None)


def quant_completion(quant: QuantAnalysis, offset: int) -> Completion | None:
    """What fits at an offset."""
    cursor = cursor_in(quant.source, offset)
    if cursor is None:
        return None
    items = list(_items(quant, cursor))
    return Completion(cursor.start, items, len(items) < MOST)


def _items(quant: QuantAnalysis, cursor: Cursor) -> Iterator[Item]:
    operation = cursor.operation(quant)
    if not cursor.words:
        quote = "" if cursor.in_string else "'"
        yield from (Item(f"{quote}{name}{quote}", TENSOR, text) for name, text in _tensors(quant, cursor.typed))
    elif operation is not None and cursor.in_string:
        parameter = cursor.parameter(operation)
        yield from (Item(choice, STRING) for choice in (parameter.choices if parameter else ()))
    elif operation is not None and cursor.words[-1].text in ("(", ","):
        for parameter in operation.parameters[1:]:
            if parameter.name not in cursor.given():
                yield Item(parameter.name, PARAMETER, str(parameter.type), argument_snippet(parameter), "3", parameter.documentation)
    elif any(word.text == ":" for word in cursor.words) and operation is None:
        for name, found in quant.operations.items():
            if name.endswith("_quantize"):
                yield Item(name, OPERATION, found.documentation.section, _call(found), "4")


def _tensors(quant: QuantAnalysis, typed: str) -> Iterator[tuple[str, str]]:
    """Tensors of the graph that are not quantized yet."""
    if quant.graph is None:
        return
    done = {tree.key.value for _, tree in quant.entries()}
    count = 0
    for name, fact in quant.graph.tensors().items():
        if name not in done and typed.lower() in name.lower() and count < MOST:
            count += 1
            yield name, tensor_text(fact)


def _call(operation: Operation) -> str:
    """A call without the tensor, which is the key."""
    parts = []
    for number, parameter in enumerate(operation.parameters[1:], 1):
        value = "0.0" if parameter.default is MISSING else literal_text(parameter.default)
        parts.append(f"{parameter.name} = ${{{number}:{escaped(value)}}}")
    return f"{operation.name}({', '.join(parts)});$0"
