"""`nnef-lsp unpack ARCHIVE FOLDER`: a model as a folder.

Here: arguments and output. Not here: unpacking and its refusals (archive/pack.py).
"""

from __future__ import annotations

import argparse
import sys
from typing import Any


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "unpack",
        help="unpack an archive into a model folder",
        description="Unpack ARCHIVE into FOLDER, which must be new or empty. An archive whose members climb out, link "
        "out or bear one name twice is refused as a whole.",
    )
    parser.add_argument("archive", metavar="ARCHIVE")
    parser.add_argument("folder", metavar="FOLDER")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from nnef_lsp.archive import ArchiveError
    from nnef_lsp.archive.pack import unpack

    try:
        names = unpack(args.archive, args.folder)
    except ArchiveError as error:
        print(f"nnef-lsp: {error}", file=sys.stderr)
        return 1
    print(f"{args.folder}: {len(names)} files")
    return 0
