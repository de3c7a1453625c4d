"""What each reserved word is for: the one list that every editor's highlighting is made from (`tools/keywords.py`)."""

from __future__ import annotations

ROLES: dict[str, tuple[str, ...]] = {
    "header": ("version", "extension"),
    "declaration": ("fragment", "graph"),
    "tensor": ("tensor",),
    "type": ("integer", "scalar", "logical", "string"),
    "function": ("shape_of", "length_of", "range_of"),
    "conditional": ("if", "else"),
    "loop": ("for", "yield"),
    "membership": ("in",),
    "truth": ("true", "false"),
}
"""Every word of `tokens.KEYWORDS` has one role; the types are functions too, `integer(x)`."""

STORAGE = ("external", "variable", "constant", "update")
"""Operations that compute nothing, which editors show apart from the others."""
