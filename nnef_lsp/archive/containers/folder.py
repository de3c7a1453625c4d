"""A model as a folder of files.

Here: finding a file by its name without ever leaving the folder, whatever symbolic links say. Not here: archives.
Nothing is listed before somebody asks for the list: a graph may lie in a home directory.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from itertools import islice

from nnef_lsp.archive.blobs import Blob, FileBlob
from nnef_lsp.archive.errors import ArchiveError, last_sentence, quoted
from nnef_lsp.archive.limits import Limits
from nnef_lsp.archive.names import tidy, unsafe_reason


class FolderStore:
    """The files below `root`. Hidden files and folders are not part of a model (as in tract)."""

    def __init__(self, root: str, limits: Limits) -> None:
        self.root = root
        self.limits = limits
        self.notices: list[str] = []
        self._real_root = os.path.realpath(root)
        self._listings: dict[str, tuple[int, frozenset[str]]] = {}

    def find(self, name: str) -> Blob | None:
        """The file `name`, None if there is none. Raises ArchiveError for one that may not be read."""
        reason = unsafe_reason(name)
        if reason:
            raise ArchiveError(f"'{quoted(name)}' {reason}, so it is not read.")
        if not self._as_written(name):
            return None
        path = os.path.join(self.root, *tidy(name).split("/"))
        real = os.path.realpath(path)
        if not _inside(real, self._real_root):
            raise ArchiveError(f"{quoted(path)} is a symbolic link out of the model folder, so it is not read.")
        if os.path.isdir(real) or not os.path.exists(real):
            return None
        return FileBlob(path)

    def place_for(self, name: str) -> str:
        """The path at which to write the file `name`. Raises ArchiveError if links would lead it out of the folder."""
        reason = unsafe_reason(name)
        path = os.path.join(self.root, *tidy(name).split("/"))
        if reason or not _inside(os.path.realpath(path), self._real_root):
            raise ArchiveError(f"'{quoted(name)}' {reason or 'leads out of the model folder'}, so it is not written.")
        return path

    def _as_written(self, name: str) -> bool:
        """Whether every part of `name` exists in exactly this case; Windows and macOS would find others too."""
        folder = self.root
        for part in tidy(name).split("/"):
            if part not in self._listing(folder):
                return False
            folder = os.path.join(folder, part)
        return True

    def _listing(self, folder: str) -> frozenset[str]:
        try:
            changed = os.stat(folder).st_mtime_ns
            known = self._listings.get(folder)
            if known is None or known[0] != changed:
                known = self._listings[folder] = (changed, frozenset(os.listdir(folder)))
            return known[1]
        except (OSError, ValueError):
            return frozenset()

    def names(self) -> list[str]:
        """Every file, sorted. Links that leave the folder and things that are not files are reported in `notices`."""
        self.notices.clear()
        found: list[str] = []
        self._walk(self.root, "", found)
        return sorted(found)

    def glance(self, ending: str) -> tuple[str | None, bool]:
        """A file near the top whose name ends so, and whether everything has been looked at.

        Looks at the uppermost folders first and at no more than `Limits.glance` entries, for whoever opens a graph in a
        home directory.
        """
        left = self.limits.glance
        folders = deque([(self.root, "")])
        while folders:
            folder, prefix = folders.popleft()
            for entry in _entries(folder, left):
                left -= 1
                name = prefix + entry.name
                if entry.name.startswith("."):
                    continue
                if name.endswith(ending) and entry.is_file() and _inside(os.path.realpath(entry.path), self._real_root):
                    return name, True
                if entry.is_dir(follow_symlinks=False):
                    folders.append((entry.path, f"{name}/"))
            if left <= 0:
                return None, False
        return None, True

    def other_case(self, name: str) -> str | None:
        """The name of a file that differs in case only."""
        folder, found = self.root, []
        for part in tidy(name).split("/"):
            listing = self._listing(folder)
            same = (
                part if part in listing else next((p for p in sorted(listing) if p.casefold() == part.casefold()), None)
            )
            if same is None:
                return None
            found.append(same)
            folder = os.path.join(folder, same)
        return "/".join(found) if os.path.isfile(folder) else None

    def _walk(self, folder: str, prefix: str, found: list[str]) -> None:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            self.notices.append(f"{quoted(folder)} cannot be listed: {last_sentence(error)}.")
            return
        for entry in entries:
            name = prefix + entry.name
            if entry.name.startswith("."):
                continue
            if _is_broken(entry):
                self.notices.append(f"{quoted(entry.path)} cannot be followed; it is ignored.")
            elif entry.is_symlink() and not _inside(os.path.realpath(entry.path), self._real_root):
                self.notices.append(f"{quoted(entry.path)} is a symbolic link out of the model folder; it is ignored.")
            elif entry.is_dir(follow_symlinks=False):
                self._walk(entry.path, name + "/", found)
            elif entry.is_file() and not unsafe_reason(name):
                found.append(name)
            elif not entry.is_dir():
                self.notices.append(f"{quoted(entry.path)} is not a regular file; it is ignored.")
            self.limits.check_files(self.root, len(found))

    def close(self) -> None:
        pass


def _entries(folder: str, most: int) -> Iterator[os.DirEntry[str]]:
    """Some entries of a folder; none of one that cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            yield from islice(entries, max(0, most))
    except OSError:
        return


def _is_broken(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a link that leads nowhere: in a circle, or where we may not look."""
    try:
        entry.is_file()
    except OSError:
        return True
    return False


def _inside(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)
