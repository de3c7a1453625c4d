"""Values for all inputs of a model at once: sets that a person has saved, and .npz files beside the model.

Saved sets stand in `.nnef-lsp/inputs.json` in the folder of the model (docs/protocol.md has the format), so they travel
with it.  Whatever is wrong with that file is a sentence, never an exception.

Not here: reading the arrays (`runtime/inputs/sources.py`).  Imports no numpy.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from ..archive import ArchiveError
from ..archive.atomic import atomic_writer
from ..archive.errors import quoted

FILE = os.path.join(".nnef-lsp", "inputs.json")
VERSION = 1
MOST_BYTES = 1 << 20
MOST_FILES = 20
MADE = ("random", "zeros", "ones")
"""Sources that are not files."""


@dataclass(frozen=True, slots=True)
class InputSet:
    """`inputs`: name -> source, as `nnef-lsp run --input NAME=SOURCE` takes it; `symbols`: values of symbolic extents."""

    name: str
    inputs: dict[str, str]
    symbols: dict[str, int] = field(default_factory=dict)


def saved_sets(folder: str) -> tuple[list[InputSet], list[str]]:
    """The sets saved in a folder, files as absolute paths; and what is wrong with them."""
    path = os.path.join(folder, FILE)
    try:
        if not os.path.isfile(path):
            return [], []
        if os.path.getsize(path) > MOST_BYTES:
            return [], [f"{quoted(path)} is too large to be a list of inputs."]
        with open(path, encoding="utf-8") as file:
            written = json.load(file)
    except (OSError, ValueError, RecursionError) as error:
        return [], [f"{quoted(path)} cannot be read: {quoted(error)}."]
    table = written.get("sets") if isinstance(written, dict) else None
    if not isinstance(table, dict) or written.get("version") != VERSION:
        return [], [f'{quoted(path)} is not a list of inputs: expected {{"version": {VERSION}, "sets": {{...}}}}.']
    sets, problems = [], []
    for name, entry in table.items():
        found = _entry(folder, name, entry)
        if found is None:
            problems.append(f'The set {quoted(name)} in {quoted(path)} needs "inputs", from names to sources.')
        else:
            sets.append(found)
    return sets, problems


def _entry(folder: str, name: str, entry: Any) -> InputSet | None:
    inputs = entry.get("inputs") if isinstance(entry, dict) else None
    symbols = entry.get("symbols", {}) if isinstance(entry, dict) else None
    if not isinstance(inputs, dict) or not all(isinstance(source, str) for source in inputs.values()):
        return None
    if not isinstance(symbols, dict) or not all(type(value) is int for value in symbols.values()):
        return None
    return InputSet(name, {key: _placed(folder, source) for key, source in inputs.items()}, dict(symbols))


def save_set(folder: str, new: InputSet) -> str:
    """Add a set, or replace the one of its name; the path of the file.  Raises ArchiveError, and loses nothing then."""
    path = os.path.join(folder, FILE)
    others, problems = saved_sets(folder)
    if problems:
        raise ArchiveError(problems[0])
    if not new.name.strip():
        raise ArchiveError("A set of inputs needs a name.")
    kept = {each.name: each for each in others}
    kept[new.name] = new
    table = {name: _written(folder, each) for name, each in kept.items()}
    text = json.dumps({"version": VERSION, "sets": table}, indent=2, ensure_ascii=False) + "\n"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
    except OSError as error:
        raise ArchiveError(f"{quoted(path)} cannot be written: {quoted(error)}.") from error
    with atomic_writer(path) as file:
        file.write(text.encode("utf-8"))
    return path


def _written(folder: str, each: InputSet) -> dict[str, Any]:
    entry: dict[str, Any] = {"inputs": {key: _portable(folder, source) for key, source in each.inputs.items()}}
    return {**entry, "symbols": each.symbols} if each.symbols else entry


def is_made(source: str) -> bool:
    """Whether a source names no file: `zeros`, `ones`, `random:7`."""
    return source.partition(":")[0] in MADE


def _placed(folder: str, source: str) -> str:
    return source if is_made(source) else os.path.normpath(os.path.join(folder, source))


def _portable(folder: str, source: str) -> str:
    """Relative to the folder and with `/` where the file lies in it, so that the model can be moved."""
    if is_made(source):
        return source
    try:
        inside = os.path.relpath(os.path.join(folder, source), folder)
    except ValueError:  # another drive
        return source
    return source if inside.startswith(os.pardir) else inside.replace(os.sep, "/")


def npz_files(folder: str, inputs: Collection[str]) -> dict[str, set[str]]:
    """The .npz files in a folder that hold an array for each of the inputs: path -> names of all their arrays."""
    import zipfile

    found: dict[str, set[str]] = {}
    try:
        files = sorted(entry.path for entry in os.scandir(folder) if entry.name.endswith(".npz") and entry.is_file())
    except OSError:
        return {}
    for path in files[:MOST_FILES]:
        try:
            with zipfile.ZipFile(path) as archive:
                names = {name.removesuffix(".npy") for name in archive.namelist()}
        except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
            continue
        if inputs and names.issuperset(inputs):
            found[path] = names
    return found
