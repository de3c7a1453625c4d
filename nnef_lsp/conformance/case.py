"""A conformance case: a small NNEF model, its inputs, and what the specification says comes out.

    case("conv", "strided", tensor(1, 2, 6, 6), stored(3, 2, 3, 3), stride=[2, 2])

makes the model's text from the arguments, draws the data from a seed that is the case's name, and computes what is
expected with the definition of the operation in `reference`.  Data are multiples of 1/32, which float32 holds exactly.

Not here: which cases there are (`cases`), running them.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .reference import definitions

Array = NDArray[Any]
Arrays = dict[str, Array]
STEPS = 32
RTOL, ATOL = 1e-4, 1e-5
"""Generous for float32; a wrong formula is off by far more."""


@dataclass(frozen=True)
class Data:
    """A tensor to be made up: drawn from a range, or the items given."""

    shape: tuple[int, ...]
    kind: str = "scalar"
    low: float = -2.0
    high: float = 2.0
    items: tuple[Any, ...] | None = None
    stored: bool = False
    distinct: bool = False
    offset: float = 0.0

    def draw(self, seed: str) -> Array:
        """The items: float32 for scalars, int64 for integers, bool for logicals."""
        dtype = {"scalar": np.float32, "integer": np.int64, "logical": np.bool_}[self.kind]
        if self.items is not None:
            return np.array(self.items, dtype).reshape(self.shape)
        generator = np.random.RandomState(zlib.crc32(seed.encode()))  # frozen: the same items in every version of numpy
        count = int(np.prod(self.shape))
        if self.kind != "scalar":
            return generator.randint(int(self.low), int(self.high) + 1, count).astype(dtype).reshape(self.shape)
        first, last = round(self.low * STEPS), round(self.high * STEPS) + 1
        if self.distinct:
            drawn = generator.permutation(np.arange(first, last))[:count]
        else:
            drawn = generator.randint(first, last, count)
        return (drawn / STEPS + self.offset).astype(dtype).reshape(self.shape)


@dataclass(frozen=True)
class Case:
    """One model.  `steps` are the inputs of consecutive runs (one, unless state is tested), `expected` the outputs of
    each; `sentence` is what the specification says."""

    name: str
    operation: str
    section: str
    text: str
    outputs: tuple[str, ...]
    inputs: tuple[tuple[str, Data], ...]
    weights: tuple[tuple[str, Data], ...]
    define: Callable[[Mapping[str, Array], Mapping[str, Array]], Arrays] = field(repr=False)
    sentence: str = ""
    runs: int = 1
    atol: float = ATOL

    def stored(self) -> Arrays:
        """The weights by label."""
        return {label: data.draw(f"{self.name}:{label}") for label, data in self.weights}

    def fed(self) -> list[Arrays]:
        """The inputs by name, for each run."""
        return [
            {name: data.draw(f"{self.name}:{name}:{run}") for name, data in self.inputs} for run in range(self.runs)
        ]

    def expected(self) -> list[Arrays]:
        """The outputs by name, for each run.  `define` may change the weights, as update does."""
        memory: Arrays = {label: _exact(array) for label, array in self.stored().items()}
        found = []
        for inputs in self.fed():
            outputs = self.define({name: _exact(array) for name, array in inputs.items()}, memory)
            found.append({name: np.asarray(array) for name, array in outputs.items()})
        return found


def _exact(array: Array) -> Array:
    return array.astype(np.float64) if array.dtype.kind == "f" else array


# ---- What cases are written with


def tensor(*shape: int, low: float = -2.0, high: float = 2.0, distinct: bool = False, offset: float = 0.0) -> Data:
    """Scalars from a range, in steps of 1/32 that an offset moves; distinct ones have no ties."""
    return Data(shape, low=low, high=high, distinct=distinct, offset=offset)


def stored(*shape: int, low: float = -1.0, high: float = 1.0) -> Data:
    """The same from a variable: filters, biases, statistics."""
    return Data(shape, low=low, high=high, stored=True)


NONE, ONE = (0, 0), (1, 1)
"""Padding of an axis, before and after: nothing, or one item at each end."""


def integers(*shape: int, low: int = 0, high: int = 9) -> Data:
    """Integers from a range, ends included."""
    return Data(shape, "integer", low, high)


def logicals(*shape: int) -> Data:
    """Coin flips."""
    return Data(shape, "logical", 0, 1)


def given(*items: Any, shape: tuple[int, ...] | None = None) -> Data:
    """These items."""
    first = items[0]
    kind = "logical" if isinstance(first, bool) else "integer" if isinstance(first, int) else "scalar"
    return Data((len(items),) if shape is None else shape, kind, items=items)


def keep(data: Data) -> Data:
    """The data from a variable."""
    return replace(data, stored=True)


def case(operation: str, variant: str, *arguments: Any, section: str = "", results: int | str = 1, generic: str = "",
         atol: float = ATOL, **attributes: Any) -> Case:  # fmt: skip
    """A model that invokes an operation once.

    Arguments are `Data`, literals or lists of `Data`; `results` is the number of results, or "[n]" for an array of n.
    """
    names = iter(f"x{n}" for n in range(1, 100))
    bound = [[(next(names), item) for item in a] if isinstance(a, list) else (next(names), a) for a in arguments]
    tensors = [pair for b in bound for pair in (b if isinstance(b, list) else [b]) if isinstance(pair[1], Data)]
    inputs = tuple((name, data) for name, data in tensors if not data.stored)
    weights = tuple((name, data) for name, data in tensors if data.stored)
    outputs = _outputs(results)
    shown = [_text([p[0] for p in b]) if isinstance(b, list) else _shown(*b) for b in bound]
    shown += [f"{name.rstrip('_')} = {literal(value)}" for name, value in attributes.items()]
    left = f"[{', '.join(outputs)}]" if isinstance(results, str) else ", ".join(outputs)
    statement = f"{left} = {operation}{f'<{generic}>' if generic else ''}({', '.join(shown)});"
    definition = definitions()[operation]
    if generic:
        attributes = {**attributes, "generic": generic}

    def define(fed: Mapping[str, Array], kept: Mapping[str, Array]) -> Arrays:
        known = {**fed, **kept}

        def value(pair: tuple[str, Any]) -> Any:
            return known[pair[0]] if isinstance(pair[1], Data) else np.asarray(pair[1])

        operands = [[value(p) for p in b] if isinstance(b, list) else value(b) for b in bound]
        found = definition(*operands, **attributes)
        return dict(zip(outputs, found if isinstance(found, (list, tuple)) else [found], strict=True))

    name = f"{operation}/{variant}"
    text = graph_text(inputs, weights, [statement], outputs)
    return Case(name, operation, section, text, outputs, inputs, weights, define, sentence(operation), atol=atol)


def sentence(operation: str) -> str:
    """What the specification says of an operation, on one line."""
    return " ".join((definitions()[operation].__doc__ or "").split())


def graph_text(inputs: Any, weights: Any, statements: list[str], outputs: tuple[str, ...]) -> str:
    """A flat graph; a variable is named as its label, characters that names cannot have replaced."""
    lines = [f"{name} = external<{data.kind}>(shape = {literal(list(data.shape))});" for name, data in inputs]
    lines += [
        f"{variable_name(label)} = variable<{data.kind}>(shape = {literal(list(data.shape))}, label = '{label}');"
        for label, data in weights
    ]
    body = "".join(f"    {line}\n" for line in [*lines, *statements])
    head = f"graph test({', '.join(name for name, _ in inputs)}) -> ({', '.join(outputs)})"
    return f"version 1.0;\n\n{head}\n{{\n{body}}}\n"


def variable_name(label: str) -> str:
    """The name of a variable in the text."""
    return "".join(c if c.isalnum() else "_" for c in label)


def _outputs(results: int | str) -> tuple[str, ...]:
    count = int(results.strip("[]")) if isinstance(results, str) else results
    return ("y",) if count == 1 and results == 1 else tuple(f"y{n}" for n in range(1, count + 1))


def _shown(name: str, value: Any) -> str:
    return name if isinstance(value, Data) else literal(value)


def _text(names: list[str]) -> str:
    return f"[{', '.join(names)}]"


def literal(value: Any) -> str:
    """A value in NNEF."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value) if "." in repr(value) else repr(value).replace("e", ".0e")
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))})"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    return str(value)
