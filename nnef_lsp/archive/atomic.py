"""Writing files so that they are either the old ones or the new ones.

Here: a context that writes beside the target and renames; many files that take their places together. Not here: what is
written.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import BinaryIO

from nnef_lsp.archive.errors import ArchiveError, last_sentence, quoted


@contextmanager
def atomic_writer(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A file to write; it takes `path`'s place when the block ends well and vanishes when it does not."""
    import tempfile  # six milliseconds that reading never needs

    target = os.path.abspath(os.fspath(path))
    try:
        descriptor, name = tempfile.mkstemp(prefix=".nnef-", suffix=".part", dir=os.path.dirname(target))
    except (OSError, ValueError) as error:
        raise ArchiveError(f"{quoted(target)} cannot be written: {last_sentence(error)}.") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        os.chmod(name, _mode(target))  # mkstemp makes files that nobody else can read
        os.replace(name, target)
    except OSError as error:
        _remove(name)
        raise ArchiveError(f"{quoted(target)} cannot be written: {last_sentence(error)}.") from error
    except BaseException:
        _remove(name)
        raise


def _mode(target: str) -> int:
    try:
        return os.stat(target).st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _remove(name: str) -> None:
    with suppress(OSError):
        os.unlink(name)


def replace_all(files: Sequence[tuple[str | None, str]], staging: str) -> None:
    """Move every new file to its place, and remove each place whose file is None; on any failure, put the old ones back
    and go on raising.  Old files wait in `staging`, a folder on the same disk, meanwhile."""
    done: list[tuple[str, str | None]] = []
    try:
        for index, (path, target) in enumerate(files):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            backup = os.path.join(staging, f"{index}.old") if os.path.exists(target) else None
            if backup:
                second_name(target, backup)  # not a move: the target exists at every moment
            done.append((target, backup))
            if path is not None:
                os.replace(path, target)
            elif backup:
                os.unlink(target)
    except BaseException:
        for target, backup in reversed(done):
            if backup:
                os.replace(backup, target)
            elif os.path.exists(target):
                os.unlink(target)
        raise


def second_name(path: str, name: str) -> None:
    """The same file under another name, a copy where a file system has no hard links."""
    try:
        os.link(path, name)
    except OSError:
        shutil.copy2(path, name)
