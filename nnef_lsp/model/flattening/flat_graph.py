"""The flat graph: what is left when every fragment is expanded and every expression evaluated.

It is what runs: a list of invocations of declared operations in order, each with concrete attributes.  `flatten.py`
makes it from an analysis; `runtime` and the engines read it.

Not here: how it is made, and any check: a flat graph is made only of an analysis without errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Union

from ..extents.dims import Dim
from ..operations.dialects import STANDARD
from ..values.codes import Codes
from ..values.tensor import Tensor
from ..values.values import Value


class TensorName(NamedTuple):
    """Names a tensor of the flat graph (a key of `FlatGraph.tensors`)."""

    name: str

    def __repr__(self) -> str:
        return f"%{self.name}"


class Given(NamedTuple):
    """Stands for the value of an attribute that only the run knows: that of an input, by its place in `inputs`."""

    place: int


Literal = int | float | bool | str | None
Input = TensorName | Literal | list[TensorName | Literal]
"""A tensor, a literal in place of a tensor, or an array of these."""
Output = TensorName | list[TensorName]
Attribute = Union[Literal, Dim, Given, "FlatGraph", Sequence["Attribute"]]
Attributes = dict[str, Attribute]
"""A number, a logical, a string, an extent, arrays and tuples of these; the body of a loop; what only the run knows."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where an invocation is written: character offsets in graph.nnef, and the call sites it was expanded from."""

    start: int
    end: int
    callers: tuple[tuple[str, int, int], ...] = ()
    """Outermost first: (name of the fragment called, start, end)."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """One operation to run.

    `inputs` has one entry for each tensor parameter of the declaration, in its order (a list for a parameter that is
    an array of tensors, None for one that is left out), then the tensors that attributes stand for (`Given`);
    `attributes` has every other parameter by name, defaults filled in, as plain Python values;
    `outputs` has one entry per declared result: a `TensorName`, or a list of them for a result that is an array.
    `generic` is the data type that `?` stands for, if the operation is generic.
    """

    operation: str
    inputs: tuple[Input, ...]
    attributes: Attributes
    outputs: tuple[Output, ...]
    generic: str | None
    site: Site

    def ints(self, name: str) -> list[int]:
        """An attribute that is a list of integers, empty if it is not given."""
        return ints_in(self.attributes.get(name))

    def pairs(self, name: str) -> list[tuple[int, int]]:
        """An attribute that is a list of pairs of integers, as `padding` is."""
        return pairs_in(self.attributes.get(name))

    def whole(self, name: str) -> int:
        """An attribute that is an integer, 0 if it is not given."""
        value = self.attributes.get(name)
        return value if isinstance(value, int) else 0

    def number(self, name: str) -> float:
        """An attribute that is a number, 0 if it is not given."""
        value = self.attributes.get(name)
        return float(value) if isinstance(value, (int, float)) else 0.0

    def text(self, name: str) -> str:
        """An attribute as text, empty if it is not given."""
        value = self.attributes.get(name)
        return "" if value is None else str(value)

    @property
    def has_given(self) -> bool:
        """Whether an attribute's value is known only to the run."""
        return any(True for _ in given_places(self.attributes))


def ints_in(value: Attribute) -> list[int]:
    """The integers of a list; of anything else none."""
    return [item for item in value if isinstance(item, int)] if isinstance(value, (list, tuple)) else []


def pairs_in(value: Attribute) -> list[tuple[int, int]]:
    """The pairs of a list of pairs of integers."""
    found = [ints_in(item) for item in value] if isinstance(value, (list, tuple)) else []
    return [(pair[0], pair[1]) for pair in found if len(pair) == 2]


def given_places(value: Attribute | Attributes) -> Iterator[int]:
    """The inputs that attributes stand for."""
    if isinstance(value, Given):
        yield value.place
    elif isinstance(value, dict):
        for item in value.values():
            yield from given_places(item)
    elif isinstance(value, (list, tuple)) and len(value) < 100:
        for item in value:
            yield from given_places(item)


def tensor_names(items: Iterable[Input | Output]) -> list[str]:
    """Names of the tensors in inputs or outputs of an invocation, lists flattened; literals left out."""
    found: list[str] = []
    for item in items:
        if isinstance(item, TensorName):
            found.append(item.name)
        elif isinstance(item, str):
            continue
        elif isinstance(item, list):
            found.extend(tensor_names(item))
    return found


@dataclass(slots=True)
class FlatGraph:
    """A graph ready to be planned: names of inputs and outputs as declared, invocations in order, facts of every tensor.

    Tensors of the graph's own body keep their names; those inside expanded fragments are called
    `RESULT.LOCAL` after the graph tensor they help to make.
    """

    name: str
    inputs: list[str]
    outputs: list[str]
    invocations: list[Invocation] = field(default_factory=list)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    dialect: str = STANDARD.name
    """The dialect of the document."""
    result_names: tuple[str, ...] = ()
    """Of the body of a loop: the fragment's names of its results, in the order of `outputs`."""
    quantization: dict[str, tuple[str, dict[str, Value]]] = field(default_factory=dict)
    """From graph.quant: tensor name -> (operation, arguments)."""
    codes: dict[str, Codes] = field(default_factory=dict)
    """Inputs and outputs of a quantized type: whole numbers given for them, or expected of them, are their codes."""
