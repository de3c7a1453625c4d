"""What structure is found in: statements, by number, in the order of the text.

Not here: names (`modules.py`), groups (`tree.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..graph import GraphBody, GraphNode

FIXED = ("weights", "constant", "shape")
SIZES = "shape_of"
"""How operations end that give a shape as a tensor."""


@dataclass(slots=True)
class Statements:
    """Statements and who reads whom; `drawn` are those that are boxes, the others are lines of text in their readers."""

    nodes: list[GraphNode]
    sources: list[list[int]]
    readers: list[list[int]]
    drawn: list[int]
    home: list[int]
    """Of each statement the drawn one that it belongs to: itself, or the first reader."""
    codes: list[int] = field(default_factory=list)
    """Statements of equal code do the same to tensors of the same rank."""

    def is_drawn(self, at: int) -> bool:
        return self.home[at] == at


def read_statements(body: GraphBody) -> Statements:
    """The statements of a graph or a fragment."""
    nodes = body.nodes
    defined: dict[str, int] = {}
    sources: list[list[int]] = []
    readers: list[list[int]] = [[] for _ in nodes]
    for at, node in enumerate(nodes):
        found = list(dict.fromkeys(defined[tensor] for tensor, _ in node.inputs if tensor in defined))
        for source in found:
            readers[source].append(at)
        sources.append(found)
        for name, _ in node.outputs:
            defined[name] = at
    outputs = {defined[name] for name in body.outputs if name in defined}
    home = _homes(nodes, sources, readers, outputs)
    drawn = [at for at in range(len(nodes)) if home[at] == at]
    statements = Statements(nodes, sources, readers, drawn, home)
    statements.codes = _codes(statements)
    return statements


def _homes(nodes: list[GraphNode], sources: list[list[int]], readers: list[list[int]], outputs: set[int]) -> list[int]:
    """Weights, constants, and what only reshapes them or reckons with shapes, belong to the first that reads them."""
    sizes: list[bool] = []
    fixed: list[bool] = []
    for node, read in zip(nodes, sources, strict=True):
        named = len(read) == len({tensor for tensor, _ in node.inputs})
        still = node.kind != "input" and named and all(fixed[source] for source in read)
        sizes.append(node.operation.endswith(SIZES) or (still and any(sizes[source] for source in read)))
        rank = _rank(node.outputs[0][1])
        small = not node.fragment and rank <= 1 and (rank >= 0 or sizes[-1])
        fixed.append(node.operation.endswith(SIZES) or (still and (node.kind in FIXED or small)))
    home = list(range(len(nodes)))
    for at, node in enumerate(nodes):  # what nobody reads, nor gives out, belongs to what it was made from
        unread = fixed[at] and not readers[at] and at not in outputs
        if unread and node.inputs:
            source = at
            for _ in range(8):
                source = sources[source][0] if sources[source] else source
            home[at] = at if fixed[source] else source
    for at in reversed(range(len(nodes))):
        if fixed[at] and readers[at] and at not in outputs:
            home[at] = home[readers[at][0]]
    return home


def _codes(statements: Statements) -> list[int]:
    known: dict[object, int] = {}
    return [known.setdefault(_signature(statements, at), len(known)) for at in range(len(statements.nodes))]


def _signature(statements: Statements, at: int) -> tuple[object, ...]:
    """What a statement does: its operation, ranks, how many tensors it reads, and the window of its weights."""
    node = statements.nodes[at]
    ranks = tuple(_rank(value) for _, value in node.outputs)
    windows = tuple(
        _window(statements.nodes[source].outputs[0][1])
        for source in statements.sources[at][:8]
        if statements.nodes[source].kind == "weights"
    )
    groups = next((text == "1" for name, text in node.attributes if name == "groups"), True)
    return (node.operation, ranks, len(node.inputs), windows, groups)


def _rank(value: object) -> int:
    shape = getattr(value, "shape", None)
    return -1 if shape is None else len(shape)


def _window(value: object) -> tuple[str, ...]:
    """The extents of a kernel without its channels."""
    shape: Iterable[object] = getattr(value, "shape", None) or ()
    return tuple(str(extent) for extent in tuple(shape)[2:6])
