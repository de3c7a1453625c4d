"""Random invocations of every standard operation: does the executor compute what the definitions say?

    python -m tests.fuzz.values --rounds 100 [--seed 0] [--operation conv] [--engine nnef-tools]

Invocations are those of tests/model/test_shapes_differential.py, data are drawn from the operation's domain, and what
is expected comes from the plain loops of `nnef_lsp.conformance.reference`, which share no code with the executor.  With
`--engine` another engine is asked, which must be installed beside this Python: a second opinion on the definitions.
"""

from __future__ import annotations

import argparse
import collections
import math
import sys
import tempfile
from collections.abc import Mapping
from random import Random
from typing import Any

from nnef_lsp.conformance.adapters import find_adapter
from nnef_lsp.conformance.case import Case, Data, case, given, logicals
from nnef_lsp.conformance.verdict import PASSED, judge

from ..model import test_shapes_differential as shapes

_RANGES = {
    "log": (0.25, 4), "log2": (0.25, 4), "sqrt": (0.25, 4), "rsqrt": (0.25, 4), "rcp": (0.25, 4), "rsqr": (0.25, 4),
    "asin": (-0.9, 0.9), "acos": (-0.9, 0.9), "atanh": (-0.9, 0.9), "acosh": (1.25, 6), "tan": (-1.2, 1.2),
    "div": (0.25, 4), "pow": (0.25, 4), "local_variance_normalization": (0.25, 4), "l1_normalization": (0.25, 4),
    "l2_normalization": (0.25, 4),
}  # fmt: skip
"""Where an operation's value is defined and not so steep that rounding shows."""
_DISTINCT = ("argmax_pool", "max_pool_with_index", "argmax_reduce", "argmin_reduce")


def model(random: Random, found: shapes.Case, name: str) -> Case | None:
    """A conformance case of a random invocation; None if its value is not defined or not agreed upon."""
    operation, tensors, attributes = found
    if operation in ("external", "constant", "variable", "update", "copy_n") or shapes.ours(found) is None:
        return None
    if operation.startswith("local_contrast"):
        attributes = {**attributes, "epsilon": 0.5}  # nothing may be left of a mean of equal items
    if operation in ("prelu", "batch_normalization") and any(
        len(tensor) > len(tensors[0]) for tensor in tensors if isinstance(tensor, list)
    ):
        return None  # singular axes behind those of the input
    if (
        operation == "min_max_linear_quantize"
        and attributes["signed"]
        and attributes["symmetric"]
        and attributes["bits"] == 1
    ):
        return None  # a range of no values
    if operation in ("argmax_reduce", "argmin_reduce") and len(attributes["axes"]) != 1:
        return None  # a sequence of single reductions has no meaning for positions
    if attributes.get("border") == "ignore" and operation in ("pad", "debox"):
        return None
    if operation in ("slice",) and not _divides(tensors[0], attributes):
        return None
    if operation == "unsqueeze" and attributes["axes"] != sorted(attributes["axes"]):
        return None
    if operation in ("conv", "deconv", "linear") and len(tensors[2] if isinstance(tensors[2], list) else []) == 1:
        return None  # the channels by what all tools do, the batch by the alignment of 4.2.2
    if operation.endswith("roi_align") and any(
        size * rate > 4 for size, rate in zip(attributes["output_size"], attributes["sampling_rate"], strict=True)
    ):
        return None  # what is outside of a region that is enlarged is not said
    if operation == "roi_resample" and attributes.get("method") == "aligned" and 1 in attributes["output_size"]:
        return None  # the formula divides by zero
    if attributes.get("border") == "ignore" and operation != "argmax_pool":
        attributes = {**attributes, "padding": [(0, 0)] * len(attributes["size"])}  # or a window may have no item
        if shapes.ours((operation, tensors, attributes)) is None:
            return None
    arguments: list[Any] = []
    for index, tensor in enumerate(tensors):
        if isinstance(tensor, list) and tensor and isinstance(tensor[0], list):
            arguments.append([data(random, found, index, item) for item in tensor])
        else:
            arguments.append(
                tensor + 1.0 * (operation == "acosh")
                if isinstance(tensor, float)
                else data(random, found, index, tensor)
            )
    if any(isinstance(item, Data) and math.prod(item.shape) > 3000 for item in arguments):
        return None
    attributes = {
        "lambda_" if name == "lambda" else name: value for name, value in attributes.items()
    }  # as Python has it
    count: int | str = {"moments": 2, "max_pool_with_index": 2}.get(operation, 1)
    if operation == "split":
        count = f"[{len(attributes['ratios'])}]"
    if operation == "unstack":
        count = f"[{tensors[0][attributes['axis']]}]"
    return case(operation, name, *arguments, results=count, atol=1e-4, **attributes)


def _divides(input: list[int], attributes: Mapping[str, Any]) -> bool:
    """Whether each stride divides its range; where not, the text of the specification and its notation differ."""
    strides = attributes.get("stride") or [1] * len(attributes["axes"])
    for axis, begin, end, stride in zip(
        attributes["axes"], attributes["begin"], attributes["end"], strides, strict=True
    ):
        extent = input[axis]
        first, last = (item + extent if item < 0 else item for item in (begin, end))
        if abs(stride) != 1 and (last - first) % stride:
            return False
        if not (0 <= first <= extent and -1 <= last <= extent) or (stride < 0 and (first == extent or end == 0)):
            return False
    return True


def data(random: Random, found: shapes.Case, index: int, shape: list[int]) -> Data:
    """A tensor of the kind and from the domain that an operation's parameter wants."""
    operation, tensors, attributes = found
    kind = shapes.kind_of(operation, index)
    count = math.prod(shape)
    if kind == "logical":
        return logicals(*shape)
    if kind == "integer" and "roi" in operation:
        return Data((shape[0], 1), "integer", 0, 0)
    if kind == "integer":
        last = 0
        if operation == "gather":
            last = tensors[0][attributes["axis"]] - 1
        elif operation in ("sample", "desample"):
            last = math.prod(attributes["size"]) - 1
        elif operation == "zero_point_linear_quantize":
            last = 5
        return Data(tuple(shape), "integer", 0, last)
    if "roi" in operation and index == 1:
        corners = [_region(random) for _ in range(shape[0])]
        return given(*[float(corner) for region in corners for corner in region], shape=tuple(shape))
    low, high = _RANGES.get(operation, (-2.0, 2.0))
    if operation == "batch_normalization" and index == 2:
        low, high = 0.25, 2.0
    if "quantize" in operation and index:
        low, high = {1: (-2.0, -1.0), 2: (1.0, 2.0)}[index]
        if operation in ("zero_point_linear_quantize", "logarithmic_quantize"):
            low, high = (0.0625, 0.5) if index == 2 else (1.0, 2.0)
    if operation in _DISTINCT:
        return Data(tuple(shape), low=-float(count), high=float(count), distinct=True)
    stored = index > 0 and random.random() < 0.3
    return Data(tuple(shape), low=low, high=high, stored=stored)


def _region(random: Random) -> tuple[int, int, int, int]:
    """Two corners within a map of 8 by 8, far enough from each other for any output size."""
    y, x = random.randint(0, 2), random.randint(0, 2)
    return y, x, y + random.randint(4, 6) if y == 2 else 7, x + random.randint(4, 5)


def main() -> int:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", default="0")
    parser.add_argument("--operation", action="append")
    parser.add_argument("--engine", default="numpy", help="an engine of `nnef-lsp conformance` that this Python has")
    parser.add_argument("--show", type=int, default=2)
    arguments = parser.parse_args()
    adapter = find_adapter(arguments.engine)
    counts: collections.Counter[str] = collections.Counter()
    of_operation: collections.Counter[str] = collections.Counter()
    shown: collections.Counter[str] = collections.Counter()
    for generator, names in shapes.GENERATORS:
        for operation in names.split():
            if arguments.operation and operation not in arguments.operation:
                continue
            random = Random(f"{arguments.seed} {generator.__name__} {operation}")
            for number in range(arguments.rounds):
                found = model(random, generator(random, operation), f"random-{number}")
                if found is None:
                    continue
                with tempfile.TemporaryDirectory(prefix="nnef-lsp-fuzz-") as folder:
                    verdict = judge(found, adapter, folder)
                counts[verdict.status] += 1
                if verdict.status == PASSED:
                    continue
                of_operation[f"{operation} {verdict.status}"] += 1
                if shown[operation] < arguments.show:
                    shown[operation] += 1
                    print(f"-- {verdict.status}: {verdict.detail}")
                    print("   " + "\n   ".join(found.text.splitlines()[2:]))
    for what, count in of_operation.most_common():
        print(count, what)
    print(dict(counts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
