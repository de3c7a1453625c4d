"""`nnef-lsp import FILE -o MODEL`: a model of another format as NNEF.

Here: arguments, the check and the proof, where the model goes.  Not here: the format (`exchange`).
"""

from __future__ import annotations

import argparse
import os
import re
from typing import TYPE_CHECKING, Any

from ..model.operations.dialects import DIALECTS, STANDARD
from . import document as d
from .commands import UNREADABLE, Subparsers, add_command
from .drawing import say
from .proof import add_proof, bundle_of, differing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..exchange.onnx.importing import ImportedModel
    from ..runtime.arrays.dtypes import Array

TO = [STANDARD.name, *(dialect.name for dialect in DIALECTS.values() if dialect.engine)]


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "import",
        "make NNEF of a model in another format (ONNX)",
        "Make NNEF of a model of ONNX: one statement for one node where that is possible, names kept, weights as variables. "
        "The result is checked, and with onnxruntime installed both are run: nothing is written if an output differs, and io.npz "
        "with inputs and ONNX's outputs is written beside the graph.",
        [
            "nnef-lsp import net.onnx -o net/",
            "nnef-lsp import net.onnx -o net.nnef.tgz --input image=1,1,8,8",
        ],
        [
            "0 good",
            "1 the model has operators that NNEF does not have, or an output differs; nothing is written",
            UNREADABLE,
        ],
    )
    parser.add_argument("file", metavar="FILE", help="a model of ONNX (.onnx)")
    parser.add_argument(
        "-o",
        "--output",
        metavar="MODEL",
        required=True,
        help="a new folder, or an archive (.tar, .tgz, .tar.xz, .tar.zst)",
    )
    parser.add_argument(
        "--to",
        choices=TO,
        default=STANDARD.name,
        help="which dialect to write; other than the standard by its own engine",
    )
    parser.add_argument(
        "--input", metavar="NAME=EXTENTS", action="append", default=[], help="the shape of an input: image=1,3,224,224"
    )
    parser.add_argument(
        "--set", metavar="AXIS=N", action="append", default=[], help="the extent of the axes of this name: batch=1"
    )
    parser.add_argument("--io", metavar="FILE.npz", help="inputs to prove it with (default: random ones)")
    add_proof(parser, "onnxruntime")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit status 0; 1 if the model cannot be said in NNEF; 2 for wrong use."""
    from ..archive.containers.pack import ENDINGS, is_archive_name
    from ..exchange.errors import ExchangeError, UnmappedError
    from ..exchange.packages import require
    from ..runtime.errors import RunError

    try:
        shapes, symbols = _shapes(args.input), d.symbol_values(args.set)
        ending = os.path.splitext(args.output)[1]
        if not is_archive_name(args.output) and ending in (".nnef", ".onnx", ".zip"):
            raise ValueError(f"'{args.output}' is neither a folder nor an archive ({', '.join(ENDINGS)})")
        if os.path.lexists(args.output.rstrip("/")) and not args.force and not _is_empty(args.output):
            raise ValueError(f"{args.output} exists already; replace it with --force")
        if os.path.isdir(args.output) and args.force and not _is_model(args.output):
            raise ValueError(f"{args.output} is a folder that is not a model; --force replaces models only")
        if os.path.splitext(args.file)[1].lower() != ".onnx":
            raise ValueError(f"'{args.file}' does not end in .onnx, the one format that is read")
        require("onnx")
        return _import(args, shapes, symbols)
    except UnmappedError as error:
        d.complain(
            f"{args.file} cannot be said in standard NNEF; {len(error.unmapped)} of its nodes have no counterpart:"
        )
        for item in error.unmapped:
            d.complain(item.sentence)
        engines = [name for name in TO if name != STANDARD.name]
        d.complain(f"--to {engines[0]} may be able to, by way of the package of that name") if engines else None
        return 1
    except RunError as error:
        d.complain(error.message)
        return 1
    except ExchangeError as error:
        d.complain(error.message)
        return 2
    except (d.ArchiveError, ValueError) as error:
        d.complain(error)
        return 2


def _is_empty(path: str) -> bool:
    return os.path.isdir(path) and not os.listdir(path)


def _is_model(path: str) -> bool:
    return _is_empty(path) or os.path.isfile(os.path.join(path, "graph.nnef"))


def _shapes(options: list[str]) -> dict[str, list[int]]:
    """`NAME=1,3,224,224` options; raises ValueError."""
    found = {}
    for option in options:
        name, equals, text = option.rpartition("=")
        if not equals or not re.fullmatch(r"\s*\d{1,9}\s*([,x]\s*\d{1,9}\s*)*", text):
            raise ValueError(f"'{option}' does not say the shape of an input: expected NAME=1,3,224,224")
        found[name] = [int(part) for part in re.split("[,x]", text)]
    return found


def _import(args: argparse.Namespace, shapes: dict[str, list[int]], symbols: dict[str, int]) -> int:
    from ..archive.containers.pack import is_archive_name, pack
    from ..archive.staging import staged, take_place

    target = args.output.rstrip("/\\") or args.output
    with staged(target) as made:
        folder = f"{made}.folder"
        os.mkdir(folder)
        if args.to == STANDARD.name:
            wrong, told = _standard(args, shapes, symbols, folder)
        else:
            wrong, told = _by_engine(args, shapes, symbols, folder)
        for sentence in wrong:
            d.complain(sentence)
        if wrong and not args.force:
            d.complain(f"{args.output} is not written (--force writes it all the same)")
            return 1
        if is_archive_name(target):
            pack(folder, made)
            take_place(made, target)
        else:
            take_place(folder, target)
    say(f"{args.output}: {told}")
    return 0


def _standard(
    args: argparse.Namespace, shapes: dict[str, list[int]], symbols: dict[str, int], folder: str
) -> tuple[list[str], str]:
    """Our own translation, written into a folder: what is wrong with it, and what it is."""
    from ..archive import write_tensor
    from ..archive.names import label_file
    from ..exchange.onnx.importing import read_model

    model = read_model(args.file, shapes, symbols)
    with open(os.path.join(folder, "graph.nnef"), "w", encoding="utf-8") as file:
        file.write(model.text)
    for label, array in model.arrays():
        write_tensor(os.path.join(folder, *label_file(label).split("/")), array)
    for note in model.notes:
        say(f"note: {note}")
    document = d.open_document(folder, STANDARD.name)
    errors = [f"the graph that was made has an error: {text}" for text in document.errors]
    if not errors and not args.no_proof:
        errors = _disproved(document, args, folder, model)
    return errors, f"{model.nodes} nodes became {model.statements} statements, {len(model.variables)} of them variables"


def _disproved(document: d.Document, args: argparse.Namespace, folder: str, model: ImportedModel) -> list[str]:
    """What differs between runs of both; inputs and ONNX's outputs go to io.npz."""
    import numpy as np

    from ..archive.tensors.npy import write_npz
    from ..runtime.engines import find_engine
    from ..runtime.engines.onnxruntime_engine import ENGINE
    from ..runtime.engines.onnxruntime_session import OnnxSession
    from ..runtime.process.job import prepare
    from ..runtime.process.request import RunRequest
    from .run import flat_graph

    missing = ENGINE.missing()
    if missing is not None:
        say(f"not proved: onnxruntime is not installed ({missing})")
        return []
    graph = flat_graph(document)
    assert graph is not None, "a graph without errors"
    given = _given(args.io, model.inputs)
    request = RunRequest(graph, model=folder, default_input="random:0", dtype="float64" if model.double else "float32")
    _, job = prepare(request, given)
    result = find_engine("numpy").load(job).run(job.inputs).outputs
    fed = {name: job.inputs[ours] for name, ours in model.inputs.items()}
    found = {name: np.asarray(array) for name, array in OnnxSession(args.file).run(fed).items()}
    expected = {ours: found[name] for name, ours in model.outputs.items()}
    write_npz(
        os.path.join(folder, "io.npz"), {**{ours: job.inputs[ours] for ours in model.inputs.values()}, **expected}
    )
    return differing(expected, result, args.rtol, args.atol)


def _given(path: str | None, names: Mapping[str, str]) -> dict[str, Array]:
    """Inputs from a file, under ONNX's names or ours."""
    if path is None:
        return {}
    arrays = bundle_of(path)
    either = {ours: name if name in arrays else ours for name, ours in names.items()}
    return {ours: arrays[name] for ours, name in either.items() if name in arrays}


def _by_engine(
    args: argparse.Namespace, shapes: dict[str, list[int]], symbols: dict[str, int], folder: str
) -> tuple[list[str], str]:
    """The dialect's own engine reads the file and writes the model."""
    from ..runtime.engines import find_engine
    from ..runtime.errors import RunError

    engine: Any = find_engine(DIALECTS[args.to].engine)
    if not hasattr(engine, "convert"):
        raise RunError(f"the engine '{engine.name}' does not write models")
    told: str = engine.convert(args.file, shapes, symbols, folder)
    return [] if args.no_proof else _otherwise(args, engine, folder), told


def _otherwise(args: argparse.Namespace, engine: Any, folder: str) -> list[str]:
    """What differs between what the engine makes of its own model and onnxruntime of the file."""
    from ..archive.tensors.npy import write_npz
    from ..runtime.engines.onnxruntime_engine import ENGINE
    from ..runtime.engines.onnxruntime_session import OnnxSession

    missing = ENGINE.missing()
    if missing is not None:
        say(f"not proved: onnxruntime is not installed ({missing})")
        return []
    inputs, outputs = engine.trial(folder)
    session = OnnxSession(args.file)
    fed = dict(zip(session.inputs, inputs.values(), strict=True))
    found = dict(zip(outputs, session.run(fed).values(), strict=True))
    write_npz(os.path.join(folder, "io.npz"), {**inputs, **found})
    return differing(found, outputs, args.rtol, args.atol)
