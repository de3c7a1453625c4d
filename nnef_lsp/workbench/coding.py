"""Numbers as whole codes with a scale, and entries of graph.quant that say so.

Not here: which tensors (`changes/`), what codes mean (`archive/tensors/decoding.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ..archive.containers.model import Model
from ..archive.tensors.made import PIECE
from ..project.opening import Document
from ..syntax import nodes as n
from ..syntax.source import Source

if TYPE_CHECKING:
    from ..archive.arrays import Array


def pieces_of(model: Model, label: str) -> Iterator[Array]:
    """The items of a data file, flat, `PIECE` at a time; each is overwritten by the next."""
    import numpy as np

    tensor = model.tensor(label)
    count = tensor.header.count
    with tensor.parts() as part:
        for first in range(0, count, PIECE):
            yield np.asarray(part(first, min(PIECE, count - first)))


def entry(name: str, operation: str, arguments: Mapping[str, object]) -> str:
    """A line of graph.quant."""
    written = ", ".join(f"{key} = {_literal(value)}" for key, value in arguments.items())
    return f'"{name}": {operation}({written});'


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, float):
        text = f"{value:.9g}"
        return text if any(mark in text for mark in ".e") else f"{text}.0"
    return str(value)


def quant_with(document: Document, entries: Mapping[str, str]) -> str:
    """The text of graph.quant with these entries, by tensor, in place of those that it has for them."""
    text = document.model.quant_text() or ""
    source = Source(text, "quant")
    left = dict(entries)
    for segment in reversed(list(source)):
        tree = segment.tree()
        if isinstance(tree, n.Quantization) and tree.key.value in left:
            start = source.start_of(segment) + segment.blank_start
            text = text[:start] + left.pop(tree.key.value) + text[source.start_of(segment) + len(segment.text) :]
    return "".join([text, "" if not text or text.endswith("\n") else "\n", *(f"{line}\n" for line in left.values())])


def decibels(signal: float, noise: float) -> float:
    """Signal to noise from sums of squares; infinite where there is no noise."""
    import math

    if noise <= 0:
        return math.inf
    return 10 * math.log10(signal / noise) if signal > 0 else 0.0
