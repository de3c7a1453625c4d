"""Many items through one plan, `batch` of them at a time.  Runs inside the worker.

Each item is read by itself, so it may be of any kind that an input may come from, with a first extent of 1; items of a batch are
joined along that axis, and results are cut along it.  The last batch is filled up with its last item.  An item that cannot be
read is told of and left out.

Not here: what is written of them (`table.py`), and the model with a first extent of `batch` (`cli/batch.py` asks for it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from time import perf_counter
from typing import Any

import numpy as np

from ...model.flattening.flat_graph import FlatGraph
from ...model.values.tensor import ANY, Tensor, tensor
from ..arrays.dtypes import Array
from ..engines import find_engine
from ..errors import RunError
from ..inputs.sources import read_input
from ..planning.costs import extents
from ..tiles.cancel import cancellable, check
from .job import Progress, prepare
from .request import BatchRequest, RunReport
from .table import CsvFile, Table, write_parquet, write_stacked

Item = Mapping[str, str]
Read = tuple[Item, dict[str, Array]]
"""An item, and its arrays by input."""


def run_batch(
    request: BatchRequest, folder: str, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> RunReport:
    """Run all items and write the tables asked for; raises `RunError`, `Cancelled` or MemoryError.

    The report's `rows` are those of the table, the item before its cells, and `columns` their names; `left_out` has a sentence for
    each item that could not be read.
    """
    tell = progress or (lambda step, total, text: None)
    started = perf_counter()
    tell(0, 0, "loading")
    with cancellable(cancelled):
        _refuse_state(request.graph)
        report = RunReport("done", engine=request.engine)
        batches = _batches(request, report)
        first = next(batches, None)
        if first is None:
            raise RunError(f"none of {len(request.items)} items can be read: {report.left_out[0]}")
        plan, job = prepare(request, _joined(first, request.batch))
        prepared = find_engine(request.engine).load(job)
        check()
        report.load_seconds, report.macs = perf_counter() - started, plan.macs
        wanted = [*request.graph.outputs, *request.keep]
        table, loaded = Table(wanted, request.labels, request.top), perf_counter()
        kept: dict[str, list[Array]] = {name: [] for name in wanted} if request.output else {}
        for items in _and_then(first, batches):
            result = prepared.run({**job.inputs, **_joined(items, request.batch)}, None, cancelled)
            report.peak_bytes = max(report.peak_bytes, result.peak_bytes)
            for at, (item, _) in enumerate(items):
                outputs = {name: _cut(name, result.tensors[name], at, request.batch) for name in wanted}
                report.rows.append([" ".join(item.values()), *table.cells(outputs)])
                for name, parts in kept.items():
                    parts.append(np.array(outputs[name]))
            _tell_rate(tell, len(report.rows) + len(report.left_out), len(request.items), perf_counter() - loaded)
            check()
        report.seconds = perf_counter() - loaded
        report.columns = ["item", *table.columns]
        _write(request, report, kept)
    return report


def _and_then(first: list[Read], others: Iterator[list[Read]]) -> Iterator[list[Read]]:
    yield first
    yield from others


def _tell_rate(tell: Progress, done: int, total: int, seconds: float) -> None:
    rate = done / max(seconds, 1e-9)
    left = int((total - done) / rate)
    tell(done, total, f"{rate:.1f} a second, {left // 60}:{left % 60:02} left")


def _refuse_state(graph: FlatGraph) -> None:
    for invocation in graph.invocations:
        if invocation.operation == "update":
            raise RunError(
                "the graph keeps a state from run to run (it has 'update'), so its items would change each other; run them "
                "one by one",
                "update",
                site=invocation.site,
            )


def _batches(request: BatchRequest, report: RunReport) -> Iterator[list[Read]]:
    """The items that can be read, so many at a time as share a run."""
    found: list[Read] = []
    for item in request.items:
        check()
        try:
            found.append((item, _arrays(request, item)))
        except RunError as error:
            report.left_out.append(error.message)
            continue
        if len(found) == request.batch:
            yield found
            found = []
    if found:
        yield found


def _arrays(request: BatchRequest, item: Item) -> dict[str, Array]:
    graph, found = request.graph, {}
    for name, source in item.items():
        fact = _of_one(graph.tensors.get(name, ANY), request.batch)
        found[name] = read_input(name, source, fact, request.dtype, request.folder, graph.codes.get(name))
    return found


def _of_one(fact: Tensor, batch: int) -> Tensor:
    """What is known of an input that has only one item of the batch."""
    shape = extents(fact)
    if batch == 1 or not shape or shape[0] != batch:
        return fact
    return tensor(fact.dtype, (1, *shape[1:]))


def _joined(items: list[Read], batch: int) -> dict[str, Array]:
    """The inputs of one run, filled up with the last item."""
    if batch == 1:
        return items[0][1]
    filled = [*items, *[items[-1]] * (batch - len(items))]
    return {name: np.concatenate([arrays[name] for _, arrays in filled]) for name in items[0][1]}


def _cut(name: str, result: Any, at: int, batch: int) -> Array:
    """The part of a result that is an item's."""
    array: Array = np.asarray(result)
    if batch == 1:
        return array.reshape(array.shape[1:]) if array.ndim > 1 and array.shape[0] == 1 else array
    if not array.ndim or array.shape[0] != batch:
        raise RunError(
            f"'{name}' has the shape {list(array.shape)}, which is not one part for each of {batch} items; run with --batch 1",
            tensor=name,
        )
    return np.asarray(array[at])


def _write(request: BatchRequest, report: RunReport, kept: dict[str, list[Array]]) -> None:
    from ...archive import ArchiveError

    try:
        if request.csv:
            with CsvFile(request.csv) as file:
                file.header(report.columns)
                for row in report.rows:
                    file.row(row)
        if request.parquet:
            write_parquet(request.parquet, report.columns, report.rows)
        if request.output:
            write_stacked(request.output, [str(row[0]) for row in report.rows], kept)
    except ArchiveError as error:
        raise RunError(str(error).rstrip(".")) from error
