"""The text in which tract writes extents and assertions about them: `S + 1`, `tg: S >= 2*T`.

This is a grammar of its own, not that of NNEF expressions: every operator has a level of its own, from `#` (broadcast)
over `+`, `-`, `*` to `/`, so that 6*4/3 is 6*(4/3); the divisor is a number; names may contain dots, and slashes before
letters, so that `S/T` is one symbol.

    assertion := [scenario ":"] expr ("==" | "<=" | ">=" | "<" | ">") expr
    expr      := add ("#" add)*
    add       := sub ("+" sub)*
    sub       := mul ("-" mul)*
    mul       := div ("*" div)*
    div       := atom ("/" digits)*
    atom      := digits | function "(" expr ("," expr)* ")" | name | "-" atom | "(" expr ")"
    function  := min | max | broadcast

In an assertion there is neither minimum nor maximum: tract ends the process at one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce

from .dims import Extent, Symbol
from .extremes import broadcast, maximum, minimum
from .relations import truncated


@dataclass(frozen=True)
class Malformed:
    """Text that is not an extent or assertion: what is wrong, and where in the text."""

    message: str
    start: int
    end: int


@dataclass(frozen=True)
class Assertion:
    """A relation between two extents; `scenario` names the group it belongs to, None for all."""

    scenario: str | None
    left: Extent
    relation: str
    right: Extent


def parse_extent(text: str) -> Extent | Malformed:
    """The extent that a text denotes; symbols come into being by being named."""
    parser = _Parser(text, 0)
    try:
        extent = parser.level(0)
        parser.finish()
    except _Stop as stop:
        return stop.problem
    return extent


def parse_assertion(text: str) -> Assertion | Malformed:
    """What the payload of an extension line `tract_assert` says."""
    before, colon, _ = text.partition(":")
    parser = _Parser(text, len(before) + 1 if colon else 0)
    parser.asserting = True
    try:
        left = parser.level(0)
        relation = parser.relation()
        right = parser.level(0)
        parser.finish()
    except _Stop as stop:
        return stop.problem
    return Assertion(before.strip() if colon else None, left, relation, right)


def symbol_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the names of symbols stand in an assertion, however broken it is; scenarios and functions are none."""
    before, colon, _ = text.partition(":")
    place = len(before) + 1 if colon else 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            place += 1
            continue
        place = match.end()
        if match["name"] and not (match["name"] in _FUNCTIONS and text[place:].lstrip()[:1] == "("):
            yield match.start("name"), place


class _Stop(Exception):
    """Parsing cannot go on."""

    def __init__(self, problem: Malformed) -> None:
        super().__init__(problem.message)
        self.problem = problem


_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+)|(?P<name>[A-Za-z_](?:[A-Za-z0-9_.]|/[A-Za-z]+)*)|(?P<sign>==|<=|>=|[-+*/#(),<>]))"
)

_LEVELS: list[tuple[str, Callable[[Extent, Extent], Extent]]] = [
    ("#", broadcast),
    ("+", lambda a, b: a + b),
    ("-", lambda a, b: a - b),
    ("*", lambda a, b: a * b),
]

_FUNCTIONS: dict[str, Callable[[Extent, Extent], Extent]] = {
    "min": minimum,
    "max": maximum,
    "broadcast": broadcast,
}

_MAX_DEPTH = 50
_LARGEST = (1 << 63) - 1


class _Parser:
    """A text and the place reached in it; `kind` and `token` are what stands there."""

    def __init__(self, text: str, place: int) -> None:
        self.text, self.end, self.depth = text, place, 0
        self.asserting = False
        self.advance()

    def advance(self) -> None:
        """Go to the next token; `kind` is "end" behind the last, and "?" at what is not a token."""
        match = _TOKEN.match(self.text, self.end)
        if match:
            self.kind, self.token = match.lastgroup or "?", match[match.lastgroup or 0]
            self.start, self.end = match.end() - len(self.token), match.end()
            return
        self.start = len(self.text) - len(self.text[self.end :].lstrip())
        self.kind, self.token = ("end", "") if self.start == len(self.text) else ("?", self.text[self.start])
        self.end = self.start + len(self.token)

    def stop(self, expected: str) -> _Stop:
        """The problem that something else stands here."""
        found = f"'{self.token}'" if self.token else "the end"
        return _Stop(Malformed(f"expected {expected}, found {found}", self.start, self.end))

    def take(self, token: str) -> bool:
        """Go on if this token stands here."""
        if self.token != token:
            return False
        self.advance()
        return True

    def expect(self, token: str) -> None:
        """Go on behind this token."""
        if not self.take(token):
            raise self.stop(f"'{token}'")

    def finish(self) -> None:
        """Nothing may follow."""
        if self.kind != "end":
            raise self.stop("an operator or the end")

    def relation(self) -> str:
        """The operator of an assertion."""
        relation = self.token
        if relation not in ("==", "<=", ">=", "<", ">"):
            raise self.stop("'==', '<=', '>=', '<' or '>'")
        self.advance()
        return relation

    def level(self, level: int) -> Extent:
        """An expression whose operators bind at least as tightly as this level's."""
        if level == len(_LEVELS):
            return self.division()
        sign, combine = _LEVELS[level]
        extent = self.level(level + 1)
        while self.take(sign):
            extent = combine(extent, self.level(level + 1))
        return extent

    def division(self) -> Extent:
        """An atom, divided by numbers."""
        extent = self.atom()
        while self.take("/"):
            if self.kind != "number" or self.number() == 0:
                raise self.stop("a number other than 0 to divide by")
            extent = truncated(extent, self.number())
            self.advance()
        return extent

    def number(self) -> int:
        """The number that stands here."""
        if len(self.token) > 19 or int(self.token) > _LARGEST:
            raise _Stop(Malformed("the number is too large for 64 bits", self.start, self.end))
        return int(self.token)

    def atom(self) -> Extent:
        """A number, a name, an invocation, a negation or an expression in parentheses."""
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise _Stop(Malformed("the expression is nested too deeply", self.start, self.end))
        extent = self.nested()
        self.depth -= 1
        return extent

    def nested(self) -> Extent:
        """An atom."""
        if self.kind == "number":
            number = self.number()
            self.advance()
            return number
        if self.kind == "name":
            name, start, end = self.token, self.start, self.end
            self.advance()
            if name not in _FUNCTIONS or not self.take("("):
                return Symbol(name)
            if self.asserting and name in ("min", "max"):
                raise _Stop(Malformed(f"'{name}' cannot stand in an assertion; assert of each by itself", start, end))
            return self.function(name)
        if self.take("-"):
            return -self.atom()
        if not self.take("("):
            raise self.stop("a number, a name or '('")
        extent = self.level(0)
        self.expect(")")
        return extent

    def function(self, name: str) -> Extent:
        """The arguments of an invocation, combined."""
        arguments = [self.level(0)]
        while self.take(","):
            arguments.append(self.level(0))
        self.expect(")")
        return reduce(_FUNCTIONS[name], arguments)
