"""`nnef-lsp extract MODEL --from A,B --to C -o OUT`: a part of a model as a model of its own."""

from __future__ import annotations

import argparse

from .changing import STATUS, add_change, carry_out
from .commands import Subparsers, add_command


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "extract",
        "make a model of a part of a graph",
        "Make a new model of what computes some tensors from others, with just the weights that it needs. Names, comments and "
        "order stay. The new model is run on what flows through the old one, and their outputs are compared.",
        [
            "nnef-lsp extract model/ --to edges -o front/",
            "nnef-lsp extract model/ --from edges -o back.nnef.tgz",
        ],
        STATUS,
    )  # fmt: skip
    add_change(parser)
    parser.add_argument(
        "--from", dest="begin", metavar="TENSORS", action="append", default=[],
        help="tensors that become inputs, with commas between them (default: the graph's inputs)",
    )  # fmt: skip
    parser.add_argument(
        "--to", dest="end", metavar="TENSORS", action="append", default=[],
        help="tensors that become outputs (default: the graph's outputs)",
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit status 0; 1 if it cannot be made or differs; 2 for wrong use."""
    from ..workbench.changes.extract import extract

    return carry_out(args, lambda document: extract(document, names(args.begin), names(args.end)))


def names(options: list[str]) -> list[str]:
    """`A,B` options as one list."""
    return [name.strip() for option in options for name in option.split(",") if name.strip()]
