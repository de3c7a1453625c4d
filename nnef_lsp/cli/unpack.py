"""`nnef-lsp unpack ARCHIVE FOLDER`: a model as a folder.

Here: arguments and output. Not here: unpacking and its refusals (archive/containers/pack.py).
"""

from __future__ import annotations

import argparse

from . import document as d
from .commands import UNREADABLE, Subparsers, add_command
from .drawing import say


def register(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "unpack",
        "unpack an archive into a model folder",
        "Unpack ARCHIVE into FOLDER, which must be new or empty. An archive whose members climb out, link out or bear one "
        "name twice is refused as a whole.",
        ["nnef-lsp unpack model.nnef.tgz unpacked/"],
        ["0 good", UNREADABLE],
    )
    parser.add_argument("archive", metavar="ARCHIVE", help="a packed model")
    parser.add_argument("folder", metavar="FOLDER", help="is made if it does not exist")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from nnef_lsp.archive import ArchiveError
    from nnef_lsp.archive.containers.pack import unpack

    try:
        names = unpack(args.archive, args.folder)
    except ArchiveError as error:
        d.complain(error)
        return 2
    say(f"{args.folder}: {len(names)} files")
    return 0
