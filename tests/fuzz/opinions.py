"""What others make of a random network, and whether it is what we make of it.

    found = Opinions(python).differences(made)          # [] if everybody agrees, or has no opinion for a known reason

Five opinions are asked: Khronos' parser and shape inference, Khronos' C++ runtime, the interpreter of NNEF-Tools, tract,
and the plain loops of `nnef_lsp.conformance.reference`, which share no code with the executor.  Each is first asked about
the network as it stands.  Where one refuses or says something else, each invocation of the flat graph is asked for by
itself, with the inputs that it has in our run: so one operation that a tool lacks hides nothing of the others.

Our values are those of `nnef-lsp run`; that the engine's other ways give the same is asked too (`verify --paths`).
Differences that docs/differences.md explains are in `explained.py`, by operation, arguments and data.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any, NamedTuple

import numpy as np

from nnef_lsp.archive import open_model, write_tensor
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.flattening.flat_graph import FlatGraph, tensor_names
from nnef_lsp.model.operations.dialects import STANDARD
from nnef_lsp.model.quantization.analysis import QuantAnalysis
from nnef_lsp.project.model_files import ModelWeights
from nnef_lsp.rules import diagnose, diagnose_quant
from nnef_lsp.runtime.engines import find_engine
from nnef_lsp.runtime.execution.execute import Session
from nnef_lsp.runtime.inputs.open_extents import flatten_for_run
from nnef_lsp.runtime.paths import partings
from nnef_lsp.runtime.planning.plan import SOURCES, make_plan
from nnef_lsp.runtime.process.job import prepare
from nnef_lsp.runtime.process.request import RunRequest
from nnef_lsp.syntax.source import Source

from .engines import Engine
from .explained import OTHERS, SIGNED_CODES, explained, no_opinion, not_of_scalars, panics
from .khronos import Khronos
from .networks import Network
from .quantized import Codes, real, spelled_out
from .step import Step, plain_name

ENGINES = ("khronos", "nnef-tools", "tract")
DEFINITIONS = "definitions"
PATHS, STEPS_OF_TRACT = 3, 4
"""One network in so many goes every path of the engine, and is asked of tract step by step: each takes as long as all
the rest."""
LOOPS = 40_000
"""Items that the plain loops may visit where nobody asks for their verdict."""


class Difference(NamedTuple):
    """`kind` says it without the names and numbers of this network; `why` is the explanation, empty if there is none."""

    kind: str
    detail: str
    why: str = ""


class Opinions:
    """Everybody who is asked.  `counts` says how often who agreed about what."""

    def __init__(self, python: str, engines: tuple[str, ...] = ENGINES) -> None:
        self.khronos = Khronos()
        self.engines = [Engine(name, python) for name in engines]
        self.counts: Counter[str] = Counter()
        self.panics = Random("panics")

    def close(self) -> None:
        """End the processes."""
        self.khronos.close()
        for engine in self.engines:
            engine.close()

    def differences(self, made: Network) -> list[Difference]:
        """All differences over one network."""
        folder = tempfile.mkdtemp(prefix="nnef-lsp-fuzz-")
        try:
            _write(folder, made.text, made.weights, made.quantization)
            return list(self._differences(made, folder))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _differences(self, made: Network, folder: str) -> Iterator[Difference]:
        analysis = Analysis(Source(made.text), STANDARD, ModelWeights(open_model(folder)))
        listed = diagnose(analysis)
        if made.quantization and made.wrong is None:
            listed += diagnose_quant(QuantAnalysis(Source(made.quantization, "quant"), analysis))
        errors = [f"{item.rule}: {item.message}" for item in listed if item.severity == "error"]
        theirs = self.khronos.ask(made.text, made.quantization)
        self.counts["khronos parser: networks"] += 1
        if made.wrong is not None:
            yield from self._wrong(made, errors, theirs)
            return
        if errors:
            yield Difference(f"our error: {_plain(errors[0])}", errors[0])
            return
        run = _Run(flatten_for_run(analysis, {}), folder, made.inputs)
        steps = list(run.steps())
        yield from self._shapes(made, theirs, analysis, steps)
        yield from self._codes(made, run)
        explicit = spelled_out(made)
        if explicit.text != made.text:
            yield from self._quantized(made, explicit, folder)
            return
        yield from self._computed(made, folder, run, steps)

    def _computed(self, made: Network, folder: str, run: _Run, steps: list[Step]) -> Iterator[Difference]:
        """What our own paths, the definitions and the engines say of a network's values."""
        if _one_in(PATHS, made):
            self.counts["paths of our own: networks"] += 1
            for parting in partings(run.job):
                yield Difference(f"paths: {parting.operation}: {parting.path}", str(parting))
        for step in steps:
            yield from self._defined(step)
        for engine in self.engines:
            yield from self._values(engine, made, folder, run, steps)

    def _codes(self, made: Network, run: _Run) -> Iterator[Difference]:
        """Weights that are codes: what the entry makes of them (5.2.1, 7.1)."""
        for name, codes in made.codes.items():
            if name in run.arrays:
                self.counts[f"{DEFINITIONS}: weights that are codes"] += 1
                if not same(run.arrays[name], real(codes), 1e-5, 1e-6):
                    detail = f"{codes}: ours {_shown(run.arrays[name])} wanted {_shown(real(codes))}"
                    yield Difference(f"{DEFINITIONS}: codes of {codes.operation}", detail)

    def _quantized(self, made: Network, explicit: Network, folder: str) -> Iterator[Difference]:
        """A network with entries for what it computes is, as `run --quantize` does it, the network with an invocation for
        each; which the others are then asked about."""
        with tempfile.TemporaryDirectory(dir=folder) as place:
            _write(place, explicit.text, explicit.weights, explicit.quantization)
            analysis = Analysis(Source(explicit.text), STANDARD, ModelWeights(open_model(place)))
            run = _Run(flatten_for_run(analysis, {}), place, made.inputs)
            quantized = _Run(
                flatten_for_run(Analysis(Source(made.text), STANDARD, ModelWeights(open_model(folder))), {}),
                folder,
                made.inputs,
                quantize=True,
            )
            self.counts["our own --quantize: networks"] += 1
            for name, array in quantized.outputs.items():
                if not same(array, run.outputs[name]):
                    detail = f"{name}: {_shown(array)}, and with invocations {_shown(run.outputs[name])}"
                    yield Difference("--quantize: other values than with invocations", detail)
            steps = list(run.steps())
            yield from self._computed(explicit, place, run, steps)
            tools = next((engine for engine in self.engines if engine.name == "nnef-tools"), None)
            if tools is not None:
                found = tools.run(folder, made.inputs)
                spelt = tools.run(place, made.inputs)
                if isinstance(found, str) or isinstance(spelt, str):
                    self.counts["nnef-tools: networks with graph.quant refused"] += 1
                    return
                self.counts["nnef-tools: networks with graph.quant"] += 1
                for name, array in found.items():
                    if not same(array, spelt.get(name)):
                        detail = f"{name}: {_shown(array)}, and with invocations {_shown(spelt.get(name))}"
                        yield Difference("nnef-tools: graph.quant is not its invocations", detail)

    # ---- verdicts and shapes

    def _wrong(self, made: Network, errors: list[str], theirs: dict[str, Any]) -> Iterator[Difference]:
        """A network that nobody should accept."""
        from ..model.test_shapes_differential import excused

        assert made.wrong is not None
        operation = made.wrong[0]
        self.counts["khronos parser: wrong networks"] += 1
        if not errors:
            yield Difference(f"accepted: {operation}", "we find nothing wrong")
        elif "shapes" in theirs:
            from ..model.test_shapes_differential import theirs as asked

            why = excused(made.wrong, None, asked(made.wrong)) or ""
            yield Difference(f"khronos parser accepts: {operation}: {_plain(errors[0])}", errors[0], why)

    def _shapes(
        self, made: Network, theirs: dict[str, Any], analysis: Analysis, steps: list[Step]
    ) -> Iterator[Difference]:
        tensors = analysis.tensors()
        if "shapes" in theirs:
            for name, shape in theirs["shapes"].items():
                if name not in tensors or shape is None:
                    continue
                if list(tensors[name].shape or ()) != list(shape):
                    kind = f"khronos parser: shape of {made.makers.get(name, 'a source')}"
                    yield Difference(kind, f"{name}: {tensors[name].shape} and {shape}")
            self.counts["khronos parser: networks of the same shapes"] += 1
            return
        refused = False
        for step in steps:
            answer = self.khronos.ask(step.text())
            if "shapes" in answer:
                for name, array in step.results.items():
                    shape = answer["shapes"].get(plain_name(name))
                    if shape is not None and list(shape) != list(array.shape):
                        detail = f"{step.text()}{array.shape} and {shape}"
                        yield Difference(f"khronos parser: shape of {step.operation}", detail)
                self.counts["khronos parser: single invocations"] += 1
            else:
                refused = True
                text = answer.get("error", "crashed")
                why = no_opinion("khronos parser", step, text)
                yield Difference(f"khronos parser refuses: {step.operation}: {_plain(text)}", step.text() + text, why)
        if not refused:
            text = theirs.get("error", "crashed")
            why = no_opinion("khronos parser", None, text)
            yield Difference(f"khronos parser refuses the text: {_plain(text)}", text, why)

    # ---- values

    def _defined(self, step: Step, always: bool = False) -> Iterator[Difference]:
        """What the specification says that an invocation gives."""
        if not always and step.loops() > LOOPS:
            return
        verdict = step.defined()
        if verdict is None:
            self.counts[f"{DEFINITIONS}: no opinion"] += 1
            return
        self.counts[f"{DEFINITIONS}: invocations"] += 1
        if verdict:
            yield Difference(f"{DEFINITIONS}: {step.operation}", step.text() + verdict)

    def _decoded(self, engine: Engine, made: Network, folder: str, run: _Run) -> Iterator[Difference]:
        """Whether a tool that decodes stored codes computes with them what it computes with their real values."""
        found = engine.run(folder, made.inputs)
        with tempfile.TemporaryDirectory(dir=folder) as place:
            _write(place, made.text, {**made.weights, **run.decoded(made)}, "")
            real = engine.run(place, made.inputs)
        if isinstance(real, str):
            return
        if isinstance(found, str):
            self.counts[f"{engine.name}: networks with codes refused"] += 1
            why = no_opinion(engine.name, None, found)
            yield Difference(f"{engine.name} refuses codes: {_plain(found)}", f"{made.codes} {found}", why)
            return
        self.counts[f"{engine.name}: networks with codes"] += 1
        for name, array in found.items():
            if not same(array, real.get(name)):
                detail = f"{made.codes} {name}: {_shown(array)}, and of their real values {_shown(real.get(name))}"
                signed = any(
                    codes.operation == "min_max_linear_quantize" and codes.arguments["signed"]
                    for codes in made.codes.values()
                )
                yield Difference(f"{engine.name}: codes", detail, SIGNED_CODES if signed else "")

    def _values(self, engine: Engine, made: Network, folder: str, run: _Run, steps: list[Step]) -> Iterator[Difference]:
        if made.codes and engine.name == "nnef-tools":
            yield from self._decoded(engine, made, folder, run)
        with tempfile.TemporaryDirectory(dir=folder) as place:  # the others compute with codes as they are
            _write(place, made.text, {**made.weights, **run.decoded(made)}, "")
            found = engine.run(place, made.inputs)
        if not isinstance(found, str):
            wrong = [name for name, array in run.outputs.items() if not same(array, found.get(name))]
            if not wrong:
                self.counts[f"{engine.name}: networks of the same values"] += 1
                return
        if engine.name == "tract" and not _one_in(STEPS_OF_TRACT, made):
            return
        self.counts[f"{engine.name}: networks by single invocations"] += 1
        open_ = False
        for step in steps:
            if engine.name == "tract" and panics(step) and self.panics.random() < 0.95:
                open_ = True  # starting tract again takes longer than all else
                continue
            with tempfile.TemporaryDirectory(dir=folder) as place:
                _write(place, step.text(), step.stored, "")
                answer = engine.run(place, step.fed)
            if isinstance(answer, str):
                why = no_opinion(engine.name, step, answer)
                if why and step.loops() < 10 * LOOPS and step.defined():
                    why = ""  # our own value is not what is defined
                kind = f"{engine.name} refuses: {step.operation}: {_plain(answer)}"
                self.counts[f"{engine.name}: invocations refused"] += 1
                open_ = True
                yield Difference(kind, step.text() + answer, why)
                continue
            wrong = [name for name, array in step.results.items() if not same(array, answer.get(plain_name(name)))]
            self.counts[f"{engine.name}: single invocations"] += 1
            if wrong:
                open_ = True
                theirs = {name: answer.get(plain_name(name)) for name in step.results}
                why = explained(engine.name, step, theirs)
                if why and step.defined():
                    why = ""  # whatever is known of the engine, our own value is not what is defined
                detail = (
                    f"{step.text()}{wrong[0]}: ours {_shown(step.results[wrong[0]])} theirs {_shown(theirs[wrong[0]])}"
                )
                yield Difference(f"{engine.name} values: {step.operation}", detail, why)
        if not open_:
            text = found if isinstance(found, str) else "other values of the whole only"
            why = no_opinion(engine.name, None, text) if isinstance(found, str) else _carried(steps)
            if text == "crashed" and engine.name == "khronos" and not_of_scalars(steps):
                why = OTHERS
            yield Difference(f"{engine.name}: the whole: {_plain(text)}", text, why)


def _one_in(count: int, made: Network) -> bool:
    return zlib.crc32(made.text.encode()) % count == 0


_JUMPS = {"floor", "ceil", "round", "sign", "lt", "gt", "le", "ge", "eq", "ne", "select"}


def _carried(steps: list[Step]) -> str:
    """Why a network may come out otherwise though each invocation agrees: rounding is carried over a jump."""
    jumps = [
        step.operation
        for step in steps
        if step.operation in _JUMPS or "arg" in step.operation or "quant" in step.operation
    ]
    return f"rounding carried over the jump of {jumps[0]}" if jumps else ""


class _Run:
    """Our run, as `nnef-lsp run` does it, and what every invocation had and gave (plain kernels, every tensor kept)."""

    def __init__(self, graph: FlatGraph, folder: str, inputs: Mapping[str, Any], quantize: bool = False) -> None:
        self.graph = graph
        request = RunRequest(graph, folder, quantize=quantize)
        _, self.job = prepare(request, inputs)
        self.outputs = find_engine("numpy").load(self.job).run(self.job.inputs).outputs
        names = [n for i in graph.invocations if i.operation not in SOURCES for n in tensor_names(i.outputs)]
        session = Session(make_plan(graph, names), self.job.weights, prepare=False)
        self.arrays = {**inputs, **session.run(inputs).tensors}
        self.stored = set()
        for invocation in session.plan.variables:
            for name in tensor_names(invocation.outputs):
                self.stored.add(name)
                array = np.asarray(self.job.weights(str(invocation.attributes["label"])))
                self.arrays[name] = array.astype(np.float32) if array.dtype.kind == "f" else array

    def decoded(self, made: Network) -> dict[str, Any]:
        """The real values of stored codes, by label."""
        variables = [item for item in self.graph.invocations if item.operation == "variable"]
        labels = {name: str(item.attributes["label"]) for item in variables for name in tensor_names(item.outputs)}
        return {labels[name]: self.arrays[name] for name in made.codes if name in self.arrays}

    def steps(self) -> Iterator[Step]:
        """Every invocation that computes something."""
        for invocation in self.graph.invocations:
            if invocation.operation not in SOURCES:
                yield Step(invocation, self.arrays, self.stored)


def same(a: Any, b: Any, rtol: float = 1e-3, atol: float = 1e-4) -> bool:
    """Whether two tensors agree within the rounding of float32."""
    if b is None:
        return False
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        return False
    if a.dtype.kind != "f":
        return bool((a.astype(np.float64) == b.astype(np.float64)).all())
    a, b = a.astype(np.float64), b.astype(np.float64)
    scale = max(1.0, float(np.abs(a[np.isfinite(a)]).max(initial=0.0)))
    return bool(np.allclose(a, b, rtol=rtol, atol=atol * scale, equal_nan=True))


def _write(folder: str, text: str, weights: Mapping[str, Any], quantization: str) -> None:
    with open(os.path.join(folder, "graph.nnef"), "w", encoding="utf-8") as file:
        file.write(text)
    if quantization:
        with open(os.path.join(folder, "graph.quant"), "w", encoding="utf-8") as file:
            file.write(quantization)
    for label, array in weights.items():
        path = os.path.join(folder, *f"{label}.dat".split("/"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if isinstance(array, Codes):
            write_tensor(path, array.items, array.item_type)
        else:
            write_tensor(path, np.ascontiguousarray(array).reshape(array.shape))


def _plain(message: str, limit: int = 90) -> str:
    """A message without its names and numbers, to count alike what is alike."""
    message = re.sub(r"while inferring shape of tensor\(s\) '[^']*' ", "", message.strip().split("\n")[-1])
    message = re.sub(r"\[[^\]]*\]", "[..]", re.sub(r"'[^']*'|\"[^\"]*\"", "'..'", message))
    return re.sub(r"-?\d+(\.\d+)?", "N", message)[:limit]


def _shown(array: Any) -> str:
    if array is None:
        return "nothing"
    array = np.asarray(array)
    return f"{list(array.shape)} {array.ravel()[:8].tolist()}"
