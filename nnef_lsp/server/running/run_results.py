"""The report of a run as the `RunResult` of docs/protocol.md.

Not here: running (`runtime`), the command (`features/run_graph.py`).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ...json_data import JsonObject
from ..convert import range_of
from ..memory import Remembered
from ..parameters import RunParameters
from .runs import RUNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...archive.arrays import Array
    from ...runtime.process.request import RunReport, RunRequest
    from ..session import Document

TOP = 5
MOST_TENSORS = 500
"""Whose statistics are told; more would be no help."""


def failed(message: str) -> JsonObject:
    """A run that gave nothing."""
    return {"ok": False, "message": message, "engine": "", "seconds": 0.0, "tensors": [], "operations": []}


def result_of(
    document: Document, request: RunRequest, report: RunReport, wanted: RunParameters
) -> tuple[JsonObject, Remembered]:
    """The result, and what the document shall remember of the run."""
    if report.status != "done":
        return failed(_sentence(report.message)), {}
    places = _places(document)
    seconds = _seconds(report, places)
    kept = wanted.get("keep") or []
    shown = [name for name in report.kept if "*" in kept or name in kept]
    names = [*request.graph.outputs, *(name for name in shown if name not in request.graph.outputs)][:MOST_TENSORS]
    labels = _labels(wanted.get("labels"))
    result: JsonObject = {
        "ok": True, "run": RUNS.add(report.arrays), "engine": report.engine, "seconds": report.seconds,
        "tensors": [_tensor(name, report.arrays[name], name in request.graph.outputs, labels, places) for name in names if name in report.arrays],
        "operations": [
            {"id": name, "operation": places[name][0], "seconds": took, "range": places[name][1]}
            for name, took in sorted(seconds.items(), key=lambda item: -item[1])
        ],
    }  # fmt: skip
    if wanted.get("expected"):
        result["compared"] = _compared(request, report.arrays, wanted, places)
    memory: Remembered = {"seconds": seconds, "flowed": {**report.kept, **report.outputs}}
    return result, memory


def flowed(document: Document, name: str) -> str:
    """What a hover says of a tensor after a run, until the next edit; nothing of others."""
    summary = document.memory.get("flowed", {}).get(name)
    if not summary or summary.get("min") is None:
        return ""
    counts = ((summary["nan"], "NaN"), (summary["inf"], "infinite"))
    odd = [f"{count} {word}" for count, word in counts if count]
    numbers = f"{summary['min']:.4g} … {summary['max']:.4g}, mean {summary['mean']:.4g}, deviation {summary['std']:.4g}"
    return f"\n\n---\nLast run: {', '.join([numbers, *odd])}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!")) else ".")


def _places(document: Document) -> dict[str, tuple[str, JsonObject]]:
    """By which operation and where the tensors of the graph are defined."""
    from ...ide.views.graph import graph_view

    view = graph_view(document.analysis)
    return (
        {}
        if view is None
        else {
            output: (node.operation, range_of(document, node.name)) for node in view.nodes for output, _ in node.outputs
        }
    )


def _seconds(report: RunReport, places: Mapping[str, tuple[str, JsonObject]]) -> dict[str, float]:
    """Time by statement of the graph: what runs inside of a fragment counts for its call."""
    found: dict[str, float] = {}
    for step in report.steps:
        name = step["tensor"] or ""
        while name and name not in places and "." in name:
            name = name.rsplit(".", 1)[0]
        if name in places:
            found[name] = found.get(name, 0.0) + step["seconds"]
    return found


def _tensor(
    name: str, array: Array, output: bool, labels: list[str], places: Mapping[str, tuple[str, JsonObject]]
) -> JsonObject:
    from ...ide.views.tensor import statistics_of

    written: JsonObject = {"name": name, "output": output, "dtype": str(array.dtype), "shape": list(array.shape)}
    if array.dtype.kind in "fiub" and array.size:
        written.update(statistics_of(array))
    top = _top(array, labels) if output else []
    if top:
        written["top"] = top
    if name in places:
        written["range"] = places[name][1]
    return written


def _top(array: Array, labels: list[str]) -> list[JsonObject]:
    """The highest of one vector of classes."""
    from ...runtime.summary import largest

    if array.dtype.kind not in "fiu" or array.size != max(array.shape, default=0) or array.size < 2:
        return []
    found: list[JsonObject] = []
    for item in largest(array.reshape(-1), TOP):
        at = item["index"][0]
        found.append({"index": at, "value": item["value"], **({"label": labels[at]} if at < len(labels) else {})})
    return found


def _labels(path: str | None) -> list[str]:
    if not path or os.path.getsize(path) > 1 << 20:
        return []
    with open(path, encoding="utf-8", errors="replace") as file:
        return [line.strip() for line in file]


def expected_names(wanted: RunParameters) -> list[str]:
    """Names of the arrays that a run is compared with, which therefore must be kept."""
    from ...archive import ArchiveError
    from ...archive.foreign import read_foreign

    try:
        return list(read_foreign(wanted["expected"])) if wanted.get("expected") else []
    except ArchiveError:
        return []  # the comparison says what is wrong


def _compared(
    request: RunRequest, arrays: dict[str, Array], wanted: RunParameters, places: Mapping[str, tuple[str, JsonObject]]
) -> JsonObject:
    """Every tensor of the file that the graph has, in the order of the statements."""
    from ...archive import ArchiveError
    from ...archive.foreign import read_foreign

    rtol, atol = float(wanted.get("rtol") or 1e-3), float(wanted.get("atol") or 1e-4)
    order = {name: at for at, name in enumerate(request.graph.tensors)}
    rows = []
    try:
        expected = read_foreign(wanted["expected"])
        names = [name for name in arrays if name in expected and name not in request.graph.inputs]
        for name in sorted(names, key=lambda name: order.get(name, 0)):
            row = _row(name, arrays[name], expected[name].array(), rtol, atol)
            rows.append({**row, "range": places[name][1]} if name in places else row)
    except ArchiveError as error:
        return {"ok": False, "tensors": [], "problem": str(error)}
    if not rows:
        return {
            "ok": False,
            "tensors": [],
            "problem": "No array of the file has the name of a tensor that the graph computes.",
        }
    first = next((row["name"] for row in rows if not row["ok"]), None)
    return {"ok": first is None, "tensors": rows, **({"tensor": first} if first else {})}


def _row(name: str, mine: Array, theirs: Array, rtol: float, atol: float) -> JsonObject:
    from ...ide.views.tensor import number
    from ...runtime.summary import agree, difference

    if mine.shape != theirs.shape:
        problem = f"has the shape {list(mine.shape)}, expected {list(theirs.shape)}"
        return {"name": name, "ok": False, "maxAbsoluteError": "inf", "maxRelativeError": "inf", "problem": problem}
    apart = difference(mine, theirs)
    return {
        "name": name,
        "ok": agree(mine, theirs, rtol, atol),
        "maxAbsoluteError": number(apart["max_abs_error"]),
        "maxRelativeError": number(apart["max_rel_error"]),
        "at": apart["index"],
    }
