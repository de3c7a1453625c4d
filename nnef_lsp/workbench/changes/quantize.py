"""graph.quant for a model, from what flows through it on a person's inputs; and how accurate it is then.

Filters get codes around 0; what flows gets codes over its range, which always holds 0.  Biases stay, and so does what
only an activation reads, as engines compute both together.

Not here: what flows (`calibration.py`), stored codes (`cast.py`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...model.flattening.flat_graph import FlatGraph, TensorName, tensor_names
from ...project.opening import Document
from ...runtime.inputs.open_extents import flatten_for_run
from ..calibration import Accuracy, Item, Runs, Seen, accuracy, items_from, seen
from ..change import Change, changed
from ..coding import entry, quant_with
from ..constants import constant_names, values_of
from ..errors import ChangeError
from ..words import counted

if TYPE_CHECKING:
    from ...archive.arrays import Array

SCHEMES, METHODS = ("zero-point", "min-max", "symmetric"), ("minmax", "percentile", "mse", "entropy")
PERCENT = 99.99
FUSED = ("relu", "clamp", "leaky_relu", "batch_normalization", "max")
LOW_BITS = 4
"""What a mixed quantization tries for each filter."""


@dataclass(frozen=True)
class Wishes:
    """How to quantize."""

    scheme: str = "zero-point"
    bits: int = 8
    per_channel: bool = False
    method: str = "minmax"
    mixed: float | None = None
    """The least signal to noise of the outputs, in dB, down to which filters get fewer bits."""


def quantize(
    document: Document, sources: Sequence[Mapping[str, str]], wishes: Wishes, kernels: Mapping[str, Any] | None = None
) -> Change:
    """The model with a graph.quant, which is told to be as accurate as it is on the inputs.  Raises ChangeError."""
    if document.analysis.dialect.datum_types:
        raise ChangeError(
            f"in {document.analysis.dialect.title}'s dialect graph.quant gives tensors types that operations compute with, which is "
            "for who exports a model to say; weights alone can be stored smaller: nnef-lsp cast"
        )
    graph = flatten_for_run(document.analysis, {})
    filters, flowing = _chosen(document, graph)
    if not filters and not flowing:
        raise ChangeError("nothing in the graph can be quantized")
    items = items_from(document, graph, sources)
    every = [*filters, *flowing]
    plain = Runs(document, graph, every, items[0], kernels or {}, quantize=False)
    ranges = seen(plain, items, flowing, wishes.method != "minmax")
    stored = values_of(graph, document.model, filters) if filters else {}
    entries = {name: _flow_entry(name, ranges[name], wishes) for name in flowing}
    bits = dict.fromkeys(filters, wishes.bits)

    def with_bits(chosen: Mapping[str, int]) -> tuple[Change, Accuracy]:
        weights = {name: _filter_entry(name, stored[name], chosen[name], wishes) for name in filters}
        made = changed(document, document.analysis.source.text, {}, quant_with(document, {**weights, **entries}))
        new = flatten_for_run(made.new.analysis, {})
        runs = Runs(made.new, new, every, items[0], kernels or {}, quantize=True)
        return made, accuracy(plain, runs, items, every + [n for n in graph.outputs if n not in every], graph.outputs)

    change, found = with_bits(bits)
    told: list[str] = []
    if wishes.mixed is not None:
        change, found, sentence = _mixed(with_bits, bits, change, found, graph.outputs, wishes)
        told.append(sentence)
    return change.saying(*_report(found, filters, flowing, items, graph), *told)


def _chosen(document: Document, graph: FlatGraph) -> tuple[list[str], list[str]]:
    """The filters, and the tensors that flow and are stored between operations."""
    constant = constant_names(graph)
    named = document.analysis.tensors()
    readers: dict[str, list[str]] = {}
    filters: dict[str, None] = {}
    for invocation in graph.invocations:
        for name in tensor_names(invocation.inputs):
            readers.setdefault(name, []).append(invocation.operation)
        operands = invocation.inputs[1:2] if invocation.operation in ("conv", "deconv", "linear", "matmul") else ()
        for item in operands:
            if isinstance(item, TensorName) and item.name in constant and item.name in named:
                filters[item.name] = None
    flowing = []
    for name, fact in graph.tensors.items():
        only = readers.get(name, [])
        fused = len(only) == 1 and only[0] in FUSED and name not in graph.outputs
        if name in named and name not in constant and fact.dtype == "scalar" and fact.shape != () and not fused:
            flowing.append(name)
    return list(filters), flowing


def _filter_entry(name: str, array: Array, bits: int, wishes: Wishes) -> str:
    import numpy as np

    most = 2 ** (bits - 1) - 1
    axes = tuple(range(1, array.ndim)) if wishes.per_channel and array.ndim > 1 else None
    largest = np.abs(array).max(axis=axes)
    if wishes.scheme == "min-max":
        low, high = -largest, largest
        bounds = {"min": _numbers(low), "max": _numbers(np.where(high > low, high, low + 1.0))}
        return entry(name, "min_max_linear_quantize", {**bounds, "bits": bits, "signed": True, "symmetric": True})
    scale = np.where(largest > 0, largest, 1.0) / most
    return entry(
        name,
        "zero_point_linear_quantize",
        {"zero_point": 0, "scale": _numbers(scale), "bits": bits, "signed": True, "symmetric": True},
    )


def _numbers(array: Any) -> object:
    """A number, or a list for each channel."""
    import numpy as np

    array = np.asarray(array, np.float64)
    return float(array) if array.ndim == 0 else [float(item) for item in array]


def _flow_entry(name: str, found: Seen, wishes: Wishes) -> str:
    low, high = _range(found, wishes)
    codes = 2**wishes.bits - 1
    if wishes.scheme == "symmetric":
        most = 2 ** (wishes.bits - 1) - 1
        scale = (max(-low, high) or 1.0) / most
        arguments = {"zero_point": 0, "scale": scale, "bits": wishes.bits, "signed": True, "symmetric": True}
        return entry(name, "zero_point_linear_quantize", arguments)
    scale = (high - low or 1.0) / codes
    zero = round(-low / scale)
    if wishes.scheme == "min-max":
        bounds = {"min": -zero * scale, "max": (codes - zero) * scale}  # so that 0 is a code
        return entry(
            name, "min_max_linear_quantize", {**bounds, "bits": wishes.bits, "signed": False, "symmetric": False}
        )
    arguments = {"zero_point": zero, "scale": scale, "bits": wishes.bits, "signed": False, "symmetric": False}
    return entry(name, "zero_point_linear_quantize", arguments)


def _range(found: Seen, wishes: Wishes) -> tuple[float, float]:
    """The part of a tensor's range that gets codes of its own; what is beyond is cut off."""
    import numpy as np

    if wishes.method == "minmax" or found.counts is None:
        return found.low, found.high
    centres, counts = found.centres(), found.counts.astype(np.float64)
    if wishes.method == "percentile":
        share = np.cumsum(counts) / counts.sum()
        beyond = (100 - PERCENT) / 100
        inside = centres[(share >= beyond) & (share <= 1 - beyond)]
        ends = (float(inside[0]), float(inside[-1])) if inside.size else (found.low, found.high)
        return min(ends[0] if found.low < 0 else 0.0, 0.0), max(ends[1] if found.high > 0 else 0.0, 0.0)
    loss = _squares if wishes.method == "mse" else _divergence
    shares = np.linspace(0.2, 1.0, 41)
    best = min(
        shares[::-1], key=lambda share: loss(centres, counts, found.low * share, found.high * share, wishes.bits)
    )
    return found.low * float(best), found.high * float(best)


def _coded(centres: Array, low: float, high: float, bits: int) -> Array:
    import numpy as np

    step = (high - low or 1.0) / (2**bits - 1)
    return np.asarray(np.rint((np.clip(centres, low, high) - low) / step) * step + low)


def _squares(centres: Array, counts: Array, low: float, high: float, bits: int) -> float:
    return float((counts * (_coded(centres, low, high, bits) - centres) ** 2).sum())


def _divergence(centres: Array, counts: Array, low: float, high: float, bits: int) -> float:
    """Kullback and Leibler's, of what each code stands for from what there was; what is cut off piles up at the ends."""
    import numpy as np

    clipped = np.clip(centres, low, high)
    inside = (centres >= low) & (centres <= high)
    p = np.where(inside, counts, 0.0)
    ends = np.flatnonzero(inside)
    if not ends.size:
        return math.inf
    p[ends[0]] += counts[: ends[0]].sum()
    p[ends[-1]] += counts[ends[-1] + 1 :].sum()
    step = (high - low or 1.0) / (2**bits - 1)
    codes = np.rint((clipped - low) / step).astype(int)
    filled = inside & (counts > 0)
    total = np.bincount(codes[inside], counts[inside], 2**bits)
    spread = np.bincount(codes[filled], minlength=2**bits)
    q = np.where(filled, total[codes] / np.maximum(spread[codes], 1), 0.0)
    p, q = p / max(p.sum(), 1e-30), q / max(q.sum(), 1e-30)
    both = p > 0
    return float((p[both] * np.log(p[both] / np.maximum(q[both], 1e-12))).sum())


def _mixed(
    with_bits: Any, bits: dict[str, int], change: Change, found: Accuracy, outputs: Sequence[str], wishes: Wishes
) -> tuple[Change, Accuracy, str]:
    """Fewer bits for as many filters as the outputs bear, those first that lose least by it; halving finds how many."""
    assert wishes.mixed is not None

    def ratio(each: Accuracy) -> float:
        return min(each.tensors[name].decibels for name in outputs)

    if ratio(found) < wishes.mixed:
        raise ChangeError(
            f"with {wishes.bits} bits everywhere the outputs have {ratio(found):.1f} dB already, less than {wishes.mixed:g}"
        )
    _, low = with_bits(dict.fromkeys(bits, LOW_BITS))
    order = sorted(bits, key=lambda name: -low.tensors[name].decibels)
    good, bad = 0, len(order) + 1
    while bad - good > 1:
        middle = (good + bad) // 2
        made, trial = with_bits({**bits, **dict.fromkeys(order[:middle], LOW_BITS)})
        if ratio(trial) >= wishes.mixed:
            good, change, found = middle, made, trial
        else:
            bad = middle
    return (
        change,
        found,
        f"{counted(good, 'filter')} of {len(order)} with {LOW_BITS} bits, the others with {wishes.bits}: {ratio(found):.1f} dB at the outputs",
    )


def _report(
    found: Accuracy, filters: Sequence[str], flowing: Sequence[str], items: Sequence[Item], graph: FlatGraph
) -> list[str]:
    told = [
        f"{counted(len(filters), 'filter')} and {counted(len(flowing), 'tensor')} that flow, by {counted(len(items), 'item')}"
    ]
    if found.rows:
        told.append(
            f"the largest item of the outputs is the same in {found.same} of {found.rows} rows ({found.same / found.rows:.1%})"
        )
    worst = sorted(found.tensors, key=lambda name: found.tensors[name].decibels)
    told.append("signal to noise, the worst first:")
    for name in worst[:10]:
        told.append(f"  {name}: {found.tensors[name].decibels:.1f} dB")
    if len(worst) > 10:
        told.append(f"  {len(worst) - 10} others are better")
    return told
