"""Other engines on the same plan, and the comparison tensor by tensor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nnef_lsp.runtime.compare import compare, first_difference
from nnef_lsp.runtime.engines import EngineRun, engines, find_engine
from nnef_lsp.runtime.engines.flat_text import flat_text
from nnef_lsp.runtime.errors import RunError
from nnef_lsp.runtime.planning.plan import make_plan
from nnef_lsp.runtime.process.client import run_sync
from nnef_lsp.runtime.process.request import RunRequest

from .helpers import CONV, POOL, Graph

needs_tract = pytest.mark.skipif(engines()["tract"].missing() is not None, reason="tract is not installed")


def network(last: str = "softmax") -> RunRequest:
    graph = Graph(("x", (1, 3, 12, 12)), outputs=["y"]).variable("w", (8, 3, 3, 3), "conv/filter").variable("b", (1, 8))
    graph.add("c.1", "conv", "%x", "%w", "%b", shape=(1, 8, 12, 12), attributes=CONV)
    graph.add("r", "relu", "%c.1", shape=(1, 8, 12, 12))
    pool = {**POOL, "border": "ignore", "size": [1, 1, 2, 2], "stride": [1, 1, 2, 2], "padding": [(0, 0)] * 4}
    graph.add("p", "max_pool", "%r", shape=(1, 8, 6, 6), attributes=pool)
    graph.add("y", last, "%p", shape=(1, 8, 6, 6), attributes={"axes": [1]} if last == "softmax" else {"alpha": 0.5})
    return RunRequest(graph.flat, inputs={"x": "random:1"}, weights="random:2")


def test_unknown_engines_and_missing_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {"numpy", "tract", "nnef-tools"} <= engines().keys()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(RunError, match="the engine 'tract' is not installed: pip install"):
        find_engine("tract")


def test_the_text_for_other_engines() -> None:
    request = network()
    plan = make_plan(request.graph, keep=["r"])
    text = flat_text(plan, {name: name.replace(".", "_") for name in request.graph.tensors})
    assert "graph g(x) -> (y, r)" in text
    assert "    x = external<scalar>(shape = [1, 3, 12, 12]);" in text
    assert "    w = variable<scalar>(shape = [8, 3, 3, 3], label = 'conv/filter');" in text
    assert "    c_1 = conv(x, w, b, border = 'constant', padding = [], stride = [], dilation = [], groups = 1);" in text


@needs_tract
def test_tract_agrees_on_every_tensor() -> None:
    found = compare(network(), "numpy", "tract", rtol=1e-4, atol=1e-5)
    assert [item.tensor for item in found] == ["c.1", "r", "p", "y"]
    assert first_difference(found) is None


@needs_tract
def test_a_worker_runs_other_engines() -> None:
    report = run_sync(replace(network(), engine="tract", keep=("r",)))
    assert (report.status, report.engine, report.steps) == ("done", "tract", [])
    ours = run_sync(replace(network(), keep=("c.1", "r")))
    assert report.kept["r"]["max"] == pytest.approx(ours.kept["r"]["max"], rel=1e-5)
    assert [step["with"] for step in ours.steps] == [None, None, None, None]
    fused = run_sync(network())
    assert [step["with"] for step in fused.steps] == [None, "c.1", None, None]


@needs_tract
def test_the_first_difference_is_named() -> None:
    """tract ignores the alpha of elu."""
    found = first_difference(compare(network("elu"), "numpy", "tract"))
    if found is not None:  # a later tract may be right
        assert (found.tensor, found.operation) == ("y", "elu")
        assert "differ by" in found.reason


@needs_tract
def test_what_tract_cannot_load_is_said() -> None:
    request = network()
    request.graph.invocations[-1] = request.graph.invocations[-1].__class__(
        "my_own", request.graph.invocations[-1].inputs, {}, request.graph.invocations[-1].outputs, None,
        request.graph.invocations[-1].site,
    )  # fmt: skip
    plan = make_plan(request.graph)
    with pytest.raises(RunError, match=r"tract cannot load the graph: .*my_own"):
        find_engine("tract").load(EngineRun(plan, {}, _ones(request)))


def _ones(request: RunRequest) -> Any:
    shapes = {
        i.attributes["label"]: i.attributes["shape"] for i in request.graph.invocations if i.operation == "variable"
    }
    return lambda label: np.ones(shapes[label], np.float32)
