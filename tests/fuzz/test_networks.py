"""A slice of the comparison of random networks with Khronos' tools, NNEF-Tools and tract; `campaign.py` does the long ones."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from nnef_lsp.model.operations.declarations import declared_operations
from nnef_lsp.runtime.kernels import kernels

from ..model import test_shapes_differential as shapes
from .engines import missing
from .networks import Network, network
from .opinions import ENGINES, Opinions

pytest.importorskip("nnef")
MODELS = 60


@pytest.fixture(scope="module")
def opinions() -> Iterator[Opinions]:
    found = Opinions(sys.executable, tuple(name for name in ENGINES if missing(name, sys.executable) is None))
    yield found
    found.close()


@pytest.mark.parametrize("first", range(0, MODELS, 10))
def test_networks_are_read_and_computed_as_by_others(first: int, opinions: Opinions) -> None:
    for number in range(first, first + 10):
        made = network(Random(f"slice {number}"))
        found = [item for item in opinions.differences(made) if not item.why]
        assert not found, f"{found[0]}\n{made.text}"


def one(text: str, **inputs: object) -> Network:
    """A network that is written here."""
    body = f"version 1.0;\ngraph g( {', '.join(inputs)} ) -> ( y )\n{{\n{text}\n}}\n"
    arrays = {name: np.asarray(array, np.float32) for name, array in inputs.items()}
    return Network(body, "", arrays, {}, {"y": "an operation"})


SOFTMAX = "x = external<scalar>(shape = [1, 4]); y = softmax(x, axes = [0, 1]);"


def test_an_explanation_does_not_hide_a_value_of_ours_that_is_not_defined_so(
    opinions: Opinions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`softmax` over two axes is other in NNEF-Tools, and not there in Khronos' runtime: still ours must be right."""
    made = one(SOFTMAX, x=[[0.5, -1.0, 2.0, 0.25]])
    assert all(item.why for item in opinions.differences(made))
    kernel = kernels()["softmax"]
    monkeypatch.setitem(
        kernels(), "softmax", replace(kernel, function=lambda x, **rest: kernel.function(x, **rest) * 1.01)
    )
    assert any(not item.why for item in opinions.differences(made))


def test_other_shapes_and_verdicts_are_seen(opinions: Opinions) -> None:
    made = one("x = external<scalar>(shape = [2]); y = relu(x);", x=[1.0, 2.0])
    assert opinions.differences(made) == []
    unknown = made._replace(text=made.text.replace("relu", "nothing_known"))
    assert next(item.kind for item in opinions.differences(unknown)).startswith("our error: ")
    accepted = made._replace(wrong=("relu", [[2]], {}))
    assert [item.kind for item in opinions.differences(accepted)] == ["accepted: relu"]


def test_networks_have_every_operation_attribute_and_choice() -> None:
    """What the declarations offer is drawn: each attribute given and left out, each of its choices, both logical values."""
    seen: set[tuple[str, str, object]] = set()
    for generator, names in shapes.GENERATORS:
        for operation in names.split():
            random = Random(f"{generator.__name__} {operation}")
            for _ in range(200):
                _, _, attributes = generator(random, operation)
                for parameter in declared_operations("khronos")[operation].parameters:
                    value = attributes.get(parameter.name)
                    seen |= {
                        (operation, parameter.name, item)
                        for item in (value, value is not None)
                        if isinstance(item, (bool, str))
                    }
    wanted = set()
    for operation, declared in declared_operations("khronos").items():
        for parameter in declared.parameters:
            if parameter.is_tensor or operation in UNREAD:
                continue
            choices: tuple[object, ...] = parameter.choices or (
                (True, False) if str(parameter.type) == "logical" else (True,)
            )
            wanted |= {(operation, parameter.name, choice) for choice in choices}
    assert wanted <= seen, sorted(map(str, wanted - seen))


UNREAD = ("softabs", "cast")
"""Not in the generators: the one is not of the specification (networks invoke it by themselves), the other unknown to
Khronos' parser."""
