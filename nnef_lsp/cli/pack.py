"""`nnef-lsp pack MODEL ARCHIVE`: a model as one file.

Here: arguments and output. Not here: packing (archive/pack.py).
"""

from __future__ import annotations

import argparse
import sys
from typing import Any


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "pack",
        help="pack a model folder into an archive",
        description="Pack a model into ARCHIVE (.tar, .tgz, .tar.xz, .tar.zst); equal files give equal bytes.",
    )
    parser.add_argument("model", metavar="MODEL", help="a model folder, a .nnef file or another archive")
    parser.add_argument("archive", metavar="ARCHIVE")
    parser.add_argument("--force", action="store_true", help="replace ARCHIVE if it exists")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    import os

    from nnef_lsp.archive import ArchiveError
    from nnef_lsp.archive.limits import bytes_text
    from nnef_lsp.archive.pack import pack

    try:
        if os.path.lexists(args.archive) and not args.force:
            raise ArchiveError(f"{args.archive} exists already; replace it with --force.")
        names = pack(args.model, args.archive)
    except ArchiveError as error:
        print(f"nnef-lsp: {error}", file=sys.stderr)
        return 1
    print(f"{args.archive}: {len(names)} files, {bytes_text(os.path.getsize(args.archive))}")
    return 0
