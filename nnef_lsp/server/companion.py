"""The other text of a model, whether it is open or not: graph.quant beside a graph, the graph beside a graph.quant.

A text that is not open is read from its file, and has no version.

Not here: what the words of graph.quant mean (`ide/quantization.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from ..json_data import JsonObject
from .session import ARCHIVE_SCHEME

if TYPE_CHECKING:
    from ..ide.text.place import Place
    from ..model.analysis.analysis import Analysis
    from ..model.quantization.analysis import QuantAnalysis
    from .session import Document


class Graph(NamedTuple):
    """The graph of a model."""

    uri: str
    version: int | None
    analysis: Analysis


class Quantization(NamedTuple):
    """The quantization file of a model."""

    uri: str
    version: int | None
    analysis: QuantAnalysis


def graph_of(document: Document) -> Graph | None:
    """The graph that a document is, or is about."""
    if document.language == "graph":
        return Graph(document.uri, document.version, document.analysis)
    analysis = document.quantization.graph
    if analysis is None:
        return None
    other = document.session.beside(document, "graph")
    return (
        Graph(other.uri, other.version, analysis)
        if other is not None
        else Graph(sibling(document, "graph.nnef"), None, analysis)
    )


def quantization_of(document: Document) -> Quantization | None:
    """The quantization file that a document is, or that is beside it."""
    from ..model.quantization.analysis import QuantAnalysis
    from ..syntax.source import Source

    if document.language == "quant":
        return Quantization(document.uri, document.version, document.quantization)
    other = document.session.beside(document, "quant")
    if other is not None:
        return Quantization(other.uri, other.version, other.quantization)
    _ = document.analysis  # opens the model
    text = document.weights.quantization() if document.weights is not None else None
    if text is None:
        return None
    return Quantization(sibling(document, "graph.quant"), None, QuantAnalysis(Source(text, "quant"), document.analysis))


def sibling(document: Document, file: str) -> str:
    """The address of a file of the document's model; '/' between folders."""
    return document.uri.rsplit("/", 1)[0] + "/" + quote(file)


def archive_uri(document: Document, file: str) -> str | None:
    """The address of the graph in an archive that is a file of the document's model; None within an archive."""
    folder = sibling(document, file)
    if not folder.startswith("file://"):
        return None
    return ARCHIVE_SCHEME + folder.removeprefix("file://") + "/!/graph.nnef"


def location_in(text: Graph | Quantization, place: Place, encoding: str) -> JsonObject:
    """A place of one of the texts."""
    return {"uri": text.uri, "range": range_in(text, place, encoding)}


def range_in(text: Graph | Quantization, place: Place, encoding: str) -> JsonObject:
    """The range of a place of one of the texts."""
    source = text.analysis.source
    start, end = (source.position_in(place.segment, at, encoding) for at in (place.start, place.end))
    return {
        "start": {"line": start.line, "character": start.column},
        "end": {"line": end.line, "character": end.column},
    }
