"""What a document's extension lines declare in a dialect: registries of operations, symbolic extents, assertions.

    extension tract_registry tract_core;
    extension tract_symbol S;
    extension tract_assert S >= 1;

Not here: the text of assertions (`extents/parse.py`), what follows from them (`extents/assumptions.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from typing_extensions import Unpack

from ...syntax import nodes as n
from ...syntax.segments import Segment
from ..extents.assumptions import Assumptions
from ..extents.dims import Dim, Extent, Shape, Symbol, symbols_of
from ..extents.extremes import substitute
from ..extents.parse import Assertion, Malformed, parse_assertion
from ..findings import Details, Finding, Located, Related, Slug

if TYPE_CHECKING:
    from .dialect import Dialect

_NAME = re.compile(r"[^\W\d]\w*", re.ASCII)


@dataclass
class Declarations:
    """What the header of a document says; `places` are where symbols are declared (span in their segment)."""

    registries: list[str] = field(default_factory=list)
    symbols: dict[str, Dim] = field(default_factory=dict)
    places: dict[str, tuple[Segment, int, int]] = field(default_factory=dict)
    assertions: list[tuple[Segment, n.Extension, Assertion]] = field(default_factory=list)
    findings: list[Located] = field(default_factory=list)

    @property
    def assumptions(self) -> Assumptions:
        """What the assertions that hold in every scenario say."""
        return Assumptions(
            [(item.left, item.relation, item.right) for _, _, item in self.assertions if item.scenario is None]
        )


def declarations_of(extensions: Iterable[Segment], dialect: Dialect) -> Declarations:
    """Read the extension lines of a document."""
    found = Declarations()
    for segment in extensions if not dialect.needs_extensions else ():
        node = segment.tree()
        if isinstance(node, n.Extension) and node.names:
            _Reader(found, dialect, segment, node).read()
    return found


class _Reader:
    """Reads one extension line into the declarations."""

    def __init__(self, found: Declarations, dialect: Dialect, segment: Segment, node: n.Extension) -> None:
        self.found, self.dialect, self.segment, self.node = found, dialect, segment, node
        self.start = node.payload_start
        self.end = self.start + len(node.payload)

    def read(self) -> None:
        name, dialect = self.node.names[0].name, self.dialect
        if name == dialect.registry_extension:
            self.registry()
        elif name == dialect.symbol_extension:
            self.symbol()
        elif name == dialect.assertion_extension:
            self.assertion()
        elif name not in dialect.other_extensions:
            registry = name if name in dialect.registries or name in dialect.registry_aliases else None
            known = [dialect.registry_extension, dialect.symbol_extension, dialect.assertion_extension]
            self.note(
                "ignored-extension",
                self.node.names[0].start,
                self.node.names[0].end,
                name=name,
                registry=registry,
                extension=dialect.registry_extension,
                names=known,
            )

    def registry(self) -> None:
        """`extension tract_registry tract_core;`."""
        name = self.node.payload
        known = self.dialect.registry_aliases.get(name, name)
        if known in self.dialect.registries:
            self.found.registries.append(known)
        elif known:
            names = [*self.dialect.registries, *self.dialect.registry_aliases]
            self.note("unknown-registry", self.start, max(self.end, self.start + 1), name=name, names=names)
        elif not name:
            self.note("unknown-registry", self.node.names[0].start, self.node.names[0].end, name="", names=())

    def symbol(self) -> None:
        """`extension tract_symbol S;`: one name, whatever it looks like."""
        name = self.node.payload
        if not _NAME.fullmatch(name):
            if unicodedata.category(name[:1] or " ") == "So" and len(name.split()) == 1:
                return  # a pictogram begins a symbol that the engine made for itself and wrote; nobody meant two by it
            place = (self.start, self.end) if name else (self.node.names[0].start, self.node.names[0].end)
            self.note("malformed-symbol", *place, text=name)
            return
        first = self.found.places.get(name)
        if first is not None:
            related = [Related(*first, "first declared here")]
            self.note("duplicate-symbol", self.start, self.end, related, name=name)
            return
        self.found.places[name] = (self.segment, self.start, self.end)
        self.found.symbols[name] = Symbol(name)

    def assertion(self) -> None:
        """`extension tract_assert S >= 1;`: symbols come into being by being named."""
        payload = self.node.payload
        parsed = parse_assertion(payload)
        if isinstance(parsed, Malformed):
            start, end = self.start + parsed.start, self.start + parsed.end
            self.note("malformed-assertion", start, max(end, start + 1), message=parsed.message, comment="#" in payload)
            return
        self.found.assertions.append((self.segment, self.node, parsed))
        for name in symbols_in(parsed):
            self.found.symbols.setdefault(name, Symbol(name))

    def note(
        self, rule: Slug, start: int, end: int, related: list[Related] | None = None, **details: Unpack[Details]
    ) -> None:
        self.found.findings.append(Located(self.segment, Finding(rule, start, end, details, related or [])))


def bound(
    facts: Iterable[tuple[Shape | None, Sequence[int]]], known: Mapping[str, int] | None = None
) -> dict[str, int]:
    """The values of symbols that follow from shapes with symbols and the shapes that tensors really have."""
    values: dict[str, int] = dict(known or {})
    pairs = [
        (extent, real)
        for shape, array in facts
        if shape is not None and len(shape) == len(array)
        for extent, real in zip(shape, array)
        if not isinstance(extent, int)
    ]
    for _ in range(len(pairs) + 1):
        for extent, real in pairs:
            rest = substitute(extent, values)
            name = next(iter(symbols_of(rest)), None) if not isinstance(rest, int) else None
            if name is not None and len(symbols_of(rest)) == 1:
                solution = _solved(rest, name, int(real))
                if solution is not None:
                    values[name] = solution
    return values


def _solved(extent: Extent, name: str, real: int) -> int | None:
    """The value of the only symbol for which an extent has a value: computed where it is linear, else tried."""
    zero, one = substitute(extent, {name: 0}), substitute(extent, {name: 1})
    slope = one - zero
    straight = (real - zero) // slope if isinstance(zero, int) and isinstance(slope, int) and slope else real
    candidates: list[Extent] = [straight, *range(4 * real + 8)]
    return next((n for n in candidates if isinstance(n, int) and substitute(extent, {name: n}) == real), None)


def symbols_in(assertion: Assertion) -> Iterator[str]:
    """The names of the symbols that an assertion is about, in alphabetical order."""
    yield from sorted(symbols_of(assertion.left) | symbols_of(assertion.right))


def unused_assertions(found: Declarations, mentioned: Callable[[str], bool]) -> Iterator[Located]:
    """Assertions about symbols that nothing mentions: mostly a slip in the symbol's name."""
    for segment, node, assertion in found.assertions:
        names = list(symbols_in(assertion))
        if names and not any(map(mentioned, names)):
            start, end = node.payload_start, node.payload_start + len(node.payload)
            yield Located(segment, Finding("unused-assertion", start, end, {"names": names}))
