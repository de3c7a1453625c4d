"""Which prepared form an operation takes, and with which settings.

`form_of` looks at one step of a plan; it gives None where the general kernel is the right choice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ...model.flattening.flat_graph import Invocation
from ..arrays.dtypes import Array, Dtype
from ..arrays.windows import Pairs, Window, down
from ..kernels.pooling import counted
from ..planning.plan import Step
from . import conv2d
from .chain import chain
from .epilogue import Epilogue, Stage
from .fusion import Neighbours, Tail, tail_of
from .planar import planar, suits
from .pooling import pool
from .response import response
from .scratch import Scratch
from .winograd import pays, winograd


@dataclass(slots=True)
class PreparedStep:
    """A prepared operation: steps it covers, tensors it reads (input first, then extras), its result.

    `run(x, out, extras)`: `out` has channels last and may be a slice of the channels of a larger array; with `in_place`
    it may be the input itself.
    """

    steps: list[Step]
    reads: list[str]
    writes: str
    run: Callable[[Array, Array, list[Array]], None]
    in_place: bool = False
    unlift: Callable[[Array], Array] | None = None
    used: list[Array] = field(default_factory=list)
    """Weights that were copied into a layout of their own and are not needed again."""


def form_of(
    step: Step, context: Neighbours, scratch: Scratch, dtype: Dtype, is_last: Callable[[str], bool]
) -> PreparedStep | None:
    """The prepared form of a step and its tail."""
    operation = step.invocation.operation
    if step.invocation.has_given:
        return None
    if operation == "conv":
        return _convolution(step, context, scratch, dtype)
    if operation in _POOLS:
        return _pooling(step, context, scratch, dtype, is_last)
    if operation == "local_response_normalization":
        return _response(step, context, scratch, dtype, is_last)
    if len(step.writes) == 1 and step.reads and context.real(step.writes[0]):
        return _chain(step, context, dtype, is_last)
    return None


def _convolution(step: Step, context: Neighbours, scratch: Scratch, dtype: Dtype) -> PreparedStep | None:
    invocation = step.invocation
    shape = context.shape(step.reads[0]) if step.reads else None
    filter, bias = (context.constants.resolve(item) for item in invocation.inputs[1:3])
    plain = invocation.text("border") in ("constant", "ignore")
    if shape is None or filter is None or bias is None or len(shape) not in (3, 4) or not plain:
        return None
    groups = invocation.whole("groups") or shape[1]
    if filter.ndim != len(shape) or filter.shape[1] * groups != shape[1] or filter.shape[0] % groups:
        return None  # the kernel explains what is wrong
    flat = len(shape) == 3
    window = down(shape[2:], filter.shape[2:], *_steps(invocation))
    if (shape[0], filter.shape[0], *window.lower) != context.shape(step.writes[0]):
        return None
    window, filter = _lifted(window, filter) if flat else (window, filter)
    g = conv2d.Geometry(shape[0], shape[1], filter.shape[0], groups, window, np.dtype(dtype))
    tail = tail_of(step, context, linear=True)
    filter, offset, copied = _folded(filter, bias, tail, g)
    if offset is None:
        return None
    if np.any(offset):
        tail.epilogue.stages.insert(0, Stage(np.add, offset))
    make = _choice(g, filter)
    if make is None:
        return None
    run = make(g, filter, tail.epilogue, scratch)
    last = tail.steps[-1] if tail.steps else step
    form = PreparedStep(
        [step, *tail.steps], [step.reads[0], *tail.epilogue.extras], last.writes[0], _lifting(run) if flat else run
    )
    original = context.constants.resolve(invocation.inputs[1])
    relaid = make in (winograd, planar, conv2d.unfolded) or (make is conv2d.pointwise and conv2d.turns(g))
    if original is not None and (copied or relaid):
        form.used.append(original)
    return form


def _steps(invocation: Invocation) -> tuple[Pairs, list[int], list[int]]:
    return invocation.pairs("padding"), invocation.ints("stride"), invocation.ints("dilation")


Maker = Callable[[conv2d.Geometry, Array, Epilogue, Scratch], conv2d.Convolution]
"""Makes one of the forms of a convolution."""


def _choice(g: conv2d.Geometry, filter: Array) -> Maker | None:
    window = g.window
    if window.size == (1, 1) and not g.padded:
        return conv2d.pointwise
    if window.lower == (1, 1) and not g.padded and window.size == window.upper:
        return conv2d.whole
    if g.groups == g.channels and filter.shape[1] == 1 and g.groups > 1:
        return conv2d.depthwise if g.count == g.channels else None
    if g.groups > 1 and g.channels // g.groups < 4:
        return None
    if suits(g):
        return planar
    return winograd if pays(g) else conv2d.unfolded


def _folded(filter: Array, bias: Array, tail: Tail, g: conv2d.Geometry) -> tuple[Array, Array | None, bool]:
    """Filter and offset with the tail's factor and offset; an offset of None means that the bias has an odd shape."""
    filter = filter.astype(g.dtype, copy=False)
    bias = bias.astype(g.dtype, copy=False)
    if bias.size not in (1, g.count) or (bias.ndim > 1 and bias.size > 1 and bias.shape[1] != g.count):
        return filter, None, False
    offset = np.broadcast_to(bias.reshape(-1), (g.count,)).copy()
    copied = tail.scale is not None
    if tail.scale is not None:
        scale = np.broadcast_to(np.asarray(tail.scale), (g.count,))
        filter = filter * scale.reshape(-1, 1, 1, 1)
        offset *= scale
    if tail.offset is not None:
        offset += tail.offset
    return filter, offset, copied


def _lifted(window: Window, filter: Array) -> tuple[Window, Array]:
    """One spatial axis as two, the first of extent 1."""
    two = Window(
        (1, *window.size),
        ((0, 0), *window.padding),
        (1, *window.stride),
        (1, *window.dilation),
        (1, *window.upper),
        (1, *window.lower),
    )
    return two, filter[:, :, None]


def _lifting(run: conv2d.Convolution) -> conv2d.Convolution:
    def lifted(x: Array, out: Array, extras: list[Array]) -> None:
        run(x[:, :, None], out[:, :, None], extras)

    return lifted


_POOLS = {"max_pool", "avg_pool", "box"}


def _pooling(
    step: Step, context: Neighbours, scratch: Scratch, dtype: Dtype, is_last: Callable[[str], bool]
) -> PreparedStep | None:
    invocation, shape = step.invocation, context.shape(step.reads[0]) if step.reads else None
    border = invocation.text("border")
    if shape is None or len(shape) != 4 or border not in ("constant", "ignore") or not is_last(step.reads[0]):
        return None
    window = down(shape, invocation.ints("size"), *_steps(invocation))
    if not _spatial(window) or window.lower != context.shape(step.writes[0]) or not context.real(step.reads[0]):
        return None
    spatial = Window(
        window.size[2:], window.padding[2:], window.stride[2:], window.dilation[2:], window.upper[2:], window.lower[2:]
    )
    divisor: Array | np.generic | None = None
    if step.invocation.operation == "avg_pool" or invocation.attributes.get("normalize"):
        divisor = np.dtype(dtype).type(spatial.volume)
        if border == "ignore":
            divisor = np.broadcast_to(counted(spatial, dtype), spatial.lower)[..., None]
    combine = np.maximum if step.invocation.operation == "max_pool" else np.add
    run = pool(shape[0], shape[1], spatial, combine, border, divisor, scratch, np.dtype(dtype))
    return PreparedStep([step], [step.reads[0]], step.writes[0], run)


def _spatial(window: Window) -> bool:
    """Whether batch and channels are left alone."""
    return all(window.size[axis] == window.stride[axis] == 1 and window.padding[axis] == (0, 0) for axis in (0, 1))


def _response(
    step: Step, context: Neighbours, scratch: Scratch, dtype: Dtype, is_last: Callable[[str], bool]
) -> PreparedStep | None:
    invocation, shape = step.invocation, context.shape(step.reads[0]) if step.reads else None
    size = invocation.ints("size")
    across_channels = len(size) > 2 and all(extent == 1 for axis, extent in enumerate(size) if axis != 1)
    if shape is None or shape != context.shape(step.writes[0]) or not across_channels or not is_last(step.reads[0]):
        return None
    run = response(
        shape, size[1], invocation.number("alpha"), invocation.number("beta"), invocation.number("bias"), dtype, scratch
    )
    return PreparedStep([step], [step.reads[0]], step.writes[0], run)


def _chain(step: Step, context: Neighbours, dtype: Dtype, is_last: Callable[[str], bool]) -> PreparedStep | None:
    """An element-wise operation on a channels-last tensor with what follows it."""
    for source in step.reads:
        shape = context.shape(source)
        if shape is None or shape != context.shape(step.writes[0]) or not is_last(source) or not context.real(source):
            continue
        head = Tail()
        first = Neighbours(context.shape, context.real, lambda name: step, context.constants)
        joined = tail_of_one(step, source, head, first)
        if not joined:
            continue
        rest = tail_of(step, context, linear=False)
        shift = len(head.epilogue.extras)
        extras = [*head.epilogue.extras, *rest.epilogue.extras]
        stages = head.epilogue.stages + [
            stage if stage.extra is None else Stage(stage.apply, None, stage.extra + shift)
            for stage in rest.epilogue.stages
        ]
        last = rest.steps[-1] if rest.steps else step
        run = chain(shape, np.dtype(dtype).itemsize, Epilogue(stages, extras))
        return PreparedStep([step, *rest.steps], [source, *extras], last.writes[0], run, in_place=True)
    return None


def tail_of_one(step: Step, source: str, tail: Tail, context: Neighbours) -> bool:
    """Whether the step itself is element-wise in `source`; its stages are appended to the tail."""
    from .fusion import _joins

    return _joins(step, source, tail, context, False)
