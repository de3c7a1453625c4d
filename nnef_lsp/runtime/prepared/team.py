"""Several threads on the tiles of one operation.

numpy and BLAS let go of the interpreter's lock while they compute, so tiles run in parallel, transformations and
element-wise work included; BLAS itself then uses one thread.  Small operations, and those with fewer tiles
than threads, run tile by tile, and BLAS uses all threads inside.

Measured with two threads: VGG-16 gains 1.5 times over threads inside BLAS alone; sharing out operations below some
hundred million multiply-accumulates lost 5 to 20 % on ResNet-50, GoogLeNet and MobileNet, to the interpreter's lock.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from ..cancel import check
from ..threads import set_blas_threads

SHARED_MACS = 300_000_000

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
                if worker == 0:
                    check()  # only this thread knows of the run
                work(worker, task)

        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.size - 1, "nnef-lsp-tile")
        set_blas_threads(1)
        helpers = [self._pool.submit(loop, worker) for worker in range(1, self.size)]
        try:
            loop(0)
        except BaseException:
            stop.set()
            raise
        finally:
            failures = [helper.exception() for helper in helpers]
            set_blas_threads(self.size)
        for failure in failures:
            if failure is not None:
                raise failure


ALONE = Team(1)
