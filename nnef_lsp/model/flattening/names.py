"""The names of a statement whose fragment is inlined: those it gives, those it reads, and what its arguments stand for.

Not here: which name stands for which (`inlining.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...syntax import nodes as n
from ..operations.declarations import MISSING, Operation, literal_text

Names = dict[str, str]
"""What stands for a name that is read: another name, or the text of an argument."""


def targets_of(tree: n.Assignment) -> list[n.Identifier]:
    return [item for item in tree.target.walk() if isinstance(item, n.Identifier)]


def with_targets(text: str, target: Any, new: Names) -> str:
    """The left side with new names."""
    for item in reversed([item for item in target.walk() if isinstance(item, n.Identifier)]):
        text = text[: item.start - target.start] + new[item.name] + text[item.end - target.start :]
    return text


def bindings(node: n.Invocation, called: Operation, text: str) -> Iterator[tuple[str, Any, str]]:
    """Parameter, argument (or the text of the default), and the text that the argument stands in.

    As tract looks for them: by name, then by position if no argument up to it is named, then the default.
    """
    named: dict[str, Any] = {}
    for argument in node.arguments:
        if argument.name is not None:
            named.setdefault(argument.name.name, argument.value)
    positional = []
    for argument in node.arguments:
        if argument.name is not None:
            break
        positional.append(argument.value)
    for index, parameter in enumerate(called.parameters):
        if parameter.name in named:
            yield parameter.name, named[parameter.name], text
        elif index < len(positional):
            yield parameter.name, positional[index], text
        elif parameter.default is not MISSING:
            default = parameter.node.default if isinstance(parameter.node, n.Parameter) else None
            written = (
                called.head.text[default.start : default.end]
                if default is not None
                else literal_text(parameter.default)
            )
            yield parameter.name, written, text


def bound_by(node: n.Comprehension) -> set[str]:
    """The names of iterations, which hide others."""
    return {
        item.name for iteration in node.iterations for item in iteration.target.walk() if isinstance(item, n.Identifier)
    }


def names_read(node: Any) -> Iterator[str]:
    """The names that an expression reads."""
    if isinstance(node, n.Identifier):
        yield node.name
    elif isinstance(node, n.Invocation):
        for argument in node.arguments:
            yield from names_read(argument.value)
    elif isinstance(node, n.Comprehension):
        bound = bound_by(node)
        yield from (name for child in node.children() for name in names_read(child) if name not in bound)
    elif not isinstance(node, n.Array) or isinstance(node.items, list):
        for child in node.children():
            yield from names_read(child)
