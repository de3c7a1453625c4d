"""Symbolic extents before a run: the values they take from the inputs, and those that are still open.

Imports no numpy before the shape of a file is asked for.  Not here: the algebra (`model/dims.py`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from ..model.dims import symbols_of
from ..model.facts import Tensor
from ..model.flat import FlatGraph
from ..model.symbols import bound


def symbol_values(
    tensors: Mapping[str, Tensor], inputs: Mapping[str, str], given: Mapping[str, int], folder: str = ""
) -> dict[str, int]:
    """Values of symbols: as given, else from the shapes of inputs that are files (relative to `folder`).

    A file that cannot be read gives none: the run says what is wrong with it.
    """
    from .inputs import stored_shape

    shapes = []
    for name, source in inputs.items():
        shape = stored_shape(name, os.path.join(folder, source)) if name in tensors else None
        if shape is not None:
            shapes.append((tensors[name].shape, shape))
    return bound(shapes, dict(given))


def open_symbols(graph: FlatGraph) -> list[str]:
    """Symbols without a value in the shapes of the inputs."""
    shapes = [graph.tensors[name].shape or () for name in graph.inputs if name in graph.tensors]
    return sorted({name for shape in shapes for extent in shape for name in symbols_of(extent)})
