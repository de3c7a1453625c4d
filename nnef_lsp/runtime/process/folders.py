"""Temporary folders that do not outlive their process for long, even when it is killed.

The process holds a lock on its folder; whoever makes the next one removes those that nobody holds any more.  (Where the
system has no such locks, folders are removed by their process alone.)
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from types import TracebackType

try:
    import fcntl
except ImportError:  # Windows
    HAS_LOCKS = False
else:
    HAS_LOCKS = True

PREFIX, SUFFIX = "nnef-lsp-", ".held"
FRESH_SECONDS = 60.0
"""Younger folders are left alone: their process may be about to lock them."""


class TemporaryFolder:
    """`with TemporaryFolder("run") as path:` or `.path` and `.remove()`.  Readable for this user only."""

    def __init__(self, kind: str) -> None:
        sweep()
        self.path = tempfile.mkdtemp(SUFFIX, f"{PREFIX}{kind}-")
        self._lock = _locked(self.path)

    def remove(self) -> None:
        """The folder and all in it; what cannot be removed is left to the next sweep."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> str:
        return self.path

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.remove()


def sweep() -> None:
    """Remove the folders of this user whose process is gone."""
    if not HAS_LOCKS:
        return
    with contextlib.suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            if entry.name.startswith(PREFIX) and entry.name.endswith(SUFFIX):
                with contextlib.suppress(OSError):
                    _remove_if_left(entry)


def _remove_if_left(entry: os.DirEntry[str]) -> None:
    facts = entry.stat(follow_symlinks=False)
    aged = time.time() - facts.st_mtime > FRESH_SECONDS
    if not aged or facts.st_uid != os.getuid() or not entry.is_dir(follow_symlinks=False):
        return
    lock = _locked(entry.path)
    if lock is not None:
        shutil.rmtree(entry.path, ignore_errors=True)
        os.close(lock)


def _locked(path: str) -> int | None:
    """The folder, opened and locked; None if another process holds it, or there are no locks."""
    if not HAS_LOCKS:
        return None
    try:
        opened = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(opened)
        return None
    return opened
