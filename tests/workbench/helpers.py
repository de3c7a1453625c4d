"""Models made for the tests of the workbench, and its commands run as processes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nnef_lsp.archive import read_tensor, write_tensor

VARIABLE = re.compile(r"variable(?:<\w+>)?\(shape = \[([\d, ]*)\], label = '([^']+)'\)")


class Ran(NamedTuple):
    """Exit status and what was printed."""

    status: int
    out: str
    err: str


def model(folder: Path, text: str, seed: int = 1, **given: Any) -> Path:
    """A model with this graph; data files of its variables hold small normal numbers, those of variances positive ones.
    `given` has other arrays by label, `__` in place of `/`."""
    folder.mkdir(parents=True)
    (folder / "graph.nnef").write_text(text, encoding="utf-8")
    numbers = np.random.default_rng(seed)
    for extents, label in VARIABLE.findall(text):
        shape = [int(extent) for extent in extents.split(",") if extent.strip()]
        array = given.get(label.replace("/", "__"))
        if array is None:
            array = numbers.standard_normal(shape) * 0.3
            array = (np.abs(array) + 0.5 if "var" in label else array).astype(np.float32)
        write_tensor(folder / f"{label}.dat", array)
    return folder


def command(*words: object) -> Ran:
    """A command of nnef-lsp as a process."""
    line = [sys.executable, "-m", "nnef_lsp", *map(str, words)]
    found = subprocess.run(
        line, capture_output=True, text=True, env={**os.environ, "NNEF_LSP_STRICT": "1"}, timeout=120
    )
    return Ran(found.returncode, found.stdout, found.stderr)


def files(folder: Path) -> list[str]:
    """All files below a folder, hidden ones too."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def graph(folder: Path) -> str:
    """The text of a model's graph."""
    return (folder / "graph.nnef").read_text(encoding="utf-8")


def stored(folder: Path, label: str) -> Any:
    """The array of a data file."""
    return np.asarray(read_tensor(folder / f"{label}.dat"))
