"""How a feature says what it answers: decorators that mark a handler, and the walk that finds the marked ones.

    @document_request(types.TEXT_DOCUMENT_HOVER)
    def hover(document, params): ...          # None when there is nothing to say; `document` is open

    @request("workspace/symbol")
    def symbols(server, params): ...

    @command("nnef.runGraph")
    async def run(server, params): ...        # params: ExecuteCommandParams

A handler may be `async`; then it can be cancelled.  Feature modules import `ide` inside their handlers, so that an
editor gets the answer to `initialize` before anything of it is loaded.

Not here: what happens when a handler fails (`error_boundary.py`).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

DOCUMENT, PLAIN, COMMAND = "document", "plain", "command"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a handler answers: a method or the name of a command; `empty` is the answer for a document that is not open."""

    kind: str
    name: str
    options: Any = None
    empty: Any = None


def document_request(method: str, options: Any = None, empty: Any = None) -> Callable[[F], F]:
    """A request about an open document: `handler(document, params)`."""
    return _marking(Mark(DOCUMENT, method, options, empty))


def request(method: str, options: Any = None) -> Callable[[F], F]:
    """Any other request or notification: `handler(server, params)`."""
    return _marking(Mark(PLAIN, method, options))


def command(name: str) -> Callable[[F], F]:
    """A command of `workspace/executeCommand`: `handler(server, params)`."""
    return _marking(Mark(COMMAND, name))


def _marking(mark: Mark) -> Callable[[F], F]:
    def decorate(handler: F) -> F:
        marks = handler.__dict__.setdefault("nnef_marks", [])
        marks.append(mark)
        return handler

    return decorate


def marked(features: ModuleType) -> Iterator[tuple[Mark, Callable[..., Any]]]:
    """All handlers in the modules of a package; a method answered twice is refused."""
    seen: dict[str, str] = {}
    for module in sorted(pkgutil.iter_modules(features.__path__), key=lambda item: item.name):
        loaded = importlib.import_module(f"{features.__name__}.{module.name}")
        for handler in list(vars(loaded).values()):
            if getattr(handler, "__module__", None) != loaded.__name__:
                continue
            for mark in getattr(handler, "nnef_marks", ()):
                if mark.name in seen:
                    raise ValueError(f"{mark.name} is answered in {seen[mark.name]} and in {module.name}")
                seen[mark.name] = module.name
                yield mark, handler
