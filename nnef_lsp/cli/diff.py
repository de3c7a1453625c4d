"""`nnef-lsp diff A B`: how two models differ, in structure and in weights.

Not here: comparing (`model/comparison`, `archive/statistics/changes.py`).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from difflib import SequenceMatcher, unified_diff
from typing import TYPE_CHECKING

from ..syntax.tokens import TOKEN
from . import document as d
from .commands import FORMAT_HELP, PATH_HELP, UNREADABLE, Subparsers, add_command
from .drawing import Painter, painter, say, visible

if TYPE_CHECKING:
    from ..archive.containers.model import Model
    from ..archive.statistics.changes import WeightChange
    from ..json_data import JsonObject
    from ..model.comparison import Changed, Comparison

MAX_RENAMED = 20
"""How many renamed tensors are listed as text; JSON has all."""
MAX_WIDTH = 400
"""Longest statement that is shown whole, and compared token by token."""


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "diff",
        "show how two models differ",
        "Show how model B differs from model A: statements added, removed and changed (tensors may be named differently), "
        "fragments, inputs, outputs, and weights.",
        ["nnef-lsp diff model/ model.nnef.tgz", "nnef-lsp diff model/ other/ --no-weights --format json"],
        ["0 the same", "1 different", UNREADABLE],
    )
    parser.add_argument("a", metavar="A", help=PATH_HELP)
    parser.add_argument("b", metavar="B", help="the same")
    parser.add_argument("--no-weights", action="store_true", help="compare the graphs only")
    parser.add_argument("--format", choices=["text", "json"], default="text", help=FORMAT_HELP)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit status 0 if the models are the same, 1 if they differ, 2 if one cannot be read."""
    from ..archive import open_model
    from ..model.comparison import compare
    from ..syntax.source import Source

    try:
        with open_model(args.a) as a, open_model(args.b) as b:
            found = compare(Source(a.graph_text()), Source(b.graph_text()), a.quant_text(), b.quant_text())
            weights = [] if args.no_weights else _weights(a, b, found.labels)
    except d.ArchiveError as error:
        d.complain(error)
        return 2
    same = found.same and not weights
    if args.format == "json":
        json.dump(
            {"same": same, **_plain(found), "weights": [item.as_json() for item in weights]}, sys.stdout, indent=1
        )
        print()
    elif same:
        say(f"{args.a} and {args.b} are the same" + (", in another order" if found.reordered else ""))
    else:
        paint = painter()
        print(paint.paint(f"--- {visible(args.a)}\n+++ {visible(args.b)}", "1"))
        print("\n".join(_lines(found, weights, paint)))
    return 0 if same else 1


def _weights(a: Model, b: Model, labels: dict[str, str]) -> list[WeightChange]:
    from ..archive.statistics.changes import weight_changes

    # A label that both models have is its own successor: renaming another to it would compare one file twice.
    kept = set(a.labels()) - labels.keys()
    return weight_changes(a, b, {old: new for old, new in labels.items() if new not in kept})


def _plain(found: Comparison) -> JsonObject:
    def listed(items: list[Changed]) -> list[JsonObject]:
        return [
            {
                "name": item.name,
                "what": item.what,
                "before": item.before,
                "after": item.after,
                "lineBefore": item.lines[0],
                "lineAfter": item.lines[1],
            }
            for item in items
        ]

    return {
        "header": listed(found.header),
        "fragments": listed(found.fragments),
        "inputs": listed(found.inputs),
        "outputs": listed(found.outputs),
        "statements": listed(found.statements),
        "renamed": found.renamed,
        "labels": found.labels,
        "quantization": listed(found.quantization),
        "reordered": found.reordered,
    }


# -- text --------------------------------------------------------------------------------------------------------


def _lines(found: Comparison, weights: list[WeightChange], paint: Painter) -> Iterator[str]:
    for title, items in (("header", found.header), ("inputs", found.inputs), ("outputs", found.outputs)):
        yield from _section(title, items, paint)
    for item in found.fragments:
        yield paint.paint(f"@@ fragment {visible(item.name)}{_at(item)} @@", "36")
        yield from _block(item, paint)
    if found.statements:
        counts = [
            (what, sum(item.what == what for item in found.statements)) for what in ("changed", "added", "removed")
        ]
        yield paint.paint(f"@@ graph: {', '.join(f'{count} {what}' for what, count in counts if count)} @@", "36")
        for item in found.statements:
            if item.what == "changed":
                yield paint.paint(f"@{_at(item)}" + (f": {visible(item.note)}" if item.note else ""), "36")
            yield from _pair(item, paint)
    if found.renamed:
        yield paint.paint(f"@@ {len(found.renamed)} renamed @@", "36")
        for old, new in list(found.renamed.items())[:MAX_RENAMED]:
            yield visible(f"  {old} -> {new}")
        if len(found.renamed) > MAX_RENAMED:
            yield f"  and {len(found.renamed) - MAX_RENAMED} more (--format json has all)"
    yield from _section("quantization", found.quantization, paint)
    if weights:
        yield paint.paint(f"@@ weights: {len(weights)} differ @@", "36")
        colours = {"added": "32", "removed": "31"}
        for change in weights:
            text = "  " + visible(change.text())
            yield paint.paint(text, colours[change.what]) if change.what in colours else text


def _section(title: str, items: list[Changed], paint: Painter) -> Iterator[str]:
    if items:
        yield paint.paint(f"@@ {title} @@", "36")
    for item in items:
        yield from _pair(item, paint)


def _at(item: Changed) -> str:
    lines = [str(line) for line in item.lines if line is not None]
    return f" line {' -> '.join(lines)}" if lines else ""


def _block(item: Changed, paint: Painter) -> Iterator[str]:
    """A fragment's lines, with those that stay around the others."""
    before, after = (item.before or "").splitlines(), (item.after or "").splitlines()
    for line in list(unified_diff(before, after, lineterm="", n=2))[2:]:
        if not line.startswith("@@"):
            yield paint.paint(visible(line), {"+": "32", "-": "31"}.get(line[0], "0"))


def _pair(item: Changed, paint: Painter) -> Iterator[str]:
    before, after = (None if text is None else visible(text) for text in (item.before, item.after))
    if before is not None and after is not None and paint.colour and max(len(before), len(after)) <= MAX_WIDTH:
        before, after = _highlighted(before, after)
        yield f"\x1b[31m- {before}\x1b[0m"
        yield f"\x1b[32m+ {after}\x1b[0m"
        return
    shown = _clipped(before, after)
    if shown[0] is not None:
        yield paint.paint(f"- {shown[0]}", "31")
    if shown[1] is not None:
        yield paint.paint(f"+ {shown[1]}", "32")


def _highlighted(before: str, after: str) -> tuple[str, str]:
    """Both texts with the tokens that differ in reverse."""
    a, b = ([match[0] for match in TOKEN.finditer(text)] for text in (before, after))
    left: list[str] = []
    right: list[str] = []
    for what, i, i_end, j, j_end in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        for into, text in ((left, "".join(a[i:i_end])), (right, "".join(b[j:j_end]))):
            if text:
                into.append(text if what == "equal" else f"\x1b[7m{text}\x1b[27m")
    return "".join(left), "".join(right)


def _clipped(before: str | None, after: str | None) -> tuple[str | None, str | None]:
    """Long texts around the first place where they differ."""
    a, b = before or "", after or ""
    if max(len(a), len(b)) <= MAX_WIDTH:
        return before, after
    place = next(
        (at for at, (x, y) in enumerate(zip(a, b)) if x != y),
        0 if before is None or after is None else min(len(a), len(b)),
    )
    start = max(0, place - MAX_WIDTH // 2)

    def part(text: str | None) -> str | None:
        if text is None or len(text) <= MAX_WIDTH:
            return text
        return ("…" if start else "") + text[start : start + MAX_WIDTH] + ("…" if start + MAX_WIDTH < len(text) else "")

    return part(before), part(after)
