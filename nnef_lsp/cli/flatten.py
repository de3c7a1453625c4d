"""`nnef-lsp flatten PATH`: the graph with every fragment expanded, as a graph in flat NNEF.

Not here: expanding (`model/flatten.py`), the text (`ide/flat_text.py`).
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from . import document as d


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("flatten", help="print the graph with every fragment expanded")
    parser.add_argument("path", metavar="PATH", help="a .nnef file, a model folder or an archive")
    parser.add_argument("--output", metavar="FILE.nnef", help="write it there instead of to standard output")
    d.add_dialect(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit status 0; 1 if the model has errors or no flat text says the same in its dialect; 2 if it cannot be read or the file cannot be written."""
    from ..archive.atomic import atomic_writer
    from ..ide.flat_text import flat_text
    from ..syntax.printer import formatted
    from .run import flat_graph

    try:
        document = d.open_document(args.path, args.dialect)
        graph = flat_graph(document)
        if graph is None:
            return 1
        text = flat_text(graph, document.analysis.operations, _extensions(document), head="")
        wrong = _first_error(text, document)
        text = formatted(text) or text
        if args.output:
            with atomic_writer(args.output) as stream:
                stream.write(text.encode("utf-8"))
    except d.ArchiveError as error:
        d.complain(error)
        return 2
    if not args.output:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8"))
    if wrong is not None:
        d.complain(f"the flat graph is for reading, it is no valid {document.analysis.dialect.name} graph: {wrong}")
    return 0 if wrong is None else 1


def _extensions(document: d.Document) -> list[str]:
    """A vendor's registries and symbols; Khronos' extensions are about what is expanded now."""
    found = [" ".join(segment.text[segment.blank_start :].split()) for segment in document.analysis.structure.extensions]
    return [line for line in found if not line.startswith("extension KHR_")]


def _first_error(text: str, document: d.Document) -> str | None:
    """What the flat text says wrongly: attributes that a run computes have no flat form, nor has every vendor's type."""
    from ..model.analysis import Analysis
    from ..rules import diagnose
    from ..syntax.source import Source

    analysis = Analysis(Source(text), document.analysis.dialect, document.analysis.weights)
    return next((item.message for item in diagnose(analysis) if item.severity == "error"), None)
