"""Evaluation of expressions during analysis: literals to values, invocations to the facts of their results.

One evaluator serves the graph's statements, the check of a fragment by itself (its parameters are then known by type
only), and the expansion of a fragment at a call.  What is wrong becomes a finding and evaluation goes on with a value
that satisfies everything.

Not here: which statements to evaluate when (`analysis.py`), operators on attribute values (`arithmetic.py`), binding
(`calls.py`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Container
from typing import Any

from ..syntax import nodes as n
from ..syntax.segments import Segment
from .arithmetic import Impossible, binary, unary
from .calls import Binding, bind, resolve_generic
from .context import NO_CONTEXT, Context
from .combining import operating_type
from .datum import facts_of_results
from .dialect import Dialect
from .dims import Symbol
from .elements import builtin, comprehension, range_subscript, subscript
from .facts import ANY as ANY_TENSOR
from .facts import Tensor, tensor
from .findings import Finding, Related
from .operators import MISSING, Operation, Parameter
from .shapes import Call, Refusal, Undetermined, shape_rule
from .types import Type, castable, substitute, type_of
from .values import NOTHING_KNOWN, Opaque
from .wires import attribute, wire

MAX_STEPS = 200_000
"""Statements and items evaluated for one statement of the graph before it is given up as endless."""
MAX_REMEMBERED = 2000
"""Expansions of one fragment that are remembered."""
MAX_CALLS = 200
"""How deep fragments may call each other."""
sys.setrecursionlimit(max(sys.getrecursionlimit(), 6000))  # a call takes about ten frames of Python, a nesting three

_TENSOR_OPERATIONS = {
    "+": "add", "-": "sub", "*": "mul", "/": "div", "^": "pow", "<": "lt", "<=": "le", ">": "gt", ">=": "ge",
    "==": "eq", "!=": "ne", "&&": "and", "||": "or",
}  # fmt: skip
_OF_VALUES = ("index-range", "limit", "conversion", "iterable-lengths", "assignment-count", "recursion")
MILD = ("deprecated-shape-of", "greedy-unary", "ignored-argument", "implicit-symbol")
"""Findings that do not keep an expression from having a value."""
_TENSOR_UNARY = {"-": "neg", "+": "copy", "!": "not"}


class TooMuch(Exception):
    """Evaluation takes more steps than any network needs; the argument is a fragment that invokes itself for ever."""


class Budget:
    """Steps left for one statement, shared by all that it expands to."""

    __slots__ = ("left", "steps")

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.steps = self.left = steps

    def spend(self, steps: int = 1) -> None:
        """Take steps; raises `TooMuch` when there are none left."""
        self.left -= steps
        if self.left < 0:
            raise TooMuch


Lookup = Callable[[str], Any]


class Evaluator:
    """Evaluates the expressions of one body.

    `lookup` gives the value of a name or `MISSING`; `operations` finds an operation by name; `depth` counts the
    fragments being expanded around it; `generic` is the data type that `?` stands for in the fragment at hand;
    `excused` are operations whose declaration is broken, so that nothing can be said of their invocations.
    """

    def __init__(
        self,
        lookup: Lookup,
        operations: dict[str, Operation],
        dialect: Dialect,
        *,
        budget: Budget | None = None,
        depth: int = 0,
        generic: str | None = None,
        inside: Operation | None = None,
        why_unknown: Callable[[str], tuple[str, dict[str, Any]]] | None = None,
        excused: Container[str] = (),
        context: Context = NO_CONTEXT,
    ) -> None:
        self.lookup = lookup
        self.operations = operations
        self.dialect = dialect
        self.budget = budget or Budget()
        self.depth = depth
        self.generic = generic
        self.inside = inside
        self.why_unknown = why_unknown
        self.excused = excused
        self.context = context
        self.at: Any = None
        """The invocation whose shape rule is asked."""
        self.symbolic = False
        """Whether a name that is not known becomes a symbol where evaluation stands."""
        self.findings: list[Finding] = []
        self.iterators: dict[str, Any] = {}
        self.named_tensors: list[tuple[n.Argument, Operation]] = []
        """Tensors passed by name, which is deprecated."""
        self.types_only = False
        """Whether invocations are only checked for types."""
        self.callees: set[str] = set()
        """Names of all operations invoked, by this body or by what it expands."""

    # -- statements ----------------------------------------------------------------------------------------------

    def assignment(self, node: n.Assignment) -> dict[str, Any]:
        """The values that a statement gives to the names on its left side."""
        self.budget.spend()
        wanted = len(node.target.items) if isinstance(node.target, n.Array) else None
        if isinstance(node.target, n.Tuple) and any(isinstance(item, n.Array) for item in node.target.items):
            wanted = next(len(item.items) for item in node.target.items if isinstance(item, n.Array))
        value = self.evaluate(node.value, wanted, top=True)
        found: dict[str, Any] = {}
        self.unpack(node.target, value, found, node.value)
        return found

    def unpack(self, target: Any, value: Any, into: dict[str, Any], source: Any) -> None:
        """Give the parts of a value to the names of a target."""
        if isinstance(target, n.Identifier):
            into[target.name] = value
            return
        items = target.items
        if len(items) == 1 and not self.dialect.strict_types and not isinstance(value, (list, tuple)):
            self.unpack(items[0], value, into, source)
            return
        parts: list[Any] = [ANY_TENSOR] * len(items)
        if isinstance(value, (list, tuple)):
            expected = list if isinstance(target, n.Array) else tuple
            if not isinstance(value, expected) and self.dialect.strict_types:
                self.find("assignment-structure", target, found=type_of(value), wanted="array" if expected is list else "tuple")
            elif len(value) != len(items):
                self.find("assignment-count", target, wanted=len(value), found=len(items), value=type_of(value))
            else:
                parts = list(value)
        elif isinstance(value, Opaque):
            known = value.type
            if known is not None and known.kind == "array":
                parts = [self.unknown(known.items[0])] * len(items)
            elif known is not None and known.kind not in ("any", "tuple"):
                self.find("assignment-structure", target, found=known, wanted="array or tuple")
        elif not (isinstance(value, Tensor) and value is ANY_TENSOR):
            wanted = "an array" if isinstance(target, n.Array) else "a tuple"
            self.find("assignment-structure", target, found=type_of(value), wanted=wanted)
        for item, part in zip(items, parts):
            self.unpack(item, part, into, source)

    # -- expressions ---------------------------------------------------------------------------------------------

    def evaluate(self, node: Any, wanted: int | None = None, top: bool = False) -> Any:
        """The value of an expression."""
        kind = type(node)
        if kind is n.Identifier:
            return self.name(node)
        if kind is n.Number or kind is n.String or kind is n.Logical:
            if kind is n.Number and self.dialect.datum_types and "E" in node.text and "." not in node.text:
                self.find("capital-exponent", node, text=node.text)
            return node.value
        if kind is n.Invocation:
            return self.invocation(node, wanted, top)
        if kind is n.Array:
            return self.array(node)
        if kind is n.Tuple:
            return tuple([self.evaluate(item) for item in node.items])
        if self.dialect.expressions is not None:
            self._check_expression(node)
        known = _FORMS.get(kind)
        return NOTHING_KNOWN if known is None else known(self, node)

    def _check_expression(self, node: Any) -> None:
        """A dialect may have the grammar of an expression without being able to evaluate it."""
        allowed = self.dialect.expressions or ()
        operator = getattr(node, "operator", "") if isinstance(node, n.Binary) else ""
        if type(node).__name__ in allowed and (not operator or operator in allowed):
            return
        if isinstance(node, n.Unary) and isinstance(node.operand, n.Identifier) and node.operator == "-":
            if node.operand.name in self.dialect.literals:
                return
        self.find("unsupported-expression", node, kind=type(node).__name__, operator=getattr(node, "operator", ""))

    def name(self, node: n.Identifier) -> Any:
        """The value of a name."""
        if node.name in self.iterators:
            return self.iterators[node.name]
        if node.name in self.dialect.literals and node.end - node.start == len(node.name):
            return self.dialect.literals[node.name]
        value = self.lookup(node.name)
        if value is MISSING and self.dialect.symbols:
            value = self.context.symbols.get(node.name, MISSING)
            if value is MISSING and self.symbolic:
                self.find("implicit-symbol", node, name=node.name, extension=self.dialect.symbol_extension,
                          names=self.context.symbols)  # fmt: skip
                return Symbol(node.name)
        if value is MISSING:
            rule, details = self.why_unknown(node.name) if self.why_unknown else ("undefined-name", {})
            self.find(rule, node, name=node.name, **details)
            return NOTHING_KNOWN
        return value

    def array(self, node: n.Array) -> list[Any]:
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

    def numbers(self, node: n.Array, items: list[int | float]) -> list[Any]:
        """A long array of numbers, without a node for each."""
        if self.dialect.strict_types and len({type(item) for item in items}) > 1:
            self.find("mixed-array", node, first=type_of(items[0]), other=type_of(next(i for i in items if type(i) is not type(items[0]))))
        return items

    def _parenthesized(self, node: n.Parenthesized) -> Any:
        return self.evaluate(node.inner)

    def _unary(self, node: n.Unary) -> Any:
        value = self.evaluate(node.operand)
        if isinstance(value, Tensor):
            return self.operate(node, _TENSOR_UNARY[node.operator], [value], [node.operand])
        return self.compute(node, lambda: unary(node.operator, value), [value])

    def _binary(self, node: n.Binary) -> Any:
        # a sum of hundreds of terms is a chain to the left: walk down it without recursion
        chain = [node]
        while isinstance(chain[-1].left, n.Binary):
            chain.append(chain[-1].left)
        value = self.evaluate(chain[-1].left)
        first = chain[-1]
        if isinstance(first.left, n.Unary) and (first.left.operator == "!" or first.operator not in "*/"):
            if not self.depth and not self.types_only and self.dialect.expressions is None:
                self.find("greedy-unary", first.left, unary=first.left.operator, operator=first.operator)
        for link in reversed(chain):
            value = self.apply(link, value, self.evaluate(link.right))
        return value

    def apply(self, node: n.Binary, left: Any, right: Any) -> Any:
        """A binary operator on two values."""
        if (isinstance(left, Tensor) or isinstance(right, Tensor)) and node.operator != "in":
            if isinstance(left, (list, tuple)) or isinstance(right, (list, tuple)):
                if self.dialect.strict_types:
                    self.find("operand-types", node, operator=node.operator, types=[type_of(left), type_of(right)])
                    return ANY_TENSOR
            return self.operate(node, _TENSOR_OPERATIONS[node.operator], [left, right], [node.left, node.right])
        if self.dialect.datum_types and (isinstance(left, float) != isinstance(right, float)):
            literals = [value for value in map(self.wire, (left, right)) if isinstance(value, Tensor)]
            try:  # literals are tensors too, and 1 + 1.5 has no type
                if len(literals) == 2:
                    operating_type(*literals)
            except Refusal as refusal:
                self.find("operand-types", node, operator=node.operator, types=[], reason=refusal.message)
                return NOTHING_KNOWN
        return self.compute(node, lambda: binary(node.operator, left, right, self.dialect.strict_types), [left, right])

    def compute(self, node: Any, function: Callable[[], Any], operands: list[Any]) -> Any:
        """Run an operator on attribute values; what cannot be computed is a finding."""
        try:
            value = function()
        except Impossible as reason:
            rule = "limit" if reason.too_large else "operand-types"
            details: dict[str, Any] = {"reason": str(reason)} if str(reason) else {}
            self.find(rule, node, operator=getattr(node, "operator", ""), types=[type_of(o) for o in operands], **details)
            return NOTHING_KNOWN
        if isinstance(value, (list, str)):
            self.budget.spend(len(value) // 16)
        return value

    def operate(self, node: Any, operation: str, values: list[Any], nodes: list[Any]) -> Any:
        """An operator on tensors: the invocation of the operation that it stands for."""
        declared = self.operations.get(operation)
        if self.dialect.datum_types:
            values = [self.wire(value) for value in values]
        if declared is None or any(isinstance(value, (list, tuple)) for value in values):
            return ANY_TENSOR
        types = [type_of(value) for value in values]
        for parameter, found in zip(declared.parameters, types):
            if self.dialect.strict_types and not castable(found, parameter.type):
                self.find("operand-types", node, operator=getattr(node, "operator", ""), types=types)
                return self.unknown(declared.results[0].type)
        arguments = {parameter.name: value for parameter, value in zip(declared.parameters, values)}
        places = {parameter.name: place for parameter, place in zip(declared.parameters, nodes)}
        generic = resolve_generic(declared, dict(zip([p.name for p in declared.parameters], types)))[0]
        return self.result(declared, arguments, generic, None, node, places)

    def wire(self, value: Any) -> Any:
        """The tensor that a value makes where a tensor is expected; an array of tensors is their stack."""
        found = wire(value)
        stack = self.operations.get("stack")
        if not isinstance(found, list) or stack is None:
            return ANY_TENSOR if isinstance(found, (list, tuple)) else found
        items = [self.wire(item) for item in found]
        if not all(isinstance(item, Tensor) for item in items):
            return ANY_TENSOR
        return self.result(stack, {"values": items, "axis": 0}, "?", None, _NOWHERE, {})

    def coerce(self, parameter: Parameter, value: Any) -> Any:
        """An argument as an operation of a dialect with exact data types takes it."""
        kind = parameter.type
        if value is None or (value is parameter.default and isinstance(value, bool)) or isinstance(value, Opaque):
            return value
        if kind.kind == "tensor":
            return self.wire(value)
        if kind.kind == "array" and kind.items[0].kind == "tensor":
            if isinstance(value, (list, tuple)):
                return [self.wire(item) for item in value]
            return [value] if isinstance(value, Tensor) and value is not ANY_TENSOR else value
        return value if kind.is_tensor else attribute(value, kind)

    def _ifelse(self, node: n.IfElse) -> Any:
        condition = self.evaluate(node.condition)
        if isinstance(condition, bool):
            taken, other = (node.then, node.otherwise) if condition else (node.otherwise, node.then)
            value = self.evaluate(taken)
            if not self.depth and self.dialect.strict_types:
                self.either(node, *([value, self.typed(other)] if condition else [self.typed(other), value]))
            return value
        if not castable(type_of(condition), Type("primitive", "logical")) or isinstance(condition, Tensor):
            self.find("condition-type", node.condition, found=type_of(condition))
            return NOTHING_KNOWN
        then, otherwise = self.evaluate(node.then), self.evaluate(node.otherwise)
        return self.either(node, then, otherwise)

    def typed(self, node: Any) -> Any:
        """An expression that is not evaluated, known by type: of its mistakes only those of types count."""
        outer = self.findings, self.callees, self.named_tensors, self.types_only
        self.findings, self.callees, self.named_tensors, self.types_only = [], set(), [], True
        try:
            value = self.evaluate(node)
        except (TooMuch, RecursionError):
            value = NOTHING_KNOWN
        found = [finding for finding in self.findings if finding.rule not in _OF_VALUES]
        self.findings, self.callees, self.named_tensors, self.types_only = outer
        self.findings.extend(found)
        return value

    def either(self, node: n.IfElse, then: Any, otherwise: Any) -> Any:
        """What is known of a value that is one of two."""
        a, b = type_of(then), type_of(otherwise)
        common = b if castable(a, b) else a if castable(b, a) else None
        if common is None:
            if self.dialect.strict_types:
                self.find("branch-types", node, first=a, other=b)
            return NOTHING_KNOWN
        if isinstance(then, Tensor) and then is otherwise:
            return then
        return self.unknown(common)

    # -- invocations ---------------------------------------------------------------------------------------------

    def invocation(self, node: n.Invocation, wanted: int | None = None, top: bool = False) -> Any:
        """The result of an invocation: one value, a tuple for several results, a list for an array of tensors."""
        operation = self.operations.get(node.callee.name)
        self.callees.add(node.callee.name)
        if operation is None:
            for argument in node.arguments:
                self.evaluate(argument.value)
            if node.callee.name not in self.excused:
                self._unknown_operation(node.callee)
            return ANY_TENSOR
        if operation.misdeclared and self.dialect.strict_types:
            for argument in node.arguments:
                self.evaluate(argument.value)
            return self.unknown_results(operation, "?")
        if self.inside is not None and not self.inside.registry:
            self._allowed_here(node, operation)
        before = len(self.findings)
        if operation.name == "external" and operation.registry and not top and self.inside is None:
            if self.dialect.strict_types:
                self.find("external-not-input", node.callee, name="")
        if operation.name == "update" and operation.registry and node.arguments:
            if not isinstance(node.arguments[0].value, n.Identifier):
                self.find("update-target", node.arguments[0], name="")
        binding = bind(self, node, operation)
        generic = self._generic(node, operation, binding)
        if any(finding.rule not in MILD for finding in self.findings[before:]):
            return self.unknown_results(operation, generic if node.generic is None else "?")
        value = self.result(operation, binding.values, generic, wanted, node, binding.places)
        if not top and isinstance(value, tuple):
            self.find("nested-results", node, name=operation.name, count=len(value))
            return NOTHING_KNOWN
        return value

    def _unknown_operation(self, callee: n.Identifier) -> None:
        name, registry = callee.name, self.context.registries.get(callee.name)
        if registry is not None:
            extension = self.dialect.registry_extension
            self.find("registry-not-enabled", callee, name=name, registry=registry, extension=extension)
        elif name in self.dialect.missing:
            self.find("missing-operation", callee, name=name, instead=self.dialect.missing[name], dialect=self.dialect.title)
        else:
            self.find("unknown-operation", callee, name=name, names=self.operations, registry=False)

    def _allowed_here(self, node: n.Invocation, operation: Operation) -> None:
        assert self.inside is not None
        if operation.name in ("external", "variable", "update") and operation.registry and not self.depth:
            if not self.dialect.effects_in_fragments:
                self.find("operation-in-fragment", node.callee, name=operation.name)
        if operation.is_fragment and not self.depth and not self.dialect.later_fragments:
            from ..syntax.structure import place

            if place(operation.head) > place(self.inside.head):
                related = [Related(operation.head, operation.node.name.start, operation.node.name.end, "declared here")]
                self.find("unknown-operation", node.callee, name=operation.name, later=True, related=related)

    def _generic(self, node: n.Invocation, operation: Operation, binding: Binding) -> str | None:
        """The data type that `?` stands for in this invocation."""
        if node.generic is not None and not operation.generic:
            self.findings.append(Finding("not-generic", node.callee.end, node.opening, {"name": operation.name}))
            return None
        if not operation.generic:
            return None
        if node.generic is not None:
            if node.generic.name == "?":
                if self.generic is None and self.dialect.strict_types:
                    self.find("generic-type", node.generic, name=operation.name, outside=True)
                return self.generic or "?"
            if node.generic.name not in ("integer", "scalar", "logical", "string"):
                self.find("unknown-type", node.generic, name=node.generic.name)
                return "?"
            return node.generic.name
        generic, problem = resolve_generic(operation, {name: type_of(value) for name, value in binding.values.items()})
        if problem is not None and self.dialect.strict_types and not operation.faulty:
            self.find("generic-type", node.callee, name=operation.name, candidates=problem)
        return generic

    def result(
        self,
        operation: Operation,
        arguments: dict[str, Any],
        generic: str | None,
        wanted: int | None,
        node: Any,
        places: dict[str, Any],
    ) -> Any:
        """The facts of an operation's results, by its shape rule or by expanding its body."""
        if self.types_only:
            return self.unknown_results(operation, generic)
        rule = None if operation.is_fragment else shape_rule(operation.name, self.dialect.name)
        if rule is None:
            if operation.body:
                return self.expand(operation, arguments, generic, wanted, node)
            return self.unknown_results(operation, generic)
        call = Call(operation.name, arguments, self.dialect.name, wanted, self)
        self.at = node
        try:
            try:
                shapes = rule(call)
            except Undetermined:
                if not self.dialect.datum_types or any(result.type.kind != "tensor" for result in operation.results):
                    return self.unknown_results(operation, generic)
                shapes = (None,) * len(operation.results) if len(operation.results) > 1 else None
            if self.dialect.datum_types:
                return facts_of_results(operation, call, shapes, generic)
        except Refusal as refusal:
            self._refused(refusal, operation, node, places)
            return self.unknown_results(operation, generic)
        return self._facts(operation, shapes, generic)

    def _refused(self, refusal: Refusal, operation: Operation, node: Any, places: dict[str, Any]) -> None:
        """An argument that is wrong by itself is shown where it is written, tensors that disagree at the operation."""
        parameter, place = operation.by_name.get(refusal.at or ""), places.get(refusal.at or "")
        disagree = refusal.rule in ("shape-mismatch", "rank-mismatch")
        if place is None or parameter is None or (parameter.is_tensor and disagree):
            place = getattr(node, "callee", node)
        elif refusal.text is not None and isinstance(getattr(place, "value", None), n.Array):
            strings = (part for part in place.value.walk() if isinstance(part, n.String) and part.value == refusal.text)
            place = next(strings, place)
        self.find(
            refusal.rule, place, operation=operation.name, reason=refusal.message, parameter=refusal.at,
            item=refusal.item, text=refusal.text, choices=refusal.names or (parameter.choices if parameter else ()),
        )  # fmt: skip

    def _facts(self, operation: Operation, shapes: Any, generic: str | None) -> Any:
        several = len(operation.results) > 1
        found: list[Any] = []
        for result, shape in zip(operation.results, shapes if several else (shapes,)):
            kind = substitute(result.type, generic)
            dtype = (kind.items[0] if kind.kind == "array" else kind).name or "?"
            if kind.kind == "array":
                found.append([self.fact(dtype, item) for item in shape] if isinstance(shape, list) else Opaque(kind))
            else:
                found.append(self.fact(dtype, shape))
        return tuple(found) if several else found[0]

    @staticmethod
    def fact(dtype: str, shape: Any) -> Tensor:
        """A result's fact from what its shape rule gave."""
        return shape if isinstance(shape, Tensor) else tensor(dtype, shape)

    def expand(
        self, operation: Operation, arguments: dict[str, Any], generic: str | None, wanted: int | None, node: Any
    ) -> Any:
        """Infer through a fragment: evaluate its body with the arguments at hand.

        What came out is remembered with the fragment, or two invocations of a fragment that invokes another twice, and
        so on, would be evaluated over and over.
        """
        if self.depth >= MAX_CALLS:
            raise TooMuch(operation.name)
        if type(self) is not Evaluator:
            return self.expansion(operation, arguments, generic, wanted, node)
        key = key_of((generic, wanted, list(arguments.values())))
        known = operation.expansions.get(key) if key is not None else None
        if isinstance(known, TooMuch):
            raise known
        if known is not None:
            found, callees = known
            self.callees |= callees
            return found
        before, outer = len(self.findings), self.callees
        self.callees = set()
        try:
            found = self.expansion(operation, arguments, generic, wanted, node)
        except TooMuch as reason:
            if key is not None and reason.args and not self.depth:
                operation.expansions[key] = reason
            raise
        finally:
            self.callees, inner = outer | self.callees, self.callees
        if key is not None and len(self.findings) == before and len(operation.expansions) < MAX_REMEMBERED:
            # a dialect's symbols are counted as they come, and its variables may have the type of their data file
            if not self.dialect.symbols:
                operation.expansions[key] = (found, inner)
        return found

    def expansion(
        self, operation: Operation, arguments: dict[str, Any], generic: str | None, wanted: int | None, node: Any
    ) -> Any:
        """The results of a fragment's body."""
        names: dict[str, Any] = dict(arguments)
        inner = self.inside_of(operation, names, generic)
        for segment in operation.body:
            statement = tree_of(segment)
            if not isinstance(statement, n.Assignment):
                return self.unknown_results(operation, generic)
            names.update(inner.assignment(statement))
            if any(finding.rule not in MILD for finding in inner.findings):
                self._inner_findings(operation, segment, next(f for f in inner.findings if f.rule not in MILD), node)
                return self.unknown_results(operation, generic)
        self.callees |= inner.callees
        results = tuple(self.returned(names.get(result.name, ANY_TENSOR), result) for result in operation.results)
        return results if len(results) != 1 else results[0]

    def loop_body(self, operation: Operation, arguments: dict[str, Any]) -> tuple[Any, ...]:
        """The results of a fragment that the operation at hand runs, for its shape rule."""
        found = self.expand(operation, arguments, None, None, self.at)
        return found if isinstance(found, tuple) else (found,)

    def inside_of(self, operation: Operation, names: dict[str, Any], generic: str | None) -> Evaluator:
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

    def returned(self, value: Any, result: Parameter) -> Any:
        """A fragment's result as its caller sees it: a literal is a tensor of rank 0."""
        if self.dialect.datum_types:
            return value
        if isinstance(value, (int, float, bool, str)) and result.is_tensor:
            return tensor(type_of(value).name, ())
        return value

    def _inner_findings(self, operation: Operation, segment: Segment, finding: Finding, node: Any) -> None:
        """A finding inside an expanded fragment is shown at the call, with the place inside as the other place."""
        if operation.faulty or finding.rule == "unknown-operation":
            return  # the fragment itself says so
        place = getattr(node, "callee", node)
        related = [*finding.related, Related(segment, finding.start, finding.end, f"in fragment '{operation.name}'")]
        details = {**finding.details, "fragment": operation.name}
        if operation.registry:
            related, details = [], dict(finding.details)
        self.findings.append(Finding(finding.rule, place.start, place.end, details, related))

    # -- unknown values ------------------------------------------------------------------------------------------

    def unknown(self, kind: Type) -> Any:
        """A value of which only the type is known."""
        if kind.kind == "tensor":
            return tensor(kind.name if kind.name or self.dialect.strict_types else "?", None)
        if kind.kind == "tuple":
            return tuple(self.unknown(item) for item in kind.items)
        return NOTHING_KNOWN if kind.kind == "any" else Opaque(kind)

    def unknown_results(self, operation: Operation, generic: str | None) -> Any:
        """Results of which only the declared types are known."""
        found = tuple(self.unknown(substitute(result.type, generic)) for result in operation.results)
        return found if len(found) != 1 else found[0]

    def find(self, rule: str, node: Any, related: list[Related] | None = None, **details: Any) -> None:
        """Note a finding at a node."""
        self.findings.append(Finding(rule, node.start, node.end, details, related or []))


class _Nowhere(n.Node):
    """Where an operation stands that nobody wrote."""


_NOWHERE = _Nowhere(0, 0)


_FORMS: dict[type, Callable[[Evaluator, Any], Any]] = {
    n.Parenthesized: Evaluator._parenthesized,
    n.Unary: Evaluator._unary,
    n.Binary: Evaluator._binary,
    n.IfElse: Evaluator._ifelse,
    n.Comprehension: comprehension,
    n.Subscript: subscript,
    n.RangeSubscript: range_subscript,
    n.Builtin: builtin,
}
"""How each form of an expression is evaluated."""


def key_of(value: Any) -> Any:
    """A value as a key that tells 1 from 1.0 and true; None if it is too long for one."""
    kind = type(value)
    if kind in (list, tuple):
        if len(value) > 64:
            return None
        items = tuple(map(key_of, value))
        return None if None in items else (kind, *items)
    if kind is Opaque:
        return (kind, value.type)
    return value if kind is Tensor else (kind, value) if kind in (int, float, bool, str) else (kind, repr(value))


def tree_of(segment: Segment) -> Any:
    """The tree of a fragment's statement, kept because a body is evaluated again for every call."""
    if segment.parsed is None:
        segment.parsed = segment.tree()
    return segment.parsed
