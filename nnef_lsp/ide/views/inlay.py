"""Shapes beside the names that are defined: where the text does not make them obvious, or everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model.operations.statement_form import reads
from ...model.values.tensor import Tensor
from ..text.place import Place

if TYPE_CHECKING:
    from ...model.analysis.analysis import Analysis
    from ...syntax.segments import Segment

WRITTEN = ("external", "variable", "constant")
"""Operations whose shape stands in the statement."""


def shape_hints(analysis: Analysis, segments: Iterator[Segment], every: bool = False) -> Iterator[tuple[Place, Tensor]]:
    """(name, what it is) for every name whose shape is another than that of all tensors it is made from.

    `every`: for every tensor whose shape is known, however obvious.
    """
    from ...model.operations.statement_form import facts_of

    for segment in segments:
        values = analysis.outcomes.of(segment).values
        if not values or segment.form is None or (not every and facts_of(segment.form).top in WRITTEN):
            continue
        read = () if every else [analysis.value_at(name, segment) for name in reads(segment)]
        known = [value.shape for value in read if isinstance(value, Tensor)]
        at = segment.blank_start
        for name, value in zip(segment.defines, values):
            at = segment.text.find(name, at)
            if at < 0:
                break
            if (
                isinstance(value, Tensor)
                and (value.shape or (every and value.shape is not None))
                and value.shape not in known
            ):
                yield Place(segment, at, at + len(name)), value
            at += len(name)


def hint_text(value: Tensor) -> str:
    """`[1, 24, 4, 4]`; with the data type where that is not the usual one."""
    shape = "[" + ", ".join(map(str, value.shape or ())) + "]"
    return shape if value.dtype == "scalar" else f"{value.dtype} {shape}"
