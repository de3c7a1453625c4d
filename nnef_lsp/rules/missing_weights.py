"""A variable whose data file does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..model.findings import Finding
from ..model.operations.statement_form import facts_of
from ..model.values.tensor import Tensor
from . import Context, Diagnostic, Fix
from ._edits import replace
from ._words import similar

if TYPE_CHECKING:
    from ..syntax.segments import Segment

SEVERITY = "warning"


def message(finding: Finding) -> str:
    details = finding.details
    if details.get("reason"):
        return f"'{details['operation']}': {details['reason']}"
    if details.get("all"):
        return (
            f"this model has no data files: '{details['label'].lstrip('/')}.dat' and {details['count'] - 1} more are missing"
            if (details["count"] > 1)
            else f"this model has no data files: '{details['label'].lstrip('/')}.dat' is missing"
        )
    return f"there is no file '{details['label'].lstrip('/')}.dat' for this variable"


def severity(finding: Finding) -> str:
    """Data may follow later, unless no file can have that label."""
    return "error" if finding.details.get("reason") else SEVERITY


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    """The label that was meant: the closest of the data files, or the only one that fits and that no variable has."""
    analysis: Any = context.analysis
    segment = diagnostic.segment
    label, weights = diagnostic.details.get("label"), getattr(analysis, "weights", None)
    if weights is None or label is None or segment.form is None or facts_of(segment.form).top != "variable":
        return []
    if segment.text[diagnostic.start : diagnostic.end][1:-1] != label:
        return []
    labels = weights.labels()
    unused = [other for other in labels if not analysis.labels.get(other) and not analysis.labels.get(f"/{other}")]
    meant = similar(label.lstrip("/"), unused) or similar(label.lstrip("/"), labels)
    if meant is None:
        fitting = [other for other in unused[:MOST] if _fits(analysis, segment, weights.header(other))]
        meant = fitting[0] if len(fitting) == 1 else None
    quote = segment.text[diagnostic.start]
    if meant is None or quote in meant or "\\" in meant:
        return []
    return [replace(diagnostic, f"Change to '{meant}'", f"{quote}{meant}{quote}", preferred=False)]


MOST = 1000
"""Data files whose headers are read for one that fits."""


def _fits(analysis: Any, segment: Segment, header: Any) -> bool:
    """Whether a data file has the shape and type of a variable."""
    values = analysis.outcomes.of(segment).values
    fact = values[0] if len(values) == 1 else None
    if header is None or header.problem is not None or not isinstance(fact, Tensor) or fact.shape is None:
        return False
    return tuple(fact.shape) == header.shape and bool(fact.dtype == header.nnef_type or analysis.dialect.datum_types)
