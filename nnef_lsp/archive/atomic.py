"""Writing a file so that it is either the old one or the new one.

Here: a context that writes beside the target and renames. Not here: what is written.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
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
