"""`nnef-lsp conformance`: does an engine compute what the specification says?"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from .commands import UNREADABLE, Subparsers, add_command
from .drawing import Painter, painter, say, visible

if TYPE_CHECKING:
    from ..conformance import Case, Network, Results, Verdict


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "conformance",
        "test engines against the specification, operation by operation",
        "Run small models of every operation and compare with what the specification's formulas give.",
        [
            "nnef-lsp conformance --filter 'conv/*'",
            "nnef-lsp conformance --list --filter 4.3",
            "nnef-lsp conformance --filter relu --format junit --output report.xml",
            "nnef-lsp conformance --filter softmax --write cases/   # as models, for other engines",
        ],
        ["0 all passed", "1 a case failed", UNREADABLE + ", or an engine that is not there"],
    )
    parser.add_argument(
        "--engine",
        metavar="NAME[:PYTHON]",
        action="append",
        help="numpy (default), tract, nnef-tools or khronos; PYTHON is the interpreter that has its packages",
    )
    parser.add_argument(
        "--filter", metavar="PATTERN", help="an operation, a section (4.3), or a pattern of names ('conv/*')"
    )
    parser.add_argument("--format", choices=["text", "json", "junit", "markdown"], default="text", help="of the report")
    parser.add_argument("--output", metavar="FILE", help="write the report there")
    parser.add_argument("--list", action="store_true", help="print the names of the cases and run nothing")
    parser.add_argument("--write", metavar="FOLDER", help="write the cases as models with io.npz and run nothing")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit status 0 if all passed, 1 if a case failed, 2 for wrong use and for engines that are missing."""
    from ..conformance import selection, test_engine

    items = selection(args.filter)
    if not items:
        print(f"nnef-lsp: no case fits '{args.filter}'", file=sys.stderr)
        return 2
    if args.list:
        print("\n".join(f"{item.section:<16} {item.name}" for item in items))
        return 0
    if args.write:
        return _write(items, args.write)
    paint = painter()
    report = None if args.format != "text" or args.output else lambda verdict: _show(verdict, paint)
    found = []
    for engine in args.engine or ["numpy"]:
        results = test_engine(engine, items, report)
        found.append(results)
        if report is not None:
            _conclude(results)
    if report is None:
        _deliver(args, found, items)
    if any(results.missing for results in found):
        return 2
    return 1 if any(results.failed for results in found) else 0


def _show(verdict: Verdict, paint: Painter) -> None:
    if not verdict.ok:
        print(f"{paint.paint(verdict.status.upper(), '31'):<8} {verdict.case}: {visible(verdict.detail)}")


def _conclude(results: Results) -> None:
    from ..conformance.report import summary

    say(summary(results), file=sys.stderr if results.missing else sys.stdout)


def _deliver(args: argparse.Namespace, found: list[Results], items: list[Case | Network]) -> None:
    from ..conformance import report

    if args.format == "json":
        text = report.as_json(found) + "\n"
    elif args.format == "junit":
        text = report.as_junit(found, items)
    elif args.format == "markdown":
        text = report.as_markdown(found, items)
    else:
        failed = [
            f"{verdict.status.upper():<8} {verdict.case}: {verdict.detail}" for r in found for verdict in r.failed
        ]
        text = "\n".join([*failed, *map(report.summary, found), ""])
    if args.output:
        with open(args.output, "w", encoding="utf-8") as file:
            file.write(text)
    else:
        sys.stdout.write(text)


def _write(items: list[Case | Network], folder: str) -> int:
    from ..conformance import Case
    from ..conformance.verdict import write_bundle, write_case

    cases = [item for item in items if isinstance(item, Case)]
    for case in cases:
        place = os.path.join(folder, *case.name.split("/"))
        os.makedirs(place, exist_ok=True)
        write_case(case, place)
        write_bundle(case, place)
    print(f"{len(cases)} models written below {folder}")
    return 0
