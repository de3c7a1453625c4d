"""What has to be chosen before a graph can run: its tensors and the engine.  Values for inputs: `project/input_sets.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.values.tensor import Tensor

if TYPE_CHECKING:
    from ..model.analysis.analysis import Analysis


def tensors_of(analysis: Analysis) -> list[tuple[str, Tensor]]:
    """Name and fact of every tensor of the graph, in the order of the text."""
    found: list[tuple[str, Tensor]] = []
    for segment in analysis.statements():
        values = zip(segment.defines, analysis.outcomes.of(segment).values)
        found += [(name, value) for name, value in values if isinstance(value, Tensor)]
    return found


def engines() -> list[str]:
    """Engines that are installed, the reference first."""
    import importlib.util

    return ["numpy", *(["tract"] if importlib.util.find_spec("tract") else [])]
