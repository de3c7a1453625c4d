"""Evaluation of expressions during analysis: names and literals to values, and what comes of the forms they are in.

One evaluator serves the graph's statements, the check of a fragment by itself (its parameters are then known by type
only), and the expansion of a fragment at a call.  What is wrong becomes a finding and evaluation goes on with a value
that satisfies everything.

Not here: which statements to evaluate when (`analysis/propagation.py`), operators (`operators.py`), arrays and strings
(`sequences.py`), invocations (`invocation.py`), bodies of fragments (`expansion.py`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...syntax import nodes as n
from ..extents.dims import Symbol
from ..findings import Details
from ..operations.declarations import MISSING, Operation, Parameter
from ..values.constants import attribute, wire
from ..values.tensor import ANY as ANY_TENSOR
from ..values.tensor import NOTHING_KNOWN, Opaque, Tensor
from ..values.types import castable
from ..values.values import Value, type_of
from .budget import TooMuch
from .evaluation import NOWHERE, UNDEFINED, Evaluation
from .expansion import MAX_CALLS, expansion, remembered
from .invocation import infer, invoke
from .operators import chained, check_expression, either_branch, negated, parenthesized
from .sequences import builtin, comprehension, range_subscript, subscript

sys.setrecursionlimit(max(sys.getrecursionlimit(), 6000))  # a call takes about ten frames of Python, a nesting three


class Evaluator(Evaluation):
    """Evaluates the expressions of one body."""

    # -- statements ----------------------------------------------------------------------------------------------

    def assignment(self, node: n.Assignment) -> dict[str, Value]:
        """The values that a statement gives to the names on its left side."""
        self.budget.spend()
        wanted = len(node.target.items) if isinstance(node.target, n.Array) else None
        if isinstance(node.target, n.Tuple) and any(isinstance(item, n.Array) for item in node.target.items):
            wanted = next(len(item.items) for item in node.target.items if isinstance(item, n.Array))
        value = self.evaluate(node.value, wanted, top=True)
        found: dict[str, Value] = {}
        self.unpack(node.target, value, found, node.value)
        return found

    def unpack(self, target: n.Node, value: Value, into: dict[str, Value], source: n.Node) -> None:
        """Give the parts of a value to the names of a target."""
        if isinstance(target, n.Identifier):
            if self.dialect.datum_types and isinstance(value, tuple) and len(value) > 1:
                self.find("assignment-count", target, value_count=len(value), name_count=1)
                value = ANY_TENSOR
            into[target.name] = value
            return
        if not isinstance(target, (n.Array, n.Tuple)):
            return
        items = target.items
        if len(items) == 1 and not self.dialect.strict_types and not isinstance(value, (list, tuple)):
            self.unpack(items[0], value, into, source)
            return
        parts: list[Value] = [ANY_TENSOR] * len(items)
        if isinstance(value, (list, tuple)):
            expected = list if isinstance(target, n.Array) else tuple
            if not isinstance(value, expected) and self.dialect.strict_types:
                self.find(
                    "assignment-structure",
                    target,
                    found=type_of(value),
                    structure="an array" if expected is list else "a tuple",
                )
            elif len(value) != len(items):
                self.find("assignment-count", target, value_count=len(value), name_count=len(items))
            else:
                parts = list(value)
        elif isinstance(value, Opaque):
            known = value.type
            if known is not None and known.kind == "array":
                parts = [self.unknown(known.items[0])] * len(items)
            elif known is not None and known.kind not in ("any", "tuple"):
                self.find("assignment-structure", target, found=known, structure="an array or a tuple")
        elif not (isinstance(value, Tensor) and value is ANY_TENSOR):
            wanted = "an array" if isinstance(target, n.Array) else "a tuple"
            self.find("assignment-structure", target, found=type_of(value), structure=wanted)
        for item, part in zip(items, parts):
            self.unpack(item, part, into, source)

    # -- expressions ---------------------------------------------------------------------------------------------

    def evaluate(self, node: Any, wanted: int | None = None, top: bool = False) -> Value:
        """The value of an expression.  `top` says that it is all of a statement's right side, or what parentheses and
        branches there result in: only that may have several results."""
        kind = type(node)
        if kind is n.Identifier:
            return self.name(node)
        if kind is n.Number or kind is n.String or kind is n.Logical:
            if kind is n.Number and self.dialect.datum_types:
                self._check_number(node)
            elif kind is n.String:
                self._check_string(node)
            literal: Value = node.value
            return literal
        if kind is n.Invocation:
            return self.invocation(node, wanted, top)
        if kind is n.Array:
            return self.array(node)
        if kind is n.Tuple:
            return tuple([self.evaluate(item) for item in node.items])
        if self.dialect.expressions is not None:
            check_expression(self, node)
        if kind is n.Parenthesized:
            return parenthesized(self, node, wanted, top)
        if kind is n.IfElse:
            return either_branch(self, node, wanted, top)
        known = _FORMS.get(kind)
        return NOTHING_KNOWN if known is None else known(self, node)

    def _check_number(self, node: n.Number) -> None:
        """Whole numbers have 64 bits; the sign before one is no part of it, so the least of them is let through."""
        if "E" in node.text and "." not in node.text:
            self.find("capital-exponent", node, text=node.text)
        elif isinstance(node.value, int) and abs(node.value) > 1 << 63:
            self.find("limit", node, reason="an integer of more than 64 bits cannot be read")

    def _check_string(self, node: n.String) -> None:
        """Readers differ in what a backslash means, and in whether the other kind of quote may stand in a string."""
        escapes = node.end - node.start - 2 - len(node.value)
        if escapes:
            self.find("string-escape", node, text=node.value)
        elif self.dialect.datum_types and ("'" in node.value or '"' in node.value):
            self.find("unescaped-quote", node)

    def name(self, node: n.Identifier) -> Value:
        """The value of a name."""
        if node.name in self.iterators:
            return self.iterators[node.name]
        if node.name in self.dialect.literals and node.end - node.start == len(node.name):
            return self.dialect.literals[node.name]
        value = self.lookup(node.name)
        if value is MISSING and self.dialect.symbols:
            value = self.context.symbols.get(node.name, MISSING)
            if value is MISSING and self.symbolic:
                self.find(
                    "implicit-symbol",
                    node,
                    name=node.name,
                    extension=self.dialect.symbol_extension,
                    names=self.context.symbols,
                )
                return Symbol(node.name)
        if value is MISSING:
            rule, details, related = self.why_unknown(node.name) if self.why_unknown else UNDEFINED
            known: Details = {**details, "name": node.name}
            self.find(rule, node, related, **known)
            return NOTHING_KNOWN
        return value

    def array(self, node: n.Array) -> list[Value]:
        """`[a, b]`."""
        self.budget.spend(len(node.items) // 64)
        if isinstance(node.items, n.NumberItems):
            return self.numbers(node, node.items.values())
        items = [self.evaluate(item) for item in node.items]
        if len(items) > 1 and self.dialect.strict_types:
            kinds = {type(item) for item in items}
            if len(kinds) > 1 or not kinds <= {int, float, str, bool}:
                first = type_of(items[0])
                for value in items[1:]:
                    other = type_of(value)
                    if not castable(first, other) and not castable(other, first):
                        self.find("mixed-array", node, first=first, other=other)
                        break
        return items

    def numbers(self, node: n.Array, items: Sequence[int | float]) -> list[Value]:
        """A long array of numbers, without a node for each."""
        if self.dialect.strict_types and len({type(item) for item in items}) > 1:
            self.find(
                "mixed-array",
                node,
                first=type_of(items[0]),
                other=type_of(next(i for i in items if type(i) is not type(items[0]))),
            )
        return [*items]

    def wire(self, value: Value) -> Value:
        """The tensor that a value makes where a tensor is expected; an array of tensors is their stack."""
        found = wire(value)
        stack = self.operations.get("stack")
        if not isinstance(found, list) or stack is None:
            return ANY_TENSOR if isinstance(found, (list, tuple)) else found
        items = [self.wire(item) for item in found]
        if not all(isinstance(item, Tensor) for item in items):
            return ANY_TENSOR
        return self.result(stack, {"values": items, "axis": 0}, "?", None, NOWHERE, {})

    def coerce(self, parameter: Parameter, value: Value) -> Value:
        """An argument as an operation of a dialect with exact data types takes it."""
        kind = parameter.type
        if value is None or (value is parameter.default and isinstance(value, bool)):
            return value
        if kind.kind == "tensor":
            return self.wire(value)
        if isinstance(value, Opaque):
            return value
        if kind.kind == "array" and kind.items[0].kind == "tensor":
            if isinstance(value, (list, tuple)):
                return [self.wire(item) for item in value]
            if isinstance(value, (bool, int, float)):
                return [self.wire(value)]
            return [value] if isinstance(value, Tensor) and value is not ANY_TENSOR else value
        return value if kind.is_tensor else attribute(value, kind)

    # -- invocations ---------------------------------------------------------------------------------------------

    def invocation(self, node: n.Invocation, wanted: int | None = None, top: bool = False) -> Value:
        """The result of an invocation: one value, a tuple for several results, a list for an array of tensors."""
        return invoke(self, node, wanted, top)

    def result(
        self,
        operation: Operation,
        arguments: dict[str, Value],
        generic: str | None,
        wanted: int | None,
        node: n.Node,
        places: Mapping[str, n.Node],
    ) -> Value:
        """The facts of an operation's results, by its shape rule or by expanding its body."""
        return infer(self, operation, arguments, generic, wanted, node, places)

    def expand(
        self, operation: Operation, arguments: dict[str, Value], generic: str | None, wanted: int | None, node: n.Node
    ) -> Value:
        """Infer through a fragment: evaluate its body with the arguments at hand.

        What came out is remembered with the fragment, or two invocations of a fragment that invokes another twice, and
        so on, would be evaluated over and over.
        """
        if self.depth >= MAX_CALLS:
            raise TooMuch(operation.name)
        if type(self) is not Evaluator:
            return self.expansion(operation, arguments, generic, wanted, node)
        return remembered(self, operation, arguments, generic, wanted, node)

    def expansion(
        self, operation: Operation, arguments: dict[str, Value], generic: str | None, wanted: int | None, node: n.Node
    ) -> Value:
        """The results of a fragment's body."""
        return expansion(self, operation, arguments, generic, wanted, node)

    def loop_body(self, operation: Operation, arguments: dict[str, Value]) -> tuple[Value, ...]:
        """The results of a fragment that the operation at hand runs, for its shape rule."""
        found = self.expand(operation, arguments, None, None, self.at)
        return found if isinstance(found, tuple) else (found,)

    def inside_of(self, operation: Operation, names: dict[str, Value], generic: str | None) -> Evaluator:
        """An evaluator of the same kind for the body of a fragment that is expanded here."""
        return type(self)(
            lambda name: names.get(name, MISSING),
            self.operations,
            self.dialect,
            budget=self.budget,
            depth=self.depth + 1,
            generic=generic,
            inside=operation,
            excused=self.excused,
            context=self.context,
        )


_FORMS: dict[type, Callable[[Evaluator, Any], Value]] = {
    n.Unary: negated,
    n.Binary: chained,
    n.Comprehension: comprehension,
    n.Subscript: subscript,
    n.RangeSubscript: range_subscript,
    n.Builtin: builtin,
}
"""How the other forms of an expression are evaluated."""
