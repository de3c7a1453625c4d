"""Every request at a place of a document, and what must hold of the answers, whatever the text is.

Not here: the documents (`test_any_cursor.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from nnef_lsp.ide.completion.proposals import completion
from nnef_lsp.ide.completion.quantization import quant_completion
from nnef_lsp.ide.completion.signature import signature
from nnef_lsp.ide.hover.card import hover
from nnef_lsp.ide.names.definition import definition
from nnef_lsp.ide.names.links import links
from nnef_lsp.ide.names.references import highlights, references
from nnef_lsp.ide.names.rename import Refused, renamable, rename, renamed_file
from nnef_lsp.ide.quantization import quant_definition, quant_hover, quant_mentions, quant_rename, quant_symbol
from nnef_lsp.ide.text.cursor import cursor_in
from nnef_lsp.ide.text.folding import folds
from nnef_lsp.ide.text.place import Edit, Place
from nnef_lsp.ide.text.selection import selections
from nnef_lsp.ide.views.outline import Entry, outline, quant_outline
from nnef_lsp.ide.views.semantic import semantic_tokens
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.quantization.analysis import QuantAnalysis
from nnef_lsp.syntax.source import Source

from .drawing import edited


def check_place(place: Place, source: Source) -> None:
    """It lies in its segment, and that in the document."""
    assert 0 <= place.start <= place.end <= len(place.segment.text)
    assert source.segment_at(source.start_of(place.segment)) is place.segment


def check_edits(edits: list[Edit], source: Source) -> None:
    """Edits do not touch each other."""
    spans = sorted(
        (source.start_of(e.place.segment) + e.place.start, source.start_of(e.place.segment) + e.place.end)
        for e in edits
    )
    assert all(a[1] <= b[0] for a, b in pairwise(spans)), spans
    for edit in edits:
        check_place(edit.place, source)


def check_document(analysis: Analysis | QuantAnalysis) -> None:
    """The requests that are about a whole document."""
    source = analysis.source
    graph = analysis if isinstance(analysis, Analysis) else None
    last = source.line_count
    data = semantic_tokens(graph, source, "utf-16")
    assert len(data) % 5 == 0 and all(number >= 0 for number in data)
    for fold in folds(analysis):
        assert 0 <= fold.first < fold.last <= last
    if graph is None:
        assert isinstance(analysis, QuantAnalysis)
        check_entries(quant_outline(analysis, "utf-16"))
        return
    check_entries(outline(graph, "utf-16"))
    for place, _, _ in links(graph):
        check_place(place, source)


def check_entries(entries: Iterable[Entry]) -> None:
    """Names stand inside of what they name, as the protocol asks."""
    for entry in entries:
        assert entry.start <= entry.name_start <= entry.name_end <= entry.end, entry
        check_entries(entry.children)


def check_graph(analysis: Analysis, offset: int) -> None:
    """The requests that are about a place."""
    source = analysis.source
    card = hover(analysis, offset)
    if card is not None:
        check_place(card.place, source)
        begin = source.start_of(card.place.segment)
        assert begin + card.place.start - 1 <= offset <= begin + card.place.end + 1  # a string's quotes belong to it
    for found in definition(analysis, offset):
        check_place(found.origin, source)
        if isinstance(found.target, Place):
            check_place(found.target, source)
    mentions = references(analysis, offset)
    for place in mentions:
        check_place(place, source)
    assert len({(id(place.segment), place.start) for place in mentions}) == len(mentions)
    for item in highlights(analysis, offset):
        check_place(item.place, source)
    check_rename(analysis, offset)
    offered = completion(analysis, offset)
    assert offered is None or offered.start <= offset
    check_typing(analysis, offset)
    check_selections(analysis, offset)


def check_rename(analysis: Analysis, offset: int) -> None:
    """What can be renamed can be renamed back."""
    try:
        place = renamable(analysis, offset)
        edits = rename(analysis, offset, "quite_new")
    except Refused as reason:
        assert str(reason)
        return
    check_place(place, analysis.source)
    check_edits(edits, analysis.source)
    assert any(edit.place == place for edit in edits), (place, edits)
    renamed_file(analysis, offset, "quite_new")
    assert edited(analysis, edits).count("quite_new") == len(edits)


def check_typing(analysis: Analysis | QuantAnalysis, offset: int) -> None:
    """Signatures mark a parameter that they have."""
    found = signature(analysis, offset)
    if found is not None:
        assert -1 <= found.active < max(len(found.parameters), 1)
        assert all(0 <= start < end <= len(found.label) for start, end, _ in found.parameters)
    cursor_in(analysis.source, offset)


def check_selections(analysis: Analysis | QuantAnalysis, offset: int) -> None:
    """Each holds the cursor and the one before."""
    spans = selections(analysis, offset)
    assert spans and all(start <= offset <= end for start, end in spans)
    assert all(b[0] <= a[0] and a[1] <= b[1] for a, b in pairwise(spans))


def check_quant(analysis: QuantAnalysis, offset: int) -> None:
    """The same of a graph.quant."""
    source = analysis.source
    card = quant_hover(analysis, offset)
    if card is not None:
        check_place(card.place, source)
    found = quant_definition(analysis, offset)
    if found is not None and isinstance(found[1], Place) and analysis.graph is not None:
        check_place(found[0], source)
        check_place(found[1], analysis.graph.source)
    symbol = quant_symbol(analysis, offset)
    if symbol is not None:
        check_place(symbol.place, source)
        assert [item.place for item in quant_mentions(analysis, symbol)].count(symbol.place) == 1
    try:
        here, there = quant_rename(analysis, offset, "quite_new")
        check_edits(here, source)
        if analysis.graph is not None:
            check_edits(there, analysis.graph.source)
    except Refused as reason:
        assert str(reason)
    offered = quant_completion(analysis, offset)
    assert offered is None or offered.start <= offset
    check_typing(analysis, offset)
    check_selections(analysis, offset)
