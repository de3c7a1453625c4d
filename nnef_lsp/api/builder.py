"""A graph built from Python, operation by operation, checked as it grows.

    g = nnef_lsp.Graph("net")
    x = g.external([1, 3, 32, 32], name="image")
    h = g.relu(g.conv(x, g.variable(filters, label="conv1/filter"), padding=[(1, 1), (1, 1)]))
    h.shape                                  # (1, 16, 32, 32)
    model = g.model(h)

An operation that does not fit is an exception where it is called, with the sentence that an editor would show.

Not here: graphs that exist (`editing.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any

from ..archive import ArchiveError
from ..archive.blobs import Blob, BytesBlob
from ..archive.containers.lone_text import text_model
from ..archive.names import label_file
from ..model.analysis.analysis import Analysis
from ..model.findings import Located
from ..model.operations.declarations import Operation, Parameter, literal_text
from ..model.operations.dialects import DIALECTS, STANDARD
from ..model.values.tensor import ANY, Tensor
from ..project.opening import opened
from ..rules import diagnostic
from ..syntax.source import Source
from .diagnostic import ModelError
from .model import TEXT, Model
from .tensors import Extent, TensorInfo, info

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class GraphTensor:
    """A tensor of a graph that is being built; `+ - * /` and a leading `-` are the operations of these names."""

    def __init__(self, graph: Graph, name: str) -> None:
        self._graph, self.name = graph, name

    @property
    def info(self) -> TensorInfo:
        """What is known of it."""
        return info(self.name, self._graph._fact(self.name))

    @property
    def shape(self) -> tuple[Extent, ...] | None:
        """Its shape, None where not even the rank is known."""
        return self.info.shape

    @property
    def dtype(self) -> str:
        """Its data type, in the graph's words."""
        return self.info.dtype

    def __add__(self, other: object) -> GraphTensor:
        return self._graph._one("add", self, other)

    def __radd__(self, other: object) -> GraphTensor:
        return self._graph._one("add", other, self)

    def __sub__(self, other: object) -> GraphTensor:
        return self._graph._one("sub", self, other)

    def __rsub__(self, other: object) -> GraphTensor:
        return self._graph._one("sub", other, self)

    def __mul__(self, other: object) -> GraphTensor:
        return self._graph._one("mul", self, other)

    def __rmul__(self, other: object) -> GraphTensor:
        return self._graph._one("mul", other, self)

    def __truediv__(self, other: object) -> GraphTensor:
        return self._graph._one("div", self, other)

    def __rtruediv__(self, other: object) -> GraphTensor:
        return self._graph._one("div", other, self)

    def __neg__(self) -> GraphTensor:
        return self._graph._one("neg", self)

    def __repr__(self) -> str:
        return f"<{self.info}>"


class Graph:
    """A graph that grows; every operation of its dialect, and of its fragments, is a method.

    `fragments` is text with fragment definitions, `extensions` are extension lines without the word and the semicolon
    (`tract_registry tract_core`).
    """

    def __init__(
        self, name: str = "graph", *, dialect: str = STANDARD.name, extensions: Sequence[str] = (), fragments: str = ""
    ) -> None:
        if dialect not in DIALECTS:
            raise ModelError(f"there is no dialect '{dialect}'; there are {', '.join(sorted(DIALECTS))}")
        _name(name)
        head = ["version 1.0;", *(f"extension {line};" for line in extensions), fragments.strip()]
        self._head = "\n".join(part for part in head if part) + f"\n\ngraph {'net' if name == 'graph' else name}( "
        self._inputs: list[str] = []
        self._files: dict[str, Blob | None] = {}
        self._dialect = DIALECTS[dialect]
        self._analysis = Analysis(Source(f"{self._head} ) -> (  )\n{{\n}}\n"), self._dialect)
        self._taken: set[str] = set()

    # -- where tensors come from ---------------------------------------------------------------------------------------

    def external(self, shape: Sequence[int | str], dtype: str = "scalar", *, name: str | None = None) -> GraphTensor:
        """An input; in dialects with symbolic extents an extent may be a text."""
        given = self._free(name or "input")
        extents = ", ".join(map(str, shape))
        self._inputs.append(given)
        return self._add(given, f"{given} = external<{dtype}>(shape = [{extents}]);")

    def variable(self, array: Any, label: str | None = None, *, name: str | None = None) -> GraphTensor:
        """A stored tensor with these items (float32, integers, logicals, as the array has them)."""
        from ..archive.tensors.dat import decode_tensor, encode_tensor

        given = self._free(name or _from_label(label) or "variable")
        label = given if label is None else label
        try:
            file = label_file(label)
            if file in self._files:
                raise ModelError(f"the label '{label}' is given twice")
            data = encode_tensor(_narrow(array))
            header = decode_tensor(data, file).header
            dtype = decode_tensor(data, file).nnef_type
        except ArchiveError as error:
            raise ModelError(str(error).rstrip(".")) from error
        self._files[file] = BytesBlob(file, data)
        shape, written = list(header.shape), literal_text(label)
        return self._add(given, f"{given} = variable<{dtype}>(shape = {shape}, label = {written});")

    # -- operations --------------------------------------------------------------------------------------------------

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        if operation.startswith("_"):
            raise AttributeError(operation)
        known = self._analysis.operations
        if operation not in known:
            near = get_close_matches(operation, known, 1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            raise AttributeError(f"there is no operation '{operation}'{hint}")

        def invoke(*arguments: object, name: str | Sequence[str] | None = None, **named: object) -> Any:
            return self._invoke(known[operation], arguments, named, name)

        invoke.__name__, invoke.__doc__ = operation, known[operation].signature
        return invoke

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._analysis.operations})

    def _one(self, operation: str, *arguments: object) -> GraphTensor:
        found = self._invoke(self._analysis.operations[operation], arguments, {}, None)
        assert isinstance(found, GraphTensor)
        return found

    def _invoke(
        self,
        operation: Operation,
        arguments: tuple[object, ...],
        named: dict[str, object],
        name: str | Sequence[str] | None,
    ) -> Any:
        """The result, or a tuple of them; a result that is an array of tensors needs as many names as it has items."""
        names = [name] if isinstance(name, str) else list(name or ())
        results = operation.results
        listed = len(results) == 1 and results[0].type.kind != "tensor" and bool(names)
        if not listed and names and len(names) != len(results):
            raise ModelError(f"'{operation.name}' has {len(results)} results, but {len(names)} names are given")
        if not names:
            names = [operation.name if len(results) == 1 else f"{operation.name}_{item.name}" for item in results]
        given = [self._free(item) for item in names]
        parameters = operation.parameters
        written = [
            _argument(value, parameters[at] if at < len(parameters) else None) for at, value in enumerate(arguments)
        ]
        written += [f"{key} = {_argument(value, operation.by_name.get(key))}" for key, value in named.items()]
        target = f"[{', '.join(given)}]" if listed else ", ".join(given)
        tensors = [GraphTensor(self, item) for item in given]
        self._add(given[0], f"{target} = {operation.name}({', '.join(written)});")
        return tensors if listed else tensors[0] if len(tensors) == 1 else tuple(tensors)

    def _add(self, name: str, statement: str) -> GraphTensor:
        """Put a statement at the end; raises ModelError if something is wrong with it, and leaves it out then."""
        text = self._analysis.source.text
        end = text.rindex("}")
        change = self._analysis.edit(end, end, f"    {statement}\n")
        located = [
            Located(segment, finding)
            for segment in change.added
            if segment in self._analysis.outcomes
            for finding in self._analysis.outcomes.of(segment).findings
        ]
        wrong = [item for item in map(diagnostic, located) if item.severity == "error"]
        problems = [problem for segment in change.added for problem in segment.problems]
        if wrong or problems:
            self._analysis.edit(end, end + len(statement) + 5, "")
            self._taken.discard(name)
            reason = wrong[0].message if wrong else "this is not NNEF"
            raise ModelError(f"{reason}: {statement}")
        return GraphTensor(self, name)

    def _fact(self, name: str) -> Tensor:
        segments = self._analysis.definers.get(name)
        if not segments:
            return ANY
        value = dict(zip(segments[-1].defines, self._analysis.outcomes.of(segments[-1]).values)).get(name)
        return value if isinstance(value, Tensor) else ANY

    def _free(self, name: str) -> str:
        """The name, with a number behind it if it is taken."""
        _name(name)
        found, number = name, 1
        while found in self._taken:
            number += 1
            found = f"{name}{number}"
        self._taken.add(found)
        return found

    # -- the whole ---------------------------------------------------------------------------------------------------

    def text(self, *outputs: GraphTensor) -> str:
        """The text of the graph with these outputs."""
        body = self._analysis.source.text.partition("\n{\n")[2]
        results = ", ".join(output.name for output in outputs)
        return f"{self._head}{', '.join(self._inputs)} ) -> ( {results} )\n{{\n{body}"

    def model(self, *outputs: GraphTensor) -> Model:
        """The model with these outputs; raises `ModelError` if it has errors."""
        from ..workbench.change import changed

        if not outputs:
            raise ModelError("a graph needs outputs: model(y)")
        document = opened(TEXT, self._dialect.name, model=text_model(TEXT, self.text(*outputs).encode("utf-8")))
        made = Model(changed(document, document.analysis.source.text, self._files).new)
        made._refuse_errors("be built")
        return made

    def __repr__(self) -> str:
        count = sum(1 for _ in self._analysis.statements())
        return f"<Graph of {count} statements>"


def _name(name: str) -> None:
    if not _WORD.match(name):
        raise ModelError(
            f"'{name}' is not a name that a tensor can have: letters, digits and '_', not beginning with a digit"
        )


def _from_label(label: str | None) -> str:
    """A name for a variable, from the last two parts of its label."""
    if label is None:
        return ""
    name = re.sub(r"\W", "_", "_".join(re.split(r"[/.]", label.strip("/"))[-2:]), flags=re.ASCII)
    return f"_{name}" if name[:1].isdigit() else name


def _narrow(array: Any) -> Any:
    """float64 as float32: what NNEF's scalars are computed in; all else as it is."""
    import numpy as np

    found = np.asarray(array)
    return found.astype(np.float32) if found.dtype == np.float64 else found


def _argument(value: object, parameter: Parameter | None) -> str:
    """A Python value as NNEF writes it, with a point where a scalar is wanted."""
    if isinstance(value, GraphTensor):
        return value.name
    if isinstance(value, (list, tuple)):
        items = ", ".join(_argument(item, parameter) for item in value)
        return f"[{items}]" if isinstance(value, list) else f"({items})"
    plain = value.item() if hasattr(value, "item") and getattr(value, "ndim", 0) == 0 else value
    if not isinstance(plain, (bool, int, float, str)):
        raise ModelError(f"{type(value).__name__} is not something that an argument can be; store arrays by variable()")
    whole = isinstance(plain, int) and not isinstance(plain, bool)
    if whole and parameter is not None and "scalar" in str(parameter.type):
        plain = float(plain)
    return literal_text(plain)
