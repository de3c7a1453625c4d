"""`nnef-lsp reshape MODEL --input NAME=EXTENTS -o OUT`: a model for inputs of another shape."""

from __future__ import annotations

import argparse

from . import document as d
from .changing import STATUS, add_change, carry_out
from .commands import Subparsers, add_command


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "reshape",
        "make a model for inputs of another shape",
        "Give inputs another batch or resolution. Shapes are followed through the graph; what is hard-wired below (reshape, "
        "output_shape of deconv) is adapted where the same can be said for both shapes, and named with its line where not. A "
        "larger batch is proved by running the old model on each of its parts.",
        ["nnef-lsp reshape model/ --input image=4,1,8,8 -o four/"],
        STATUS,
    )  # fmt: skip
    add_change(parser)
    parser.add_argument(
        "--input",
        metavar="NAME=EXTENTS",
        action="append",
        default=[],
        required=True,
        help="the shape of an input, like 1,3,64,64",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit status 0; 1 if it does not fit or differs; 2 for wrong use."""
    from ..workbench.changes import reshape

    return carry_out(
        args, lambda document: reshape.reshape(document, d.input_shapes(document, args.input)), prove=reshape.prove
    )
