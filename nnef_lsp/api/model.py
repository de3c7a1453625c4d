"""`nnef_lsp.load`, and what it gives: a model that cannot be changed, but gives others.

    model = nnef_lsp.load("resnet18.nnef.tgz")
    if model.errors:
        raise SystemExit(model.errors[0])
    model.tensors["conv1"].shape
    model.run(image=array)["logits"]
    model.edit().replace("y", "y = softmax(h);").model().save("other/")

Nothing but the text is read before it is asked for, and numpy is not imported before an array is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..archive import ArchiveError
from ..archive.containers.lone_text import text_model
from ..model.flattening.names import names_read
from ..model.operations.dialects import DIALECTS
from ..model.quantization.analysis import QuantAnalysis, quantizations_of
from ..project.opening import Document, opened
from ..rules import diagnose, diagnose_quant, diagnostic
from ..syntax import nodes as n
from ..syntax.source import Source
from .comparing import as_source, off, random_inputs
from .diagnostic import Diagnostic, ModelError, diagnostics_in
from .running import Options, Session, shape_of
from .tensors import OperationInfo, TensorInfo, Weights, info

if TYPE_CHECKING:
    import numpy as np

    from ..model.operations.custom import Python
    from ..workbench.change import Change
    from .editing import Editing

    Array = np.ndarray[Any, np.dtype[Any]]

TOLERANCE = 1e-4
"""How far an output of a changed model may be off, as a share of its largest magnitude."""
TEXT = "<text>"
"""Names a model without a file, in messages."""


def load(
    source: str | os.PathLike[str],
    *,
    dialect: str | None = None,
    symbols: Mapping[str, int] | None = None,
    trust: bool = False,
) -> Model:
    """The model at a path (a folder, an archive, a graph's file), or that of a graph's text.

    A string with a line break, or with a `{`, that is not a path is a text.  `dialect` is `khronos` or `tract`, where it shall not be
    recognised; `symbols` gives values to symbolic extents.  With `trust` Python that the project's settings name is run
    (docs/custom-operations.md).  A model with mistakes is a model too: they are in `diagnostics`.  Raises `ModelError` for
    what cannot be read.
    """
    path = os.fspath(source)
    if dialect is not None and dialect not in DIALECTS:
        raise ModelError(f"there is no dialect '{dialect}'; there are {', '.join(sorted(DIALECTS))}")
    try:
        files = None
        if isinstance(source, str) and ("\n" in path or "{" in path) and not os.path.lexists(path):
            path, files = TEXT, text_model(TEXT, source.encode("utf-8"))
        return Model(opened(path, dialect, symbols, _rules_of if trust else None, "with trust=True", files), symbols)
    except (ArchiveError, ValueError) as error:
        raise ModelError(str(error).rstrip(".")) from error


def _rules_of(files: Sequence[str]) -> Python:
    from ..runtime.process.shape_rules import rules_of

    return rules_of(files)


class Model:
    """A model as it is at one moment.  Made by `load`, `Graph.model` and by changing another."""

    def __init__(
        self, document: Document, symbols: Mapping[str, int] | None = None, told: tuple[str, ...] = ()
    ) -> None:
        self._document, self._symbols = document, dict(symbols or {})
        self._sessions: dict[object, Session] = {}
        self.told = told
        """What the change said that this model came from, a sentence each."""

    # -- the text ----------------------------------------------------------------------------------------------------

    @property
    def path(self) -> str:
        """Where it was loaded from; `<text>` if it was not."""
        return self._document.path

    @property
    def text(self) -> str:
        """The text of the graph."""
        return self._document.analysis.source.text

    @property
    def dialect(self) -> str:
        """`khronos` or `tract`."""
        return self._document.analysis.dialect.name

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """All that is wrong with the graph and its `graph.quant`, in the order of the texts."""
        document = self._document
        found = diagnostics_in(
            document.graph_path, document.analysis.source, diagnose(document.analysis, document.settings)
        )
        text = document.model.quant_text()
        if text is not None:
            source = Source(text, "quant")
            quant = QuantAnalysis(source, document.analysis)
            found += diagnostics_in(document.quant_path, source, diagnose_quant(quant, document.settings))
        return found

    @property
    def errors(self) -> list[Diagnostic]:
        """The diagnostics that keep it from running."""
        return [item for item in self.diagnostics if item.severity == "error"]

    def check(self, target: str | None = None) -> list[Diagnostic]:
        """The diagnostics, and what an engine cannot execute: `target` is the name of a profile or the path of one."""
        found = self.diagnostics
        if target is None or any(item.severity == "error" for item in found):
            return found
        from ..model.targets import UnknownTarget, load_target, target_findings

        try:
            profile = load_target(target)
        except UnknownTarget as error:
            raise ModelError(str(error)) from error
        document = self._document
        wrong = [diagnostic(item) for item in target_findings(document.analysis, profile)]
        return found + diagnostics_in(document.graph_path, document.analysis.source, wrong)

    # -- what is in it -----------------------------------------------------------------------------------------------

    @property
    def inputs(self) -> dict[str, TensorInfo]:
        """The graph's inputs, in order."""
        return self._of(self._document.analysis.inputs)

    @property
    def outputs(self) -> dict[str, TensorInfo]:
        """The graph's outputs, in order."""
        return self._of(self._document.analysis.outputs)

    def _of(self, names: Sequence[str]) -> dict[str, TensorInfo]:
        tensors = self.tensors
        return {name: tensors[name] for name in names if name in tensors}

    @property
    def tensors(self) -> dict[str, TensorInfo]:
        """Every tensor of the graph's own body, in order of definition."""
        return {name: info(name, fact) for name, fact in self._document.analysis.tensors().items()}

    @property
    def operations(self) -> list[OperationInfo]:
        """The invocations of the graph's own body, in order; those within an expression are told at their statement."""
        source, found = self._document.analysis.source, []
        for segment in self._document.analysis.statements():
            tree = segment.tree()
            if not isinstance(tree, n.Assignment):
                continue
            line = source.position_in(segment, tree.start).line + 1
            value, text = tree.value, segment.text[tree.start : tree.end]
            if not isinstance(value, n.Invocation):
                found.append(
                    OperationInfo("", tuple(dict.fromkeys(names_read(value))), tuple(segment.defines), {}, line, text)
                )
                continue
            attributes: dict[str, str] = {}
            inputs: list[str] = []
            operation = self._document.analysis.operations.get(value.callee.name)
            parameters = operation.parameters if operation is not None else []
            for place, argument in enumerate(value.arguments):
                name = argument.name.name if argument.name is not None else None
                if name is None and place < len(parameters):
                    name = parameters[place].name
                known = operation.by_name.get(name) if operation is not None and name is not None else None
                if (known is not None and known.is_tensor) or name is None:
                    inputs += names_read(argument.value)
                else:
                    attributes[name] = segment.text[argument.value.start : argument.value.end]
            found.append(
                OperationInfo(
                    value.callee.name, tuple(dict.fromkeys(inputs)), tuple(segment.defines), attributes, line, text
                )
            )
        return found

    @property
    def weights(self) -> Weights:
        """The stored tensors by label, each read when it is asked for."""
        analysis = self._document.analysis
        text = self._document.model.quant_text()
        entries = quantizations_of(text, analysis) if text and analysis.dialect.strict_types else {}
        labels = {label: name for label, segments in analysis.labels.items() for s in segments for name in s.defines}
        return Weights(
            self._document.model, {label: entries[name] for label, name in labels.items() if name in entries}
        )

    # -- running -----------------------------------------------------------------------------------------------------

    def run(
        self,
        inputs: Mapping[str, Any] | None = None,
        /,
        *,
        keep: tuple[str, ...] | list[str] = (),
        engine: str = "numpy",
        dtype: str = "float32",
        threads: int = 1,
        weights: str = "model",
        **named: Any,
    ) -> dict[str, Array]:
        """The outputs by name, and the tensors in `keep`.

        Inputs are arrays (or what numpy makes arrays of) by name, as a mapping or as keywords.  Inputs of another shape are
        followed (section 2.2).  The plan and the weights are kept: the next run with inputs of these shapes is quick.  What
        `update` writes lasts until `reset`.  `weights="random:1"` stands in for those of a model that has none.  Raises
        `ModelError`.
        """
        given = {**(inputs or {}), **named}
        options = Options(engine, dtype, threads, tuple(keep), weights)
        key = options, tuple((name, shape_of(array)) for name, array in given.items())
        session = self._sessions.get(key)
        if session is None:
            self._refuse_errors("run")
            session = Session(self._document, given, self._symbols, options)
            self._sessions[key] = session
        return session.run(given)

    def reset(self) -> None:
        """Forget plans, weights in memory, and what `update` wrote."""
        self._sessions.clear()

    def _refuse_errors(self, what: str, but: tuple[str, ...] = ()) -> None:
        errors = [item for item in self.errors if item.rule not in but]
        if errors:
            more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
            raise ModelError(f"the model cannot {what}, it has errors: {errors[0]}{more}", errors)
        if self._document.analysis.structure.graph is None:
            raise ModelError(f"the model cannot {what}: it has no graph")

    # -- changing ----------------------------------------------------------------------------------------------------

    def edit(self) -> Editing[Model]:
        """Statements replaced, added and removed, one after the other; `.model()` gives the model that it makes."""
        from .editing import Editing

        return Editing(self._document, self._changed)

    def extract(self, begin: Sequence[str] = (), end: Sequence[str] = (), *, prove: bool = True) -> Model:
        """The part from the tensors `begin` (the inputs, if empty) to the tensors `end` (the outputs, if empty), with just the
        weights that it needs.  Raises `ModelError`."""
        from ..workbench.changes.extract import extract

        return self._change(
            lambda document: extract(document, begin, end), prove, end or self._document.analysis.outputs
        )

    def simplify(self, *, only: Collection[str] = (), leaving: Collection[str] = (), prove: bool = True) -> Model:
        """A model that computes the same with less: constants folded, normalizations in convolutions, what nothing needs gone, ...

        `only` and `leaving` name passes (`nnef-lsp simplify --help` lists them); `told` of the result says what was done.
        Raises `ModelError`.
        """
        from ..workbench.changes.simplify import simplify

        return self._change(lambda document: simplify(document, only, leaving), prove, self._document.analysis.outputs)

    def reshape(self, **shapes: Sequence[int]) -> Model:
        """A model whose inputs have these shapes; what is fixed to the old ones below is adapted, and `told` says so.
        Raises `ModelError`, with the lines of what cannot be."""
        from ..workbench.changes.reshape import reshape

        inputs = self._document.analysis.inputs
        strange = next((name for name in shapes if name not in inputs), None)
        if strange is not None:
            raise ModelError(f"the graph has no input '{strange}'; its inputs are {', '.join(inputs) or 'none'}")
        return self._change(lambda document: reshape(document, shapes), False, ())

    def cast(self, item_type: str, *, only: Sequence[str] = ()) -> Model:
        """A model that stores its floating-point weights as float16, float32, float64, or int2 to int16; those whose labels fit a
        pattern of `only`, if there are any.  `difference` tells what that costs.  Raises `ModelError`."""
        from ..workbench.changes.cast import cast

        return self._change(lambda document: cast(document, item_type, tuple(only)), False, ())

    def quantize(
        self,
        inputs: Sequence[Mapping[str, Any]],
        *,
        scheme: str = "zero-point",
        bits: int = 8,
        per_channel: bool = False,
        method: str = "minmax",
    ) -> Model:
        """A model with a graph.quant whose ranges come from runs on these inputs, arrays or paths of files by name for each run;
        `told` says how accurate it is.  Raises `ModelError`."""
        import tempfile

        from ..workbench.changes.quantize import Wishes, quantize

        wishes = Wishes(scheme, bits, per_channel, method, None)
        with tempfile.TemporaryDirectory(prefix="nnef-lsp-inputs-") as folder:
            items = [
                {name: as_source(folder, name, at, given) for name, given in item.items()}
                for at, item in enumerate(inputs)
            ]
            return self._change(lambda document: quantize(document, items, wishes), False, ())

    def _change(self, change: Callable[[Document], Change], prove: bool, outputs: Sequence[str]) -> Model:
        """The model that a change makes.  With `prove` both are run on random inputs, and one that computes something else is a
        ModelError."""
        from ..workbench.errors import ChangeError

        self._refuse_errors("be changed")
        try:
            made = self._changed(change(self._document))
        except ChangeError as error:
            raise ModelError(str(error)) from error
        if prove:
            for name, off in self.difference(made, outputs).items():
                if not off <= TOLERANCE:
                    raise ModelError(f"'{name}' of the new model differs by {off:.3g} of its largest magnitude")
        return made

    def difference(
        self, other: Model, outputs: Sequence[str] = (), inputs: Mapping[str, Any] | None = None
    ) -> dict[str, float]:
        """How far tensors of the other model are from those of this one, as a share of their largest magnitude (of 1, where that
        is smaller).

        `inputs` are those of this model (random ones, where none are given); inputs that only the other has are tensors of
        this one.  `outputs` are the outputs of the other, if empty.  Raises `ModelError`.
        """
        import numpy as np

        wanted = list(outputs or other.outputs)
        given = {**random_inputs(self._document, self._symbols), **(inputs or {})}
        within = [name for name in other.inputs if name not in given]
        expected = self.run(given, keep=list(dict.fromkeys([*wanted, *within])))
        known = {**given, **expected}
        found = other.run({name: known[name] for name in other.inputs}, keep=wanted)
        return {name: off(name, np.asarray(expected[name]), np.asarray(found[name])) for name in wanted}

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write it as a new folder, or as an archive if the path ends so (.tar, .tgz, .tar.xz, .tar.zst), whole or not at all.

        Raises `ModelError`.
        """
        from ..workbench.change import Change
        from ..workbench.errors import ChangeError
        from ..workbench.writing import staged

        try:
            with staged(Change(self._document, self._document), os.fspath(path), overwrite) as written:
                written.take_place()
        except (ChangeError, ArchiveError) as error:
            raise ModelError(str(error).rstrip(".")) from error

    def _changed(self, change: Change) -> Model:
        return Model(change.new, self._symbols, change.told)

    def to_onnx(self, path: str | os.PathLike[str] | None = None, *, opset: int = 7) -> bytes | None:
        """The model in ONNX, in the lowest version of its operators from `opset` on that can say it: written to a file, or as bytes.

        Needs `pip install 'nnef-lsp[onnx]'`.  Raises `ModelError`, for operations that ONNX does not have with a sentence for each.
        """
        from .onnx import written

        self._refuse_errors("be written as ONNX")
        return written(self._document, self._symbols, None if path is None else os.fspath(path), opset)

    # -- showing -----------------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        name = self._document.analysis.graph_head.name.name if self._document.analysis.graph_head else "no graph"
        return f"<Model {name}: {', '.join(map(str, self.inputs.values()))} -> {', '.join(map(str, self.outputs.values()))}>"

    def _repr_html_(self) -> str:
        from .html import model_html

        files = self._document.model
        size = sum(files.tensor(label).bytes for label in self.weights)
        title = repr(self).strip("<>").partition(":")[0]
        return model_html(title, size, self.operations, self.tensors, self.errors)
