"""Edits that several fixes make.

Not here: when to offer them (the rules' own modules).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.values.types import Type
from ..syntax import nodes as n
from ._diagnostic import Context, Diagnostic, Edit, Fix
from ._words import similar

if TYPE_CHECKING:
    from ..syntax.segments import Segment


def replace(diagnostic: Diagnostic, title: str, text: str, preferred: bool = True, safe: bool = False) -> Fix:
    """Put a text in place of what the diagnostic marks."""
    return Fix(title, (Edit(diagnostic.segment, diagnostic.start, diagnostic.end, text),), preferred, safe)


def insert(segment: Segment, at: int, title: str, text: str, preferred: bool = True, safe: bool = False) -> Fix:
    """Put a text in at one place."""
    return Fix(title, (Edit(segment, at, at, text),), preferred, safe)


def rename(diagnostic: Diagnostic) -> list[Fix]:
    """Write the name that was probably meant."""
    found = similar(diagnostic.details["name"], diagnostic.details.get("names"))
    return [replace(diagnostic, f"Change to '{found}'", found)] if found else []


def remove_statement(segment: Segment, title: str, preferred: bool = False) -> Fix:
    """Take out a whole statement with the line it stands on; comments above it stay.

    Preferred only where the same is written twice: what nothing uses is more often half typed than unwanted.
    """
    start = segment.blank_start
    newline = segment.text.rfind("\n", 0, start)
    return Fix(title, (Edit(segment, newline if newline >= 0 else start, len(segment.text), ""),), preferred)


def marked(diagnostic: Diagnostic) -> str:
    """The text that a diagnostic marks."""
    return diagnostic.segment.text[diagnostic.start : diagnostic.end]


def invocation_around(segment: Segment, at: int) -> n.Invocation | None:
    """The innermost invocation that holds a place."""
    tree = segment.tree()
    found = None
    for node in tree.walk() if tree is not None else ():
        if isinstance(node, n.Invocation) and node.start <= at < max(node.end, node.start + 1):
            found = node
    return found


def remove_argument(diagnostic: Diagnostic, title: str, preferred: bool = True) -> list[Fix]:
    """Take out the argument that a diagnostic marks, with its comma."""
    segment = diagnostic.segment
    node = invocation_around(segment, diagnostic.start)
    if node is None:
        return []
    arguments = node.arguments
    for index, argument in enumerate(arguments):
        if argument.start <= diagnostic.start < argument.end:
            if index:
                span = arguments[index - 1].end, argument.end
            else:
                span = argument.start, arguments[1].start if len(arguments) > 1 else argument.end
            return [Fix(title, (Edit(segment, *span, ""),), preferred)]
    return []


def declare_extension(context: Context, line: str, safe: bool = False) -> list[Fix]:
    """Put an extension line below the version."""
    structure = getattr(context.analysis, "structure", None)
    version = structure.version if structure is not None else None
    if structure is None or version is None:
        return []
    last = structure.extensions[-1] if structure.extensions else version
    title = f"Add '{line}'"
    return [insert(last, len(last.text.rstrip()), title, f"\n{line}", safe=safe)]


def placeholder(type: Type) -> str:
    """A value of a type, to be replaced by the right one."""
    if type.kind == "primitive":
        return {"integer": "1", "scalar": "1.0", "logical": "false", "string": "''", "?": "1.0"}[type.name]
    if type.kind == "array":
        return "[" + placeholder(type.items[0]) + "]"
    if type.kind == "tuple":
        return "(" + ", ".join(map(placeholder, type.items)) + ")"
    return "0.0"


def as_scalar(text: str) -> str | None:
    """Integer literals of a text written as scalars; None if there is anything else in it."""
    words = text.replace("[", " [ ").replace("]", " ] ").replace(",", " , ").split()
    numbers = [word for word in words if word not in "[],"]
    if not numbers or not all(word.lstrip("+-").isdigit() for word in numbers):
        return None
    scalars = [word if word in "[]," else word + ".0" for word in words]
    return "".join(word + " " if word == "," else word for word in scalars)
