"""graph.quant in random networks: entries for what is computed, weights that are stored as codes, and what both mean.

    codes(random, data)      # items of 2 to 8 bits, with the entry that makes real values of them
    real(codes)              # these values: the last lines of 4.9.5, item by item
    spelled_out(made)        # the same network with an invocation for each entry of a tensor that is computed

Not here: networks (`networks.py`), who is asked about them (`opinions.py`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnef_lsp.conformance.case import Data
from nnef_lsp.model.operations.declarations import literal_text

if TYPE_CHECKING:
    from .networks import Network


class Codes(NamedTuple):
    """Integers as they lie in the file, its item type, and the operation of the entry with its arguments."""

    items: Any
    item_type: str
    operation: str
    arguments: Mapping[str, Any]

    @property
    def entry(self) -> str:
        """The entry as text."""
        arguments = ", ".join(f"{name} = {literal_text(value)}" for name, value in self.arguments.items())
        return f"{self.operation}({arguments})"


def entry(random: Random) -> str:
    """An entry for a tensor that is computed."""
    bits, signed, symmetric = random.randint(2, 8), random.random() < 0.5, random.random() < 0.5
    flags = f"bits = {bits}, signed = {literal_text(signed)}, symmetric = {literal_text(symmetric)}"
    return random.choice(
        [
            f"linear_quantize(min = -{random.randint(1, 3)}.0, max = {random.randint(1, 4)}.0, bits = {bits})",
            f"min_max_linear_quantize(min = -{random.randint(1, 3)}.0, max = {random.randint(1, 4)}.5, {flags})",
            f"zero_point_linear_quantize(zero_point = {random.randint(0, 3)}, scale = 0.{random.randint(1, 9)}, {flags})",
            f"logarithmic_quantize(max = {random.randint(1, 4)}.0, bits = {bits})",
        ]
    )


def codes(random: Random, data: Data) -> Codes:
    """Codes for a weight, whose real values lie in the range of `data`."""
    low, high = data.low + data.offset, data.high + data.offset
    operations = ["linear_quantize", "min_max_linear_quantize"]
    operations += ["zero_point_linear_quantize"] * 2 if low < 0 < high else []
    operations += ["logarithmic_quantize"] if low == -high else []
    operation, bits = random.choice(operations), random.choice([2, 3, 4, 5, 6, 7, *[8] * 8])
    signed = operation in ("min_max_linear_quantize", "zero_point_linear_quantize") and random.random() < 0.5
    symmetric = signed and random.random() < 0.5
    first = -(2 ** (bits - 1)) + symmetric if signed else 0
    last = 2 ** (bits - 1) - 1 if signed else 2**bits - 1
    each = data.shape[0] if data.shape and random.random() < 0.25 else 0
    flags = {"bits": bits, "signed": signed, "symmetric": symmetric}
    arguments: dict[str, Any]
    if operation == "zero_point_linear_quantize":
        scale = round((high - low) / (2**bits - 1) * 0.9, 4)
        middle = 0 if symmetric else round(first - low / scale)
        arguments = {"zero_point": middle, "scale": [scale] * each if each else scale, **flags}
    elif operation == "logarithmic_quantize":
        bits, last = min(bits, 4), 2 ** min(bits, 4) - 1
        arguments = {"max": high, "bits": bits}
    else:
        arguments = {"min": [low] * each if each else low, "max": [high] * each if each else high}
        arguments |= flags if operation.startswith("min_max") else {"bits": bits}
    generator = np.random.RandomState(random.randrange(1 << 30))
    items = generator.randint(first, last + 1, data.shape).astype(np.int8 if signed else np.uint8)
    return Codes(np.asarray(items), f"q{'' if signed else 'u'}int{bits}", operation, arguments)


def real(codes: Codes) -> Any:
    """The values that the codes stand for, by plain loops."""
    found = np.zeros(codes.items.shape)
    for place in np.ndindex(codes.items.shape):
        at = {name: value[place[0]] if isinstance(value, list) else value for name, value in codes.arguments.items()}
        found[place] = _real(codes.operation, int(codes.items[place]), at)
    return found


def real_weights(made: Network) -> dict[str, Any]:
    """The weights of a network by label, codes as the values that they stand for."""
    return {
        label: real(found).astype(np.float32) if isinstance(found, Codes) else found
        for label, found in made.weights.items()
    }


def _real(operation: str, code: int, at: Mapping[str, Any]) -> float:
    if operation == "zero_point_linear_quantize":
        return float((code - at["zero_point"]) * at["scale"])
    bits, signed, symmetric = at["bits"], at.get("signed", False), at.get("symmetric", False)
    if operation == "logarithmic_quantize":
        top = math.ceil(math.log2(at["max"]))
        return float(2.0 ** (code + top - (2**bits - 1)))
    steps = 2**bits - 1 - (1 if signed and symmetric else 0)
    shift = 2 ** (bits - 1) - (1 if symmetric else 0) if signed else 0
    return float((code + shift) / steps * (at["max"] - at["min"]) + at["min"])


_ENTRY = re.compile(r'^"(\w+)": (\w+)\((.*)\);$', re.MULTILINE)


def spelled_out(made: Network) -> Network:
    """The network with an invocation for each entry of a tensor that is computed; entries for codes remain."""
    text, kept, makers = made.text, [], dict(made.makers)
    for name, operation, arguments in _ENTRY.findall(made.quantization):
        if name in made.codes:
            kept.append(f'"{name}": {operation}({arguments});\n')
            continue
        line = next(
            line for line in text.splitlines() if re.search(rf"\b{name}\b", line.partition(" = ")[0]) and " = " in line
        )
        left, _, right = line.partition(" = ")
        raw = re.sub(rf"\b{name}\b", f"{name}_raw", left)
        text = text.replace(line, f"{raw} = {right}\n    {name} = {operation}({name}_raw, {arguments});")
        makers[f"{name}_raw"], makers[name] = makers[name], operation
    return made._replace(text=text, quantization="".join(kept), makers=makers)
