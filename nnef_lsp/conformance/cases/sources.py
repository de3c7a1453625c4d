"""4.1 Tensor introducing operations, and 4.8 variable updates: what a model is fed, holds and keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..case import Array, Arrays, Case, Data, graph_text, integers, literal, logicals, sentence, stored, tensor
from ..reference import definitions

Define = Callable[[Mapping[str, Array], Any], Arrays]


def _external(variant: str, data: Data) -> Case:
    return _case("external", variant, "4.1.1", {"x": data}, {}, ["y = copy(x);"], lambda fed, kept: {"y": fed["x"]})


def _constant(variant: str, shape: list[int], value: list[Any], generic: str = "scalar") -> Case:
    statement = f"y = constant<{generic}>(shape = {literal(shape)}, value = {literal(value)});"
    expected = definitions()["constant"]
    return _case(
        "constant",
        variant,
        "4.1.2",
        {"x": tensor(2)},
        {},
        [statement, "z = copy(x);"],
        lambda fed, kept: {"y": expected(shape=shape, value=value), "z": fed["x"]},
    )


def _variable(variant: str, label: str, data: Data) -> Case:
    name = "".join(c if c.isalnum() else "_" for c in label)
    return _case(
        "variable",
        variant,
        "4.1.3",
        {"x": tensor(2)},
        {label: data},
        [f"y = copy({name});", "z = copy(x);"],
        lambda fed, kept: {"y": kept[label], "z": fed["x"]},
    )


def _case(
    operation: str,
    variant: str,
    section: str,
    inputs: dict[str, Data],
    weights: dict[str, Data],
    statements: list[str],
    define: Define,
    runs: int = 1,
) -> Case:
    outputs = tuple(dict.fromkeys(line.split(" = ")[0] for line in statements if line[0] in "yz"))
    fed, kept = tuple(inputs.items()), tuple(weights.items())
    text = graph_text(fed, kept, statements, outputs)
    return Case(
        f"{operation}/{variant}", operation, section, text, outputs, fed, kept, define, sentence(operation), runs
    )


def _sum(fed: Mapping[str, Array], kept: Any) -> Arrays:
    """A running sum."""
    kept["state"] = kept["state"] + fed["x"]
    return {"y": kept["state"]}


def _before(fed: Mapping[str, Array], kept: Any) -> Arrays:
    """The variable refers to its value at the beginning of the cycle."""
    before, kept["state"] = kept["state"], fed["x"]
    return {"y": before, "z": fed["x"]}


def _swap(fed: Mapping[str, Array], kept: Any) -> Arrays:
    kept["a"], kept["b"] = kept["b"], kept["a"]
    return {"y1": kept["a"], "y2": kept["b"], "z": fed["x"]}


def _decayed(fed: Mapping[str, Array], kept: Any) -> Arrays:
    kept["state"] = kept["state"] * 0.5 + fed["x"]
    return {"y": kept["state"] * 2.0}


def _counted(fed: Mapping[str, Array], kept: Any) -> Arrays:
    kept["count"] = kept["count"] + 1.0
    return {"y": fed["x"] * kept["count"]}


def _update(variant: str, weights: dict[str, Data], statements: list[str], define: Define) -> Case:
    return _case("update", variant, "4.8", {"x": tensor(2, 3)}, weights, statements, define, 3)


STATE = {"state": stored(2, 3)}

CASES = [
    _external("vector", tensor(5)),
    _external("matrix", tensor(2, 3)),
    _external("image", tensor(1, 3, 4, 4)),
    _external("integer", integers(2, 3)),
    _external("logical", logicals(4)),
    _constant("full", [2, 3], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
    _constant("repeated", [1, 3], [3.14]),
    _constant("single", [1], [-2.5]),
    _constant("row-major", [2, 1, 2], [0.25, 0.5, 0.75, 1.0]),
    _constant("integer", [2, 2], [1, -2, 3, 0], "integer"),
    _constant("logical", [3], [True, False, True], "logical"),
    _variable("vector", "bias", stored(5)),
    _variable("image", "filter", stored(2, 3, 2, 2)),
    _variable("nested-label", "layers/first.block/kernel-1_a", stored(2, 2)),
    _variable("integer", "table", Data((2, 3), "integer", -9, 9, stored=True)),
    _variable("logical", "mask", Data((5,), "logical", 0, 1, stored=True)),
    _case(
        "variable", "shared-label", "4.1.3", {"x": tensor(2, 2)}, {"shared": stored(2, 2)},
        ["again = variable<scalar>(shape = [2, 2], label = 'shared');", "y = add(shared, again);", "z = copy(x);"],
        lambda fed, kept: {"y": kept["shared"] * 2, "z": fed["x"]},
    ),
    _update("sum", STATE, ["next = add(state, x);", "y = update(state, next);"], _sum),
    _update("reads-old-value", STATE, ["z = update(state, x);", "y = copy(state);"], _before),
    _update("swap", {"a": stored(2), "b": stored(2)}, ["y1 = update(a, b);", "y2 = update(b, a);", "z = copy(x);"], _swap),
    _update(
        "result-used", STATE,
        ["half = mul(state, 0.5);", "next = add(half, x);", "new = update(state, next);", "y = mul(new, 2.0);"], _decayed,
    ),
    _update(
        "result-broadcast", {"count": Data((1, 1), items=(0.0,), stored=True)},
        ["next = add(count, 1.0);", "new = update(count, next);", "y = mul(x, new);"], _counted,
    ),
]  # fmt: skip
