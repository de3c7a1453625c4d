"""An expression that tract can read but not evaluate."""

from __future__ import annotations

from ..model.findings import READER, Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    kind, operator = finding.details["kind"], finding.details["operator"]
    if kind == "Unary" and operator == "-":
        return f"{READER} cannot negate an expression, and takes everything behind the sign for its operand: write '0.0 - ...' or neg(...)"
    what = {"IfElse": "an if-else expression", "Comprehension": "a comprehension", "RangeSubscript": "a range of items"}
    return f"{READER} cannot evaluate {what.get(kind) or (f'the operator {operator!r}' if operator else 'this built-in function')}"
