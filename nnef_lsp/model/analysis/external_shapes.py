"""The text of a graph with other shapes of its inputs (section 2.2 lets a consumer replace them).

Not here: runs that ask for it (`cli/run.py`, `cli/shapes.py`), whether the graph is right then (its analysis).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...syntax import nodes as n
from .analysis import Analysis


def with_external_shapes(analysis: Analysis, shapes: Mapping[str, Sequence[int]]) -> str:
    """The text with `shape` of the external tensors named replaced where it differs from what is known of them."""
    edits = []
    tensors = analysis.tensors()
    for segment in analysis.statements():
        wanted = [name for name in segment.defines if name in shapes]
        tree = segment.tree() if wanted else None
        if not isinstance(tree, n.Assignment) or not isinstance(tree.value, n.Invocation):
            continue
        fact = tensors.get(wanted[0])
        extents = tuple(shapes[wanted[0]])
        if tree.value.callee.name != "external" or fact is None or fact.shape == extents:
            continue
        begin = analysis.source.start_of(segment)
        for argument in tree.value.arguments:
            if argument.name is not None and argument.name.name == "shape":
                edits.append((begin + argument.value.start, begin + argument.value.end, list(extents)))
    text = analysis.source.text
    for start, end, extents_ in sorted(edits, reverse=True):
        text = f"{text[:start]}{extents_}{text[end:]}"
    return text
