"""Making files or a folder beside their place, where they are moved when all is well.

Here: a folder of its own on the same disk, and the move. Not here: a single file (atomic.py).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from nnef_lsp.archive.errors import ArchiveError, last_sentence, quoted


@contextmanager
def staged(path: str | os.PathLike[str]) -> Iterator[str]:
    """A path of the same name in a new folder beside it; whatever is still there at the end goes with that folder."""
    target = os.path.abspath(os.fspath(path))
    try:
        folder = tempfile.mkdtemp(prefix=".nnef-", suffix=".part", dir=os.path.dirname(target))
    except (OSError, ValueError) as error:
        raise ArchiveError(f"{quoted(target)} cannot be written: {last_sentence(error)}.") from error
    try:
        yield os.path.join(folder, os.path.basename(target))
    except OSError as error:
        raise ArchiveError(f"{quoted(target)} cannot be written: {last_sentence(error)}.") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def take_place(made: str, target: str | os.PathLike[str]) -> None:
    """Move a file or folder to its place; what is there is replaced, and stays if that fails."""
    target = os.path.abspath(os.fspath(target))
    old = None
    try:
        if os.path.isdir(target) and not os.path.islink(target):
            old = os.path.join(os.path.dirname(made), ".replaced")
            os.rename(target, old)
        os.replace(made, target)
    except OSError as error:
        if old is not None:
            with suppress(OSError):
                os.rename(old, target)
        raise ArchiveError(f"{quoted(target)} cannot be written: {last_sentence(error)}.") from error
