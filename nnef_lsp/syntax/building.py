"""From skeletons to nodes: a parsed template filled with the tokens of one segment.

One builder for each rule of the grammar that makes a node.

Not here: parsing templates (`templates.py`), the nodes themselves (`nodes.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from . import nodes as n
from .templates import Skeleton
from .tokens import (
    GENERIC,
    NAME,
    NUMBER,
    NUMBERS,
    STRING,
    Token,
    unescape,
    unquote,
)


class Filling(NamedTuple):
    """The tokens that a skeleton is filled with; `slots` maps the start of a name or string to its slot."""

    tokens: list[Token]
    slots: dict[int, int]


Parts = tuple[Any, ...]
"""What the parts of a rule became: nodes, tokens, and None for what is not there; the grammar says which, mypy cannot."""
Builder = Callable[[Filling, Parts, int, int], n.Node]
_builders: dict[str, Builder] = {}


def _builds(*rules: str) -> Callable[[Builder], Builder]:
    def register(builder: Builder) -> Builder:
        for rule in rules:
            _builders[rule] = builder
        return builder

    return register


def build(skeleton: Skeleton, filling: Filling) -> Any:
    """The node of a skeleton filled with the tokens of one segment.

    Iterative: every part is built before the whole, on a stack of our own, because the depth of an expression is the
    author's choice and Python's stack is not.
    """
    tokens = filling.tokens
    done: list[list[Any]] = [[]]
    pending: list[Any] = [skeleton]
    while pending:
        item = pending.pop()
        if type(item) is Skeleton:
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


def _nodes(parts: Parts) -> list[Any]:
    return [part for part in parts if isinstance(part, n.Node)]


def _identifier(filling: Filling, token: Token) -> n.Identifier:
    return n.Identifier(token.start, token.end, unquote(token.text), filling.slots.get(token.start, -1))


def _identifiers(filling: Filling, parts: Parts) -> list[n.Identifier]:
    return [_identifier(filling, part) for part in parts if type(part) is Token and part.kind == NAME]


def _number(token: Token, sign: str = "", start: int | None = None) -> n.Number:
    text = sign + token.text
    return n.Number(token.start if start is None else start, token.end, n.number_value(text), text)


def _string(filling: Filling, token: Token) -> n.String:
    return n.String(token.start, token.end, unescape(token.text), filling.slots.get(token.start, -1))


@_builds("name")
def _name(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return _identifier(filling, parts[0])


@_builds("number")
def _number_node(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return _number(parts[0])


@_builds("string")
def _string_node(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return _string(filling, parts[0])


@_builds("truth")
def _truth(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return n.Logical(start, end, parts[0].text == "true")


@_builds("literal")
def _literal(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
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
def _array(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return n.Array(start, end, _nodes(parts))


@_builds("numbers")
def _numbers(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return n.Array(start, end, n.NumberItems(parts[0].text, start))  # type: ignore[arg-type]


@_builds("tuple", "literal_tuple", "lvalue_tuple")
def _tuple(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return n.Tuple(start, end, _nodes(parts))


@_builds("lvalue")
def _lvalue(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return parts[0] if isinstance(parts[0], n.Node) else _identifier(filling, parts[0])


@_builds("lvalues")
def _lvalues(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return parts[0] if len(parts) == 1 else n.Tuple(start, end, _nodes(parts))


@_builds("parenthesized")
def _parenthesized(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return n.Parenthesized(start, end, parts[1])


@_builds("unary")
def _unary(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    operand = parts[1]
    if parts[0].text == "-" and isinstance(operand, n.Number) and operand.text[0] not in "+-":
        return n.Number(start, end, -operand.value, "-" + operand.text)
    return n.Unary(start, end, parts[0].text, operand)


@_builds("binary")
def _binary(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return n.Binary(start, end, parts[1].text, parts[0], parts[2], parts[1].start)


@_builds("if_else")
def _if_else(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return n.IfElse(start, end, parts[0], parts[2], parts[4])


@_builds("subscript")
def _subscript(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return n.Subscript(start, end, parts[0], parts[2])


@_builds("range_subscript")
def _range_subscript(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    colon = next(i for i, part in enumerate(parts) if type(part) is Token and part.kind == ":")
    begin = parts[colon - 1] if isinstance(parts[colon - 1], n.Node) and colon > 2 else None
    stop = parts[colon + 1] if isinstance(parts[colon + 1], n.Node) else None
    return n.RangeSubscript(start, end, parts[0], begin, stop)


@_builds("iterator")
def _iteration(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return n.Iteration(start, end, parts[0], parts[2])


@_builds("comprehension")
def _comprehension(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    iterations = [part for part in parts if isinstance(part, n.Iteration)]
    rest = [part for part in parts if isinstance(part, n.Node) and not isinstance(part, n.Iteration)]
    return n.Comprehension(start, end, iterations, rest[0] if len(rest) == 2 else None, rest[-1])


@_builds("builtin")
def _builtin(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return n.Builtin(start, end, parts[0].text, parts[2])


@_builds("argument")
def _argument(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    if len(parts) == 1:
        return n.Argument(start, end, None, parts[0])
    return n.Argument(start, end, _identifier(filling, parts[0]), parts[2])


def _generic_name(token: Token) -> n.TypeName:
    inner = token.text[1:-1]
    start = token.start + 1 + len(inner) - len(inner.lstrip())
    name = inner.strip()
    return n.TypeName(start, start + len(name), name)


@_builds("invocation")
def _invocation(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    tokens = [part for part in parts if type(part) is Token]
    generic = next((_generic_name(token) for token in tokens if token.kind == GENERIC), None)
    opening = next(token.start for token in tokens if token.kind == "(")
    return n.Invocation(start, end, _identifier(filling, parts[0]), generic, _nodes(parts), opening, tokens[-1].start)


@_builds("type_name")
def _type_name(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return n.TypeName(start, end, parts[0].text)


@_builds("tensor_type")
def _tensor_type(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    generic = next((_generic_name(part) for part in parts if part.kind == GENERIC), None)
    return n.TensorType(start, end, generic)


@_builds("array_type")
def _array_type(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return n.ArrayType(start, end, parts[0])


@_builds("tuple_type")
def _tuple_type(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return n.TupleType(start, end, _nodes(parts))


@_builds("type")
def _type(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    found: n.Node = parts[0]
    return found


@_builds("parameter")
def _parameter(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    found = _nodes(parts)
    return n.Parameter(start, end, _identifier(filling, parts[0]), found[0], found[1] if len(found) > 1 else None)


@_builds("result")
def _result(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return n.Result(start, end, _identifier(filling, parts[0]), parts[2])


@_builds("generic")
def _generic(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return n.Array(start, end, _nodes(parts)) if len(parts) > 1 else _generic_name(parts[0])


@_builds("version")
def _version(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return n.Version(start, end, _number(parts[1]))


@_builds("extension")
def _extension(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    names = _identifiers(filling, parts)
    return n.Extension(start, end, names, "", names[0].end)


@_builds("fragment_head", "fragment_declaration")
def _fragment_head(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    name = _identifiers(filling, parts)[0]
    before = next(part for part in parts[2:] if part is not None)
    generic = before if isinstance(before, n.Node) else None
    first = generic.items[0] if isinstance(generic, n.Array) else None
    default = first if isinstance(first, n.TypeName) else None
    parameters = [part for part in parts if isinstance(part, n.Parameter)]
    results = [part for part in parts if isinstance(part, n.Result)]
    return n.FragmentHead(start, end, name, generic, default, parameters, results, parts[-1].kind == "{")


@_builds("graph_head")
def _graph_head(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    arrow = next(i for i, part in enumerate(parts) if type(part) is Token and part.kind == "A")
    name, *parameters = _identifiers(filling, parts[:arrow])
    return n.GraphHead(start, end, name, parameters, _identifiers(filling, parts[arrow:]))


@_builds("assignment")
def _assignment(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return n.Assignment(start, end, parts[0], parts[2])


@_builds("quantization")
def _quantization(filling: Filling, parts: Parts, start: int, end: int) -> n.Node:
    return n.Quantization(start, end, _string(filling, parts[0]), parts[2])
