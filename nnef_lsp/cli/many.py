"""Many models: those below the folders named, worked on by several processes, told of in the order of their names.

A process that dies takes nothing along but the model that it was at: those that were at work are tried once more, each alone,
and a model that kills its process again is told of.

Not here: what is done with a model (each command), which models there are (`project/models_below.py`).
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Generic, TypeVar

from . import document as d
from .progress_line import ProgressLine

Outcome = TypeVar("Outcome")
PATHS_HELP = (
    "models, or folders with models below them: .nnef files, model folders, archives (.tar, .tgz, .tar.xz, .tar.zst)"
)
FEW = 16
"""So many models are worked on by this process: starting others takes longer."""
AHEAD = 4
"""Models handed out for each process: so many results wait at most."""


def add_jobs(parser: argparse.ArgumentParser) -> None:
    """The option `--jobs`."""
    parser.add_argument(
        "--jobs",
        "-j",
        type=d.count_from(1),
        metavar="N",
        help="processes to work with (default: the cores, for many models)",
    )


def models_of(paths: Iterable[str]) -> list[str]:
    """The models at paths and below folders, each once.  Raises ArchiveError."""
    from ..project.models_below import models_at

    return list(dict.fromkeys(model for path in paths for model in ([path] if path == "-" else models_at(path))))


def each(
    function: Callable[[str], Outcome], paths: Sequence[str], jobs: int | None, died: Callable[[str], Outcome]
) -> Iterator[tuple[str, Outcome]]:
    """The outcome of each model, in the order of `paths`, with progress on a terminal.

    `function` and what it gives are handed to other processes; `died` words the outcome of a model that kills them.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    jobs = min(jobs or (cores if len(paths) > FEW else 1), len(paths))
    progress = _Progress(len(paths))
    try:
        if jobs <= 1:
            for path in paths:
                yield path, function(path)
                progress.more()
            return
        for path, outcome in _in_order(_Team(function, jobs, died, progress).outcomes(paths), paths):
            progress.clear()
            yield path, outcome
    finally:
        progress.clear()


def _in_order(found: Iterator[tuple[str, Outcome]], paths: Sequence[str]) -> Iterator[tuple[str, Outcome]]:
    ready: dict[str, Outcome] = {}
    order = iter(paths)
    waited = next(order, None)
    for path, outcome in found:
        ready[path] = outcome
        while waited in ready:
            assert waited is not None
            yield waited, ready.pop(waited)
            waited = next(order, None)


class _Team(Generic[Outcome]):
    """Processes that work on models."""

    def __init__(
        self, function: Callable[[str], Outcome], jobs: int, died: Callable[[str], Outcome], progress: _Progress
    ) -> None:
        self.function, self.jobs, self.died, self.progress = function, jobs, died, progress

    def outcomes(self, paths: Sequence[str]) -> Iterator[tuple[str, Outcome]]:
        left = list(paths)
        while left:
            suspects: list[str] = []
            done: set[str] = set()
            for path, outcome in self._until_one_dies(left, self.jobs, suspects):
                done.add(path)
                yield path, outcome
            for path in suspects:
                found = list(self._until_one_dies([path], 1, []))
                yield found[0] if found else (path, self.died(path))
                done.add(path)
                self.progress.more(0 if found else 1)
            left = [path for path in left if path not in done]

    def _until_one_dies(self, paths: Sequence[str], jobs: int, suspects: list[str]) -> Iterator[tuple[str, Outcome]]:
        """Outcomes as they come; ends early when a process dies, and puts what may have killed it into `suspects`."""
        pool = ProcessPoolExecutor(jobs, _context(), initializer=_started)
        waiting: dict[Future[Outcome], str] = {}
        order = iter(paths)
        try:
            while True:
                while len(waiting) < jobs * AHEAD and (path := next(order, None)) is not None:
                    waiting[pool.submit(self.function, path)] = path
                if not waiting:
                    return
                done, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    if isinstance(future.exception(), BrokenProcessPool):
                        suspects += waiting.values()
                        return
                    path = waiting.pop(future)
                    self.progress.more()
                    yield path, future.result()
        except BrokenProcessPool:  # while a model was handed out
            suspects += waiting.values()
        finally:
            _end(pool)


def _context() -> multiprocessing.context.BaseContext:
    """A copy of this process where that is safe, so that nothing is imported again."""
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


def _started() -> None:
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches the whole group, and the first process ends the others


def _end(pool: ProcessPoolExecutor) -> None:
    """Nothing runs on, whatever it is doing."""
    processes = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join()


class _Progress:
    """How many are done, how fast, and how long it will take."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.started = total, 0, time.monotonic()
        self.line = ProgressLine()
        self.last = 0.0

    def more(self, count: int = 1) -> None:
        """So many more are done; shown ten times a second at most."""
        self.done += count
        now = time.monotonic()
        if self.total > 1 and now - self.last > 0.1:
            self.last = now
            rate = self.done / max(now - self.started, 1e-9)
            left = int((self.total - self.done) / rate) if rate else 0
            self.line.show(self.done, self.total, f"models, {rate:.0f} a second, {left // 60}:{left % 60:02} left")

    def clear(self) -> None:
        """Take the line away, before anything else is printed."""
        self.line.clear()
