"""The dialect of the specification, which all others are told from."""

from __future__ import annotations

from ..dialect import Dialect

DIALECT = Dialect("khronos", "NNEF 1.0.5", ("khronos",))
