"""The dialect of the specification, which all others are told from."""

from __future__ import annotations

from ..dialect import Dialect

DIALECT = Dialect(
    "khronos",
    "NNEF 1.0.5",
    ("khronos",),
    extension_documentation={
        "KHR_enable_fragment_definitions": "The document may declare fragments (section 3.2.2).",
        "KHR_enable_operator_expressions": "Statements may use operators, nested invocations and other expressions (section 3.2.3).",
    },
    strings={("variable", "label"): "weights"},
    specification="https://registry.khronos.org/NNEF/specs/1.0/nnef-1.0.5.html",
)
