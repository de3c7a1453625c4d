"""`nnef-lsp fmt PATH...`: graphs and quantization files in one layout.

Not here: the layout (`syntax/printer.py`).
"""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from . import document as d
from . import many
from .commands import UNREADABLE, Subparsers, add_command
from .drawing import say
from .terminal import write_document
from .texts import read_text, show_difference, write_text

if TYPE_CHECKING:
    from ..syntax.tokens import Language

NAMES = ("graph.nnef", "graph.quant")
"""The texts of a model folder."""


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "fmt",
        "lay out graphs: one statement per line, four spaces, at most 120 columns",
        "Rewrite each text in one layout: one statement per line, four spaces inside of braces, long invocations with one "
        "argument per line. Comments and single blank lines stay. A text that does not parse is left as it is.",
        [
            "nnef-lsp fmt model/",
            "nnef-lsp fmt --diff graph.nnef",
            "nnef-lsp fmt --check models/*.nnef",
            "cat graph.nnef | nnef-lsp fmt -",
        ],
        ["0 good", "1 a text does not parse, or would change (with --check or --diff)", UNREADABLE],
    )
    parser.add_argument(
        "paths", metavar="PATH", nargs="+", help="a .nnef or .quant file, a model folder, or - for standard input"
    )
    parser.add_argument("--check", action="store_true", help="write nothing, only list what would change")
    parser.add_argument("--diff", action="store_true", help="write nothing, show what would change")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """The worst status of all paths."""
    status = 0
    for path in args.paths:
        try:
            for file in _files(path):
                status = max(status, _format(file, args))
        except d.ArchiveError as error:
            d.complain(error)
            status = 2
    return status


def _files(path: str) -> list[str]:
    if path == "-" or not os.path.isdir(path):
        return [path]
    found = [os.path.join(path, name) for name in NAMES if os.path.isfile(os.path.join(path, name))]
    if not found:  # what is in archives is not formatted where it lies
        from ..archive.containers.pack import is_archive_name

        below = [model for model in many.models_of([path]) if model != path and not is_archive_name(model)]
        found = [file for model in below for file in _files(model)]
    if not found:
        raise d.ArchiveError(f"{path} holds no graph.nnef, so there is nothing to format.")
    return found


def _format(file: str, args: argparse.Namespace) -> int:
    from ..syntax.printer import formatted

    text, mark = read_text(file)
    language: Language = "quant" if file.endswith(".quant") else "graph"
    wanted = formatted(text, language)
    if wanted is None:
        d.complain(_problem(file, text, language))
        return 1
    if file == "-" and not (args.check or args.diff):
        write_document(wanted, mark)
        return 0
    if wanted == text:
        return 0
    if args.diff:
        show_difference(file, text, wanted, "formatted")
    elif args.check:
        say(f"would change {file}")
    else:
        write_text(file, mark + wanted.encode("utf-8"))
        say(f"formatted {file}")
    return 1 if args.check or args.diff else 0


def _problem(file: str, text: str, language: Language) -> str:
    """Why a text stays as it is: its first error."""
    from ..syntax.source import Source
    from ..syntax.structure import structure_of

    source = Source(text, language)
    found = [(segment, problem) for segment in source for problem in segment.problems]
    found += structure_of(source).problems if language == "graph" else []
    places = sorted((source.position_in(segment, problem.start), problem.message) for segment, problem in found)
    if not places:
        return f"{file} is left as it is: its layout cannot be changed safely."
    at, message = places[0]
    return f"{file}:{at.line + 1}:{at.column + 1}: {message}; the file is left as it is"
