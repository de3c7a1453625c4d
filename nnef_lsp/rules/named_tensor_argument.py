"""A tensor passed by the name of its parameter, which was deprecated by version 1.0.1."""

from __future__ import annotations

from ..model.findings import Finding
from ..syntax import nodes as n
from . import Context, Diagnostic, Edit, Fix
from ._edits import invocation_around

SEVERITY = "warning"
TAGS = ("deprecated",)


def message(finding: Finding) -> str:
    return f"passing tensor '{finding.details['name']}' by name is deprecated: pass it by position"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    segment = diagnostic.segment
    node = invocation_around(segment, diagnostic.start)
    operation = context.analysis.operations.get(diagnostic.details["operation"])
    if node is None or operation is None or "#" in segment.text[node.opening : node.closing]:
        return []
    ordered = _ordered(node, [parameter.name for parameter in operation.parameters if parameter.is_tensor])
    if ordered is None:
        return []
    texts = [segment.text[start:end] for start, end in ordered]
    return [
        Fix(
            "Pass tensors by position",
            (Edit(segment, node.opening + 1, node.closing, ", ".join(texts)),),
            True,
            safe=True,
        )
    ]


def _ordered(node: n.Invocation, tensors: list[str]) -> list[tuple[int, int]] | None:
    """The spans of the arguments with tensors first and without names; None if one is left out in between or given twice."""
    named = {argument.name.name: argument for argument in node.arguments if argument.name is not None}
    first = [argument for argument in node.arguments if argument.name is None]
    if any(name in named for name in tensors[: len(first)]):
        return None  # given twice: no order mends that
    spans = [(argument.start, argument.end) for argument in first]
    for index, name in enumerate(tensors[len(first) :]):
        argument = named.pop(name, None)
        if argument is None:
            if any(later in named for later in tensors[len(first) + index :]):
                return None
            break
        spans.append((argument.value.start, argument.value.end))
    return spans + [(argument.start, argument.end) for argument in named.values()]
