"""Dialects: what differs between the language of the specification and what an engine reads.

Not here: operators (`dialects/*.nnef`), symbols of extents (`dims.py`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """How strictly a document is read; `declarations` are the files in `dialects/` with its operators, the first
    always there, the others by name of registry."""

    name: str
    title: str
    declarations: tuple[str, ...]
    strict_types: bool = True
    """Whether integers are not scalars, arrays are not tensors, and attributes must be named."""
    rebinding: bool = False
    """Whether a name may be assigned again."""
    needs_extensions: bool = True
    """Whether fragments and expressions must be enabled by an extension."""
    attribute_names: bool = False
    """Whether names in a graph may hold attribute values, arrays and tuples."""
    empty_lists: bool = False
    """Whether parameter, result and argument lists and bodies may be empty."""
    redefinition: bool = False
    """Whether a fragment may have the name of a standard operation."""
    later_fragments: bool = False
    """Whether a fragment may invoke one that is declared below it."""
    effects_in_fragments: bool = False
    """Whether external, variable and update may stand in a fragment."""
    registries: tuple[str, ...] = ()
    symbols: bool = False
    """Whether extents may be symbolic."""


KHRONOS = Dialect("khronos", "NNEF 1.0.5", ("khronos",))
TRACT = Dialect(
    "tract",
    "tract",
    ("khronos",),
    strict_types=False,
    rebinding=True,
    needs_extensions=False,
    attribute_names=True,
    empty_lists=True,
    redefinition=True,
    later_fragments=True,
    effects_in_fragments=True,
    symbols=True,
)
DIALECTS = {dialect.name: dialect for dialect in (KHRONOS, TRACT)}


def detect(text: str) -> Dialect:
    """The dialect a document is written in, by its extensions and operators."""
    return TRACT if "tract_" in text else KHRONOS
