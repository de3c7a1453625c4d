"""A type that does not exist."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import replace
from ._words import similar

SEVERITY = "error"


_TYPES = ("integer", "scalar", "logical", "string")
_FOREIGN = {
    "float": "scalar", "float32": "scalar", "float16": "scalar", "double": "scalar", "real": "scalar", "f32": "scalar",
    "int": "integer", "int32": "integer", "int64": "integer", "uint8": "integer", "bool": "logical", "boolean": "logical",
    "str": "string", "number": "scalar",
}  # fmt: skip


def message(finding: Finding) -> str:
    name = finding.details["name"]
    close = meant(name)
    hint = f"; did you mean '{close}'?" if close else ": types are integer, scalar, logical and string"
    return f"there is no type '{name}'{hint}"


def meant(name: str) -> str | None:
    """The type that was probably meant."""
    return _FOREIGN.get(name.lower()) or similar(name, _TYPES)


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    found = meant(diagnostic.details["name"])
    return [replace(diagnostic, f"Change to '{found}'", found)] if found else []
