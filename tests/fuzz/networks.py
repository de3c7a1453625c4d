"""Random networks of all standard operations, each with what it needs to be run.

    made = network(Random("7 12"))      # its text, graph.quant, inputs and weights

A network is made of invocations of tests/model/test_shapes_differential.py (every operation, every attribute) and of
fragments (`fragments.py`), joined where shapes allow it, with inputs, weights, constants and literals between.
Arguments stand in any order in which they may, and defaults are left out or written.  One network in twelve has an
invocation whose shapes are wrong: every reader should refuse it.

Not here: what others make of a network (`opinions.py`), many networks (`campaign.py`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from random import Random
from typing import Any, NamedTuple

import numpy as np

from nnef_lsp.conformance.case import Data
from nnef_lsp.model.operations.declarations import MISSING, declared_operations, literal_text

from ..model import test_shapes_differential as shapes
from . import quantized, values
from .fragments import FRAGMENTS
from .quantized import Codes

_ANYWHERE = (
    "relu({x})", "tanh({x})", "sigmoid({x})", "abs({x})", "neg({x})", "sin({x})", "softplus({x})", "elu({x}, alpha = 0.5)",
    "leaky_relu({x}, alpha = 0.1)", "add({x}, 0.5)", "mul({x}, 0.5)", "sub(1.0, {x})", "max({x}, 0.25)", "min({x}, 0.5)",
    "clamp({x}, -1.0, 1.0)", "add({x}, {y})", "mul({x}, {y})", "sub({x}, {y})", "copy({x})", "select({x} > 9.0, {x}, {y})",
    "{x} * 0.5 + {y}", "({x} - {y}) / 2.0", "-{x}", "max({x}, {y}) - 1.0", "softabs({x}, epsilon = 0.5)",
)  # fmt: skip
"""Operations that fit tensors of any shape; `y` has that of `x`."""
_AXES = ("sum_reduce", "mean_reduce", "max_reduce", "min_reduce", "softmax")
_SETTLED = ("external", "variable", "constant")
"""Operations that the maker writes by itself, of every type and shape."""
_GENERIC = {name for name, operation in declared_operations("khronos").items() if operation.generic} - {"update"}
"""Operations of tensors of any type."""
MOST_ITEMS = 600
WRONG = 1 / 12


class Network(NamedTuple):
    """The text, graph.quant, arrays for inputs and weights (by name and label), the operation that makes each tensor,
    the invocation that no reader should accept, if there is one, and the weights that are codes, by name."""

    text: str
    quantization: str
    inputs: dict[str, Any]
    weights: dict[str, Any]
    makers: dict[str, str]
    wrong: shapes.Case | None = None
    codes: Mapping[str, Codes] = {}


Made = tuple[str, tuple[int, ...]]
"""Type and shape of a tensor that may be carried on."""


class Maker:
    """Collects the statements of a network."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.lines: list[str] = []
        self.fragments: dict[str, str] = {}
        self.inputs: dict[str, Any] = {}
        self.weights: dict[str, Any] = {}
        self.codes: dict[str, Codes] = {}
        self.made: dict[str, Made] = {}
        self.makers: dict[str, str] = {}
        self.number = 0
        self.spoiling = False
        """Whether the invocation is one that no reader should accept, and is not run."""

    def name(self) -> str:
        """A new name."""
        self.number += 1
        return f"t{self.number}"

    def source(self, data: Data, kind: str) -> str:
        """A new input, weight or constant."""
        chance, name = self.random.random(), self.name()
        array, shape = data.draw(name), list(data.shape)
        if chance < 0.1 and array.size and array.size <= 24:
            items = [array.ravel()[0].item()] if chance < 0.03 and not data.distinct else array.ravel().tolist()
            self.lines.append(f"{name} = constant<{kind}>(shape = {shape}, value = {literal_text(items)});")
        elif chance < 0.4 and kind == "scalar":
            label = self.random.choice([f"w{name}", f"a/b/w{name}", f"block.{self.number}/w"])
            typed = self.random.choice(["", "<scalar>"])
            self.lines.append(f"{name} = variable{typed}(shape = {shape}, label = '{label}');")
            self.weights[label] = array
            if array.size and data.items is None and not data.distinct and self.random.random() < 0.3:
                self.weights[label] = self.codes[name] = quantized.codes(self.random, data)
        else:
            typed = "" if kind == "scalar" and chance > 0.9 else f"<{kind}>"
            self.lines.append(f"{name} = external{typed}(shape = {shape});")
            self.inputs[name] = array
        return name

    def new(self, shape: list[int] | tuple[int, ...], kind: str = "scalar") -> str:
        """A tensor of that shape: one of the network, or a new source."""
        known = [name for name, its in self.made.items() if its == (kind, tuple(shape))]
        if known and self.random.random() < 0.7:
            return self.random.choice(known)
        data = Data(tuple(shape), kind, 0, 1) if kind != "scalar" else Data(tuple(shape))
        return self.source(data, kind)

    def statement(self, outputs: str, operation: str, names: list[str], kinds: list[Made | None], text: str) -> None:
        """One statement, and what it makes."""
        self.lines.append(f"{outputs} = {text};")
        for name, kind in zip(names, kinds, strict=True):
            self.makers[name] = operation
            if kind is not None and 0 not in kind[1]:
                self.made[name] = kind

    # ---- invocations of the generators

    def invocation(self, case: shapes.Case, found: Any) -> None:
        """One of the generators' invocations; `found` are the shapes of its results."""
        operation, tensors, attributes = case
        kind = shapes.kind_of(operation, 0)
        if operation in _GENERIC and self.random.random() < 0.3:
            kind = self.random.choice(["integer", "logical"])
            attributes = {key: value for key, value in attributes.items() if (operation, key) != ("pad", "value")}
        texts: list[Any] = []
        for index, tensor in enumerate(tensors):
            if isinstance(tensor, list) and tensor and isinstance(tensor[0], list):
                texts.append("[" + ", ".join(self.operand(case, index, item, kind) for item in tensor) + "]")
            elif isinstance(tensor, float):
                texts.append({"integer": "1", "logical": "true"}.get(self._kind(case, index, kind), repr(tensor)))
            else:
                texts.append(self.operand(case, index, tensor, kind))
        several = isinstance(found[0], list) if isinstance(found, list) and found else False
        results = found if several else [found]
        names = [self.name() for _ in results]
        left = ", ".join(names)
        left = f"[{left}]" if operation in ("split", "unstack", "copy_n") else left
        kinds = [self.result(operation, at, kind, tuple(shape)) for at, shape in enumerate(results)]
        self.statement(left, operation, names, kinds, self.written(operation, texts, attributes))

    def result(self, operation: str, at: int, kind: str, shape: tuple[int, ...]) -> Made | None:
        """Type and shape of a result; None for positions, which only some operations can take."""
        if "arg" in operation or (operation == "max_pool_with_index" and at == 1):
            return None
        if operation in ("lt", "gt", "le", "ge", "eq", "ne", "not", "and", "or", "any_reduce", "all_reduce"):
            return "logical", shape
        return (kind if operation in _GENERIC else "scalar"), shape

    def written(self, operation: str, texts: list[str], attributes: dict[str, Any]) -> str:
        """The invocation: tensors by position or by name, defaults now and then spelt out."""
        declared = declared_operations("khronos")[operation]
        attributes = dict(attributes)
        parameters = declared.parameters
        given = {p.name: text for p, text in zip((p for p in parameters if p.is_tensor), texts, strict=False)}
        given |= {name: literal_text(value) for name, value in attributes.items()}
        for parameter in parameters:
            if parameter.name not in given and parameter.default is not MISSING and self.random.random() < 0.15:
                given[parameter.name] = literal_text(parameter.default)
        if self.random.random() < 0.1:  # all by name, in any order
            items = list(given.items())
            self.random.shuffle(items)
            return f"{operation}({', '.join(f'{name} = {text}' for name, text in items)})"
        positional, named = [], []
        by_position = True
        for parameter in (p for p in parameters if p.name in given):
            by_position = by_position and parameter.is_tensor and self.random.random() < 0.97
            text = given[parameter.name]
            (positional if by_position else named).append(text if by_position else f"{parameter.name} = {text}")
        return f"{operation}({', '.join([*positional, *named])})"

    def _kind(self, case: shapes.Case, index: int, kind: str) -> str:
        operation = case[0]
        return (
            kind
            if operation in _GENERIC and (operation, index) not in (("gather", 1), ("select", 0))
            else shapes.kind_of(operation, index)
        )

    def operand(self, case: shapes.Case, index: int, shape: list[int], kind: str) -> str:
        """An argument: a tensor of the network with that shape, or a new one."""
        operation = case[0]
        wanted = self._kind(case, index, kind)
        if operation == "update" and index == 0:
            name = self.name()
            self.lines.append(f"{name} = variable<scalar>(shape = {shape}, label = 'u{name}');")
            self.weights[f"u{name}"] = Data(tuple(shape)).draw(name)
            return name
        known = [name for name, its in self.made.items() if its == (wanted, tuple(shape))]
        if self.spoiling:
            return self.source(Data(tuple(shape), wanted, *((-2.0, 2.0) if wanted == "scalar" else (0, 1))), wanted)
        free = operation not in values._RANGES and operation not in values._DISTINCT
        free = free and "quantize" not in operation and "roi" not in operation and (operation, index) not in _RANGED
        if free and known and self.random.random() < 0.8:
            return self.random.choice(known)
        if operation in _GENERIC and wanted != "scalar" and (operation, index) != ("gather", 1):
            return self.source(Data(tuple(shape), wanted, *((-9, 9) if wanted == "integer" else (0, 1))), wanted)
        return self.source(values.data(self.random, case, index, shape), wanted)

    # ---- what fits anywhere

    def anywhere(self) -> None:
        """An operation that fits what there is."""
        random = self.random
        scalars = [name for name, (kind, _) in self.made.items() if kind == "scalar"]
        logicals = [name for name, (kind, _) in self.made.items() if kind == "logical"]
        if logicals and (not scalars or random.random() < 0.2):
            x = random.choice(logicals)
            text = random.choice(["not({x})", "!{x}", "copy({x})", "and({x}, {x})", "or({x}, false)", "eq({x}, true)"])
            if "eq" in text:
                text = "select({x}, 1.0, -1.0)"
            kind = ("scalar" if "select" in text else "logical", self.made[x][1])
            self._plain(text.format(x=x), kind)
        elif scalars:
            x = random.choice(scalars)
            y = random.choice([name for name in scalars if self.made[name] == self.made[x]])
            shape = self.made[x][1]
            if shape and random.random() < 0.3:
                operation, axis = random.choice(_AXES), random.randrange(len(shape))
                text = f"{operation}({x}, axes = [{axis}])"
                shape = shape if operation == "softmax" else tuple(1 if at == axis else e for at, e in enumerate(shape))
            else:
                text = random.choice(_ANYWHERE).format(x=x, y=y)
            self._plain(text, ("scalar", shape))

    def _plain(self, text: str, kind: Made) -> None:
        name = self.name()
        operation = text.partition("(")[0]
        self.statement(name, operation if operation.isidentifier() else "operators", [name], [kind], text)

    # ---- the whole

    def head(self, outputs: list[str]) -> str:
        """Extensions that are needed, fragments, and the head of the graph."""
        body = "\n".join(self.lines)
        extensions = ["KHR_enable_fragment_definitions"] if self.fragments else []
        if self.fragments or any(sign in body for sign in (" > ", " < ", " * ", " + ", " - ", "= -t", "!")):
            extensions.append("KHR_enable_operator_expressions")
        lines = ["version 1.0;"]
        if extensions:
            lines += [f"extension {', '.join(extensions)};"] if self.random.random() < 0.5 else [
                f"extension {name};" for name in extensions
            ]  # fmt: skip
        fragments = "\n".join(self.fragments.values())
        return "\n".join(lines) + f"\n\n{fragments}\ngraph g( {', '.join(self.inputs)} ) -> ( {', '.join(outputs)} )"


_RANGED = {
    ("sample", 1),
    ("desample", 1),
    ("gather", 1),
    ("batch_normalization", 2),
    ("zero_point_linear_quantize", 1),
}
_CHOICES = [
    (generator, name) for generator, names in shapes.GENERATORS for name in names.split() if name not in _SETTLED
]


def network(random: Random) -> Network:
    """A random network of one to eight statements that make something."""
    maker = Maker(random)
    wrong = None
    spoil = random.random() < WRONG
    for _ in range(random.randint(1, 8)):
        chance = random.random()
        if maker.made and chance < 0.4:
            maker.anywhere()
        elif chance < 0.52:
            random.choice(FRAGMENTS)(maker)
        else:
            generator, operation = random.choice(_CHOICES)
            case = generator(random, operation)
            found = shapes.ours(case)
            if found is None and spoil and wrong is None and operation != "update":
                wrong, before = case, set(maker.made)
                maker.spoiling = True
                maker.invocation(case, [[1]] * (shapes.left_side(case).count(",") + 1))
                maker.spoiling = False
                maker.made = {name: made for name, made in maker.made.items() if name in before}
            elif found is not None and settled(random, case) and _small(found):
                maker.invocation(_settled(case), found)
    if not maker.makers:
        return network(random)
    if not maker.inputs:
        maker.lines += ["e = external<scalar>(shape = [1]);", "te = copy(e);"]
        maker.inputs, maker.makers["te"] = {"e": np.zeros(1, np.float32)}, "copy"
    text_of_body = "\n".join(maker.lines)
    outputs = [
        name for name in maker.makers if random.random() < 0.15 or not any(_reads(line, name) for line in maker.lines)
    ]
    body = "\n".join(f"    {line}" for line in text_of_body.splitlines())
    text = f"{maker.head(outputs)}\n{{\n{body}\n}}\n"
    entries = {name: codes.entry for name, codes in maker.codes.items()}
    if random.random() < 0.15:
        # a result of a fragment is also what the fragment reads within itself
        scalars = [
            name
            for name, (kind, _) in maker.made.items()
            if kind == "scalar" and maker.makers[name] not in maker.fragments
        ]
        entries |= {name: quantized.entry(random) for name in scalars if random.random() < 0.5}
    quantization = "".join(f'"{name}": {entry};\n' for name, entry in entries.items())
    return Network(text, quantization, maker.inputs, maker.weights, maker.makers, wrong, maker.codes)


def _reads(line: str, name: str) -> bool:
    import re

    return re.search(rf"\b{name}\b", line.partition(" = ")[2]) is not None


def settled(random: Random, case: shapes.Case) -> bool:
    """Whether the specification says what the invocation gives."""
    if case[0] in ("update", "copy_n"):
        return True
    return values.model(random, case, "network") is not None


def _small(found: Any) -> bool:
    flat = found if found and isinstance(found[0], list) else [found]
    return all(math.prod(shape) <= MOST_ITEMS for shape in flat)


def _settled(case: shapes.Case) -> shapes.Case:
    """The invocation without what has no agreed value (as `values.model` has it)."""
    operation, tensors, attributes = case
    if operation.startswith("local_contrast"):
        attributes = {**attributes, "epsilon": 0.5}
    if attributes.get("border") == "ignore" and operation != "argmax_pool":
        attributes = {**attributes, "padding": [(0, 0)] * len(attributes["size"])}
    return operation, tensors, attributes
