"""Rules of shapes in files of Python, asked in a process of their own: whatever they do, the asker goes on.

    rules = ShapeRules(files, patience=0.1, told=refresh)
    rules.answer("shuffle", [[1, 32, 8, 8]], {"groups": 4})      # NOTHING: not known yet; `told` is called when it is

One question is asked at a time.  A rule that does not answer within `LIMIT` seconds is not asked again, and its process is
killed; the others get a new one.  Answers are kept, so the same question is never asked twice.  A command waits for answers
(`patience` None), an editor only a moment, and not at all while the files are being imported.

Not here: the process (`shape_worker.py`), which files there are (`project/custom_operations.py`).
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...model.operations.custom import NOTHING, Answer
from .python import python_command, python_environment

LIMIT, IMPORT_LIMIT = 2.0, 120.0
"""Seconds for an answer, and for the import of the files: packages like torch take a while."""


SHARE = 0.1
"""Of the time that an editor may spend waiting for rules."""


class ShapeRules:
    """The rules of some files as they are now; `is_stale` once one of them has changed."""

    def __init__(
        self, files: Sequence[str], patience: float | None = None, told: Callable[[], None] | None = None
    ) -> None:
        self.files = tuple(files)
        self.patience = patience
        self.stamps = {file: _stamp(file) for file in files}
        self.places: dict[str, str] = {}
        """Operations with a rule, and the file of each, once the files are imported."""
        self.problem = ""
        """Why an operation may have no rule: a file that cannot be used."""
        self._credit, self._since = patience or 0.0, time.monotonic()
        self._told = told
        self._ready = self._closed = False
        self._answers: dict[str, Answer] = {}
        self._asked: set[str] = set()
        self._owed: set[str] = set()
        """Questions whose asker went on without the answer."""
        self._stuck: dict[str, Answer] = {}
        self._questions: queue.Queue[tuple[str, str] | None] = queue.Queue()
        self._changed = threading.Condition()
        self._process: _Process | None = None
        self._thread: threading.Thread | None = None

    def place(self, operation: str) -> str | None:
        """The file with the rule of an operation; None if there is none, or nobody knows yet."""
        return self.places.get(operation)

    def is_stale(self) -> bool:
        """Whether a file has changed since it was read, one that was imported from beside them included."""
        return any(_stamp(file) != stamp for file, stamp in self.stamps.items())

    def answer(self, operation: str, shapes: Sequence[Any], attributes: Mapping[str, Any]) -> Answer:
        """What the rule of an operation says; `NOTHING` if there is none, or it has not answered yet."""
        message = {"operation": operation, "shapes": _json(shapes), "attributes": _json(attributes)}
        key = json.dumps(message)
        with self._changed:
            if self._closed:
                return NOTHING
            if self._ready and operation not in self.places:
                return Answer(failed=self.problem)
            if operation in self._stuck:
                return self._stuck[operation]
            if key not in self._answers and key not in self._asked:
                self._asked.add(key)
                self._questions.put((operation, key))
                self._begin()
            if not self._changed.wait_for(lambda: key in self._answers, self._leave()):
                self._owed.add(key)
                self._credit = 0.0
                return NOTHING
            self._credit -= time.monotonic() - self._since
            return self._answers[key]

    def _leave(self) -> float | None:
        """How long may be waited now: at most `patience`, and in the long run a tenth of the time, however many rules there
        are that take a while."""
        if self.patience is None:
            return None
        now = time.monotonic()
        self._credit = min(self.patience, self._credit + (now - self._since) * SHARE)
        self._since = now
        return self._credit if self._ready and not self._owed else 0.0

    def close(self) -> None:
        """End the process; nothing is asked any more."""
        self._told = None
        with self._changed:
            self._closed = True
        self._questions.put(None)
        if self._process is not None:
            self._process.kill()

    # -- in a thread of its own --------------------------------------------------------------------------------------

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="shape rules", daemon=True)
            self._thread.start()

    def _serve(self) -> None:
        while (question := self._questions.get()) is not None:
            operation, key = question
            try:
                answer = self._ask(operation, key)
            except Exception as error:
                answer = Answer(failed=f"the shape rules cannot be asked: {type(error).__name__}: {error}")
            with self._changed:
                self._answers[key] = answer
                self._changed.notify_all()
                told = self._told if self._owed and self._owed <= self._answers.keys() else None
                if told is not None:
                    self._owed.clear()
            if told is not None:
                told()
        if self._process is not None:
            self._process.kill()

    def _ask(self, operation: str, key: str) -> Answer:
        if operation in self._stuck:
            return self._stuck[operation]
        if self._ready and operation not in self.places:
            return Answer(failed=self.problem)  # no file is imported again for each that cannot be answered
        if self._process is None:
            self._start()
        if self._process is None or operation not in self.places:
            return Answer(failed=self.problem)
        line = self._process.ask(key, LIMIT)
        if line is None:
            running, self._process = self._process, None
            ended = running.kill()
            why = f"has not answered for {LIMIT:g} seconds" if ended is None else f"ended its process (status {ended})"
            answer = Answer(
                failed=f"its shape rule in {self.places[operation]} {why}; it is asked again when the file changes"
            )
            self._stuck[operation] = answer
            return answer
        found = json.loads(line)
        shapes = found.get("shapes")
        return Answer(shapes, found.get("refused", ""), found.get("failed", ""))

    def _start(self) -> None:
        """Start the process, and wait until it has imported the files."""
        names = ", ".join(map(os.path.basename, self.files))
        process = _Process(self.files)
        line = process.line(IMPORT_LIMIT)
        places: dict[str, str] = {}
        problem = ""
        if line is None:
            ended = process.kill()
            why = (
                f"takes more than {IMPORT_LIMIT:g} seconds" if ended is None else f"ended its process (status {ended})"
            )
            problem = f"its shape is not known, because the import of {names} {why}"
        else:
            found = json.loads(line)
            places, problems = found["operations"], found["problems"]
            stamps = {file: self.stamps.get(file) or _stamp(file) for file in found["sources"]}
            self.stamps = {**self.stamps, **stamps}
            if problems:
                problem = f"its shape is not known, because {'; '.join(problems)}"
        with self._changed:
            self._process = process if places else None
            self.places, self.problem, self._ready = places, problem, True
        if not places:
            process.kill()


class _Process:
    """A process of shape rules, and its lines."""

    def __init__(self, files: Sequence[str]) -> None:
        self.process = subprocess.Popen(
            python_command("nnef_lsp.runtime.process.shape_worker", *files),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=os.path.dirname(files[0]),
            env=python_environment(),
            text=True,
            encoding="utf-8",
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with contextlib.suppress(OSError, ValueError):
            for line in self.process.stdout:
                self._lines.put(line)
        self._lines.put(None)

    def ask(self, question: str, seconds: float) -> str | None:
        """The answer to a question; None if there is none in this time, or ever."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(question + "\n")
            self.process.stdin.flush()
        except (OSError, ValueError):
            return None
        return self.line(seconds)

    def line(self, seconds: float) -> str | None:
        """The next line; None if none comes in this time."""
        try:
            return self._lines.get(timeout=seconds)
        except queue.Empty:
            return None

    def kill(self) -> int | None:
        """The process is gone afterwards; the status that it had ended with before, None if it was running."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(0.05)  # one that has closed its output is about to end
        status = self.process.poll()
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError, ValueError):
                assert stream is not None
                stream.close()
        return status


def _stamp(file: str) -> tuple[int, int] | None:
    try:
        facts = os.stat(file)
    except OSError:
        return None
    return facts.st_mtime_ns, facts.st_size


def _json(value: Any) -> Any:
    """Tuples told from arrays: as `{"()": [...]}`."""
    if isinstance(value, Mapping):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return {"()": [_json(item) for item in value]}
    return [_json(item) for item in value] if isinstance(value, list) else value


def rules_of(files: Sequence[str]) -> ShapeRules:
    """The rules of some files for a process that waits for answers, the same for all models of a project."""
    key = tuple(files)
    if key not in _rules or _rules[key].is_stale():
        _rules[key] = ShapeRules(key)
    return _rules[key]


_rules: dict[tuple[str, ...], ShapeRules] = {}
