"""Faults: exceptions that are our own mistakes, at the borders where each costs one answer and no more.

A border catches `Exception`, tells `fault`, and goes on with something else for the answer:

    message = sheltered(f"the wording of {finding.rule}", finding.rule, rule.message, finding)

In a strict run (`NNEF_LSP_STRICT=1`: all of our own tests and the fuzzer) `fault` raises what it is told, so that no
border hides a mistake from us.

Not here: mistakes of others, which are values (diagnostics) or exceptions of their own (`ArchiveError`).
"""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

STRICT = os.environ.get("NNEF_LSP_STRICT", "") not in ("", "0")
"""Whether a fault ends what is being done."""

MISTAKES = (
    ArithmeticError, AssertionError, AttributeError, LookupError, NameError, NotImplementedError, StopIteration, TypeError,
    ValueError,
)  # fmt: skip
"""What Python raises for a mistake; caught where exceptions of our own, which mean something, pass by."""

logger = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fault:
    """What failed, and the traceback; `where` is file and line of the last frame."""

    what: str
    error: str
    where: str
    trace: str


_told: set[tuple[str, str]] = set()
_MOST_TOLD = 1000
_observers: list[list[Fault]] = []


@contextmanager
def observed() -> Iterator[list[Fault]]:
    """The faults while this lasts, which are not raised."""
    found: list[Fault] = []
    _observers.append(found)
    try:
        yield found
    finally:
        _observers.pop()


def fault(what: str, error: Exception, repeat: str = "") -> Fault:
    """Note a fault, and log each once with what repeats it; raises the error in a strict run."""
    if STRICT and _observers == []:
        raise error
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename.rsplit('nnef_lsp', 1)[-1].lstrip('/')}:{frames[-1].lineno}" if frames else ""
    summary = f"{type(error).__name__}: {error}"[:500]
    found = Fault(what, summary, where, "".join(traceback.format_exception(error)))
    for observer in _observers:
        observer.append(found)
    key = (where, type(error).__name__)
    if key not in _told and len(_told) < _MOST_TOLD:
        _told.add(key)
        logger.error("%s failed: %s (%s)%s\n%s", what, summary, where, repeat and f"\n{repeat}", found.trace)
    return found


def sheltered(what: str, otherwise: T, function: Callable[..., T], *arguments: object) -> T:
    """What a function returns; `otherwise` where it fails by a mistake of ours."""
    try:
        return function(*arguments)
    except Exception as error:
        fault(what, error)
        return otherwise
