"""What all commands share that change a model: where the new one goes, the proof, and what is said of both.

Not here: the changes (`workbench`), the commands.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import document as d
from .commands import FORMAT_HELP, PATH_HELP
from .drawing import say
from .json_text import json_text
from .progress_line import ProgressLine

if TYPE_CHECKING:
    from ..workbench.change import Change
    from ..workbench.proof import Compared, Means, Proof

STATUS = [
    "0 good",
    "1 the model has errors or cannot be changed so, or an output differs; nothing is written",
    "2 for wrong use, or what cannot be read or written",
]


def add_change(parser: argparse.ArgumentParser, tolerance: float = 1e-4) -> None:
    """The options of a command that changes a model."""
    parser.add_argument("path", metavar="MODEL", help=PATH_HELP)
    parser.add_argument(
        "-o", "--output", metavar="OUT", help="the new model: a folder, or an archive by its ending (.tar, .tgz, ...)"
    )
    parser.add_argument("--in-place", action="store_true", help="change the model itself, all files or none")
    parser.add_argument(
        "--force", action="store_true", help="replace a model at OUT, and write even if an output differs"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and write nothing")
    parser.add_argument("--diff", action="store_true", help="show how the text of the graph changes")
    parser.add_argument("--no-proof", action="store_true", help="do not run both models to compare their outputs")
    parser.add_argument(
        "--tolerance", type=d.tolerance, default=tolerance, metavar="X",
        help=f"how far an output may be off, as a share of its largest magnitude (default {tolerance:g})",
    )  # fmt: skip
    parser.add_argument(
        "--prove-with",
        metavar="SET",
        help="inputs saved under this name, for the proof (default: io.npz beside the graph, else random ones)",
    )
    parser.add_argument("--format", choices=["text", "json"], default="text", help=FORMAT_HELP)
    d.add_symbols(parser)
    d.add_dialect(parser)
    d.add_trust(parser)


@dataclass
class _Told:
    """What came of it, for `--format json`."""

    told: list[str]
    outputs: list[Compared]
    written: str | None = None


def carry_out(
    args: argparse.Namespace,
    change: Callable[[d.Document], Change],
    prove: Callable[[Change, str, Means], Proof] | None = None,
) -> int:
    """Open the model, change it, prove it, write it; the exit status."""
    from ..workbench.errors import ChangeError

    if args.output is None and not args.in_place and not (args.dry_run or args.diff):
        d.complain("say where the new model goes: -o OUT, or --in-place to change the model itself")
        return 2
    if args.output is not None and args.in_place:
        d.complain("-o and --in-place are two places for one model; give one of them")
        return 2
    try:
        document = d.open_document(args.path, args.dialect, trust=args.trust)
        symbols = d.symbol_values(args.set)
        d.check_symbols(document.analysis, symbols)
    except (d.ArchiveError, ValueError) as error:
        d.complain(error)
        return 2
    if d.has_errors(document, "be changed"):
        return 1
    try:
        return _written(args, change(document), prove)
    except ChangeError as error:
        d.complain(error)
        return 1
    except d.ArchiveError as error:
        d.complain(error)
        return 2
    except ValueError as error:
        d.complain(error)
        return 2
    except RecursionError:
        d.complain(f"{args.path} is nested too deep to be changed")
        return 1


def _written(args: argparse.Namespace, change: Change, prove: Callable[[Change, str, Means], Proof] | None) -> int:
    from ..workbench import proof as proofs
    from ..workbench.writing import check_target, staged

    result = _Told(list(change.told), [])
    if args.format == "text":
        for sentence in change.told:
            say(sentence)
    if args.diff:
        _show_difference(change)
    if args.dry_run or (args.diff and args.output is None and not args.in_place):
        if args.format == "json":
            print(json_text({"told": result.told, "outputs": [], "written": None}))
        return 0
    target = None if args.in_place else args.output
    check_target(change, target, args.force)
    line = ProgressLine()
    status = 0
    try:
        with staged(change, target, args.force, lambda share, text: line.show(0, 0, f"{share:4.0%} {text}")) as new:
            if not args.no_proof:
                line.show(0, 0, "running both models")
                proof = (prove or proofs.prove)(change, new.path, _means(args, change))
                line.clear()
                result.outputs = list(proof.outputs)
                status = _judged(args, proof)
            elif args.format == "text":
                say("not proved: --no-proof")
            if status == 0 or args.force:
                new.take_place()
                result.written = args.path if target is None else target
                if args.format == "text":
                    say(f"{result.written} is written")
            else:
                d.complain(f"{target or args.path} is not written (--force writes it all the same)")
    finally:
        line.clear()
    if args.format == "json":
        outputs = [
            {"output": item.output, "absolute": item.absolute, "relative": item.relative, "problem": item.problem}
            for item in result.outputs
        ]
        print(json_text({"told": result.told, "outputs": outputs, "written": result.written}))
    return status


def _means(args: argparse.Namespace, change: Change) -> Means:
    from ..workbench.proof import Means
    from .inputs import saved_inputs

    saved = saved_inputs(args.path, args.prove_with)
    symbols = {**saved.symbols, **d.symbol_values(args.set)}
    return Means(saved.inputs, "random:0", symbols, d.kernels_for(change.old.graph_path, args.trust))


def _judged(args: argparse.Namespace, proof: Proof) -> int:
    """Say how far each output is off; the exit status."""
    wrong = [output for output in proof.outputs if not output.within(args.tolerance)]
    if args.format == "text":
        for output in proof.outputs:
            if not output.problem:
                say(
                    f"{output.output}: largest difference {output.absolute:.2g} absolute, {output.relative:.2g} relative "
                    f"(magnitude {output.magnitude:.3g})"
                )
        old, new = proof.seconds
        say(f"compared on {proof.inputs}; one run took {old * 1e3:.1f} ms before and {new * 1e3:.1f} ms now")
    for output in wrong:
        reason = (
            output.problem
            or f"it differs by {output.absolute:.3g}, more than {args.tolerance:g} of its magnitude {output.magnitude:.3g}"
        )
        d.complain(f"the output '{output.output}' is not the same: {reason}")
    return 1 if wrong else 0


def _show_difference(change: Change) -> None:
    from difflib import unified_diff

    name = change.old.model.graph_name
    old, new = (document.analysis.source.text.splitlines() for document in (change.old, change.new))
    for text in unified_diff(old, new, fromfile=f"old/{name}", tofile=f"new/{name}", lineterm=""):
        say(text)
