"""Operations that introduce tensors (4.1), and updates of variables (4.8)."""

from __future__ import annotations

import re

from ..extents.dims import Extent, Shape, format_shape, product
from ..extents.relations import differ, less
from ..values.tensor import Tensor
from . import Call, Refusal, shape_of
from .checks import extents


@shape_of("update")
def update(call: Call) -> Shape:
    """4.8: the new value has the shape of the variable."""
    variable, value = call.shape("variable"), call.tensor("value").shape
    if value is not None and (len(value) != len(variable) or any(map(differ, value, variable))):
        message = f"'value' must have the shape {format_shape(variable)} of the variable, found {format_shape(value)}"
        raise Refusal("shape-mismatch", message, "value")
    return variable


_LABEL = re.compile(r"[A-Za-z0-9_\-./\\]+")


@shape_of("external")
def external(call: Call) -> Shape:
    """4.1.1: the shape is the attribute."""
    return declared_shape(call)


@shape_of("constant")
def constant(call: Call) -> Shape:
    """4.1.2: one value for each item, or one for all."""
    shape = declared_shape(call)
    values = call.arguments.get("value")
    volume = product(shape)
    if isinstance(values, list) and isinstance(volume, int) and len(values) not in (1, volume):
        expected = f"{volume} values or a single one" if volume != 1 else "a single value"
        raise Refusal("volume-mismatch", f"shape {format_shape(shape)} needs {expected}, found {len(values)}", "value")
    return shape


@shape_of("variable")
def variable(call: Call) -> Shape:
    """4.1.3: the shape is the attribute; the label names a file.

    That variables of one label have one shape is a matter of the whole graph, see the rules.
    """
    shape = declared_shape(call)
    label = call.arguments.get("label")
    if isinstance(label, str):
        check_label(label)
    return shape


def declared_shape(call: Call, least: int = 1) -> Shape:
    """The attribute `shape`, whose items are positive; with `least` 0 tensors may be empty."""
    shape: list[Extent] = extents(call, "shape")
    given = call.arguments.get("shape")
    for index, item in enumerate(given if isinstance(given, list) else ()):
        if isinstance(item, Tensor) and item.dtype == "bool":
            message = f"item {index} of 'shape' is true or false, which nobody knows while the graph is read"
            raise Refusal("invalid-value", message, "shape", index)
    for index, extent in enumerate(shape):
        if less(extent, least):
            raise Refusal(
                "invalid-value", f"extents must be positive, item {index} of 'shape' is {extent}", "shape", index
            )
    return tuple(shape)


def check_label(label: str) -> None:
    """4.1.3: labels are not empty and consist of a few characters."""
    if not label:
        raise Refusal("invalid-value", "'label' must not be empty, it names the file of the variable", "label")
    if not _LABEL.fullmatch(label):
        wrong = next(character for character in label if not _LABEL.fullmatch(character))
        allowed = "letters, digits and _ - . / \\"
        raise Refusal("invalid-value", f"'label' must consist of {allowed}, found {wrong!r}", "label")
    if label.startswith("/"):
        raise Refusal(
            "invalid-value", f"'label' must not begin with '/', it is a path inside the model: '{label}'", "label"
        )
