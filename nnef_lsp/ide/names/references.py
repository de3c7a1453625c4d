"""All mentions of the symbol under the cursor: as references, and to highlight."""

from __future__ import annotations

from ...model.analysis.analysis import Analysis
from ..text.place import Place
from . import symbols as s
from .mentions import occurrences, symbol_at


def references(analysis: Analysis, offset: int, declaration: bool = True) -> list[Place]:
    """Where the symbol at an offset is mentioned, with or without the places that define or declare it."""
    symbol = symbol_at(analysis, offset)
    return [] if symbol is None else references_to(analysis, symbol, declaration)


def references_to(analysis: Analysis, symbol: s.Symbol, declaration: bool = True) -> list[Place]:
    """Where a symbol is mentioned in the graph; it may come from the graph.quant beside it."""
    return [item.place for item in occurrences(analysis, symbol) if declaration or item.role == s.READ]


def highlights(analysis: Analysis, offset: int) -> list[s.Occurrence]:
    """The mentions of the symbol at an offset."""
    symbol = symbol_at(analysis, offset)
    return [] if symbol is None else occurrences(analysis, symbol)
