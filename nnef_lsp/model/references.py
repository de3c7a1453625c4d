"""References inside strings: names of fragments, parameters, files and symbols that a dialect writes as text.

    y = tract_core_scan(body = "step", scan = [("x_t", x, 0, 1)], ...)
                               ^ a fragment      ^ its parameter

Editor features follow them like names.  Spans are relative to the segment and leave out the quotes.

Not here: names that are written as names (`forms.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from ..syntax import nodes as n
from ..syntax.segments import Segment
from .calls import assign_arguments
from .operators import Operation
from .shapes.tract_scan import plain_name

if TYPE_CHECKING:
    from .analysis import Analysis


class Reference(NamedTuple):
    """What a string refers to.

    | kind | target |
    |---|---|
    | fragment | name of the fragment |
    | parameter, result | `fragment.name`, the name as the fragment has it |
    | weights | label of a data file |
    | resource | path of a JSON file in the model |
    | resource-key | the key, within the resource before it |
    | submodel | label of another model |
    | symbol | name of a symbolic extent |
    """

    start: int
    end: int
    kind: str
    target: str


_STRINGS = {
    ("variable", "label"): "weights",
    ("tract_resource_get", "label"): "resource",
    ("tract_resource_get", "key"): "resource-key",
    ("tract_core_submodel", "label"): "submodel",
    ("tract_onnx_non_zero", "count_symbol"): "symbol",
}
_BINDINGS = {"scan": ("parameter", None), "full": ("parameter", None), "state": ("parameter", "result")}
"""What the first and the last item of a loop's bindings name; those of `output` name results."""


def string_references(analysis: Analysis, segment: Segment) -> list[Reference]:
    """The references in the strings of a statement, in the order of the text."""
    tree = segment.tree()
    found: list[Reference] = []
    for node in tree.walk() if tree is not None else ():
        if isinstance(node, n.Invocation):
            operation = analysis.operations.get(node.callee.name)
            if operation is not None and operation.registry:
                found.extend(_of_invocation(analysis, node, operation))
    return sorted(found)


def _of_invocation(analysis: Analysis, node: n.Invocation, operation: Operation) -> Iterator[Reference]:
    arguments = assign_arguments(node, operation)
    for name, argument in arguments.items():
        kind = _STRINGS.get((operation.name, name))
        if kind is not None and isinstance(argument.value, n.String):
            value = argument.value.value
            yield _reference(argument.value, kind, f"{value}.json" if kind == "resource" else value)
    if operation.name == "tract_core_scan" and "body" in arguments:
        yield from _of_loop(analysis, arguments)


def _of_loop(analysis: Analysis, arguments: dict[str, n.Argument]) -> Iterator[Reference]:
    body = arguments["body"].value
    if not isinstance(body, n.String):
        return
    yield _reference(body, "fragment", body.value)
    fragment = analysis.operations.get(body.value)
    if fragment is None or not fragment.is_fragment:
        return
    for parameter, (first, last) in {**_BINDINGS, "output": ("result", None)}.items():
        argument = arguments.get(parameter)
        for item in argument.value.items if argument is not None and isinstance(argument.value, n.Array) else ():
            parts: list[Any] = item.items if isinstance(item, n.Tuple) else []
            yield from _named(fragment, parts[:1], first)
            if last is not None:
                yield from _named(fragment, parts[2:3], last)


def _named(fragment: Operation, parts: list[Any], kind: str) -> Iterator[Reference]:
    """A parameter or result of the body; writers replace characters that are no letters or digits."""
    for part in parts:
        if isinstance(part, n.String):
            names = [item.name for item in (fragment.parameters if kind == "parameter" else fragment.results)]
            exact = [name for name in names if name == part.value]
            near = [name for name in names if plain_name(name) == plain_name(part.value)]
            name = next(iter(exact or near), part.value)
            yield _reference(part, kind, f"{fragment.name}.{name}")


def _reference(node: n.String, kind: str, target: str) -> Reference:
    return Reference(node.start + 1, node.end - 1, kind, target)


def properties(analysis: Analysis) -> list[tuple[str, Any, Segment, int]]:
    """The model's metadata: key, value, and where the key stands, from the fragment `tract_core_properties`."""
    fragment = analysis.operations.get("tract_core_properties")
    if fragment is None or not fragment.is_fragment or not fragment.body:
        return []
    tree = fragment.body[0].tree()
    items = tree.value.items if isinstance(tree, n.Assignment) and isinstance(tree.value, n.Array) else []
    found = []
    for item in items:
        if isinstance(item, n.Tuple) and len(item.items) == 2 and isinstance(item.items[0], n.String):
            found.append((item.items[0].value, _plain(item.items[1]), fragment.body[0], item.items[0].start))
    return found


def _plain(node: Any) -> Any:
    """A property's value: a literal, or the argument of a cast around it."""
    if isinstance(node, n.Invocation) and node.arguments:
        return _plain(node.arguments[0].value)
    if isinstance(node, n.Array):
        return [_plain(item) for item in node.items]
    return getattr(node, "value", None)
