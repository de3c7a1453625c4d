"""A model as ONNX, from Python.

Not here: a flat graph as an ONNX model (`exchange/onnx/exporting.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

from ..archive import ArchiveError
from ..exchange.errors import ExchangeError, UnmappedError
from ..exchange.packages import require
from ..project.opening import Document
from .diagnostic import ModelError
from .running import flat


def written(document: Document, symbols: Mapping[str, int], path: str | None, opset: int) -> bytes | None:
    """The bytes of the model, or nothing if it is written to a file.  Raises ModelError."""
    from ..runtime.inputs.weights import model_weights

    graph = flat(document, {}, symbols)
    try:
        require("onnx")
        from ..exchange.onnx.exporting import check, translate
        from ..exchange.onnx.model_file import serialized, write_model

        onnx, weights = translate(graph, opset=opset), model_weights(document.model, graph)
        check(onnx)
        if path is None:
            return serialized(onnx, weights)
        write_model(onnx, weights, path)
    except UnmappedError as error:
        raise ModelError(f"{error.message}: " + "; ".join(item.sentence for item in error.unmapped)) from error
    except ExchangeError as error:
        raise ModelError(error.message) from error
    except ArchiveError as error:
        raise ModelError(str(error).rstrip(".")) from error
    return None
