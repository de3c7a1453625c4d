"""What a document as a whole must have: its header, the graph's declaration, and names that are used as they should be.

Not here: single statements (`evaluate.py`), the body of a fragment (`fragments.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..syntax import nodes as n
from ..syntax.segments import CLOSE, STRAY, Segment
from ..syntax.structure import Body, place
from .findings import MILD, Finding, Located, Related
from .forms import facts_of
from .symbols import unused_assertions

if TYPE_CHECKING:
    from .analysis import Analysis

FRAGMENTS = "KHR_enable_fragment_definitions"
EXPRESSIONS = "KHR_enable_operator_expressions"
KNOWN_EXTENSIONS = (FRAGMENTS, EXPRESSIONS)
_BLOCK = re.compile(r"@(input|output|attrib|dtype|compose|lower|assert|using|constant|variable|update|quantize)\b\s*\{")
_TEMPLATE = re.compile(r"\{\{|\{%|\{#")
UNDECODED = "\ufffd"
"""What readers of files put in the place of bytes that are no UTF-8."""
_INTRODUCING = ("external", "tract_core_external")


def name_findings(analysis: Analysis, name: str) -> list[Located]:
    """What is wrong with how a name of the graph is defined and used."""
    definers = analysis.definers.get(name)
    if not definers:
        return []
    found = []
    if len(definers) > 1:
        found.extend(_redefined(analysis, name, definers))
    first = definers[0]
    if len(_occurrences(first)[name]) > 1:
        start, end = name_span(first, name, 1)
        found.append(Located(first, Finding("name-redefined", start, end, {"name": name})))
    if not analysis.users.get(name) and not analysis.is_output(name) and analysis.structure.graph is not None:
        if first.form is not None and not _has_effect(first) and not first.problems:
            last = definers[-1]
            found.append(Located(last, Finding("unused-result", *name_span(last, name), {"name": name})))
    found.extend(_updates(analysis, name, first))
    if name in analysis.declared.symbols:
        found.append(Located(first, Finding("symbol-shadowed", *name_span(first, name), {"name": name})))
    if analysis.dialect.literal_prefixes and name.startswith(analysis.dialect.literal_prefixes):
        found.extend(_like_literals(analysis, name))
    return found


def _like_literals(analysis: Analysis, name: str) -> list[Located]:
    """Uses of a name that begins like a literal, but for those in quotes."""
    prefix = next(prefix for prefix in analysis.dialect.literal_prefixes if name.startswith(prefix))
    found = []
    for user in sorted(analysis.users.get(name, ()), key=place):
        tree = user.tree()
        for node in tree.walk() if tree is not None else ():
            if isinstance(node, n.Identifier) and node.name == name and node.end - node.start == len(name):
                if node.slot >= len(user.defines):
                    details = {"name": name, "prefix": prefix}
                    found.append(Located(user, Finding("literal-prefix-name", node.start, node.end, details)))
    return found


def _updates(analysis: Analysis, name: str, definer: Segment) -> list[Located]:
    """Only variables are updated, and each once (section 4.8)."""
    updates = analysis.callers.get("update")
    users = [user for user in analysis.users.get(name, ()) if user in updates] if updates else []
    found: list[Located] = []
    earlier: list[Related] = []
    for user in sorted(users, key=place):
        tree = user.tree()
        for node in tree.walk() if tree is not None else ():
            if not isinstance(node, n.Invocation) or node.callee.name != "update" or not node.arguments:
                continue
            target = node.arguments[0].value
            if not isinstance(target, n.Identifier) or target.name != name:
                continue
            if definer.form is not None and facts_of(definer.form).top != "variable":
                related = [Related(definer, *name_span(definer, name), "defined here")]
                found.append(Located(user, Finding("update-target", target.start, target.end, {"name": name}, related)))
            elif earlier:
                found.append(Located(user, Finding("updated-twice", target.start, target.end, {"name": name}, earlier)))
            else:
                earlier = [Related(user, target.start, target.end, "first updated here")]
    return found


def _has_effect(segment: Segment) -> bool:
    assert segment.form is not None
    callees = facts_of(segment.form).callees
    return "update" in callees or facts_of(segment.form).top in _INTRODUCING


def _redefined(analysis: Analysis, name: str, definers: list[Segment]) -> list[Located]:
    found = []
    first = definers[0]
    for again in definers[1:]:
        related = [Related(first, *name_span(first, name), "first defined here")]
        same = again.form is first.form and again.words == first.words
        rule = "name-redefined"
        if analysis.dialect.rebinding:
            rule = "name-repeated" if same else "name-rebound"
        found.append(Located(again, Finding(rule, *name_span(again, name), {"name": name, "same": same}, related)))
    return found


@lru_cache(maxsize=8)
def _occurrences(segment: Segment) -> dict[str, list[int]]:
    """Where each name stands on the left side; kept because a statement may define thousands."""
    found: dict[str, list[int]] = {}
    for index, name in enumerate(segment.defines):
        found.setdefault(name, []).append(index)
    return found


def name_span(segment: Segment, name: str, occurrence: int = 0) -> tuple[int, int]:
    """Where a name stands on the left side of a statement."""
    indices = _occurrences(segment).get(name) or [0]
    index = indices[min(occurrence, len(indices) - 1)]
    if segment.form is None:
        start = max(0, segment.text.find(name))
        return start, start + len(name)
    start = segment.start_of_slot(index)
    quoted = segment.text[start : start + 2] in ("i'", 'i"')
    return start, start + len(name) + (3 if quoted else 0)


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
        found.extend(_graph(analysis, analysis.structure.graph))
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
    return [Located(segment, Finding("unsupported-version", node.number.start, node.number.end, {"version": text, "well_formed": well_formed}))]


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
                    found.append(Located(segment, Finding("unknown-extension", name.start, name.end, {"name": name.name})))
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
    from .forms import _extended

    tree = segment.tree()
    assert isinstance(tree, n.Assignment)
    node = _extended(tree.value) or tree.value
    return Located(segment, Finding("extension-missing", node.start, node.end, {"name": EXPRESSIONS}))


def _graph(analysis: Analysis, body: Body) -> list[Located]:
    found: list[Located] = []
    head = analysis.graph_head
    if head is None:
        return found
    found.extend(declared_twice(body.head, head.parameters, head.results))
    if head.name.name in analysis.operations and not analysis.dialect.redefinition:
        details = {"name": head.name.name, "kind": "graph"}
        found.append(Located(body.head, Finding("operation-redefined", head.name.start, head.name.end, details)))
    if not analysis.dialect.empty_lists:
        found.extend(empty_lists(body.head, head, bool(head.parameters), bool(head.results)))
        if body.close is not None and body.close.kind == CLOSE and not any(True for _ in analysis.statements()):
            return [*found, empty_body(body.close, "graph")]
    if body.head.problems and not any(True for _ in analysis.statements()):
        return found
    found.extend(_parameters(analysis, body, head))
    if analysis.dialect.datum_types:
        found.extend(_order(analysis, body, head))
    found.extend(_results(analysis, body, head))
    return found


def empty_body(close: Segment, kind: str) -> Located:
    """A body without a statement."""
    at = close.text.find("}")
    return Located(close, Finding("empty-body", at, at + 1, {"kind": kind}))


def empty_lists(segment: Segment, head: Any, parameters: bool, results: bool) -> list[Located]:
    """Parameter and result lists hold at least one name."""
    found = []
    opening = segment.text.find("(", head.name.end)
    if not parameters:
        found.append(Located(segment, Finding("empty-list", opening, segment.text.find(")", opening) + 1, {"kind": "parameter"})))
    if not results:
        arrow = segment.text.find("->", opening)
        opening = segment.text.find("(", arrow)
        found.append(Located(segment, Finding("empty-list", opening, segment.text.find(")", opening) + 1, {"kind": "result"})))
    return found


def declared_twice(segment: Segment, parameters: list[n.Identifier], results: list[n.Identifier]) -> list[Located]:
    """Names in the lists of one declaration are all different."""
    found = []
    for kind, names in (("parameter", parameters), ("result", results)):
        seen: dict[str, n.Identifier] = {}
        for name in names:
            first = seen.setdefault(name.name, name)
            if first is not name:
                related = [Related(segment, first.start, first.end, "first declared here")]
                details = {"name": name.name, "kind": kind}
                found.append(Located(segment, Finding("duplicate-declaration", name.start, name.end, details, related)))
    return found


def _parameters(analysis: Analysis, body: Body, head: n.GraphHead) -> list[Located]:
    """One external for each input, and one input for each external (section 3.3.2)."""
    found = []
    externals = [(segment, name) for segment in sorted(_introducing(analysis), key=place) for name in segment.defines]
    introduced, inputs = {name for _, name in externals}, set(analysis.inputs)
    broken = any(segment.form is None for segment in analysis.troubled)
    missing = 0
    for parameter in {parameter.name: parameter for parameter in head.parameters}.values():
        if parameter.name in introduced:
            continue
        definers = analysis.definers.get(parameter.name)
        details: dict[str, Any] = {"name": parameter.name}
        if definers:
            segment = definers[0]
            if segment.form is not None and not _is_wrong(analysis, segment):
                related = [Related(body.head, parameter.start, parameter.end, "declared as an input here")]
                found.append(Located(segment, Finding("input-not-external", *name_span(segment, parameter.name), details, related)))
            continue
        missing += 1
        if not broken and not analysis.users.get(parameter.name):
            found.extend(at_close(body, "input-without-external", parameter, details))
    for segment, name in externals:
        if name not in inputs and not _is_wrong(analysis, segment):
            details = {"name": name, "again": missing == 1}
            related = [Related(body.head, head.name.start, head.name.end, "the graph's inputs are declared here")]
            found.append(Located(segment, Finding("external-not-input", *name_span(segment, name), details, related)))
    return found


def _is_wrong(analysis: Analysis, segment: Segment) -> bool:
    """Whether a statement has an error of its own, so that what it gives cannot be told."""
    outcome = analysis.outcomes.get(segment)
    return bool(outcome and any(finding.rule not in (*MILD, "named-tensor-argument") for finding in outcome.findings))


def _order(analysis: Analysis, body: Body, head: n.GraphHead) -> list[Located]:
    """The order of the statements that introduce inputs, where the reader goes by that."""
    order = [name for segment in sorted(_introducing(analysis), key=place) for name in segment.defines]
    names = [parameter.name for parameter in head.parameters]
    if order == names or sorted(order) != sorted(names):
        return []
    start, end = head.parameters[0].start, head.parameters[-1].end
    return [Located(body.head, Finding("input-order", start, end, {"order": order}))]


def at_close(body: Body, rule: str, name: n.Identifier, details: dict[str, Any]) -> list[Located]:
    """What a body lacks is missing at its end, if it has one; the declaration that asks for it is the other place."""
    if body.close is None or body.close.kind != CLOSE:
        return []
    at = body.close.text.find("}", body.close.blank_start)
    related = [Related(body.head, name.start, name.end, "declared here")]
    return [Located(body.close, Finding(rule, at, at + 1, details, related))]


def _introducing(analysis: Analysis) -> set[Segment]:
    found: set[Segment] = set()
    for operation in _INTRODUCING:
        for segment in analysis.callers.get(operation, ()):
            if segment.form is not None and facts_of(segment.form).top == operation:
                found.add(segment)
    return found


def _results(analysis: Analysis, body: Body, head: n.GraphHead) -> list[Located]:
    found = []
    parameters = {parameter.name for parameter in head.parameters}
    for result in head.results:
        if result.name in parameters and not analysis.dialect.rebinding:
            details = {"name": result.name, "kind": "input and output", "both": True}
            found.append(Located(body.head, Finding("duplicate-declaration", result.start, result.end, details)))
        elif result.name not in analysis.definers and result.name not in parameters:
            if not any(segment.form is None for segment in analysis.troubled):
                found.extend(at_close(body, "output-not-assigned", result, {"name": result.name}))
    return found


def _no_weights(analysis: Analysis) -> list[Located]:
    """One finding for a model that has no data files at all."""
    if analysis.weights.any() is not False or not analysis.labels:
        return []
    segments = [segment for members in analysis.labels.values() for segment in members]
    if not segments:
        return []
    first = min(segments, key=place)
    label = analysis.labels_of(first)[0]
    from .weights import label_span

    details = {"label": label, "count": len(segments), "all": True}
    return [Located(first, Finding("missing-weights", *label_span(first, label), details))]
