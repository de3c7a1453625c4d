"""Many items through one model: the model with room for several, the table on the terminal, and how right it is.

Not here: items through one plan (`runtime/process/batch.py`), sources of inputs (`inputs.py`).
"""

from __future__ import annotations

import argparse
import csv
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from . import document as d
from .drawing import say

if TYPE_CHECKING:
    from ..runtime.process.request import RunReport

ROWS_SHOWN = 20
"""Rows printed where no file was asked for."""


def add_batch(parser: argparse.ArgumentParser) -> None:
    """The options of a run of many items."""
    many = parser.add_argument_group("many items (docs/inputs.md)")
    many.add_argument(
        "--batch", type=d.count_from(1), metavar="N", default=1, help="how many items share a run (default 1)"
    )
    many.add_argument("--csv", metavar="FILE.csv", help="write a row for each item")
    many.add_argument("--parquet", metavar="FILE", help="the same as Parquet (extra 'parquet')")
    many.add_argument("--truth", metavar="FILE.csv", help="rows of a file's name and its label: how often it is right")
    parser.add_argument(
        "--labels", metavar="FILE", help="names of the places of a result, a line each (default: labels.txt beside it)"
    )


def batched(document: d.Document, items: Sequence[dict[str, str]], batch: int) -> d.Document:
    """The document whose inputs of many items have a first extent of `batch`.  Raises ValueError if it would be wrong then."""
    tensors = document.analysis.tensors()
    for name in items[0]:
        if name not in document.analysis.inputs:
            raise ValueError(
                f"the graph has no input '{name}'; its inputs are {', '.join(document.analysis.inputs) or 'none'}"
            )
    if batch == 1:
        return document
    shapes: dict[str, list[int]] = {}
    for name in items[0]:
        shape = tensors[name].shape if name in tensors else None
        if not shape:
            raise ValueError(f"the input '{name}' has no first extent that could be {batch}; run with --batch 1")
        if any(not isinstance(extent, int) for extent in shape[1:]):
            raise ValueError(f"the input '{name}' has open extents; give them by --set, or run with --batch 1")
        shapes[name] = [batch, *(int(extent) for extent in shape[1:] if isinstance(extent, int))]
    again = d.reshaped(document, shapes)
    if again.errors and not document.errors:
        raise ValueError(
            f"the model does not take {batch} items at once, run with --batch 1; it would be wrong here: {again.errors[0]}"
        )
    return again


def read_truth(path: str) -> dict[str, str]:
    """Labels by name of file, from a CSV file of two columns, with a head or without.  Raises ValueError."""
    from ..archive.limits import limits_from_environment

    try:
        limits_from_environment().check_text(path, os.path.getsize(path))
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"'{path}' cannot be read as CSV: {error}") from None
    short = next((number for number, row in enumerate(rows, 1) if len(row) < 2), None)
    if short is not None:
        raise ValueError(f"'{path}', row {short}: expected the name of a file and its label")
    return {row[0].strip(): row[1].strip() for row in rows}


def tell(report: RunReport, truth: dict[str, str], labels: Sequence[str], written: Sequence[str]) -> None:
    """What came out: rows, or the files that have them; how right they are; what was left out."""
    if not written:
        table = [report.columns, *[[_short(cell) for cell in row] for row in report.rows[:ROWS_SHOWN]]]
        widths = [max(len(row[at]) for row in table) for at in range(len(report.columns))]
        for row in table:
            say("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
        if len(report.rows) > ROWS_SHOWN:
            say(f"and {len(report.rows) - ROWS_SHOWN} more; --csv FILE writes them all")
    for file in written:
        say(f"{file}: {len(report.rows)} rows")
    if truth:
        for line in accuracy(report, truth, labels):
            say(line)
    rate = len(report.rows) / max(report.seconds, 1e-9)
    say(f"{len(report.rows)} items in {report.seconds:.2f} s on {report.engine}, {rate:.1f} a second")
    for reason in report.left_out:
        d.complain(f"left out: {reason}")


def _short(cell: object) -> str:
    return f"{cell:.6g}" if isinstance(cell, float) else "" if cell is None else str(cell)


def accuracy(report: RunReport, truth: dict[str, str], labels: Sequence[str]) -> list[str]:
    """How often the largest item of the first ranked result is the label, and how often one of those told is."""
    first = next((name for name in report.columns if name.endswith(".1")), None)
    if first is None:
        return ["no result is told by its largest items, so nothing can be compared with the truth"]
    stem = first.removesuffix(".1")
    ranks = [at for at, name in enumerate(report.columns) if name.removeprefix(stem + ".").isdigit()]
    right = among = known = 0
    for row in report.rows:
        label = _label(str(row[0]), truth)
        if label is None:
            continue
        known += 1
        found = [str(row[at]) for at in ranks]
        same = {label, labels[int(label)]} if label.isdigit() and int(label) < len(labels) else {label}
        right += found[0] in same
        among += not same.isdisjoint(found)
    lines = [f"{stem}: {right} of {known} right ({right / max(known, 1):.1%}), {among} among the first {len(ranks)}"]
    if known < len(report.rows):
        lines.append(f"{len(report.rows) - known} items have no label in the truth")
    return lines


def _label(item: str, truth: dict[str, str]) -> str | None:
    """The label of a file: by its path as given, else by its name."""
    file = item.partition("?")[0]
    return truth.get(file, truth.get(os.path.basename(file)))
