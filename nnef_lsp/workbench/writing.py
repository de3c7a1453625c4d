"""A change written: a new model beside the old one, or in its place, whole or not at all.

Everything is written to a staging place on the disk of the target first, where it can be run; then it is renamed.  Data
files are copied or made piece by piece, so no more of them is in memory than one tensor.

Not here: what a change is (`change.py`), whether it is right (`proof.py`).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..archive.atomic import replace_all, second_name
from ..archive.blobs import FileBlob
from ..archive.containers.folder import FolderStore
from ..archive.containers.model import Model
from ..archive.containers.overlay import Overlay
from ..archive.containers.pack import copy_blob, in_order, is_archive_name, write_archive
from ..archive.errors import last_sentence, quoted
from ..archive.names import GRAPH
from .change import Change
from .errors import ChangeError

Progress = Callable[[float, str], None]
"""Told the share that is done, and what is being done; may raise to stop."""


class Staged:
    """A model that is written but not in its place yet; `path` is where it can be run."""

    def __init__(self, path: str, place: Callable[[], None]) -> None:
        self.path, self._place = path, place

    def take_place(self) -> None:
        """Put it where it belongs; raises ChangeError, and leaves what was there as it was."""
        try:
            self._place()
        except OSError as error:
            raise ChangeError(f"the model cannot be written: {last_sentence(error)}") from error


@contextmanager
def staged(
    change: Change, target: str | None, force: bool = False, progress: Progress | None = None
) -> Iterator[Staged]:
    """Write a change beside `target`, a folder or an archive by its ending; None is the old model's own place.

    What does not take its place vanishes at the end.  Raises ChangeError and ArchiveError.
    """
    check_target(change, target, force)
    tell = progress or (lambda share, text: None)
    place = os.path.abspath(change.old.path if target is None else target)
    root = _root(change.old.model) if target is None and not is_archive_name(place) else None
    beside = os.path.join(root, "x") if root is not None else place
    try:
        folder = tempfile.mkdtemp(prefix=".nnef-", suffix=".part", dir=os.path.dirname(beside))
    except OSError as error:
        raise ChangeError(f"{quoted(place)} cannot be written: {last_sentence(error)}") from error
    try:
        if root is not None:
            yield _in_place(change, folder, tell)
        elif is_archive_name(place):
            path = os.path.join(folder, os.path.basename(place))
            write_archive(change.new.model, path, tell)
            yield Staged(path, lambda: os.replace(path, place))
        else:
            path = os.path.join(folder, os.path.basename(place))
            _write_folder(change, path, tell, link=False)
            yield Staged(path, lambda: _replace_folder(path, place, folder))
    except OSError as error:
        raise ChangeError(f"{quoted(place)} cannot be written: {last_sentence(error)}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check_target(change: Change, target: str | None, force: bool = False) -> None:
    """Raises ChangeError for a place that a model may not be written to."""
    path = change.old.path
    if target is None:
        if _root(change.old.model) is None and not is_archive_name(path):
            raise ChangeError(f"{quoted(path)} cannot be changed in place; name an output")
        return
    own = _root(change.old.model)
    if target.lower().endswith(".nnef"):
        raise ChangeError(
            f"'{quoted(target)}' is the name of a graph; name a folder, or an archive that ends with .tar or .tgz"
        )
    if os.path.exists(target) and os.path.exists(path) and os.path.samefile(target, path if own is None else own):
        raise ChangeError(f"{quoted(target)} is the model itself, which only --in-place changes")
    if own is not None and os.path.realpath(target).startswith(os.path.join(os.path.realpath(own), "")):
        raise ChangeError(f"{quoted(target)} lies within the model {quoted(own)}; name a place beside it")
    if os.path.realpath(path).startswith(os.path.join(os.path.realpath(target), "")):
        raise ChangeError(f"the model {quoted(path)} lies within {quoted(target)}; name a place beside it")
    if not os.path.isdir(os.path.dirname(os.path.abspath(target))):
        raise ChangeError(f"{quoted(os.path.dirname(target))} does not exist, so {quoted(target)} cannot be written")
    if os.path.lexists(target):
        if os.path.isdir(target) and not os.path.islink(target) and not os.listdir(target):
            return
        if not force:
            raise ChangeError(f"{quoted(target)} exists already; name another, or replace it with --force")
        if os.path.isdir(target) != (not is_archive_name(target)) or (
            os.path.isdir(target) and not os.path.exists(os.path.join(target, GRAPH))
        ):
            raise ChangeError(f"{quoted(target)} is not a model, so it is not replaced")


def _root(model: Model) -> str | None:
    """The folder that a model lies in; None for an archive."""
    store = model.store
    while isinstance(store, Overlay):
        store = store.below
    return store.root if isinstance(store, FolderStore) else None


def _write_folder(change: Change, folder: str, tell: Progress, link: bool) -> list[str]:
    """The whole model as a new folder; the names of its files.  With `link` files that stay as they are get a second name
    instead of being copied: only for a folder that is soon gone, as a program may write into a file."""
    model = change.new.model
    pairs = [(name, name) for name, _ in in_order(model)] if link else in_order(model)
    by_name = dict(pairs)
    os.makedirs(folder)
    for index, name in enumerate(
        [change.new.model.graph_name, *model.in_reading_order(set(by_name) - {model.graph_name})]
    ):
        path = os.path.join(folder, *by_name[name].split("/"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        blob = model.blob(name)
        if link and name not in change.files and isinstance(blob, FileBlob):
            second_name(blob.path, path)
        else:
            copy_blob(blob, path)
        tell((index + 1) / len(by_name), f"writing {by_name[name]}")
    return list(by_name)


def _in_place(change: Change, folder: str, tell: Progress) -> Staged:
    store = change.new.model.store
    while isinstance(store, Overlay):
        store = store.below
    assert isinstance(store, FolderStore)
    path = os.path.join(folder, "model")
    _write_folder(change, path, tell, link=True)
    graph = change.new.model.graph_name
    order = sorted(change.files, key=lambda name: name == graph)  # data first: the graph names it
    moves: list[tuple[str | None, str]] = [
        (None if change.files[name] is None else os.path.join(path, *name.split("/")), store.place_for(name))
        for name in order
    ]

    def place() -> None:
        old = os.path.join(folder, "old")
        os.makedirs(old)
        replace_all(moves, old)

    return Staged(path if graph == GRAPH else os.path.join(path, graph), place)


def _replace_folder(path: str, target: str, staging: str) -> None:
    """Give a folder the name of another, which goes; the other keeps it on any failure."""
    if not os.path.lexists(target):
        os.rename(path, target)
        return
    aside = os.path.join(staging, "replaced")
    os.rename(target, aside)
    try:
        os.rename(path, target)
    except BaseException:
        os.rename(aside, target)
        raise
