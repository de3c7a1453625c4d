"""Several threads on the tiles of one operation.

numpy and BLAS let go of the interpreter's lock while they compute, so tiles run in parallel, transformations and
element-wise work included; BLAS itself always uses one thread.  Threads inside OpenBLAS were tried first and given up:
as fast on an idle machine, but they spin while they wait, and with one other busy process ResNet-50 took 25 times as
long where this takes twice.  Handing over takes 3 microseconds here, and 30 to 200 pass until a sleeping helper runs, about
60 times in ResNet-50, where two threads give 1.5 times; how much of the rest is due to that has not been measured.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextvars import Context, ContextVar, copy_context
from queue import SimpleQueue
from typing import Any, TypeVar
from weakref import finalize

from ..cancel import check

SHARED_MACS = 25_000_000
"""Below, sharing out costs more than it gives (about 50 microseconds, and the interpreter's lock)."""

Task = TypeVar("Task")


class Team:
    """`size` threads, this one included."""

    def __init__(self, size: int = 1) -> None:
        self.size = max(size, 1)
        self._queues: list[SimpleQueue[_Errand | None]] = []
        self._helpers: list[int] = []
        self._apart = False

    def begin(self) -> None:
        """A run begins."""
        self._apart = False

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
        self._together(deque(tasks), work)

    def _together(self, tasks: deque[Any], work: Callable[[int, Any], None]) -> None:
        if not self._queues:
            self._hire()
        if not self._apart:
            self._apart = True
            _keep_off(self._helpers)
        with working(ALONE):
            errands = [_Errand(tasks, work, copy_context()) for _ in self._queues]
            for queue, errand in zip(self._queues, errands, strict=True):
                queue.put(errand)
            try:
                _work_off(tasks, work, 0)
            except BaseException:
                tasks.clear()
                raise
            finally:
                for errand in errands:
                    errand.end()
        for errand in errands:
            if errand.failure is not None:
                raise errand.failure

    def _hire(self) -> None:
        self._queues = [SimpleQueue() for _ in range(1, self.size)]
        for worker, queue in enumerate(self._queues, 1):
            thread = threading.Thread(target=_help, args=(worker, queue), name=f"nnef-lsp-tile_{worker}", daemon=True)
            thread.start()
            self._helpers.append(thread.native_id or 0)
            finalize(self, queue.put, None)


def _keep_off(helpers: Sequence[int]) -> None:
    """Helpers may run on any processor but the one this thread is on now.

    Linux wakes a thread that has slept beside the one that wakes it, and takes about 10 milliseconds to move it: measured,
    the first tenth of a run on two threads took as long as on one.  Elsewhere than on Linux nothing is done.
    """
    try:
        with open("/proc/thread-self/stat", encoding="ascii", errors="replace") as file:
            here = int(file.read().rpartition(")")[2].split()[36])
        others = os.sched_getaffinity(0) - {here}
        for helper in helpers if others else ():
            os.sched_setaffinity(helper, others)
    except (OSError, AttributeError, ValueError, IndexError):
        return


class _Errand:
    """A helper's part in an operation; whoever gets `claim` has it: the helper, or the one who asked and no longer needs it."""

    __slots__ = ("claim", "context", "done", "failure", "tasks", "work")

    def __init__(self, tasks: deque[Any], work: Callable[[int, Any], None], context: Context) -> None:
        self.tasks, self.work = tasks, work
        self.context = context
        """How numpy treats errors, whether the run is cancelled."""
        self.failure: BaseException | None = None
        self.claim, self.done = threading.Lock(), threading.Lock()
        self.done.acquire()

    def end(self) -> None:
        """Waits for a helper that has begun; one that has not is no longer needed, which matters on a busy machine."""
        if not self.claim.acquire(blocking=False):
            self.done.acquire()


def _help(worker: int, queue: SimpleQueue[_Errand | None]) -> None:
    while (errand := queue.get()) is not None:
        if errand.claim.acquire(blocking=False):
            try:
                errand.context.run(_work_off, errand.tasks, errand.work, worker)
            except BaseException as error:  # raised again by the one who asked
                errand.tasks.clear()
                errand.failure = error
            errand.done.release()
        del errand  # it holds arrays


def _work_off(tasks: deque[Any], work: Callable[[int, Any], None], worker: int) -> None:
    while True:
        try:
            task = tasks.popleft()
        except IndexError:
            return
        check()
        work(worker, task)


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
        self.team.begin()

    def __exit__(self, *error: object) -> None:
        _current.reset(self.token)
