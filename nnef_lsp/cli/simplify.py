"""`nnef-lsp simplify MODEL -o OUT`: a model that computes the same with less."""

from __future__ import annotations

import argparse

from .changing import STATUS, add_change, carry_out
from .commands import Subparsers, add_command
from .extract import names


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "simplify",
        "make a model compute the same with less",
        "Compute what is constant once, fold batch normalization into convolutions and linear layers and pads into windows, "
        "take out what gives back its operand, what is said twice, and what no result needs with its data. Names, comments "
        "and order of all else stay; bodies of fragments are left as they are. It says what it did and what that saves, and "
        "compares both models.",
        [
            "nnef-lsp simplify model/ -o simple/",
            "nnef-lsp simplify model/ --except constants --diff",
        ],
        STATUS,
    )  # fmt: skip
    add_change(parser)
    known = "unneeded, identities, duplicates, constants, normalization, pads"
    parser.add_argument("--only", metavar="NAMES", action="append", default=[], help=f"nothing but these: {known}")
    parser.add_argument("--except", dest="leaving", metavar="NAMES", action="append", default=[], help="all but these")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit status 0; 1 if it cannot be done or differs; 2 for wrong use."""
    from ..workbench.changes.simplify import simplify

    return carry_out(args, lambda document: simplify(document, names(args.only), names(args.leaving)))
