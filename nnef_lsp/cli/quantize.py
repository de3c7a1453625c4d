"""`nnef-lsp quantize MODEL --inputs SET -o OUT`: graph.quant from what flows through a model."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from . import document as d
from .changing import STATUS, add_change, carry_out
from .commands import Subparsers, add_command
from .inputs import items_of, saved_inputs, sources

if TYPE_CHECKING:
    from ..workbench.change import Change
    from ..workbench.proof import Means, Proof


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "quantize",
        "write graph.quant from a run on given inputs",
        "Run a model on given inputs, and write a graph.quant with what its tensors need: codes for filters and for what flows "
        "between operations. Then it runs both, and tells the signal to noise of each tensor, the worst first, and in how many "
        "rows the largest item of the outputs is the same.",
        [
            "nnef-lsp quantize model/ --inputs image=photo.png -o eight/",
            "nnef-lsp quantize model/ --inputs model/io.npz --scheme symmetric --per-channel --bits 6 -o six/",
        ],
        STATUS,
    )  # fmt: skip
    add_change(parser, 0.5)
    parser.add_argument(
        "--inputs", metavar="SOURCE", action="append", required=True,
        help="a folder or a pattern of files, a .npz file (several batches in it are several items), a saved set, or "
        "NAME=SOURCE for each input",
    )  # fmt: skip
    parser.add_argument(
        "--scheme",
        choices=["zero-point", "min-max", "symmetric"],
        default="zero-point",
        help="what codes stand for (default zero-point)",
    )
    parser.add_argument("--bits", type=d.count_from(2), metavar="N", default=8, help="of each code (default 8)")
    parser.add_argument("--per-channel", action="store_true", help="a scale for each output channel of a filter")
    parser.add_argument(
        "--method", choices=["minmax", "percentile", "mse", "entropy"], default="minmax",
        help="which part of the range of what flows gets codes (default minmax: all of it)",
    )  # fmt: skip
    parser.add_argument(
        "--mixed",
        type=d.tolerance,
        metavar="DB",
        help="4 bits for as many filters as leave the outputs this signal to noise",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit status 0; 1 if it cannot be done or differs; 2 for wrong use."""
    from ..workbench.changes.quantize import Wishes, quantize

    if args.bits > 16:
        d.complain(f"codes have 2 to 16 bits, not {args.bits}")
        return 2
    wishes = Wishes(args.scheme, args.bits, args.per_channel, args.method, args.mixed)

    def change(document: d.Document) -> Change:
        kernels = d.kernels_for(document.graph_path, args.trust)
        return quantize(document, _items(args, document), wishes, kernels)

    return carry_out(args, change, prove=_prove)


def _items(args: argparse.Namespace, document: d.Document) -> list[dict[str, str]]:
    """Sources of each input, an item each.  Raises ValueError."""
    inputs = document.analysis.inputs
    given = args.inputs
    if len(given) == 1 and "=" not in given[0]:
        source = given[0]
        if os.path.exists(source) or any(mark in source for mark in "*?["):
            if source.lower().endswith(".npz") and os.path.isfile(source):
                return [{name: f"{source}:{name}" for name in inputs}]
            if len(inputs) > 1:
                raise ValueError(f"the graph has {len(inputs)} inputs; say which each source is for: NAME=SOURCE")
            given = [f"{inputs[0]}={source}"]
        else:
            saved = dict(saved_inputs(args.path, source).inputs)
            return items_of(saved) or [saved]
    named, _ = sources(given)
    strange = next((name for name in named if name not in inputs), None)
    if strange is not None:
        raise ValueError(f"the graph has no input '{strange}'; its inputs are {', '.join(inputs)}")
    missing = next((name for name in inputs if name not in named), None)
    if missing is not None:
        raise ValueError(f"no source is given for the input '{missing}': --inputs {missing}=SOURCE")
    several = items_of(named)
    return [{**named, **item} for item in several] if several is not None else [named]


def _prove(change: Change, path: str, means: Means) -> Proof:
    """Outputs with the quantization simulated, beside those in real numbers."""
    from ..workbench.proof import prove

    return prove(change, path, means, quantize=True)
