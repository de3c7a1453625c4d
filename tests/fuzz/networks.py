"""Random networks of all standard operations: check, shapes and values against Khronos' tools.

    python -m tests.fuzz.networks --models 20000 [--seed 0] [--values] [--show 2]

A network is made of invocations of tests/model/test_shapes_differential.py (every operation, every attribute), joined
where shapes allow it, with inputs and weights between.  Khronos' parser and shape inference must find no error where we
find none, and the same shapes; with `--values` the interpreter of NNEF-Tools (PyPI packages `nnef-tools` and `torch`, which
must be installed beside this Python) must compute the same numbers.  Differences are counted by kind and operation; kinds
that docs/differences.md explains are in `EXPLAINED`.
"""

from __future__ import annotations

import argparse
import collections
import math
import os
import re
import sys
import tempfile
from random import Random
from typing import Any, NamedTuple

import numpy as np

from nnef_lsp.archive import write_tensor
from nnef_lsp.conformance.adapters import Refused, find_adapter
from nnef_lsp.conformance.case import Data

from ..model import test_shapes_differential as shapes
from . import values
from .khronos import Khronos
from .run import ours

_ANYWHERE = (
    "relu({x})", "tanh({x})", "sigmoid({x})", "abs({x})", "neg({x})", "sin({x})", "softplus({x})", "elu({x}, alpha = 0.5)",
    "leaky_relu({x}, alpha = 0.1)", "add({x}, 0.5)", "mul({x}, 0.5)", "sub(1.0, {x})", "max({x}, 0.25)", "min({x}, 0.5)",
    "clamp({x}, -1.0, 1.0)", "add({x}, {y})", "mul({x}, {y})", "sub({x}, {y})", "copy({x})", "select({x} > 9.0, {x}, {y})",
)  # fmt: skip
"""Operations that fit tensors of any shape; `y` has that of `x`."""
_AXES = ("sum_reduce", "mean_reduce", "max_reduce", "min_reduce", "softmax")
_SINGLE = ("external", "constant", "variable", "update", "copy_n")
MOST_ITEMS = 2000

EXPLAINED = re.compile(
    r"""
      nnef-tools\ refuses:\ .*
    | nnef-tools\ values:\ (gelu|softmax|round|(min_max_|zero_point_)?linear_quantize|(separable_)?deconv)$
    """,
    re.VERBOSE,
)
"""Kinds that docs/differences.md explains."""


class Network(NamedTuple):
    """The text, arrays for the inputs and weights by name, and the operation that makes each tensor."""

    text: str
    inputs: dict[str, Any]
    weights: dict[str, Any]
    makers: dict[str, str]


class _Maker:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.lines: list[str] = []
        self.arrays: dict[str, dict[str, Any]] = {"external": {}, "variable": {}}
        self.made: dict[str, list[int]] = {}
        self.makers: dict[str, str] = {}
        self.extended = False

    def source(self, data: Data, kind: str) -> str:
        """A new input or weight."""
        where = "variable" if data.kind == "scalar" and self.random.random() < 0.4 else "external"
        name = f"{where[0]}{len(self.lines)}"
        label = f", label = '{name}'" if where == "variable" else ""
        self.lines.append(f"{name} = {where}<{kind}>(shape = {list(data.shape)}{label});")
        self.arrays[where][name] = data.draw(name)
        return name

    def tensor(self, case: shapes.Case, index: int, shape: list[int]) -> str:
        """An argument: a tensor of the network with that shape, or a new one."""
        kind = shapes.kind_of(case[0], index)
        known = [name for name, its in self.made.items() if its == shape]
        free = kind == "scalar" and case[0] not in values._RANGES and case[0] not in values._DISTINCT
        if index == 0 and free and known and "quantize" not in case[0] and "roi" not in case[0]:
            return self.random.choice(known)
        return self.source(values.data(self.random, case, index, shape), kind)

    def invocation(self, case: shapes.Case) -> None:
        """One of the generators' invocations."""
        operation, tensors, attributes = case
        arguments = []
        for index, tensor in enumerate(tensors):
            if isinstance(tensor, list) and tensor and isinstance(tensor[0], list):
                arguments.append("[" + ", ".join(self.tensor(case, index, item) for item in tensor) + "]")
            else:
                arguments.append(repr(tensor) if isinstance(tensor, float) else self.tensor(case, index, tensor))
        arguments += [f"{name} = {shapes.attribute(value)}" for name, value in attributes.items()]
        found = shapes.ours(case)
        several = isinstance(found[0], list) if isinstance(found, list) and found else False
        results = found if several else [found]
        names = [f"t{len(self.lines)}_{number}" for number in range(len(results))]
        left = ", ".join(names)
        left = f"[{left}]" if operation in ("split", "unstack") else left
        self.lines.append(f"{left} = {operation}({', '.join(arguments)});")
        for name, shape in zip(names, results, strict=True):
            self.makers[name] = operation
            if shapes.kind_of(operation, 0) == "scalar" and operation not in _WHOLE and 0 not in shape:
                self.made[name] = shape

    def anywhere(self) -> None:
        """An operation that fits what there is."""
        random = self.random
        x = random.choice(list(self.made))
        y = random.choice([name for name, shape in self.made.items() if shape == self.made[x]])
        name, shape = f"t{len(self.lines)}_0", self.made[x]
        if shape and random.random() < 0.3:
            operation, axis = random.choice(_AXES), random.randrange(len(shape))
            text = f"{operation}({x}, axes = [{axis}])"
            shape = shape if operation == "softmax" else [1 if at == axis else e for at, e in enumerate(shape)]
        else:
            text = random.choice(_ANYWHERE).format(x=x, y=y)
            self.extended |= ">" in text
        self.lines.append(f"{name} = {text};")
        self.makers[name], self.made[name] = text.partition("(")[0], shape


_WHOLE = ("lt", "gt", "le", "ge", "eq", "ne", "argmax_reduce", "argmin_reduce", "argmax_pool", "sample", "desample",
          "max_pool_with_index", "not", "and", "or", "any_reduce", "all_reduce")  # fmt: skip
"""Operations whose results are not carried on: logical, or positions."""
_CHOICES = [
    (generator, name) for generator, names in shapes.GENERATORS for name in names.split() if name not in _SINGLE
]


def network(random: Random) -> Network:
    """A random network of one to eight operations."""
    maker = _Maker(random)
    for _ in range(random.randint(1, 8)):
        if maker.made and random.random() < 0.5:
            maker.anywhere()
        else:
            generator, operation = random.choice(_CHOICES)
            case = generator(random, operation)
            if values.model(random, case, "network") is not None and _small(case):
                maker.invocation(_settled(case))
    if not maker.makers:
        return network(random)
    inputs, made = maker.arrays["external"], list(maker.makers)
    if not inputs:
        maker.lines.insert(0, "e = external<scalar>(shape = [1]);")
        maker.lines.append("te = copy(e);")
        inputs, made = {"e": np.zeros(1, np.float32)}, [*made, "te"]
        maker.makers["te"] = "copy"
    extension = "extension KHR_enable_operator_expressions;\n" if maker.extended else ""
    body = "\n".join(f"    {line}" for line in maker.lines)
    head = f"graph g( {', '.join(inputs)} ) -> ( {', '.join(made)} )"
    return Network(
        f"version 1.0;\n{extension}\n{head}\n{{\n{body}\n}}\n", inputs, maker.arrays["variable"], maker.makers
    )


def _small(case: shapes.Case) -> bool:
    found = shapes.ours(case)
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


def differences(made: Network, khronos: Khronos, with_values: bool) -> list[tuple[str, str]]:
    """Kinds of differences with their details."""
    errors, known = ours(made.text)
    if errors:
        return [(f"our error: {errors[0][:60]}", errors[0])]
    theirs = khronos.ask(made.text)
    found = []
    if theirs.get("stage") == "parse":
        return [(f"khronos error: {theirs['error'][-60:]}", theirs["error"])]
    for name, shape in theirs.get("shapes", {}).items():
        if name in made.makers and list(known.get(name) or ()) != list(shape):
            found.append((f"khronos shapes: {made.makers[name]}", f"{name}: {known.get(name)} and {shape}"))
    return found or (list(_of_values(made)) if with_values else [])


def _of_values(made: Network) -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory(prefix="nnef-lsp-fuzz-") as folder:
        with open(os.path.join(folder, "graph.nnef"), "w", encoding="utf-8") as file:
            file.write(made.text)
        for label, array in made.weights.items():
            write_tensor(os.path.join(folder, f"{label}.dat"), array)
        own = find_adapter("numpy").load(folder).run(made.inputs)
        try:
            theirs = find_adapter("nnef-tools").load(folder).run(made.inputs)
        except Refused as error:
            return [(f"nnef-tools refuses: {re.sub(r'[0-9]+', 'N', str(error))[:70]}", str(error))]
    for name, operation in made.makers.items():
        a, b = np.asarray(own[name], np.float64), np.asarray(theirs[name], np.float64)
        if a.shape != b.shape:
            return [(f"nnef-tools values: {operation}: shape", f"{name}: {a.shape} and {b.shape}")]
        scale = max(1.0, float(np.abs(a[np.isfinite(a)]).max(initial=0.0)))
        if not np.allclose(a, b, rtol=1e-3, atol=1e-4 * scale, equal_nan=True):
            return [(f"nnef-tools values: {operation}", f"{name} differs by {np.nanmax(np.abs(a - b)):.3g}")]
    return []


def main() -> int:
    """Run; exit status 1 if a difference is not explained."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=1000)
    parser.add_argument("--seed", default="0")
    parser.add_argument("--values", action="store_true")
    parser.add_argument("--show", type=int, default=2)
    arguments = parser.parse_args()
    counts: collections.Counter[str] = collections.Counter()
    khronos = Khronos()
    for number in range(arguments.models):
        made = network(Random(f"{arguments.seed} {number}"))
        for kind, detail in differences(made, khronos, arguments.values):
            counts[kind] += 1
            if counts[kind] <= arguments.show and not EXPLAINED.match(kind):
                print(f"-- model {number}: {kind}: {detail}\n{made.text}", flush=True)
    khronos.close()
    open_ = 0
    for kind, count in counts.most_common():
        explained = EXPLAINED.match(kind) is not None
        open_ += 0 if explained else count
        print(f"{count:6} {'explained' if explained else 'OPEN     '} {kind}")
    print(f"{arguments.models} models, {sum(counts.values())} differences, {open_} not explained")
    return 1 if open_ else 0


if __name__ == "__main__":
    sys.exit(main())
