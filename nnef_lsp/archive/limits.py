"""How much a model may cost to read: the one place for limits, which docs/security.md lists.

Here: `Limits`, the sentences of whatever exceeds them, and the environment variables that raise them: what a command line
or an editor's settings say is put there too, so that it holds for processes that are started. Not here: where limits are
checked (texts, streams, decoding).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from nnef_lsp.archive.errors import ArchiveError, LimitError, quoted

VARIABLE = "NNEF_LSP_MAX_BYTES"
TEXT_VARIABLE = "NNEF_LSP_MAX_TEXT"
FILES_VARIABLE = "NNEF_LSP_MAX_FILES"
ITEMS_VARIABLE = "NNEF_LSP_MAX_ITEMS"

VARIABLES = {"bytes": VARIABLE, "text": TEXT_VARIABLE, "files": FILES_VARIABLE, "items": ITEMS_VARIABLE}
"""By the names that limits have on the command line and in settings."""

_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_BOMB_BYTES, _BOMB_RATIO = 256 << 20, 200


@dataclass(frozen=True)
class Limits:
    """What is read of a model; sizes are bytes.

    `max_bytes` bounds what one archive may unpack to and what one tensor may decode to; `max_text` a text: a graph,
    its quantization, JSON, settings; `max_files` the members of an archive, the tensors of a file and the files of a
    folder; `max_items` how many packed items (of 1, 4, 12 bits ...) are looked at one by one.

    `glance` is how many entries of a folder are looked at to see what is there, where nobody asked for a list.

    With `trusted` false (nobody raised the limit) what unpacks to more than 256 MB *and* to more than 200 times its
    own size is taken for a decompression bomb as well: weights hardly compress.
    """

    max_bytes: int = 16 << 30
    max_text: int = 16 << 20
    max_files: int = 50_000
    max_items: int = 1 << 30
    glance: int = 5_000
    keep_bytes: int = 512 << 20
    trusted: bool = False

    def raised(self, max_bytes: int) -> Limits:
        """The same limits with another `max_bytes`, which the user has vouched for."""
        return replace(self, max_bytes=max_bytes, trusted=True)

    def check_text(self, where: str, size: int) -> None:
        """Raises LimitError for a text of more than `max_text` bytes."""
        if size > self.max_text:
            raise _exceeded(where, f"is a text of {bytes_text(size)}", bytes_text(self.max_text), TEXT_VARIABLE)

    def check_files(self, where: str, count: int) -> None:
        """Raises LimitError for more than `max_files` members, tensors or files."""
        if count > self.max_files:
            raise _exceeded(where, f"holds more than {self.max_files} files", str(self.max_files), FILES_VARIABLE)

    def check_items(self, where: str, count: int) -> None:
        """Raises LimitError for more than `max_items` items that would be looked at one by one."""
        if count > self.max_items:
            raise _exceeded(where, f"has {count} packed items", str(self.max_items), ITEMS_VARIABLE)

    def check_bytes(self, where: str, size: int) -> None:
        """Raises LimitError for what takes more than `max_bytes` of memory."""
        if size > self.max_bytes:
            raise _exceeded(where, f"needs {bytes_text(size)} of memory", bytes_text(self.max_bytes), VARIABLE)

    def check_unpacked(self, where: str, size: int, packed: int) -> None:
        """Raises LimitError for what unpacks to too much, by itself or for its packed size."""
        if size > self.max_bytes or self.is_bomb(size, packed):
            raise LimitError(
                f"{quoted(where)} ({bytes_text(packed)}) unpacks to more than {bytes_text(size)}, which looks like a "
                f"decompression bomb; set {VARIABLE} above its unpacked size if you trust it."
            )

    def is_bomb(self, size: int, packed: int) -> bool:
        """Whether so much comes out of so little that it must have been made for that."""
        return not self.trusted and size > max(_BOMB_BYTES, _BOMB_RATIO * packed)


def _exceeded(where: str, what: str, limit: str, variable: str) -> LimitError:
    return LimitError(f"{quoted(where)} {what}, above the limit of {limit}; set {variable} higher if you trust it.")


def limits_from_environment() -> Limits:
    """The defaults, or what the environment says: numbers, with K, M, G or T (powers of 1024) as a suffix if wanted.

    Raises ArchiveError for a variable that says no number.
    """
    limits = Limits(
        max_text=_from_environment(TEXT_VARIABLE, Limits.max_text),
        max_files=_from_environment(FILES_VARIABLE, Limits.max_files),
        max_items=_from_environment(ITEMS_VARIABLE, Limits.max_items),
    )
    text = os.environ.get(VARIABLE, "").strip()
    return limits.raised(parse_bytes(text)) if text else limits


def variables_of(said: Mapping[str, str]) -> dict[str, str]:
    """The environment that says these limits, by their names.  Raises ArchiveError for what is not a limit or a number."""
    for name, value in said.items():
        if name not in VARIABLES:
            raise ArchiveError(f"there is no limit '{quoted(name)}'; there are {', '.join(VARIABLES)}")
        parse_bytes(value, f"the limit '{name}'")
    return {VARIABLES[name]: value for name, value in said.items()}


def _from_environment(variable: str, usual: int) -> int:
    text = os.environ.get(variable, "").strip()
    return parse_bytes(text, variable) if text else usual


def parse_bytes(text: str, variable: str = VARIABLE) -> int:
    """Bytes of `4000000`, `500M`, `1.5 GB` or `2GiB` (powers of 1024). Raises ArchiveError."""
    found = re.fullmatch(r"(\d{1,18}(?:\.\d{1,9})?)\s*([kmgt]?)(?:i?b)?", text.strip(), re.IGNORECASE)
    if not found:
        example = "32G" if " " in variable else f"{variable}=32G"
        raise ArchiveError(f"'{quoted(text)}' is not a number for {variable}; write for example {example}.")
    return int(float(found[1]) * _UNITS[found[2].lower()])


def bytes_text(size: float) -> str:
    """A number of bytes for people, in three digits: 512 B, 1.5 MiB, 244 MiB.  The one unit of everything that we show;
    `vscode-extension/src/webview/parts/numbers.ts` writes the same."""
    for unit, name in ((1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if size >= unit:
            amount = size / unit
            return f"{amount:.0f} {name}" if amount >= 100 else f"{amount:.3g} {name}"
    return f"{size:.0f} B"
