"""All that is asked of a document as a whole, in one list.

Not here: the checks themselves (`document.py`, `graph_head.py`), nor those of a name, a label, a fragment or a statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ...syntax import nodes as n
from ...syntax.segments import Segment
from ...syntax.source import Source
from ...syntax.structure import Structure
from ..findings import Located
from ..operations.dialect import Dialect
from ..operations.extensions import Declarations, unused_assertions
from ..operations.scope import Vocabulary
from ..statements.names import Names
from ..statements.outcomes import Outcomes
from ..weights import Weights
from .document import (
    encoding_findings,
    extension_findings,
    is_mentioned,
    no_weights_at_all,
    template_findings,
    unused_fragments,
    unused_registries,
    version_findings,
)
from .fragments import FragmentFacts
from .graph_head import graph_findings


class DocumentFindings(NamedTuple):
    """`rendered` is whether the text is the source of a template, and so no NNEF yet."""

    findings: list[Located]
    rendered: bool


NOTHING = DocumentFindings([], False)


def document_findings(
    source: Source,
    structure: Structure,
    graph_head: n.GraphHead | None,
    undecoded: Iterable[Segment],
    dialect: Dialect,
    declared: Declarations,
    vocabulary: Vocabulary,
    names: Names,
    outcomes: Outcomes,
    fragments: Sequence[FragmentFacts],
    weights: Weights,
) -> DocumentFindings:
    """What is wrong with the document as a whole."""
    graph, rendered = structure.graph, False
    found = encoding_findings(undecoded)
    found.extend(version_findings(source, structure.version, dialect))
    if dialect.needs_extensions and not structure.is_library:
        found.extend(extension_findings(structure, fragments, names.extended))
    found.extend(declared.findings)
    found.extend(unused_registries(structure, vocabulary, names, fragments))
    found.extend(unused_fragments(structure, dialect, names, outcomes, fragments))
    if declared.assertions:
        found.extend(unused_assertions(declared, lambda name: is_mentioned(name, names, fragments)))
    if dialect.templates:
        marks, rendered = template_findings(source)
        found.extend(marks)
    if graph is not None and graph_head is not None:
        found.extend(graph_findings(graph, graph_head, vocabulary, names, outcomes))
    statements = graph.statements(source) if graph is not None else ()
    found.extend(no_weights_at_all(names, outcomes, weights, statements))
    return DocumentFindings(found, rendered)
