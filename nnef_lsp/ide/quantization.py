"""graph.quant in an editor: what its words mean, where the same is mentioned, and renaming, about the graph beside it.

Not here: the analysis of what is wrong with it (`model/quantization/analysis.py`), what can be typed
(`completion/quantization.py`), the graph's own features.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..model.checks.names import name_span
from ..model.operations.dialects import STANDARD
from ..model.quantization.analysis import QuantAnalysis
from ..syntax.segments import Segment
from ..syntax.structure import Body
from ..syntax.tokens import unescape, unquote
from .hover.card import Hover
from .hover.operation import card_of, parameter_card
from .hover.tensor import tensor_card
from .names import symbols as s
from .names.definition import Declared, declaration_of
from .names.rename import Refused, check_name, rename_symbol
from .names.strings import inner, quoted
from .text import tokens as w
from .text.bodies import fragment_of
from .text.place import Edit, Place


def quant_symbol(quant: QuantAnalysis, offset: int) -> s.Symbol | None:
    """What stands at an offset: a tensor of the graph, an operation, or a parameter."""
    for at in (offset, offset - 1):
        segment = quant.source.segment_at(at) if at >= 0 else None
        if segment is not None:
            words = w.words_of(segment, "quant")
            found = w.word_at(words, offset - quant.source.start_of(segment))
            if found >= 0:
                return _symbol_of(quant, segment, words, found)
    return None


def _symbol_of(quant: QuantAnalysis, segment: Segment, words: list[w.Word], at: int) -> s.Symbol | None:
    word = words[at]
    known = {"word": at, "words": tuple(words)}
    if word.role == w.KEY:
        name = unescape(word.text)
        return s.Symbol(s.TENSOR, name, inner(segment, word), body=_body(quant, name), **known)  # type: ignore[arg-type]
    place = Place(segment, word.start, word.end)
    if word.role == w.CALLEE:
        return s.Symbol(s.OPERATION, word.name, place, owner=quant.operations.get(word.name), **known)  # type: ignore[arg-type]
    if word.role == w.ARGUMENT and word.call >= 0:
        owner = quant.operations.get(words[word.call].name)
        return s.Symbol(s.PARAMETER, word.name, place, owner=owner, **known) if owner else None  # type: ignore[arg-type]
    return None


def _body(quant: QuantAnalysis, name: str) -> Body | None:
    """Where a key's tensor lives: in the graph, or where the dialect allows it in a fragment."""
    graph = quant.graph
    if graph is None:
        return None
    if name not in graph.definers and graph.dialect.quantized_fragments:
        for fragment in graph.fragment_list:
            if name in fragment.definers:
                return fragment.body
    return graph.structure.graph


def quant_mentions(quant: QuantAnalysis, symbol: s.Symbol) -> Iterator[s.Occurrence]:
    """Where a quantization file mentions a symbol, its own or one of the graph."""
    if symbol.kind == s.TENSOR and not _is_meant(quant, symbol):
        return
    for segment in quant.source:
        if symbol.name not in segment.text and "\\" not in segment.text:
            continue
        words = w.words_of(segment, "quant")
        for at in range(len(words)):
            found = _symbol_of(quant, segment, words, at)
            if found is not None and (found.kind, found.name) == (symbol.kind, symbol.name):
                if symbol.kind != s.PARAMETER or found.owner is symbol.owner:
                    yield s.Occurrence(found.place, s.READ)


def _is_meant(quant: QuantAnalysis, symbol: s.Symbol) -> bool:
    """Whether a key means this tensor: one of the graph, or one of a fragment if the graph has none of the name."""
    graph = quant.graph
    if graph is None or symbol.body is None or symbol.body is graph.structure.graph:
        return True
    return graph.dialect.quantized_fragments and symbol.name not in graph.definers


def quant_edits(quant: QuantAnalysis, symbol: s.Symbol, name: str) -> list[Edit]:
    """The edits of a quantization file that go with another name of a tensor."""
    if symbol.kind != s.TENSOR:
        return []
    return [Edit(item.place, quoted(unquote(name))) for item in quant_mentions(quant, symbol)]


def quant_renamable(quant: QuantAnalysis, offset: int) -> s.Symbol:
    """The tensor at an offset, the only thing here that has a name of its own; raises `Refused`."""
    symbol = quant_symbol(quant, offset)
    if symbol is None:
        raise Refused("there is no name here that could be changed")
    if symbol.kind != s.TENSOR:
        raise Refused(f"'{symbol.name}' belongs to an operation, which is not declared here")
    return symbol


def quant_rename(quant: QuantAnalysis, offset: int, name: str) -> tuple[list[Edit], list[Edit]]:
    """The edits here and in the graph that give the tensor at an offset another name; raises `Refused`."""
    symbol = quant_renamable(quant, offset)
    graph = quant.graph
    if graph is None or (symbol.name not in graph.definers and fragment_of(graph, symbol.body) is None):
        check_name(graph.dialect if graph is not None else STANDARD, symbol, name)
        return quant_edits(quant, symbol, name), []
    in_graph = rename_symbol(graph, symbol, name)
    return (quant_edits(quant, symbol, name) if in_graph else []), in_graph


def quant_hover(quant: QuantAnalysis, offset: int) -> Hover | None:
    """The card for what stands at an offset."""
    symbol = quant_symbol(quant, offset)
    if symbol is None:
        return None
    card = None
    if symbol.kind == s.TENSOR and quant.graph is not None:
        definer = _definer(quant, symbol)
        card = tensor_card(quant.graph, replace(symbol, place=definer) if definer is not None else symbol)
    elif symbol.kind == s.OPERATION and symbol.owner is not None:
        card = card_of(symbol.owner)
    elif symbol.kind == s.PARAMETER and quant.graph is not None:
        card = parameter_card(quant.graph, symbol)
    return Hover(card, symbol.place) if card else None


def quant_definition(quant: QuantAnalysis, offset: int) -> tuple[Place, Place | Declared] | None:
    """What was looked at, and where it is defined: a place in the graph's source, or a declaration."""
    symbol = quant_symbol(quant, offset)
    if symbol is None:
        return None
    if symbol.kind == s.TENSOR:
        definer = _definer(quant, symbol)
        return None if definer is None else (symbol.place, definer)
    if symbol.owner is None:
        return None
    return symbol.place, declaration_of(symbol.owner, symbol.name if symbol.kind == s.PARAMETER else None)


def _definer(quant: QuantAnalysis, symbol: s.Symbol) -> Place | None:
    """Where the graph defines a tensor, the last time if it does so repeatedly."""
    graph = quant.graph
    if graph is None:
        return None
    fragment = fragment_of(graph, symbol.body)
    found = [fragment.definers.get(symbol.name)] if fragment is not None else graph.definers.get(symbol.name)
    segment = found[-1] if found else None
    return None if segment is None else Place(segment, *name_span(segment, symbol.name))
