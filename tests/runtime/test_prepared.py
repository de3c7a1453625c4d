"""Prepared forms against the kernels they stand for, and what preparation promises about memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnef_lsp.runtime.arrays.windows import down
from nnef_lsp.runtime.execution.execute import Session
from nnef_lsp.runtime.planning.plan import make_plan
from nnef_lsp.runtime.prepared import conv2d, planar, winograd
from nnef_lsp.runtime.prepared.arena import Region, arrange
from nnef_lsp.runtime.tiles import team
from nnef_lsp.runtime.tiles.cancel import Cancelled, cancellable

from .helpers import CONV, POOL, Graph, numbers, same

few = settings(max_examples=80, deadline=None, derandomize=True)


def both(graph: Graph, inputs: dict[str, Any], weights: dict[str, Any], dtype: str = "float64") -> Session:
    """Runs prepared (twice, so that reused places show) and plain; they must agree."""
    plan = make_plan(graph.flat)
    plain = Session(plan, weights.__getitem__, dtype=dtype, prepare=False).run(inputs)
    session = Session(plan, weights.__getitem__, dtype=dtype)
    for _ in range(2):
        result = session.run(inputs)
        for name, expected in plain.outputs.items():
            same(result.outputs[name], expected, 1e-9 if dtype == "float64" else 1e-4)
            assert result.outputs[name].flags.c_contiguous
    return session


def forms(session: Session) -> list[list[str]]:
    """The operations that each call covers."""
    return [[step.invocation.operation for step in call.steps] for call in session.program.calls]


def conv_graph(x: Any, filter: Any, **attributes: Any) -> tuple[Graph, tuple[int, ...]]:
    options = {**CONV, **attributes}
    window = down(x[2:], filter[2:], options["padding"], options["stride"], options["dilation"])
    shape = (x[0], filter[0], *window.lower)
    graph = Graph(("x", x), outputs=["y"]).variable("w", filter).variable("b", (1, filter[0]))
    return graph.add("y", "conv", "%x", "%w", "%b", shape=shape, attributes=options), shape


@st.composite
def convolutions(draw: Any) -> Any:
    groups, inner = draw(st.sampled_from([(1, 3), (1, 16), (2, 4), (6, 1), (2, 20)]))
    outer = draw(st.sampled_from([1, 4, 20])) if inner > 1 else 1
    size = draw(st.sampled_from([(1, 1), (3, 3), (3, 3), (2, 3), (5, 1)]))
    extents = draw(st.tuples(st.integers(5, 18), st.integers(5, 18)))
    pair = st.tuples(st.integers(-1, 2), st.integers(0, 2))
    padding = draw(st.sampled_from([[], "some"]))
    return {
        "x": (draw(st.integers(1, 2)), groups * inner, *extents),
        "filter": (groups * outer, inner, *size),
        "padding": padding and draw(st.lists(pair, min_size=2, max_size=2)),
        "stride": draw(st.sampled_from([[], [1, 1], [2, 1], [2, 3]])),
        "dilation": draw(st.sampled_from([[], [1, 1], [2, 1]])) if max(size) < 4 else [],
        "groups": groups,
    }


@few
@given(convolutions(), st.booleans(), st.integers(0, 100))
def test_convolutions(options: Any, small: bool, seed: int) -> None:
    x, filter = options.pop("x"), options.pop("filter")
    graph, _ = conv_graph(x, filter, **options)
    weights = {"w": numbers(filter, seed), "b": numbers((1, filter[0]), seed + 1)}
    with pytest.MonkeyPatch.context() as patch:
        if small:  # many tiles
            for module, name in (
                (conv2d, "COLUMN_BYTES"),
                (conv2d, "BLOCK_BYTES"),
                (winograd, "TILE_BYTES"),
                (winograd, "STRIP_TILES"),
            ):
                patch.setattr(module, name, 1 if name == "STRIP_TILES" else 1 << 12)
        both(graph, {"x": numbers(x, seed + 2)}, weights)


@pytest.mark.parametrize("extents", [(14, 14), (13, 15), (40, 20)])
@pytest.mark.parametrize("padding", [[], [(0, 0), (0, 0)], [(2, 1), (0, 2)]])
def test_winograd(extents: Any, padding: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(winograd, "TILE_BYTES", 1 << 17)
    monkeypatch.setattr(winograd, "STRIP_TILES", 1)
    graph, shape = conv_graph((1, 16, *extents), (24, 16, 3, 3), padding=padding)
    g = conv2d.Geometry(1, 16, 24, 1, down(extents, (3, 3), padding, [], []), np.dtype("f8"))
    assert winograd.pays(g) or shape[2] * shape[3] < 160
    both(graph, {"x": numbers((1, 16, *extents))}, {"w": numbers((24, 16, 3, 3)), "b": numbers((1, 24))})


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("tail", [["add"], ["relu"], ["relu", "add"], ["mul", "relu"]])
@pytest.mark.parametrize("extents", [(14, 14), (13, 15)])
def test_winograd_with_what_follows(extents: Any, tail: list[str], bias: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(winograd, "STRIP_TILES", 1)
    x, filter = (2, 16, *extents), (20, 16, 3, 3)
    graph, shape = conv_graph(x, filter)
    graph.add("z", "external", shape=shape, attributes={"shape": list(shape)}, generic="scalar")
    graph.flat.inputs.append("z")
    for index, operation in enumerate(tail):
        inputs = [f"%{f't{index - 1}' if index else 'y'}", *(["%z"] if operation != "relu" else [])]
        graph.add(f"t{index}", operation, *inputs, shape=shape)
    graph.flat.outputs[:] = [f"t{len(tail) - 1}"]
    weights = {"w": numbers(filter), "b": numbers((1, 20)) * bias}
    session = both(graph, {"x": numbers(x), "z": numbers(shape, 1)}, weights)
    assert forms(session) == [["conv", *tail]]


def test_winograd_in_float32_errs_no_more_than_a_product() -> None:
    graph, _ = conv_graph((1, 64, 28, 28), (64, 64, 3, 3))
    x = {"x": np.maximum(numbers((1, 64, 28, 28)), 0)}
    weights = {"w": numbers((64, 64, 3, 3)) / 24, "b": numbers((1, 64))}
    plan = make_plan(graph.flat)
    exact, direct, fast = (
        Session(plan, weights.__getitem__, dtype=dtype, prepare=prepare).run(x).outputs["y"]
        for dtype, prepare in (("float64", False), ("float32", False), ("float32", True))
    )
    assert np.abs(fast - exact).max() < 3 * np.abs(direct - exact).max()


def test_a_window_of_the_whole_input_and_one_axis() -> None:
    graph, _ = conv_graph((2, 6, 5, 4), (8, 3, 5, 4), padding=[(0, 0), (0, 0)], groups=2)
    both(graph, {"x": numbers((2, 6, 5, 4))}, {"w": numbers((8, 3, 5, 4)), "b": numbers((1, 8))})
    graph, _ = conv_graph((2, 6, 11), (8, 6, 3), stride=[2])
    both(graph, {"x": numbers((2, 6, 11))}, {"w": numbers((8, 6, 3)), "b": numbers((1, 8))})


SHAPE = (1, 8, 9, 9)


def tail_graph(*steps: tuple[Any, ...]) -> tuple[Graph, dict[str, Any]]:
    """conv 3x3, then steps (operation, inputs..., attributes); each reads the one before as '%_'."""
    graph = Graph(("x", (1, 3, 9, 9)), ("z", SHAPE), outputs=[f"t{len(steps)}"])
    weights = {"w": numbers((8, 3, 3, 3)), "b": numbers((1, 8), 1)}
    graph.variable("w", (8, 3, 3, 3)).variable("b", (1, 8))
    for index, name in enumerate(("m", "v", "o", "s")):
        weights[name] = np.abs(numbers((1, 8), 2 + index)) + 0.1
        graph.variable(name, (1, 8))
    graph.add("t0", "conv", "%x", "%w", "%b", shape=SHAPE, attributes=CONV)
    for index, (operation, *inputs, attributes) in enumerate(steps):
        named = [f"%t{index}" if item == "%_" else item for item in inputs]
        graph.add(f"t{index + 1}", operation, *named, shape=SHAPE, attributes=attributes)
    return graph, weights


NORM = ("batch_normalization", "%_", "%m", "%v", "%o", "%s", {"epsilon": 1e-3})
TAILS: list[list[tuple[Any, ...]]] = [
    [("relu", "%_", {})],
    [NORM, ("relu", "%_", {})],
    [("relu", "%_", {}), NORM, ("sigmoid", "%_", {})],
    [("add", "%_", "%o", {}), ("mul", "%s", "%_", {}), ("sub", "%_", 0.5, {}), ("tanh", "%_", {})],
    [("add", "%_", "%z", {}), ("relu", "%_", {})],
    [("sub", "%z", "%_", {}), ("mul", "%_", "%z", {}), ("clamp", "%_", -0.5, 0.5, {})],
    [("leaky_relu", "%_", {"alpha": 0.1}), ("max", "%_", 0.01, {}), ("div", 1.0, "%_", {})],
    [("silu", "%_", {}), ("neg", "%_", {}), ("sqr", "%_", {})],
]


@pytest.mark.parametrize("steps", TAILS, ids=lambda steps: "-".join(step[0] for step in steps))
def test_what_follows_a_product_rides_along(steps: Any) -> None:
    graph, weights = tail_graph(*steps)
    session = both(graph, {"x": numbers((1, 3, 9, 9)), "z": numbers(SHAPE, 9)}, weights)
    assert forms(session) == [["conv", *(step[0] for step in steps)]]


def test_a_tensor_with_two_readers_or_one_that_is_kept_is_not_fused_away() -> None:
    graph, weights = tail_graph(("relu", "%_", {}), ("add", "%_", "%t0", {}))
    session = both(graph, {"x": numbers((1, 3, 9, 9)), "z": numbers(SHAPE, 9)}, weights)
    assert forms(session) == [["conv"], ["relu", "add"]]
    graph, weights = tail_graph(("relu", "%_", {}))
    result = graph.run({"x": numbers((1, 3, 9, 9)), "z": numbers(SHAPE)}, weights, keep=["t0"])
    assert (result.tensors["t0"] < 0).any()


def test_two_convolutions_into_one_sum() -> None:
    graph, weights = tail_graph()
    graph.add("u", "conv", "%x", "%w", 0.0, shape=SHAPE, attributes=CONV)
    graph.add("y", "add", "%t0", "%u", shape=SHAPE)
    graph.flat.outputs[:] = ["y"]
    session = both(graph, {"x": numbers((1, 3, 9, 9)), "z": numbers(SHAPE)}, weights)
    assert sorted(forms(session)) == [["conv"], ["conv", "add"]]


@few
@given(
    st.sampled_from(["max_pool", "avg_pool", "box"]),
    st.sampled_from(["constant", "ignore"]),
    st.lists(
        st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 2), st.integers(-1, 2), st.integers(-1, 3)),
        min_size=2,
        max_size=2,
    ),
    st.booleans(),
)
def test_pools(operation: str, border: str, axes: Any, automatic: bool) -> None:
    """Channels last: after a 1x1 convolution."""
    size, stride, dilation = ([1, 1, *(axis[k] for axis in axes)] for k in range(3))
    padding = [] if automatic else [(0, 0), (0, 0), *((axis[3], axis[4]) for axis in axes)]
    attributes = {"border": border, "padding": padding, "size": size, "stride": stride, "dilation": dilation}
    if operation == "box":
        attributes["normalize"] = False
    middle = (2, 5, 9, 8)
    shape = down(middle, size, padding, stride, dilation).lower
    graph = Graph(("x", (2, 3, 9, 8)), outputs=["y"]).variable("w", (5, 3, 1, 1))
    graph.add("c", "conv", "%x", "%w", 0.0, shape=middle, attributes=CONV)
    graph.add("y", operation, "%c", shape=shape, attributes=attributes)
    both(graph, {"x": numbers((2, 3, 9, 8)) - 1}, {"w": numbers((5, 3, 1, 1))})


@pytest.mark.parametrize(("size", "beta"), [(5, 0.75), (4, 0.5), (1, 0.6), (2, 1.0)])
def test_local_response_normalization(size: int, beta: float) -> None:
    middle = (2, 7, 9, 8)
    graph = Graph(("x", (2, 3, 9, 8)), outputs=["y"]).variable("w", (7, 3, 1, 1))
    graph.add("c", "conv", "%x", "%w", 0.0, shape=middle, attributes=CONV)
    attributes = {"size": [1, size, 1, 1], "alpha": 0.5, "beta": beta, "bias": 2.0}
    graph.add("y", "local_response_normalization", "%c", shape=middle, attributes=attributes)
    both(graph, {"x": numbers((2, 3, 9, 8))}, {"w": numbers((7, 3, 1, 1))})


def test_branches_are_made_inside_their_concatenation() -> None:
    x = (1, 6, 8, 8)
    graph = Graph(("x", x), outputs=["y", "p"])
    weights = {}
    for name, shape in {"a": (4, 6, 1, 1), "b": (5, 6, 3, 3), "c": (3, 6, 1, 1), "d": (7, 19, 1, 1)}.items():
        weights[name] = numbers(shape)
        graph.variable(name, shape)
    graph.add("one", "conv", "%x", "%a", 0.0, shape=(1, 4, 8, 8), attributes=CONV)
    graph.add("r", "relu", "%one", shape=(1, 4, 8, 8))
    graph.add("two", "conv", "%x", "%b", 0.0, shape=(1, 5, 8, 8), attributes=CONV)
    graph.add("m", "max_pool", "%r", shape=(1, 4, 8, 8), attributes={**POOL, "size": [1, 1, 3, 3]})
    graph.add("three", "conv", "%x", "%c", 0.0, shape=(1, 3, 8, 8), attributes=CONV)
    graph.add("s", "add", "%three", "%three", shape=(1, 3, 8, 8))
    graph.add("t", "tanh", "%three", shape=(1, 3, 8, 8))
    graph.add("all", "concat", ["%r", "%two", "%m", "%s", "%three"], shape=(1, 19, 8, 8), attributes={"axis": 1})
    graph.add("y", "conv", "%all", "%d", 0.0, shape=(1, 7, 8, 8), attributes=CONV)
    graph.add("v", "softmax", "%all", shape=(1, 19, 8, 8), attributes={"axes": [1]})
    graph.add(
        "p", "reshape", "%v", shape=(1, 19 * 64), attributes={"shape": [1, -1], "axis_start": 0, "axis_count": -1}
    )
    session = both(graph, {"x": numbers(x)}, weights)
    slots = session.program.slots
    assert all(np.shares_memory(slots[name], slots["all"]) for name in ("r", "two", "m", "three"))


def test_views_keep_the_memory_they_look_at() -> None:
    """The reshaped tensor is read long after the convolution's own name was read last."""
    graph = Graph(("x", (1, 3, 8, 8)), outputs=["y"]).variable("w", (4, 3, 1, 1))
    graph.add("c", "conv", "%x", "%w", 0.0, shape=(1, 4, 8, 8), attributes=CONV)
    graph.add("v", "slice", "%c", shape=(1, 2, 8, 8), attributes={"axes": [1], "begin": [1], "end": [3], "stride": [1]})
    current = "x"
    for index in range(4):
        shape = (1, 3, 8, 8)
        graph.variable(f"u{index}", (3, 3, 1, 1))
        graph.add(f"k{index}", "conv", f"%{current}", f"%u{index}", 0.0, shape=shape, attributes=CONV)
        current = f"k{index}"
    graph.add(
        "last",
        "slice",
        f"%{current}",
        shape=(1, 2, 8, 8),
        attributes={"axes": [1], "begin": [0], "end": [2], "stride": []},
    )
    graph.add("y", "add", "%last", "%v", shape=(1, 2, 8, 8))
    weights = {"w": numbers((4, 3, 1, 1)), **{f"u{i}": numbers((3, 3, 1, 1), i) for i in range(4)}}
    both(graph, {"x": numbers((1, 3, 8, 8))}, weights)


def test_what_depends_on_constants_only_is_computed_once() -> None:
    graph = Graph(("x", (1, 4)), outputs=["y"]).variable("w", (4, 4))
    graph.add("t", "transpose", "%w", shape=(4, 4), attributes={"axes": [1, 0]})
    graph.add("e", "exp", "%t", shape=(4, 4))
    graph.add("y", "matmul", "%x", "%e", shape=(1, 4), attributes={"transposeA": False, "transposeB": False})
    session = both(graph, {"x": numbers((1, 4))}, {"w": numbers((4, 4))})
    assert forms(session) == [["matmul"]]


def test_several_threads_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Winograd, columns, 1x1 and depth-wise, in tiles shared out to three threads."""
    monkeypatch.setattr(team, "SHARED_MACS", 0)
    for module, name in ((conv2d, "COLUMN_BYTES"), (conv2d, "BLOCK_BYTES"), (winograd, "TILE_BYTES")):
        monkeypatch.setattr(module, name, 1 << 12)
    monkeypatch.setattr(winograd, "STRIP_TILES", 1)
    cases = [((20, 16, 3, 3), 1), ((8, 16, 5, 3), 1), ((24, 16, 1, 1), 1), ((16, 1, 3, 3), 16), ((10, 8, 20, 18), 2)]
    for filter, groups in cases:
        padding = [(0, 0), (0, 0)] if filter[2] > 5 else []
        graph, _ = conv_graph((1, 16, 20, 18), filter, groups=groups, padding=padding)
        weights = {"w": numbers(filter), "b": numbers((1, filter[0]), 1)}
        plan, x = make_plan(graph.flat), {"x": numbers((1, 16, 20, 18), 2)}
        one, three = (Session(plan, weights.__getitem__, dtype="float64", threads=count) for count in (1, 3))
        for _ in range(3):
            same(three.run(x).outputs["y"], one.run(x).outputs["y"])


@pytest.mark.parametrize("filter", [(7, 16, 3, 3), (7, 16, 5, 3), (7, 16, 1, 1)])
def test_channels_are_shared_out_where_there_is_one_tile(filter: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team, "SHARED_MACS", 0)
    monkeypatch.setattr(winograd, "MIN_TILES", 0)
    monkeypatch.setattr(winograd, "MIN_CHANNELS", 0)
    graph, _ = conv_graph((1, 16, 5, 5), filter)
    weights = {"w": numbers(filter), "b": numbers((1, filter[0]), 1)}
    plan, x = make_plan(graph.flat), {"x": numbers((1, 16, 5, 5), 2)}
    plain, four = (Session(plan, weights.__getitem__, dtype="float64", threads=n, prepare=n > 1) for n in (1, 4))
    same(four.run(x).outputs["y"], plain.run(x).outputs["y"])


def test_a_team_stops_together_and_passes_errors_on() -> None:
    group = team.Team(3)
    done: list[int] = []
    group.each(range(50), lambda worker, task: done.append(task))
    assert sorted(done) == list(range(50))

    def fails(worker: int, task: int) -> None:
        if task == 7:
            raise MemoryError("here")

    with pytest.raises(MemoryError, match="here"):
        group.each(range(50), fails)
    calls = iter([False, False, True] + [True] * 50)
    with pytest.raises(Cancelled), cancellable(lambda: next(calls)):
        group.each(range(1000), lambda worker, task: None)


def test_places_of_tensors_alive_together_do_not_overlap() -> None:
    generator = np.random.RandomState(0)
    places = []
    for _ in range(200):
        first = int(generator.randint(0, 100))
        places.append(Region(int(generator.randint(1, 5000)), first, first + int(generator.randint(0, 10))))
    size = arrange(places)
    for a in places:
        assert a.offset % 64 == 0 and a.offset + a.bytes <= size
        for b in places:
            if a is not b and a.first <= b.last and b.first <= a.last:
                assert a.offset + a.bytes <= b.offset or b.offset + b.bytes <= a.offset
    alive = max(sum(p.bytes for p in places if p.first <= t <= p.last) for t in range(110))
    assert size <= 1.3 * alive


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("filter", [(96, 3, 11, 11), (64, 3, 3, 3), (96, 64, 3, 3), (64, 64, 5, 5), (64, 1, 3, 3)])
def test_working_memory_is_bounded_by_what_tensors_need(filter: Any, threads: int) -> None:
    """The convolution's result meets its like in a sum, which is what liveness requires."""
    channels = 64 if filter[1] != 3 else 3
    x = (1, channels, 96, 96)
    graph, shape = conv_graph(x, filter, groups=channels // filter[1], stride=[2, 2] if filter[2] > 5 else [])
    graph.add("a", "tanh", "%y", shape=shape).add("b", "mul", "%a", "%y", shape=shape).add(
        "z", "add", "%b", "%y", shape=shape
    )
    graph.add("s", "mean_reduce", "%z", shape=(*shape[:2], 1, 1), attributes={"axes": [2, 3]})
    graph.flat.outputs[:] = ["s"]
    weights = {"w": numbers(filter), "b": numbers((1, filter[0]))}
    plan = make_plan(graph.flat)
    result = Session(plan, weights.__getitem__, threads=threads).run({"x": numbers(x)})
    assert plan.peak_bytes is not None and result.peak_bytes <= 1.3 * plan.peak_bytes


@pytest.mark.parametrize(
    "shapes", [((200, 300), (300, 70)), ((3, 40, 50), (3, 50, 60)), ((1, 7, 50), (5, 50, 6)), ((9, 8), (2, 4, 8, 1))]
)
@pytest.mark.parametrize("transposed", [False, True])
def test_large_products_of_kernels_are_shared_out(
    shapes: Any, transposed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(team, "SHARED_MACS", 0)
    a, b = (numbers(shape, seed) for seed, shape in enumerate(shapes))
    expected = np.matmul(a, b)
    b = np.ascontiguousarray(b.swapaxes(-1, -2)) if transposed else b
    graph = Graph(("a", a.shape), ("b", b.shape), outputs=["y"])
    graph.add(
        "y", "matmul", "%a", "%b", shape=expected.shape, attributes={"transposeA": False, "transposeB": transposed}
    )
    for threads in (1, 2, 3):
        same(graph.run({"a": a, "b": b}, dtype="float64", threads=threads).outputs["y"], expected)


@pytest.mark.parametrize("extents", [(33, 40), (20, 17)])
@pytest.mark.parametrize("filter", [(8, 3, 7, 7), (8, 1, 3, 2), (8, 4, 2, 5)])
@pytest.mark.parametrize(
    ("stride", "padding"),
    [([2, 2], []), ([1, 1], [(0, 0), (1, 2)]), ([3, 1], [(-1, 2), (4, -2)]), ([9, 2], [(3, 3), (0, 5)])],
)
def test_convolutions_of_images(
    extents: Any, filter: Any, stride: Any, padding: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planar, "COLUMN_BYTES", 1 << 14)
    monkeypatch.setattr(planar, "MIN_WIDTH", 1)
    x = (2, filter[1], *extents)
    graph, _ = conv_graph(x, filter, stride=stride, padding=padding)
    session = both(graph, {"x": numbers(x)}, {"w": numbers(filter), "b": numbers((1, 8))})
    assert forms(session) == [["conv"]]
