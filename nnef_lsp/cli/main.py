"""The command line: `nnef-lsp COMMAND ...`.  Commands are the modules of this package that have `register`.

Without a command it is a language server on standard input and output, and then nothing but the server is imported.
"""

from __future__ import annotations

import _thread
import argparse
import contextlib
import importlib
import io
import os
import pkgutil
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns its exit status: 0 good, 1 something is wrong with a model, 2 wrong use or unreadable."""
    try:
        with _noted_interrupts() as interrupted, _every_interrupt():
            try:
                status = _run(sys.argv[1:] if arguments is None else arguments)
            except Exception:
                if interrupted():  # numpy makes an ImportError of an interrupt while it is imported
                    raise KeyboardInterrupt from None
                raise
            return INTERRUPTED if status and interrupted() else status
    except KeyboardInterrupt:
        _forget_output()
        return INTERRUPTED


@contextlib.contextmanager
def _noted_interrupts() -> Iterator[Callable[[], bool]]:
    """Whether there was an interrupt so far, whatever became of its exception.

    Python itself notes signals in a pipe, so that the handler stays the one that asyncio knows.
    """
    import signal

    if sys.platform == "win32":  # asyncio needs the note for itself there
        yield lambda: False
        return
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    before = None
    with contextlib.suppress(ValueError):  # not in the main thread, which is the one that is interrupted
        before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)

    def interrupted() -> bool:
        with contextlib.suppress(BlockingIOError):
            return signal.SIGINT in os.read(reader, 1 << 16)
        return False

    try:
        yield interrupted
    finally:
        if before is not None:
            signal.set_wakeup_fd(before)
        os.close(reader)
        os.close(writer)


@contextlib.contextmanager
def _every_interrupt() -> Iterator[None]:
    """Let an interrupt end the command wherever it arrives.

    What is raised in the callback of a weak reference (each import has one) or in `__del__` goes no further: Python prints
    it and goes on, as though nobody had pressed Ctrl-C.  Such an interrupt is repeated once the callback has returned.
    """
    others, running, ours = sys.unraisablehook, [True], _thread.get_ident()

    def repeat() -> None:
        import signal

        time.sleep(REPEAT_SECONDS)
        if not running:
            return
        if sys.platform == "win32":
            _thread.interrupt_main()
        else:
            signal.pthread_kill(ours, signal.SIGINT)  # also wakes what waits for the system

    def hook(found: sys.UnraisableHookArgs) -> None:
        if issubclass(found.exc_type, KeyboardInterrupt):
            _thread.start_new_thread(repeat, ())
        else:
            others(found)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        running.clear()
        sys.unraisablehook = others


def _run(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("serve", "--stdio"):
        from .serve import run

        return run(arguments[1:] if arguments[:1] == ["serve"] else arguments)
    known = parser(arguments[0])
    if not arguments[0].startswith("-") and arguments[0] not in known.names:
        known.error(f"there is no command '{arguments[0]}'{_hint(arguments[0], known.names)}")
    args = known.parse_args(arguments)
    from ..archive.errors import ArchiveError

    _prepare_output()
    try:
        with _limits(getattr(args, "limit", ())):
            status = int(args.run(args))
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        _forget_output()
        return BROKEN_PIPE
    except ArchiveError as error:
        # commands word what they foresee; a file may also turn out to be damaged long after it was opened
        _forget_output()
        print(f"nnef-lsp: {error}", file=sys.stderr)
        return 2
    except MemoryError as error:
        _forget_output()
        print(f"nnef-lsp: this needs more memory than there is{f' ({error})' if str(error) else ''}", file=sys.stderr)
        return 2
    except OSError as error:
        # what a command foresees it words itself; this is a full disk, or a file system in trouble
        _forget_output()
        place = f"{error.filename} cannot be used: " if error.filename else ""
        print(f"nnef-lsp: {place}{error.strerror or error}", file=sys.stderr)
        return 2


@contextlib.contextmanager
def _limits(options: Sequence[str]) -> Iterator[None]:
    """Let limits be those of `NAME=N` options meanwhile, in processes that are started, too."""
    if not options:
        yield
        return
    from ..archive.limits import variables_of

    said = variables_of({name: value for name, _, value in (option.partition("=") for option in options)})
    before = {variable: os.environ.get(variable) for variable in said}
    os.environ.update(said)
    try:
        yield
    finally:
        for variable, value in before.items():
            if value is None:
                os.environ.pop(variable, None)
            else:
                os.environ[variable] = value


INTERRUPTED = 130
"""What a shell reports of a program that was stopped by Ctrl-C (128 + SIGINT)."""
REPEAT_SECONDS = 0.01
"""Until an interrupt that was lost in a callback comes again."""
BROKEN_PIPE = 141
"""What a shell reports of a program whose output nobody reads (128 + SIGPIPE)."""


def _prepare_output() -> None:
    """Make any text printable: what an encoding lacks is shown escaped, what has no reader goes nowhere."""
    from .terminal import guarded

    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
            setattr(sys, name, guarded(stream))


def _forget_output() -> None:
    """Let Python's own flush at the end find an output that takes everything."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Parser(argparse.ArgumentParser):
    """The parser of the whole command line; `names` are the commands."""

    names: Collection[str] = ()


def _hint(word: str, names: Collection[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word, names, 1)
    return f"; did you mean '{close[0]}'?" if close else f"; there are {', '.join(names)}"


def parser(only: str | None = None) -> _Parser:
    """The parser with all commands, or with this one alone if there is such a command: importing all takes its time."""
    from nnef_lsp.version import __version__

    found = _Parser(
        prog="nnef-lsp",
        description="Language server, checker and executor for NNEF models. Without a command it is the language server.",
        epilog="'nnef-lsp COMMAND --help' has examples. Exit status: 0 good; 1 something is wrong with a model; 2 wrong use, or "
        "what cannot be read or written; 130 interrupted.",
    )
    found.add_argument("--version", action="version", version=f"nnef-lsp {__version__}")
    commands = found.add_subparsers(metavar="COMMAND", required=True, parser_class=argparse.ArgumentParser)
    serve = commands.add_parser("serve", help="run the language server (standard input and output, or --tcp HOST:PORT)")
    serve.add_argument("--tcp", metavar="HOST:PORT", help="wait for one client there")
    package = importlib.import_module(__package__)
    modules = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    if only in modules and hasattr(importlib.import_module(f"{__package__}.{only}"), "register"):
        modules = [str(only)]
    for name in [] if only == "--version" else modules:
        loaded = importlib.import_module(f"{__package__}.{name}") if name not in ("main", "serve") else None
        if loaded is not None and hasattr(loaded, "register"):
            loaded.register(commands)
    found.names = list(commands.choices)
    return found


if __name__ == "__main__":
    sys.exit(main())
