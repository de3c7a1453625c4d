"""Findings: what the model noticed about a place, as plain facts that the rules put into words.

Not here: wording and fixes (`rules`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from ..syntax.segments import Segment, SyntaxProblem
    from .extents.dims import Extent, Shape
    from .values.types import Type
    from .values.values import Value

Slug = Literal[
    "assignment-count", "assignment-structure", "attribute-order", "attribute-result", "axis-out-of-range", "bias-rank",
    "branch-types", "builtin-argument", "capital-exponent", "codes-contradicted", "codes-undecoded",
    "condition-type", "conversion", "custom-arguments", "custom-rule", "default-type", "deprecated-shape-of", "duplicate-argument",
    "duplicate-declaration", "duplicate-symbol", "empty-body", "empty-list", "empty-result", "encoding",
    "extension-missing", "external-not-input", "generic-declaration", "generic-type", "greedy-unary",
    "ignored-argument", "ignored-extension", "implicit-symbol", "index-range", "index-type", "input-not-external",
    "input-order", "input-without-external", "invalid-value", "iterable-lengths", "jagged-array", "label-shape",
    "limit", "literal-prefix-name", "malformed-assertion", "malformed-symbol", "missing-argument",
    "missing-operation", "missing-weights", "mixed-array", "mixed-tuple", "name-rebound", "name-redefined",
    "name-repeated", "named-tensor-argument", "nested-results", "not-a-tensor", "not-generic", "not-iterable",
    "not-subscriptable", "operand-types", "operation-in-fragment", "operation-redefined", "output-not-assigned",
    "positional-after-named", "positional-attribute", "quant-argument", "quant-duplicate", "quant-operation",
    "quant-positional", "quant-tensor", "quant-tensor-given", "quantization-collapses", "rank-mismatch",
    "recursion", "registry-not-enabled", "result-type", "shape-mismatch", "string-escape", "symbol-shadowed",
    "syntax-error", "template", "too-many-arguments", "tuple-index", "unbound-result", "undefined-name",
    "unescaped-quote", "unknown-argument", "unknown-extension", "unknown-operation", "unknown-registry",
    "unknown-type", "unsupported-by-target", "unsupported-expression", "unsupported-version", "unused-assertion",
    "unused-fragment", "unused-ignore", "unused-registry", "unused-result", "update-target", "updated-twice", "volume-mismatch",
    "weights-header", "wrong-type",
]  # fmt: skip
"""The rules, by the names of their modules in `rules`; `tests/rules/test_pages.py` compares the two."""

READER, CAST = "\N{OBJECT REPLACEMENT CHARACTER}", "\N{INTERLINEAR ANNOTATION ANCHOR}"
"""In a message the name of the engine that reads the dialect of the document, and of its operation that converts data types;
whoever makes a diagnostic of it knows which these are."""

Severity = Literal["error", "warning", "information", "hint"]
Chosen = Severity | Literal["off"]
"""How much a finding matters, which is up to its rule, a dialect and the settings of a project."""

MILD: tuple[Slug, ...] = (
    "bias-rank",
    "custom-rule",
    "deprecated-shape-of",
    "greedy-unary",
    "ignored-argument",
    "implicit-symbol",
    "missing-weights",
    "string-escape",
    "unescaped-quote",
)
"""Findings that do not keep an expression from having a value."""

OF_ARGUMENTS: tuple[Slug, ...] = ("custom-rule", "missing-weights")
"""Those of them that depend on what a fragment is invoked with, so that its check cannot tell them."""


@dataclass(slots=True)
class Related:
    """Another place involved; a place in a dialect's own declarations has no segment and is left out."""

    segment: Segment
    start: int
    end: int
    message: str


Span = tuple[int, int]
"""Begin and end in the segment that a finding is kept with."""


class Details(TypedDict, total=False):
    """What a finding says besides its place.  Which keys there are is up to its rule, whose page and message tell; every
    key means the same in all of them."""

    name: str
    """The name, argument or operation that is wrong."""
    names: Iterable[str] | Callable[[], Iterable[str]]
    """What could have been meant; a function where that is a long list."""
    operation: str
    parameter: str | None
    is_parameter: bool
    item: int | None
    reason: str
    text: str | None
    choices: Sequence[str]
    kind: str
    """What is declared, in words: "graph", "parameter", ..."""
    wanted: Type
    found: Type
    structure: str
    """What a left side takes apart, in words."""
    value_count: int
    name_count: int
    first: Type
    other: Type
    types: Sequence[Type]
    type: Type
    value: Value
    late: bool
    """Whether it counts only where an output of the graph depends on the statement."""
    again: bool
    """Whether it was found above already, so that it is told more quietly."""
    fragment: str
    """The fragment that it is in, of a finding at its invocation."""
    later: bool
    input: bool
    same: bool
    both: bool
    mixed: bool
    iterator: bool
    outside: bool
    bodiless: bool
    all: bool
    known: bool
    comment: bool
    range: bool
    invocation: bool
    variable: str | None
    owner: str
    registry: str | None
    extension: str
    dialect: str
    instead: str
    candidates: Sequence[str]
    declared: bool
    has_arguments: bool
    attribute: str
    builtin: str
    target: str
    operator: str
    unary: str
    prefix: str
    order: Sequence[str]
    count: int
    index: int
    length: int
    lengths: Sequence[int]
    channels: Extent
    argument: Span
    at: Span
    insert_at: int
    inserts: list[tuple[Segment, SyntaxProblem]]
    problem: SyntaxProblem
    unreadable: str
    """Why a file cannot be read."""
    message: str
    version: str
    place: str
    """Where a rule of the project's own stands."""
    inner: Finding
    """What is wrong within what is asked."""
    well_formed: bool
    skriptnd: bool
    label: str
    shape: Shape | None
    first_shape: Shape | None
    stored: Shape
    dtype: str
    stored_type: str
    bits: int
    levels: tuple[float, float] | None
    what: str
    said: Value
    codes: tuple[int, int]
    least: float
    most: float
    named: bool


@dataclass(slots=True)
class Finding:
    """`rule` is the slug of the rule that words it; the span is relative to the segment it is kept with."""

    rule: Slug
    start: int
    end: int
    details: Details = field(default_factory=Details)
    related: list[Related] = field(default_factory=list)


@dataclass(slots=True)
class Located:
    """A finding with the segment that its span is relative to."""

    segment: Segment
    finding: Finding


def first_uses(found: list[Located]) -> list[Located]:
    """The findings of one body, with those of a name that was found to be undefined above marked as `again`.

    One misspelt definition is one mistake, whatever the number of its uses.
    """
    from ..syntax.structure import place

    uses: dict[str, list[int]] = {}
    for index, located in enumerate(found):
        if located.finding.rule == "undefined-name":
            uses.setdefault(located.finding.details["name"], []).append(index)
    for indices in uses.values():
        if len(indices) > 1:
            found = list(found)
            indices.sort(key=lambda index: (place(found[index].segment), found[index].finding.start))
            first = found[indices[0]]
            related = [Related(first.segment, first.finding.start, first.finding.end, "first used here")]
            for index in indices[1:]:
                segment, finding = found[index].segment, found[index].finding
                details: Details = {**finding.details, "again": True}
                found[index] = Located(segment, replace(finding, details=details, related=[*finding.related, *related]))
    return found


_MOST_OF_A_NAME, _MOST_OF_A_MESSAGE = 300, 2000
_LONG_NAME = re.compile(rf"\S{{{_MOST_OF_A_NAME + 1},}}")


def in_bounds(message: str) -> str:
    """A message that a person can read, whatever the model calls its tensors: what is too long loses its middle."""
    if len(message) <= _MOST_OF_A_NAME:
        return message
    message = _LONG_NAME.sub(lambda name: _without_middle(name[0], _MOST_OF_A_NAME), message)
    return _without_middle(message, _MOST_OF_A_MESSAGE)


def _without_middle(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most // 2]}...{text[-(most // 2) :]}"
