"""How a command presents itself: what it does, examples to copy, what its exit status means.

Not here: the commands.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Sequence
from typing import TypeAlias

PATH_HELP = "a .nnef file, a model folder or an archive (.tar, .tgz, .tar.xz, .tar.zst)"
FORMAT_HELP = "text is for people (default), json for programs"
UNREADABLE = "2 for wrong use, or what cannot be read or written"
WIDTH = 100

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""What a command adds its parser to."""


def add_command(
    subparsers: Subparsers, name: str, summary: str, about: str, examples: Sequence[str], status: Sequence[str]
) -> argparse.ArgumentParser:
    """A parser whose help has `about`, the examples (each a line that can be copied), and the exit statuses.

    The tests run every example in a folder that has what it names.
    """
    parts = ["examples:", *(f"  {example}" for example in examples)]
    parts += ["", textwrap.fill("exit status: " + "; ".join(status) + ".", WIDTH, subsequent_indent="  ")]
    parser = subparsers.add_parser(
        name,
        help=summary,
        description=textwrap.fill(about, WIDTH),
        epilog="\n".join(parts),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--limit",
        metavar="NAME=N",
        action="append",
        default=[],
        help="raise a limit of what is read: text=64M, bytes=64G, files=1M or items=4G",
    )
    return parser
