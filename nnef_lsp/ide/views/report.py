"""A report on a model in Markdown, for people who do not open an editor: inputs, outputs, operations, weights, problems."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ...model.values.values import Value
from ..describe import inline, quoted_prose
from .graph import GraphNode, graph_view

if TYPE_CHECKING:
    from ...model.analysis.analysis import Analysis

MOST = 200
"""Rows of a table."""


def report(analysis: Analysis, problems: list[tuple[int, str, str, str]], macs: int | None = None) -> str:
    """The report; problems are (line, severity, code, message), `macs` the multiply-accumulates of a run if known."""
    view = graph_view(analysis)
    if view is None:
        return "# No graph\n\nThis text holds no graph.\n"
    weights = [node for node in view.nodes if node.kind == "weights"]
    operations = Counter(node.operation for node in view.nodes if node.kind not in ("weights", "input"))
    facts = {name: fact for node in view.nodes for name, fact in node.outputs}
    parts = [
        f"# {inline(view.name)}\n",
        f"{len(view.nodes)} statements · {sum(operations.values())} operations · {view.parameters:,} parameters"
        + (f" · {macs:,} multiply-accumulates\n" if macs else "\n"),
        "## Inputs and outputs\n", _table(("", "name", "type", "shape"), [
            *(("input", inline(name), *_fact(facts.get(name))) for name in view.inputs),
            *(("output", inline(name), *_fact(facts.get(name))) for name in view.outputs),
        ]),
        "## Operations\n", _table(("operation", "times"), [
            ("expressions" if name == "=" else inline(name), str(count)) for name, count in operations.most_common(MOST)
        ]),
        "## Weights\n", _table(("label", "type", "shape"), [_weight(node) for node in weights[:MOST]]) if weights else "None.\n",
        "## Problems\n", _table(("line", "", "rule", ""), [
            (str(line), severity, inline(code), quoted_prose(message.replace("\n", " "))) for line, severity, code, message in problems[:MOST]
        ]) if problems else "None.\n",
    ]  # fmt: skip
    return "\n".join(parts)


def _weight(node: GraphNode) -> tuple[str, ...]:
    return (inline(node.label or node.id), *_fact(node.outputs[0][1]))


def _fact(fact: Value) -> tuple[str, str]:
    shape = getattr(fact, "shape", None)
    text = "unknown" if shape is None else "scalar" if not shape else " × ".join(map(str, shape))
    return str(getattr(fact, "dtype", "?")), text


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |" for cells in lines) + "\n"
