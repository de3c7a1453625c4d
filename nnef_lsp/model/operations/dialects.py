"""Which dialects there are: the folders beside this file that have a `dialect.py`, and which one a text is written in.

Not here: what a dialect is (`dialect.py`), what a document may invoke (`scope.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pathlib import Path

from .dialect import Dialect

FOLDER = Path(__file__).parent


def _found() -> list[Dialect]:
    """The dialect without marks, which is the specification's, before those that are told from it."""
    folders = (file.parent.name for file in FOLDER.glob("*/dialect.py"))
    found: list[Dialect] = [import_module(f"{__package__}.{folder}.dialect").DIALECT for folder in folders]
    return sorted(found, key=lambda dialect: (bool(dialect.marks), dialect.name))


DIALECTS = {dialect.name: dialect for dialect in _found()}
"""All dialects by name."""
STANDARD = next(iter(DIALECTS.values()))
"""The dialect of the specification."""


def detect(segments: Iterable[str]) -> Dialect:
    """The dialect of the text that consists of these segments, by its extensions and operators."""
    texts = list(segments)
    return next((dialect for dialect in DIALECTS.values() if any(map(dialect.is_marked, texts))), STANDARD)


@cache
def data_files(suffix: str) -> dict[str, Path]:
    """The files of all dialects by stem: ".nnef" declarations, ".toml" targets.  Raises ValueError for a name taken twice."""
    found: dict[str, Path] = {}
    for file in sorted(FOLDER.glob(f"*/*{suffix}")):
        if file.stem in found:
            raise ValueError(f"'{file}' has the name of '{found[file.stem]}'")
        found[file.stem] = file
    return found


def declaration_file(registry: str) -> Path:
    """The file in which the operations of a registry are declared: one of a dialect, or a library's by its path."""
    return data_files(".nnef").get(registry) or Path(registry)
