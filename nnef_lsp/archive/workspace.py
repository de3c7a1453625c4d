"""The graphs in folders that an editor has open, and their texts: found by a walk that no link leads out of.

Only regular files are opened, so that no pipe holds up a walk, and neither the walk nor a text is endless.

Not here: the files of one model (`containers`), what is in the texts.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import NamedTuple

ENDING = ".nnef"
MOST_ENTRIES, MOST_GRAPHS, MOST_DEPTH = 200_000, 5_000, 20
LONGEST = 8_000_000
"""Bytes of a graph that is read here; the largest that we know has 1.1 million."""
PASSED_OVER = frozenset({"node_modules", "__pycache__", "venv", "site-packages"})


class Graph(NamedTuple):
    """A file of a graph, as it was when it was found."""

    path: str
    modified: int
    size: int


def graphs_below(folders: Iterable[str]) -> Iterator[Graph]:
    """The graphs below folders, each once."""
    pending = [(os.path.abspath(folder), 0) for folder in folders]
    entries = graphs = 0
    seen: set[str] = set()
    while pending:
        folder, depth = pending.pop()
        if folder in seen:
            continue
        seen.add(folder)
        try:
            found = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in found:
            entries += 1
            if entries > MOST_ENTRIES or graphs >= MOST_GRAPHS:
                return
            try:
                if entry.is_dir(follow_symlinks=False):
                    if depth < MOST_DEPTH and not entry.name.startswith(".") and entry.name not in PASSED_OVER:
                        pending.append((entry.path, depth + 1))
                elif entry.name.endswith(ENDING) and entry.is_file(follow_symlinks=False):
                    state = entry.stat(follow_symlinks=False)
                    graphs += 1
                    yield Graph(entry.path, state.st_mtime_ns, state.st_size)
            except OSError:
                continue


def text_of(graph: Graph) -> str:
    """The text of a graph that was found; "" if it cannot be read or is too long."""
    if graph.size > LONGEST:
        return ""
    try:
        with open(graph.path, "rb", buffering=0) as file:
            return (file.read(LONGEST + 1) or b"")[:LONGEST].decode("utf-8-sig", "replace")
    except OSError:
        return ""
