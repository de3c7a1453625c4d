"""`nnef-lsp stats PATH...`: parameters, work and memory of models, from shapes alone: nothing runs."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import asdict, dataclass, field
from math import prod
from typing import TYPE_CHECKING

from . import document as d
from . import many
from .commands import FORMAT_HELP, UNREADABLE, Subparsers, add_command
from .drawing import say

if TYPE_CHECKING:
    from ..json_data import Json
    from ..model.extents.dims import Extent
    from ..model.flattening.flat_graph import FlatGraph
    from ..runtime.planning.plan import Plan


@dataclass
class Stats:
    """Numbers of one model; expressions where extents are symbolic, None where one is not known.  `macs` are multiply-accumulates of one run; bytes are
    those of a float32 run; `peak_bytes` is what activations need at once, weights not counted."""

    path: str
    statements: int
    parameters: int | None
    weight_bytes: int | None
    macs: int | str | None
    peak_bytes: int | str | None
    operations: dict[str, dict[str, int | str | None]] = field(default_factory=dict)


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "stats",
        "print parameters, multiply-accumulates, memory and operations of models",
        "Print parameters, work, memory and operations of models, from the graph alone: nothing runs, no weights are needed.",
        [
            "nnef-lsp stats model/",
            "nnef-lsp stats model/ model.nnef.tgz --format json",
        ],
        ["0 good", "1 a model has errors", UNREADABLE],
    )
    parser.add_argument("paths", metavar="PATH", nargs="+", help=many.PATHS_HELP + ", or - for standard input")
    parser.add_argument("--format", choices=["text", "json"], default="text", help=FORMAT_HELP)
    d.add_input_shape(parser)
    d.add_symbols(parser)
    d.add_dialect(parser)
    d.add_trust(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit status 0; 1 if a model has errors; 2 if a path cannot be read."""
    from .run import flat_graph

    found: dict[str, dict[str, Json]] = {}
    status = 0
    for path in many.models_of(args.paths):
        try:
            document = d.open_document(
                path, args.dialect, stdin=True, symbols=d.symbol_values(args.set), trust=args.trust
            )
            document = d.reshaped(document, d.input_shapes(document, args.input_shape))
        except (d.ArchiveError, ValueError) as error:
            d.complain(error)
            status = 2
            continue
        graph = flat_graph(document, None, *d.WEIGHT_RULES)
        if graph is None:
            status = status or 1
            continue
        stats = stats_of(path, graph, sum(1 for _ in document.analysis.statements()))
        found[path] = {key: value for key, value in asdict(stats).items() if key != "path"}
        if args.format == "text":
            _print(stats)
    if args.format == "json":
        json.dump(found, sys.stdout, indent=1)
        print()
    return status


def stats_of(path: str, graph: FlatGraph, statements: int) -> Stats:
    """The numbers of a flat graph."""
    from ..runtime.planning.costs import total_bytes
    from ..runtime.planning.plan import make_plan
    from ..runtime.planning.symbolic import symbolic_peak, total_work

    plan = make_plan(graph)
    stored = [graph.tensors[name] for name in _variables(plan)]
    shapes = [[extent for extent in fact.shape or () if isinstance(extent, int)] for fact in stored]
    known = all(
        fact.shape is not None and len(fact.shape) == len(shape) for fact, shape in zip(stored, shapes, strict=True)
    )
    macs = plan.macs if plan.macs is not None else total_work(plan)
    peak = plan.peak_bytes if plan.peak_bytes is not None else symbolic_peak(plan)
    parameters = sum(map(prod, shapes)) if known else None
    stats = Stats(path, statements, parameters, total_bytes(stored), _plain(macs), _plain(peak))
    stats.operations = _by_kind(plan)
    return stats


def _plain(value: Extent | None) -> int | str | None:
    return value if value is None or isinstance(value, int) else str(value)


def _variables(plan: Plan) -> list[str]:
    """The name of one result for each label: variables that share a label share their data."""
    from ..model.flattening.flat_graph import tensor_names

    by_label = {str(item.attributes["label"]).lower(): tensor_names(item.outputs)[0] for item in plan.variables}
    return list(by_label.values())


def _by_kind(plan: Plan) -> dict[str, dict[str, int | str | None]]:
    """Steps, multiply-accumulates and written bytes of each kind of operation, the most work first."""
    from ..runtime.planning.symbolic import total_work, written_bytes

    steps = Counter(step.invocation.operation for step in plan.steps)
    found: dict[str, dict[str, int | str | None]] = {}
    for kind, count in steps.items():
        own = [step for step in plan.steps if step.invocation.operation == kind]
        found[kind] = {
            "count": count,
            "macs": _plain(total_work(plan, own)),
            "bytes": _plain(written_bytes(plan, own)),
        }
    return dict(sorted(found.items(), key=lambda item: (-_rank(item[1]["macs"]), -steps[item[0]], item[0])))


def _rank(macs: int | str | None) -> int:
    """Expressions first: they are of the products that a symbol is in."""
    return macs if isinstance(macs, int) else 0 if macs is None else 1 << 62


def _print(stats: Stats) -> None:
    operations = sum(int(row["count"] or 0) for row in stats.operations.values())
    say(stats.path)
    print(f"  {stats.statements} statements, {operations} operations when fragments are expanded")
    print(f"  parameters   {_number(stats.parameters)} ({_bytes(stats.weight_bytes)} as float32)")
    print(f"  work         {_number(stats.macs)} multiply-accumulates per run")
    print(f"  memory       {_bytes(stats.peak_bytes)} of activations at once, at least")
    width = max(map(len, stats.operations), default=0)
    print(f"  {'operation':<{max(width, 9)}} {'count':>7} {'MMAC':>10} {'written':>10}")
    for kind, row in stats.operations.items():
        work = row["macs"]
        macs = "?" if work is None else f"{work / 1e6:.3f}" if isinstance(work, int) else f"{work} MAC"
        say(f"  {kind:<{max(width, 9)}} {row['count']:>7} {macs:>10} {_bytes(row['bytes']):>10}")


def _number(value: int | str | None) -> str:
    return "unknown" if value is None else f"{value:,}" if isinstance(value, int) else value


def _bytes(value: int | str | None) -> str:
    from ..archive.limits import bytes_text

    return "unknown" if value is None else bytes_text(value) if isinstance(value, int) else f"{value} B"
