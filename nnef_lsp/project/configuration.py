"""Which settings hold for a model: those of the nearest folder above it that has any.

Not here: which settings there are (`rules/settings.py`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ..archive import ArchiveError, limits_from_environment
from ..archive.blobs import FileBlob
from ..rules.settings import Settings, parse_settings

FILES = (".nnef-lsp.toml", "pyproject.toml")
"""In one folder the first wins; a pyproject.toml without `[tool.nnef-lsp]` does not count."""

SUFFIX, PYTHON = ".nnef", ".py"
MOST_FILES = 1000
"""Of libraries."""

_known: dict[str, tuple[int, dict[str, int], Settings | None]] = {}
"""When a file of settings, and each folder in which it names files, had changed last, and what it says."""


def settings_for(path: str | Path) -> Settings:
    """The settings for a file or folder."""
    folder = os.path.abspath(path)
    while True:  # with strings, since every edit of an open document asks for this
        for name in FILES:
            found = _settings_in(os.path.join(folder, name))
            if found is not None:
                return found
        folder, inner = os.path.dirname(folder), folder
        if folder == inner:
            return Settings()


def _settings_in(path: str) -> Settings | None:
    """The settings in one file, read again only when it, or a folder in which it names files, has changed."""
    changed = _changed(path)
    if changed < 0:
        return None
    known = _known.get(path)
    if known is None or known[0] != changed or any(_changed(place) != when for place, when in known[1].items()):
        file = Path(path)
        folders: dict[str, int] = {}
        try:
            settings = parse_settings(_text(file), file.name == "pyproject.toml")
        except (ArchiveError, UnicodeDecodeError) as error:
            settings = Settings(problems=(f"{file.name} cannot be read: {error}",))
        if settings is not None:
            settings = replace(settings, home=str(file.parent))
        if settings is not None and (settings.libraries or settings.operations or settings.shapes):
            named = [file.parent / each for each in (*settings.libraries, *settings.operations)]
            folders = {str(place): _changed(str(place)) for each in named for place in (each, each.parent)}
            settings = _placed(settings, file)
        known = _known[path] = (changed, folders, settings)
    return known[2]


def _changed(path: str) -> int:
    """When a file or folder has changed last, -1 if there is none."""
    try:
        return os.stat(path).st_mtime_ns
    except (OSError, ValueError):  # ValueError: a name with a NUL
        return -1


def _placed(settings: Settings, file: Path) -> Settings:
    """Settings whose libraries and files of Python are files, those that there are not being a problem."""
    home = file.parent
    missing = []
    for kind, named, suffix in (
        ("library", settings.libraries, SUFFIX),
        ("file of operations", settings.operations, PYTHON),
    ):
        gone = [each for each in named if not files_at([home / each], home, suffix)]
        missing += [f"there is no {kind} '{each}' in the folder of the settings" for each in gone]
    return replace(
        settings,
        libraries=tuple(files_at([home / library for library in settings.libraries], home)),
        operations=tuple(files_at([home / each for each in settings.operations], home, PYTHON)),
        shapes={name: replace(rule, place=f"{file.name}:{rule.place}") for name, rule in settings.shapes.items()},
        problems=(*settings.problems, *missing),
    )


def files_at(places: Iterable[Path], home: Path, suffix: str = SUFFIX) -> list[Path]:
    """The files that places stand for: themselves, those of a folder, or those that fit a pattern.

    None outside of `home`, whatever places and links say: settings may come from a stranger.
    """
    found: list[Path] = []
    for place in places:
        try:
            if place.is_dir():
                found.extend(sorted(place.glob(f"*{suffix}")))
            elif "*" in place.name:
                found.extend(sorted(place.parent.glob(place.name)))
            else:
                found.append(place)
        except OSError:
            continue
    real = home.resolve()
    return [file for file in found[:MOST_FILES] if file.is_file() and file.resolve().is_relative_to(real)]


def _text(file: Path) -> str:
    """The text of a regular file; a pipe would never end, and a link leads to any file of the user's.  Raises ArchiveError."""
    if not file.resolve().is_relative_to(file.parent.resolve()):
        raise ArchiveError("it is a link out of its folder")
    blob = FileBlob(str(file))
    limits_from_environment().check_text(blob.where, blob.size)
    return blob.read_all().decode("utf-8")
