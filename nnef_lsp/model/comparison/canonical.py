"""A statement as what it says: without layout, comments, spelling of numbers, order of named arguments, and with the
names of tensors apart from the rest.

Two statements with equal keys do the same to the tensors they read.  The key is put together from pieces that are kept
per form, since ten thousand statements have a few hundred forms.

Not here: which tensors are the same in two graphs (`matching.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ...syntax import nodes as n
from ...syntax.forms import Form
from ...syntax.segments import Segment
from ...syntax.tokens import tokenize, unescape
from ..operations.statement_form import facts_of

_SKIPPED = {"at", "opening", "closing", "text", "slot", "payload_start"}


class Link(NamedTuple):
    """Where a name that is read comes from: index of a statement, and which of the names it defines."""

    statement: int
    result: int


@dataclass(slots=True, eq=False)
class Statement:
    """One statement of a graph.  `key` has everything but labels and tensors; `links` are the tensors it reads, in the
    order in which the key mentions them; `users` who reads its results: (index, place among the links, result)."""

    index: int
    segment: Segment
    defines: tuple[str, ...]
    operation: str
    key: str
    labels: tuple[str, ...]
    links: list[Link]
    users: list[tuple[int, int, int]] = field(default_factory=list)


def statements_of(segments: Iterable[Segment]) -> list[Statement]:
    """The statements of a body, linked; a name that nothing before defines belongs to the key."""
    found: list[Statement] = []
    defined: dict[str, Link] = {}
    layouts: dict[Form, list[Any]] = {}
    for index, segment in enumerate(segments):
        statement = _statement(index, segment, defined, layouts)
        for place, link in enumerate(statement.links):
            found[link.statement].users.append((index, place, link.result))
        for result, name in enumerate(statement.defines):
            defined[name] = Link(index, result)
        found.append(statement)
    return found


def _statement(index: int, segment: Segment, defined: dict[str, Link], layouts: dict[Form, list[Any]]) -> Statement:
    form, defines = segment.form, segment.defines
    if form is None:
        return _broken(index, segment, defined)
    layout = layouts.get(form)
    if layout is None:
        layout = layouts[form] = layout_of(form)
    facts, words = facts_of(form), segment.words
    pieces: list[str] = []
    links: list[Link] = []
    labels: list[str] = []
    for piece in layout:
        if isinstance(piece, str):
            pieces.append(piece)
            continue
        word = words[piece]
        if piece in form.strings:
            if piece in facts.labels:
                labels.append(unescape(word).lstrip("/"))
                word = "label"
            else:
                word = repr(unescape(word))
        elif piece < form.defines:
            word = "="
        elif word in defined:
            links.append(defined[word])
            word = "%"
        pieces.append(word)
    return Statement(index, segment, defines, facts.top, "\0".join(pieces), tuple(labels), links)


def _broken(index: int, segment: Segment, defined: dict[str, Link]) -> Statement:
    """A statement that does not parse: its tokens are its key."""
    tokens = [token.text for token in tokenize(segment.text)]
    return Statement(index, segment, segment.defines, "", "\0".join(tokens), (), [])


def layout_of(form: Form) -> list[Any]:
    """The pieces of the key of a form: texts, and the slots of names and strings in between."""
    pieces = canonical(form.exemplar)
    merged: list[Any] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += "\0" + piece
        else:
            merged.append(piece)
    return merged


def canonical(node: n.Node) -> list[Any]:
    """A tree as texts and slots; iterative, since how deep a tree is is its author's choice."""
    found: list[Any] = []
    pending: list[Any] = [node]
    while pending:
        item = pending.pop()
        if isinstance(item, n.Node):
            pending.extend(reversed(_pieces(item)))
        else:
            found.append(item)
    return found


def _pieces(node: n.Node) -> list[Any]:
    if isinstance(node, n.Parenthesized):
        return [node.inner]
    if isinstance(node, n.Identifier):
        return [node.slot if node.slot >= 0 else node.name]
    if isinstance(node, n.String):
        return [node.slot if node.slot >= 0 else repr(node.value)]
    if isinstance(node, (n.Number, n.Logical)):
        return [repr(node.value)]
    if isinstance(node, n.Invocation):
        positional = [argument.value for argument in node.arguments if argument.name is None]
        named = sorted([(item.name.name, item.value) for item in node.arguments if item.name], key=lambda pair: pair[0])
        pairs = [part for name, value in named for part in (name + " =", value)]
        generic = [node.generic] if node.generic is not None else []
        return [node.callee.name, *generic, "(", *positional, *pairs, ")"]
    pieces: list[Any] = [type(node).__name__]
    for name in node.__slots_all__():
        value = getattr(node, name)
        if name in _SKIPPED:
            continue
        if isinstance(value, list):
            pieces += ["[", *value, "]"]
        else:
            pieces.append(value if isinstance(value, n.Node) else repr(value))
    return pieces
