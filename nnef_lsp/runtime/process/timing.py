"""Runs timed in turns: every engine lives in a process of its own, and one of them runs at a time.

    for contender in measured(requests, runs=50, warmup=5): ...

Engines that are timed one after the other meet a processor of another temperature and other neighbours; in turns they meet
the same.  A process that dies or cannot load its model costs that contender.

Not here: starting one run (`client.py`).
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .client import environment_of, write_request
from .folders import TemporaryFolder
from .python import python_command
from .request import RunRequest

Progress = Callable[[int, int, str], None]


@dataclass
class Timed:
    """What was measured of one request.  `seconds` are those of each run, in order; `load_seconds` from a ready process to a
    ready model; `memory` is the most that the process held, in bytes; `problem` says why there is nothing."""

    request: RunRequest
    seconds: list[float] = field(default_factory=list)
    load_seconds: float = 0.0
    memory: int | None = None
    problem: str = ""


def measured(requests: Sequence[RunRequest], runs: int, warmup: int, progress: Progress | None = None) -> list[Timed]:
    """Time each request `runs` times behind `warmup` runs that do not count, in turns."""
    tell = progress or (lambda done, total, text: None)
    contenders: list[_Contender] = []
    with TemporaryFolder("benchmark") as folder:
        try:
            for place, request in enumerate(requests):
                tell(0, 0, f"loading {request.engine}")
                contenders.append(_Contender(os.path.join(folder, str(place)), request))
                contenders[-1].load()
            total = warmup + runs
            for done in range(total):
                for contender in contenders:
                    contender.run(done >= warmup)
                tell(done + 1, total, "")
            for contender in contenders:
                contender.finish()
        finally:
            for contender in contenders:
                contender.end()
    return [contender.timed for contender in contenders]


class _Contender:
    """One process with a model that is loaded, and answers a line with how long a run took."""

    def __init__(self, folder: str, request: RunRequest) -> None:
        self.timed = Timed(request)
        os.makedirs(folder)
        write_request(folder, request)
        self._process = subprocess.Popen(
            python_command("nnef_lsp.runtime.process.timing", folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=environment_of(folder, request),
        )

    def load(self) -> None:
        answer = self._ask("load")
        if isinstance(answer.get("seconds"), float):
            self.timed.load_seconds = float(str(answer["seconds"]))

    def run(self, counts: bool) -> None:
        if self.timed.problem:
            return
        answer = self._ask("run")
        if counts and isinstance(answer.get("seconds"), float):
            self.timed.seconds.append(float(str(answer["seconds"])))

    def finish(self) -> None:
        if not self.timed.problem:
            memory = self._ask("memory").get("bytes")
            self.timed.memory = memory if isinstance(memory, int) else None

    def end(self) -> None:
        """The process is gone afterwards."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _ask(self, word: str) -> dict[str, object]:
        assert self._process.stdin is not None and self._process.stdout is not None
        answer: dict[str, object] = {}
        try:
            self._process.stdin.write(word.encode() + b"\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
            answer = json.loads(line) if line else {"problem": "its process ended while it ran"}
        except (OSError, ValueError):
            answer = {"problem": "its process ended while it ran"}
        self.timed.problem = str(answer.get("problem", ""))
        return answer


def main(folder: str) -> int:
    """The process of a contender: a line on standard input, an answer on standard output."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print is not an answer
    with open(os.path.join(folder, "request.pickle"), "rb") as file:
        request: RunRequest = pickle.load(file)  # written by our own client into a private folder
    ready: Callable[[], object] = lambda: None  # noqa: E731
    for line in sys.stdin:
        answer: dict[str, object]
        try:
            if line.strip() == "load":
                ready, seconds = _loaded(request)
                answer = {"seconds": seconds}
            elif line.strip() == "run":
                answer = {"seconds": _seconds(ready)}
            else:
                from .peak_memory import peak_memory

                answer = {"bytes": peak_memory()}
        except Exception as error:
            answer = {"problem": _reason(error)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    return 0


def _reason(error: Exception) -> str:
    from ..errors import RunError

    if isinstance(error, RunError):
        return error.message
    if isinstance(error, MemoryError):
        return f"it needs more memory than there is: {error or 'an allocation failed'}"
    return f"the run failed inside the executor: {type(error).__name__}: {error}"


def _loaded(request: RunRequest) -> tuple[Callable[[], object], float]:
    from time import perf_counter

    from ..engines import find_engine
    from .job import prepare

    started = perf_counter()
    engine = find_engine(request.engine)
    _, job = prepare(request)
    prepared = engine.load(job)
    return lambda: prepared.run(job.inputs), perf_counter() - started


def _seconds(run: Callable[[], object]) -> float:
    from time import perf_counter

    started = perf_counter()
    run()
    return perf_counter() - started


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
