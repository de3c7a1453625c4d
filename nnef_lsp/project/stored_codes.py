"""Stored codes and the entry of graph.quant that says what they stand for, from the place of a file.

Not here: decoding (`archive/tensors/decoding.py`), codes that do not fit (`model/quantization/stored.py`).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..archive import ArchiveError, Model, TensorFile, open_model
from ..archive.names import DAT, GRAPH
from ..archive.tensors.decoding import Entry

if TYPE_CHECKING:
    from ..archive.tensors.tensor import Tensor

MAX_DEPTH = 8
"""How many folders above a data file its graph is looked for."""


def entry_of(
    path: str, tensor: Tensor, label: str | None = None, edited: Callable[[str], str | None] | None = None
) -> Entry | None:
    """The entry for a tensor of quantized codes: a label of the model at `path`, or the data file there, whose model is
    looked for in the folders above.  None for other tensors, and where there is none.  `edited` gives the text of
    graph.quant for the path of a model, where an editor has it."""
    if not isinstance(tensor, TensorFile) or not tensor.header.quantized or tensor.header.deprecated_range is not None:
        return None
    place = (path, label) if label is not None else _model_above(path) if path.lower().endswith(DAT) else None
    if place is None:
        return None
    try:
        with open_model(place[0]) as model:
            return entry_in(model, str(place[1]), edited(place[0]) if edited is not None else None)
    except ArchiveError:
        return None


def entry_in(model: Model, label: str, text: str | None = None) -> Entry | None:
    """The entry that graph.quant (or another text for it) has for the variable of a label; raises ArchiveError."""
    from ..model.analysis.analysis import Analysis
    from ..model.quantization.analysis import quantizations_of
    from ..syntax.source import Source
    from .model_files import ModelWeights

    text = model.quant_text() if text is None else text
    if text is None:
        return None
    analysis = Analysis(Source(model.graph_text()), weights=ModelWeights(model))
    entries = quantizations_of(text, analysis) if analysis.dialect.strict_types else {}
    names = [name for segment in analysis.labels.get(label, ()) for name in segment.defines]
    return next((entries[name] for name in names if name in entries), None)


def _model_above(file: str) -> tuple[str, str] | None:
    """The model folder that a data file lies in, and its label there."""
    folder = os.path.dirname(os.path.abspath(file))
    for _ in range(MAX_DEPTH):
        if os.path.isfile(os.path.join(folder, GRAPH)):
            label = os.path.relpath(os.path.abspath(file), folder)[: -len(DAT)]
            return folder, label.replace(os.sep, "/")
        folder = os.path.dirname(folder)
    return None
