"""Fragments of other files that a document may invoke: libraries that the project's settings name, and for a file that is
itself a library those beside it.

    [tool.nnef-lsp]
    libraries = ["stdlib.nnef", "fragments/"]    # files, folders, patterns; relative to the file with the settings

Not here: what may stand in settings (`rules/settings.py`), the fragments of a document (`syntax/structure.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from ..model.operations.declarations import Operation, operation_of
from ..syntax.source import Source
from ..syntax.structure import structure_of
from .configuration import files_at, settings_for

MOST_BYTES = 4 << 20
"""Of each library."""

_DOCUMENT = re.compile(r"^(?:version|graph)\b", re.MULTILINE)
"""What no library has, where everybody writes it: most texts need not be read twice."""
_known: dict[Path, tuple[int, dict[str, Operation]]] = {}


def libraries_for(path: str | Path, text: str) -> Mapping[str, Operation]:
    """The fragments that a document at a path may invoke besides its own; the first of a name wins."""
    found: dict[str, Operation] = {}
    here = Path(path).absolute()
    for file in [*_siblings(here, text), *settings_for(path).libraries]:
        if file != here:
            for name, operation in fragments_of(file).items():
                found.setdefault(name, operation)
    return found


def _siblings(here: Path, text: str) -> list[Path]:
    if "fragment" not in text or _DOCUMENT.search(text) or here.is_dir() or not structure_of(Source(text)).is_library:
        return []
    return files_at([here.parent], here.parent)


def fragments_of(file: Path) -> dict[str, Operation]:
    """The fragments of a library by name, read again only when it has changed; none of a document or of another file."""
    try:
        facts = file.stat()
        if facts.st_size > MOST_BYTES:
            return {}
        known = _known.get(file)
        if known is None or known[0] != facts.st_mtime_ns:
            known = _known[file] = (facts.st_mtime_ns, _read(file))
    except (OSError, UnicodeDecodeError):
        return {}
    return known[1]


def _read(file: Path) -> dict[str, Operation]:
    source = Source(file.read_text(encoding="utf-8-sig"))
    structure = structure_of(source)
    if structure.graph is not None:
        return {}
    operations = (operation_of(body, source, str(file)) for body in structure.fragments)
    return {operation.name: operation for operation in operations if operation is not None}
