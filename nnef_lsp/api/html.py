"""A model as a notebook shows it: what goes in and out, and its operations as a table.  Names are escaped.

Not here: the picture of a graph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from ..archive.limits import bytes_text
from .diagnostic import Diagnostic
from .tensors import OperationInfo, TensorInfo

MOST_ROWS = 60
_STYLE = "style='text-align:left;font-family:monospace;white-space:pre'"


def model_html(
    title: str,
    size: int,
    operations: Sequence[OperationInfo],
    tensors: Mapping[str, TensorInfo],
    errors: Sequence[Diagnostic],
) -> str:
    """A heading with the bytes of the data files, the mistakes if there are any, and the first operations."""
    parts = [
        f"<b>{escape(title)}</b> &nbsp; {len(operations)} statements, {bytes_text(size)} of weights",
        *(f"<div style='color:#b00'>{escape(str(item))}</div>" for item in errors[:5]),
        "<table><thead><tr><th>line</th><th>operation</th><th>reads</th><th>gives</th></tr></thead><tbody>",
    ]
    for operation in operations[:MOST_ROWS]:
        gives = ", ".join(str(tensors[name]) if name in tensors else name for name in operation.outputs)
        cells = (str(operation.line), operation.name or operation.text, ", ".join(operation.inputs), gives)
        parts.append("<tr>" + "".join(f"<td {_STYLE}>{escape(cell[:200])}</td>" for cell in cells) + "</tr>")
    if len(operations) > MOST_ROWS:
        parts.append(f"<tr><td></td><td>and {len(operations) - MOST_ROWS} more</td></tr>")
    return "".join([*parts, "</tbody></table>"])
