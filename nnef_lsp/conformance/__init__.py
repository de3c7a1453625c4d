"""The conformance suite: every operation of NNEF 1.0.5 in small models, with what the specification says comes out.

    results = test_engine("numpy", selection("conv/*"))

Here: cases (`cases`), definitions in plain loops (`reference`), running them on engines (`adapters`, `runner`), reports.
Not here: the conformance command (`cli/conformance.py`).
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from .case import Case
from .networks import Network
from .runner import Results, test_engine
from .verdict import Verdict

__all__ = ["Case", "Network", "Results", "Verdict", "selection", "test_engine"]


def selection(pattern: str | None = None) -> list[Case | Network]:
    """The cases whose name or operation fits a pattern, or whose section it begins."""
    from .cases import all_cases
    from .networks import networks

    items: list[Case | Network] = [*all_cases(), *networks()]
    if not pattern:
        return items
    return [item for item in items if _fits(item, pattern)]


def _fits(item: Case | Network, pattern: str) -> bool:
    in_section = item.section == pattern or item.section.startswith(f"{pattern}.")
    return in_section or item.operation == pattern or fnmatchcase(item.name, pattern)
