"""Which settings hold for a model: those of the nearest folder above it that has any.

Not here: what may stand in them (`rules/settings.py`).
"""

from __future__ import annotations

from pathlib import Path

from ..rules.settings import Settings, parse_settings

FILES = (".nnef-lsp.toml", "pyproject.toml")
"""In one folder the first wins; a pyproject.toml without `[tool.nnef-lsp]` does not count."""

_known: dict[Path, tuple[int, Settings | None]] = {}


def settings_for(path: str | Path) -> Settings:
    """The settings for a file or folder."""
    start = Path(path).absolute()
    for folder in (start, *start.parents):
        for name in FILES:
            found = _settings_in(folder / name)
            if found is not None:
                return found
    return Settings()


def _settings_in(file: Path) -> Settings | None:
    """The settings in one file, read again only when it has changed."""
    try:
        changed = file.stat().st_mtime_ns
    except OSError:
        return None
    known = _known.get(file)
    if known is None or known[0] != changed:
        try:
            settings = parse_settings(file.read_text(encoding="utf-8"), file.name == "pyproject.toml")
        except (OSError, UnicodeDecodeError) as error:
            settings = Settings(problems=(f"{file.name} cannot be read: {error}",))
        known = _known[file] = (changed, settings)
    return known[1]
