"""`nnef-lsp export MODEL FILE`: a model in another format.

Here: arguments, the proof, where the file goes.  Not here: the format (`exchange`).
"""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any

from . import document as d
from .commands import PATH_HELP, UNREADABLE, Subparsers, add_command
from .drawing import say
from .proof import add_proof, bundle_of, differing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..model.flattening.flat_graph import FlatGraph
    from ..runtime.arrays.dtypes import Array


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "export",
        "write a model in another format (ONNX)",
        "Write a model as ONNX, in the lowest version of its operators that can say it, checked by ONNX's own checker. With "
        "onnxruntime installed both models are run, and nothing is written if an output differs. Weights of more than 1.8 GiB "
        "go to a file FILE.onnx.data beside it.",
        ["nnef-lsp export model/ model.onnx", "nnef-lsp export model.nnef.tgz out.onnx --opset 13"],
        [
            "0 good",
            "1 the model has errors, or operations that the format does not have, or an output differs; nothing is written",
            UNREADABLE,
        ],
    )
    parser.add_argument("path", metavar="MODEL", help=PATH_HELP)
    parser.add_argument("file", metavar="FILE.onnx", help="its ending says which format it is")
    parser.add_argument(
        "--opset",
        type=d.count_from(7),
        metavar="N",
        default=7,
        help="the least version of ONNX's operators (default 7)",
    )
    parser.add_argument(
        "--external-data", action="store_true", help="keep the weights in FILE.onnx.data, whatever their size"
    )
    parser.add_argument(
        "--io", metavar="FILE.npz", help="inputs to prove it with (default: io.npz beside the graph, else random ones)"
    )
    add_proof(parser, "onnxruntime")
    d.add_symbols(parser)
    d.add_dialect(parser)
    d.add_trust(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit status 0; 1 if the model cannot be written; 2 for wrong use."""
    from ..exchange.errors import ExchangeError, UnmappedError
    from ..exchange.packages import require
    from ..runtime.errors import RunError
    from .run import flat_graph

    try:
        if os.path.splitext(args.file)[1].lower() != ".onnx":
            raise ValueError(f"'{args.file}' does not end in .onnx, the one format that models are exported to")
        if os.path.lexists(args.file) and not args.force:
            raise ValueError(f"{args.file} exists already; replace it with --force")
        require("onnx")
        document = d.open_document(args.path, args.dialect, trust=args.trust)
        symbols = d.symbol_values(args.set)
        d.check_symbols(document.analysis, symbols)
    except (d.ArchiveError, ValueError) as error:
        d.complain(error)
        return 2
    except ExchangeError as error:
        d.complain(error.message)
        return 2
    graph = flat_graph(document, symbols)
    if graph is None:
        return 1
    try:
        return _export(document, graph, args)
    except UnmappedError as error:
        _complain_of(document, error)
        return 1
    except (ExchangeError, RunError) as error:
        d.complain(error.message)
        return 1
    except d.ArchiveError as error:
        d.complain(error)
        return 2


def _complain_of(document: d.Document, error: Any) -> None:
    """All operations that cannot be written, each with its place."""
    d.complain(
        f"{document.path} cannot be written as ONNX; {len(error.unmapped)} of its operations have no counterpart:"
    )
    for item in error.unmapped:
        at = document.analysis.source.position(item.site.start)
        d.complain(f"{document.graph_path}:{at.line + 1}:{at.column + 1}: {item.sentence}")


def _export(document: d.Document, graph: FlatGraph, args: argparse.Namespace) -> int:
    from ..archive.limits import bytes_text
    from ..archive.staging import staged, take_place
    from ..exchange.onnx.exporting import check, translate
    from ..exchange.onnx.model_file import INSIDE_BYTES, write_model
    from ..runtime.inputs.weights import model_weights

    model = translate(graph, opset=args.opset)
    check(model)
    with staged(args.file) as made:
        weights = model_weights(document.model, graph)
        files = write_model(model, weights, made, -1 if args.external_data else INSIDE_BYTES)
        wrong = [] if args.no_proof else _disproved(document, graph, made, args)
        for sentence in wrong:
            d.complain(sentence)
        if wrong and not args.force:
            d.complain(f"{args.file} is not written (--force writes it all the same)")
            return 1
        size = sum(map(os.path.getsize, files))
        for path in reversed(files):
            take_place(path, os.path.join(os.path.dirname(os.path.abspath(args.file)), os.path.basename(path)))
    if graph.quantization:
        d.complain("graph.quant is left out: ONNX's model computes in real numbers")
    say(f"{args.file}: {len(model.proto.graph.node)} nodes, opset {model.opset}, {bytes_text(size)}")
    return 0


def _disproved(document: d.Document, graph: FlatGraph, path: str, args: argparse.Namespace) -> list[str]:
    """What differs between a run of the graph and one of the file; nothing if there is no runtime to tell."""
    from ..model.extents.dims import symbols_of
    from ..runtime.engines import find_engine
    from ..runtime.engines.onnxruntime_engine import ENGINE
    from ..runtime.engines.onnxruntime_session import OnnxSession
    from ..runtime.errors import RunError
    from ..runtime.process.job import prepare
    from ..runtime.process.request import RunRequest

    missing = ENGINE.missing()
    if missing is not None:
        say(f"not proved: onnxruntime is not installed ({missing})")
        return []
    if any(symbols_of(e) for name in graph.inputs for e in graph.tensors[name].shape or ()):
        say("not proved: extents of its inputs are symbolic")
        return []
    given = _saved(document, args.io)
    request = RunRequest(
        graph, model=args.path, default_input="random:0", **d.kernels_for(document.graph_path, args.trust)
    )
    _, job = prepare(request, given)
    expected = find_engine("numpy").load(job).run(job.inputs).outputs
    try:
        found = OnnxSession(path).run(job.inputs)
    except RunError as error:
        return [error.message]
    return differing(expected, found, args.rtol, args.atol)


def _saved(document: d.Document, path: str | None) -> Mapping[str, Array]:
    """Inputs from a bundle."""
    default = os.path.join(os.path.dirname(document.graph_path), "io.npz")
    if path is None and not os.path.isfile(default):
        return {}
    try:
        arrays = bundle_of(path or default)
    except d.ArchiveError:
        if path is None:
            return {}
        raise
    return {name: array for name, array in arrays.items() if name in document.analysis.inputs}
