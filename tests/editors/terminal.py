"""Real editors in a terminal: where they are, how keys reach them, and the server that they find.

Editors are those of the machine and those that `tests/editors/install.sh` has put into its cache.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[2]
CACHE = Path(os.environ.get("NNEF_LSP_EDITORS_CACHE", Path.home() / ".cache" / "nnef-lsp-editors"))
PLACES = os.pathsep.join([str(Path(sys.executable).parent), str(CACHE / "bin"), os.environ.get("PATH", "")])
INSTALL = "(bash tests/editors/install.sh installs it)"
LINES, COLUMNS = 40, 120
COMMANDS = re.compile(rb"\x1b\[[0-9;?<>=:]*[A-Za-z]|\x1b[()][0-9A-Z]|\x1b[=>78]")
"""What a program sends to a terminal besides text."""


def editor(name: str) -> str | None:
    """The path of an editor's command, None where there is none."""
    return None if sys.platform == "win32" else shutil.which(name, path=PLACES)


def settled(folder: Path) -> dict[str, str]:
    """The environment of an editor that has `folder/home` as its home, and finds our server.

    The server writes what it could not answer to `folder/server.log`.
    """
    home, tools = folder / "home", folder / "bin"
    home.mkdir(exist_ok=True)
    tools.mkdir(exist_ok=True)
    server = tools / "nnef-lsp"
    server.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -m nnef_lsp.cli.main "$@" 2>>"{folder}/server.log"\n', encoding="utf-8"
    )
    server.chmod(0o755)
    homes = {f"XDG_{name}_HOME": str(home / f".{name.lower()}") for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    return {
        **os.environ, **homes, "HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor", "LINES": str(LINES),
        "COLUMNS": str(COLUMNS), "PYTHONPATH": str(ROOT), "PATH": f"{tools}{os.pathsep}{PLACES}", "LC_ALL": "C.UTF-8",
    }  # fmt: skip


def clone(folder: Path) -> Path:
    """This repository at a path with a blank and an umlaut in it, as a user's may have: configurations must bear that."""
    path = folder / "ü b" / "nnef-lsp"
    path.parent.mkdir()
    path.symlink_to(ROOT, target_is_directory=True)
    return path


class Terminal:
    """A program on a terminal of its own; what it draws is read and kept."""

    def __init__(self, command: Iterable[str], environment: Mapping[str, str], folder: Path) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.process = subprocess.Popen(
            list(command), stdin=theirs, stdout=theirs, stderr=theirs, env=dict(environment), cwd=folder, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(theirs)
        self.drawn = b""
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while True:
            try:
                piece = os.read(self._ours, 65536)
            except OSError:
                return
            if not piece:
                return
            self.drawn += piece
            if b"\x1b[c" in piece:  # what kind of terminal are you?
                os.write(self._ours, b"\x1b[?62c")

    def type(self, keys: Iterable[str], pause: float = 0.03) -> None:
        """Press one key after the other, so many seconds apart."""
        for key in keys:
            os.write(self._ours, key.encode())
            time.sleep(max(pause, 0.4) if key == "\x1b" else pause)  # or it is taken for Alt with the next key

    def wait(self, condition: Callable[[], bool], timeout: float = 40) -> bool:
        """Whether a condition came true in time."""
        end = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def shows(self, text: str, timeout: float = 40) -> bool:
        """Whether the program has drawn a text, in one piece, since it began."""
        return self.wait(lambda: text in self.text, timeout)

    @property
    def text(self) -> str:
        """All that was drawn, without colours and places."""
        return COMMANDS.sub(b"", self.drawn).decode(errors="replace")

    def close(self, timeout: float = 10) -> None:
        """Wait for the program to end, and end it if it does not."""
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self._ours)


PAUSES = (30, 60, 250)
"""Milliseconds between keys: as fast as anybody types, briskly, and thinking."""


def at_three_speeds(typed: Callable[[Path, int], str], folder: Path) -> dict[int, str]:
    """What stands in the file after typing at each speed, all at the same time, each in a folder of its own."""
    folders = [folder / str(pause) for pause in PAUSES]
    for each in folders:
        each.mkdir()
    with ThreadPoolExecutor() as pool:
        return dict(zip(PAUSES, pool.map(typed, folders, PAUSES)))


def server_started(folder: Path) -> bool:
    """Whether an editor has started our server."""
    return (folder / "server.log").exists()
