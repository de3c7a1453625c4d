"""`nnef-lsp bug-report PATH`: what we need to mend a mistake of ours, without the model's names and weights."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import zipfile
from dataclasses import asdict

from . import document as d
from .commands import UNREADABLE, Subparsers, add_command


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "bug-report",
        "pack what repeats a mistake of nnef-lsp itself",
        "Write a zip file with the versions of nnef-lsp and what it uses, the settings that hold for the model, the errors of "
        "nnef-lsp itself with their tracebacks, and as little of the graph as shows the first of them: every name and label is "
        "replaced, comments and weights are left out. Read it before you send it.",
        ["nnef-lsp bug-report model/", "nnef-lsp bug-report model/graph.nnef --output report.zip"],
        ["0 the report is written", UNREADABLE],
    )
    parser.add_argument("path", metavar="PATH", help="a model, or a graph.nnef")
    parser.add_argument("--output", default="nnef-lsp-report.zip", help="the file to write (default: %(default)s)")
    d.add_dialect(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit status 0, or 2 if the model cannot be read or the report not be written."""
    from ..archive import open_model
    from ..ide.bug_report import reduced
    from ..model.operations.dialects import DIALECTS
    from ..project.configuration import settings_for

    try:
        text = open_model(args.path).graph_text()
        settings = settings_for(args.path)
    except d.ArchiveError as error:
        d.complain(error)
        return 2
    graph, faults = reduced(text, DIALECTS.get(args.dialect or settings.dialect or ""))
    files = {
        "versions.json": json.dumps(_versions(), indent=2),
        "settings.json": json.dumps(asdict(settings), indent=2, default=repr),
        "faults.txt": "\n\n".join(f"{fault.what}: {fault.error} ({fault.where})\n{fault.trace}" for fault in faults),
        "graph.nnef": graph,
    }
    try:
        with zipfile.ZipFile(args.output, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in files.items():
                packed.writestr(name, content.encode("utf-8", "surrogatepass"))
    except OSError as error:
        d.complain(f"{args.output} cannot be written: {error.strerror}")
        return 2
    count = f"{len(faults)} error{'s' if len(faults) > 1 else ''}"
    said = f"{count} of nnef-lsp itself" if faults else "no error of nnef-lsp itself, only the graph"
    print(f"{os.path.abspath(args.output)}: {said}; names are replaced, read it before you send it")
    return 0


def _versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": sys.version, "platform": platform.platform()}
    for name in ("nnef-lsp", "pygls", "lsprotocol", "lark", "numpy"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
