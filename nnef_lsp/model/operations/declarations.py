"""Operations: what can be invoked, read from declarations in NNEF.

Those of a dialect are in files of its folder, a document's own come from its fragments; both become
`Operation` objects by the same path.  Comments around a declaration are its documentation.

Not here: binding arguments to parameters (`evaluation/arguments.py`), rules for shapes (`shapes/`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ...syntax import nodes as n
from ...syntax.segments import Segment
from ...syntax.source import Source
from ...syntax.structure import Body, structure_of
from ..values.types import Type, declared_type
from ..values.values import MISSING as MISSING
from ..values.values import Value
from .dialects import data_files
from .traits import KEYS, NO_TRAITS, Traits, traits_of


@dataclass(slots=True)
class Parameter:
    """A parameter or result of an operation."""

    name: str
    type: Type
    default: Value = MISSING
    documentation: str = ""
    node: n.Parameter | n.Result | None = None
    choices: tuple[str, ...] = ()
    """The strings it accepts, if the declaration lists them."""
    optional: bool = False
    """Whether it may be left out though it has no default; its value is then None."""

    @property
    def is_tensor(self) -> bool:
        """Whether it takes data at run time, not a value at compile time."""
        return self.type.is_tensor


@dataclass(slots=True)
class Documentation:
    """The comment above a declaration: see the head of the specification's file for its form."""

    summary: str = ""
    text: str = ""
    formulas: list[str] = field(default_factory=list)
    shapes: list[str] = field(default_factory=list)
    section: str = ""
    traits: dict[str, str] = field(default_factory=dict)
    """What stands behind the keys of `traits.py`."""


@dataclass(slots=True)
class Operation:
    """Something that can be invoked."""

    name: str
    parameters: list[Parameter]
    results: list[Parameter]
    generic: bool
    generic_default: str | None
    documentation: Documentation
    registry: str
    """The file where it is declared, which is that of a registry or of what a dialect always has; "" for the document."""
    head: Segment
    node: n.FragmentHead
    body: list[Segment]
    """Statements of its body, empty for a primitive."""
    by_name: dict[str, Parameter] = field(default_factory=dict)
    expansions: dict[Any, Any] = field(default_factory=dict)
    """Results of a fragment for arguments that it was invoked with; kept by `evaluate`."""
    faulty: bool = False
    """Whether something is wrong with the declaration or the body itself, which is then not said again at every call."""
    misdeclared: bool = False
    """Whether the parameters cannot be told from the declaration, so that nothing can be said of arguments."""
    traits: Traits = NO_TRAITS

    def __post_init__(self) -> None:
        self.by_name = {parameter.name: parameter for parameter in self.parameters}

    @property
    def is_fragment(self) -> bool:
        """Whether the document itself declares it."""
        return not self.registry

    @property
    def signature(self) -> str:
        """The declaration on one line."""
        generic = ("<?>" if self.generic_default is None else f"<? = {self.generic_default}>") if self.generic else ""
        parameters = ", ".join(map(parameter_text, self.parameters))
        results = ", ".join(f"{result.name}: {result.type}" for result in self.results)
        return f"{self.name}{generic}({parameters}) -> ({results})"


def parameter_text(parameter: Parameter) -> str:
    """`stride: integer[] = []`."""
    if parameter.optional:
        return f"{parameter.name}: {parameter.type} ?"
    default = "" if parameter.default is MISSING else f" = {literal_text(parameter.default)}"
    return f"{parameter.name}: {parameter.type}{default}"


def literal_text(value: object) -> str:
    """A value as NNEF writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal_text, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(literal_text, value)) + ")"
    return repr(value) if isinstance(value, float) else str(value)


def literal_value(node: n.Node) -> Value:
    """The value of a literal node (numbers, strings, logicals, arrays and tuples of them)."""
    if isinstance(node, n.Array):
        return [literal_value(item) for item in node.items]
    if isinstance(node, n.Tuple):
        return tuple(literal_value(item) for item in node.items)
    return node.value if isinstance(node, (n.Number, n.String, n.Logical)) else None


def operation_of(body: Body, source: Source, registry: str = "") -> Operation | None:
    """The operation that a fragment declares; None if its head is broken."""
    head = body.head
    node = head.tree()
    if not isinstance(node, n.FragmentHead):
        return None
    documentation, choices = _documentation(head.text[: node.start], _KEY_LINE if not registry else _DECLARED_LINE)
    comments = _trailing_comments(head.text)
    parameters = [
        Parameter(
            item.name.name,
            declared_type(item.type),
            _default(item, choices),
            comments(item.end),
            item,
            choices.get(item.name.name, ()),
            item.name.name in choices.get(OPTIONAL, ()),
        )
        for item in node.parameters
    ]
    results = [
        Parameter(item.name.name, declared_type(item.type), MISSING, comments(item.end), item) for item in node.results
    ]
    default = node.generic_default.name if node.generic_default else None
    return Operation(
        node.name.name, parameters, results, node.generic is not None, default, documentation, registry, head, node,
        list(body.statements(source)), traits=traits_of(documentation.traits) if documentation.traits else NO_TRAITS,
    )  # fmt: skip


def _default(item: n.Parameter, choices: dict[str, tuple[str, ...]]) -> Value:
    if item.name.name in choices.get(OPTIONAL, ()):
        return None
    return MISSING if item.default is None else literal_value(item.default)


OPTIONAL = "optional:"
"""Key under which the documentation keeps the parameters that may be left out."""

_KEY_LINE = re.compile(r"(formula|shape|section|optional|values (\w+)): (.*)")
_DECLARED_LINE = re.compile(rf"(formula|shape|section|optional|values (\w+)|{'|'.join(KEYS)}): (.*)")
"""Those of operations that are declared; in a document's own fragments traits are prose like any other."""


def _documentation(text: str, key_line: re.Pattern[str]) -> tuple[Documentation, dict[str, tuple[str, ...]]]:
    """What the comment lines directly above a declaration say."""
    lines: list[str] = []
    for line in reversed(text.split("\n")[:-1]):
        stripped = line.strip()
        if not stripped.startswith("#"):
            break
        lines.append(stripped[1:].strip())
    lines.reverse()
    found, choices, prose = Documentation(), {}, []
    for line in lines:
        match = key_line.fullmatch(line)
        if match is None:
            prose.append(line)
        elif match[2]:
            choices[match[2]] = tuple(item.strip() for item in match[3].split(","))
        elif match[1] == "section":
            found.section = match[3]
        elif match[1] == "optional":
            choices[OPTIONAL] = tuple(item.strip() for item in match[3].split(","))
        elif match[1] in KEYS:
            found.traits[match[1]] = match[3]
        else:
            (found.formulas if match[1] == "formula" else found.shapes).append(match[3])
    if prose and not set(prose[0]) <= set("-= "):
        found.summary, found.text = prose[0], "\n".join(prose[1:]).strip()
    return found, choices


def _trailing_comments(text: str) -> Callable[[int], str]:
    """A function from the end of a parameter to the comment behind it on the same line."""

    def comment(end: int) -> str:
        newline = text.find("\n", end)
        line = text[end : newline if newline >= 0 else len(text)]
        mark = line.find("#")
        return line[mark + 1 :].strip() if mark >= 0 and not line[:mark].strip(" ,)") else ""

    return comment


@cache
def declared_operations(name: str) -> dict[str, Operation]:
    """All operations of one file of declarations, by name."""
    source = Source(data_files(".nnef")[name].read_text(encoding="utf-8"))
    found = {}
    for body in structure_of(source).fragments:
        operation = operation_of(body, source, name)
        assert operation is not None, f"{name}.nnef: {body.head.problems}"
        if operation.name in found:
            raise ValueError(f"{name}.nnef declares '{operation.name}' twice")
        found[operation.name] = operation
    return found
