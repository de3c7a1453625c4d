"""What every command must do with every file: end with a sentence, in time, with nothing of the file on the terminal.

Not here: the files (`hostile_tensors.py`, `hostile_models.py`).
"""

from __future__ import annotations

import contextlib
import io
import re
import signal
import warnings
from collections.abc import Iterator, Sequence
from types import FrameType

from nnef_lsp.cli.main import main

SECONDS = 10
"""How long a command may take."""
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""What moves, colours or hides what a terminal shows; ends of lines are ours."""


DOCUMENTS = ("flatten", "fmt")
"""Commands whose output is a model's text, exactly, unless it goes to a terminal (`test_terminal.py`)."""


class Slow(Exception):
    """A command took longer than it may."""


@contextlib.contextmanager
def at_most(seconds: int) -> Iterator[None]:
    def late(_: int, frame: FrameType | None) -> None:
        raise Slow(f"still running after {seconds} s, in {frame.f_code.co_qualname if frame else 'nothing'}")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _written(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


@contextlib.contextmanager
def _no_warnings() -> Iterator[None]:
    """Python prints its warnings on the terminal."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def complaint(words: Sequence[object], secret: str | None = None) -> str:
    """What is wrong with how a command ended, empty if nothing is.

    It runs in this process: an exception that leaves `main` is what a user would see as a traceback. `secret` may not
    be printed: it stands in a file outside of the model.
    """
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), at_most(SECONDS), _no_warnings():
            status: object = main([str(word) for word in words])
    except SystemExit as leaving:
        status = leaving.code
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:300]}"
    found = wrongs(words, status, _written(out), _written(err), secret)
    return found[0] if found else ""


def wrongs(
    words: Sequence[object], status: object, out: str, err: str, secret: str | None, sentence: str = ""
) -> list[str]:
    """What is wrong with what a command printed, and how it ended; `sentence` is how one may begin on `out`."""
    printed = err if words[0] in DOCUMENTS else out + err
    wrong = []
    if secret is not None and secret in printed:
        wrong.append("printed what a file outside of the model says")
    if found := CONTROL.search(printed):
        wrong.append(f"printed {found[0]!r}: {printed[max(0, found.start() - 60) : found.end() + 20]!r}")
    if status not in (0, 1, 2):
        wrong.append(f"exit status {status}: {err[-300:]!r}")
    told = re.search(r"^nnef-lsp: ", err, re.MULTILINE) or (sentence and re.search(f"^{sentence}", out, re.MULTILINE))
    if status == 2 and not told:
        wrong.append(f"exit status 2 without a sentence: {err[:200]!r}")
    if max(map(len, printed.splitlines()), default=0) > 5000:
        wrong.append("a sentence of a page")
    return wrong
