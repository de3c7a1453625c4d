"""The syntax tree: plain nodes with spans in characters, relative to the segment that holds them.

Nodes are never changed after they were built (by convention: a frozen dataclass costs three times as much to make, and
ten thousand statements make half a million of them).

Not here: building them (`building.py`), and any meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any


@dataclass(slots=True)
class Node:
    """Anything that stands in the text from `start` (inclusive) to `end` (exclusive)."""

    start: int
    end: int

    def children(self) -> Iterator[Node]:
        """The nodes directly inside, in the order of the text."""
        for name in self.__slots_all__():
            value = getattr(self, name)
            if isinstance(value, Node):
                yield value
            elif isinstance(value, list):
                yield from value

    @classmethod
    def __slots_all__(cls) -> tuple[str, ...]:
        found = _SLOTS.get(cls)
        if found is None:
            found = _SLOTS[cls] = tuple(name for name in cls.__dataclass_fields__ if name not in ("start", "end"))
        return found

    def walk(self) -> Iterator[Node]:
        """This node and all inside it, outer before inner, in the order of the text."""
        pending: list[Node] = [self]
        while pending:
            node = pending.pop()
            yield node
            pending.extend(reversed(list(node.children())))


_SLOTS: dict[type, tuple[str, ...]] = {}


@dataclass(slots=True)
class Identifier(Node):
    """A name, where it is defined or used.  `slot` numbers the names and strings of a segment, -1 for all others."""

    name: str
    slot: int = -1


@dataclass(slots=True)
class Number(Node):
    """`value` is an int if the literal has neither point nor exponent, else a float."""

    value: int | float
    text: str


@dataclass(slots=True)
class String(Node):
    """`value` is the text between the quotes with the escapes resolved."""

    value: str
    slot: int = -1


@dataclass(slots=True)
class Logical(Node):
    """`true` or `false`."""

    value: bool


@dataclass(slots=True)
class Array(Node):
    """`[a, b]`, as a value, a default or on the left of an assignment."""

    items: list[Node]


class NumberItems(Sequence[Number]):
    """The items of a long array of numbers, made when asked for: a constant may have millions, and a node for each
    would take a hundred times the memory of the text."""

    __slots__ = ("_literals", "start")

    def __init__(self, text: str, start: int) -> None:
        self.start = start
        self._literals = text

    def values(self) -> list[int | float]:
        """All values: int without point and exponent, else float."""
        literals = _NUMBER_LITERAL.findall(self._literals)
        if not _FRACTIONAL.search(self._literals):
            return [integer_value(literal) for literal in literals]
        return [number_value(literal) for literal in literals]

    def __len__(self) -> int:
        return self._literals.count(",") + 1

    def __iter__(self) -> Iterator[Number]:
        for match in _NUMBER_LITERAL.finditer(self._literals):
            yield self._node(match)

    def __getitem__(self, index: Any) -> Any:
        return next(islice(self, index, None)) if isinstance(index, int) and index >= 0 else list(self)[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NumberItems) and self.values() == other.values()

    __hash__ = None  # type: ignore[assignment]

    def _node(self, match: re.Match[str]) -> Number:
        return Number(self.start + match.start(), self.start + match.end(), number_value(match[0]), match[0])


_NUMBER_LITERAL = re.compile(r"-?[0-9][0-9.eE+-]*")
_FRACTIONAL = re.compile(r"[.eE]")


def number_value(literal: str) -> int | float:
    """The value of a number: an int without point and exponent, else a float."""
    return integer_value(literal) if literal.lstrip("+-").isdigit() else float(literal)


def integer_value(literal: str) -> int | float:
    """The value of an integer; one of more than 300 digits, which no float could hold, is not what anyone can mean."""
    return int(literal) if len(literal) <= 300 else float("inf")


@dataclass(slots=True)
class Tuple(Node):
    """`(a, b)`, or `a, b` on the left of an assignment."""

    items: list[Node]


@dataclass(slots=True)
class Parenthesized(Node):
    """`(a)`."""

    inner: Node


@dataclass(slots=True)
class Unary(Node):
    """`-a`, `+a`, `!a`."""

    operator: str
    operand: Node


@dataclass(slots=True)
class Binary(Node):
    """`a + b`; `in` is an operator like the others.  `at` is where the operator stands."""

    operator: str
    left: Node
    right: Node
    at: int


@dataclass(slots=True)
class IfElse(Node):
    """`then if condition else otherwise`."""

    then: Node
    condition: Node
    otherwise: Node


@dataclass(slots=True)
class Subscript(Node):
    """`target[index]`."""

    target: Node
    index: Node


@dataclass(slots=True)
class RangeSubscript(Node):
    """`target[begin:end]`; an open bound is None."""

    target: Node
    begin: Node | None
    stop: Node | None


@dataclass(slots=True)
class Iteration(Node):
    """`target in iterable` of a comprehension."""

    target: Node
    iterable: Node


@dataclass(slots=True)
class Comprehension(Node):
    """`[for i in a if condition yield result]`."""

    iterations: list[Iteration]
    condition: Node | None
    result: Node


@dataclass(slots=True)
class Builtin(Node):
    """`length_of(a)`, `integer(a)`, ...: a keyword used as a function."""

    name: str
    argument: Node


@dataclass(slots=True)
class Argument(Node):
    """`value` or `name = value`."""

    name: Identifier | None
    value: Node


@dataclass(slots=True)
class Invocation(Node):
    """`callee<generic>(arguments)`; `opening` and `closing` are where the parentheses stand."""

    callee: Identifier
    generic: TypeName | None
    arguments: list[Argument]
    opening: int
    closing: int


@dataclass(slots=True)
class TypeName(Node):
    """A primitive type, `?`, or a name that is none."""

    name: str


@dataclass(slots=True)
class TensorType(Node):
    """`tensor<dtype>`; None for `tensor<>`."""

    dtype: TypeName | None


@dataclass(slots=True)
class ArrayType(Node):
    """`item[]`."""

    item: Node


@dataclass(slots=True)
class TupleType(Node):
    """`(a, b)` in a declaration."""

    items: list[Node]


@dataclass(slots=True)
class Parameter(Node):
    """`name: type = default`."""

    name: Identifier
    type: Node
    default: Node | None


@dataclass(slots=True)
class Result(Node):
    """`name: type` behind the arrow."""

    name: Identifier
    type: Node


@dataclass(slots=True)
class Version(Node):
    """`version 1.0;`."""

    number: Number


@dataclass(slots=True)
class Extension(Node):
    """`extension A, B;`.  `payload` is the text behind the first name, for vendors that put more there than names."""

    names: list[Identifier]
    payload: str
    payload_start: int


@dataclass(slots=True)
class FragmentHead(Node):
    """Everything before the body.  `generic` is the `<?>` if there is one, `generic_default` its type."""

    name: Identifier
    generic: Node | None
    generic_default: TypeName | None
    parameters: list[Parameter]
    results: list[Result]
    has_body: bool


@dataclass(slots=True)
class GraphHead(Node):
    """`graph name(parameters) -> (results) {`."""

    name: Identifier
    parameters: list[Identifier]
    results: list[Identifier]


@dataclass(slots=True)
class Assignment(Node):
    """`target = value;`; a list on the left without brackets is a `Tuple`."""

    target: Node
    value: Node


@dataclass(slots=True)
class Quantization(Node):
    """`'tensor': operation(arguments);` of graph.quant."""

    key: String
    invocation: Invocation
