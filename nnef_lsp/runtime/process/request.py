"""What crosses the border between a client and the worker: a request, progress, a report.  Plain data, no numpy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypedDict

from ...model.flattening.flat_graph import FlatGraph
from ..errors import FailureData

if TYPE_CHECKING:
    from ..arrays.dtypes import Array
    from ..summary import Summary


@dataclass(slots=True)
class RunRequest:
    """One run.

    `inputs`: for each input a source as `inputs/sources.py` has them; `default_input` serves those not named.  `folder` is
    where relative files of `inputs` are looked for.  `weights` is "model" or "random:SEED".  `memory_limit` is in
    bytes of the whole process (None: no limit).  `poison` makes memory that is free show (`prepared/poison.py`).  `output` is the .npz file to write, `arrays` asks for the
    arrays themselves in the report.  `operations` are files of Python with kernels of the project's own, which the user trusts;
    `withheld` says why there are none though the project names some.
    """

    graph: FlatGraph
    model: str | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    default_input: str | None = None
    folder: str = ""
    weights: str = "model"
    keep: tuple[str, ...] = ()
    engine: str = "numpy"
    dtype: str = "float32"
    threads: int = 1
    quantize: bool = False
    poison: bool = False
    memory_limit: int | None = None
    output: str | None = None
    arrays: bool = False
    top: int = 5
    runs: int = 1
    operations: tuple[str, ...] = ()
    withheld: str = ""


@dataclass(slots=True)
class BatchRequest(RunRequest):
    """Many runs of one plan.  `items`: for each item the sources of the inputs that differ (the same names in all); `batch` is
    how many share a run, and the first extent of these inputs in `graph`.

    `csv`, `parquet` and `output` (.npz, results stacked) are files to write; `labels` name the places of a result.
    """

    items: Sequence[Mapping[str, str]] = ()
    batch: int = 1
    csv: str | None = None
    parquet: str | None = None
    labels: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class RunProgress:
    """Step `step` of `total` is done (0 of 0 while loading); `text` says what is going on."""

    step: int
    total: int
    text: str


StepReport = TypedDict(
    "StepReport",
    {
        "operation": str,
        "tensor": "str | None",
        "seconds": float,
        "macs": "int | None",
        "bytes": int,
        "with": "str | None",
    },
)
"""One step of a run; `with` is the tensor whose step it rode along with, where its time is counted."""


@dataclass(slots=True)
class RunReport:
    """How a run ended.

    `status`: "done", "failed" (error says why), "cancelled", "out-of-memory", "killed" (the process died).
    `error`: message, operation, tensor, site (character offsets [start, end] in graph.nnef, or None).
    `outputs` and `kept`: name -> summary (`summary.py`).  `steps`: operation, tensor, seconds, macs, bytes,
    with (the tensor whose step it rode along with, or None).
    `arrays`: the outputs and kept tensors, if they were asked for.  `columns`, `rows`: of a batch, what its table says; `left_out`: why items are not in it.
    """

    status: str
    error: FailureData | None = None
    outputs: dict[str, Summary] = field(default_factory=dict)
    kept: dict[str, Summary] = field(default_factory=dict)
    steps: list[StepReport] = field(default_factory=list)
    seconds: float = 0.0
    load_seconds: float = 0.0
    peak_bytes: int = 0
    planned_peak_bytes: int | None = None
    process_peak_bytes: int | None = None
    macs: int | None = None
    engine: str = "numpy"
    arrays: dict[str, Array] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    rows: list[list[str | int | float | bool | None]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def message(self) -> str:
        """One sentence."""
        if self.error is not None:
            return str(self.error["message"])
        return {"done": "the run is done", "cancelled": "the run was cancelled"}.get(self.status, self.status)
