"""Texts that commands change: read, written whole or not at all, and shown as a diff.

Not here: the layout of graphs (`fmt.py`), the fixes (`fixing.py`).
"""

from __future__ import annotations

import os
from difflib import unified_diff

from . import document as d
from .drawing import painter, visible


def read_text(file: str) -> tuple[str, bytes]:
    """A text and its byte order mark."""
    try:
        data = d.standard_input() if file == "-" else _bytes(file)
        text = data.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = (
            "it is not UTF-8 text"
            if isinstance(error, UnicodeDecodeError)
            else getattr(error, "strerror", None) or error
        )
        raise d.ArchiveError(f"{file} cannot be read: {reason}.") from error
    return text, b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""


def _bytes(file: str) -> bytes:
    from ..archive import limits_from_environment
    from ..archive.containers.folder import FolderStore

    if not os.path.lexists(file):
        raise d.ArchiveError(f"{file} does not exist.")
    if not file.endswith((".nnef", ".quant")):
        raise d.ArchiveError(
            f"{file} is neither a .nnef nor a .quant file; archives are unpacked first: 'nnef-lsp unpack'."
        )
    folder, name = os.path.split(file)
    limits = limits_from_environment()
    blob = FolderStore(folder or ".", limits).find(name)  # as for every command: no link leads out of its folder
    if blob is None:
        raise d.ArchiveError(f"{file} is not a regular file.")
    limits.check_text(file, blob.size)
    return blob.read(0, blob.size)


def write_text(file: str, data: bytes) -> None:
    """Put a text in the place of the old one, whole or not at all; a link stays one."""
    from ..archive.atomic import atomic_writer

    with atomic_writer(os.path.realpath(file)) as stream:
        stream.write(data)


def show_difference(file: str, text: str, wanted: str, what: str) -> None:
    """Print what would change in a text, as a diff with two lines around."""
    paint = painter()
    for line in unified_diff(text.splitlines(), wanted.splitlines(), file, f"{file} ({what})", lineterm="", n=2):
        colour = "1" if line[:3] in ("---", "+++") else {"+": "32", "-": "31", "@": "36"}.get(line[0])
        shown = "\t".join(map(visible, line.split("\t")))  # tabs are what many of these lines are about
        print(paint.paint(shown, colour) if colour else shown)
