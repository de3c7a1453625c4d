"""Gathering and scattering by index, ranges, sorting, one-hot, what a run selects."""

from __future__ import annotations

from ...dtypes.promotion import UNSURE
from ...dtypes.results import datum_type, super_type
from ...extents.dims import UNKNOWN, Dim, Extent, Shape, Symbol, ceil_div, format_shape
from ...extents.relations import differ, less
from ...values.tensor import Tensor, tensor
from ...values.values import Value
from .. import Call, Refusal, Undetermined, shape_of
from ..checks import check_axis, extent_of, extents, integer


@shape_of("tract_core_gather")
def gather(call: Call) -> Tensor:
    """One axis is replaced by those of the indices."""
    input, indices, axis = call.shape("input"), call.shape("indices"), integer(call, "axis")
    check_axis("axis", axis, len(input))
    own, wanted = call.tensor("input").dtype, datum_type(call, "datum_type")
    if wanted is not None and wanted != own and own not in UNSURE:
        raise Refusal("invalid-value", f"'datum_type' is {wanted}, but 'input' is {own}: cast it before", "datum_type")
    dtype = wanted or own
    from ...dtypes.constant_folding import folded

    fact = tensor(dtype, (*input[:axis], *indices, *input[axis + 1 :]))
    value = folded(call, fact)
    return fact if value is None else tensor(fact.dtype, fact.shape, value)


@shape_of("tract_core_gather_elements")
def gather_elements(call: Call) -> Shape:
    """The shape of the indices."""
    input, indices = call.shape("input"), call.shape("indices")
    _check_rank(input, indices)
    check_axis("axis", integer(call, "axis"), len(input))
    return indices


def _check_rank(input: Shape, indices: Shape) -> None:
    if len(input) != len(indices):
        message = f"'indices' {format_shape(indices)} must have the rank of 'input' {format_shape(input)}"
        raise Refusal("rank-mismatch", message, "indices")


@shape_of("tract_core_gather_nd")
def gather_nd(call: Call) -> Shape:
    """The last axis of the indices picks among as many axes of the input."""
    input, indices, batch = call.shape("input"), call.shape("indices"), integer(call, "batch_dims")
    if not indices:
        raise Refusal("rank-mismatch", "'indices' needs an axis along which tuples of indices lie", "indices")
    count = indices[-1]
    if not isinstance(count, int):
        raise Undetermined
    if batch + count > len(input):
        message = f"'indices' {format_shape(indices)} picks along {count} axes, 'input' {format_shape(input)} has fewer"
        raise Refusal("rank-mismatch", message, "indices")
    return (*indices[:-1], *input[batch + count :])


@shape_of("tract_core_scatter_elements", "tract_core_scatter_nd")
def scatter(call: Call) -> Tensor:
    """The shape of the input, in the wider of both types."""
    input, updates = call.tensor("input"), call.tensor("updates")
    shape = call.shape("input")
    if call.operation == "tract_core_scatter_elements":
        indices = call.shape("indices")
        _check_rank(shape, indices)
        check_axis("axis", integer(call, "axis"), len(shape))
        if updates.shape is not None and (
            len(indices) != len(updates.shape) or any(map(differ, indices, updates.shape))
        ):
            message = (
                f"'updates' {format_shape(updates.shape)} must have the shape {format_shape(indices)} of 'indices'"
            )
            raise Refusal("shape-mismatch", message, "updates")
    dtype = input.dtype if input.dtype == updates.dtype else super_type(input.dtype, updates.dtype)
    if (
        "string" in (input.dtype, updates.dtype)
        and input.dtype != updates.dtype
        and "?" not in (input.dtype, updates.dtype)
    ):
        dtype = None  # what others write as a string is none here
    if dtype is None and input.dtype not in UNSURE and updates.dtype not in UNSURE:
        raise Refusal("operand-types", f"there is no common data type for {input.dtype} and {updates.dtype}", "updates")
    return tensor(dtype or "?", shape)


@shape_of("tract_core_range")
def range_of(call: Call) -> Tensor:
    """As many items as there are steps; a new symbol where a bound is known only to a run."""
    values = [call.arguments[name] for name in ("start", "end", "step")]
    types = [item.dtype for item in map(_fact, values)]
    for name, found in zip(("end", "step"), types[1:]):
        if found != types[0] and found not in UNSURE and types[0] not in UNSURE:
            raise Refusal(
                "operand-types",
                f"'start', 'end' and '{name}' must have one data type, found {types[0]} and {found}",
                name,
            )
    dtype = "i64" if types[0] == "tdim" else types[0]
    start, end, step = map(_single, values)
    if start is None or end is None or step is None:
        return tensor(dtype, (call.host.context.fresh("range"),))
    if types[0] == "tdim" and isinstance(step, Dim) and step is not UNKNOWN:
        raise Refusal("invalid-value", f"tract needs 'step' as a number, it is {step}", "step")
    if types[0] != "tdim" and any(isinstance(value, Dim) for value in (start, end, step)):
        return tensor(dtype, (call.host.context.fresh("range"),))
    if isinstance(step, int) and step and isinstance(start, (int, Dim)) and isinstance(end, (int, Dim)):
        if less(end, start) if step > 0 else less(start, end):
            raise Refusal("invalid-value", f"from {start} there are no steps of {step} to {end}", "end")
    return tensor(dtype, (steps(start, end, step),))


def _fact(value: Value) -> Tensor:
    from ...values.constants import wire

    found = wire(value)
    return found if isinstance(found, Tensor) else tensor("?", None)


def _single(value: object) -> int | float | Extent | None:
    """The one item of a constant."""
    if isinstance(value, Tensor):
        from ...values.constants import flat

        items = flat(value.value) if value.value is not None else []
        return items[0] if len(items) == 1 and isinstance(items[0], (int, float, Dim)) else None
    return value if isinstance(value, (int, float)) or (type(value) is type(UNKNOWN) and value is not UNKNOWN) else None


def _first(value: object) -> int | float | Extent | None:
    """The first item of a constant, which is what tract takes for a number."""
    if isinstance(value, Tensor) and value.value is not None:
        from ...values.constants import flat

        items = flat(value.value)[:1]
        return items[0] if items and isinstance(items[0], (int, float, Dim)) else None
    return _single(value)


def steps(start: object, end: object, step: object) -> Extent:
    """ceil((end - start) / step), at least 0."""
    if isinstance(start, float) or isinstance(end, float) or isinstance(step, float):
        if not all(isinstance(item, (int, float)) for item in (start, end, step)):
            return UNKNOWN
        return max(0, -int(-(float(end) - float(start)) // float(step)))  # type: ignore[arg-type]
    if step == 0:
        raise Refusal("invalid-value", "'step' must not be 0", "step")
    if not isinstance(step, int):
        return UNKNOWN
    distance = end - start if step > 0 else start - end  # type: ignore[operator]
    count = ceil_div(distance, abs(step))
    return max(count, 0) if isinstance(count, int) else count


@shape_of("tract_core_topk")
def topk(call: Call) -> tuple[Tensor, Tensor]:
    """k items on the axis; a new symbol where only a run knows k."""
    shape, axis = list(call.shape("input")), integer(call, "axis")
    check_axis("axis", axis, len(shape))
    k = _first(call.arguments["k"])
    shape[axis] = call.host.context.fresh("k") if k is None else int(k) if isinstance(k, float) else k
    return tensor(call.tensor("input").dtype, tuple(shape)), tensor("i64", tuple(shape))


@shape_of("tract_core_one_hot")
def one_hot(call: Call) -> Tensor:
    """A new axis."""
    input, axis = call.shape("input"), integer(call, "axis")
    check_axis("axis", axis, len(input) + 1, None, "the output")
    dim = extent_of(call["dim"])
    if isinstance(dim, Dim) and dim is not UNKNOWN:
        raise Refusal("invalid-value", f"tract needs 'dim' as a number, it is {dim}", "dim")
    for name in ("value_on", "value_off"):
        if isinstance(call.arguments[name], Dim):
            raise Refusal("invalid-value", f"tract needs '{name}' as a number, it is {call.arguments[name]}", name)
    on, off = (_datum_type(call.arguments[name]) for name in ("value_on", "value_off"))
    if on != off and on not in UNSURE and off not in UNSURE:
        message = (
            f"tract takes the bits of 'value_on' ({on}) for a number of 'value_off' ({off}): write both as one type"
        )
        raise Refusal("operand-types", message, "value_on")
    return tensor(off, (*input[:axis], dim, *input[axis:]))


def _datum_type(value: Value) -> str:
    """The data type that tract gives to a literal in the place of an attribute."""
    found = _fact(value).dtype
    return "i32" if found == "tdim" else found


@shape_of("tract_onnx_non_max_suppression")
def suppression(call: Call) -> Shape:
    """As many boxes as remain, which is always the symbol n."""
    return Symbol("n"), 3


@shape_of("tract_onnx_non_zero")
def non_zero(call: Call) -> Shape:
    """Coordinates of as many items as are not zero."""
    name = call.arguments.get("count_symbol")
    count = Symbol(name) if isinstance(name, str) else call.host.context.fresh("x")
    return len(call.shape("input")), count


@shape_of("tract_core_dyn_slice")
def dyn_slice(call: Call) -> Shape:
    """What lies between the bounds where these are constants, else the extent that is promised."""
    shape, axis = list(call.shape("input")), integer(call, "axis")
    check_axis("axis", axis, len(shape))
    start, end = (_first(call.arguments[name]) for name in ("start", "end"))
    between = end - start if isinstance(start, (int, Dim)) and isinstance(end, (int, Dim)) else UNKNOWN
    shape[axis] = extents(call, "len")[0] if between is UNKNOWN else between
    return tuple(shape)
