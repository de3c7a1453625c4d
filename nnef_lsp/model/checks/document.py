"""What a document as a whole must have: its encoding, version, extensions, and data files.

Not here: what is asked of all documents together (`analysis/analysis.py`), the graph's declaration (`graph_head.py`), names (`names.py`), fragments (`fragments.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...syntax import nodes as n
from ...syntax.segments import STRAY, Segment
from ...syntax.source import Source
from ...syntax.structure import Structure, place
from ...syntax.tokens import KEYWORDS
from ..findings import Details, Finding, Located
from ..operations.dialect import Dialect
from ..operations.scope import Vocabulary
from ..operations.statement_form import extended_part, facts_of, labels_of
from ..statements.names import Names
from ..statements.outcomes import Outcomes
from ..weights import Weights
from .fragments import FragmentFacts
from .weights import label_span

FRAGMENTS = "KHR_enable_fragment_definitions"
EXPRESSIONS = "KHR_enable_operator_expressions"
KNOWN_EXTENSIONS = (FRAGMENTS, EXPRESSIONS)
_BLOCK = re.compile(r"@(input|output|attrib|dtype|compose|lower|assert|using|constant|variable|update|quantize)\b\s*\{")
_TEMPLATE = re.compile(r"\{\{|\{%|\{#")
UNDECODED = "\ufffd"
"""What readers of files put in the place of bytes that are not UTF-8."""


def encoding_findings(segments: Iterable[Segment]) -> list[Located]:
    """The first place where a text cannot be read because of its encoding, where the parser does not stop at it."""
    places = [(segment, at) for segment in sorted(segments, key=place) for at in _places(segment, UNDECODED)]
    quiet = [(segment, at) for segment, at in places if not any(p.start <= at < p.end for p in segment.problems)]
    return [Located(segment, Finding("encoding", at, at + 1, {"count": len(places)})) for segment, at in quiet[:1]]


def _places(segment: Segment, character: str) -> list[int]:
    return [at for at, found in enumerate(segment.text) if found == character]


def unused_fragments(
    structure: Structure, dialect: Dialect, names: Names, outcomes: Outcomes, fragments: Iterable[FragmentFacts]
) -> list[Located]:
    """Fragments of a document with a graph that nothing invokes, or has run by another operation.

    Of one that something is wrong with, or that a statement names which is not whole, this is not worth saying.
    """
    if structure.graph is None:
        return []
    unused = [
        facts
        for facts in fragments
        if not (names.callers.get(facts.operation.name) or facts.findings)
        and facts.operation.name != dialect.metadata
        and facts.body.has_statements
    ]
    if not unused:
        return []
    bodies = [(facts, statement) for facts in fragments for statement in facts.operation.body]
    called = {
        name
        for facts, statement in bodies
        if statement.form is not None
        for name in facts_of(statement.form).callees - {facts.operation.name}
    }
    runners = {operation for operation, _ in dialect.strings}
    texts = [statement.text for name in runners for statement in names.callers.get(name, ())]
    texts += [statement.text for statement in outcomes.troubled if statement.problems]
    texts += [
        statement.text for _, statement in bodies if statement.problems or not runners.isdisjoint(_callees(statement))
    ]
    found = []
    for facts in unused:
        name, node = facts.operation.name, facts.operation.node.name
        if name in KEYWORDS and dialect.keywords_as_names:
            continue  # invoked in the form of a built-in function, which no index of names has
        if name not in called and not any(name in text for text in texts):
            found.append(Located(facts.body.head, Finding("unused-fragment", node.start, node.end, {"name": name})))
    return found


def _callees(statement: Segment) -> set[str]:
    return facts_of(statement.form).callees if statement.form is not None else set()


def unused_registries(
    structure: Structure, vocabulary: Vocabulary, names: Names, fragments: Iterable[FragmentFacts]
) -> list[Located]:
    """Lines that enable a registry of which no operation is invoked, in a document that has Khronos' extensions too.

    Exporters to tract write such a line out of habit and it harms nobody; beside Khronos' own extensions it is what
    keeps other readers from taking the document.
    """
    dialect, operations = vocabulary.dialect, vocabulary.operations
    if dialect.needs_extensions or declared_extensions(structure).isdisjoint(KNOWN_EXTENSIONS):
        return []
    lines = []
    for segment in structure.extensions if dialect.registry_extension else ():
        node = segment.tree()
        if isinstance(node, n.Extension) and node.names[0].name == dialect.registry_extension:
            lines.append((segment, node, dialect.registry_aliases.get(node.payload, node.payload)))
    if not lines or structure.graph is None:
        return []
    invoked = {name for name, segments in names.callers.items() if segments}
    for fragment in fragments:
        for statement in fragment.operation.body:
            if statement.form is not None:
                invoked |= facts_of(statement.form).callees
    used = {operations[name].registry for name in invoked if name in operations}
    return [
        Located(segment, Finding("unused-registry", node.start, node.end, {"name": registry}))
        for segment, node, registry in lines
        if registry in dialect.registries and registry not in used
    ]


def is_mentioned(name: str, names: Names, fragments: Iterable[FragmentFacts]) -> bool:
    """Whether a statement reads a name, in the graph or in a fragment."""
    if name in names.users:
        return True
    return any(name in segment.words for facts in fragments for segment in facts.operation.body)


def template_findings(source: Source) -> tuple[list[Located], bool]:
    """The first mark of a template, and whether the text is the source of one, and so no NNEF yet.

    Landmarks hold the braces of all marks but the first too.
    """
    found = []
    rendered = False
    for segment in source.landmarks():
        match = _TEMPLATE.search(segment.text)
        broken = bool(segment.problems) or segment.kind == STRAY
        if match or (broken and segment.text[:1] in "{%#"):
            start, end = match.span() if match else (0, 1)
            found.append(Located(segment, Finding("template", start, end)))
            rendered |= broken
    return found[:1], rendered


def version_findings(source: Source, version: Segment | None, dialect: Dialect) -> list[Located]:
    """A version that is not 1.0, or another language that is called NNEF too."""
    segment = version
    node = segment.tree() if segment is not None else None
    other = _other_language(source, segment, node)
    if other is not None:
        return [other]
    if segment is None or not isinstance(node, n.Version) or not dialect.needs_extensions:
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


def _other_language(source: Source, version: Segment | None, node: n.Node | None) -> Located | None:
    """NNEF 2.0 (SkriptND) shares nothing with this language but the name; it is known by its version or its @blocks."""
    details: Details
    if isinstance(node, n.Version) and isinstance(node.number.value, (int, float)) and 2 <= node.number.value < 10:
        details = {"version": node.number.text, "well_formed": True, "skriptnd": True}
        assert version is not None
        return Located(version, Finding("unsupported-version", node.number.start, node.number.end, details))
    if isinstance(node, n.Version) or not any(segment.problems for segment in source):
        return None
    if not _BLOCK.search(source.text):
        return None
    first = next(iter(source))
    start = first.blank_start
    words = first.text[start:].split(None, 1)
    details = {"version": "2.0", "well_formed": True, "skriptnd": True}
    return Located(first, Finding("unsupported-version", start, start + len(words[0]) if words else start, details))


def declared_extensions(structure: Structure) -> set[str]:
    """Names of all extensions that the document declares."""
    found: set[str] = set()
    for segment in structure.extensions:
        node = segment.tree()
        if isinstance(node, n.Extension):
            found.update(name.name for name in node.names)
    return found


def extension_findings(
    structure: Structure, fragments: Iterable[FragmentFacts], extended: Iterable[Segment]
) -> list[Located]:
    """Extensions that nobody knows, and those that are needed and not declared.

    `extended` are the statements of the graph that need the one for operator expressions.
    """
    found = []
    for segment in structure.extensions:
        node = segment.tree()
        if isinstance(node, n.Extension):
            for name in node.names:
                if name.name not in KNOWN_EXTENSIONS:
                    found.append(
                        Located(segment, Finding("unknown-extension", name.start, name.end, {"name": name.name}))
                    )
    declared = declared_extensions(structure)
    broken = any(segment.problems and segment.tree() is None for segment in structure.extensions)
    if structure.fragments and FRAGMENTS not in declared and not broken:
        head = structure.fragments[0].head
        start = head.blank_start
        found.append(Located(head, Finding("extension-missing", start, start + len("fragment"), {"name": FRAGMENTS})))
    if EXPRESSIONS not in declared and not broken:
        found.extend(_expressions(fragments, extended))
    return found


def _expressions(fragments: Iterable[FragmentFacts], extended: Iterable[Segment]) -> list[Located]:
    """The first place that needs the extension for operator expressions."""
    for fragment in fragments:
        for segment in fragment.operation.body:
            if segment.form is not None and facts_of(segment.form).extended is not None:
                return [_expression(segment)]
    first = min(extended, key=place, default=None)
    return [] if first is None else [_expression(first)]


def _expression(segment: Segment) -> Located:
    tree = segment.tree()
    assert isinstance(tree, n.Assignment)
    node = extended_part(tree.value) or tree.value
    return Located(segment, Finding("extension-missing", node.start, node.end, {"name": EXPRESSIONS}))


def no_weights_at_all(
    names: Names, outcomes: Outcomes, weights: Weights, statements: Iterable[Segment]
) -> list[Located]:
    """One finding for a model that has no data files at all; `statements` are those of the graph, in order."""
    if not names.labels or weights.any() is not False:
        return []
    told = {
        segment
        for segment in outcomes.troubled
        if any(finding.rule == "missing-weights" for finding in outcomes.of(segment).findings)
    }
    labelled = (segment for segment in statements if labels_of(segment))
    first = next((segment for segment in labelled if segment not in told), None)  # hardly ever far below
    if first is None:
        return []
    count = sum(map(len, names.labels.values())) - sum(len(set(labels_of(segment))) for segment in told)
    label = labels_of(first)[0]
    details: Details = {"label": label, "count": count, "all": True}
    return [Located(first, Finding("missing-weights", *label_span(first, label), details))]
