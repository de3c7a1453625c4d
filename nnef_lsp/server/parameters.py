"""What clients send with our own requests and commands, as docs/protocol.md has it; everything but `uri` may be left out.

Not here: what is made of it (`features/`), and checking it: a request with other types fails by itself, at the door.
"""

from __future__ import annotations

from typing import TypedDict


class RunParameters(TypedDict, total=False):
    """`nnef.runGraph`, `nnef.checkGraph`, `nnef.inputs`, `nnef.saveInputs`."""

    uri: str
    name: str
    inputs: dict[str, str]
    symbols: dict[str, int]
    keep: list[str]
    engine: str
    labels: str
    expected: str
    rtol: float
    atol: float
    show: bool


class TensorSource(TypedDict, total=False):
    """A tensor of a file (`tensor` where it holds several), or of a run."""

    uri: str
    run: str
    tensor: str


class TableWindow(TypedDict):
    """A part of a tensor as a table: the axes that are rows and columns, the index of its first cell, its size."""

    rowAxis: int
    columnAxis: int
    index: list[int]
    rows: int
    columns: int


class Pictures(TypedDict, total=False):
    """Parts of a tensor as pictures, from number `first` on, `size` points wide at most."""

    layout: str
    first: int
    count: int
    size: int


class TensorParameters(TypedDict, total=False):
    """`nnef/tensor`."""

    source: TensorSource
    statistics: bool
    bins: int
    window: TableWindow
    pictures: Pictures


class ArchiveParameters(TypedDict, total=False):
    """`nnef/archive`: what is in it, or bytes of the file at `path`."""

    uri: str
    path: str
    offset: int
    length: int
