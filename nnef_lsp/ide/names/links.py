"""Strings that name files of the model, as links: labels of data, resources, other models."""

from __future__ import annotations

from collections.abc import Iterator

from ...archive.names import label_file
from ...model.analysis import references as r
from ...model.analysis.analysis import Analysis
from ...model.checks.weights import label_span
from ...project.model_files import files_of, resource_file
from ...syntax.segments import Segment
from ...syntax.structure import place
from ..text import tokens as w
from ..text.place import Place
from . import symbols as s
from .strings import symbol_of_string


def links(analysis: Analysis, labels: bool = True) -> Iterator[tuple[Place, str, str]]:
    """Where labels stand, without their quotes, and names of other files: with the kind of what they name and its name.

    Without `labels` other files alone, for a model that has no stored data.
    """
    if labels:
        for label, segments in analysis.labels.items():
            for segment in segments:
                if segment.form is not None:
                    start, end = label_span(segment, label)
                    yield Place(segment, start + 1, end - 1), s.LABEL, label.lstrip("/") or label
        for facts in analysis.fragment_list:
            for segment in facts.body.statements(analysis.source):
                yield from _in_strings(analysis, segment, (s.LABEL,))
    for operation in sorted(r.operations_with(r.RESOURCE) | r.operations_with(r.SUBMODEL)):
        for segment in sorted(set(s.callers(analysis, operation)), key=place):
            yield from _in_strings(analysis, segment, (s.RESOURCE, s.SUBMODEL))


def _in_strings(analysis: Analysis, segment: Segment, kinds: tuple[str, ...]) -> Iterator[tuple[Place, str, str]]:
    words = w.words_of(segment)
    for at, word in enumerate(words):
        symbol = symbol_of_string(analysis, segment, words, at) if word.role == w.TEXT else None
        if symbol is not None and symbol.kind in kinds:
            yield symbol.place, symbol.kind, symbol.name


def linked_file(analysis: Analysis, kind: str, name: str) -> str | None:
    """The file of the model that a link leads to; None if there is no such file."""
    files = files_of(analysis.weights)
    if files is None:
        return None
    if kind == s.SUBMODEL:
        return files.submodel_file(name)
    if kind == s.LABEL:
        return label_file(name) if files.model.has(name) else None
    file = resource_file(name)
    return file if files.text(file) is not None else None
