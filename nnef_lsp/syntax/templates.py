"""From tokens to nodes, with Lark called once per template.

A template is the kinds of the tokens in a row, so `y = relu(x);` and `b12 = tanh(a7);` share "n=n(n);".  Lark parses a
template once, with the index of each token as its value; a node is the template's shape filled with the tokens of the
segment at hand.  Ten thousand statements of a real network have a few dozen templates, and Lark, which needs 0.6 ms for
each, is not felt.

Not here: what to do with text that does not parse (`recovery.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from . import nodes as n
from .tokens import (
    GENERIC,
    ILLEGAL,
    MALFORMED,
    NAME,
    NUMBER,
    NUMBERS,
    STRING,
    UNTERMINATED,
    WORD_OF,
    Token,
    unescape,
    unquote,
)

if TYPE_CHECKING:
    from lark import Lark

GRAMMAR = Path(__file__).with_name("grammar.lark")
STARTS = (
    "document", "quantizations", "version", "extension", "fragment_head", "fragment_declaration", "graph_head",
    "assignment", "quantization",
)  # fmt: skip


class Failure(NamedTuple):
    """Where a template stops being a sentence of the grammar: index of the token at fault (the number of tokens at the
    end), the kinds that could stand there, and the start symbols of the constructs that are open there."""

    at: int
    accepts: frozenset[str]


class Shape(NamedTuple):
    """A parsed template: name of the grammar's rule and its parts, a token being its index."""

    rule: str
    parts: tuple[Any, ...]


@cache
def grammar() -> Lark:
    """The parser for all start symbols.  Lark is imported when the first text is parsed, not when an editor starts."""
    from lark import Lark

    return Lark(
        GRAMMAR.read_text(encoding="utf-8"), parser="lalr", lexer="basic", start=list(STARTS), keep_all_tokens=True
    )


@cache
def _terminals() -> dict[str, str]:
    """Kind of token -> name of the terminal in the grammar."""
    named = {NAME: "NAME", NUMBER: "NUMBER", STRING: "STRING", GENERIC: "GENERIC", NUMBERS: "NUMBERS"}
    by_text = {terminal.pattern.value: terminal.name for terminal in grammar().terminals if terminal.pattern.type == "str"}
    named.update({letter: by_text[word] for letter, word in WORD_OF.items()})
    named.update({text: name for text, name in by_text.items() if len(text) == 1})
    return named


@cache
def _kinds() -> dict[str, str]:
    return {terminal: kind for kind, terminal in _terminals().items()}


@lru_cache(maxsize=20_000)
def parse_template(start: str, template: str) -> Shape | Failure:
    """Parse one template from a start symbol of the grammar.  Called for every new kind of statement, not for each."""
    from lark import Token as LarkToken
    from lark.exceptions import UnexpectedToken

    terminals = _terminals()
    parser = grammar().parse_interactive(start=start)
    index = -1
    try:
        for index, kind in enumerate(template):
            if kind in (ILLEGAL, UNTERMINATED, MALFORMED):
                return Failure(index, _accepted(parser))
            parser.feed_token(LarkToken(terminals[kind], str(index)))
        index += 1
        tree: Any = parser.feed_eof()  # type: ignore[no-untyped-call]
        shape: Shape = _shape(tree)
        return shape
    except UnexpectedToken:
        return Failure(index, _accepted(parser))


def _accepted(parser: Any) -> frozenset[str]:
    kinds = _kinds()
    return frozenset(kinds.get(terminal, "") for terminal in parser.accepts())


def _shape(tree: Any) -> Any:
    """Lark's tree as nested tuples.  Iterative, since a statement may be nested ten thousand deep."""
    root: list[Any] = []
    pending: list[tuple[Any, list[Any]]] = [(tree, root)]
    finish: list[tuple[str, list[Any], list[Any], int]] = []
    while pending:
        item, into = pending.pop()
        if item is None:
            into.append(None)
        elif isinstance(item, str):
            into.append(int(item))
        else:
            parts: list[Any] = []
            finish.append((str(item.data), parts, into, len(into)))
            into.append(None)
            pending.extend((child, parts) for child in reversed(item.children))
    # children were finished after their parents were begun, so going backwards fills the innermost first
    for rule, parts, into, position in reversed(finish):
        into[position] = Shape(rule, tuple(parts))
    return root[0]


class Filling(NamedTuple):
    """The tokens that a shape is filled with; `slots` maps the start of a name or string to its slot."""

    tokens: list[Token]
    slots: dict[int, int]


Builder = Callable[[Filling, tuple[Any, ...], int, int], Any]
_builders: dict[str, Builder] = {}


def _builds(*rules: str) -> Callable[[Builder], Builder]:
    def register(builder: Builder) -> Builder:
        for rule in rules:
            _builders[rule] = builder
        return builder

    return register


def build(shape: Shape, filling: Filling) -> Any:
    """The node of a shape filled with the tokens of one segment.

    Iterative: every part is built before the whole, on a stack of our own, because the depth of an expression is the
    author's choice and Python's stack is not.
    """
    tokens = filling.tokens
    done: list[list[Any]] = [[]]
    pending: list[Any] = [shape]
    while pending:
        item = pending.pop()
        if type(item) is Shape:
            done.append([])
            pending.append((item.rule,))
            pending.extend(reversed(item.parts))
        elif type(item) is tuple:
            parts = done.pop()
            start, end = _span(parts)
            done[-1].append(_builders[item[0]](filling, tuple(parts), start, end))
        else:
            done[-1].append(None if item is None else tokens[item])
    return done[0][0]


def _span(parts: list[Any]) -> tuple[int, int]:
    present = [part for part in parts if part is not None]
    return present[0].start, present[-1].end


def _nodes(parts: tuple[Any, ...]) -> list[Any]:
    return [part for part in parts if isinstance(part, n.Node)]


def _identifier(filling: Filling, token: Token) -> n.Identifier:
    return n.Identifier(token.start, token.end, unquote(token.text), filling.slots.get(token.start, -1))


def _identifiers(filling: Filling, parts: tuple[Any, ...]) -> list[n.Identifier]:
    return [_identifier(filling, part) for part in parts if type(part) is Token and part.kind == NAME]


def _number(token: Token, sign: str = "", start: int | None = None) -> n.Number:
    text = sign + token.text
    return n.Number(token.start if start is None else start, token.end, n.number_value(text), text)


def _string(filling: Filling, token: Token) -> n.String:
    return n.String(token.start, token.end, unescape(token.text), filling.slots.get(token.start, -1))


@_builds("name")
def _name(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return _identifier(filling, parts[0])


@_builds("number")
def _number_node(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return _number(parts[0])


@_builds("string")
def _string_node(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return _string(filling, parts[0])


@_builds("truth")
def _truth(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return n.Logical(start, end, parts[0].text == "true")


@_builds("literal")
def _literal(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    first = parts[0]
    if isinstance(first, n.Node):
        return first
    if first.kind == NUMBERS:
        return _numbers(filling, parts, start, end)
    if first.kind == STRING:
        return _string(filling, first)
    if first.kind in "+-":
        return _number(parts[1], first.text, start)
    return _number(first) if first.kind == NUMBER else n.Logical(start, end, first.text == "true")


@_builds("array", "literal_array", "lvalue_array")
def _array(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return n.Array(start, end, _nodes(parts))


@_builds("numbers")
def _numbers(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return n.Array(start, end, n.NumberItems(parts[0].text, start))  # type: ignore[arg-type]


@_builds("tuple", "literal_tuple", "lvalue_tuple")
def _tuple(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return n.Tuple(start, end, _nodes(parts))


@_builds("lvalue")
def _lvalue(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return parts[0] if isinstance(parts[0], n.Node) else _identifier(filling, parts[0])


@_builds("lvalues")
def _lvalues(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return parts[0] if len(parts) == 1 else n.Tuple(start, end, _nodes(parts))


@_builds("parenthesized")
def _parenthesized(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return n.Parenthesized(start, end, parts[1])


@_builds("unary")
def _unary(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    operand = parts[1]
    if parts[0].text == "-" and isinstance(operand, n.Number) and operand.text[0] not in "+-":
        return n.Number(start, end, -operand.value, "-" + operand.text)
    return n.Unary(start, end, parts[0].text, operand)


@_builds("binary")
def _binary(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return n.Binary(start, end, parts[1].text, parts[0], parts[2], parts[1].start)


@_builds("if_else")
def _if_else(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return n.IfElse(start, end, parts[0], parts[2], parts[4])


@_builds("subscript")
def _subscript(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return n.Subscript(start, end, parts[0], parts[2])


@_builds("range_subscript")
def _range_subscript(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    colon = next(i for i, part in enumerate(parts) if type(part) is Token and part.kind == ":")
    begin = parts[colon - 1] if isinstance(parts[colon - 1], n.Node) and colon > 2 else None
    stop = parts[colon + 1] if isinstance(parts[colon + 1], n.Node) else None
    return n.RangeSubscript(start, end, parts[0], begin, stop)


@_builds("iterator")
def _iteration(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return n.Iteration(start, end, parts[0], parts[2])


@_builds("comprehension")
def _comprehension(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    iterations = [part for part in parts if isinstance(part, n.Iteration)]
    rest = [part for part in parts if isinstance(part, n.Node) and not isinstance(part, n.Iteration)]
    return n.Comprehension(start, end, iterations, rest[0] if len(rest) == 2 else None, rest[-1])


@_builds("builtin")
def _builtin(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return n.Builtin(start, end, parts[0].text, parts[2])


@_builds("argument")
def _argument(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    if len(parts) == 1:
        return n.Argument(start, end, None, parts[0])
    return n.Argument(start, end, _identifier(filling, parts[0]), parts[2])


def _generic_name(token: Token) -> n.TypeName:
    inner = token.text[1:-1]
    start = token.start + 1 + len(inner) - len(inner.lstrip())
    name = inner.strip()
    return n.TypeName(start, start + len(name), name)


@_builds("invocation")
def _invocation(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    tokens = [part for part in parts if type(part) is Token]
    generic = next((_generic_name(token) for token in tokens if token.kind == GENERIC), None)
    opening = next(token.start for token in tokens if token.kind == "(")
    return n.Invocation(start, end, _identifier(filling, parts[0]), generic, _nodes(parts), opening, tokens[-1].start)


@_builds("type_name")
def _type_name(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return n.TypeName(start, end, parts[0].text)


@_builds("tensor_type")
def _tensor_type(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    generic = next((_generic_name(part) for part in parts if part.kind == GENERIC), None)
    return n.TensorType(start, end, generic)


@_builds("array_type")
def _array_type(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return n.ArrayType(start, end, parts[0])


@_builds("tuple_type")
def _tuple_type(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return n.TupleType(start, end, _nodes(parts))


@_builds("type")
def _type(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return parts[0]


@_builds("parameter")
def _parameter(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    found = _nodes(parts)
    return n.Parameter(start, end, _identifier(filling, parts[0]), found[0], found[1] if len(found) > 1 else None)


@_builds("result")
def _result(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return n.Result(start, end, _identifier(filling, parts[0]), parts[2])


@_builds("generic")
def _generic(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return n.Array(start, end, _nodes(parts)) if len(parts) > 1 else _generic_name(parts[0])


@_builds("version")
def _version(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return n.Version(start, end, _number(parts[1]))


@_builds("extension")
def _extension(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    names = _identifiers(filling, parts)
    return n.Extension(start, end, names, "", names[0].end)


@_builds("fragment_head", "fragment_declaration")
def _fragment_head(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    name = _identifiers(filling, parts)[0]
    before = next(part for part in parts[2:] if part is not None)
    generic = before if isinstance(before, n.Node) else None
    default = generic.items[0] if isinstance(generic, n.Array) else None
    parameters = [part for part in parts if isinstance(part, n.Parameter)]
    results = [part for part in parts if isinstance(part, n.Result)]
    return n.FragmentHead(start, end, name, generic, default, parameters, results, parts[-1].kind == "{")


@_builds("graph_head")
def _graph_head(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    arrow = next(i for i, part in enumerate(parts) if type(part) is Token and part.kind == "A")
    name, *parameters = _identifiers(filling, parts[:arrow])
    return n.GraphHead(start, end, name, parameters, _identifiers(filling, parts[arrow:]))


@_builds("assignment")
def _assignment(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return n.Assignment(start, end, parts[0], parts[2])


@_builds("quantization")
def _quantization(filling: Filling, parts: tuple[Any, ...], start: int, end: int) -> Any:
    return n.Quantization(start, end, _string(filling, parts[0]), parts[2])
