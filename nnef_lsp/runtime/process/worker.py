"""The process that a run lives in: `python -m nnef_lsp.runtime.process.worker FOLDER`.

FOLDER has the pickled request; the report and arrays go there.  Lines of JSON on stdout say what goes on.  On stdin a
line "cancel" asks to stop and "bye" to end; its end without "bye" means that the client died, and then this process
removes the folder and ends too.

Not here: who starts runs (`client.py`).
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from .peak_memory import peak_memory
from .request import BatchRequest, RunReport, RunRequest

PROGRESS_SECONDS = 0.05


class Channel:
    """Events to the client, on a private copy of stdout: what libraries print goes to stderr."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.stream = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)
        self.last = 0.0

    def send(self, **event: Any) -> None:
        try:
            self.stream.write(json.dumps(event) + "\n")
            self.stream.flush()
        except OSError:  # nobody reads any more
            abandon(self.folder)

    def progress(self, step: int, total: int, text: str) -> None:
        """At most every 50 ms, but always the last step."""
        now = time.monotonic()
        if step == total or now - self.last >= PROGRESS_SECONDS:
            self.last = now
            self.send(event="progress", step=step, total=total, text=text)


def main(folder: str) -> int:
    """Serve one request; the exit status is 0 whenever a report was written."""
    channel = Channel(folder)
    cancelled = threading.Event()
    listener = threading.Thread(target=_listen, args=(folder, cancelled), daemon=True)
    listener.start()
    with open(os.path.join(folder, "request.pickle"), "rb") as file:
        request: RunRequest = pickle.load(file)  # written by our own client into a private folder
    channel.send(event="started", pid=os.getpid())
    report = _report(request, folder, channel, cancelled.is_set)
    report.process_peak_bytes = peak_memory()
    _write(folder, report)
    channel.send(event="finished")
    listener.join()  # the client collects the report, or dies and leaves the folder to us
    return 0


def _listen(folder: str, cancelled: threading.Event) -> None:
    for line in sys.stdin:
        if line.strip() == "cancel":
            cancelled.set()
        elif line.strip() == "bye":
            os._exit(0)
    abandon(folder)


def abandon(folder: str) -> None:
    """The client is gone, so nobody else is left to clean up: remove the folder and end at once."""
    for _ in range(3):  # the run may be writing into it
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.exists(folder):
            break
    os._exit(3)


def _report(request: RunRequest, folder: str, channel: Channel, cancelled: Callable[[], bool]) -> RunReport:
    from ...archive.limits import bytes_text
    from ..errors import RunError
    from ..tiles.cancel import Cancelled

    try:
        import numpy.random  # noqa: F401  (libraries load before the limit: what fails in it then fails as an allocation)

        from ..kernels import kernels
        from .job import run_job

        kernels()
        _limit_memory(request.memory_limit)
        if isinstance(request, BatchRequest):
            from .batch import run_batch

            return run_batch(request, folder, channel.progress, cancelled)
        return run_job(request, folder, channel.progress, cancelled)
    except Cancelled:
        return RunReport("cancelled")
    except RunError as error:
        return RunReport("failed", error.as_json())
    except MemoryError as error:
        limit = request.memory_limit
        allowed = f"its limit of {bytes_text(limit)} allows" if limit else "there is"
        message = f"the run needs more memory than {allowed}: {error or 'an allocation failed'}"
        return RunReport("out-of-memory", RunError(message).as_json())
    except BaseException as error:
        message = f"the run failed inside the executor: {type(error).__name__}: {error}"
        return RunReport("failed", RunError(message).as_json())


def _limit_memory(limit: int | None) -> None:
    """Bounds private memory where the system can (POSIX); mapped weight files do not count."""
    if limit is None:
        return
    try:
        import resource
    except ImportError:  # Windows
        return
    which = getattr(resource, "RLIMIT_DATA", resource.RLIMIT_AS)
    _, hard = resource.getrlimit(which)
    resource.setrlimit(which, (limit if hard < 0 else min(limit, hard), hard))


def _write(folder: str, report: RunReport) -> None:
    """The report without arrays: those lie beside it as .npy files."""
    plain = {name: getattr(report, name) for name in RunReport.__slots__ if name != "arrays"}
    temporary = os.path.join(folder, "report.part")
    with open(temporary, "w", encoding="utf-8") as file:
        json.dump(plain, file)
    os.replace(temporary, os.path.join(folder, "report.json"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
