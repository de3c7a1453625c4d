"""`nnef-lsp cast MODEL --to TYPE -o OUT`: weights stored in another type."""

from __future__ import annotations

import argparse

from .changing import STATUS, add_change, carry_out
from .commands import Subparsers, add_command


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "cast",
        "store weights in another type",
        "Store the floating-point weights of a model as smaller (or larger) floating-point numbers, or as whole codes with "
        "entries in graph.quant. It tells the error of each tensor, and compares the outputs of both models.",
        [
            "nnef-lsp cast model/ --to float16 -o half/",
            "nnef-lsp cast model/ --to int8 --only '*/filter' --tolerance 0.05 -o small/",
        ],
        STATUS,
    )  # fmt: skip
    add_change(parser, 1e-2)
    parser.add_argument("--to", metavar="TYPE", required=True, help="float16, float32, float64, or int2 to int16")
    parser.add_argument(
        "--only", metavar="PATTERN", action="append", default=[], help="labels or names of variables, as 'conv*/filter'"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit status 0; 1 if it cannot be done or differs; 2 for wrong use."""
    from ..workbench.changes.cast import cast

    return carry_out(args, lambda document: cast(document, args.to, tuple(args.only)))
