"""Several threads on the tiles of one operation.

numpy and BLAS let go of the interpreter's lock while they compute, so tiles run in parallel, transformations and
element-wise work included; BLAS itself always uses one thread.  Threads inside OpenBLAS were tried first and given up:
as fast on an idle machine, but they spin while they wait, and with one other busy process ResNet-50 took 25 times as
long where this takes twice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from typing import Any, TypeVar

from .cancel import check

SHARED_MACS = 25_000_000
"""Below, sharing out costs more than it gives (about 50 microseconds, and the interpreter's lock)."""

Task = TypeVar("Task")


class Team:
    """`size` threads, this one included."""

    def __init__(self, size: int = 1) -> None:
        self.size = max(size, 1)
        self._pool: ThreadPoolExecutor | None = None

    def for_work(self, macs: int) -> Team:
        """The team for an operation of so many multiply-accumulates: this one, or one thread alone."""
        return self if macs >= SHARED_MACS else ALONE

    def workers(self, tasks: int) -> int:
        """How many threads will work on so many tasks."""
        return self.size if tasks >= self.size else 1

    def parts(self, count: int, most: int) -> int:
        """Into how many tiles of at most `most` to cut `count`: a number that occupies all threads where it can."""
        tiles = -(-count // max(most, 1))
        if self.size == 1 or count < 2 * self.size:
            return tiles
        return -(-tiles // self.size) * self.size

    def each(self, tasks: Sequence[Task], work: Callable[[int, Task], None]) -> None:
        """`work(worker, task)` for every task; a worker's number picks its own working memory."""
        if self.size == 1 or len(tasks) < self.size:
            for task in tasks:
                check()
                work(0, task)
            return
        self._together(iter(tasks), work)

    def _together(self, tasks: Any, work: Callable[[int, Any], None]) -> None:
        lock, stop = threading.Lock(), threading.Event()

        def loop(worker: int) -> None:
            while not stop.is_set():
                with lock:
                    task = next(tasks, None)
                if task is None:
                    return
                check()
                work(worker, task)

        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.size - 1, "nnef-lsp-tile")
        with working(ALONE):
            contexts = [
                copy_context() for _ in range(1, self.size)
            ]  # how numpy treats errors, whether the run is cancelled
            helpers = [self._pool.submit(context.run, loop, worker) for worker, context in enumerate(contexts, 1)]
            try:
                loop(0)
            except BaseException:
                stop.set()
                raise
            finally:
                failures = [helper.exception() for helper in helpers]
        for failure in failures:
            if failure is not None:
                raise failure


ALONE = Team(1)
_current: ContextVar[Team] = ContextVar("team", default=ALONE)


def current() -> Team:
    """The team of the run at hand, for kernels; inside of a task, and outside of a run, one thread alone."""
    return _current.get()


class working:
    """`with working(team):` makes it the current one."""

    def __init__(self, team: Team) -> None:
        self.team = team

    def __enter__(self) -> None:
        self.token = _current.set(self.team)

    def __exit__(self, *error: object) -> None:
        _current.reset(self.token)
