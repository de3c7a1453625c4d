"""What the tests of the runtime share: kernels by name, graphs written in a line, comparisons."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnef_lsp.model.flattening.flat_graph import FlatGraph, Invocation, Site, TensorName
from nnef_lsp.model.values.tensor import Tensor, tensor
from nnef_lsp.runtime.execution.execute import Result, run
from nnef_lsp.runtime.kernels import kernels

BORDERS = ("constant", "replicate", "reflect", "reflect-even")


def call(operation: str, *inputs: Any, **attributes: Any) -> Any:
    """The kernel of an operation on float64 arrays (numbers become arrays of rank 0)."""
    arrays = [[np.asarray(part) for part in item] if isinstance(item, list) else np.asarray(item) for item in inputs]
    with np.errstate(all="ignore"):
        return kernels()[operation].function(*arrays, **attributes)


def numbers(shape: Any, seed: int = 0) -> Any:
    """Reproducible reals."""
    return np.random.RandomState(seed).standard_normal(shape)


def same(actual: Any, expected: Any, tolerance: float = 1e-9) -> None:
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance)


class Graph:
    """A flat graph, one statement a call; `%name` in inputs is a tensor.

    Shapes of results are given where a test wants facts; otherwise nothing is known of them.
    """

    def __init__(self, *inputs: tuple[str, tuple[int, ...]], outputs: list[str], dtype: str = "scalar") -> None:
        self.flat = FlatGraph("g", [name for name, _ in inputs], outputs)
        for name, shape in inputs:
            self.add(name, "external", shape=shape, attributes={"shape": list(shape)}, generic=dtype)

    def variable(self, name: str, shape: tuple[int, ...], label: str | None = None) -> Graph:
        attributes = {"shape": list(shape), "label": label or name}
        return self.add(name, "variable", shape=shape, attributes=attributes, generic="scalar")

    def add(
        self,
        results: Any,
        operation: str,
        *inputs: Any,
        shape: Any = None,
        attributes: dict[str, Any] | None = None,
        generic: str | None = None,
        site: Site | None = None,
    ) -> Graph:
        outputs = results if isinstance(results, tuple) else (results,)
        named = tuple([TensorName(n) for n in o] if isinstance(o, list) else TensorName(o) for o in outputs)
        self.flat.invocations.append(
            Invocation(operation, tuple(map(_item, inputs)), attributes or {}, named, generic, site or Site(0, 0))
        )
        for output in outputs:
            for name in output if isinstance(output, list) else [output]:
                self.flat.tensors[name] = _fact(shape, generic or "scalar")
        return self

    def run(self, inputs: dict[str, Any], weights: dict[str, Any] | None = None, **options: Any) -> Result:
        return run(self.flat, inputs, lambda label: (weights or {})[label], **options)


def _fact(shape: Any, dtype: str) -> Tensor:
    return tensor(dtype, None if shape is None else tuple(shape))


def _item(item: Any) -> Any:
    if isinstance(item, list):
        return [_item(part) for part in item]
    return TensorName(item[1:]) if isinstance(item, str) and item.startswith("%") else item


CONV = {"border": "constant", "padding": [], "stride": [], "dilation": [], "groups": 1}
POOL = {"border": "constant", "padding": [], "stride": [], "dilation": []}
