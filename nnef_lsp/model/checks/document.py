"""What a document as a whole must have: its encoding, version, extensions, and data files.

Not here: the graph's declaration (`graph_head.py`), names (`names.py`), fragments (`fragments.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ...syntax import nodes as n
from ...syntax.segments import STRAY, Segment
from ...syntax.structure import place
from ..analysis.names import labels_of
from ..findings import Finding, Located
from ..operations.extensions import unused_assertions
from ..operations.statement_form import facts_of
from .graph_head import graph_findings

if TYPE_CHECKING:
    from ..analysis.analysis import Analysis

FRAGMENTS = "KHR_enable_fragment_definitions"
EXPRESSIONS = "KHR_enable_operator_expressions"
KNOWN_EXTENSIONS = (FRAGMENTS, EXPRESSIONS)
_BLOCK = re.compile(r"@(input|output|attrib|dtype|compose|lower|assert|using|constant|variable|update|quantize)\b\s*\{")
_TEMPLATE = re.compile(r"\{\{|\{%|\{#")
UNDECODED = "\ufffd"
"""What readers of files put in the place of bytes that are no UTF-8."""


def document_findings(analysis: Analysis) -> list[Located]:
    """What is wrong with the document as a whole."""
    found: list[Located] = []
    found.extend(encoding_findings(analysis.undecoded))
    found.extend(_version(analysis))
    found.extend(_extensions(analysis))
    found.extend(analysis.declared.findings)
    found.extend(_unused_registries(analysis))
    if analysis.declared.assertions:
        found.extend(unused_assertions(analysis.declared, lambda name: _mentioned(analysis, name)))
    analysis.rendered = False
    if analysis.dialect.templates:
        found.extend(_template(analysis))
    if analysis.structure.graph is not None:
        found.extend(graph_findings(analysis, analysis.structure.graph))
    found.extend(_no_weights(analysis))
    return found


def encoding_findings(segments: Iterable[Segment]) -> list[Located]:
    """The first place where a text cannot be read because of its encoding, where the parser does not stop at it."""
    places = [(segment, at) for segment in sorted(segments, key=place) for at in _places(segment, UNDECODED)]
    quiet = [(segment, at) for segment, at in places if not any(p.start <= at < p.end for p in segment.problems)]
    return [Located(segment, Finding("encoding", at, at + 1, {"count": len(places)})) for segment, at in quiet[:1]]


def _places(segment: Segment, character: str) -> list[int]:
    return [at for at, found in enumerate(segment.text) if found == character]


def _unused_registries(analysis: Analysis) -> list[Located]:
    """Lines that enable a registry of which no operation is invoked, in a document that has Khronos' extensions too.

    Exporters to tract write such a line out of habit and it harms nobody; beside Khronos' own extensions it is what
    keeps other readers from taking the document.
    """
    dialect = analysis.dialect
    if dialect.needs_extensions or declared_extensions(analysis).isdisjoint(KNOWN_EXTENSIONS):
        return []
    lines = []
    for segment in analysis.structure.extensions if dialect.registry_extension else ():
        node = segment.tree()
        if isinstance(node, n.Extension) and node.names[0].name == dialect.registry_extension:
            lines.append((segment, node, dialect.registry_aliases.get(node.payload, node.payload)))
    if not lines or analysis.structure.graph is None:
        return []
    invoked = {name for name, segments in analysis.callers.items() if segments}
    for fragment in analysis.fragment_list:
        for statement in fragment.operation.body:
            if statement.form is not None:
                invoked |= facts_of(statement.form).callees
    used = {analysis.operations[name].registry for name in invoked if name in analysis.operations}
    return [
        Located(segment, Finding("unused-registry", node.start, node.end, {"name": registry}))
        for segment, node, registry in lines
        if registry in analysis.dialect.registries and registry not in used
    ]


def _mentioned(analysis: Analysis, name: str) -> bool:
    """Whether a statement reads a name, in the graph or in a fragment."""
    if name in analysis.users:
        return True
    return any(name in segment.words for facts in analysis.fragment_list for segment in facts.operation.body)


def _template(analysis: Analysis) -> list[Located]:
    """The first mark of a template; landmarks hold the braces of all others too."""
    found = []
    for segment in analysis.source.landmarks():
        match = _TEMPLATE.search(segment.text)
        broken = bool(segment.problems) or segment.kind == STRAY
        if match or (broken and segment.text[:1] in "{%#"):
            start, end = match.span() if match else (0, 1)
            found.append(Located(segment, Finding("template", start, end)))
            analysis.rendered |= broken
    return found[:1]


def _version(analysis: Analysis) -> list[Located]:
    segment = analysis.structure.version
    node = segment.tree() if segment is not None else None
    other = _other_language(analysis, node)
    if other is not None:
        return [other]
    if segment is None or not isinstance(node, n.Version) or not analysis.dialect.needs_extensions:
        return []
    text = node.number.text
    parts = text.split(".")
    well_formed = len(parts) == 2 and all(part.isdigit() for part in parts)
    if well_formed and (int(parts[0]), int(parts[1])) <= (1, 0):
        return []
    return [
        Located(
            segment,
            Finding(
                "unsupported-version", node.number.start, node.number.end, {"version": text, "well_formed": well_formed}
            ),
        )
    ]


def _other_language(analysis: Analysis, node: Any) -> Located | None:
    """NNEF 2.0 (SkriptND) shares nothing with this language but the name; it is known by its version or its @blocks."""
    if isinstance(node, n.Version) and isinstance(node.number.value, (int, float)) and 2 <= node.number.value < 10:
        details = {"version": node.number.text, "well_formed": True, "skriptnd": True}
        segment = analysis.structure.version
        assert segment is not None
        return Located(segment, Finding("unsupported-version", node.number.start, node.number.end, details))
    if isinstance(node, n.Version) or not any(segment.problems for segment in analysis.source):
        return None
    if not _BLOCK.search(analysis.source.text):
        return None
    first = next(iter(analysis.source))
    start = first.blank_start
    words = first.text[start:].split(None, 1)
    details = {"version": "2.0", "well_formed": True, "skriptnd": True}
    return Located(first, Finding("unsupported-version", start, start + len(words[0]) if words else start, details))


def declared_extensions(analysis: Analysis) -> set[str]:
    """Names of all extensions that the document declares."""
    found: set[str] = set()
    for segment in analysis.structure.extensions:
        node = segment.tree()
        if isinstance(node, n.Extension):
            found.update(name.name for name in node.names)
    return found


def _extensions(analysis: Analysis) -> list[Located]:
    found = []
    if not analysis.dialect.needs_extensions:
        return []
    for segment in analysis.structure.extensions:
        node = segment.tree()
        if isinstance(node, n.Extension):
            for name in node.names:
                if name.name not in KNOWN_EXTENSIONS:
                    found.append(
                        Located(segment, Finding("unknown-extension", name.start, name.end, {"name": name.name}))
                    )
    declared = declared_extensions(analysis)
    broken = any(segment.problems and segment.tree() is None for segment in analysis.structure.extensions)
    if analysis.structure.fragments and FRAGMENTS not in declared and not broken:
        head = analysis.structure.fragments[0].head
        start = head.blank_start
        found.append(Located(head, Finding("extension-missing", start, start + len("fragment"), {"name": FRAGMENTS})))
    if EXPRESSIONS not in declared and not broken:
        found.extend(_expressions(analysis))
    return found


def _expressions(analysis: Analysis) -> list[Located]:
    """The first place that needs the extension for operator expressions."""
    for fragment in analysis.fragment_list:
        for segment in fragment.operation.body:
            if segment.form is not None and facts_of(segment.form).extended is not None:
                return [_expression(segment)]
    if analysis.extended:
        return [_expression(min(analysis.extended, key=place))]
    return []


def _expression(segment: Segment) -> Located:
    from ..operations.statement_form import _extended

    tree = segment.tree()
    assert isinstance(tree, n.Assignment)
    node = _extended(tree.value) or tree.value
    return Located(segment, Finding("extension-missing", node.start, node.end, {"name": EXPRESSIONS}))


def _no_weights(analysis: Analysis) -> list[Located]:
    """One finding for a model that has no data files at all."""
    if analysis.weights.any() is not False or not analysis.labels:
        return []
    segments = [segment for members in analysis.labels.values() for segment in members]
    if not segments:
        return []
    first = min(segments, key=place)
    label = labels_of(first)[0]
    from .weights import label_span

    details = {"label": label, "count": len(segments), "all": True}
    return [Located(first, Finding("missing-weights", *label_span(first, label), details))]
