"""What does not fit between the variables of a graph and the data files beside it.

Not here: what is asked of the files (`weights.py` of the model), the files (`archive`).
"""

from __future__ import annotations

import re
from math import prod

from ...syntax import nodes as n
from ...syntax.segments import Segment
from ...syntax.structure import place
from ..extents.dims import product
from ..findings import Details, Finding, Located, Related
from ..operations.dialect import Dialect
from ..operations.statement_form import facts_of
from ..statements.names import Names
from ..statements.outcomes import Outcomes
from ..values.codes import codes_of
from ..values.tensor import Tensor
from ..weights import WeightHeader, Weights, holds_codes


def weight_findings(label: str, names: Names, outcomes: Outcomes, dialect: Dialect, weights: Weights) -> list[Located]:
    """What does not fit between the variables of a label and its data file."""
    segments = sorted(names.labels.get(label, ()), key=place)
    if not segments:
        return []
    found = _shared(label, segments, names, outcomes, dialect.strict_types)
    some = weights.any()
    if some is False:
        return found  # one finding for the whole document, see document.py
    header = weights.header(label)
    if some is None and header is None:
        return found
    for segment in segments:
        if any(finding.rule == "missing-weights" for finding in outcomes.of(segment).findings):
            continue  # its dialect finds no file of that label, whether there is one or not
        decoded = any(name in weights.quantized() for name in segment.defines)
        found.extend(_against_header(segment, label, header, _fact(segment, outcomes), dialect, decoded))
    return found


def label_span(segment: Segment, label: str) -> tuple[int, int]:
    """Where a label stands in a statement, quotes included."""
    assert segment.form is not None
    for slot in facts_of(segment.form).labels:
        if segment.words[slot][1:-1] == label:
            start = next(start for start, number in segment.slots().items() if number == slot)
            return start, start + len(label) + 2
    return 0, len(segment.text)


def label_argument_span(segment: Segment, label: str) -> tuple[int, int]:
    """Where `label = ...` stands in a statement."""
    tree = segment.tree()
    for node in tree.walk() if tree is not None else ():
        if isinstance(node, n.Argument) and isinstance(node.value, n.String) and node.value.value == label:
            return node.start, node.end
    return label_span(segment, label)


def _fact(segment: Segment, outcomes: Outcomes) -> Tensor | None:
    """What is known of the variable that a statement introduces; None if it introduces none, or the rank is open."""
    if segment.form is None or facts_of(segment.form).top != "variable":
        return None
    values = outcomes.of(segment).values
    value = values[0] if values else None
    return value if isinstance(value, Tensor) and value.shape is not None else None


def _shared(label: str, segments: list[Segment], names: Names, outcomes: Outcomes, cases: bool) -> list[Located]:
    """Variables of one label, whatever the case of its letters, share their data and have one shape (section 4.1.3)."""
    found = []
    holder, spelling = segments[0], label
    if cases:
        for other in names.spellings.get(label.lower(), ()):
            first = min(names.labels.get(other, ()), key=place, default=holder)
            if place(first) < place(holder):
                holder, spelling = first, other
    first_fact = _fact(holder, outcomes)
    for segment in segments:
        fact = _fact(segment, outcomes) if segment is not holder else None
        if first_fact is not None and fact is not None and fact.shape != first_fact.shape:
            start, end = label_argument_span(segment, label)
            related = [Related(holder, *label_span(holder, spelling), "first used here")]
            details: Details = {"label": label, "shape": fact.shape, "first_shape": first_fact.shape}
            found.append(Located(segment, Finding("label-shape", start, end, details, related)))
    return found


def _bits(type: str) -> int:
    """The width of items of a type, which its name ends with."""
    return int(re.sub(r".*?(\d*)$", r"\1", type) or 0)


def _against_header(
    segment: Segment, label: str, header: WeightHeader | None, fact: Tensor | None, dialect: Dialect, decoded: bool
) -> list[Located]:
    start, end = label_span(segment, label)
    details: Details
    if header is None:
        return [Located(segment, Finding("missing-weights", start, end, {"label": label}))]
    if header.problem is not None:
        return [Located(segment, Finding("weights-header", start, end, {"label": label, "unreadable": header.problem}))]
    if fact is None or fact.shape is None or any(not isinstance(extent, int) for extent in fact.shape):
        return []
    in_blocks = dialect.blocks and header.item_type[:1] == "q" and "_" in header.item_type
    if tuple(fact.shape) != header.shape and not (in_blocks and product(fact.shape) == prod(header.shape)):
        details = {"label": label, "shape": fact.shape, "stored": header.shape}
        return [Located(segment, Finding("weights-header", start, end, details))]
    if dialect.strict_types and fact.dtype not in ("?", header.nnef_type):
        details = {"label": label, "dtype": fact.dtype, "stored_type": header.item_type}
        return [Located(segment, Finding("weights-header", start, end, details))]
    codes = codes_of(fact.dtype)
    if codes is not None and _bits(codes.storage) != _bits(header.item_type):
        details = {"label": label, "dtype": fact.dtype, "stored_type": header.item_type}
        return [Located(segment, Finding("weights-header", start, end, details))]
    if dialect.strict_types and holds_codes(header) and not header.has_range and not decoded:
        details = {"label": label, "stored_type": header.item_type, "name": segment.defines[0]}
        return [Located(segment, Finding("codes-undecoded", start, end, details))]
    return []
