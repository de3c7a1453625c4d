"""Graphs as exporters write them: no fused operations, normalization and activations in small steps.

EfficientNet-like blocks (squeeze-and-excitation, swish), a transformer encoder with layer normalization, and a recurrent
network unrolled over its steps.
"""

from __future__ import annotations

from collections.abc import Callable

from execution_networks import Builder, dense, heads, reshape

from nnef_lsp.model.flattening.flat_graph import FlatGraph


def efficientnet() -> FlatGraph:
    """EfficientNet-B0: MBConv blocks (expansion, kernel, width, repeats, stride) at 224 x 224."""
    b = Builder("efficientnet", (1, 3, 224, 224))
    x = _swish(b, b.norm(b.conv("input", 32, 3, 2, 1, bias=False)))
    blocks = [
        (1, 3, 16, 1, 1),
        (6, 3, 24, 2, 2),
        (6, 5, 40, 2, 2),
        (6, 3, 80, 3, 2),
        (6, 5, 112, 3, 1),
        (6, 5, 192, 4, 2),
        (6, 3, 320, 1, 1),
    ]
    for expansion, size, width, repeats, stride in blocks:
        for repeat in range(repeats):
            x = _mbconv(b, x, expansion, size, width, stride if repeat == 0 else 1)
    x = _swish(b, b.norm(b.conv(x, 1280, 1, bias=False)))
    return b.finish(b.conv(_mean(b, x), 1000, 1))


def _mbconv(b: Builder, x: str, expansion: int, size: int, width: int, stride: int) -> str:
    channels = b.shape(x)[1]
    y = x
    if expansion > 1:
        y = _swish(b, b.norm(b.conv(y, channels * expansion, 1, bias=False)))
    inner = b.shape(y)[1]
    y = _swish(b, b.norm(b.conv(y, inner, size, stride, size // 2, groups=inner, bias=False)))
    gate = _swish(b, b.conv(_mean(b, y), max(channels // 4, 1), 1))
    gate = b.conv(gate, inner, 1)
    gate = b.add("sigmoid", (gate,), {}, b.shape(gate))
    y = b.add("mul", (y, gate), {}, b.shape(y))
    y = b.norm(b.conv(y, width, 1, bias=False))
    return b.plus(x, y) if b.shape(x) == b.shape(y) else y


def _swish(b: Builder, x: str) -> str:
    return b.add("mul", (x, b.add("sigmoid", (x,), {}, b.shape(x))), {}, b.shape(x))


def _mean(b: Builder, x: str) -> str:
    return b.add("mean_reduce", (x,), {"axes": [2, 3]}, (*b.shape(x)[:2], 1, 1))


def encoder() -> FlatGraph:
    """Four encoder blocks: 128 tokens, width 256, 4 heads, layer normalization after each half, tanh-shaped gelu."""
    tokens, width, count = 128, 256, 4
    b = Builder("encoder", (1, tokens, width))
    x = "input"
    for _ in range(4):
        q, k, v = (heads(b, dense(b, x, width), count) for _ in range(3))
        score = b.add("matmul", (q, k), {"transposeA": False, "transposeB": True}, (1, count, tokens, tokens))
        score = b.add("softmax", (b.add("mul", (score, 0.125), {}, b.shape(score)),), {"axes": [3]}, b.shape(score))
        mixed = b.add("matmul", (score, v), {"transposeA": False, "transposeB": False}, b.shape(v))
        mixed = b.add("transpose", (mixed,), {"axes": [0, 2, 1, 3]}, (1, tokens, count, width // count))
        x = _layer_norm(b, b.plus(x, dense(b, reshape(b, mixed, (1, tokens, width)), width)))
        x = _layer_norm(b, b.plus(x, dense(b, _gelu(b, dense(b, x, 4 * width)), width)))
    return b.finish(x, softmax=False)


def _layer_norm(b: Builder, x: str) -> str:
    shape = b.shape(x)
    mean = b.add("mean_reduce", (x,), {"axes": [2]}, (*shape[:2], 1))
    centered = b.add("sub", (x, mean), {}, shape)
    variance = b.add("mean_reduce", (b.add("sqr", (centered,), {}, shape),), {"axes": [2]}, (*shape[:2], 1))
    scale = b.add("rsqrt", (b.add("add", (variance, 1e-5), {}, b.shape(variance)),), {}, b.shape(variance))
    y = b.add("mul", (centered, scale), {}, shape)
    y = b.add("mul", (y, b.variable(1, 1, shape[2], kind="scale")), {}, shape)
    return b.add("add", (y, b.variable(1, 1, shape[2], kind="bias")), {}, shape)


def _gelu(b: Builder, x: str) -> str:
    shape = b.shape(x)
    cube = b.add("mul", (b.add("sqr", (x,), {}, shape), x), {}, shape)
    inner = b.add("add", (x, b.add("mul", (cube, 0.044715), {}, shape)), {}, shape)
    gate = b.add("tanh", (b.add("mul", (inner, 0.7978845608), {}, shape),), {}, shape)
    half = b.add("mul", (x, 0.5), {}, shape)
    return b.add("mul", (half, b.add("add", (gate, 1.0), {}, shape)), {}, shape)


def lstm() -> FlatGraph:
    """A recurrent layer of 128 units over 32 steps, unrolled."""
    steps, width = 32, 128
    b = Builder("lstm", (steps, width))
    filter, state, bias = (
        b.variable(4 * width, width),
        b.variable(4 * width, width),
        b.variable(1, 4 * width, kind="bias"),
    )
    hidden, cell = b.variable(1, width, kind="h"), b.variable(1, width, kind="c")
    row, wide = (1, width), (1, 4 * width)
    for step in range(steps):
        x = b.add("slice", ("input",), {"axes": [0], "begin": [step], "end": [step + 1], "stride": [1]}, row)
        gates = b.add("linear", (x, filter, bias), {}, wide)
        gates = b.plus(gates, b.add("linear", (hidden, state, 0.0), {}, wide))
        i, f, g, o = (
            b.add("slice", (gates,), {"axes": [1], "begin": [k * width], "end": [(k + 1) * width], "stride": [1]}, row)
            for k in range(4)
        )
        i, f, o = (b.add("sigmoid", (gate,), {}, row) for gate in (i, f, o))
        g = b.add("tanh", (g,), {}, row)
        kept = b.add("mul", (f, cell), {}, row)
        cell = b.plus(kept, b.add("mul", (i, g), {}, row))
        hidden = b.add("mul", (o, b.add("tanh", (cell,), {}, row)), {}, row)
    return b.finish(hidden, softmax=False)


EXPORTS: dict[str, Callable[[], FlatGraph]] = {"efficientnet": efficientnet, "encoder": encoder, "lstm": lstm}
