"""Text to insert with places to fill in, in the snippet syntax that editors share."""

from __future__ import annotations

from ...model.operations.declarations import MISSING, Operation, Parameter, literal_text
from ...syntax.source import Source


def call_snippet(operation: Operation, quote: str = "'") -> str:
    """A call with the arguments that must be given: tensors by position, attributes by name."""
    needed = [parameter for parameter in operation.parameters if _is_needed(parameter)]
    parts = [_argument(parameter, number, quote) for number, parameter in enumerate(needed, 1)]
    inside = ", ".join(parts) if parts or not operation.parameters else "$1"
    return f"{operation.name}({inside})$0"


def _is_needed(parameter: Parameter) -> bool:
    return parameter.default is MISSING and not parameter.optional


def short_signature(operation: Operation) -> str:
    """`(input, filter, ...) -> output`: what must be given, and what comes out."""
    needed = [parameter.name for parameter in operation.parameters if _is_needed(parameter)]
    more = ["…"] if len(needed) < len(operation.parameters) else []
    results = ", ".join(result.name for result in operation.results)
    return f"({', '.join([*needed, *more])}) -> {results}"


def argument_snippet(parameter: Parameter, quote: str = "'") -> str:
    """`name = value`."""
    return f"{parameter.name} = {value_snippet(parameter, 1, quote)}$0"


def _argument(parameter: Parameter, number: int, quote: str) -> str:
    value = value_snippet(parameter, number, quote)
    return value if parameter.is_tensor else f"{parameter.name} = {value}"


def value_snippet(parameter: Parameter, number: int, quote: str = "'") -> str:
    """A value of the parameter's type to fill in: its default, one of its choices, or the simplest there is."""
    if parameter.choices:
        first = parameter.default if isinstance(parameter.default, str) else parameter.choices[0]
        ordered = [first, *(choice for choice in parameter.choices if choice != first)]
        return f"${{{number}|{','.join(f'{quote}{choice}{quote}' for choice in ordered)}|}}"
    text = literal_text(parameter.default) if parameter.default is not MISSING else _blank(parameter)
    return f"${{{number}:{escaped(text.replace(_USUAL, quote))}}}"


_USUAL = "'"


def _blank(parameter: Parameter) -> str:
    """What stands in for a value that must be given."""
    if parameter.is_tensor:
        return f"[{parameter.name}]" if parameter.type.kind == "array" else parameter.name
    if parameter.type.kind == "array":
        return "[]"
    return {"integer": "0", "scalar": "0.0", "logical": "false", "string": "''"}.get(
        parameter.type.name, parameter.name
    )


def escaped(text: str) -> str:
    """Text as it is, not as a place to fill in."""
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}")


def quote_of(source: Source) -> str:
    """The quotes that a document uses, by the first string in a statement."""
    for segment in source:
        for word in segment.words:
            if word.startswith(("'", '"')):  # a quoted name may be empty
                return word[0]
    return "'"
