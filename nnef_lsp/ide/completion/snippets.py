"""Text to insert with places to fill in, in the snippet syntax that editors share."""

from __future__ import annotations

from ...model.operations.declarations import MISSING, Operation, Parameter, literal_text


def call_snippet(operation: Operation) -> str:
    """A call: tensors by position, attributes by name with their defaults."""
    parts = [_argument(parameter, number) for number, parameter in enumerate(operation.parameters, 1)]
    return f"{operation.name}({', '.join(parts)})$0"


def argument_snippet(parameter: Parameter) -> str:
    """`name = value`."""
    return f"{parameter.name} = {_value(parameter, 1)}$0"


def _argument(parameter: Parameter, number: int) -> str:
    value = _value(parameter, number)
    return value if parameter.is_tensor else f"{parameter.name} = {value}"


def _value(parameter: Parameter, number: int) -> str:
    if parameter.choices:
        first = parameter.default if isinstance(parameter.default, str) else parameter.choices[0]
        ordered = [first, *(choice for choice in parameter.choices if choice != first)]
        return f"${{{number}|{','.join(repr(choice) for choice in ordered)}|}}"
    if parameter.default is not MISSING:
        return f"${{{number}:{escaped(literal_text(parameter.default))}}}"
    return f"${{{number}:{escaped(_blank(parameter))}}}"


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
