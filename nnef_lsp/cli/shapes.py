"""`nnef-lsp shapes PATH...`: every tensor of every graph with its inferred shape and type."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from ..model.dims import format_shape
from ..model.facts import Tensor
from . import document as d
from .drawing import visible


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("shapes", help="print every tensor with its inferred shape and type")
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a .nnef file, a model folder or an archive")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    d.add_dialect(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit status 0, or 2 if a path cannot be read."""
    status = 0
    found: dict[str, Any] = {}
    for path in args.paths:
        try:
            tensors = d.open_document(path, args.dialect).analysis.tensors()
        except d.ArchiveError as error:
            d.complain(error)
            status = 2
            continue
        found[path] = {name: {"shape": plain_shape(fact), "dtype": fact.dtype} for name, fact in tensors.items()}
        if args.format == "text":
            _print(path, tensors, len(args.paths) > 1)
    if args.format == "json":
        json.dump(found, sys.stdout)
        print()
    return status


def plain_shape(fact: Tensor) -> list[Any] | None:
    """Extents as integers, symbolic ones as text; None for a shape of unknown rank."""
    return None if fact.shape is None else [item if isinstance(item, int) else str(item) for item in fact.shape]


def _print(path: str, tensors: dict[str, Tensor], heading: bool) -> None:
    if heading:
        print(path)
    width = min(40, max(map(len, tensors), default=0))
    for name, fact in tensors.items():
        print(f"{visible(name):<{width}}  {fact.dtype:<8} {format_shape(fact.shape)}")
