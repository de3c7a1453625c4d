"""Shape rules: from what is known of an invocation's arguments to the shapes of its results.

One file per family of operations, those of a dialect in a folder of its name; each rule registered with `@shape_of("name", ...)`.  A rule is called with a `Call`
and returns one item per declared result: a `Shape` (the data type then follows from the declaration), or a `Tensor`
(shape and data type), or, for a result declared as an array, a list of these.  An operation with one result returns
that item alone, with several a tuple.

Where the arguments break the specification's validity rules the function raises `Refusal`; the analysis turns it into a
finding at the argument named.  A rule never guesses: what is not known is `UNKNOWN` (an extent) or None (a rank), and
asking `call.shape` for a tensor of unknown rank ends the rule quietly with results of unknown shape.

Not here: the binding of arguments to parameters, types, defaults (`evaluation/arguments.py`).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from typing import Any

from ..extents.dims import Shape
from ..values.tensor import Tensor

__all__ = ["Call", "Refusal", "Undetermined", "Value", "shape_of", "shape_rule", "shape_rules", "takes_numbers"]


class Refusal(Exception):
    """The arguments break a rule of the operation.

    `rule` is the slug of the diagnostic: shape-mismatch (extents that must agree), rank-mismatch (rank, or the length
    of a list that must fit a rank), volume-mismatch (reshape), invalid-value (attribute outside its set or range),
    axis-out-of-range, empty-result (a window larger than what it slides over).  `at` is the name of the parameter at
    fault, `item` the index within it if it is a list.  Where a string names nothing, `text` is the string and `names` what
    it could have named.
    """

    def __init__(
        self,
        rule: str,
        message: str,
        at: str | None = None,
        item: int | None = None,
        text: str | None = None,
        names: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.rule, self.message, self.at, self.item = rule, message, at, item
        self.text, self.names = text, names


class Undetermined(Exception):
    """Something the rule needs is not known; the results' shapes are unknown, and nothing is wrong."""


class Value:
    """What a rule returns whose operation gives no tensor but a value: a number, a string, a list."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class Call:
    """What a shape rule sees of an invocation.

    `call["stride"]` is the value of an attribute (int, float, bool, str, list, tuple; extents in lists may be `Dim`s),
    defaults filled in; it raises `Undetermined` if the value is not known.  `call.shape("input")` is the shape of a
    tensor argument (`()` for a literal), `call.shapes("values")` those of an array of tensors.
    """

    __slots__ = ("arguments", "dialect", "host", "operation", "wanted")

    def __init__(
        self,
        operation: str,
        arguments: dict[str, Any],
        dialect: str = "khronos",
        wanted: int | None = None,
        host: Any = None,
    ) -> None:
        self.operation = operation
        self.host = host
        """The evaluator that asks, for rules of dialects that need more than the arguments (`evaluate.Evaluator`)."""
        self.arguments = arguments
        self.dialect = dialect
        self.wanted = wanted
        """How many names the left side lists for a result that is an array, None when it lists none."""

    def __getitem__(self, name: str) -> Any:
        value = self.arguments[name]
        if not is_known(value):
            raise Undetermined
        return value

    def tensor(self, name: str) -> Tensor:
        """The facts of a tensor argument; a literal is a tensor of rank 0."""
        return as_tensor(self.arguments[name])

    def tensors(self, name: str) -> list[Tensor]:
        """The facts of an array of tensors."""
        value = self.arguments[name]
        if not isinstance(value, list):
            raise Undetermined
        return [as_tensor(item) for item in value]

    def shape(self, name: str) -> Shape:
        """Shape of a tensor argument; raises `Undetermined` when the rank is unknown."""
        return known_rank(self.tensor(name))

    def shapes(self, name: str) -> list[Shape]:
        """Shapes of an array of tensors; raises `Undetermined` when a rank is unknown."""
        return [known_rank(item) for item in self.tensors(name)]


def as_tensor(value: Any) -> Tensor:
    """The facts of a value that stands where a tensor is expected."""
    from ..values.values import tensor_of

    return tensor_of(value)


def is_known(value: Any) -> bool:
    """Whether an attribute's value is known in full."""
    from ..values.values import is_known

    return is_known(value)


def known_rank(fact: Tensor) -> Shape:
    """The shape of a tensor whose rank is known."""
    if fact.shape is None:
        raise Undetermined
    return fact.shape


Rule = Callable[[Call], Any]
_rules: dict[str, Rule] = {}


def shape_of(*operations: str, dialect: str = "") -> Callable[[Rule], Rule]:
    """Register a function as the shape rule of the operations named; a second rule for one of them is refused.

    With `dialect` it is the rule of that dialect only, which goes before the general one.
    """

    def register(rule: Rule) -> Rule:
        for operation in [f"{dialect}:{operation}" if dialect else operation for operation in operations]:
            if operation in _rules:
                raise ValueError(f"operation '{operation}' has two shape rules")
            _rules[operation] = rule
        return rule

    return register


def shape_rules() -> dict[str, Rule]:
    """All shape rules by name of operation."""
    if not _loaded:
        for module in pkgutil.walk_packages(__path__, f"{__name__}."):
            importlib.import_module(module.name)
        _loaded.append(True)
    return _rules


def shape_rule(operation: str, dialect: str) -> Rule | None:
    """The rule of an operation in a dialect."""
    rules = shape_rules()
    return rules.get(f"{dialect}:{operation}") or rules.get(operation)


def takes_numbers(operation: str) -> bool:
    """Whether numbers may stand among an operation's operands, since it works element by element."""
    rule = shape_rules().get(operation)
    return rule is not None and rule.__module__.removeprefix(f"{__name__}.") in ("elementwise", "quantization")


_loaded: list[bool] = []
