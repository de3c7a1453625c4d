"""`nnef-lsp pack MODEL ARCHIVE`: a model as one file.

Here: arguments and output. Not here: packing (archive/containers/pack.py).
"""

from __future__ import annotations

import argparse

from . import document as d
from .commands import UNREADABLE, Subparsers, add_command
from .drawing import say


def register(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "pack",
        "pack a model folder into an archive",
        "Pack a model into ARCHIVE (.tar, .tgz, .tar.xz, .tar.zst); equal files give equal bytes.",
        ["nnef-lsp pack model/ packed.nnef.tgz", "nnef-lsp pack model/ model.tar --force"],
        ["0 good", UNREADABLE],
    )
    parser.add_argument("model", metavar="MODEL", help="a model folder, a .nnef file or another archive")
    parser.add_argument("archive", metavar="ARCHIVE", help="its ending says how it is packed")
    parser.add_argument("--force", action="store_true", help="replace ARCHIVE if it exists")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    import os

    from nnef_lsp.archive import ArchiveError
    from nnef_lsp.archive.containers.pack import pack
    from nnef_lsp.archive.limits import bytes_text

    try:
        if os.path.lexists(args.archive) and not args.force:
            raise ArchiveError(f"{args.archive} exists already; replace it with --force.")
        names = pack(args.model, args.archive)
    except ArchiveError as error:
        d.complain(error)
        return 2
    say(f"{args.archive}: {len(names)} files, {bytes_text(os.path.getsize(args.archive))}")
    return 0
