"""`nnef-lsp verify PATH...`: run models on the inputs of the `io.npz` beside them and compare with the outputs there."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import document as d
from . import many
from .commands import FORMAT_HELP, UNREADABLE, Subparsers, add_command
from .drawing import say
from .json_text import json_text

if TYPE_CHECKING:
    from ..archive.arrays import Array
    from ..model.flattening.flat_graph import FlatGraph

BUNDLE = "io.npz"
_NUMBERED = re.compile(r"io(?:[-_.]?\d{1,6})?\.npz")


@dataclass
class Verdict:
    """What came of one model; `tensor` is the first wrong one in the order of the graph's outputs."""

    path: str
    ok: bool
    reason: str = ""
    tensor: str | None = None
    max_abs_error: float | None = None
    max_rel_error: float | None = None
    bundle: str = ""
    """Which of several bundles beside the model it is about; empty where there is one."""


class _Unreadable(Exception):
    """A bundle that cannot be read; the argument is the sentence."""


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "verify",
        f"compare a run with the expected outputs in {BUNDLE}",
        f"Run each model on the inputs in the {BUNDLE} beside it (arrays by names of tensors) and compare with the outputs "
        "there, and likewise with io-2.npz, io-3.npz, ...; without one, on input.dat and output.dat beside it (input0.dat, input1.dat, ... for several). Reports the first wrong tensor, the largest error and where it is.",
        [
            "nnef-lsp verify model/",
            "nnef-lsp verify models/*.nnef.tgz --rtol 1e-2 --atol 1e-3",
            "nnef-lsp verify model/ --io other.npz",
        ],
        ["0 all agree", "1 one does not, or cannot run", UNREADABLE],
    )
    parser.add_argument("paths", metavar="PATH", nargs="+", help=many.PATHS_HELP)
    parser.add_argument("--rtol", type=d.tolerance, metavar="R", default=1e-3, help="relative tolerance (default 1e-3)")
    parser.add_argument("--atol", type=d.tolerance, metavar="A", default=1e-4, help="absolute tolerance (default 1e-4)")
    parser.add_argument("--io", metavar="FILE.npz", help=f"the bundle, instead of {BUNDLE} beside the model")
    d.add_run(parser)
    parser.add_argument(
        "--paths",
        dest="every_path",
        action="store_true",
        help="also run every path of the numpy engine (plain and prepared, one and two threads) and say where they part",
    )
    d.add_symbols(parser)
    parser.add_argument("--format", choices=["text", "json"], default="text", help=FORMAT_HELP)
    d.add_dialect(parser)
    d.add_trust(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit status 0 if all agree, 1 if one does not, 2 if a path cannot be read."""
    from ..runtime.engines import find_engine
    from ..runtime.errors import RunError

    verdicts = []
    status = 0
    try:
        find_engine(args.engine)
    except RunError as error:
        d.complain(error.message)
        return 2
    for path in many.models_of(args.paths):
        try:
            found = verify(path, args)
        except d.ArchiveError as error:
            found = [Verdict(path, False, str(error))]
            status = 2
        verdicts += found
        status = max(status, 0 if all(verdict.ok for verdict in found) else 1)
        for verdict in found if args.format == "text" else ():
            which = f"{path} ({verdict.bundle})" if verdict.bundle else path
            say(f"ok    {which}" if verdict.ok else f"FAIL  {which}: {verdict.reason}")
    if args.format == "json":
        print(json_text([vars(verdict) for verdict in verdicts]))
    return status


def verify(path: str, args: argparse.Namespace) -> list[Verdict]:
    """Verify one model on each bundle beside it; whatever goes wrong is the verdict's reason.  Raises ArchiveError if there is
    no model."""
    document = d.open_document(path, args.dialect, trust=args.trust)
    bundles: list[str | None] = [args.io] if args.io is not None else [*_bundles(document)] or [None]
    found = []
    for file in bundles:
        verdict = _verified(path, document, file, args)
        verdict.bundle = os.path.basename(file) if file is not None and len(bundles) > 1 else ""
        found.append(verdict)
    return found


def _verified(path: str, document: d.Document, file: str | None, args: argparse.Namespace) -> Verdict:
    from ..model.flattening.flatten import Unflattenable
    from ..runtime.errors import RunError
    from ..runtime.inputs.open_extents import flatten_for_run

    try:
        bundle = _bundle(document, file, args.io)
        document = d.following(
            document, {name: bundle[name].shape for name in document.analysis.inputs if name in bundle}
        )
        errors = document.errors
        if errors:
            return Verdict(path, False, f"the model has errors: {errors[0]}")
        graph = flatten_for_run(document.analysis, _symbols(document, bundle, args.set))
        outputs = _outputs(graph, document, bundle, args)
    except (d.ArchiveError, _Unreadable) as error:
        return Verdict(path, False, str(error))
    except Unflattenable as error:
        return Verdict(path, False, d.unflattenable(document, error))
    except RunError as error:
        return Verdict(path, False, error.message)
    except MemoryError:
        return Verdict(path, False, "the run needs more memory than there is")
    return _compared(path, graph, outputs, bundle, args)


def _bundles(document: d.Document) -> list[str]:
    """The bundles of a model by number: io.npz, io-2.npz, ...  Those beside an archive are paths, all others names of files in
    the model, where no link leads out of it."""
    from ..archive.containers.folder import FolderStore

    if not isinstance(document.model.store, FolderStore):
        folder = os.path.dirname(document.path) or "."
        beside = [os.path.join(folder, name) for name in os.listdir(folder) if _NUMBERED.fullmatch(name)]
        if beside:
            return sorted(beside, key=_number)
    return sorted((name for name in document.model.files() if _NUMBERED.fullmatch(name)), key=_number)


def _number(name: str) -> tuple[int, str]:
    digits = "".join(filter(str.isdecimal, os.path.basename(name)))
    return int(digits or 0), name


def _symbols(document: d.Document, bundle: Mapping[str, Array], options: list[str]) -> dict[str, int]:
    """The values of symbolic extents: as given, else as the arrays of the bundle have them."""
    from ..model.operations.extensions import bound

    try:
        given = d.symbol_values(options)
        d.check_symbols(document.analysis, given)
    except ValueError as error:
        raise _Unreadable(str(error)) from error
    tensors = document.analysis.tensors()
    shapes = [
        (tensors[name].shape, bundle[name].shape)
        for name in document.analysis.inputs
        if name in bundle and name in tensors
    ]
    return bound(shapes, given)


def _bundle(document: d.Document, file: str | None, given: str | None) -> Mapping[str, Array]:
    """The arrays of a bundle, `given` by the user or found; without one those of tensor files beside the model.  Raises `_Unreadable`."""
    from ..archive import ArchiveError
    from ..archive.blobs import FileBlob
    from ..archive.tensors.npy import decode_npz

    if file is None:
        pair = _pair(document)
        if not pair:
            raise _Unreadable(f"{document.path} has neither {BUNDLE} nor input.dat and output.dat to compare with")
        return pair
    try:
        inside = given is None and os.path.basename(file) == file
        data = document.model.resource(file) if inside else FileBlob(file).read_all()
        arrays = decode_npz(data, f"{document.path}/{file}" if inside else file, document.model.limits)
        return {name: array.array() for name, array in arrays.items()}
    except ArchiveError as error:
        raise _Unreadable(str(error).rstrip(".")) from error


def _pair(document: d.Document) -> Mapping[str, Array]:
    """Inputs and outputs in tensor files beside the model, as conformance suites have them, where there is no bundle:
    NAME.dat for each, or `input.dat` and `output.dat` (`input0.dat`, `input1.dat`, ... in order) for a single one or all."""
    analysis, model, found = document.analysis, document.model, {}
    for kind, names in (("input", analysis.inputs), ("output", analysis.outputs)):
        for index, name in enumerate(names):
            tried = [kind] if len(names) == 1 else []
            tried += [f"{kind}{index}", f"{kind}_{index}", f"{kind}{index + 1}", f"{kind}_{index + 1}"]
            places = [name, *tried] if name not in analysis.labels else tried
            label = next((label for label in places if label not in analysis.labels and model.has(label)), None)
            if label is not None:
                found[name] = model.tensor(label).real_values()
    absent = next((name for name in analysis.inputs if name not in found), None)
    if not any(name in found for name in analysis.outputs):
        return {}
    if absent is not None:
        raise _Unreadable(f"{document.path} has tensor files for outputs, but none for the input '{absent}'")
    return found


def _outputs(
    graph: FlatGraph, document: d.Document, bundle: Mapping[str, Array], args: argparse.Namespace
) -> dict[str, Array]:
    """The outputs of a run on the bundle's inputs; raises `RunError`."""
    from ..runtime.engines import find_engine
    from ..runtime.errors import RunError
    from ..runtime.inputs.sources import checked, decoded
    from ..runtime.process.job import prepare
    from ..runtime.process.request import RunRequest

    inputs = {}
    for name in graph.inputs:
        if name not in bundle:
            raise RunError(f"{BUNDLE} has no array for the input '{name}'", tensor=name)
        array = decoded(bundle[name], graph.codes.get(name))
        inputs[name] = checked(name, array, graph.tensors[name], args.dtype, BUNDLE)
    request = RunRequest(
        graph,
        model=document.path,
        engine=args.engine,
        dtype=args.dtype,
        poison=args.poison,
        **d.kernels_for(document.graph_path, args.trust),
    )
    _, job = prepare(request, inputs)
    if args.every_path:
        from ..runtime.paths import partings

        found = partings(job, args.rtol, args.atol)
        if found:
            raise RunError("the paths of the numpy engine part: " + "; ".join(map(str, found)), tensor=found[0].tensor)
    return dict(find_engine(args.engine).load(job).run(job.inputs).tensors)


def _compared(
    path: str, graph: FlatGraph, outputs: Mapping[str, Array], bundle: Mapping[str, Array], args: argparse.Namespace
) -> Verdict:
    import numpy as np

    from ..runtime.inputs.sources import decoded

    verdict = Verdict(path, True, max_abs_error=0.0, max_rel_error=0.0)
    compared = 0
    for name in graph.outputs:
        if name not in bundle:
            continue
        compared += 1
        found, want = np.asarray(outputs[name]), decoded(np.asarray(bundle[name]), graph.codes.get(name))
        if found.shape != want.shape:
            return Verdict(path, False, f"'{name}' has shape {list(found.shape)}, expected {list(want.shape)}", name)
        a, b = found.astype(np.float64), want.astype(np.float64)
        with np.errstate(all="ignore"):
            error = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, np.abs(a - b))
            relative = error / np.maximum(np.abs(b), 1e-12)
            wrong = (error != 0) & ~(error <= args.atol + args.rtol * np.abs(b))
        largest = float(error.max()) if error.size else 0.0
        worst = float(relative.max()) if error.size else 0.0
        if wrong.any():
            index = np.unravel_index(int(np.nanargmax(np.where(wrong, error, -1.0))), wrong.shape)
            place = [int(item) for item in index]
            reason = (
                f"'{name}' is wrong in {int(wrong.sum())} of {wrong.size} items; the largest error is at {place}: "
                f"{a[index]:.6g}, expected {b[index]:.6g}"
            )
            return Verdict(path, False, reason, name, largest, worst)
        verdict.max_abs_error = max(verdict.max_abs_error or 0.0, largest)
        verdict.max_rel_error = max(verdict.max_rel_error or 0.0, worst)
    if not compared:
        return Verdict(path, False, f"{BUNDLE} has none of the graph's outputs: {', '.join(graph.outputs)}")
    return verdict
