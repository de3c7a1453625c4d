"""`nnef-lsp shapes PATH...`: every tensor of every graph with its inferred shape and type."""

from __future__ import annotations

import argparse
import json
import sys

from ..json_data import JsonObject
from ..model.extents.dims import format_shape
from ..model.values.tensor import Tensor
from . import document as d
from . import many
from .commands import FORMAT_HELP, UNREADABLE, Subparsers, add_command
from .drawing import say, visible


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "shapes",
        "print every tensor with its inferred shape and type",
        "Print every tensor of the graph with its inferred type and shape, in the order of the text. A ? stands for what "
        "cannot be known, as behind an error.",
        [
            "nnef-lsp shapes model/",
            "nnef-lsp shapes model.nnef.tgz --format json",
            "nnef-lsp shapes model/ --input image=4,1,8,8   # another shape of an input (section 2.2)",
        ],
        ["0 good", UNREADABLE],
    )
    parser.add_argument("paths", metavar="PATH", nargs="+", help=many.PATHS_HELP + ", or - for standard input")
    parser.add_argument("--format", choices=["text", "json"], default="text", help=FORMAT_HELP)
    d.add_input_shape(parser, "--input")
    d.add_symbols(parser)
    d.add_dialect(parser)
    d.add_trust(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit status 0, or 2 if a path cannot be read."""
    status = 0
    found: JsonObject = {}
    paths = many.models_of(args.paths)
    for path in paths:
        try:
            document = d.open_document(
                path, args.dialect, stdin=True, symbols=d.symbol_values(args.set), trust=args.trust
            )
            tensors = d.reshaped(document, d.input_shapes(document, args.input_shape)).analysis.tensors()
        except (d.ArchiveError, ValueError) as error:
            d.complain(error)
            status = 2
            continue
        found[path] = {name: {"shape": plain_shape(fact), "dtype": fact.dtype} for name, fact in tensors.items()}
        if args.format == "text":
            _print(path, tensors, len(paths) > 1)
    if args.format == "json":
        json.dump(found, sys.stdout)
        print()
    return status


def plain_shape(fact: Tensor) -> list[int | str] | None:
    """Extents as integers, symbolic ones as text; None for a shape of unknown rank."""
    return None if fact.shape is None else [item if isinstance(item, int) else str(item) for item in fact.shape]


def _print(path: str, tensors: dict[str, Tensor], heading: bool) -> None:
    if heading:
        say(path)
    width = min(40, max(map(len, tensors), default=0))
    for name, fact in tensors.items():
        print(f"{visible(name):<{width}}  {fact.dtype:<8} {format_shape(fact.shape)}")
