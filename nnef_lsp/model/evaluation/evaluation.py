"""The evaluation of one body: what its parts share, and what they ask of each other.

Expressions hold invocations, which hold expressions, which expand fragments: the parts (`arguments.py`, `operators.py`,
`sequences.py`, `invocation.py`, `expansion.py`) call each other in a circle.  They import none of each other for that,
they are handed this, and `evaluator.py` closes the circle.

Not here: how anything is evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

from typing_extensions import Unpack

from ...syntax import nodes as n
from ..findings import Details, Finding, Related, Slug
from ..operations.declarations import Operation, Parameter
from ..operations.dialect import Dialect
from ..values.tensor import NOTHING_KNOWN, Opaque, tensor
from ..values.types import Type, substitute
from ..values.values import Value, type_of
from .budget import Budget
from .callees import Callees
from .context import NO_CONTEXT, Context


class _Nowhere(n.Node):
    """Where an operation stands that nobody wrote."""


NOWHERE = _Nowhere(0, 0)

Lookup = Callable[[str], Value]
Unknown = tuple[Slug, Details, list[Related]]
"""What is said of a name without a value: the rule, its details, other places."""
UNDEFINED: Unknown = ("undefined-name", {}, [])


class Evaluation:
    """The evaluation of one body, for its parts.

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
        why_unknown: Callable[[str], Unknown] | None = None,
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
        self.at: n.Node = NOWHERE
        """The invocation whose shape rule is asked."""
        self.symbolic = False
        """Whether a name that is not known becomes a symbol where evaluation stands."""
        self.findings: list[Finding] = []
        self.iterators: dict[str, Value] = {}
        self.named_tensors: list[tuple[n.Argument, Operation]] = []
        """Tensors passed by name, which is deprecated."""
        self.types_only = False
        """Whether invocations are only checked for types."""
        self.callees = Callees()
        """Names of all operations invoked, by this body or by what it expands."""

    # -- what the parts ask of each other ------------------------------------------------------------------------

    def evaluate(self, node: n.Node, wanted: int | None = None, top: bool = False) -> Value:
        """The value of an expression."""
        raise NotImplementedError

    def assignment(self, node: n.Assignment) -> dict[str, Value]:
        """The values that a statement gives to the names on its left side."""
        raise NotImplementedError

    def unpack(self, target: n.Node, value: Value, into: dict[str, Value], source: n.Node) -> None:
        """Give the parts of a value to the names of a target."""
        raise NotImplementedError

    def wire(self, value: Value) -> Value:
        """The tensor that a value makes where a tensor is expected; an array of tensors is their stack."""
        raise NotImplementedError

    def coerce(self, parameter: Parameter, value: Value) -> Value:
        """An argument as an operation of a dialect with exact data types takes it."""
        raise NotImplementedError

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
        raise NotImplementedError

    def expand(
        self, operation: Operation, arguments: dict[str, Value], generic: str | None, wanted: int | None, node: n.Node
    ) -> Value:
        """Infer through a fragment: evaluate its body with the arguments at hand."""
        raise NotImplementedError

    def expansion(
        self, operation: Operation, arguments: dict[str, Value], generic: str | None, wanted: int | None, node: n.Node
    ) -> Value:
        """The results of a fragment's body."""
        raise NotImplementedError

    def loop_body(self, operation: Operation, arguments: dict[str, Value]) -> tuple[Value, ...]:
        """The results of a fragment that the operation at hand runs, for its shape rule."""
        raise NotImplementedError

    def inside_of(self, operation: Operation, names: dict[str, Value], generic: str | None) -> Evaluation:
        """An evaluation of the same kind for the body of a fragment that is expanded here."""
        raise NotImplementedError

    # -- what all parts do the same way --------------------------------------------------------------------------

    def returned(self, value: Value, result: Parameter) -> Value:
        """A fragment's result as its caller sees it: a literal is a tensor of rank 0."""
        if self.dialect.datum_types:
            return value
        if isinstance(value, (int, float, bool, str)) and result.is_tensor:
            return tensor(type_of(value).name, ())
        return value

    def unknown(self, kind: Type) -> Value:
        """A value of which only the type is known."""
        if kind.kind == "tensor":
            return tensor(kind.name if kind.name or self.dialect.strict_types else "?", None)
        if kind.kind == "tuple":
            return tuple(self.unknown(item) for item in kind.items)
        if kind.kind == "any" or (kind.kind == "primitive" and self.dialect.datum_types):
            return NOTHING_KNOWN  # what is declared is not what is given: tract converts nothing
        return Opaque(kind)

    def unknown_results(self, operation: Operation, generic: str | None) -> Value:
        """Results of which only the declared types are known."""
        found = tuple(self.unknown(substitute(result.type, generic)) for result in operation.results)
        return found if len(found) != 1 else found[0]

    def find(self, rule: Slug, node: n.Node, related: list[Related] | None = None, **details: Unpack[Details]) -> None:
        """Note a finding at a node."""
        self.findings.append(Finding(rule, node.start, node.end, details, related or []))
