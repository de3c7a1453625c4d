"""The one exception of this package.

Here: `ArchiveError`, whose text is one sentence: what is wrong, in which file, what to do.
Not here: anything that decides what is an error.
"""


class ArchiveError(Exception):
    """A model file cannot be read or written; `str()` is one sentence that a user can act on."""


class LimitError(ArchiveError):
    """Reading on would pass a limit that the user can raise."""


class MissingPackageError(ArchiveError):
    """An optional package is needed; the sentence holds the pip command."""


def quoted(text: object, most: int = 200) -> str:
    """`text` on one line and of bounded length, safe to print even when it came from a hostile file."""
    plain = "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode("ascii") for c in str(text))
    if len(plain) <= most:
        return plain
    return plain[: most // 2 - 3] + "..." + plain[-(most // 2) :]  # of a path, the end tells more than the middle


def last_sentence(error: BaseException) -> str:
    """The reason that another library gave, as the tail of a sentence of ours."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
    return quoted(text).rstrip(".").replace("\n", " ")
