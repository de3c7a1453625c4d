"""The dialect of a graph whose own text tells none, by what lies beside it.

A graph of standard operations only may be written for an engine nevertheless: other graphs of the model show its marks,
its data have item types of the engine's own, or it is right in no other dialect and has inputs and outputs saved by the
engine's tools beside it (io.npz).

Not here: marks in the text (`model/operations/dialects.py`), a dialect that the settings name (`configuration.py`).
"""

from __future__ import annotations

from ..archive import ArchiveError, Model
from ..archive.names import DAT, GRAPH
from ..model.analysis.analysis import Analysis, detect_dialect
from ..model.operations.dialect import Dialect
from ..model.operations.dialects import DIALECTS, STANDARD
from ..rules import diagnose
from ..syntax.source import Source
from .model_files import ModelWeights

SAVED = "io.npz"
"""Inputs and outputs, as torch_to_nnef and tract's command line save them."""


def recognised(model: Model, source: Source) -> Dialect | None:
    """The dialect that a graph's neighbours tell; None where its text tells one, and where they tell none."""
    if detect_dialect(source) is not STANDARD:
        return None
    try:
        return _by_other_graphs(model) or _by_item_types(model) or _by_errors(model, source)
    except ArchiveError:
        return None


def _by_other_graphs(model: Model) -> Dialect | None:
    """Models within this one are of its dialect; a graph of another name may lie in a folder of anything."""
    name = model.glance("/" + GRAPH)[0] if model.graph_name == GRAPH else None
    if name is None or name.count("/") != 1:
        return None
    found = detect_dialect(Source(model.resource(name).decode("utf-8", "replace")))
    return None if found is STANDARD else found


def _by_item_types(model: Model) -> Dialect | None:
    """Item types of a vendor are read by the vendor's engine alone."""
    name, _ = model.glance(DAT)
    vendor = model.header(name[: -len(DAT)]).vendor if name is not None else 0
    return next((dialect for dialect in DIALECTS.values() if vendor and vendor == dialect.vendor), None)


def _by_errors(model: Model, source: Source) -> Dialect | None:
    if model.glance(SAVED)[0] != SAVED or not _has_errors(model, source, STANDARD):
        return None
    others = (dialect for dialect in DIALECTS.values() if dialect is not STANDARD)
    return next((dialect for dialect in others if not _has_errors(model, source, dialect)), None)


def _has_errors(model: Model, source: Source, dialect: Dialect) -> bool:
    analysis = Analysis(Source(source.text), dialect, ModelWeights(model))
    return any(item.severity == "error" for item in diagnose(analysis))
