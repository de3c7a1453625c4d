"""What random models are made of: inputs with symbolic extents, literals, weights, arguments left out or spoilt.

Not here: which operations there are (`families.py`).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from random import Random
from typing import Any

FLOATS = ("f32", "f32", "f32", "f16", "f64")
INTEGERS = ("i8", "i16", "i32", "i64", "i64", "u8", "u16", "u32", "u64", "TDim")
EXTENTS: tuple[int | str, ...] = (1, 1, 2, 2, 3, 3, 4, 6, "S", "S", "T", "S+1", "2*S", "S*T", "min(S,4)", "S-1")
HEADER = (
    "version 1.0;\n"
    + "".join(
        f"extension tract_registry tract_{name};\n" for name in ("core", "onnx", "pulse", "transformers", "extra")
    )
    + "extension tract_symbol S;\nextension tract_symbol T;\n"
)


@dataclass
class Input:
    """A tensor from outside: `shape` as it is written, items between `low` and `high`."""

    dtype: str
    shape: list[int | str]
    low: float
    high: float


@dataclass
class Case:
    """A model: its text, data files, inputs, and the operation it is about."""

    about: str
    text: str
    inputs: dict[str, Input]
    files: dict[str, bytes] = field(default_factory=dict)


class Maker:
    """Collects the statements of a model while a family writes its operation."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.inputs: dict[str, Input] = {}
        self.files: dict[str, bytes] = {}
        self.lines: list[str] = []
        self.fragments = ""

    def chance(self, likely: float) -> bool:
        """True so often."""
        return self.random.random() < likely

    def pick(self, items: Any) -> Any:
        """One of these."""
        return self.random.choice(items)

    def shape(self, rank: int | None = None, symbols: float = 0.4) -> list[int | str]:
        """Extents, few of them symbolic."""
        rank = self.pick((0, 1, 2, 2, 3, 3, 4)) if rank is None else rank
        plain = [extent for extent in EXTENTS if isinstance(extent, int)]
        return [self.pick(EXTENTS if self.chance(symbols) else plain) for _ in range(rank)]

    def input(self, shape: list[int | str], dtype: str = "f32", low: float = -2, high: float = 2) -> str:
        """An input of this shape."""
        name = f"x{len(self.inputs)}"
        extents = ", ".join(map(str, shape))
        if dtype == "f32" and self.chance(0.5):
            self.lines.append(f"{name} = external(shape = [{extents}]);")
        else:
            self.lines.append(f"{name} = tract_core_external(shape = [{extents}], datum_type = '{dtype}');")
        self.inputs[name] = Input(dtype.lower(), shape, low, high)
        return name

    def variable(self, shape: list[int], dtype: str = "f32") -> str:
        """A weight in a data file."""
        name = f"w{len(self.files)}"
        self.files[f"{name}.dat"] = data_file(self.random, shape, dtype)
        self.lines.append(f"{name} = variable<scalar>(label = '{name}', shape = {shape});")
        return name

    def dtype(self, other: float = 0.25) -> str:
        """A type, mostly of floating point."""
        if self.chance(1 - other):
            return str(self.pick(FLOATS))
        return str(self.pick((*INTEGERS, "bool", "string")))

    def name(self, text: str) -> str:
        """A name for an expression."""
        name = f"v{len(self.lines)}"
        self.lines.append(f"{name} = {text};")
        return name

    def call(self, operation: str, positional: list[str], **attributes: Any) -> str:
        """An invocation, in one of the ways in which it may be written; seldom something is wrong with it."""
        named = [(key, written(value)) for key, value in attributes.items() if value is not None]
        if self.chance(0.12):
            self._spoil(positional, named)
        return f"{operation}({', '.join([*positional, *(f'{key} = {value}' for key, value in named)])})"

    def _spoil(self, positional: list[str], named: list[tuple[str, str]]) -> None:
        kind = self.random.randrange(5)
        if kind == 0 and named:
            del named[self.random.randrange(len(named))]
        elif kind == 1 and named:
            at = self.random.randrange(len(named))
            named[at] = (
                named[at][0],
                self.pick(("-1", "0", "1", "7", "[]", "[0]", "[1, 1]", "'what'", "2.5", "true", "S", "[-1]", "[5]")),
            )
        elif kind == 2 and positional:
            positional[self.random.randrange(len(positional))] = self.pick(
                ("1", "1.0", "true", "'text'", "[1, 2]", "[1.0, 2.0]", "S", "[[1.0, 2.0]]")
            )
        elif kind == 3 and len(positional) > 1:
            del positional[self.random.randrange(len(positional))]
        elif kind == 4 and positional:
            at = self.random.randrange(len(positional))
            positional[at] = self.input(self.shape(), self.dtype(0.5))

    def case(self, about: str, statement: str, outputs: list[str]) -> Case:
        """The model with its last statement."""
        body = "".join(f"    {line}\n" for line in [*self.lines, statement])
        text = f"{HEADER}{self.fragments}\ngraph g( {', '.join(self.inputs) or 'none'} ) -> ( {', '.join(outputs)} )\n{{\n{body}}}\n"
        return Case(about, text.replace("g( none )", "g(  )"), self.inputs, self.files)


def written(value: Any) -> str:
    """A value as it is written in a document."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(written, value)) + ")"
    return str(value)


_CODES = {"f": 0, "u": 2, "i": 3}


def data_file(random: Random, shape: list[int], dtype: str = "f32") -> bytes:
    """A .dat file as tract writes it."""
    import numpy as np

    count = int(np.prod(shape)) if shape else 1
    if dtype == "bool":
        bits, code, items = 8, 5, bytes(random.randrange(2) for _ in range(count))
    else:
        bits, code = int(dtype[1:]), _CODES[dtype[0]]
        kind = np.dtype({"f": "float", "u": "uint", "i": "int"}[dtype[0]] + str(bits))
        low = 0 if dtype[0] == "u" else -3
        values = [random.uniform(-1, 1) if dtype[0] == "f" else random.randrange(low, 4) for _ in range(count)]
        items = np.array(values).astype(kind).tobytes()
    extents = [*shape, *[0] * (8 - len(shape))]
    head = struct.pack("<2s2BII8IIHH", b"\x4e\xef", 1, 0, len(items), len(shape), *extents, bits, code, 0)
    return head.ljust(128, b"\0") + items
