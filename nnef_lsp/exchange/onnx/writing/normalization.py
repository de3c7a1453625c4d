"""Normalization operations (4.9.4)."""

from __future__ import annotations

from math import prod

from . import translated
from .call import Call
from .pooling import boxed, local_window
from .values import Value


def _local_mean(call: Call, x: Value) -> Value:
    """The mean of the neighbourhood, zeros outside of the tensor counted."""
    return boxed(call, x, local_window(call, x, call.ints("size")), "constant", True)


@translated("local_response_normalization")
def local_response_normalization(call: Call) -> Value:
    """input / (bias + alpha * mean of squares)^beta; over an odd number of channels of pictures that is
    ONNX's LRN."""
    x, size = call.tensor(0), call.ints("size")
    alpha, beta, bias = call.number("alpha"), call.number("beta"), call.number("bias")
    if x.rank == 4 and [f for axis, f in enumerate(size) if axis != 1] == [1, 1, 1] and size[1] % 2:
        return call.writer.node("LRN", x, size=size[1], alpha=alpha, beta=beta, bias=bias)
    sigma = call.plus(call.scaled(_local_mean(call, call.square(x)), alpha), bias)
    power = call.writer.node("Pow", sigma, call.writer.constant(beta, x.element))
    return call.writer.node("Div", x, power)


@translated("local_mean_normalization")
def local_mean_normalization(call: Call) -> Value:
    x = call.tensor(0)
    return call.writer.node("Sub", x, _local_mean(call, x))


@translated("local_variance_normalization")
def local_variance_normalization(call: Call) -> Value:
    return _divided(call, call.tensor(0))


@translated("local_contrast_normalization")
def local_contrast_normalization(call: Call) -> Value:
    x = call.tensor(0)
    return _divided(call, call.writer.node("Sub", x, _local_mean(call, x)))


def _divided(call: Call, x: Value) -> Value:
    root = call.writer.node("Sqrt", _local_mean(call, call.square(x)))
    return _over(call, x, root)


def _over(call: Call, x: Value, sigma: Value) -> Value:
    """x / max(sigma + bias, epsilon)."""
    least = call.writer.constant(call.number("epsilon"), x.element)
    divisor = call.writer.node("Max", call.plus(sigma, call.number("bias")), least)
    return call.writer.node("Div", x, divisor)


@translated("l1_normalization")
def l1_normalization(call: Call) -> Value:
    x = call.tensor(0)
    return _over(call, x, call.reduce("ReduceSum", call.writer.node("Abs", x), call.ints("axes")))


@translated("l2_normalization")
def l2_normalization(call: Call) -> Value:
    x = call.tensor(0)
    squares = call.reduce("ReduceSum", call.square(x), call.ints("axes"))
    return _over(call, x, call.writer.node("Sqrt", squares))


@translated("batch_normalization")
def batch_normalization(call: Call) -> Value:
    """ONNX's BatchNormalization wants four vectors with an item for each channel."""
    x, *parameters = call.operands(0, 1, 2, 3, 4)
    mean, variance, offset, scale = parameters
    epsilon = call.number("epsilon")
    channels = x.known_shape[1] if x.rank > 1 else None
    if x.rank > 1 and isinstance(channels, int) and all(_is_vector(value, channels) for value in parameters):
        vectors = [_vector(call, value, channels) for value in (scale, offset, mean, variance)]
        return call.writer.node("BatchNormalization", x, *vectors, epsilon=epsilon)
    mean, variance, offset, scale = (call.to_rank(value, x.rank) for value in parameters)
    root = call.writer.node("Sqrt", call.plus(variance, epsilon))
    factor = call.writer.node("Div", scale, root)
    return call.writer.node("Add", offset, call.writer.node("Mul", call.writer.node("Sub", x, mean), factor))


def _is_vector(value: Value, channels: int) -> bool:
    """Whether it has an item for each channel, or is a constant of one item."""
    shape = value.known_shape
    if any(not isinstance(extent, int) for extent in shape):
        return False
    return (prod(value.extents) == channels and (len(shape) < 2 or shape[1] == channels)) or (
        value.items is not None and value.items.size == 1
    )


def _vector(call: Call, value: Value, channels: int) -> Value:
    if value.items is not None and value.items.size == 1:
        return call.full([value.items.reshape(-1)[0]] * channels, value.element)
    return call.writer.view(value, (channels,))
