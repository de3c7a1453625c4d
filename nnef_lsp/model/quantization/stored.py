"""What graph.quant says of a variable against what is stored of it: codes and the numbers that they stand for.

Not here: decoding (`archive/tensors/decoding.py`), data files that no entry is about (`checks/weights.py`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from ...syntax import nodes as n
from ..findings import Details, Finding
from ..operations.statement_form import labels_of
from ..values.values import Value
from ..weights import WeightHeader, holds_codes
from .levels import Entry, levels, quantized_to, signed_codes

if TYPE_CHECKING:
    from ..analysis.analysis import Analysis

FEWEST_BITS, FEWEST_ITEMS = 4, 8
"""Fewer have only two codes for good reasons."""
MOST_ITEMS = 1_000_000
"""So many items that all become one value are enough to say so."""


def stored_findings(graph: Analysis, tree: n.Quantization, entry: Entry) -> Iterator[Finding]:
    """What does not fit between a good entry and the data file of its variable, if it is one of a variable."""
    label = _label(graph, tree.key.value)
    header = graph.weights.header(label) if label is not None and graph.dialect.strict_types else None
    if label is None or header is None or header.problem is not None:
        return
    details: Details = {"label": label, "name": tree.key.value, "operation": entry[0]}
    if holds_codes(header):
        yield from _against_codes(tree, entry, header, details)
        yield from _few_codes(graph, tree, header, details)
        yield from _one_value(graph, tree, entry, details)
    else:
        yield from _collapse(graph, tree, entry, header, details)


def _label(graph: Analysis, name: str) -> str | None:
    segments = graph.definers.get(name)
    labels = labels_of(segments[-1]) if segments else ()
    return labels[0] if labels else None


def _against_codes(tree: n.Quantization, entry: Entry, header: WeightHeader, details: Details) -> Iterator[Finding]:
    """Bits and sign of the entry against those of the file: codes outside of what the entry describes."""
    bits, signed = int(re.sub(r"\D", "", header.item_type)), header.item_type.startswith("qint")
    details |= {"stored_type": header.item_type, "bits": bits, "levels": levels(entry)}
    if entry[1].get("bits") != bits:
        yield _at(tree, "bits", {**details, "what": "bits", "said": entry[1].get("bits")})
    said = signed_codes(entry)
    if said is not None and said != signed:
        yield _at(tree, "signed", {**details, "what": "sign", "said": said})


def _few_codes(graph: Analysis, tree: n.Quantization, header: WeightHeader, details: Details) -> Iterator[Finding]:
    """Codes that are all of the same two neighbours, though there is room for more: the numbers were rounded away before
    they were stored.  (Codes that are all one are a constant weight, mostly a bias of zeros.)"""
    if int(re.sub(r"\D", "", header.item_type)) < FEWEST_BITS:
        return
    seen: set[float] = set()
    for code in islice(graph.weights.numbers(details["label"]), MOST_ITEMS):
        seen.add(code)
        if len(seen) > 2:
            return
    if len(seen) == 2 and math.prod(header.shape) >= FEWEST_ITEMS and max(seen) - min(seen) == 1:
        found: Details = {**details, "codes": (int(min(seen)), int(max(seen)))}
        yield Finding("quantization-collapses", tree.invocation.start, tree.invocation.end, found)


def _one_value(graph: Analysis, tree: n.Quantization, entry: Entry, details: Details) -> Iterator[Finding]:
    """A range without a width, or a step of 0: whatever the codes are, they stand for one number."""
    arguments = entry[1]
    value = arguments.get("min")
    if entry[0] == "zero_point_linear_quantize":
        value = 0.0 if arguments.get("scale") == 0 else None
    elif value != arguments.get("max"):
        return
    if not isinstance(value, (int, float)):
        return
    codes = list(islice(graph.weights.numbers(details["label"]), MOST_ITEMS))
    if codes and min(codes) != max(codes):
        found: Details = {**details, "least": min(codes), "most": max(codes), "value": float(value)}
        yield Finding("quantization-collapses", tree.invocation.start, tree.invocation.end, found)


def _at(tree: n.Quantization, name: str, details: Details) -> Finding:
    """A finding at an argument, or at the operation if that is not written."""
    places = [item for item in tree.invocation.arguments if item.name is not None and item.name.name == name]
    node = places[0] if places else tree.invocation.callee
    return Finding("codes-contradicted", node.start, node.end, details)


def _collapse(
    graph: Analysis, tree: n.Quantization, entry: Entry, header: WeightHeader, details: Details
) -> Iterator[Finding]:
    """An entry that makes one value of numbers that differ (of each channel, where it has parameters for each)."""
    seen: dict[tuple[Value, ...], tuple[float, float]] = {}
    least, most, differ = math.inf, -math.inf, False
    for index, value in enumerate(islice(graph.weights.numbers(details["label"]), MOST_ITEMS)):
        at = {name: _item(value_, index, header.shape) for name, value_ in entry[1].items()}
        made = quantized_to(value, entry, at) if math.isfinite(value) else None
        key = tuple(at.values())
        first = seen.setdefault(key, (value, made if made is not None else 0.0))
        if made is None or made != first[1]:
            return
        differ |= value != first[0]
        least, most = min(value, least), max(value, most)
    if differ:
        details |= {"least": least, "most": most, "value": next(iter(seen.values()))[1] if len(seen) == 1 else None}
        yield Finding("quantization-collapses", tree.invocation.start, tree.invocation.end, details)


def _item(parameter: Value, index: int, shape: tuple[int, ...]) -> Value:
    """The item of a nested array that is for one item of a tensor, broadcast from the first dimension."""
    if not isinstance(parameter, list):
        return parameter
    places = []
    for extent in reversed(shape):
        index, place = divmod(index, extent)
        places.append(place)
    places.reverse()
    for place in places:
        if not isinstance(parameter, list):
            break
        parameter = parameter[place if len(parameter) > 1 else 0]
    while isinstance(parameter, list):
        parameter = parameter[0]
    return parameter
