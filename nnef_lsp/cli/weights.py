"""`nnef-lsp weights import|export`: exchange weights with safetensors, numpy and gguf files.

Here: arguments, the map file and output. Not here: matching and writing (archive/weights.py).
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from . import document as d
from .commands import FORMAT_HELP, UNREADABLE, Subparsers, add_command
from .drawing import say

if TYPE_CHECKING:
    from nnef_lsp.archive.weights import ImportPlan


def register(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "weights",
        "import or export a model's weights",
        "Exchange weights with .npy, .npz, .safetensors and .gguf files.",
        [
            "nnef-lsp weights export model/ weights.safetensors",
            "nnef-lsp weights import model/ weights.safetensors --dry-run",
        ],
        ["0 good", "1 a tensor does not fit", UNREADABLE],
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="import | export")
    taking = add_command(
        actions,
        "import",
        "write the tensors of a file into a model's .dat files",
        "Write matching tensors of FILE (.npy, .npz, .safetensors, .gguf) into the .dat files of MODEL. Shapes and types are "
        "checked first; either all files are written or none.",
        [
            "nnef-lsp weights import model/ weights.safetensors --dry-run",
            "nnef-lsp weights import model/ filter.npz --map conv1/filter=arr_0",
        ],
        ["0 good", "1 a tensor does not fit, or none does", UNREADABLE],
    )
    taking.add_argument("model", metavar="MODEL", help="a model folder")
    taking.add_argument("file", metavar="FILE", help="where the tensors come from")
    taking.add_argument(
        "--map", action="append", default=[], metavar="LABEL=NAME | MAP.json", help="which tensor of FILE a label takes"
    )
    taking.add_argument("--dry-run", action="store_true", help="only show what would change")
    taking.add_argument("--cast", action="store_true", help="allow types that lose precision")
    taking.add_argument("--format", choices=["text", "json"], default="text", help=FORMAT_HELP)
    taking.set_defaults(run=run_import)
    giving = add_command(
        actions,
        "export",
        "write all tensors of a model as one safetensors file",
        "Write all tensors of a model as one safetensors file.",
        ["nnef-lsp weights export model/ weights.safetensors"],
        ["0 good", UNREADABLE],
    )
    giving.add_argument("model", metavar="MODEL", help="a model folder or an archive")
    giving.add_argument("file", metavar="FILE.safetensors", help="is replaced if it exists")
    giving.set_defaults(run=run_export)


def run_import(args: argparse.Namespace) -> int:
    from nnef_lsp.archive import ArchiveError, open_model
    from nnef_lsp.archive.foreign import read_foreign
    from nnef_lsp.archive.weights import apply_import, plan_import

    try:
        names = _names(args.map)
        with open_model(args.model) as model:
            tensors = read_foreign(args.file)
            plan = plan_import(model, tensors, names, _declared(args.model), cast=args.cast)
            if not plan.replacements:
                d.complain(f"no tensor of {args.file} matches a label of {args.model}; name them with --map.")
                return 1
            _print(args, plan)
            written = 0 if args.dry_run else apply_import(model, tensors, plan)
    except ArchiveError as error:
        d.complain(error)
        return 2
    if args.format == "text":
        print(
            "Nothing was written (dry run)."
            if args.dry_run
            else f"{written} {'file' if written == 1 else 'files'} written."
        )
    return 1 if plan.problems else 0


def _declared(path: str) -> dict[str, tuple[tuple[int, ...], str]]:
    """(shape, type) of the variables of the graph by label; none of a graph that has errors: files alone count then."""
    from nnef_lsp.cli.document import open_document
    from nnef_lsp.model.flattening.flatten import Unflattenable, flatten

    document = open_document(path)
    try:
        graph = None if document.errors else flatten(document.analysis)
    except Unflattenable:
        graph = None
    found: dict[str, tuple[tuple[int, ...], str]] = {}
    for invocation in graph.invocations if graph else []:
        shape = invocation.ints("shape")
        if invocation.operation == "variable" and shape and all(isinstance(extent, int) for extent in shape):
            found[str(invocation.attributes["label"]).lstrip("/")] = (tuple(shape), invocation.generic or "scalar")
    return found


def _names(options: list[str]) -> dict[str, str]:
    from nnef_lsp.archive import ArchiveError
    from nnef_lsp.archive.errors import last_sentence, quoted

    names: dict[str, str] = {}
    for option in options:
        label, equals, name = option.partition("=")
        if equals:
            names[label] = name
            continue
        try:
            with open(option, encoding="utf-8") as file:
                content = json.load(file)
        except (OSError, ValueError, RecursionError) as error:
            raise ArchiveError(
                f"The map '{quoted(option)}' cannot be read: {last_sentence(error)}; write LABEL=NAME, or name a JSON file."
            ) from error
        if not isinstance(content, dict) or not all(isinstance(value, str) for value in content.values()):
            raise ArchiveError(f'The map {option} must be a JSON object such as {{"label": "name"}}.')
        names |= content
    return names


def _print(args: argparse.Namespace, plan: ImportPlan) -> None:
    if args.format == "json":
        facts = [{**vars(item), "shape": list(item.shape)} for item in plan.replacements]
        print(json.dumps({"replacements": facts, "missing": list(plan.missing), "unused": list(plan.unused)}))
        return
    for item in plan.replacements:
        say(item.text())
    for label in plan.missing:
        say(f"{label}: no tensor in the file, stays as it is")
    for name in plan.unused:
        say(f"{name}: no label in the model, not used")


def run_export(args: argparse.Namespace) -> int:
    from nnef_lsp.archive import ArchiveError, open_model
    from nnef_lsp.archive.weights import export_weights

    try:
        with open_model(args.model) as model:
            written, skipped = export_weights(model, args.file)
    except ArchiveError as error:
        d.complain(error)
        return 2
    for label in skipped:
        say(f"{label}: strings have no place in safetensors, left out", file=sys.stderr)
    say(f"{args.file}: {len(written)} tensors")
    return 0
