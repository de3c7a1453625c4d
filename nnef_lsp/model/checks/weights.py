"""What does not fit between the variables of a graph and the data files beside it.

Not here: what is asked of the files (`weights.py` of the model), the files (`archive`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...syntax import nodes as n
from ..findings import Finding, Located, Related
from ..values.tensor import Tensor
from ..weights import WeightHeader

if TYPE_CHECKING:
    from ...syntax.segments import Segment
    from ..analysis.analysis import Analysis


def weight_findings(analysis: Analysis, label: str) -> list[Located]:
    """What does not fit between the variables of a label and its data file."""
    from ...syntax.structure import place

    segments = sorted(analysis.labels.get(label, ()), key=place)
    if not segments:
        return []
    found = _shared(analysis, label, segments)
    some = analysis.weights.any()
    if some is False:
        return found  # one finding for the whole document, see document.py
    header = analysis.weights.header(label)
    if some is None and header is None:
        return found
    for segment in segments:
        found.extend(_against_header(analysis, segment, label, header))
    return found


def label_span(segment: Segment, label: str) -> tuple[int, int]:
    """Where a label stands in a statement, quotes included."""
    from ..operations.statement_form import facts_of

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


def _fact(analysis: Analysis, segment: Segment) -> Tensor | None:
    from ..operations.statement_form import facts_of

    outcome = analysis.outcomes.get(segment)
    if outcome is None or segment.form is None or facts_of(segment.form).top not in ("variable",):
        return None
    value = outcome.values[0] if outcome.values else None
    return value if isinstance(value, Tensor) and value.shape is not None else None


def _shared(analysis: Analysis, label: str, segments: list[Segment]) -> list[Located]:
    """Variables of one label, whatever the case of its letters, share their data and have one shape (section 4.1.3)."""
    from ...syntax.structure import place

    found = []
    holder, spelling = segments[0], label
    if analysis.dialect.strict_types:
        for other in analysis.names.spellings.get(label.lower(), ()):
            first = min(analysis.labels.get(other, ()), key=place, default=holder)
            if place(first) < place(holder):
                holder, spelling = first, other
    first_fact = _fact(analysis, holder)
    for segment in segments:
        fact = _fact(analysis, segment) if segment is not holder else None
        if first_fact is not None and fact is not None and fact.shape != first_fact.shape:
            start, end = label_argument_span(segment, label)
            related = [Related(holder, *label_span(holder, spelling), "first used here")]
            details = {"label": label, "shape": fact.shape, "first": first_fact.shape}
            found.append(Located(segment, Finding("label-shape", start, end, details, related)))
    return found


def _against_header(analysis: Analysis, segment: Segment, label: str, header: WeightHeader | None) -> list[Located]:
    start, end = label_span(segment, label)
    if header is None:
        return [Located(segment, Finding("missing-weights", start, end, {"label": label}))]
    if header.problem is not None:
        return [Located(segment, Finding("weights-header", start, end, {"label": label, "problem": header.problem}))]
    fact = _fact(analysis, segment)
    if fact is None or fact.shape is None or any(not isinstance(extent, int) for extent in fact.shape):
        return []
    if tuple(fact.shape) != header.shape and not (
        analysis.dialect.name == "tract" and header.item_type.startswith("q")
    ):
        details = {"label": label, "shape": fact.shape, "stored": header.shape}
        return [Located(segment, Finding("weights-header", start, end, details))]
    if analysis.dialect.strict_types and fact.dtype not in ("?", header.nnef_type):
        details = {"label": label, "dtype": fact.dtype, "stored_type": header.item_type}
        return [Located(segment, Finding("weights-header", start, end, details))]
    return []
