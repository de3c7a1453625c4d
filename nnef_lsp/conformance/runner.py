"""Testing an engine: numpy's here, any other in a process of its own that may crash or hang without ending the run."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..runtime.process.folders import TemporaryFolder
from ..runtime.process.python import python_command, python_environment
from .adapters import find_adapter
from .case import Case
from .networks import Network
from .verdict import CRASHED, TIMEOUT, Verdict, judge

Item = Case | Network
OnVerdict = Callable[[Verdict], None]
SECONDS = 60.0
"""How long one case may take."""
START_SECONDS = 120.0


@dataclass
class Results:
    """All verdicts on one engine; `missing` says why there are none."""

    engine: str
    version: str = ""
    missing: str = ""
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def failed(self) -> list[Verdict]:
        """Those that are not passed."""
        return [verdict for verdict in self.verdicts if not verdict.ok]


def test_engine(engine: str, items: list[Item], on_verdict: OnVerdict | None = None) -> Results:
    """Run all cases.  ENGINE may be "NAME:PYTHON", the engine with the packages of another Python."""
    name, _, python = engine.partition(":")
    tell = on_verdict or (lambda verdict: None)
    if name == "numpy" and not python:
        return _here(name, items, tell)
    return _Process(name, python or sys.executable, tell).run(items)


test_engine.__test__ = False  # type: ignore[attr-defined]


def _here(name: str, items: list[Item], tell: OnVerdict) -> Results:
    adapter = find_adapter(name)
    results = Results(name, adapter.version())
    with TemporaryFolder("conformance") as root:
        for item in items:
            with tempfile.TemporaryDirectory(dir=root) as folder:
                results.verdicts.append(judge(item, adapter, folder))
            tell(results.verdicts[-1])
    return results


class _Process:
    """An engine's process, started again after each crash."""

    def __init__(self, name: str, python: str, tell: OnVerdict) -> None:
        self.name, self.python, self.tell = name, python, tell
        self.results = Results(name)
        self.process: subprocess.Popen[str] | None = None
        self.lines: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.errors: Any = None
        self.folder: str | None = None

    def run(self, items: list[Item]) -> Results:
        with TemporaryFolder("conformance") as self.folder:
            return self._run(items)

    def _run(self, items: list[Item]) -> Results:
        try:
            for item in items:
                if self.process is None and not self._start():
                    return self.results
                verdict = self._ask(item.name)
                self.results.verdicts.append(verdict)
                self.tell(verdict)
        finally:
            self._stop()
        return self.results

    def _start(self) -> bool:
        # what an engine puts aside goes with our folder, however it ends
        temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self.folder))
        self.errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 -- closed by _stop
        self.lines = queue.Queue()
        try:
            self.process = subprocess.Popen(
                python_command("nnef_lsp.conformance.worker", self.name, python=self.python),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.errors,
                encoding="utf-8",
                cwd=self.folder,
                env=python_environment(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", **temporary),
            )
        except OSError as error:
            self.results.missing = f"'{self.python}' cannot be started: {error.strerror or error}"
            return False
        threading.Thread(target=_read, args=(self.process, self.lines), daemon=True).start()
        message = self._answer(START_SECONDS)
        if message is None or message["event"] != "ready":
            self.results.missing = message["detail"] if message else self._last_words() or "its process did not start"
            return False
        self.results.version = message["detail"]
        return True

    def _ask(self, name: str) -> Verdict:
        assert self.process is not None and self.process.stdin is not None
        try:
            self.process.stdin.write(name + "\n")
            self.process.stdin.flush()
            message = self._answer(SECONDS)
        except OSError:
            message = None
        if message is not None:
            message.pop("event")
            return Verdict(**message)
        hung = self.process.poll() is None and not self._dies()
        verdict = Verdict(name, TIMEOUT, f"no answer within {SECONDS:.0f} s") if hung else self._crash(name)
        self._stop()
        return verdict

    def _dies(self) -> bool:
        assert self.process is not None
        try:
            self.process.wait(1)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _crash(self, name: str) -> Verdict:
        assert self.process is not None
        words = self._last_words()
        return Verdict(
            name, CRASHED, f"the process ended with status {self.process.returncode}" + (f": {words}" if words else "")
        )

    def _answer(self, seconds: float) -> dict[str, Any] | None:
        try:
            return self.lines.get(timeout=seconds)
        except queue.Empty:
            return None

    def _last_words(self) -> str:
        self.errors.flush()
        self.errors.seek(0)
        lines = [line.strip() for line in self.errors.read().splitlines() if line.strip()]
        panics = [
            n for n, line in enumerate(lines) if "panicked at" in line
        ]  # the first is the cause, what it says follows
        return " ".join(lines[panics[0] : panics[0] + 2] if panics else lines[-1:])[:300]

    def _stop(self) -> None:
        if self.process is None:
            return
        if self.process.stdin is not None:
            try:
                self.process.stdin.close()
            except OSError:
                pass
        if not self._dies():
            self.process.kill()
            self.process.wait()
        self.process = None
        self.errors.close()


def _read(process: subprocess.Popen[str], lines: queue.Queue[dict[str, Any] | None]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(json.loads(line))
    lines.put(None)
