"""`nnef-lsp tensor FILE`: look at one tensor file.

Here: arguments and output. Not here: how anything is read or drawn (archive/).
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from . import document as d
from .commands import FORMAT_HELP, Subparsers, add_command
from .drawing import say, uses_colour

if TYPE_CHECKING:
    from nnef_lsp.archive.statistics.statistics import Statistics
    from nnef_lsp.archive.tensors.decoding import Entry
    from nnef_lsp.archive.tensors.tensor import Tensor
    from nnef_lsp.json_data import JsonObject


def register(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "tensor",
        "show the header, statistics, histogram and a heat map of a tensor",
        "Show a .dat file, or one tensor of a model (folder, .tar, .tgz), .npy, .npz, .safetensors or .gguf file.",
        [
            "nnef-lsp tensor model/conv1/filter.dat",
            "nnef-lsp tensor model.nnef.tgz --label conv1/filter --image filters.png",
            "nnef-lsp tensor model/conv1/filter.dat --export filter.npy",
            "nnef-lsp tensor other.npz --label image --format json",
        ],
        ["0 good", "1 the file is refused, with the reason, or a result cannot be written", "2 for wrong use"],
    )
    parser.add_argument("file", metavar="FILE", help="a .dat file, or one that holds several tensors")
    parser.add_argument("--label", help="which tensor, when FILE holds several")
    parser.add_argument("--format", choices=["text", "json"], default="text", help=FORMAT_HELP)
    parser.add_argument("--export", metavar="FILE.npy", help="write the decoded items as a numpy file")
    parser.add_argument(
        "--real", action="store_true", help="export the real values that stored codes stand for, instead of the codes"
    )
    parser.add_argument("--image", metavar="FILE.png", help="write the items as a picture, filters in a grid")
    parser.add_argument("--exact", action="store_true", help="look at every item of a tensor above 64 MiB, too")
    parser.add_argument("--header", action="store_true", help="print the header only")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from nnef_lsp.archive import ArchiveError
    from nnef_lsp.archive.foreign import tensor_at

    try:
        with tensor_at(args.file, args.label) as tensor:
            return _show(args, tensor)
    except ArchiveError as error:
        d.complain(error)
        return 1


def _show(args: argparse.Namespace, tensor: Tensor) -> int:
    from nnef_lsp.archive.statistics.statistics import summarise
    from nnef_lsp.project.stored_codes import entry_of

    facts = None if args.header else summarise(tensor, exact=True if args.exact else None)
    entry = entry_of(args.file, tensor, args.label)
    _write_files(args, tensor, entry)
    if args.format == "json":
        print(json.dumps(_as_json(args, tensor, facts, entry), allow_nan=False))
    else:
        say(*_as_lines(tensor, facts, entry))
        if facts is not None:
            print("".join(f"{line}\n" for line in _drawings(tensor, facts)), end="")  # in colours of our own
    return 0


def _write_files(args: argparse.Namespace, tensor: Tensor, entry: Entry | None) -> None:
    """Both files or, when the tensor cannot be decoded or drawn, neither."""
    from nnef_lsp.archive import TensorFile
    from nnef_lsp.archive.pictures.image import colour_image
    from nnef_lsp.archive.pictures.png import write_png
    from nnef_lsp.archive.tensors.npy import write_npy

    array = None
    if args.export:
        array = tensor.real_values(entry) if args.real and isinstance(tensor, TensorFile) else tensor.array()
    image = colour_image(tensor) if args.image else None
    if array is not None:
        write_npy(args.export, array)
    if image is not None:
        write_png(args.image, image)


def _as_json(args: argparse.Namespace, tensor: Tensor, facts: Statistics | None, entry: Entry | None) -> JsonObject:
    known = {"file": args.file, "label": args.label, "shape": list(tensor.shape), "itemType": tensor.item_type}
    known |= {"nnefType": tensor.nnef_type, "bytes": tensor.bytes, "notices": list(tensor.notices)}
    real = _real_values(tensor, entry) if facts is not None else {}
    return {**known, **(facts.as_json() if facts else {}), **real}


def _real_values(tensor: Tensor, entry: Entry | None) -> JsonObject:
    """What codes stand for, in numbers."""
    from nnef_lsp.archive import TensorFile
    from nnef_lsp.archive.statistics.statistics import summarise

    if not isinstance(tensor, TensorFile) or (entry is None and tensor.header.deprecated_range is None):
        return {}
    return {"realValues": summarise(tensor.real_values(entry), channels=False).as_json()}


def _as_lines(tensor: Tensor, facts: Statistics | None, entry: Entry | None) -> list[str]:
    from nnef_lsp.archive import TensorFile
    from nnef_lsp.archive.pictures.preview import real_value_lines, summary_lines

    lines = [f"{tensor.where}: {tensor.item_type} {list(tensor.shape)} ({tensor.nnef_type})"]
    lines += [f"note    {notice}" for notice in tensor.notices]
    if facts is None:
        return lines
    real = real_value_lines(tensor, entry) if isinstance(tensor, TensorFile) else []
    return [*lines, *summary_lines(facts), *real]


def _drawings(tensor: Tensor, facts: Statistics) -> list[str]:
    from nnef_lsp.archive.pictures.preview import heat_map_lines, histogram_lines

    if facts.minimum is None:
        return []
    lines = ["", *histogram_lines(facts)]
    if 1 <= len(facts.shape) <= 4 and facts.count > 1:
        lines += ["", *heat_map_lines(tensor, colour=uses_colour(sys.stdout))]
    return lines
