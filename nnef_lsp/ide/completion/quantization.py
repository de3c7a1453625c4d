"""What can be typed in a graph.quant: tensors of the graph beside it, operations, and their parameters.

Not here: where the cursor is (`text/cursor.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.operations.declarations import MISSING, Operation, literal_text
from ...model.quantization.analysis import QuantAnalysis
from ..describe import tensor_text
from ..names.strings import quoted
from ..text.cursor import Cursor, cursor_in
from .items import KEYWORD, MOST, OPERATION, PARAMETER, STRING, TENSOR, Completion, Item
from .snippets import argument_snippet, escaped


def quant_completion(quant: QuantAnalysis, offset: int) -> Completion | None:
    """What fits at an offset."""
    cursor = cursor_in(quant.source, offset)
    if cursor is None:
        return None
    items = list(_items(quant, cursor))
    return Completion(cursor.start, cursor.end, items, len(items) < MOST)


def _items(quant: QuantAnalysis, cursor: Cursor) -> Iterator[Item]:
    operation = cursor.operation(quant)
    if not cursor.words:
        quote = "" if cursor.in_string else "'"
        yield from (Item(f"{quote}{quoted(name)}{quote}", TENSOR, text) for name, text in _tensors(quant, cursor.typed))
    elif operation is not None and cursor.in_string:
        parameter = cursor.parameter(operation)
        yield from (Item(choice, STRING) for choice in (parameter.choices if parameter else ()))
    elif operation is not None and cursor.words[-1].text in ("(", ","):
        for parameter in operation.parameters[1:]:
            if parameter.name not in cursor.given():
                yield Item(
                    parameter.name,
                    PARAMETER,
                    str(parameter.type),
                    argument_snippet(parameter),
                    "3",
                    parameter.documentation,
                )
    elif operation is not None and cursor.words[-1].text == "=":
        parameter = cursor.parameter(operation)
        if parameter is not None and parameter.type.name == "logical":
            yield from (Item(word, KEYWORD, rank="1") for word in ("true", "false"))
    elif any(word.text == ":" for word in cursor.words) and operation is None and not cursor.in_string:
        for name, found in quant.operations.items():
            if name.endswith("_quantize"):
                yield Item(name, OPERATION, found.documentation.section, _call(found), "4")


def _tensors(quant: QuantAnalysis, typed: str) -> Iterator[tuple[str, str]]:
    """Tensors of the graph that are not quantized yet."""
    if quant.graph is None:
        return
    done = {tree.key.value for _, tree in quant.entries()}
    count = 0
    for name, fact in quant.graph.tensors().items():
        if name not in done and typed.lower() in name.lower() and count < MOST:
            count += 1
            yield name, tensor_text(fact)


def _call(operation: Operation) -> str:
    """A call without the tensor, which is the key."""
    parts = []
    for number, parameter in enumerate(operation.parameters[1:], 1):
        value = "0.0" if parameter.default is MISSING else literal_text(parameter.default)
        parts.append(f"{parameter.name} = ${{{number}:{escaped(value)}}}")
    return f"{operation.name}({', '.join(parts)});$0"
