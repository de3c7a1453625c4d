"""The models below a folder: folders with a graph, archives, lone graphs.

What `.gitignore` files and `exclude = [...]` in the settings name is passed over, as are hidden folders; links are followed as
long as they stay below the folder.

Not here: what is in a model (`opening.py`), graphs of an editor's workspace (`archive/workspace.py`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from pathspec import GitIgnoreSpec

from ..archive import ArchiveError, open_model
from ..archive.containers.pack import is_archive_name
from ..archive.names import GRAPH
from ..archive.workspace import ENDING, PASSED_OVER
from .configuration import settings_for

MOST_ENTRIES, MOST_DEPTH = 2_000_000, 60
LOOKED_INTO = 256 << 20
"""Bytes of a compressed archive that is unpacked to see whether it is a model; larger ones count if their name has `.nnef`."""
_Ignored = list[tuple[str, GitIgnoreSpec]]
"""The absolute path that patterns are relative to, and the patterns."""


def models_at(path: str) -> list[str]:
    """The path if it is a model or no folder, else the models below it, in the order of their names.

    A folder without any is given back, for whoever opens it to say so.  Raises ArchiveError for a folder with more than
    `MOST_ENTRIES` entries below it.
    """
    if not os.path.isdir(path) or os.path.exists(os.path.join(path, GRAPH)):
        return [path]
    return list(_Walk(path).models(path, 0, _excluded(path))) or [path]


def _excluded(path: str) -> _Ignored:
    settings = settings_for(path)
    return [(settings.home, GitIgnoreSpec.from_lines(settings.exclude))] if settings.exclude else []


class _Walk:
    def __init__(self, root: str) -> None:
        self.root, self.seen, self.entries = os.path.realpath(root), set[str](), 0

    def models(self, folder: str, depth: int, ignored: _Ignored) -> Iterator[str]:
        real = os.path.realpath(folder)
        if real in self.seen or depth > MOST_DEPTH:
            return
        self.seen.add(real)
        try:
            found = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            return
        ignored = [*ignored, *_ignores(folder)]
        for entry in found:
            self.entries += 1
            if self.entries > MOST_ENTRIES:
                raise ArchiveError(
                    f"{self.root} has more than {MOST_ENTRIES} files below it; name the folders with models."
                )
            try:
                is_folder = entry.is_dir()
                if (is_folder or entry.is_file()) and not _is_ignored(entry.path, is_folder, ignored):
                    if entry.is_symlink() and not self._inside(entry.path):
                        continue
                    yield from self._of(entry, depth, ignored) if is_folder else self._file(entry.path)
            except OSError:
                continue

    def _of(self, entry: os.DirEntry[str], depth: int, ignored: _Ignored) -> Iterator[str]:
        if entry.name.startswith(".") or entry.name in PASSED_OVER:
            return
        if os.path.exists(os.path.join(entry.path, GRAPH)):
            real = os.path.realpath(entry.path)
            if real not in self.seen:
                self.seen.add(real)
                yield entry.path
            return
        yield from self.models(entry.path, depth + 1, ignored)

    def _file(self, path: str) -> Iterator[str]:
        if path.endswith(ENDING) or (is_archive_name(path) and _holds_a_graph(path)):
            yield path

    def _inside(self, path: str) -> bool:
        return os.path.realpath(path).startswith(os.path.join(self.root, ""))


def _ignores(folder: str) -> _Ignored:
    """The patterns of the `.gitignore` in a folder; a file that cannot be read ignores nothing."""
    try:
        with open(os.path.join(folder, ".gitignore"), encoding="utf-8", errors="replace") as file:
            return [(os.path.abspath(folder), GitIgnoreSpec.from_lines(file.read(1 << 20).splitlines()))]
    except (OSError, ValueError):
        return []


def _is_ignored(path: str, is_folder: bool, ignored: _Ignored) -> bool:
    """The patterns nearest to a file that say something of it decide."""
    path = os.path.abspath(path) if ignored else path
    for folder, spec in reversed(ignored):
        name = os.path.relpath(path, folder).replace(os.sep, "/")
        if name.startswith("../"):
            continue
        decided = spec.check_file(f"{name}/" if is_folder else name).include
        if decided is not None:
            return decided
    return False


def _holds_a_graph(path: str) -> bool:
    if ENDING in os.path.basename(path).lower():
        return True
    try:
        if os.path.getsize(path) > LOOKED_INTO:
            return False
        with open_model(path) as model:
            return model.store.find(GRAPH) is not None
    except (ArchiveError, OSError):
        return False
