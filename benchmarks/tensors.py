"""How fast a large tensor is seen: header, sampled statistics, exact statistics, histogram, in a folder and in archives.

    python benchmarks/tensors.py                    # 1 GB in a temporary folder, half of it in archives
    python benchmarks/tensors.py --megabytes 100

The file is in the page cache, as after it was written.  The bars are those of 1 GB (issue 4), for other sizes in
proportion; `a.min(), a.max(), a.mean(), a.std()` of numpy on the same items is shown beside them.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from nnef_lsp.archive import open_model, open_tensor, read_tensor, write_tensor
from nnef_lsp.archive.containers.pack import pack
from nnef_lsp.archive.statistics.statistics import summarise

GRAPH = """version 1.0;
graph g( x ) -> ( y )
{{
    x = external(shape = [1]);
    first = variable(shape = [244, 1024], label = 'first');
    w = variable(shape = [{rows}, 1024], label = 'w');
    y = add(x, 1.0);
}}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--folder", help="where the temporary files go")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    print("| what | time | bar |\n|---|---|---|")
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        measure_file(folder, args.megabytes, args.rounds)
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        measure_archives(folder, args.megabytes // 2, args.rounds)


def items(megabytes: int) -> Any:
    """Normal numbers; a block of them repeated, since drawing takes longer than anything measured here."""
    block = np.random.default_rng(0).standard_normal((256, 1024), dtype=np.float32)
    return np.tile(block, (max(1, megabytes), 1))[: max(1, megabytes) * 244]


def measure_file(folder: str, megabytes: int, rounds: int) -> None:
    """One `.dat` file."""
    path = os.path.join(folder, "w.dat")
    write_tensor(path, items(megabytes))
    size = os.path.getsize(path)
    scale = size / 1e9
    array = read_tensor(path)
    array.sum()  # into the page cache
    row(f"header of {size / 1e6:.0f} MB", timed(lambda: open_tensor(path).header, rounds), 0.002)
    row("statistics, sampled", timed(lambda: summarise(open_tensor(path), exact=False), rounds), 0.010)
    exact = timed(lambda: summarise(open_tensor(path), exact=True), rounds)
    row("statistics and histogram, exact", exact, 0.600 * scale)
    row("numpy's min, max, mean and std", timed(lambda: (array.min(), array.max(), array.mean(), array.std()), 2), None)


def measure_archives(folder: str, megabytes: int, rounds: int) -> None:
    """A tensor in a model folder and in a `.tar`; the first of a `.tgz`, which must not be read to its end for that."""
    folder_model, archive = write_model(folder, "large", megabytes), os.path.join(folder, "large.tar")
    pack(folder_model, archive)
    row(f"open, sampled statistics: {megabytes} MB folder", timed(lambda: seen(folder_model, "w"), rounds), None)
    row(f"open, sampled statistics: {megabytes} MB tar", timed(lambda: seen(archive, "w"), rounds), None)
    for size in (10, max(20, megabytes // 5)):
        packed = os.path.join(folder, f"packed{size}.tgz")
        pack(write_model(folder, f"packed{size}", size), packed)
        row(
            f"open, first tensor (1 MB) of a {size} MB tgz",
            timed(lambda packed=packed: seen(packed, "first"), rounds),
            None,
        )


def write_model(folder: str, name: str, megabytes: int) -> str:
    """A model of a small tensor and a large one."""
    model, array = os.path.join(folder, name), items(megabytes)
    write_tensor(os.path.join(model, "first.dat"), array[:244])
    write_tensor(os.path.join(model, "w.dat"), array)
    Path(model, "graph.nnef").write_text(GRAPH.format(rows=len(array)), encoding="utf-8")
    return model


def seen(place: str, label: str) -> Any:
    """Open a model and look at a tensor."""
    with open_model(place) as model:
        return summarise(model.tensor(label), exact=False)


def timed(function: Callable[[], Any], rounds: int) -> float:
    """Seconds of the best round: memory bandwidth is what other processes disturb most."""
    times = []
    for _ in range(rounds):
        started = perf_counter()
        function()
        times.append(perf_counter() - started)
    return min(times)


def row(what: str, seconds: float, bar: float | None) -> None:
    """One line of the table."""
    limit = "" if bar is None else f"{1e3 * bar:.0f} ms" if seconds <= bar else f"**ABOVE** {1e3 * bar:.0f} ms"
    print(f"| {what} | {1e3 * seconds:.1f} ms | {limit} |", flush=True)


if __name__ == "__main__":
    main()
