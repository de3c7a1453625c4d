"""The network as nodes and edges, for clients that draw it: one node for each statement, in the order of the text.

Not here: which nodes are drawn as one (`structure/`), where (that is the client's), positions of a protocol.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...model.evaluation.arguments import assign_arguments
from ...model.values.tensor import Tensor
from ...model.values.values import Value
from ...syntax import nodes as n
from ..text.place import Place

if TYPE_CHECKING:
    from ...model.analysis.analysis import Analysis
    from ...model.operations.declarations import Operation
    from ...syntax.forms import Form
    from ...syntax.segments import Segment


@dataclass(slots=True)
class GraphNode:
    """A statement; `inputs` are (tensor, parameter), `attributes` (name, text as written)."""

    id: str
    operation: str
    kind: str
    fragment: bool
    inputs: list[tuple[str, str]]
    outputs: list[tuple[str, Value]]
    attributes: list[tuple[str, str]]
    label: str | None
    statement: Place
    name: Place


@dataclass(slots=True)
class GraphBody:
    """The graph, or the inside of a fragment."""

    inputs: list[str]
    outputs: list[str]
    nodes: list[GraphNode] = field(default_factory=list)


@dataclass(slots=True)
class GraphView(GraphBody):
    """The whole picture: the graph, and every fragment that it calls."""

    name: str = ""
    fragments: dict[str, GraphBody] = field(default_factory=dict)
    parameters: int = 0


def graph_view(analysis: Analysis) -> GraphView | None:
    """The network of a document; None if it has no graph."""
    head = analysis.graph_head
    if head is None:
        return None
    view = GraphView(analysis.inputs, analysis.outputs, name=head.name.name)
    reader = _Reader(analysis)
    for segment in analysis.statements():
        node = reader.node(segment, analysis.outcomes.of(segment).values)
        if node is not None:
            view.nodes.append(node)
    _add_fragments(reader, view, view)
    view.parameters = _parameters(view)
    return view


def _add_fragments(reader: _Reader, view: GraphView, body: GraphBody) -> None:
    """The insides of the fragments that a body calls, and of those that they call."""
    for name in {node.operation for node in body.nodes if node.fragment} - view.fragments.keys():
        facts = reader.analysis.fragments[name]
        operation = facts.operation
        parameters = [parameter.name for parameter in operation.parameters if parameter.is_tensor]
        inside = GraphBody(parameters, [result.name for result in operation.results])
        view.fragments[name] = inside
        for segment in operation.body:
            node = reader.node(segment, [facts.names.get(name) for name in segment.defines])
            if node is not None:
                inside.nodes.append(node)
        _add_fragments(reader, view, inside)


def _parameters(view: GraphView) -> int:
    """Items of all variables whose shape is known; a label that is used twice counts once."""
    counts: dict[str, int] = {}
    for node in view.nodes:
        if node.label is None:
            continue
        items = 1
        for extent in (node.outputs[0][1].shape if isinstance(node.outputs[0][1], Tensor) else None) or (0,):
            items = items * extent if isinstance(extent, int) else 0
        counts[node.label] = items
    return sum(counts.values())


# --- one statement: what its form says is found out once, names are filled in


@dataclass(slots=True)
class _FormView:
    """What all statements of a form have in common; slots instead of names."""

    operation: str
    kind: str
    fragment: bool
    inputs: list[tuple[int, str]]
    attributes: list[tuple[str, Callable[[tuple[str, ...]], str]]]
    label: int


class _Reader:
    """Reads statements; ten thousand of them have a dozen forms, so almost nothing is done twice."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.forms: dict[Form, _FormView] = {}

    def node(self, segment: Segment, values: Iterable[Value]) -> GraphNode | None:
        form, words = segment.form, segment.words
        names = segment.defines
        if form is None or not names or not isinstance(form.exemplar, n.Assignment):
            return None
        view = self.forms.get(form)
        if view is None:
            view = self.forms[form] = _form_view(self.analysis, form.exemplar)
        start = segment.blank_start
        at = max(start, segment.text.find(names[0], start))
        return GraphNode(
            names[0],
            view.operation,
            view.kind,
            view.fragment,
            list(dict.fromkeys((words[slot], parameter) for slot, parameter in view.inputs)),
            list(zip(names, values, strict=False)),
            [(name, text(words)) for name, text in view.attributes],
            _unquoted(words[view.label]) if view.label >= 0 else None,
            Place(segment, start, len(segment.text.rstrip())),
            Place(segment, at, at + len(names[0])),
        )


def _form_view(analysis: Analysis, tree: n.Assignment) -> _FormView:
    call = tree.value if isinstance(tree.value, n.Invocation) else None
    if call is None:
        return _FormView("=", "elementwise", False, [(slot, "") for slot in _slots(tree.value)], [], -1)
    name = call.callee.name
    operation = analysis.operations.get(name)
    fragment = name in analysis.fragments and bool(operation and operation.body)
    view = _FormView(name, "fragment" if fragment else kind_of(operation, name), fragment, [], [], -1)
    bound = (
        assign_arguments(call, operation) if operation else {str(at): item for at, item in enumerate(call.arguments)}
    )
    for parameter_name, argument in bound.items():
        parameter = operation.by_name[parameter_name] if operation else None
        slots = _slots(argument.value)
        view.inputs.extend((slot, parameter_name if operation else "") for slot in slots)
        if not slots or (parameter is not None and not parameter.is_tensor):
            view.attributes.append((parameter_name, _text_of(argument.value)))
        if parameter_name == "label" and isinstance(argument.value, n.String):
            view.label = argument.value.slot
    return view


def _slots(value: n.Node) -> list[int]:
    """The names that an expression reads (not those of operations, parameters and iterators)."""
    bound: set[str] = set()
    found: list[int] = []
    for node in value.walk():
        if isinstance(node, n.Iteration):
            bound.update(part.name for part in node.target.walk() if isinstance(part, n.Identifier))
        elif isinstance(node, n.Identifier) and node.slot >= 0 and node.name not in bound:
            found.append(node.slot)
    return found


def _text_of(value: n.Node) -> Callable[[tuple[str, ...]], str]:
    """How a value is written, given the words of a statement."""
    if not any(getattr(node, "slot", -1) >= 0 for node in value.walk()):
        text = _written(value, ())
        return lambda _: text
    return lambda words: _written(value, words)


def _written(value: n.Node, words: tuple[str, ...]) -> str:
    if isinstance(value, (n.Identifier, n.String)) and 0 <= value.slot < len(words):
        return words[value.slot]
    if isinstance(value, n.Number):
        return value.text
    if isinstance(value, n.Logical):
        return "true" if value.value else "false"
    if isinstance(value, n.String):
        return repr(value.value)
    if isinstance(value, (n.Array, n.Tuple)):
        opening, closing = ("[", "]") if isinstance(value, n.Array) else ("(", ")")
        return opening + ", ".join(_written(item, words) for item in value.items) + closing
    if isinstance(value, n.Unary):
        return value.operator + _written(value.operand, words)
    return "…"


def _unquoted(word: str) -> str:
    return word[1:-1] if word[:1] in ("'", '"') else word


# --- what kind of operation it is, for its colour


def kind_of(operation: Operation | None, name: str) -> str:
    """The kind of an operation; of one that is not declared what its name suggests."""
    return operation.traits.kind if operation is not None and operation.registry else _by_word(name)


def _by_word(name: str) -> str:
    for word, kind in (
        ("conv", "convolution"),
        ("pool", "pooling"),
        ("norm", "normalization"),
        ("reduce", "reduction"),
    ):
        if word in name:
            return kind
    return "other"
