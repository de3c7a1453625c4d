"""Symbolic extents before a run: the values they take from the inputs, and those that are still open.

Imports no numpy before the shape of a file is asked for.  Not here: symbolic extents (`model/extents/dims.py`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from ...model.analysis.analysis import Analysis
from ...model.extents.dims import Extent, symbols_of
from ...model.flattening.flat_graph import FlatGraph
from ...model.flattening.flatten import flatten
from ...model.operations.extensions import bound
from ...model.quantization.analysis import quantizations_of
from ...model.values.tensor import Tensor


def symbol_values(
    tensors: Mapping[str, Tensor], inputs: Mapping[str, str], given: Mapping[str, int], folder: str = ""
) -> dict[str, int]:
    """Values of symbols: as given, else from the shapes of inputs that are files (relative to `folder`).

    A file that cannot be read gives none: the run says what is wrong with it.
    """
    from .sources import stored_shape

    shapes = []
    for name, source in inputs.items():
        shape = stored_shape(name, os.path.join(folder, source)) if name in tensors else None
        if shape is not None:
            shapes.append((tensors[name].shape, shape))
    return bound(shapes, dict(given))


def flatten_for_run(analysis: Analysis, symbols: Mapping[str, Extent]) -> FlatGraph:
    """The flat graph with these values of symbols, and what graph.quant beside it says; symbols for the past of a cache,
    if they are open, are 0: a run begins with empty caches.  Raises `Unflattenable`."""
    graph = flatten(analysis, symbols=symbols)
    pasts = {name: 0 for name in _pasts(graph) if name not in symbols}
    if pasts:
        graph = flatten(analysis, symbols={**symbols, **pasts})
    text = analysis.weights.quantization()
    graph.quantization = quantizations_of(text, analysis) if text else {}
    return graph


def _pasts(graph: FlatGraph) -> Iterator[str]:
    """Symbols that stand alone for the past of a cache and are in no input's shape."""
    inputs = open_symbols(graph)
    for invocation in graph.invocations:
        axis, past = invocation.attributes.get("axis"), invocation.attributes.get("past_sequence_shape")
        if isinstance(axis, int) and isinstance(past, (list, tuple)) and axis < len(past):
            names = symbols_of(past[axis]) if not isinstance(past[axis], int) else set()
            yield from (name for name in names if len(names) == 1 and str(past[axis]) == name and name not in inputs)


def open_symbols(graph: FlatGraph) -> list[str]:
    """Symbols without a value in the shapes of the inputs."""
    shapes = [graph.tensors[name].shape or () for name in graph.inputs if name in graph.tensors]
    return sorted({name for shape in shapes for extent in shape for name in symbols_of(extent)})
