"""Answers to `initialize` kept between starts, in the user's folder for what can be made again.

An answer holds for one set of the client's capabilities and one state of this package and of pygls; any other has another
name.  Whatever is wrong with the folder or a file costs the time that would have been saved, nothing else.

Not here: the first answers (`prologue.py`).
"""

from __future__ import annotations

import json
import os
import sys
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..json_data import JsonObject
from ..version import __version__

MOST = 1 << 20
"""Bytes of an answer that is read."""
MOST_KEPT = 20


def folder() -> Path:
    """Where answers are kept: `NNEF_LSP_CACHE`, or the system's folder for such files."""
    given = os.environ.get("NNEF_LSP_CACHE")
    if given:
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "nnef-lsp" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "nnef-lsp"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nnef-lsp"


def key_of(capabilities: Any) -> str:
    """The name of the answer for these capabilities: the same as long as nothing that makes it has changed."""
    here = Path(__file__).parent
    files = [
        here / "app.py",
        here / "connection.py",
        *sorted((here / "wire").glob("*.py")),
        *sorted((here / "features").glob("*.py")),
    ]
    state: list[object] = [__version__, sys.version, [(file.name, file.stat().st_mtime_ns) for file in files]]
    for package in ("pygls", "lsprotocol"):
        spec = find_spec(package)
        state.append(
            [str(spec.origin), os.stat(spec.origin).st_mtime_ns] if spec is not None and spec.origin else package
        )
    return sha256(json.dumps([state, capabilities], sort_keys=True).encode()).hexdigest()[:40]


def kept_answer(key: str) -> JsonObject | None:
    """The answer of this name, None if there is none that can be read."""
    try:
        path = folder() / f"initialize-{key}.json"
        if path.stat().st_size > MOST:
            return None
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RuntimeError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("capabilities"), dict) else None


def keep_answer(key: str, answer: str) -> None:
    """Keep an answer, and let the oldest ones go."""
    from ..archive import ArchiveError
    from ..archive.atomic import atomic_writer

    try:
        place = folder()
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        with atomic_writer(place / f"initialize-{key}.json") as file:
            file.write(answer.encode("utf-8"))
        kept = sorted(place.glob("initialize-*.json"), key=lambda path: path.stat().st_mtime_ns)
        for old in kept[:-MOST_KEPT]:
            old.unlink()
    except (OSError, ArchiveError, RuntimeError):
        pass  # the next start takes as long as this one
