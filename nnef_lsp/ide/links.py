"""Labels as links to their data files."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.analysis import Analysis
from ..model.weights import label_span
from .place import Place


def links(analysis: Analysis) -> Iterator[tuple[Place, str]]:
    """Where labels stand, without their quotes, and the labels."""
    for label, segments in analysis.labels.items():
        for segment in segments:
            if segment.form is not None:
                start, end = label_span(segment, label)
                yield Place(segment, start + 1, end - 1), label
