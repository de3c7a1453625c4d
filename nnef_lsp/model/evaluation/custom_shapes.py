"""The shapes that a project's own rules give to the results of an operation without a body.

Not here: the rules (`operations/custom.py`).
"""

from __future__ import annotations

from typing import Any

from ...syntax import nodes as n
from ..extents.dims import Dim
from ..findings import MILD
from ..operations.custom import NOTHING, Answer, Expression
from ..operations.declarations import Operation
from ..values.tensor import Opaque
from ..values.types import INTEGER, array_type
from ..values.values import Value, is_known, tensor_of
from .evaluation import Evaluation

LARGEST = 1 << 62
"""An extent beyond is none that anyone meant."""
_SHAPE = Opaque(array_type(INTEGER))
_SHAPES = Opaque(array_type(array_type(INTEGER)))


def custom_shapes(
    evaluator: Evaluation, operation: Operation, arguments: dict[str, Value], node: n.Node
) -> tuple[Any, ...] | None:
    """One shape for each result, a list of shapes for an array of tensors; None if they are not known.

    What is wrong is noted at the invocation: an error if the arguments are, a warning if it is the rule.
    """
    custom = evaluator.context.custom
    expression = custom.expressions.get(operation.name)
    spot = getattr(node, "callee", node)
    if expression is not None:
        answer = _evaluated(evaluator, operation, arguments, expression, spot)
    elif custom.python is not None:
        answer = _asked(evaluator, operation, arguments)
    else:
        answer = Answer(failed=custom.withheld)
    if answer.refused:
        evaluator.find("custom-arguments", spot, operation=operation.name, reason=answer.refused)
    elif answer.failed:
        evaluator.find("custom-rule", spot, operation=operation.name, reason=answer.failed)
    return None if answer.shapes is None else tuple(answer.shapes)


def _evaluated(
    evaluator: Evaluation, operation: Operation, arguments: dict[str, Value], expression: Expression, spot: n.Node
) -> Answer:
    names = {name: _shapes(value) if operation.by_name[name].is_tensor else value for name, value in arguments.items()}
    inner = evaluator.inside_of(operation, names, None)
    value = inner.evaluate(expression.node)
    wrong = next((finding for finding in inner.findings if finding.rule not in MILD), None)
    if wrong is not None:
        evaluator.find("custom-rule", spot, operation=operation.name, inner=wrong, place=expression.place)
        return NOTHING
    several = len(operation.results) > 1 and isinstance(value, tuple)
    where = f" ({expression.place})" if expression.place else ""
    values: Any = value if several else (value,)
    return judged(operation, values, f"its shape rule{where}")


def _asked(evaluator: Evaluation, operation: Operation, arguments: dict[str, Value]) -> Answer:
    """What a rule in Python says, which is asked only if everything is a plain number."""
    assert evaluator.context.custom.python is not None
    shapes: list[Any] = []
    attributes = {}
    for parameter in operation.parameters:
        value = arguments.get(parameter.name)
        if not parameter.is_tensor:
            attributes[parameter.name] = value
        elif value is not None:
            shapes.append(_shapes(value))
    if not all(map(_is_plain, (*shapes, *attributes.values()))):
        return NOTHING
    answer = evaluator.context.custom.python.answer(operation.name, shapes, attributes)
    if answer.shapes is None:
        return answer
    return judged(operation, answer.shapes, f"its shape rule ({evaluator.context.custom.place(operation.name)})")


def _shapes(value: Value) -> Value:
    """The shape of a tensor as an array, those of an array of tensors as an array of arrays."""
    if isinstance(value, list):
        return list(map(_shapes, value))
    if isinstance(value, Opaque) and value.type is not None and value.type.kind == "array":
        return _SHAPES
    shape = tensor_of(value).shape
    return _SHAPE if shape is None else list(shape)


def _is_plain(value: Value) -> bool:
    """Whether a value can be told to another process: numbers, strings, and arrays and tuples of these."""
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, (bool, int, float, str))


def judged(operation: Operation, values: Any, rule: str) -> Answer:
    """What a rule gave as an answer: shapes for the results, or what is wrong with it."""
    wanted = len(operation.results)
    if len(values) != wanted:
        count = "1 shape" if len(values) == 1 else f"{len(values)} shapes"
        return Answer(failed=f"{rule} gives {count} for {'its one result' if wanted == 1 else f'its {wanted} results'}")
    shapes: list[Any] = []
    for result, value in zip(operation.results, values, strict=True):
        listed = result.type.kind == "array"
        if not is_known(value):
            return NOTHING
        if not isinstance(value, (list, tuple)) or not all(map(_is_shape if listed else _is_extent, value)):
            what = "an array of shapes" if listed else "a shape (an array of integers)"
            return Answer(failed=f"{rule} gives {_short(value)} for '{result.name}', which is not {what}")
        for shape in value if listed else (value,):
            if any(isinstance(extent, int) and not 0 <= extent <= LARGEST for extent in shape):
                return Answer(refused=f"{rule} gives the shape {_short(list(shape))}, which no tensor has")
        shapes.append([tuple(shape) for shape in value] if listed else tuple(value))
    return Answer(shapes)


def _is_extent(value: Any) -> bool:
    return isinstance(value, (int, Dim)) and not isinstance(value, bool)


def _is_shape(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(map(_is_extent, value))


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


__all__ = ["custom_shapes", "judged"]
