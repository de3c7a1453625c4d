"""Which tensors an operation accepts where the cursor is, asked of the shape rules themselves.

Not here: which tensors there are (`proposals.py`).
"""

from __future__ import annotations

from collections.abc import Callable

from ...model.analysis.analysis import Analysis
from ...model.extents.assumptions import assuming
from ...model.findings import MILD
from ...model.operations.declarations import MISSING, Operation
from ...model.operations.statement_form import reads
from ...model.values.tensor import ANY as ANY_TENSOR
from ...model.values.values import Value
from ...syntax.nodes import Assignment
from ...syntax.parsing import segment as parsed
from ...syntax.segments import Segment
from ...syntax.tokens import UNTERMINATED, tokenize
from ..text.cursor import Cursor

CANDIDATE, ANYTHING = "candidate__", "anything__"
"""Names that stand for the tensor in question, and for arguments that are not typed yet."""
_CLOSERS = {"(": ")", "[": "]"}
_ABOUT_NAMES = ("undefined-name", "missing-argument")


def fitting(analysis: Analysis, cursor: Cursor) -> Callable[[Value], bool]:
    """Whether a value may stand at the cursor, as far as the statement up to it tells; True where nothing is known."""
    trial = _trial(analysis, cursor)
    if trial is None:
        return lambda value: True
    here = cursor.segment
    known = {name: analysis.value_at(name, here) for name in reads(trial) if name not in (CANDIDATE, ANYTHING)}
    known[ANYTHING] = ANY_TENSOR
    counts: dict[int, tuple[Value, int]] = {}

    def wrong_with(value: Value) -> int:
        """How much is wrong with the statement; facts are shared, so each is tried once."""
        if id(value) not in counts:
            with assuming(analysis.assumptions):
                found = analysis.evaluator.outcome(trial, {}, {**known, CANDIDATE: value}).findings
            counts[id(value)] = value, sum(item.rule not in (*MILD, *_ABOUT_NAMES) for item in found)
        return counts[id(value)][1]

    anyway = wrong_with(ANY_TENSOR)
    return lambda value: wrong_with(value) <= anyway


def _trial(analysis: Analysis, cursor: Cursor) -> Segment | None:
    """The statement with a tensor at the cursor and all brackets closed; None if that is not a statement of the graph."""
    if cursor.body is None or cursor.body is not analysis.structure.graph:
        return None
    text = analysis.source.slice(analysis.source.start_of(cursor.segment), cursor.start)
    tokens = tokenize(text)
    if any(token.kind == UNTERMINATED for token in tokens):
        return None
    brackets: list[str] = []
    for token in tokens:
        if token.kind in _CLOSERS:
            brackets.append(token.kind)
        elif token.kind in _CLOSERS.values() and brackets:
            brackets.pop()
    operation = cursor.operation(analysis)
    rest = _required(operation, cursor) if operation is not None and cursor.begins_argument() else ""
    closers = "".join([_CLOSERS[bracket] for bracket in reversed(brackets)])
    found = parsed(f"{text}{CANDIDATE}{rest}{closers};")
    whole = len(found) == 1 and not found[0].problems and isinstance(found[0].tree(), Assignment)
    return found[0] if whole else None


def _required(operation: Operation, cursor: Cursor) -> str:
    """Arguments for the tensors that must follow, of which nothing is known."""
    later = operation.parameters[cursor.word.number + 1 :]
    missing = [item for item in later if item.is_tensor and item.default is MISSING and not item.optional]
    return "".join([f", {ANYTHING}" if item.type.kind != "array" else f", [{ANYTHING}]" for item in missing])
