"""How fast the language is: text to diagnostics and edit to diagnostics, side by side with Khronos' parser.

    python benchmarks/language.py                   # about two minutes
    python benchmarks/language.py --quick
    python benchmarks/language.py --file MODEL/graph.nnef   # a real export: cold, and names of definitions edited

The unit K is `nnef.parse_string` and `nnef.infer_shapes` of the PyPI package `nnef` (C++ and Python) on the same text in
the same run; rounds alternate, so that a busy machine troubles both.  Compare the ratios, not the milliseconds.
"""

from __future__ import annotations

import argparse
import gc
import re
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from graphs import graph

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.rules import diagnose
from nnef_lsp.server.session import PATIENCE
from nnef_lsp.syntax.source import Source

EDITS = 200
NAME = r"= \w+\(\[?(\w+)"
"""The name of an argument: an edit makes it undefined, which everything below has to know."""
NUMBER = r"= (?:mul|block_\d)\([^;]*\.(\d+)\);"
"""The decimals of a number: an edit changes a fact that nothing depends on."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statements", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=50_000)
    parser.add_argument("--fragments", type=int, default=5, help="fragments that the graph calls; 0 for a flat graph")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="2,000 and 10,000 statements, 3 rounds")
    parser.add_argument("--file", type=Path, help="measure this graph alone; nothing is compared")
    parser.add_argument("--memory", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.memory:
        print(grown(sys.stdin.read()))
        return
    if args.quick:
        args.statements, args.large, args.rounds = 2_000, 10_000, 3
    if args.file:
        measure_file(args.file.read_text(encoding="utf-8"), args.rounds)
        return
    measure(args)


def measure_file(text: str, rounds: int) -> None:
    """A graph as it is: cold, and definitions renamed and named as before, each followed to its end."""
    (cold,) = alternating(rounds, lambda: opened(text))
    analysis = opened(text)
    print(
        f"{len(analysis.outcomes)} statements, {len(text) // 1024} KB\n\n| what | measured | 95th percentile |\n|---|---|---|"
    )
    print(f"| cold: text to complete diagnostics | {ms(cold)} | |")
    gc.collect()
    gc.freeze()
    begin = text.index("graph ")
    places = [match.start(1) for match in re.finditer(r"^\s*(\w+) = ", text, re.MULTILINE) if match.start() > begin]
    renamed, undone = [], []
    for place in [places[n * len(places) // EDITS] for n in range(EDITS)]:
        for end, new, times in ((place, "q", renamed), (place + 1, "", undone)):
            started = perf_counter()
            analysis.update(analysis.source.edit(place, end, new))
            diagnose(analysis)
            times.append(perf_counter() - started)
    for what, times in (("a definition renamed, all facts below", renamed), ("named as before", undone)):
        print(
            f"| {what}, median of {EDITS} | {ms(statistics.median(times))} | {ms(sorted(times)[int(0.95 * EDITS)])} |"
        )


def measure(args: argparse.Namespace) -> None:
    """The table of issue 3."""
    text = graph(args.statements, args.fragments)
    k, parse, cold, syntax = alternating(
        args.rounds,
        lambda: khronos(text, True),
        lambda: khronos(text, False),
        lambda: opened(text),
        lambda: Source(text),
    )
    print(f"{args.statements} statements, {len(text) // 1024} KB, {args.fragments} fragments; "
          f"K = {1e3 * k:.0f} ms, of it parsing {1e3 * parse:.0f} ms\n")  # fmt: skip
    print("| what | measured | ratio | bar |\n|---|---|---|---|")
    row("cold: text to complete diagnostics", cold, cold / k, "K", 5)
    row("syntax alone, cold", syntax, syntax / parse, "K's parse", 2.5)
    big = graph(args.large, args.fragments)
    for what, kind, patience in (
        ("of a number", NUMBER, None), ("of a name, to its error", NAME, PATIENCE), ("of a name, to all facts below", NAME, None)
    ):  # fmt: skip
        small, large = edited(text, kind, patience), edited(big, kind, patience)
        bars = (1 / 20, 2) if what != "of a name, to all facts below" else (None, None)
        row(f"one-character edit {what}, median of {EDITS}", small[0], small[0] / k, "K", bars[0])
        row("- 95th percentile", small[1], small[1] / k, "K", None)
        row(f"- at {args.large} statements, median", large[0], large[0] / small[0], "times", bars[1])
    spread = reshaped(text, args.rounds)
    row("edit that changes the shape of everything below", spread, spread / k, "K", 2)
    megabytes = float(subprocess.check_output([sys.executable, __file__, "--memory"], input=text, text=True))
    print(f"| memory above an idle server | {megabytes:.0f} MB | | {'' if megabytes <= 150 else 'ABOVE '}150 MB |")


def row(what: str, seconds: float, ratio: float, unit: str, bar: float | None) -> None:
    """One line of the table."""
    shown = f"{ratio:.2g}" if ratio < 0.1 else f"{ratio:.2f}"
    limit = "" if bar is None else f"{bar:g}" if ratio <= bar else f"**ABOVE** {bar:g}"
    print(f"| {what} | {ms(seconds)} | {shown} {unit} | {limit} |", flush=True)


def ms(seconds: float) -> str:
    """Milliseconds."""
    return f"{1e3 * seconds:.2f} ms" if seconds < 0.02 else f"{1e3 * seconds:.0f} ms"


def khronos(text: str, infer: bool) -> Any:
    """What Khronos' tools do; they keep calls of the document's own fragments only if these are lowered."""
    import nnef  # type: ignore[import-not-found, import-untyped, unused-ignore]

    parsed = nnef.parse_string(text, lowered=re.findall(r"^fragment (\w+)", text, re.MULTILINE))
    if infer:
        nnef.infer_shapes(parsed)
    return parsed


def opened(text: str) -> Analysis:
    """What the server does when a document is opened."""
    analysis = Analysis(Source(text))
    assert not [item for item in diagnose(analysis) if item.severity == "error"]
    return analysis


def alternating(rounds: int, *functions: Callable[[], Any]) -> list[float]:
    """Median seconds of each; garbage is collected between, not while, as the server does."""
    found: list[list[float]] = [[] for _ in functions]
    for _ in range(rounds):
        for times, function in zip(found, functions, strict=True):
            gc.collect()
            gc.disable()
            started = perf_counter()
            kept = function()
            times.append(perf_counter() - started)
            gc.enable()
            del kept
    return [statistics.median(times) for times in found]


def edited(text: str, kind: str, patience: int | None) -> tuple[float, float]:
    """Median and 95th percentile of edits spread over the document, each of which is undone by the next.

    With patience the diagnostics are those that the server publishes at once; the rest follows between the timings.
    """
    analysis = opened(text)
    analysis.patience = patience
    gc.collect()
    gc.freeze()
    places = [match.start(1) for match in re.finditer(kind, text)]
    times = []
    for place in [places[n * len(places) // EDITS] for n in range(EDITS)]:
        for start, end, new in ((place, place, "9" if kind == NUMBER else "q"), (place, place + 1, "")):
            started = perf_counter()
            analysis.update(analysis.source.edit(start, end, new))
            found = diagnose(analysis)
            times.append(perf_counter() - started)
            assert any(item.severity == "error" for item in found) == (new == "q"), text[place : place + 40]
            analysis.finish()
    gc.unfreeze()
    return statistics.median(times), sorted(times)[int(0.95 * len(times))]


def reshaped(text: str, rounds: int) -> float:
    """Median of edits of the batch in the first statement, on which the shape of everything depends."""
    analysis = opened(text)
    gc.collect()
    gc.freeze()
    place = text.index("shape = [1,8,16,16]") + len("shape = [")
    times = []
    for number in range(rounds + 1):
        started = perf_counter()
        analysis.update(analysis.source.edit(place, place + 1, str(2 + number)))
        diagnose(analysis)
        times.append(perf_counter() - started)
        assert analysis.tensors()["y"].shape[0] == 2 + number
    gc.unfreeze()
    return statistics.median(times[1:])


def grown(text: str) -> float:
    """Megabytes that this process grows by when it opens a document; everything is imported before."""
    from nnef_lsp.server import updates

    updates.warm_up()
    opened(graph(20))
    gc.collect()
    before = resident()
    kept = opened(text)
    gc.collect()
    grown_by = resident() - before
    del kept
    return grown_by / 1e6


def resident() -> int:
    """Bytes of memory that this process has now."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096


if __name__ == "__main__":
    main()
