"""References inside strings: names of fragments, parameters, files and symbols that a dialect writes as text.

    y = tract_core_scan(body = "step", scan = [("x_t", x, 0, 1)], ...)
                               ^ a fragment      ^ its parameter

Which strings these are is data of a dialect: operation and parameter to the kind of what is named.

Not here: where such a string stands (`ide/names/strings.py`), names that are written as names (`statement_form.py`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ...syntax import nodes as n
from ...syntax.segments import Segment
from ..operations.declarations import Operation
from ..operations.dialects import DIALECTS
from ..values.values import Value
from .analysis import Analysis

FRAGMENT, PARAMETER, RESULT, WEIGHTS, RESOURCE, RESOURCE_KEY, SUBMODEL, SYMBOL, DATUM_TYPE = (
    "fragment", "parameter", "result", "weights", "resource", "resource-key", "submodel", "symbol", "datum-type",
)  # fmt: skip
"""Kinds of what a string names: a fragment, its parameters and results, the label of a data file, a JSON file of the
model (without .json) and a key in it, the label of another model, a symbolic extent, a data type."""

STRINGS = {key: kind for dialect in DIALECTS.values() for key, kind in dialect.strings.items()}
BINDINGS = {key: kind for dialect in DIALECTS.values() for key, kind in dialect.bindings.items()}
CHOICES = {key: words for dialect in DIALECTS.values() for key, words in dialect.choices.items()}
METADATA = frozenset(dialect.metadata for dialect in DIALECTS.values() if dialect.metadata)
"""Fragments that hold a model's metadata."""
_TYPES = {registry: dialect.type_parameters for dialect in DIALECTS.values() for registry in dialect.registries}


def kind_of_string(operation: Operation, parameter: str, item: int) -> str | None:
    """What a string names that is an argument, or an item of a tuple in one (`item` is -1 outside of tuples)."""
    if item >= 0:
        return BINDINGS.get((operation.name, parameter, item))
    if parameter in _TYPES.get(operation.registry, ()):
        return DATUM_TYPE
    return STRINGS.get((operation.name, parameter))


def operations_with(kind: str) -> set[str]:
    """The operations that take strings of a kind."""
    strings = {operation for (operation, _), found in STRINGS.items() if found == kind}
    return strings | {operation for (operation, _, _), found in BINDINGS.items() if found == kind}


def own_name(fragment: Operation, kind: str, text: str) -> str:
    """The name in a fragment that a binding means: writers replace characters that are not letters or digits."""
    names = [item.name for item in (fragment.parameters if kind == PARAMETER else fragment.results)]
    near = [name for name in names if _plain_name(name) == _plain_name(text)]
    return text if text in names or not near else near[0]


def _plain_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "_", name).lstrip("_")


class Property(NamedTuple):
    """An entry of the model's metadata: key, value, the statement it stands in, and the spans of entry and key there."""

    key: str
    value: Value
    segment: Segment
    span: tuple[int, int]
    key_span: tuple[int, int]


def properties(analysis: Analysis) -> list[Property]:
    """The model's metadata: the first statement of their fragment is an array of pairs."""
    fragment = analysis.operations.get(analysis.dialect.metadata)
    if fragment is None or not fragment.is_fragment or not fragment.body:
        return []
    segment = fragment.body[0]
    tree = segment.tree()
    items = tree.value.items if isinstance(tree, n.Assignment) and isinstance(tree.value, n.Array) else []
    found = []
    for item in items:
        if not isinstance(item, n.Tuple) or len(item.items) != 2:
            continue
        key, value = item.items
        if isinstance(key, n.String):
            found.append(Property(key.value, _plain(value), segment, (item.start, item.end), (key.start, key.end)))
    return found


def _plain(node: n.Node) -> Value:
    """A property's value: a literal, or the argument of a cast around it."""
    if isinstance(node, n.Invocation) and node.arguments:
        return _plain(node.arguments[0].value)
    if isinstance(node, n.Array):
        return (
            [*node.items.values()] if isinstance(node.items, n.NumberItems) else [_plain(item) for item in node.items]
        )
    if isinstance(node, n.Unary) and isinstance(node.operand, n.Number) and node.operator == "-":
        return -node.operand.value
    return node.value if isinstance(node, (n.Number, n.String, n.Logical)) else None
