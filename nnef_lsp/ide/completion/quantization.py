"""What can be typed in a graph.quant: tensors of the graph beside it, operations, and their parameters.

Not here: where the cursor is (`text/cursor.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from math import isfinite

from ...model.operations.declarations import MISSING, Operation
from ...model.operations.statement_form import labels_of
from ...model.quantization.analysis import QuantAnalysis
from ...model.weights import holds_codes
from ...project.model_files import files_of
from ..describe import tensor_text
from ..names.strings import quoted
from ..text.cursor import Cursor, cursor_in
from .items import KEYWORD, MOST, OPERATION, PARAMETER, STRING, TENSOR, Completion, Item
from .snippets import argument_snippet, quote_of, short_signature, value_snippet

MOST_NUMBERS = 200_000
"""Stored numbers that are looked at for their range, which takes some 20 ms."""


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
        quote = "" if cursor.in_string else quote_of(quant.source)
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
                yield Item(name, OPERATION, short_signature(found), _call(quant, cursor, found), "4")


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


def _call(quant: QuantAnalysis, cursor: Cursor, operation: Operation) -> str:
    """A call without the tensor, which is the key; limits from the data that are stored for it."""
    limits = _stored_range(quant, cursor.words[0].text[1:-1]) or ("0.0", "1.0")
    known = {"min": limits[0], "max": limits[1], "scale": "1.0", "bits": "8", "signed": "true", "symmetric": "true"}
    parts = []
    for number, parameter in enumerate(operation.parameters[1:], 1):
        if parameter.default is MISSING and parameter.name in known:
            value = f"${{{number}:{known[parameter.name]}}}"
        elif parameter.default is MISSING and parameter.is_tensor:
            value = f"${{{number}:{'0' if parameter.type.name == 'integer' else '0.0'}}}"
        else:
            value = value_snippet(parameter, number)
        parts.append(f"{parameter.name} = {value}")
    return f"{operation.name}({', '.join(parts)});$0"


def _stored_range(quant: QuantAnalysis, name: str) -> tuple[str, str] | None:
    """The least and the greatest of the numbers that are stored for a variable, or of as many as are read at once."""
    files = files_of(quant.graph.weights) if quant.graph is not None else None
    definers = quant.graph.definers.get(name) if quant.graph is not None else None
    if files is None or not definers:
        return None
    for label in labels_of(definers[-1]):
        header = files.header(label)
        if header is not None and header.problem is None and not holds_codes(header):
            numbers = [number for number in islice(files.numbers(label), MOST_NUMBERS) if isfinite(number)]
            if numbers:
                return repr(float(f"{min(numbers):.6g}")), repr(float(f"{max(numbers):.6g}"))
    return None
