"""`nnef-lsp flatten PATH`: the graph with every fragment expanded, as a graph in flat NNEF.

Not here: expanding (`model/flattening/flatten.py`), the text (`ide/views/flat.py`).
"""

from __future__ import annotations

import argparse

from . import document as d
from .commands import PATH_HELP, UNREADABLE, Subparsers, add_command
from .terminal import write_document


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "flatten",
        "print the graph with every fragment expanded",
        "Print the graph with every fragment expanded. NNEF becomes flat NNEF: invocations of standard operations with "
        "literal attributes. In tract's dialect expressions and symbols stay, and so do fragments that are bodies of loops.",
        ["nnef-lsp flatten model/", "nnef-lsp flatten model.nnef.tgz --output flat.nnef"],
        ["0 good", "1 the model has errors", UNREADABLE],
    )
    parser.add_argument("path", metavar="PATH", help=PATH_HELP + ", or - for standard input")
    parser.add_argument("--output", metavar="FILE.nnef", help="write it there instead of to standard output")
    d.add_dialect(parser)
    d.add_trust(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit status 0; 1 if the model has errors or no flat text says the same in its dialect; 2 if it cannot be read or the file cannot be written."""
    from ..archive.atomic import atomic_writer
    from ..ide.views.flat import flat_document
    from ..model.flattening.flatten import Unflattenable

    try:
        document = d.open_document(args.path, args.dialect, stdin=True, trust=args.trust)
        if d.has_errors(document, "be expanded", *d.WEIGHT_RULES):
            return 1
        text = flat_document(document.analysis)
        wrong = _first_error(text, document)
        if args.output:
            with atomic_writer(args.output) as stream:
                stream.write(text.encode("utf-8"))
    except d.ArchiveError as error:
        d.complain(error)
        return 2
    except Unflattenable as error:
        d.complain(d.unflattenable(document, error))
        return 1
    if not args.output:
        write_document(text)
    if wrong is not None:
        d.complain(f"the flat graph is for reading, it is not a valid {document.analysis.dialect.name} graph: {wrong}")
    return 0 if wrong is None else 1


def _first_error(text: str, document: d.Document) -> str | None:
    """What the flat text says wrongly: a vendor's dialect may have types that no operation writes."""
    from ..model.analysis.analysis import Analysis
    from ..rules import diagnose
    from ..syntax.source import Source

    old = document.analysis
    analysis = Analysis(Source(text), old.dialect, old.weights, custom=old.custom)
    return next((item.message for item in diagnose(analysis) if item.severity == "error"), None)
