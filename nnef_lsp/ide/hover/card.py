"""The card that is shown for what is under the cursor.

Everything but the statistics of stored data, which are read from files: for those a card has a `label`, and the
caller adds `weights_card` when it has them.

Not here: what the names mean (`names/symbols.py`), statistics (`weights.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...model.analysis.analysis import Analysis
from ...model.operations.dialects import DIALECTS
from ...model.operations.statement_form import facts_of, labels_of
from ..describe import code, inline
from ..names import symbols as s
from ..names.mentions import symbol_at
from ..text import tokens as w
from ..text.place import Place
from .files import graph_lines, registry_card, resource_card, resource_key_card, submodel_card, symbolic_card
from .operation import operation_card, parameter_card
from .tensor import tensor_card

EXTENSIONS = {name: text for known in DIALECTS.values() for name, text in known.extension_documentation.items()}

KEYWORDS = {
    "version": "The version of NNEF that the document is written in; the first statement of every document.",
    "extension": "Names the extensions of the language that the document uses.",
    "fragment": "Declares an operation, with a body of statements or as a primitive.",
    "graph": "The network: its inputs, its outputs and the statements that compute them.",
    "tensor": "Data at run time. `tensor<>` accepts any type of items, `tensor<?>` is generic.",
    "integer": "A whole number. As a function: converts a scalar, logical or string literal.",
    "scalar": "A real number. As a function: converts an integer, logical or string literal.",
    "logical": "`true` or `false`.",
    "string": "Text. As a function: converts any literal.",
    "shape_of": "The extents of a tensor as an array of integers. Deprecated since NNEF 1.0.1.",
    "length_of": "The number of items of an array or characters of a string.",
    "range_of": "The indices of an array or string: `[0, 1, ..]`.",
    "for": "`[for i in items if condition yield result]`: an array of the results for the items that pass the condition.",
    "yield": "`[for i in items yield result]`: the result of each item of a comprehension.",
    "in": "Membership in an array, or the source of an iterator.",
    "if": "`a if condition else b`: only the branch that is taken is evaluated.",
    "else": "`a if condition else b`: only the branch that is taken is evaluated.",
}


@dataclass(frozen=True, slots=True)
class Hover:
    """A card in Markdown about a place; `label` if stored data belong to it, `tensor` if it is about one of the graph."""

    markdown: str
    place: Place
    label: str | None = None
    tensor: str | None = None


def hover(analysis: Analysis, offset: int) -> Hover | None:
    """The card for what stands at an offset; what it needs of an analysis that has not followed all edits is followed."""
    symbol = symbol_at(analysis, offset)
    if symbol is None:
        return _keyword(analysis, offset)
    _settle(analysis, symbol)
    card = _CARDS[symbol.kind](analysis, symbol)
    in_graph = symbol.kind == s.TENSOR and symbol.body is analysis.structure.graph
    tensor = symbol.name if in_graph else None
    return Hover(card, symbol.place, _label(analysis, symbol), tensor) if card else None


def _settle(analysis: Analysis, symbol: s.Symbol) -> None:
    """Bring up to date what a card is made from: of a tensor of the graph nothing below it, of others everything."""
    here = symbol.place.segment
    is_above = symbol.name in here.defines or analysis.definer_before(symbol.name, here) is not None
    if symbol.kind == s.TENSOR and symbol.body is analysis.structure.graph and is_above:
        analysis.settle(here)
    else:
        analysis.finish()


def _keyword(analysis: Analysis, offset: int) -> Hover | None:
    segment = analysis.source.segment_at(offset)
    if segment is None:
        return None
    words = w.words_of(segment)
    at = w.word_at(words, offset - analysis.source.start_of(segment))
    if at < 0 or words[at].text not in KEYWORDS:
        return None
    word = words[at]
    return Hover(f"**{word.text}** — {KEYWORDS[word.text]}", Place(segment, word.start, word.end))


def _label(analysis: Analysis, symbol: s.Symbol) -> str | None:
    """The label of the data behind a symbol: a label, or the name of a variable."""
    if symbol.kind == s.LABEL:
        return symbol.name
    if symbol.kind != s.TENSOR or symbol.body is not analysis.structure.graph:
        return None
    for segment in analysis.definers.get(symbol.name, ())[:1]:
        if segment.form is not None and facts_of(segment.form).top == "variable":
            return next(iter(labels_of(segment)), None)
    return None


def _extension(analysis: Analysis, symbol: s.Symbol) -> str:
    return f"**extension** {inline(symbol.name)}\n\n{EXTENSIONS.get(symbol.name, 'Not an extension of NNEF 1.0.5, nor of a dialect.')}"


def _graph(analysis: Analysis, symbol: s.Symbol) -> str:
    return code(graph_lines(analysis))


def _label_card(analysis: Analysis, symbol: s.Symbol) -> str:
    return f"**label** {inline(symbol.name)}"


def _iterator(analysis: Analysis, symbol: s.Symbol) -> str:
    return f"**iterator** {inline(symbol.name)} of the comprehension"


_CARDS: dict[str, Callable[[Analysis, s.Symbol], str | None]] = {
    s.TENSOR: tensor_card,
    s.OPERATION: operation_card,
    s.PARAMETER: parameter_card,
    s.LABEL: _label_card,
    s.EXTENSION: _extension,
    s.ITERATOR: _iterator,
    s.GRAPH_NAME: _graph,
    s.REGISTRY: registry_card,
    s.SYMBOLIC: symbolic_card,
    s.RESOURCE: resource_card,
    s.RESOURCE_KEY: resource_key_card,
    s.SUBMODEL: submodel_card,
}
