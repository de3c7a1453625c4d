"""Batch normalization behind a convolution or a linear layer becomes part of its filter and bias.

offset + scale * (conv(x, filter) + bias - mean) / sqrt(variance + epsilon)
  = conv(x, filter * factor) + ((bias - mean) * factor + offset),    factor = scale / sqrt(variance + epsilon)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ...archive.blobs import Blob
from ...archive.names import label_file
from ...archive.tensors.made import MadeTensor
from ...ide.text.place import Edit
from ...model.flattening.flat_graph import TensorName
from ...project.opening import Document
from ..change import Change
from ..constants import constant_names, values_of
from ..statements import Graph, Statement, beside

if TYPE_CHECKING:
    from ...archive.arrays import Array

NAME = "normalization"
_LAYERS = ("conv", "linear", "deconv")
_FLOATS = ("float16", "float32", "float64", "bfloat16")


class _Pair(NamedTuple):
    """A layer, the normalization behind it, the variable of its filter, and the item type of that one's file."""

    layer: Statement
    normalization: Statement
    filter: Statement
    item_type: str


def apply(document: Document) -> Change | None:
    """Fold each that stands alone behind its layer."""
    graph = Graph(document)
    constant = constant_names(graph.flat)
    edits: list[Edit] = []
    files: dict[str, Blob | None] = {}
    told: list[str] = []
    for statement in graph.statements.values():
        pair = _pair(graph, statement, constant)
        if pair is None:
            continue
        numbers = _numbers(graph, document, pair)
        if numbers is None:
            continue
        factor, bias = numbers
        edits += _edits(graph, document, pair, factor, bias, files)
        told.append(f"batch normalization {pair.normalization.name} goes into {pair.layer.operation} {pair.layer.name}")
    return graph.change(edits, told, files) if edits else None


def _pair(graph: Graph, statement: Statement, constant: set[str]) -> _Pair | None:
    if statement.operation != "batch_normalization":
        return None
    layer = graph.maker(statement.invocation.inputs[0])
    if layer is None or layer.operation not in _LAYERS or not graph.is_read_once(layer.name, statement):
        return None
    if layer.operation == "deconv" and layer.invocation.whole("groups") != 1:
        return None
    parameters = [*statement.invocation.inputs[1:], *layer.invocation.inputs[2:3]]
    if any(
        isinstance(item, list) or (isinstance(item, TensorName) and item.name not in constant) for item in parameters
    ):
        return None
    found = graph.maker(layer.invocation.inputs[1])
    if found is None or found.operation != "variable" or found.name not in constant:
        return None
    if {layer.name, found.name} & graph.quantized:
        return None
    label = found.invocation.text("label").lstrip("/")
    header = graph.analysis.weights.header(label)
    if header is None or header.problem is not None or header.item_type not in _FLOATS:
        return None
    return _Pair(layer, statement, found, header.item_type)


def _numbers(graph: Graph, document: Document, pair: _Pair) -> tuple[Array, Array] | None:
    """The factor of each output channel, and the new bias; None where parameters are not one for each channel."""
    import numpy as np

    inputs = [*pair.normalization.invocation.inputs[1:5], *pair.layer.invocation.inputs[2:3]]
    names = [item.name for item in inputs if isinstance(item, TensorName)]
    arrays = values_of(graph.flat, document.model, names) if names else {}
    shape = graph.shape(pair.filter.name)
    if shape is None:
        return None
    count = shape[1 if pair.layer.operation == "deconv" else 0]
    found = []
    for item in inputs:
        value = np.asarray(
            arrays[item.name] if isinstance(item, TensorName) else 0.0 if item is None else item, np.float64
        )
        if value.size not in (1, count) or (value.size > 1 and value.ndim > 1 and value.shape[1] != count):
            return None
        if value.ndim == 1 and value.size > 1 and graph.analysis.dialect.strict_types:
            return None  # broadcasting begins at the first dimension, which is the batch
        found.append(np.broadcast_to(value.reshape(-1), (count,)))
    mean, variance, offset, scale = found[:4]
    old = found[4] if len(found) > 4 else np.zeros(count)
    with np.errstate(all="ignore"):
        factor = scale / np.sqrt(variance + _epsilon(pair.normalization))
        bias = (old - mean) * factor + offset
    return (factor, bias) if np.isfinite(factor).all() and np.isfinite(bias).all() else None


def _epsilon(statement: Statement) -> float:
    return statement.invocation.number("epsilon")


def _edits(
    graph: Graph, document: Document, pair: _Pair, factor: Array, bias: Array, files: dict[str, Blob | None]
) -> Iterator[Edit]:
    layer, label = pair.layer, pair.filter.invocation.text("label").lstrip("/")
    shape = graph.shape(pair.filter.name) or ()
    alone = graph.is_read_once(pair.filter.name, layer) and len(graph.analysis.labels.get(label, ())) == 1
    target = label if alone else graph.fresh_label(f"{label}_{pair.normalization.name}")
    axis = 1 if layer.operation == "deconv" else 0
    files[label_file(target)] = MadeTensor(
        target, shape, pair.item_type, _scaled(document, label, factor.reshape(-1, *[1] * (len(shape) - 1 - axis)))
    )
    if not alone:
        name = graph.fresh(f"{pair.normalization.name}_filter")
        yield graph.above(layer, f"{name} = variable<scalar>(shape = {list(shape)}, label = '{target}');")
        yield graph.with_argument(layer, "filter", name, "input")
    bias_label = graph.fresh_label(beside(target, "bias"))
    bias_shape = [1, len(bias)] if graph.analysis.dialect.strict_types else _bias_shape(graph, layer, len(bias))
    files[label_file(bias_label)] = MadeTensor(
        bias_label, bias_shape, pair.item_type, lambda: iter([bias.astype(_numpy(pair.item_type))])
    )
    name = graph.fresh(f"{layer.name}_bias")
    yield graph.above(layer, f"{name} = variable<scalar>(shape = {bias_shape}, label = '{bias_label}');")
    yield graph.with_argument(layer, "bias", name, "filter")
    yield graph.renamed_target(layer, pair.normalization.name)
    yield graph.without(pair.normalization.segment)


def _bias_shape(graph: Graph, layer: Statement, count: int) -> list[int]:
    """As the bias is that a layer has, else [1, C]."""
    item = layer.invocation.inputs[2] if len(layer.invocation.inputs) > 2 else None
    shape = graph.shape(item.name) if isinstance(item, TensorName) else None
    return list(shape) if shape is not None and shape and shape[-1] == count else [1, count]


def _scaled(document: Document, label: str, factor: Array) -> Callable[[], Iterator[Array]]:
    """The items of a filter times the factor of their output channel, made when they are written."""
    import numpy as np

    model = document.model

    def pieces() -> Iterator[Array]:
        old = model.tensor(label).array()
        wide = np.float64 if old.dtype == np.float64 else np.float32
        yield (old * factor.astype(wide)).astype(old.dtype)

    return pieces


def _numpy(item_type: str) -> str:
    return item_type if item_type in ("float16", "float64") else "float32"
