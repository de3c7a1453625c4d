"""Differences that docs/differences.md explains, as narrow as it argues them: by engine, operation, arguments and data.

    why = explained("nnef-tools", step, theirs)      # "" if it is not known why the values differ
    why = no_opinion("tract", step, "No definition for operator 'rcp'")

An explanation never excuses our own value: `opinions.py` takes one only where the plain loops of the definition agree
with us.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .step import Step

WHOLE = "the whole network, for something within a fragment"


class Refusal(NamedTuple):
    """What an engine says when it does not do something, of which operations, and when that is so."""

    engine: str
    operations: str
    message: str
    why: str
    when: Callable[[Step], bool] = lambda step: True


def _has_rank_0(step: Step) -> bool:
    return any(array.ndim == 0 for array in (*step.fed.values(), *step.stored.values()))


def _regions(step: Step) -> bool:
    return step.operands[2].ndim == 2 and step.operands[2].shape[1] == 1


def _moving(step: Step) -> bool:
    """Whether a window covers, skips or pads batch or channels."""
    a = step.attributes
    lists = [a.get("size") or [1, 1], a.get("stride") or [1, 1], a.get("dilation") or [1, 1]]
    padding = a.get("padding") or ()
    return any(item != 1 for items in lists for item in items[:2]) or any(p != (0, 0) for p in padding[:2])


OTHERS = "crashes over logical values and integers"
_LEADING = "windows over batch and channels"
_WINDOWS = r"(box|debox|(max|avg|rms|argmax)_pool|max_pool_with_index|desample|local_\w+)"
_SHAPE = r"(ValueError: Shape error while inferring shape of tensor '\w+' )?"

REFUSALS = [
    # Khronos' shape inference, in Python and in C++
    *(
        Refusal(engine, *rest)
        for engine in ("khronos parser", "khronos")
        for rest in (
            (
                r"\w*roi\w*",
                r"'batch_index' must be (of rank 1|a rank-1 tensor)|Value: expected items",
                "batch_index of shape [N, 1] (4.6.1)",
                _regions,
            ),
            (
                "sample|max_pool(_with_index)?",
                r"'?index'? shape .*(does not match|incompatible with) '?input'? shape",
                "an index of the output's shape (4.3.3)",
                lambda step: True,
            ),
            (
                "separable_(de)?conv",
                r"channel dimension of point(-wise)? filter",
                "groups of separable operations (4.9.2)",
                lambda step: step.attributes["groups"] != 1,
            ),
        )
    ),
    # the C++ runtime
    Refusal("khronos", r"\w+", "operation not implemented: ", "not implemented"),
    Refusal(
        "khronos", r"\w+", r"shape of input \d+ does not match input shape in graph", "inputs of rank 0", _has_rank_0
    ),
    Refusal("khronos", r"\w+", "crashed", OTHERS, lambda step: not_of_scalars([step])),
    # NNEF-Tools
    Refusal("nnef-tools", r"\w+", "Unsupported operation: ", "not implemented"),
    Refusal(
        "nnef-tools",
        r"\w+",
        r"(is|are) (only|not) (implemented|supported)|border unsupported|does not support",
        "not implemented",
    ),
    Refusal("nnef-tools", "linear_quantize", "missing 2 required positional", "linear_quantize fails always"),
    Refusal(
        "nnef-tools",
        r"\w+_quantize",
        r"only one element tensors|The size of tensor a|must match the size of tensor b",
        "quantization with tensors of lower rank or of several items",
        lambda step: any(operand.ndim != step.ranks[0] or operand.size > 1 for operand in step.operands[1:]),
    ),
    Refusal(
        "nnef-tools",
        "batch_normalization|prelu",
        r"axes must be in range|is invalid for input of size|Expected|Mismatch"
        r"|running_mean|weight|must match|same dtype|Dimension out of range|squeeze|more than 1 value|at least",
        "one item for each channel only",
        lambda step: not _per_channel(step),
    ),
    Refusal("nnef-tools", "prelu", r"scalar or \dD tensor", "a slope for each of the channels, of rank 2"),
    Refusal("nnef-tools", "multilinear_upsample", r"bilinear|only supports|Got \dD input", "not implemented"),
    # tract reads the standard through fragments of its own, and says what it cannot evaluate
    Refusal("tract", r"\w+", r"No definition for operator", "not implemented"),
    Refusal("tract", r"\w+", r"Unsupported RValue variant", "not implemented"),
    Refusal(
        "tract",
        "pad",
        "unsupported padding mode",
        "borders of pad",
        lambda step: step.attributes["border"] in ("replicate", "reflect-even"),
    ),
    Refusal(
        "tract",
        r"\w+_(reduce|normalization)|moments|softmax",
        r"self\.axes\.iter\(\)\.tuple_windows",
        "axes that are not ascending",
        lambda step: _not_ascending(step.attributes["axes"]),
    ),
    Refusal(
        "tract",
        "copy_n",
        r"No super type for \w+ and TDim|Assignement for|public API TDim",
        "copy_n of its own library",
    ),
    Refusal(
        "tract",
        _WINDOWS,
        r"(size|stride|dilation|padding) should be like|dilation 1|stride 1",
        _LEADING,
        lambda step: _moving(step),
    ),
    Refusal(
        "tract",
        "(separable_)?deconv",
        r"Convolution input and kernel channels|Invalid axis geometry|Output shape|channels|panic|crashed",
        "deconv with groups, automatic padding or output_shape",
        lambda step: _unusual_deconv(step),
    ),
    Refusal(
        "tract",
        "(separable_)?conv",
        "Convolution input and kernel channels",
        "groups = 0 with more filters than channels (4.3.1)",
        lambda step: step.attributes["groups"] == 0 and step.operands[1].shape[0] != step.operands[0].shape[1],
    ),
    Refusal(
        "tract",
        "slice",
        r"start <= end",
        "bounds that count from the end (4.5.4)",
        lambda step: any(item < 0 for name in ("begin", "end") for item in step.attributes[name]),
    ),
    Refusal(
        "tract",
        "select|clamp",
        r"TDim vs I64|I64 vs TDim",
        "a whole number beside a tensor of integers, to it an extent",
    ),
    Refusal("tract", r"\w+", "crashed", "panics of tract", lambda step: panics(step)),
]


def panics(step: Step) -> bool:
    """Whether tract is known to panic over such an invocation."""
    a, operation = step.attributes, step.operation
    if re.fullmatch(_WINDOWS, operation) and (step.ranks[0] < 3 or _moving(step)):
        return True
    if "conv" in operation or operation == "pad" or re.fullmatch(_WINDOWS, operation):
        negative = any(min(pair) < 0 for pair in a.get("padding") or ())
        return negative or a.get("border", "constant") not in ("constant", "ignore")
    return operation == "slice" and any(item < 0 for name in ("stride", "begin", "end") for item in a.get(name) or ())


def _not_ascending(axes: list[int]) -> bool:
    return axes != sorted(axes)


def _unusual_deconv(step: Step) -> bool:
    a, filter = step.attributes, step.operands[2 if step.operation.startswith("separable") else 1]
    return (
        step.operation.startswith("separable")
        or a["groups"] != 1
        or not a["padding"]
        or bool(a["output_shape"])
        or filter.shape[:2] != (1, 1)
    )


def _per_channel(step: Step) -> bool:
    x, *rest = step.operands
    return x.ndim >= 2 and all(p.ndim == 2 and p.shape == (1, x.shape[1]) for p in rest)


def not_of_scalars(steps: list[Step]) -> bool:
    """Whether a result is of logical values or integers."""
    return any(array.dtype.kind != "f" for step in steps for array in step.results.values())


def no_opinion(engine: str, step: Step | None, text: str) -> str:
    """Why an engine's refusal says nothing against the network (or a step of it); "" if it might."""
    if step is None:
        return next((why for name, message, why in TEXTS if name == engine and re.search(message, text)), "")
    for refusal in REFUSALS:
        if refusal.engine == engine and re.fullmatch(refusal.operations, step.operation):
            if re.search(refusal.message, text) and refusal.when(step):
                return refusal.why
    return ""


SIGNED_CODES = "signed codes of min_max_linear_quantize (7.1)"
"""NNEF-Tools adds 2^(bits - 1) to them within eight bits."""
_NOT = "`!` of a tensor (Table 1)"
TEXTS = [
    *(
        (engine, r"invalid operand type 'tensor<logical>' for operation '!'", _NOT)
        for engine in ("khronos parser", "khronos", "nnef-tools")
    ),
    ("nnef-tools", r"unsupported combination of item type", "codes of fewer than 8 bits (7.1)"),
    ("nnef-tools", r"KeyError: 'signed'", "codes of linear_quantize (7.1)"),
    ("nnef-tools", r"out of bounds for int8", SIGNED_CODES),
    ("nnef-tools", r"operation 'logarithmic_quantize' not implemented", "codes of logarithmic_quantize (7.1)"),
    (
        "tract",
        r"Unsupported RValue variant|Subscript ranges not yet supported|in Tag:|No definition for operator",
        WHOLE,
    ),
]


# ---- values


class Value(NamedTuple):
    """Where an engine's values are others."""

    engine: str
    operations: str
    why: str
    when: Callable[[Step, dict[str, Any]], bool]


def _at_halves(step: Step, theirs: dict[str, Any]) -> bool:
    """Whether values differ only where what is rounded is a half."""
    (ours,), (found,) = step.results.values(), theirs.values()
    x = step.operands[0].astype(np.float64)
    differ = ours != found
    return bool((x - np.floor(x) == 0.5)[differ].all()) if found is not None and found.shape == ours.shape else False


def _next_step(step: Step, theirs: dict[str, Any]) -> bool:
    """Whether values differ only where a nudge of the input moves ours to theirs: an item that lies at a half."""
    (found,) = theirs.values()
    return found is not None and step.nudged(found)


VALUES = [
    Value("khronos", "round", "halves (4.2.1)", _at_halves),
    Value(
        "khronos",
        "matmul",
        "a batch of 1 that is repeated (4.7)",
        lambda step, theirs: step.operands[0].shape[:-2] != step.operands[1].shape[:-2],
    ),
    Value("nnef-tools", "round", "halves (4.2.1)", _at_halves),
    Value("khronos", r"\w*linear_quantize", "halves (4.2.1)", _next_step),
    Value("nnef-tools", r"\w*_quantize", "halves (4.2.1)", _next_step),
    Value("nnef-tools", "gelu", "gelu, exact (4.9.1)", lambda step, theirs: _is_exact_gelu(step, theirs)),
    Value(
        "nnef-tools",
        "softmax",
        "softmax over several axes (4.9.3)",
        lambda step, theirs: len(step.attributes["axes"]) != 1,
    ),
    Value(
        "nnef-tools",
        "(separable_)?deconv|debox",
        "deconv of a border or of negative padding (4.3.1)",
        lambda step, theirs: (
            step.attributes["border"] != "constant" or any(min(pair) < 0 for pair in step.attributes["padding"])
        ),
    ),
    Value(
        "nnef-tools",
        "selu",
        "selu ignores its attributes (4.9.1)",
        lambda step, theirs: (step.attributes["alpha"], step.attributes["lambda"]) != (1.67326319, 1.05070102),
    ),
    Value(
        "khronos",
        "zero_point_linear_quantize",
        "the lower limit of signed codes (4.9.5)",
        lambda step, theirs: step.attributes["signed"] and not step.attributes["symmetric"],
    ),
    Value("khronos", "debox", "debox ignores normalize (4.3.2)", lambda step, theirs: step.attributes["normalize"]),
    Value(
        "nnef-tools",
        "multilinear_upsample",
        "multilinear_upsample, asymmetric or at reflecting borders (4.3.4)",
        lambda step, theirs: (
            step.attributes["method"] == "asymmetric" or step.attributes["border"].startswith("reflect")
        ),
    ),
    Value(
        "nnef-tools",
        "multilinear_upsample",
        "a factor of 1 beside others at border 'constant' (4.3.4)",
        lambda step, theirs: step.attributes["border"] == "constant" and 1 in step.attributes["factor"],
    ),
    Value(
        "nnef-tools",
        r"\w+_quantize",
        "operands of lower rank, aligned from the right (4.2.2)",
        lambda step, theirs: any(
            0 < operand.ndim < step.ranks[0] and operand.size > 1 for operand in step.operands[1:]
        ),
    ),
    Value(
        "tract",
        "(separable_)?deconv",
        "deconv with groups, automatic padding or output_shape",
        lambda step, theirs: _unusual_deconv(step),
    ),
    Value(
        "tract",
        "(separable_)?conv|pad",
        "negative padding (4.3.1)",
        lambda step, theirs: any(min(pair) < 0 for pair in step.attributes["padding"]),
    ),
    Value(
        "tract",
        "max_pool(_with_index)?",
        "border 'constant' of max_pool (4.3.3)",
        lambda step, theirs: step.attributes["border"] != "ignore",
    ),
    Value("tract", "debox", "debox ignores normalize (4.3.2)", lambda step, theirs: step.attributes["normalize"]),
    Value("tract", "round", "halves (4.2.1)", _at_halves),
    Value("tract", "elu", "elu ignores alpha (4.9.1)", lambda step, theirs: step.attributes["alpha"] != 1.0),
    Value("tract", _WINDOWS, _LEADING, lambda step, theirs: _moving(step)),
]


def _is_exact_gelu(step: Step, theirs: dict[str, Any]) -> bool:
    from math import erf, sqrt

    (found,) = theirs.values()
    x = step.operands[0].astype(np.float64)
    exact = np.vectorize(lambda a: a * 0.5 * (1 + erf(a / sqrt(2))), otypes=[float])(x) if x.size else x
    return found is not None and bool(np.allclose(found, exact, rtol=1e-3, atol=1e-4))


def explained(engine: str, step: Step, theirs: dict[str, Any]) -> str:
    """Why an engine's values are not ours; "" if nobody knows."""
    for value in VALUES:
        if value.engine == engine and re.fullmatch(value.operations, step.operation) and value.when(step, theirs):
            return value.why
    return ""
