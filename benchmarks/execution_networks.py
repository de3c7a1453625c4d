"""Flat graphs of well-known networks for the execution benchmark, made here so that nothing must be downloaded.

    graph = NETWORKS["resnet50"]()

Shapes are those of the published networks (AlexNet with groups and local response normalization, GoogLeNet, ResNet-50
v2, VGG-16), of MobileNet v1 and of one transformer encoder block.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nnef_lsp.model.flattening.flat_graph import FlatGraph, Invocation, Site, TensorName
from nnef_lsp.model.values.tensor import tensor
from nnef_lsp.runtime.arrays.windows import down

SITE = Site(0, 0)


class Builder:
    """Appends invocations and keeps the shapes; every method returns the name of its result."""

    def __init__(self, name: str, shape: tuple[int, ...]) -> None:
        self.graph = FlatGraph(name, ["input"], [])
        self.count = 0
        self.add("external", (), {"shape": list(shape)}, shape, "input", "scalar")

    def add(
        self, operation: str, inputs: tuple[Any, ...], attributes: dict[str, Any], shape: tuple[int, ...],
        name: str | None = None, generic: str | None = None,
    ) -> str:  # fmt: skip
        if name is None:
            self.count += 1
            name = f"{operation}_{self.count}"
        named = tuple(_named(item) for item in inputs)
        self.graph.invocations.append(Invocation(operation, named, attributes, (TensorName(name),), generic, SITE))
        self.graph.tensors[name] = tensor("scalar", shape)
        return name

    def shape(self, name: str) -> tuple[int, ...]:
        shape = self.graph.tensors[name].shape
        assert shape is not None
        return tuple(int(str(extent)) for extent in shape)

    def variable(self, *shape: int, kind: str = "filter") -> str:
        self.count += 1
        name = f"variable_{self.count}"
        return self.add("variable", (), {"shape": list(shape), "label": f"{kind}_{self.count}"}, shape, name, "scalar")

    def conv(
        self, x: str, count: int, size: int, stride: int = 1, padding: Any = None, groups: int = 1, bias: bool = True
    ) -> str:
        """`padding`: an integer for all sides, or None for automatic padding."""
        batch, channels, *extents = self.shape(x)
        depth = channels // (groups or channels)
        pairs = [] if padding is None else [(padding, padding)] * 2
        window = down(extents, (size, size), pairs, (stride, stride), ())
        filter = self.variable(count, depth, size, size)
        offset: Any = self.variable(1, count, kind="bias") if bias else 0.0
        attributes = {
            "border": "constant", "padding": pairs, "stride": [stride] * 2, "dilation": [1, 1], "groups": groups,
        }  # fmt: skip
        return self.add("conv", (x, filter, offset), attributes, (batch, count, *window.lower))

    def relu(self, x: str) -> str:
        return self.add("relu", (x,), {}, self.shape(x))

    def plus(self, x: str, y: str) -> str:
        return self.add("add", (x, y), {}, self.shape(x))

    def norm(self, x: str) -> str:
        channels = self.shape(x)[1]
        parameters = [self.variable(1, channels, kind=kind) for kind in ("mean", "variance", "offset", "scale")]
        return self.add("batch_normalization", (x, *parameters), {"epsilon": 1e-5}, self.shape(x))

    def pool(self, kind: str, x: str, size: int, stride: int, padding: int | None = 0, border: str = "ignore") -> str:
        pairs = [] if padding is None else [(0, 0), (0, 0), (padding, padding), (padding, padding)]
        lists = {"size": [1, 1, size, size], "stride": [1, 1, stride, stride], "dilation": [1, 1, 1, 1]}
        window = down(self.shape(x), lists["size"], pairs, lists["stride"], ())
        return self.add(kind, (x,), {**lists, "border": border, "padding": pairs}, window.lower)

    def lrn(self, x: str) -> str:
        attributes = {"size": [1, 5, 1, 1], "alpha": 1e-4, "beta": 0.75, "bias": 1.0}
        return self.add("local_response_normalization", (x,), attributes, self.shape(x))

    def concat(self, *parts: str) -> str:
        batch, _, *rest = self.shape(parts[0])
        shape = (batch, sum(self.shape(part)[1] for part in parts), *rest)
        return self.add("concat", ([*parts],), {"axis": 1}, shape)

    def finish(self, output: str, softmax: bool = True) -> FlatGraph:
        if softmax:
            output = self.add("softmax", (output,), {"axes": [1]}, self.shape(output))
        self.graph.outputs = [output]
        return self.graph


def _named(item: Any) -> Any:
    return (
        [_named(part) for part in item]
        if isinstance(item, list)
        else TensorName(item)
        if isinstance(item, str)
        else item
    )


def alexnet() -> FlatGraph:
    """AlexNet as published: groups, local response normalization, 227 x 227."""
    b = Builder("alexnet", (1, 3, 227, 227))
    x = b.pool("max_pool", b.lrn(b.relu(b.conv("input", 96, 11, 4, 0))), 3, 2)
    x = b.pool("max_pool", b.lrn(b.relu(b.conv(x, 256, 5, 1, 2, groups=2))), 3, 2)
    x = b.relu(b.conv(x, 384, 3, 1, 1))
    x = b.relu(b.conv(x, 384, 3, 1, 1, groups=2))
    x = b.pool("max_pool", b.relu(b.conv(x, 256, 3, 1, 1, groups=2)), 3, 2)
    x = b.relu(b.conv(x, 4096, 6, 1, 0))
    x = b.relu(b.conv(x, 4096, 1, 1, 0))
    return b.finish(b.conv(x, 1000, 1, 1, 0))


def vgg16() -> FlatGraph:
    """VGG-16."""
    b = Builder("vgg16", (1, 3, 224, 224))
    x = "input"
    for count, times in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(times):
            x = b.relu(b.conv(x, count, 3, 1, 1))
        x = b.pool("max_pool", x, 2, 2)
    x = b.relu(b.conv(x, 4096, 7, 1, 0))
    x = b.relu(b.conv(x, 4096, 1, 1, 0))
    return b.finish(b.conv(x, 1000, 1, 1, 0))


def googlenet() -> FlatGraph:
    """GoogLeNet (Inception v1)."""
    b = Builder("googlenet", (1, 3, 224, 224))
    x = b.pool("max_pool", b.relu(b.conv("input", 64, 7, 2, 3)), 3, 2, None)
    x = b.relu(b.conv(b.relu(b.conv(b.lrn(x), 64, 1)), 192, 3))
    x = b.pool("max_pool", b.lrn(x), 3, 2, None)
    cells: list[tuple[int, ...] | None] = [
        (64, 96, 128, 16, 32, 32), (128, 128, 192, 32, 96, 64), None,
        (192, 96, 208, 16, 48, 64), (160, 112, 224, 24, 64, 64), (128, 128, 256, 24, 64, 64),
        (112, 144, 288, 32, 64, 64), (256, 160, 320, 32, 128, 128), None,
        (256, 160, 320, 32, 128, 128), (384, 192, 384, 48, 128, 128),
    ]  # fmt: skip
    for cell in cells:
        x = b.pool("max_pool", x, 3, 2, None) if cell is None else _inception(b, x, *cell)
    x = b.pool("avg_pool", x, 7, 1)
    return b.finish(b.conv(x, 1000, 1))


def _inception(b: Builder, x: str, a: int, c3: int, d3: int, c5: int, d5: int, p: int) -> str:
    one = b.relu(b.conv(x, a, 1))
    three = b.relu(b.conv(b.relu(b.conv(x, c3, 1)), d3, 3))
    five = b.relu(b.conv(b.relu(b.conv(x, c5, 1)), d5, 5))
    pooled = b.relu(b.conv(b.pool("max_pool", x, 3, 1, None), p, 1))
    return b.concat(one, three, five, pooled)


def resnet50() -> FlatGraph:
    """ResNet-50 v2: normalization and activation before each convolution."""
    b = Builder("resnet50", (1, 3, 224, 224))
    x = b.pool("max_pool", b.conv("input", 64, 7, 2, 3), 3, 2, 1)
    for width, units, stride in ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)):
        for unit in range(units):
            step = stride if unit == 0 else 1
            y = b.relu(b.norm(x))
            short = b.conv(y, 4 * width, 1, step, 0) if unit == 0 else x
            y = b.relu(b.norm(b.conv(y, width, 1, 1, 0, bias=False)))
            y = b.relu(b.norm(b.conv(y, width, 3, step, 1, bias=False)))
            x = b.plus(short, b.conv(y, 4 * width, 1, 1, 0))
    x = b.pool("avg_pool", b.relu(b.norm(x)), 7, 1)
    return b.finish(b.conv(x, 1000, 1))


def mobilenet() -> FlatGraph:
    """MobileNet v1, width 1."""
    b = Builder("mobilenet", (1, 3, 224, 224))
    x = b.relu(b.norm(b.conv("input", 32, 3, 2, 1, bias=False)))
    widths = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)]
    for count, stride in widths:
        x = b.relu(b.norm(b.conv(x, b.shape(x)[1], 3, stride, 1, groups=b.shape(x)[1], bias=False)))
        x = b.relu(b.norm(b.conv(x, count, 1, 1, 0, bias=False)))
    return b.finish(b.conv(b.pool("avg_pool", x, 7, 1), 1000, 1))


def transformer() -> FlatGraph:
    """One encoder block: 128 tokens, width 512, 8 heads."""
    tokens, width, count = 128, 512, 8
    b = Builder("transformer", (1, tokens, width))
    q, k, v = (heads(b, dense(b, "input", width), count) for _ in range(3))
    head = width // count
    score = b.add("matmul", (q, k), {"transposeA": False, "transposeB": True}, (1, count, tokens, tokens))
    score = b.add("mul", (score, head**-0.5), {}, b.shape(score))
    score = b.add("softmax", (score,), {"axes": [3]}, b.shape(score))
    mixed = b.add("matmul", (score, v), {"transposeA": False, "transposeB": False}, (1, count, tokens, head))
    mixed = b.add("transpose", (mixed,), {"axes": [0, 2, 1, 3]}, (1, tokens, count, head))
    mixed = reshape(b, mixed, (1, tokens, width))
    x = b.plus("input", dense(b, mixed, width))
    hidden = dense(b, x, 4 * width)
    gate = b.add("sigmoid", (b.add("mul", (hidden, 1.702), {}, b.shape(hidden)),), {}, b.shape(hidden))
    hidden = b.add("mul", (hidden, gate), {}, b.shape(hidden))  # gelu, which tract lacks
    return b.finish(b.plus(x, dense(b, hidden, width)), softmax=False)


def dense(b: Builder, x: str, count: int) -> str:
    _, tokens, width = b.shape(x)
    weights = b.variable(1, count, width)
    y = b.add("matmul", (x, weights), {"transposeA": False, "transposeB": True}, (1, tokens, count))
    return b.add("add", (y, b.variable(1, 1, count, kind="bias")), {}, (1, tokens, count))


def heads(b: Builder, x: str, heads: int) -> str:
    _, tokens, width = b.shape(x)
    x = reshape(b, x, (1, tokens, heads, width // heads))
    return b.add("transpose", (x,), {"axes": [0, 2, 1, 3]}, (1, heads, tokens, width // heads))


def reshape(b: Builder, x: str, shape: tuple[int, ...]) -> str:
    return b.add("reshape", (x,), {"shape": list(shape), "axis_start": 0, "axis_count": -1}, shape)


NETWORKS: dict[str, Callable[[], FlatGraph]] = {
    "alexnet": alexnet, "googlenet": googlenet, "resnet50": resnet50, "vgg16": vgg16, "mobilenet": mobilenet,
    "transformer": transformer,
}  # fmt: skip
