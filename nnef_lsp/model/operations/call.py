"""An invocation as the rules of its operation see it, and what they may say of it.

Not here: the rules (`shapes`), data types of results (`dtypes`), how arguments find their parameters (`evaluation`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, cast

from ..extents.dims import Extent, Shape
from ..findings import Slug
from ..values.tensor import Items, Tensor
from ..values.values import Value, is_known, tensor_of
from .declarations import Operation


class Refusal(Exception):
    """The arguments break a rule of the operation.

    `rule` is the slug of the diagnostic: shape-mismatch (extents that must agree), rank-mismatch (rank, or the length
    of a list that must fit a rank), volume-mismatch (reshape), invalid-value (attribute outside its set or range),
    axis-out-of-range, empty-result (a window larger than what it slides over), missing-weights (no file can have that label).  `at` is the name of the parameter at
    fault, `item` the index within it if it is a list.  Where a string names nothing, `text` is the string and `names` what
    it could have named.  One that is `late` counts only where an output of the graph depends on the operation: it is
    about computing, not about reading.
    """

    def __init__(
        self,
        rule: Slug,
        message: str,
        at: str | None = None,
        item: int | None = None,
        text: str | None = None,
        names: Sequence[str] = (),
        late: bool = False,
    ) -> None:
        super().__init__(message)
        self.rule, self.message, self.at, self.item = rule, message, at, item
        self.text, self.names, self.late = text, names, late


class Undetermined(Exception):
    """Something the rule needs is not known; the results' shapes are unknown, and nothing is wrong."""


class PlainResult:
    """What a rule returns whose operation gives no tensor but a value: a number, a string, a list."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value


Result = Shape | Tensor | None | list[Shape] | list[Tensor]
"""What a shape rule returns for one result; a list for one that is an array of tensors, None where nothing is known."""
Results = Result | tuple[Result, ...] | PlainResult
"""What a shape rule returns: of several results a tuple."""


def each_of(results: Results, several: bool) -> Sequence[Result]:
    """One for each result of the declaration, which tells a tuple of several from the shape of one."""
    return cast("Sequence[Result]", results if several else (results,))


class Surroundings(Protocol):
    """What is beside the graph, and symbols that only a run tells."""

    @property
    def quantized(self) -> Mapping[str, str]: ...
    @property
    def symbols(self) -> Mapping[str, Extent]: ...
    def fresh(self, prefix: str) -> Extent: ...
    def datum_of_label(self, label: str) -> str | None: ...
    def items_of_label(self, label: str) -> Sequence[Items] | None: ...
    def resource(self, label: str, key: str) -> Value: ...
    def submodel(self, label: str) -> list[Tensor] | None: ...


class Host(Protocol):
    """The evaluator that asks a rule."""

    @property
    def context(self) -> Surroundings: ...
    @property
    def operations(self) -> Mapping[str, Operation]: ...
    def wire(self, value: Value) -> Value: ...
    def loop_body(self, operation: Operation, arguments: dict[str, Value]) -> tuple[Value, ...]: ...


class Call:
    """What a shape rule sees of an invocation.

    `call["stride"]` is the value of an attribute (int, float, bool, str, list, tuple; extents in lists may be `Dim`s),
    defaults filled in; it raises `Undetermined` if the value is not known.  `call.shape("input")` is the shape of a
    tensor argument (`()` for a literal), `call.shapes("values")` those of an array of tensors.
    """

    __slots__ = ("_host", "arguments", "dialect", "notes", "operation", "wanted")

    def __init__(
        self,
        operation: str,
        arguments: dict[str, Value],
        dialect: str = "",
        wanted: int | None = None,
        host: Host | None = None,
    ) -> None:
        self.operation = operation
        self._host = host
        self.arguments = arguments
        self.dialect = dialect
        self.wanted = wanted
        """How many names the left side lists for a result that is an array, None when it lists none."""
        self.notes: list[Refusal] = []
        """What is wrong though the results are known."""

    def __getitem__(self, name: str) -> Value:
        value = self.arguments[name]
        if not is_known(value):
            raise Undetermined
        return value

    @property
    def asker(self) -> Host | None:
        """The evaluator that asks; None where a rule is called with arguments alone."""
        return self._host

    @property
    def host(self) -> Host:
        """The evaluator that asks, for rules that need more than the arguments."""
        assert self._host is not None, f"'{self.operation}' needs an evaluator"
        return self._host

    def tensor(self, name: str) -> Tensor:
        """The facts of a tensor argument; a literal is a tensor of rank 0."""
        return tensor_of(self.arguments[name])

    def tensors(self, name: str) -> list[Tensor]:
        """The facts of an array of tensors."""
        value = self.arguments[name]
        if not isinstance(value, list):
            raise Undetermined
        return [tensor_of(item) for item in value]

    def shape(self, name: str) -> Shape:
        """Shape of a tensor argument; raises `Undetermined` when the rank is unknown."""
        return known_rank(self.tensor(name))

    def shapes(self, name: str) -> list[Shape]:
        """Shapes of an array of tensors; raises `Undetermined` when a rank is unknown."""
        return [known_rank(item) for item in self.tensors(name)]


def known_rank(fact: Tensor) -> Shape:
    """The shape of a tensor whose rank is known."""
    if fact.shape is None:
        raise Undetermined
    return fact.shape
