"""The cases, one file per family of operations, each with a list `CASES`; at least five for each operation.

What the specification leaves open is not asked: results that depend on it have no case (see docs/conformance.md).
"""

from __future__ import annotations

import importlib
import pkgutil

from ..case import Case

__all__ = ["all_cases"]


def all_cases() -> list[Case]:
    """Every case in the order of the specification; a name that is taken is refused."""
    found: dict[str, Case] = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(__path__)):
        for case in importlib.import_module(f"{__name__}.{module}").CASES:
            if case.name in found:
                raise ValueError(f"there are two cases '{case.name}'")
            found[case.name] = case
    return sorted(found.values(), key=lambda case: [int(part) for part in case.section.split(".")])
