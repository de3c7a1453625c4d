"""Names inside a model: labels, members, and what may not be one.

Here: the only check that keeps a label or an archive member inside its model. Not here: symbolic links, which only
the folder can resolve (containers/folder.py). Names use '/' as in the specification, on every system.
"""

from __future__ import annotations

import os
import re

from nnef_lsp.archive.errors import ArchiveError, quoted

GRAPH = "graph.nnef"
QUANT = "graph.quant"
DAT = ".dat"
_DEEPEST = 128
"""Programs that clear a folder level by level give up somewhere near a thousand."""


def unsafe_reason(name: str) -> str | None:
    """Why `name` may not be used inside a model, or None. Pure text: nothing is looked up."""
    if not name:
        return "is empty"
    if "\0" in name:
        return "holds a NUL character"
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:[\\/]", name):
        return "is an absolute path"
    parts = re.split(r"[/\\]", name)
    if ".." in parts:
        return "climbs out of the model with '..'"
    # Labels such as 'conv1/kernel:0' are usual on POSIX; on Windows a colon selects a drive or a stream.
    if os.name == "nt" and (":" in name or any(re.match(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)", p) for p in parts)):
        return "is not a valid file name on Windows"
    if len(name) > 4096 or any(len(part.encode("utf-8", "surrogatepass")) > 255 for part in parts):
        return "is too long for a file name"
    if len(parts) > _DEEPEST:
        return f"lies below more than {_DEEPEST} folders"
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return "is not valid Unicode"
    return None


def label_file(label: str) -> str:
    """The file that holds the tensor `label`. Raises ArchiveError for a label that is not inside the model.

    A leading '/' counts from the top of the model: the names of ONNX begin with one, and tract drops it as well.
    """
    inside = label.lstrip("/") or label
    reason = unsafe_reason(inside)
    if reason or not label.strip("./"):
        raise ArchiveError(
            f"The label '{quoted(label)}' {reason or 'names no file'}, so no file is read for it; "
            "rename it to a path inside the model folder."
        )
    return inside + DAT


def tidy(name: str) -> str:
    """`name` without './' and doubled or trailing slashes: the form under which members are compared."""
    return "/".join(part for part in name.split("/") if part not in ("", "."))


def case_collisions(names: list[str]) -> list[tuple[str, str]]:
    """Pairs that differ in case only, which one folder of Windows or macOS cannot hold."""
    seen: dict[str, str] = {}
    pairs = []
    for name in names:
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            pairs.append((other, name))
    return pairs
