"""Where a run's weights come from: the model's own files, or random ones where a model has none.

A provider is a function from a label to an array.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ...model.flattening.flat_graph import FlatGraph, tensor_names
from ...model.operations.dialects import DIALECTS
from ..arrays.dtypes import Array
from ..errors import RunError
from .random_weights import random_weights

if TYPE_CHECKING:
    from ...archive import TensorFile
    from ...archive.containers.model import Model
    from ...archive.tensors.decoding import Entry

Provider = Callable[[str], Array]


def model_weights(model: Model, graph: FlatGraph | None = None) -> Provider:
    """Weights from an opened model (`archive.open_model`): memory-mapped, quantized codes decoded as graph.quant says.

    Labels of models within it begin with the label of that model.
    """
    entries = _entries(graph) if graph is not None else {}

    def provide(label: str) -> Array:
        return np.asarray(_tensor(model, label).real_values(entries.get(label)))

    return provide


def _entries(graph: FlatGraph) -> dict[str, Entry]:
    """What graph.quant says of each label, by the name of its variable.  In a dialect that computes with codes they stay
    codes here (`flattening/codes.py` gives them their meaning)."""
    if DIALECTS[graph.dialect].datum_types:
        return {}
    return {
        str(invocation.attributes["label"]): graph.quantization[name]
        for invocation in graph.invocations
        if invocation.operation == "variable"
        for name in tensor_names(invocation.outputs)
        if name in graph.quantization
    }


def _tensor(model: Model, label: str) -> TensorFile:
    """The file of a label, which may be in an archive that lies in the model."""
    from ...archive import ArchiveError
    from ...archive.containers.inner import inner_model

    parts = label.split("/")
    for count in range(1, len(parts)) if not model.has(label) else ():
        try:
            return _tensor(inner_model(model, "/".join(parts[:count])), "/".join(parts[count:]))
        except ArchiveError:
            continue
    return model.tensor(label)


def weights_from(source: str, model: Model | None, graph: FlatGraph) -> Provider:
    """`model` or `random:SEED`."""
    if source == "model":
        if model is None:
            raise RunError("the graph has no model folder, so there are no weights to read")
        return model_weights(model, graph)
    kind, _, seed = source.partition(":")
    if kind != "random" or (seed and not seed.isdigit()):
        raise RunError(f"'{source}' is not a source of weights: 'model' or 'random:SEED'")
    return random_weights(graph, int(seed or 0))
