"""Starting runs from another process: the server (async) and the command line (sync).

    report = await run(request, on_progress, cancel_event)
    report = run_sync(request, on_progress)

Whatever happens to the worker - a kernel's exception, no memory, a kill from outside, cancel - comes back as a report.
No process and no file is left behind.  Imports no numpy unless arrays are asked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pickle
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..errors import RunError
from .folders import TemporaryFolder
from .python import python_command, python_environment
from .request import BatchRequest, RunProgress, RunReport, RunRequest

if TYPE_CHECKING:
    from ..arrays.dtypes import Array

OnProgress = Callable[[RunProgress], None]
GRACE_SECONDS = 0.1
"""How long a cancelled worker may take to stop by itself before it is killed: the user feels no more than 200 ms."""
LINE_LIMIT = 1 << 20


async def run(
    request: RunRequest, on_progress: OnProgress | None = None, cancel_event: asyncio.Event | None = None
) -> RunReport:
    """Run the request in a worker process of its own.  Cancelling this coroutine kills the worker."""
    with TemporaryFolder("run") as folder:
        await _to_its_end(write_request, folder, request)
        process = await _start(folder, request)
        try:
            cancelled = await _supervise(process, on_progress, cancel_event)
        finally:
            await _ended(process)
        return await asyncio.to_thread(_collected, folder, request, process.returncode or 0, cancelled)


def run_sync(request: RunRequest, on_progress: OnProgress | None = None) -> RunReport:
    """The same for callers without an event loop; an interrupt (Ctrl-C) kills the worker and goes on up."""
    return asyncio.run(run(request, on_progress))


async def _to_its_end(function: Callable[..., None], *arguments: Any) -> None:
    """Call in a thread, and wait for it even when cancelled: nobody writes into the folder while it is removed."""
    work = asyncio.ensure_future(asyncio.to_thread(function, *arguments))
    try:
        await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait({work})
        raise


def write_request(folder: str, request: RunRequest) -> None:
    """Put a request where its process looks for it."""
    with open(os.path.join(folder, "request.pickle"), "wb") as file:
        pickle.dump(_absolute(request), file)


def _absolute(request: RunRequest) -> RunRequest:
    """Paths made absolute: the worker's working folder is its own, so that no module of the user's folder is imported."""
    from dataclasses import replace

    if isinstance(request, BatchRequest):
        files = {
            key: path and os.path.abspath(path) for key, path in (("csv", request.csv), ("parquet", request.parquet))
        }
        request = replace(request, csv=files["csv"], parquet=files["parquet"])
    return replace(
        request,
        model=None if request.model is None else os.path.abspath(request.model),
        folder=os.path.abspath(request.folder),
        output=None if request.output is None else os.path.abspath(request.output),
        inputs=dict(request.inputs),
    )


def environment_of(folder: str, request: RunRequest) -> dict[str, str]:
    """The environment of a process that runs a request."""
    # what engines put aside goes with the folder, however the process ends
    temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder)
    # fewer threads from the start: each would take memory of its own
    threads = {f"{library}_NUM_THREADS": str(max(request.threads, 1)) for library in ("OPENBLAS", "OMP", "MKL")}
    return python_environment(**temporary, **threads)


async def _start(folder: str, request: RunRequest) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *python_command("nnef_lsp.runtime.process.worker", folder),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=folder,
        env=environment_of(folder, request),
        limit=LINE_LIMIT,
    )


async def _supervise(
    process: asyncio.subprocess.Process, on_progress: OnProgress | None, cancel_event: asyncio.Event | None
) -> bool:
    """Follow the worker to its end; True if it was cancelled."""
    reading = asyncio.ensure_future(_read(process, on_progress))
    if cancel_event is None:
        await reading
        return False
    waiting = asyncio.ensure_future(cancel_event.wait())
    try:
        await asyncio.wait({reading, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if reading.done():
            return False
        with contextlib.suppress(ConnectionError, OSError):
            assert process.stdin is not None
            process.stdin.write(b"cancel\n")
        await asyncio.wait({reading}, timeout=GRACE_SECONDS)
        return True
    finally:
        waiting.cancel()
        reading.cancel()
        await asyncio.gather(reading, waiting, return_exceptions=True)


async def _read(process: asyncio.subprocess.Process, on_progress: OnProgress | None) -> None:
    assert process.stdout is not None
    async for line in process.stdout:
        try:
            event = json.loads(line)
        except ValueError:
            continue  # the last line of a process that was killed while writing
        if event["event"] == "progress" and on_progress is not None:
            on_progress(RunProgress(event["step"], event["total"], event["text"]))
        elif event["event"] == "finished":
            return


async def _ended(process: asyncio.subprocess.Process) -> None:
    """The process is gone afterwards: it ends by itself within the grace, or it is killed (at once if we are cancelled)."""
    with contextlib.suppress(Exception):
        assert process.stdin is not None
        process.stdin.write(b"bye\n")
        process.stdin.close()
    try:
        await _exits(process, GRACE_SECONDS)
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
    await process.wait()


async def _exits(process: asyncio.subprocess.Process, seconds: float) -> None:
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(process.wait(), seconds)


def _collected(folder: str, request: RunRequest, status: int, cancelled: bool) -> RunReport:
    try:
        with open(os.path.join(folder, "report.json"), encoding="utf-8") as file:
            report = RunReport(**json.load(file))
    except (OSError, ValueError):
        return RunReport("cancelled") if cancelled else RunReport("killed", RunError(_cause(status, request)).as_json())
    if request.arrays and report.status == "done":
        report.arrays = _arrays(folder)
    return report


def _cause(status: int, request: RunRequest) -> str:
    if status >= 0:
        return f"the run's process ended with status {status} before it could report"
    name = signal.Signals(-status).name if -status in signal.Signals._value2member_map_ else str(-status)
    hint = ", perhaps because memory ran out" if name == "SIGKILL" and request.memory_limit is None else ""
    return f"the run's process was killed by {name}{hint}"


def _arrays(folder: str) -> dict[str, Array]:
    import numpy as np

    with open(os.path.join(folder, "names"), encoding="utf-8") as file:
        names = file.read().split("\n")
    return {name: np.load(os.path.join(folder, f"{i}.npy"), allow_pickle=False) for i, name in enumerate(names) if name}
