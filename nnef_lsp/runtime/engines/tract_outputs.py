"""A copy of a model of tract's dialect whose outputs are of types that tract's Python package can give.

Extents (tdim) are none of these: such an output is cast to i64 by a statement at the end of the copy.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from ...archive import open_model
from ...syntax import nodes as n
from ...syntax.source import Source
from ...syntax.structure import structure_of
from ..errors import RunError

REGISTRY = "extension tract_registry tract_core;"


def copy_with_casts(model: str, outputs: Collection[int], folder: str) -> None:
    """Write the model at a path into a folder; `outputs` are the numbers of those to be cast.  Raises `RunError`."""
    with open_model(model) as opened:
        for name in opened.files():
            if name != opened.graph_name:
                target = Path(folder, name)
                target.parent.mkdir(parents=True, exist_ok=True)
                if os.path.isdir(model):
                    os.symlink(os.path.abspath(os.path.join(model, name)), target)
                else:
                    target.write_bytes(opened.resource(name))
        text = with_casts(opened.graph_text(), outputs)
    Path(folder, "graph.nnef").write_text(text, encoding="utf-8")


def with_casts(text: str, outputs: Collection[int]) -> str:
    """The text of a graph with some of its outputs cast."""
    source = Source(text)
    structure = structure_of(source)
    head = structure.graph.head.tree() if structure.graph is not None else None
    if structure.graph is None or not isinstance(head, n.GraphHead) or structure.version is None:
        raise RunError("the graph has no version or no head, so its outputs cannot be cast")
    begin, end = source.start_of(structure.graph.head), text.rindex("}")
    place = source.start_of(structure.version) + len(structure.version.text)
    casts, pieces = [], [text[:place], "" if REGISTRY in text else f"\n{REGISTRY}\n"]
    for number, result in enumerate(head.results):
        if number in outputs:
            written = text[begin + result.start : begin + result.end]
            pieces += [text[place : begin + result.start], f"nnef_lsp_output_{number}"]
            casts.append(f'nnef_lsp_output_{number} = tract_core_cast({written}, to = "i64");\n')
            place = begin + result.end
    return "".join([*pieces, text[place:end], *casts, text[end:]])
