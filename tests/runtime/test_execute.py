"""Plans and runs: order, lifetimes, variables, errors with their place, cancel."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnef_lsp.faults import observed
from nnef_lsp.model.flattening.flat_graph import Site
from nnef_lsp.runtime.errors import RunError
from nnef_lsp.runtime.execution.execute import Session
from nnef_lsp.runtime.kernels import kernel, kernels
from nnef_lsp.runtime.planning.plan import make_plan
from nnef_lsp.runtime.tiles.cancel import Cancelled

from .helpers import CONV, Graph, numbers, same


def chain(length: int, shape: tuple[int, ...] = (1, 4)) -> Graph:
    graph = Graph(("x", shape), outputs=[f"t{length}"])
    for index in range(length):
        graph.add(f"t{index + 1}", "exp" if index % 2 else "neg", "%x" if not index else f"%t{index}", shape=shape)
    return graph


def test_a_plan_leaves_out_what_nothing_needs() -> None:
    graph = chain(2).add("unused", "exp", "%x", shape=(1, 4))
    assert [step.writes for step in make_plan(graph.flat).steps] == [("t1",), ("t2",)]
    assert len(make_plan(graph.flat, keep=["unused"]).steps) == 3


def test_tensors_die_after_their_last_use() -> None:
    graph = chain(3).add("y", "add", "%t3", "%t1", shape=(1, 4))
    graph.flat.outputs[:] = ["y"]
    plan = make_plan(graph.flat)
    assert [step.frees for step in plan.steps] == [(), (), ("t2",), ("t3", "t1")]
    assert plan.peak_bytes == 3 * 16
    assert [step.frees for step in make_plan(graph.flat, keep=["t2"]).steps][2] == ()


def test_memory_of_a_long_chain_is_that_of_two_tensors() -> None:
    graph = chain(20, (1, 1000))
    result = graph.run({"x": numbers((1, 1000))}, dtype="float32")
    assert result.peak_bytes <= 3 * 4096


def test_costs() -> None:
    graph = Graph(("x", (1, 3, 8, 8)), outputs=["y"]).variable("w", (4, 3, 3, 3))
    graph.add("y", "conv", "%x", "%w", 0.0, shape=(1, 4, 8, 8), attributes=CONV)
    plan = make_plan(graph.flat)
    assert plan.macs == 4 * 64 * 27
    assert plan.steps[0].cost.written_bytes == 4 * 256


def test_outputs_kept_tensors_and_progress() -> None:
    seen: list[tuple[int, int]] = []
    result = chain(3).run({"x": np.ones((1, 4))}, keep=["t1"], progress=lambda step, total: seen.append((step, total)))
    assert set(result.tensors) == {"t3", "t1"}
    same(result.tensors["t1"], -np.ones((1, 4)))
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert len(result.seconds) == 3


def test_types_of_a_run() -> None:
    graph = Graph(("x", (2,)), outputs=["y"])
    graph.add("y", "add", "%x", 1, shape=(2,))
    assert graph.run({"x": [1.0, 2.0]}).outputs["y"].dtype == np.float32
    assert graph.run({"x": [1.0, 2.0]}, dtype="float64").outputs["y"].dtype == np.float64


def counter() -> Graph:
    """count = update(count, count + x); the result and the value before it are outputs."""
    graph = Graph(("x", (2,)), outputs=["new", "old"]).variable("count", (2,))
    graph.add("sum", "add", "%count", "%x", shape=(2,))
    graph.add("new", "update", "%count", "%sum", shape=(2,))
    return graph.add("old", "copy", "%count", shape=(2,))


def test_variables_persist_over_runs_and_change_at_the_end_of_a_cycle() -> None:
    session = Session(make_plan(counter().flat), lambda label: np.array([10.0, 20.0]))
    for cycle in range(3):
        outputs = session.run({"x": np.ones(2)}).outputs
        same(outputs["old"], [10 + cycle, 20 + cycle])
        same(outputs["new"], [11 + cycle, 21 + cycle])


def test_results_that_are_variables_belong_to_the_caller() -> None:
    graph = Graph(("x", (2,)), outputs=["count", "new", "x", "kept"]).variable("count", (2,)).variable("kept", (2,))
    graph.add("sum", "add", "%count", "%x", shape=(2,)).add("new", "update", "%count", "%sum", shape=(2,))
    session = Session(make_plan(graph.flat), lambda label: np.array([10.0, 20.0]))
    given = np.ones(2, np.float32)
    for cycle in range(4):  # each cycle puts another array in the place of the variable
        outputs = session.run({"x": given}).outputs
        same(outputs["count"], [10 + cycle, 20 + cycle])
        same(outputs["kept"], [10, 20])
        for array in outputs.values():
            array[:] = -1.0
    same(given, [1, 1])


def test_variables_can_be_swapped() -> None:
    graph = Graph(outputs=["p", "q"]).variable("a", (1,)).variable("b", (1,))
    graph.add("p", "update", "%a", "%b", shape=(1,)).add("q", "update", "%b", "%a", shape=(1,))
    session = Session(make_plan(graph.flat), {"a": np.array([1.0]), "b": np.array([2.0])}.__getitem__)
    session.run({})
    assert (session.variables["a"].item(), session.variables["b"].item()) == (2.0, 1.0)


def test_variables_of_one_label_share_their_data() -> None:
    graph = Graph(outputs=["y"]).variable("a", (1,), "Shared").variable("b", (1,), "shared")
    graph.add("n", "update", "%a", 5.0, shape=(1,)) if False else graph.add("two", "add", "%b", 1.0, shape=(1,))
    graph.add("n", "update", "%a", "%two", shape=(1,)).add("y", "copy", "%b", shape=(1,))
    session = Session(make_plan(graph.flat), lambda label: np.array([1.0]))
    assert [session.run({}).outputs["y"].item() for _ in range(3)] == [1.0, 2.0, 3.0]


def test_a_failed_cycle_updates_nothing() -> None:
    graph = counter().add("bad", "gather", "%x", 7, attributes={"axis": 0})
    graph.flat.outputs.append("bad")
    session = Session(make_plan(graph.flat), lambda label: np.array([10.0, 20.0]))
    with pytest.raises(RunError):
        session.run({"x": np.ones(2)})
    same(session.variables["count"], [10, 20])


def failure(graph: Graph, inputs: Any, **options: Any) -> RunError:
    with pytest.raises(RunError) as caught:
        graph.run(inputs, **options)
    return caught.value


def test_errors_name_operation_tensor_and_place() -> None:
    graph = Graph(("x", (2, 3)), outputs=["y"])
    graph.add("y", "squeeze", "%x", attributes={"axes": [0]}, site=Site(17, 30))
    error = failure(graph, {"x": numbers((2, 3))})
    assert error.message == "'squeeze' for 'y': axis 0 of [2, 3] is not singular"
    assert (error.operation, error.tensor) == ("squeeze", "y")
    assert error.as_json()["site"] == [17, 30]


def test_a_missing_kernel_is_named() -> None:
    graph = Graph(("x", (1,)), outputs=["y"]).add("y", "my_own", "%x", shape=(1,))
    assert "'my_own' for 'y': this operation has no kernel" in failure(graph, {"x": [1.0]}).message


def test_results_are_held_against_the_inferred_shape() -> None:
    graph = Graph(("x", (2, 3)), outputs=["y"]).add("y", "exp", "%x", shape=(2, 4))
    with observed() as faults:
        message = failure(graph, {"x": numbers((2, 3))}, dtype="float64").message
    assert "'exp' for 'y'" in message
    assert [fault.what for fault in faults] == ["the kernel of exp"]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({}, "no value is given for the input 'x'"),
        ({"x": np.ones((3, 2))}, r"the shape \[3, 2\], expected is \[2, 3\]"),
    ],
)
def test_inputs_are_checked(inputs: Any, message: str) -> None:
    graph = Graph(("x", (2, 3)), outputs=["y"]).add("y", "exp", "%x", shape=(2, 3))
    with pytest.raises(RunError, match=message):
        graph.run(inputs)


def test_weights_are_checked() -> None:
    graph = Graph(outputs=["y"]).variable("w", (2, 3)).add("y", "exp", "%w", shape=(2, 3))
    with pytest.raises(RunError, match=r"the weights 'w' have the shape \[3, 2\], not \[2, 3\]"):
        graph.run({}, {"w": np.ones((3, 2))})
    with pytest.raises(RunError, match="the weights 'w' cannot be read"):
        graph.run({}, {})


def test_cancel_between_steps_and_inside_a_kernel() -> None:
    graph = Graph(("x", (1, 4, 64, 64)), outputs=["y"]).variable("w", (4, 4, 5, 5))
    graph.add("y", "conv", "%x", "%w", 0.0, shape=(1, 4, 64, 64), attributes=CONV)
    calls = iter(range(100))
    with pytest.raises(Cancelled):
        graph.run({"x": numbers((1, 4, 64, 64))}, {"w": numbers((4, 4, 5, 5))}, cancelled=lambda: next(calls) > 0)
    assert next(calls) == 2


def test_arrays_of_tensors() -> None:
    graph = Graph(("x", (2, 6)), outputs=["y"])
    graph.flat.tensors.update(dict.fromkeys("abc", graph.add("dummy", "exp", "%x", shape=(2, 2)).flat.tensors["dummy"]))
    graph.add((["a", "b", "c"],), "split", "%x", shape=(2, 2), attributes={"axis": 1, "ratios": [1, 1, 1]})
    graph.add("y", "add_n", ["%a", "%b", "%c"], shape=(2, 2))
    x = numbers((2, 6))
    same(graph.run({"x": x}, dtype="float64").outputs["y"], x.reshape(2, 3, 2).sum(axis=1))


def test_quantization_is_simulated_when_asked() -> None:
    graph = Graph(("x", (1, 4)), outputs=["y"]).add("y", "copy", "%x", shape=(1, 4))
    graph.flat.quantization["y"] = ("linear_quantize", {"min": 0.0, "max": [[1.0]], "bits": 1})
    x = {"x": np.array([[0.2, 0.4, 0.6, 0.9]])}
    same(graph.run(x).outputs["y"], x["x"], 1e-6)
    same(graph.run(x, quantize=True).outputs["y"], [[0, 0, 1, 1]])


def test_two_kernels_for_one_operation_are_refused() -> None:
    kernels()
    with pytest.raises(ValueError, match="operation 'conv' has two kernels"):
        kernel("conv")(lambda: None)


def test_every_operation_of_the_specification_has_a_kernel() -> None:
    """The list of the specification's declarations; sources are bound by the executor."""
    from nnef_lsp.model.operations import khronos

    text = Path(next(iter(khronos.__path__)), "khronos.nnef").read_text(encoding="utf-8")
    declared = set(re.findall(r"^fragment\s+([a-z0-9_]+)", text, re.MULTILINE))
    assert len(declared) > 110
    assert declared - kernels().keys() == {"external", "variable"}
