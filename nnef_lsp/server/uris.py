"""Files by their URIs: on the disk, or inside an archive (`nnef-archive:/models/net.nnef.tgz/!/graph.nnef`)."""

from __future__ import annotations

from urllib.parse import unquote

from pygls.uris import to_fs_path

from .session import ARCHIVE_SCHEME, INSIDE


def split_uri(uri: str) -> tuple[str | None, str | None]:
    """(path of the file or archive, path inside the archive or None); (None, None) for what is no file."""
    if uri.startswith(ARCHIVE_SCHEME):
        archive, _, inside = unquote(uri).partition(INSIDE)
        return to_fs_path("file://" + archive[len(ARCHIVE_SCHEME) :].removeprefix("//")), inside
    return (to_fs_path(uri), None) if uri.startswith("file:") else (None, None)
