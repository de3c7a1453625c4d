"""Renaming tensors, fragments, parameters, the graph, and labels, everywhere they are mentioned.

A new name is refused, with a sentence, when it is none or when it would mean something else somewhere.

Not here: renaming data files.
"""

from __future__ import annotations

import re

from ..model.analysis import Analysis
from ..syntax.tokens import KEYWORDS, STRING_PATTERN
from . import symbols as s
from .place import Edit, Place

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_QUOTED = re.compile(rf"i(?:{STRING_PATTERN})")
_LABEL = re.compile(r"[^'\"\\\n#;{}]+")


class Refused(Exception):
    """Why something cannot be renamed: one sentence."""


def renamable(analysis: Analysis, offset: int) -> Place:
    """What stands at an offset and can be renamed; raises `Refused`."""
    symbol = _symbol(analysis, offset)
    if symbol.kind == s.LABEL:
        return Place(symbol.place.segment, symbol.place.start + 1, symbol.place.end - 1)
    return symbol.place


def rename(analysis: Analysis, offset: int, name: str) -> list[Edit]:
    """The edits that give the symbol at an offset another name; raises `Refused`."""
    symbol = _symbol(analysis, offset)
    _check_name(analysis, symbol, name)
    if name == symbol.name:
        return []
    _check_clash(analysis, symbol, name)
    edits = []
    for item in s.occurrences(analysis, symbol):
        place = item.place
        if symbol.kind == s.LABEL:
            place = Place(place.segment, place.start + 1, place.end - 1)
        edits.append(Edit(place, name))
    return edits


def _symbol(analysis: Analysis, offset: int) -> s.Symbol:
    symbol = s.symbol_at(analysis, offset)
    if symbol is None or symbol.kind == s.EXTENSION:
        raise Refused("there is no name here that could be changed")
    if symbol.kind == s.OPERATION and (symbol.owner is None or not symbol.owner.is_fragment):
        what = "is not declared in this document" if symbol.owner is None else "is an operation of the standard"
        raise Refused(f"'{symbol.name}' {what}")
    if symbol.kind == s.PARAMETER and (symbol.owner is None or not symbol.owner.is_fragment):
        raise Refused(f"'{symbol.name}' is a parameter of an operation of the standard")
    if symbol.kind == s.TENSOR and symbol.body is None:
        raise Refused(f"'{symbol.name}' stands outside of all fragments and graphs")
    return symbol


def _check_name(analysis: Analysis, symbol: s.Symbol, name: str) -> None:
    if symbol.kind == s.LABEL:
        if not _LABEL.fullmatch(name):
            raise Refused(f"'{name}' is not a label: labels have no quotes, backslashes and line ends")
        return
    if name in KEYWORDS:
        raise Refused(f"'{name}' is a keyword and cannot be used as a name")
    quoted = analysis.dialect.name == "tract" and _QUOTED.fullmatch(name)
    if not _NAME.fullmatch(name) and not quoted:
        raise Refused(f"'{name}' is not a name: names consist of letters, digits and _, and do not begin with a digit")


def _check_clash(analysis: Analysis, symbol: s.Symbol, name: str) -> None:
    if symbol.kind == s.OPERATION:
        known = analysis.operations.get(name)
        if known is not None:
            other = "another fragment of this document" if known.is_fragment else "an operation of the standard"
            raise Refused(f"'{name}' is the name of {other}")
        if analysis.graph_head is not None and analysis.graph_head.name.name == name:
            raise Refused(f"'{name}' is the name of the graph")
    elif symbol.kind == s.GRAPH_NAME:
        if name in analysis.operations:
            raise Refused(f"'{name}' is the name of an operation")
    elif symbol.kind in (s.TENSOR, s.PARAMETER):
        _check_names_of_body(analysis, symbol, name)
    elif symbol.kind == s.LABEL and analysis.labels.get(name):
        raise Refused(f"another variable has the label '{name}' already, and both would share their data")


def _check_names_of_body(analysis: Analysis, symbol: s.Symbol, name: str) -> None:
    operation = symbol.owner
    fragment = next((facts for facts in analysis.fragment_list if facts.operation is operation), None)
    fragment = fragment or s.fragment_of(analysis, symbol.body)
    if fragment is not None:
        results = {result.name for result in fragment.operation.results}
        if name in fragment.names or name in results or name in fragment.operation.by_name:
            raise Refused(f"'{name}' is already a name in the fragment '{fragment.operation.name}'")
    elif name in analysis.definers or name in analysis.inputs or name in analysis.outputs:
        raise Refused(f"'{name}' is already the name of a tensor of the graph")
