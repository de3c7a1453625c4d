"""The flat graph as NNEF: what is left when every fragment is expanded.  For reading, and it is a valid graph itself.

NNEF's own flat graphs are evaluated; a dialect whose graphs hold any expression keeps those, only fragments go.

Not here: expanding (`model/flattening/flatten.py`, `model/flattening/inlining.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...model.analysis.analysis import Analysis
from ...model.flattening.flat_graph import Attribute, FlatGraph, Input, Invocation, TensorName
from ...model.flattening.flatten import flatten
from ...model.flattening.inlining import inlined
from ...model.operations.declarations import Operation, literal_text
from ...model.operations.scope import owner_of
from ...syntax.printer import formatted

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
HEAD = "# The graph with every fragment expanded. It follows the text that it is made from.\n\n"


def flat_document(analysis: Analysis, head: str = "") -> str:
    """The flat text of a document without errors, in our layout.  Raises `Unflattenable`."""
    if not analysis.dialect.needs_extensions:
        text = inlined(analysis)
    else:
        found = [" ".join(segment.text[segment.blank_start :].split()) for segment in analysis.structure.extensions]
        vendors = [line for line in found if not line.startswith("extension KHR_")]
        text = flat_text(flatten(analysis), analysis.operations, vendors)
    return head + (formatted(text) or text)


def flat_text(graph: FlatGraph, operations: dict[str, Operation], extensions: Sequence[str] = ()) -> str:
    """The graph as text; a call's attributes are those that differ from the defaults.

    `extensions` are lines that the operations need: a vendor's registries and symbols.  Operations without a body, which no
    dialect declares, are declared above it.
    """
    written = _Names()
    invoked = dict.fromkeys(invocation.operation for invocation in graph.invocations)
    own = [operations[name].signature for name in invoked if name in operations and owner_of(name) is None]
    declared = ["extension KHR_enable_fragment_definitions;", *(f"fragment {signature};" for signature in own)]
    inputs, outputs = ", ".join(map(written, graph.inputs)), ", ".join(map(written, graph.outputs))
    lines = [
        "\n".join(["version 1.0;", *extensions, *(declared if own else ()), ""]),
        f"graph {_identifier(graph.name)}( {inputs} ) -> ( {outputs} )",
        "{",
    ]
    lines += [
        f"    {_statement(invocation, operations.get(invocation.operation), written)}"
        for invocation in graph.invocations
    ]
    return "\n".join([*lines, "}", ""])


def _identifier(name: str) -> str:
    return name if _NAME.match(name) else f'i"{name}"'


class _Names:
    """Tensor names as identifiers: those from inside of fragments have a dot, which becomes a free name."""

    def __init__(self) -> None:
        self._given: dict[str, str] = {}
        self._taken: set[str] = set()

    def __call__(self, name: str) -> str:
        known = self._given.get(name)
        if known is None:
            known = name if _NAME.match(name) else re.sub(r"\W", "_", name)
            while known in self._taken:
                known += "_"
            self._given[name] = known
            self._taken.add(known)
        return known


def _statement(invocation: Invocation, operation: Operation | None, written: _Names) -> str:
    generic = (
        f"<{invocation.generic}>"
        if invocation.generic and invocation.operation in ("external", "variable", "constant")
        else ""
    )
    arguments = _operands(invocation, operation, written)
    for name, value in invocation.attributes.items():
        parameter = operation.by_name.get(name) if operation else None
        if parameter is None or parameter.default != value:
            arguments.append(f"{name} = {literal_text(value)}")
    results = ", ".join(_value(item, written) for item in invocation.outputs)
    return f"{results} = {invocation.operation}{generic}({', '.join(arguments)});"


def _operands(invocation: Invocation, operation: Operation | None, written: _Names) -> list[str]:
    """The tensors that are given; behind one that is left out they are named."""
    names = [parameter.name for parameter in operation.parameters if parameter.is_tensor] if operation else []
    arguments, positional = [], True
    for place, item in enumerate(invocation.inputs):
        if item is None:
            positional = False
        elif positional or place >= len(names):
            arguments.append(_value(item, written))
        else:
            arguments.append(f"{names[place]} = {_value(item, written)}")
    return arguments


def _value(item: Input | Attribute, written: _Names) -> str:
    if isinstance(item, TensorName):
        return written(item.name)
    if isinstance(item, list):
        return "[" + ", ".join(_value(part, written) for part in item) + "]"
    return literal_text(item)
