"""How much a model may cost to read.

Here: `Limits` and the environment variable that raises them. Not here: where they are checked (streams, decoding).
All sizes are bytes.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace

from nnef_lsp.archive.errors import ArchiveError, quoted

VARIABLE = "NNEF_LSP_MAX_BYTES"

_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}


@dataclass(frozen=True)
class Limits:
    """`max_bytes` bounds what one archive may unpack to and what one tensor may decode to.

    `glance` is how many entries of a folder are looked at to see what is there, where nobody asked for a list.

    With `trusted` false (nobody raised the limit) an archive that unpacks to more than 256 MB *and* to more than
    200 times its own size is taken for a decompression bomb as well: weights hardly compress.
    """

    max_bytes: int = 16 << 30
    max_text: int = 256 << 20
    max_files: int = 200_000
    glance: int = 5_000
    keep_bytes: int = 512 << 20
    trusted: bool = False

    def raised(self, max_bytes: int) -> Limits:
        """The same limits with another `max_bytes`, which the user has vouched for."""
        return replace(self, max_bytes=max_bytes, trusted=True)


def limits_from_environment() -> Limits:
    """The defaults, or what NNEF_LSP_MAX_BYTES says: a number of bytes, with K, M, G or T as a suffix if wanted."""
    text = os.environ.get(VARIABLE, "").strip()
    return Limits().raised(parse_bytes(text)) if text else Limits()


def parse_bytes(text: str) -> int:
    """Bytes of `4000000`, `500M`, `1.5 GB` or `2GiB` (powers of 1024). Raises ArchiveError."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?", text.strip(), re.IGNORECASE)
    if not found:
        raise ArchiveError(f"'{quoted(text)}' is not a number of bytes; write for example {VARIABLE}=32G.")
    return int(float(found[1]) * _UNITS[found[2].lower()])


def bytes_text(size: int) -> str:
    """`size` for people: 512 B, 1.5 MB."""
    amount = float(size)
    for unit in ("B", "KB", "MB", "GB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} TB"
