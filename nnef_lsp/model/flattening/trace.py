"""The trace of a flattening: steps in order, the tensors that they make, and what writes them down.

Not here: the evaluator that traces (`flatten.py`), what a dialect adapts (`exact_types.py`, `codes.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ..evaluation.context import Context
from ..operations.call import Host
from ..operations.dialect import Dialect
from ..values.tensor import Tensor
from ..values.values import Value
from .flat_graph import Attribute, Attributes, FlatGraph, Site


class Traced(Tensor):
    """A tensor of the flat graph: facts and a name, which may still change while its statement is evaluated."""

    __slots__ = ("name",)

    def __init__(self, fact: Tensor, name: str) -> None:
        self.dtype, self.shape, self.value = fact.dtype, fact.shape, fact.value
        self.name = name


@dataclass(slots=True)
class TracedStep:
    """An invocation as it is written down."""

    operation: str
    inputs: list[Value]
    attributes: Attributes
    outputs: list[Value]
    generic: str | None
    site: Site


class Trace:
    """What is being made: steps in order, and who owns which name."""

    def __init__(self) -> None:
        self.steps: list[TracedStep] = []
        self.owners: dict[str, Traced] = {}
        self.fresh: set[int] = set()
        self.exact: dict[int, tuple[Tensor, Tensor, str]] = {}
        """By id of a rounded result: it, what it was before, and how it was rounded (`codes.py`)."""
        self.start = 0
        self.numbers: dict[str, int] = {}
        """The last number tried behind a name: a thousand results of one name would else try each other's again."""

    def new(self, fact: Tensor, name: str) -> Traced:
        traced = Traced(fact, "")
        self.fresh.add(id(traced))
        self.rename(traced, self.unique(name))
        return traced

    def unique(self, name: str) -> str:
        if name not in self.owners:
            return name
        number = self.numbers.get(name, 0) + 1
        while f"{name}.{number}" in self.owners:
            number += 1
        self.numbers[name] = number
        return f"{name}.{number}"

    def rename(self, traced: Traced, name: str) -> None:
        """Give a tensor a name; a tensor that had it before gets another."""
        if traced.name:
            self.owners.pop(traced.name, None)
        former = self.owners.pop(name, None)
        if former is not None:
            former.name = self.unique(name + ".before")
            self.owners[former.name] = former
        traced.name = name
        self.owners[name] = traced


class Tracer(Host, Protocol):
    """The evaluator that traces, for those who adapt what it traces."""

    dialect: Dialect
    context: Context
    trace: Trace
    loop_graph: FlatGraph | None
    """The body of the loop that was evaluated last."""

    @staticmethod
    def is_traced(value: Value) -> bool:
        """Whether a tensor is one of the flat graph's."""
        ...

    def emit(
        self,
        operation: str,
        inputs: list[Value],
        attributes: Mapping[str, Attribute],
        fact: Tensor,
        generic: str | None,
    ) -> Traced:
        """A step that nobody wrote, and its result."""
        ...

    def step(
        self, operation: str, inputs: list[Value], attributes: Attributes, outputs: list[Value], generic: str | None
    ) -> None:
        """A step of another model."""
        ...

    def cast(self, value: Tensor, dtype: str) -> Traced:
        """A tensor in another data type."""
        ...
