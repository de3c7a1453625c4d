"""`nnef-lsp run PATH`: run a model on sample inputs and show what comes out."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from . import batch
from . import document as d
from . import inputs as i
from .commands import FORMAT_HELP, PATH_HELP, Subparsers, add_command
from .drawing import say
from .json_text import json_text
from .progress_line import ProgressLine

if TYPE_CHECKING:
    from ..model.flattening.flat_graph import FlatGraph
    from ..runtime.process.request import RunReport, RunRequest
    from ..runtime.summary import Summary


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "run",
        "run a model on sample inputs",
        "Run a model and print what comes out: shape, statistics, the largest items.",
        [
            "nnef-lsp run model/ --input image=photo.png",
            "nnef-lsp run model/ --input random:7 --output out.npz --keep edges",
            "nnef-lsp run model/ --profile",
            "nnef-lsp run graph.nnef --weights random:1   # a graph without its weights",
        ],
        [
            "0 good",
            "1 the model has errors, the run fails (also for an input or an output that it cannot read or write), or an "
            "output has items that are infinite or NaN",
            "2 for wrong use, or a model that cannot be read",
        ],
    )
    parser.add_argument("path", metavar="PATH", help=PATH_HELP)
    i.add_inputs(parser)
    parser.add_argument("--output", metavar="FILE.npz", help="write the outputs and the tensors kept")
    parser.add_argument(
        "--keep", metavar="TENSOR", action="append", default=[], help="show and write this tensor as well"
    )
    parser.add_argument("--weights", metavar="SOURCE", default="model", help="'model' (default) or random:SEED")
    d.add_run(parser)
    parser.add_argument(
        "--compare", metavar="ENGINE", help="run on a second engine too, and show where they differ first"
    )
    parser.add_argument(
        "--threads",
        type=d.count_from(1),
        metavar="N",
        default=1,
        help="threads of the linear algebra library (default 1)",
    )
    parser.add_argument("--quantize", action="store_true", help="simulate the quantization of graph.quant")
    parser.add_argument("--profile", action="store_true", help="time, work and memory of each operation")
    parser.add_argument(
        "--top", type=d.count_from(0), metavar="N", default=5, help="how many of the largest items to show"
    )
    batch.add_batch(parser)
    d.add_symbols(parser)
    parser.add_argument("--format", choices=["text", "json"], default="text", help=FORMAT_HELP)
    d.add_dialect(parser)
    d.add_trust(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit status 0; 1 if the model has errors or the run fails; 2 for wrong use."""
    from ..runtime.inputs.open_extents import symbol_values
    from ..runtime.process.client import run_sync
    from ..runtime.process.request import BatchRequest, RunProgress, RunRequest

    try:
        document = d.open_document(args.path, args.dialect, trust=args.trust)
        inputs, default, saved = i.given_inputs(args)
        items, labels = i.items_of(inputs), i.labels_for(args.path, args.labels)
        truth = batch.read_truth(args.truth) if args.truth else {}
        refuse_alone(args, items is not None)
        given = d.symbol_values(args.set)
        d.check_symbols(document.analysis, given)
        first = dict(inputs)
        if items is not None:
            inputs = {name: source for name, source in inputs.items() if name not in items[0]}
            first = {**inputs, **(items[0] if args.batch == 1 else {})}
            document = batch.batched(document, items, args.batch)
        document = i.as_given(document, first)
        symbols = symbol_values(document.analysis.tensors(), first, {**saved, **given})
    except (d.ArchiveError, ValueError) as error:
        d.complain(error)
        return 2
    graph = flat_graph(document, symbols, *(() if args.weights == "model" else d.WEIGHT_RULES))
    if graph is None:
        return 1
    misuse = _misuse(args, graph, first)
    if misuse is not None:
        d.complain(misuse)
        return 2
    if d.lacks_symbols(graph):
        return 1
    options = dict(
        model=args.path, inputs=inputs, default_input=default, weights=args.weights, keep=tuple(args.keep),
        engine=args.engine, dtype=args.dtype, threads=args.threads, quantize=args.quantize, output=args.output, top=args.top, poison=args.poison,
        **d.kernels_for(document.graph_path, args.trust),
    )  # fmt: skip
    if items is not None:
        request: RunRequest = BatchRequest(
            graph, **options, items=items, batch=args.batch, csv=args.csv, parquet=args.parquet, labels=labels
        )
    else:
        request = RunRequest(graph, **options)
    if args.compare:
        return _compare(request, args.engine, args.compare)
    line = ProgressLine()

    def progress(event: RunProgress) -> None:
        line.show(event.step, event.total, event.text)

    report = run_sync(request, progress)
    line.clear()
    if args.format == "json":
        plain = asdict(report)
        plain.pop("arrays", None)
        print(json_text(plain))
    elif report.status == "done" and items is not None:
        batch.tell(report, truth, labels, [file for file in (args.csv, args.parquet, args.output) if file])
    elif report.status == "done":
        _print(report, args.profile, labels)
    if report.status != "done":
        d.complain(_where(document, report))
        return 1
    wrong = [text for name, summary in report.outputs.items() for text in _not_finite(name, summary)]
    for text in wrong:
        d.complain(text)
    return 1 if wrong or report.left_out else 0


def refuse_alone(args: argparse.Namespace, many: bool) -> None:
    """Raises ValueError for options that a run of many items has, or has not."""
    of_many = (("--batch", args.batch > 1), ("--csv", args.csv), ("--parquet", args.parquet), ("--truth", args.truth))
    alone = next((option for option, given in of_many if given), None)
    if alone and not many:
        raise ValueError(f"{alone} is for many items: --input NAME='photos/*.jpg', or a folder")
    of_one = next(
        (option for option, given in (("--compare", args.compare), ("--profile", args.profile)) if given), None
    )
    if of_one and many:
        raise ValueError(f"{of_one} is for a single item")


def _not_finite(name: str, summary: Summary) -> list[str]:
    """A sentence for an output with items that are not finite numbers."""
    if "items" in summary:
        return [text for item in summary["items"] for text in _not_finite(name, item)]
    counts = [(summary.get("inf"), "infinite"), (summary.get("nan"), "NaN")]
    told = " and ".join(f"{count} {word}" for count, word in counts if count)
    return [f"the output '{name}' has items that are not finite numbers: {told}"] if told else []


def _misuse(args: argparse.Namespace, graph: FlatGraph, inputs: dict[str, str]) -> str | None:
    """What the options ask for that there is not."""
    from ..runtime.engines import find_engine
    from ..runtime.errors import RunError

    for name in inputs:
        if name not in graph.inputs:
            return f"the graph has no input '{name}'; its inputs are {', '.join(graph.inputs)}"
    for name in args.keep:
        if name not in graph.tensors:
            return f"there is no tensor '{name}' in the graph to keep"
    if args.weights != "model" and args.weights.partition(":")[0] != "random":
        return f"'{args.weights}' is not a source of weights: 'model' or 'random:SEED'"
    try:
        for engine in (args.engine, args.compare):
            if engine is not None:
                find_engine(engine)
    except RunError as error:
        return error.message
    return None


def flat_graph(document: d.Document, symbols: dict[str, int] | None = None, *but: str) -> FlatGraph | None:
    """The flat graph of a model; None, with its errors on standard error, if it has any (those of the rules `but` do not
    count)."""
    from ..model.flattening.flatten import Unflattenable
    from ..runtime.inputs.open_extents import flatten_for_run

    if d.has_errors(document, "run", *but):
        return None
    try:
        return flatten_for_run(document.analysis, symbols or {})
    except Unflattenable as error:
        d.complain(d.unflattenable(document, error))
        return None


def _compare(request: RunRequest, engine: str, other: str) -> int:
    from ..runtime.compare import compare, first_difference
    from ..runtime.errors import RunError

    try:
        found = compare(request, engine, other)
    except RunError as error:
        d.complain(error.message)
        return 1
    difference = first_difference(found)
    if difference is None:
        worst = max((item.max_abs_error or 0.0 for item in found), default=0.0)
        count = len({item.tensor for item in found})
        say(f"{engine} and {other} agree on {count} tensors; largest difference {worst:.3g}")
        return 0
    say(f"{engine} and {other} differ first at '{difference.tensor}' ({difference.operation}): {difference.reason}")
    return 1


def _print(report: RunReport, profile: bool, labels: Sequence[str]) -> None:
    from ..archive.limits import bytes_text

    for title, group in (("", report.outputs), ("kept: ", report.kept)):
        for name, summary in group.items():
            first, *more = summary_lines(summary, labels)
            say(f"{title}{name}: {first}", *more)
    rate = f", {report.macs / max(report.seconds, 1e-9) / 1e9:.1f} GMAC/s" if report.macs else ""
    print(
        f"{report.seconds * 1e3:.1f} ms on {report.engine} ({report.load_seconds * 1e3:.0f} ms to load){rate}, "
        f"activations up to {bytes_text(report.peak_bytes)}"
    )
    if profile:
        print(f"{'operation':<24} {'tensor':<32} {'ms':>9} {'MMAC':>9} {'MiB':>8} {'GFLOP/s':>8}")
        for step in sorted(report.steps, key=lambda step: -step["seconds"]):
            macs = step.get("macs") or 0
            speed = 2 * macs / max(step["seconds"], 1e-9) / 1e9
            say(
                f"{step['operation']:<24} {str(step['tensor'])[:32]:<32} {step['seconds'] * 1e3:9.3f} "
                f"{macs / 1e6:9.2f} {(step.get('bytes') or 0) / (1 << 20):8.2f} {speed:8.1f}"
            )


def summary_lines(summary: Summary, labels: Sequence[str] = ()) -> list[str]:
    """A result's summary in words: shape, statistics, largest items, with their labels if there are as many as items."""
    if "items" in summary:
        return [line for item in summary["items"] for line in summary_lines(item, labels)]
    shape = "[" + ", ".join(map(str, summary["shape"])) + "]"
    text = f"{summary['dtype']} {shape}"
    if summary.get("mean") is not None:
        numbers = (("min", summary["min"]), ("max", summary["max"]), ("mean", summary["mean"]), ("std", summary["std"]))
        text += "  " + "  ".join(f"{key} {number:.5g}" for key, number in numbers)
    for count, word in ((summary.get("nan"), "NaN"), (summary.get("inf"), "infinite")):
        if count:
            text += f"  {count} {word}"
    lines = [text]
    named = labels and max(summary["shape"], default=0) == math.prod(summary["shape"]) == len(labels)
    for rank, item in enumerate(summary.get("top", ())):
        index, value = ", ".join(map(str, item["index"])), item["value"]
        label = f"  {labels[max(item['index'])]}" if named and item["index"] else ""
        lines.append(f"  #{rank + 1} [{index}] = {f'{value:.6g}' if isinstance(value, float) else value}{label}")
    return lines


def _where(document: d.Document, report: RunReport) -> str:
    """A failed run's sentence with its place in the text."""
    site = report.error["site"] if report.error is not None else None
    if not site:
        return str(report.message)
    at = document.analysis.source.position(site[0])
    return f"{document.graph_path}:{at.line + 1}:{at.column + 1}: {report.message}"
