"""`nnef-lsp benchmark MODEL`: how long a run takes, on one engine or several in turns."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from . import document as d
from . import inputs as i
from .commands import FORMAT_HELP, PATH_HELP, UNREADABLE, Subparsers, add_command
from .drawing import say
from .json_text import json_text
from .progress_line import ProgressLine
from .run import flat_graph

if TYPE_CHECKING:
    from ..runtime.process.timing import Timed

PERCENTILES = (50, 90, 99)


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "benchmark",
        "time runs of a model, engines in turns",
        "Time runs of a model whose weights are loaded and whose plan is made. Several engines and numbers of threads take turns, "
        "each in a process of its own, so that they meet the same machine.",
        [
            "nnef-lsp benchmark model/ --runs 20",
            "nnef-lsp benchmark model/ --engine numpy --threads 1,2 --format json",
        ],
        ["0 good", "1 the model has errors, or an engine cannot run it", UNREADABLE],
    )
    parser.add_argument("path", metavar="MODEL", help=PATH_HELP)
    parser.add_argument(
        "--engine",
        metavar="NAME,...",
        default="numpy",
        help=f"what runs it, one or several: {d.engine_names()}",
    )
    parser.add_argument("--runs", type=d.count_from(1), metavar="N", default=50, help="runs that count (default 50)")
    parser.add_argument("--warmup", type=d.count_from(0), metavar="N", default=5, help="runs before them (default 5)")
    parser.add_argument("--threads", metavar="N,...", default="1", help="threads to run with (default 1)")
    parser.add_argument("--weights", metavar="SOURCE", default="model", help="'model' (default) or random:SEED")
    parser.add_argument(
        "--dtype", choices=["float32", "float64"], default="float32", help="what numbers are computed in"
    )
    i.add_inputs(parser)
    d.add_symbols(parser)
    parser.add_argument("--format", choices=["text", "json"], default="text", help=FORMAT_HELP)
    d.add_dialect(parser)
    d.add_trust(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit status 0; 1 if an engine cannot run the model; 2 for wrong use."""
    from ..runtime.engines import find_engine
    from ..runtime.errors import RunError
    from ..runtime.inputs.open_extents import symbol_values
    from ..runtime.process.request import RunRequest
    from ..runtime.process.timing import measured

    try:
        engines, threads = args.engine.split(","), [d.count_from(1)(item) for item in args.threads.split(",")]
        for engine in engines:
            find_engine(engine)
        document = d.open_document(args.path, args.dialect, trust=args.trust)
        inputs, default, saved = i.given_inputs(args)
        given = d.symbol_values(args.set)
        d.check_symbols(document.analysis, given)
        document = i.as_given(document, inputs)
        symbols = symbol_values(document.analysis.tensors(), inputs, {**saved, **given})
    except RunError as error:
        d.complain(error.message)
        return 2
    except (d.ArchiveError, ValueError, argparse.ArgumentTypeError) as error:
        d.complain(error)
        return 2
    graph = flat_graph(document, symbols, *(() if args.weights == "model" else d.WEIGHT_RULES))
    if graph is None:
        return 1
    if d.lacks_symbols(graph):
        return 1
    requests = [
        RunRequest(
            graph, model=args.path, inputs=inputs, default_input=default, weights=args.weights,
            engine=engine, dtype=args.dtype, threads=count,
            **d.kernels_for(document.graph_path, args.trust),
        )
        for count in threads
        for engine in engines
    ]  # fmt: skip
    line = ProgressLine()
    found = measured(requests, args.runs, args.warmup, line.show)
    line.clear()
    if args.format == "json":
        print(json_text([plain(item) for item in found]))
    else:
        _print(found)
    for item in found:
        if item.problem:
            d.complain(f"{item.request.engine}, {_threads(item)}: {item.problem}")
    return 1 if any(item.problem for item in found) else 0


def plain(item: Timed) -> dict[str, Any]:
    """What was measured, for programs: seconds, bytes."""
    ordered = sorted(item.seconds)
    return {
        "engine": item.request.engine,
        "threads": item.request.threads,
        "runs": len(item.seconds),
        **{f"p{share}": percentile(ordered, share) for share in PERCENTILES if ordered},
        **({"min": ordered[0], "max": ordered[-1], "mean": sum(ordered) / len(ordered)} if ordered else {}),
        "loadSeconds": item.load_seconds,
        "memoryBytes": item.memory,
        "seconds": item.seconds,
        "problem": item.problem,
    }


def percentile(ordered: list[float], share: int) -> float:
    """The smallest value that so many of a hundred are not above (nearest rank)."""
    return ordered[max(0, -(-share * len(ordered) // 100) - 1)]


def _print(found: list[Timed]) -> None:
    from ..archive.limits import bytes_text

    best = min((percentile(sorted(item.seconds), 50) for item in found if item.seconds), default=0.0)
    say(
        f"{'engine':<12} {'threads':>7} {'p50 ms':>10} {'p90 ms':>10} {'p99 ms':>10} {'min ms':>10} {'ratio':>6} {'load ms':>8} {'memory':>9}"
    )
    for item in found:
        if not item.seconds:
            continue
        ordered = sorted(item.seconds)
        numbers = [percentile(ordered, share) for share in PERCENTILES] + [ordered[0]]
        times = " ".join(f"{number * 1e3:10.3f}" for number in numbers)
        memory = "" if item.memory is None else bytes_text(item.memory)
        say(
            f"{item.request.engine:<12} {item.request.threads:>7} {times} {numbers[0] / best:6.2f} "
            f"{item.load_seconds * 1e3:8.0f} {memory:>9}"
        )


def _threads(item: Timed) -> str:
    return f"{item.request.threads} thread" + ("s" if item.request.threads > 1 else "")
