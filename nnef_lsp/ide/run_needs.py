"""What has to be chosen before a graph can run: its tensors and the engine.  Values for inputs: `project/input_sets.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..model.analysis.analysis import Analysis


def tensors_of(analysis: Analysis) -> list[tuple[str, Any]]:
    """Name and fact of every tensor of the graph, in the order of the text."""
    found: list[tuple[str, Any]] = []
    for segment in analysis.statements():
        found += zip(segment.defines, analysis.outcomes.of(segment).values)
    return found


def engines() -> list[str]:
    """Engines that are installed, the reference first."""
    import importlib.util

    return ["numpy", *(["tract"] if importlib.util.find_spec("tract") else [])]
