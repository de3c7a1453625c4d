"""How far what two models compute is apart, and what they are run on to see.

Not here: running (`running.py`), which models are compared (`model.py`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..project.opening import Document
from .diagnostic import ModelError
from .running import flat

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


def random_inputs(document: Document, symbols: Mapping[str, int]) -> dict[str, Array]:
    """What `random:0` gives for each input, as for `nnef-lsp run`."""
    from ..runtime.errors import RunError
    from ..runtime.inputs.sources import read_input

    graph = flat(document, {}, symbols)
    try:
        return {name: read_input(name, "random:0", graph.tensors[name]) for name in graph.inputs}
    except RunError as error:
        raise ModelError(error.message) from error


def as_source(folder: str, name: str, number: int, given: Any) -> str:
    """A source of an input: a path as it is, an array as a file in a folder."""
    if isinstance(given, (str, os.PathLike)):
        return os.path.abspath(given)
    import numpy as np

    path = os.path.join(folder, f"{number}-{abs(hash(name))}.npy")
    np.save(path, np.asarray(given), allow_pickle=False)
    return path


def off(name: str, expected: Array, found: Array) -> float:
    """The largest difference, as a share of the largest magnitude (of 1, where that is smaller); infinite where there is none."""
    from ..workbench.proof import compared

    told = compared(name, expected, found)
    return float("inf") if told.problem else told.absolute / max(1.0, told.magnitude)
