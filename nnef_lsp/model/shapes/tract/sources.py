"""Tensors and values from outside: inputs, resources, other models."""

from __future__ import annotations

from ...dtypes.results import datum_type
from ...extents.dims import Shape
from ...operations.declarations import MISSING
from ...values.tensor import ANY, Tensor, tensor
from ...weights import NoResource
from .. import Call, PlainResult, Refusal, Undetermined, shape_of
from ..sources import declared_shape


@shape_of("external", dialect="tract")
def external(call: Call) -> Shape:
    """The shape is the attribute, where items may be symbolic."""
    return declared_shape(call, 0)


@shape_of("variable", dialect="tract")
def variable(call: Call) -> Shape:
    """The shape is the attribute; the label names a file."""
    shape = declared_shape(call, 0)
    label = call.arguments.get("label")
    if isinstance(label, str):
        check_label(call, label)
    return shape


def check_label(call: Call, label: str) -> None:
    """tract compares labels with the names of the files, letter by letter; it reads no hidden files.  So the data of such a
    variable are missing, whatever lies in the folder."""
    parts = label.lstrip("/").split("/")
    if any(part.startswith(".") or not part for part in parts):
        tidy = "/".join(part for part in parts if part not in ("", "."))
        advice = f"; write '{tidy}'" if tidy and not any(part.startswith(".") for part in tidy.split("/")) else ""
        call.notes.append(Refusal("missing-weights", f"tract finds no file for the label '{label}'{advice}", "label"))


@shape_of("tract_core_external")
def tract_external(call: Call) -> Tensor:
    """The shape and the type are the attributes."""
    return tensor(datum_type(call, "datum_type") or "f32", declared_shape(call, 0))


@shape_of("tract_resource_get")
def resource_get(call: Call) -> PlainResult:
    """A value, not a tensor: whatever stands in the resource."""
    try:
        value = call.host.context.resource(str(call["label"]), str(call["key"]))
    except NoResource as problem:
        raise _dangling(call, problem) from problem
    return PlainResult(ANY if value is MISSING else value)


@shape_of("tract_core_submodel")
def submodel(call: Call) -> list[Tensor]:
    """The outputs of the other model."""
    try:
        found: list[Tensor] | None = call.host.context.submodel(str(call["label"]))
    except NoResource as problem:
        raise _dangling(call, problem) from problem
    if found is None:
        raise Undetermined
    return found


def _dangling(call: Call, problem: NoResource) -> Refusal:
    """An argument that names what the model has not."""
    return Refusal("invalid-value", problem.message, problem.at, text=str(call[problem.at]), names=problem.names)
