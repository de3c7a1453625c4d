"""tract_core_scan: a loop whose body is a fragment of the document.

The bindings name parameters and results of the body in strings; they may differ from the fragment's own names in
characters that are not letters or digits, because writers replace those.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ...extents.dims import Extent, ceil_div
from ...extents.relations import differ
from ...operations.declarations import Operation
from ...values.tensor import ANY, Tensor, tensor
from ...values.values import Value
from .. import Call, Refusal, Undetermined, shape_of


@dataclass
class Loop:
    """The bindings of a loop, with the body's own names."""

    body: Operation
    scan: list[tuple[str, Tensor, int, int]] = field(default_factory=list)
    full: list[tuple[str, Tensor]] = field(default_factory=list)
    state: list[tuple[str, Tensor, str]] = field(default_factory=list)
    output: list[tuple[str, str, int, int]] = field(default_factory=list)


@shape_of("tract_core_scan")
def scan(call: Call) -> list[Tensor]:
    """The results of the body, joined along their axes or as they are after the last step."""
    loop = loop_of(call)
    fixed = next((name for name, value, *_ in loop.scan if value.value is not None and _is_settled(value)), None)
    running = any(isinstance(value, int) for value in call.host.context.symbols.values())
    if fixed is not None and not running:
        message = f"tract cannot loop over a constant, which '{fixed}' is bound to: it loads no such model"
        raise Refusal("invalid-value", message, "scan", late=True)
    arguments: dict[str, Value] = {name: sliced(value, axis, chunk) for name, value, axis, chunk in loop.scan}
    arguments.update(dict(loop.full))
    arguments.update({name: value for name, value, _ in loop.state})
    found = call.host.loop_body(loop.body, arguments)
    values = dict(zip([result.name for result in loop.body.results], found))
    check_states(loop, values)
    return [output_of(values.get(name), kind, axis, steps_of(loop)) for name, kind, axis, _ in loop.output]


def _is_settled(fact: Tensor) -> bool:
    """Whether all extents are numbers: one item repeated over a symbol is a constant only when a run begins."""
    return fact.shape is not None and all(isinstance(extent, int) for extent in fact.shape)


def loop_of(call: Call) -> Loop:
    """The loop that the arguments describe; raises `Refusal` where they fit the body badly."""
    named = str(call["body"])
    body = call.host.operations.get(named)
    if body is None or not body.is_fragment:
        bodies = [name for name, known in call.host.operations.items() if known.is_fragment and known.body]
        raise Refusal("invalid-value", f"there is no fragment '{named}'", "body", text=named, names=bodies)
    parameters, results = [item.name for item in body.parameters], [item.name for item in body.results]
    loop = Loop(body)
    for name, value, *rest in entries(call, "scan", 2):
        loop.scan.append((match(name, parameters, "scan"), wire_of(call, value), whole(rest, 0, 0), whole(rest, 1, 1)))
    for name, value in entries(call, "full", 2, 2):
        loop.full.append((match(name, parameters, "full"), wire_of(call, value)))
    for name, value, result in entries(call, "state", 3, 3):
        loop.state.append((match(name, parameters, "state"), wire_of(call, value), match(result, results, "state")))
    for name, kind, *rest in entries(call, "output", 2):
        if not isinstance(kind, str) or kind not in ("full", "last"):
            message = f'an output is "full" or "last", found \'{kind}\''
            raise Refusal("invalid-value", message, "output", text=str(kind), names=("full", "last"))
        loop.output.append((match(name, results, "output"), kind, whole(rest, 0, 0), whole(rest, 1, 1)))
    check_bound(loop, parameters)
    return loop


def wire_of(call: Call, value: Value) -> Tensor:
    """The tensor that is bound."""
    found = call.host.wire(value)
    return found if isinstance(found, Tensor) else ANY


def entries(call: Call, name: str, least: int, most: int = 4) -> Iterable[tuple[Value, ...]]:
    """The tuples of a list of bindings."""
    value = call.arguments.get(name)
    if not isinstance(value, (list, tuple)):
        raise Undetermined
    for index, item in enumerate(value):
        if not isinstance(item, (tuple, list)) or not least <= len(item) <= most:
            raise Refusal("invalid-value", f"items of '{name}' are tuples of {least} to {most} parts", name, index)
        yield tuple(item)


def whole(rest: list[Value], index: int, default: int) -> int:
    """A number of a binding."""
    value = rest[index] if index < len(rest) else default
    known = value.value if isinstance(value, Tensor) else value
    if not isinstance(known, int):
        raise Undetermined
    return known


def match(name: Value, names: list[str], where: str) -> str:
    """The name of the body that a binding means."""
    if name in names:
        return str(name)
    plain = plain_name(str(name))
    for candidate in names:
        if plain_name(candidate) == plain:
            return candidate
    message = f"the body has no '{name}'; it has {', '.join(names)}"
    raise Refusal("invalid-value", message, where, text=str(name), names=names)


def plain_name(name: str) -> str:
    """A name with every character that is not a letter or digit replaced, as tract's writer does."""
    return re.sub(r"[^A-Za-z0-9]", "_", name).lstrip("_")


def check_bound(loop: Loop, parameters: list[str]) -> None:
    """Every parameter of the body is bound once, and something is scanned."""
    bound = [item[0] for group in (loop.scan, loop.full, loop.state) for item in group]
    for name in parameters:
        if bound.count(name) != 1:
            wrong = "is not bound" if name not in bound else "is bound more than once"
            raise Refusal("invalid-value", f"the parameter '{name}' of the body {wrong}", "body")
    if not loop.scan:
        raise Refusal("invalid-value", "a loop needs at least one tensor to go through", "scan")


def sliced(value: Tensor, axis: int, chunk: int) -> Tensor:
    """What the body sees of a tensor that is scanned."""
    if value.shape is None:
        return value
    if axis >= len(value.shape):
        raise Refusal("axis-out-of-range", f"a scanned tensor has no axis {axis}", "scan")
    return tensor(value.dtype, (*value.shape[:axis], abs(chunk), *value.shape[axis + 1 :]))


def steps_of(loop: Loop) -> Extent | None:
    """How often the body runs."""
    _, value, axis, chunk = loop.scan[0]
    if value.shape is None or not chunk:
        return None
    return ceil_div(value.shape[axis], abs(chunk))


def output_of(value: Value, kind: str, axis: int, steps: Extent | None) -> Tensor:
    """A result of the loop."""
    if not isinstance(value, Tensor) or value.shape is None:
        return tensor(value.dtype, None) if isinstance(value, Tensor) else ANY
    if kind == "last":
        return tensor(value.dtype, value.shape)
    if steps is None or axis >= len(value.shape):
        return tensor(value.dtype, None)
    return tensor(value.dtype, (*value.shape[:axis], value.shape[axis] * steps, *value.shape[axis + 1 :]))


def check_states(loop: Loop, values: dict[str, Value]) -> None:
    """A state keeps its type and shape from step to step."""
    for index, (name, value, result) in enumerate(loop.state):
        after = values.get(result)
        if not isinstance(after, Tensor) or value.shape is None or after.shape is None:
            continue
        if len(value.shape) != len(after.shape) or any(map(differ, value.shape, after.shape)):
            message = f"the state '{name}' begins as {value}, but the body makes {after} of it"
            raise Refusal("shape-mismatch", message, "state", index)
