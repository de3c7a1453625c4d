"""Whole networks from their text, against tract, which shares nothing with us: the same numbers at every tensor.

The kinds of layers are those of AlexNet (groups, strides, response normalization) and ResNet (residual additions, batch
normalization, projections); extents and channels are small, so that a run takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.flattening.flat_graph import FlatGraph, tensor_names
from nnef_lsp.model.flattening.flatten import flatten
from nnef_lsp.runtime.engines import engines, find_engine
from nnef_lsp.runtime.paths import partings
from nnef_lsp.runtime.planning.plan import SOURCES
from nnef_lsp.runtime.process.client import run_sync
from nnef_lsp.runtime.process.job import prepare
from nnef_lsp.runtime.process.request import RunRequest
from nnef_lsp.syntax.source import Source

RTOL = 1e-4
Network = Callable[..., FlatGraph]
needs_tract = pytest.mark.skipif(
    engines()["tract"].missing() is not None, reason="tract is not installed: pip install tract"
)


class Text:
    """A graph's text, one statement a call; labels and names are numbered.

    `roundabout` writes what tract is known to do wrong in another way, which it does right (docs/conformance.md): its
    sums over a window take channels for a batch, so they are made a spatial extent.
    """

    def __init__(self, *shape: int, roundabout: bool = False) -> None:
        self.lines = [f"input = external<scalar>(shape = {list(shape)});"]
        self.count = 0
        self.roundabout = roundabout

    def add(self, operation: str, *arguments: object, name: str | None = None, **attributes: object) -> str:
        """One operation; attributes are written as NNEF writes them."""
        self.count += 1
        name = name or f"{operation}_{self.count}"
        written = [str(item) for item in arguments] + [f"{key} = {value}" for key, value in attributes.items()]
        self.lines.append(f"{name} = {operation}({', '.join(written)});")
        return name

    def variable(self, *shape: int) -> str:
        self.count += 1
        self.lines.append(f"v{self.count} = variable<scalar>(shape = {list(shape)}, label = 'layer/{self.count}');")
        return f"v{self.count}"

    def conv(
        self,
        x: str,
        depth: int,
        count: int,
        size: int,
        stride: int = 1,
        padding: int | None = None,
        groups: int = 1,
        dilation: int = 1,
    ) -> str:
        """`padding` None is the automatic one."""
        pairs = [] if padding is None else [(padding, padding)] * 2
        arguments = x, self.variable(count, depth // groups, size, size), self.variable(1, count)
        return self.add("conv", *arguments, stride=[stride] * 2, padding=pairs, dilation=[dilation] * 2, groups=groups)

    def pool(self, kind: str, x: str, size: int, stride: int, padding: int | None = 0, border: str = "ignore") -> str:
        pairs = [] if padding is None else [(0, 0), (0, 0), (padding, padding), (padding, padding)]
        return self.add(
            kind, x, size=[1, 1, size, size], stride=[1, 1, stride, stride], padding=pairs, border=f"'{border}'"
        )

    def response(self, x: str, channels: int, extent: int, alpha: float, bias: float) -> str:
        """Local response normalization over five channels."""
        self.count += 1
        name = f"response_{self.count}"
        rest = f"alpha = {alpha}, beta = 0.75, bias = {bias}"
        if self.roundabout:
            self.lines += [
                f"{name}_in = reshape({x}, shape = [1, 1, {channels}, {extent * extent}]);",
                f"{name}_out = local_response_normalization({name}_in, size = [1, 1, 5, 1], {rest});",
                f"{name} = reshape({name}_out, shape = [1, {channels}, {extent}, {extent}]);",
            ]
        else:
            self.lines.append(f"{name} = local_response_normalization({x}, size = [1, 5, 1, 1], {rest});")
        return name

    def normalized(self, x: str, channels: int) -> str:
        """The variance is squared: random weights may be negative."""
        mean, root, offset, scale = (self.variable(1, channels) for _ in range(4))
        variance = self.add("add", self.add("mul", root, root), 0.5)
        return self.add("batch_normalization", x, mean, variance, offset, scale, epsilon=1e-3)

    def graph(self, output: str) -> FlatGraph:
        """Checked, with its shapes inferred, and flattened."""
        body = "\n    ".join(self.lines)
        text = f"version 1.0;\n\ngraph net( input ) -> ( {output} )\n{{\n    {body}\n}}\n"
        analysis = Analysis(Source(text))
        assert not analysis.findings(), [item.finding for item in analysis.findings()]
        return flatten(analysis)


def alexnet(roundabout: bool = False) -> FlatGraph:
    """Five convolutions, some in groups, and three fully connected layers as convolutions and as `linear`."""
    t = Text(1, 3, 67, 67, roundabout=roundabout)
    x = t.add("relu", t.conv("input", 3, 24, 11, stride=4, padding=0))
    x = t.response(x, 24, 15, alpha=0.0001, bias=1.0)
    x = t.pool("max_pool", x, 3, 2)
    x = t.add("relu", t.conv(x, 24, 32, 5, padding=2, groups=2))
    x = t.response(x, 32, 7, alpha=0.5, bias=2.0)
    x = t.pool("max_pool", x, 3, 2)
    x = t.add("relu", t.conv(x, 32, 48, 3, padding=1))
    x = t.add("relu", t.conv(x, 48, 48, 3, padding=1, groups=2))
    x = t.add("relu", t.conv(x, 48, 32, 3, groups=2))
    x = t.add("relu", t.conv(x, 32, 64, 3, padding=0))
    x = t.add("reshape", x, shape=[1, -1])
    x = t.add("relu", t.add("linear", x, t.variable(40, 64), t.variable(1, 40)))
    x = t.add("matmul", x, t.variable(10, 40), transposeB="true")
    return t.graph(t.add("softmax", x, axes=[1]))


def resnet(roundabout: bool = False) -> FlatGraph:
    """A stem, one block of each kind (identity, projection with stride, depthwise, dilated), and the mean over the rest."""
    t = Text(1, 3, 32, 32, roundabout=roundabout)
    x = t.add("relu", t.normalized(t.conv("input", 3, 16, 7, stride=2, padding=3), 16))
    x = t.pool("max_pool", x, 3, 2, padding=1)
    y = t.add("relu", t.normalized(t.conv(x, 16, 16, 3, padding=1), 16))
    y = t.normalized(t.conv(y, 16, 16, 3, padding=1), 16)
    x = t.add("relu", t.add("add", x, y))
    y = t.add("relu", t.normalized(t.conv(x, 16, 8, 1, padding=0), 8))
    y = t.add("relu", t.normalized(t.conv(y, 8, 8, 3, stride=2, padding=1), 8))
    y = t.normalized(t.conv(y, 8, 32, 1, padding=0), 32)
    x = t.add("relu", t.add("add", t.normalized(t.conv(x, 16, 32, 1, stride=2, padding=0), 32), y))
    y = t.add("relu", t.conv(x, 32, 32, 3, groups=32, padding=1))
    y = t.conv(y, 32, 32, 3, padding=2, dilation=2)
    x = t.add("add", x, t.add("mul", y, 0.5))
    x = t.pool("avg_pool", x, 2, 1, padding=None, border="ignore")
    x = t.add("mean_reduce", x, axes=[2, 3])
    x = t.add("reshape", x, shape=[1, 32])
    return t.graph(t.add("softmax", t.add("linear", x, t.variable(10, 32), t.variable(1, 10)), axes=[1]))


@needs_tract
@pytest.mark.parametrize("network", [alexnet, resnet])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_tensor_is_what_tract_computes(network: Network, seed: int) -> None:
    ours, theirs = tensors("numpy", network(), seed), tensors("tract", network(True), seed)
    assert ours.keys() <= theirs.keys() and len(ours) > 15
    for name, array in ours.items():
        np.testing.assert_allclose(array, theirs[name], rtol=RTOL, atol=1e-5, err_msg=name)


def tensors(engine: str, graph: FlatGraph, seed: int) -> dict[str, Any]:
    """All tensors of a run in graph order."""
    order = [name for item in graph.invocations if item.operation not in SOURCES for name in tensor_names(item.outputs)]
    request = RunRequest(graph, inputs={"input": f"random:{seed}"}, weights=f"random:{seed + 10}", keep=tuple(order))
    _, job = prepare(request)
    found = find_engine(engine).load(job).run(job.inputs).tensors
    return {name: found[name] for name in order}


@pytest.mark.parametrize("network", [alexnet, resnet])
def test_float32_agrees_with_float64(network: Network) -> None:
    """Needs no other engine: fused and tiled kernels in single precision against plain ones in double."""
    graph = network()
    outputs = []
    for dtype in ("float32", "float64"):
        request = RunRequest(graph, inputs={"input": "random:3"}, weights="random:4", dtype=dtype, arrays=True)
        report = run_sync(request)
        assert report.status == "done", report.message
        outputs.append(report.arrays[graph.outputs[0]])
    np.testing.assert_allclose(outputs[0], outputs[1], rtol=RTOL, atol=1e-6)
    assert outputs[0].shape == (1, 10) and abs(float(outputs[0].sum()) - 1) < 1e-5


@pytest.mark.parametrize("network", [alexnet, resnet])
def test_the_paths_of_the_engine_do_not_part(network: Network) -> None:
    _, job = prepare(RunRequest(network(), inputs={"input": "random:5"}, weights="random:6"))
    assert partings(job, 1e-4, 1e-5) == []
