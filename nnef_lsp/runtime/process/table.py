"""The table of many runs: a row for each item, columns for its results; written as CSV, .npz or Parquet.

The columns of a result are its items if these are few; of many, as a classifier gives, the largest with their places, or with
their labels where there are labels.

Not here: the runs (`batch.py`).
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, BinaryIO

import numpy as np

from ...archive.atomic import atomic_writer
from ...archive.tensors.npy import write_npz
from ..arrays.dtypes import Array
from ..errors import RunError
from ..summary import largest

FEW = 16
"""A result of so many items has a column for each."""

Cell = str | int | float | bool | None


class Table:
    """Collects rows and writes them when it is closed without an exception: a file is whole, or it is not there.

    `labels` name the places of results with as many items; `top` is how many of the largest are told of.
    """

    def __init__(self, names: Sequence[str], labels: Sequence[str] = (), top: int = 5) -> None:
        self.names, self.labels, self.top = list(names), list(labels), top
        self.columns: list[str] = []
        self.kinds: dict[str, bool] = {}
        """Whether a result is told by its largest items."""

    def cells(self, outputs: Mapping[str, Array]) -> list[Cell]:
        """What a row says of the results of one item."""
        found: list[Cell] = []
        columns: list[str] = []
        for name in self.names:
            array = np.asarray(outputs[name])
            if self.labels and array.size == len(self.labels):
                self._ranked(name, array, found, columns)
            elif array.size <= FEW or array.dtype.kind not in "fiub":
                columns += [name] if array.size == 1 else [f"{name}[{at}]" for at in range(array.size)]
                found += [_cell(item) for item in array.reshape(-1)]
            else:
                self._ranked(name, array, found, columns)
        if self.columns and columns != self.columns:
            raise RunError("the results of the inputs have different sizes; a table needs equal ones")
        self.columns = columns
        return found

    def _ranked(self, name: str, array: Array, found: list[Cell], columns: list[str]) -> None:
        labels = self.labels if array.size == len(self.labels) else ()
        for rank, item in enumerate(largest(array.reshape(-1), self.top), 1):
            place = item["index"][0]
            columns += [f"{name}.{rank}", f"{name}.{rank}.value"]
            found += [labels[place] if labels else place, item["value"]]


def _cell(item: Any) -> Cell:
    value = item.item() if isinstance(item, np.generic) else item
    return value if isinstance(value, (bool, int, float, str)) else str(value)


class CsvFile(AbstractContextManager["CsvFile"]):
    """A CSV file, written row by row beside its place, and moved there at the end."""

    def __init__(self, path: str) -> None:
        self._writer = atomic_writer(path)
        self._rows: Any = None
        self._text: io.TextIOWrapper | None = None

    def __enter__(self) -> CsvFile:
        file: BinaryIO = self._writer.__enter__()
        self._text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        self._rows = csv.writer(self._text)
        return self

    def header(self, columns: Sequence[str]) -> None:
        self._rows.writerow(columns)

    def row(self, cells: Sequence[Cell]) -> None:
        self._rows.writerow([repr(cell) if isinstance(cell, float) else safe(cell) for cell in cells])

    def __exit__(self, *error: Any) -> None:
        assert self._text is not None
        self._text.detach()
        self._writer.__exit__(*error)


def safe(cell: Cell) -> Cell:
    """A spreadsheet takes text that begins so for a formula, and a file's name may be somebody else's."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" else cell


def write_parquet(path: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """All rows as a Parquet file.  Raises `RunError` without the package pyarrow."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise RunError("writing Parquet needs the package pyarrow: run \"pip install 'nnef-lsp[parquet]'\"") from None
    table = pyarrow.table({name: [row[at] for row in rows] for at, name in enumerate(columns)})
    with atomic_writer(path) as file:
        parquet.write_table(table, file)


def write_stacked(path: str, items: Sequence[str], arrays: Mapping[str, Sequence[Array]]) -> None:
    """The results of all items, stacked along a new first axis, and the names of the items as `items`."""
    stacked: dict[str, Array] = {"items": np.array([os.fspath(item) for item in items])}
    for name, parts in arrays.items():
        if len({part.shape for part in parts}) > 1:
            raise RunError(
                f"'{name}' has different shapes for different inputs, so there is no one array of it", tensor=name
            )
        stacked[name] = np.stack(parts)
    write_npz(path, stacked)
