"""Where a run's weights come from: the model's own files, or random ones where a model has none.

A provider is a function from a label to an array.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

from ...model.flattening.flat_graph import FlatGraph, tensor_names
from ..arrays.dtypes import Array
from ..errors import RunError

Provider = Callable[[str], Any]


def model_weights(model: Any, graph: FlatGraph | None = None) -> Provider:
    """Weights from an opened model (`archive.open_model`): memory-mapped, quantized codes decoded as graph.quant says.

    Labels of models within it begin with the label of that model.
    """
    entries = _entries(graph) if graph is not None else {}

    def provide(label: str) -> Array:
        return np.asarray(_tensor(model, label).real_values(entries.get(label)))

    return provide


def _entries(graph: FlatGraph) -> dict[str, Any]:
    """What graph.quant says of each label, by the name of its variable.  In a dialect that computes with codes they stay
    codes here (`flattening/codes.py` gives them their meaning)."""
    if graph.dialect != "khronos":
        return {}
    return {
        str(invocation.attributes["label"]): graph.quantization[name]
        for invocation in graph.invocations
        if invocation.operation == "variable"
        for name in tensor_names(invocation.outputs)
        if name in graph.quantization
    }


def _tensor(model: Any, label: str) -> Any:
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


def random_weights(graph: FlatGraph, seed: int) -> Provider:
    """Weights that let activations through at about their size: scaled by fan-in, variances positive.

    The same on every machine, as `random:SEED` inputs are.
    """
    shapes = {
        invocation.attributes["label"]: (tuple(invocation.attributes["shape"]), invocation.generic)
        for invocation in graph.invocations
        if invocation.operation == "variable"
    }

    def provide(label: str) -> Array:
        shape, generic = shapes[label]
        generator = np.random.RandomState([seed & 0xFFFFFFFF, zlib.crc32(label.encode())])
        if generic == "integer":
            return np.asarray(generator.randint(0, 10, shape))
        if generic == "logical":
            return np.asarray(generator.randint(0, 2, shape), bool)
        if re.search(r"var|scale|gamma|std", label, re.IGNORECASE):
            return np.asarray(generator.uniform(0.5, 1.5, shape), np.float32)
        fan_in = int(np.prod(shape[1:])) if len(shape) > 1 and shape[0] > 1 else 100
        return np.asarray((generator.standard_normal(shape) * np.sqrt(2.0 / max(fan_in, 1))).astype(np.float32))

    return provide


def weights_from(source: str, model: Any, graph: FlatGraph) -> Provider:
    """`model` or `random:SEED`."""
    if source == "model":
        if model is None:
            raise RunError("the graph has no model folder, so there are no weights to read")
        return model_weights(model, graph)
    kind, _, seed = source.partition(":")
    if kind != "random" or (seed and not seed.isdigit()):
        raise RunError(f"'{source}' is not a source of weights: 'model' or 'random:SEED'")
    return random_weights(graph, int(seed or 0))
