"""Models of other formats that tract reads, written by it in its own dialect."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..arrays.dtypes import Array
from ..errors import RunError


def convert(path: str, shapes: Mapping[str, Sequence[int]], symbols: Mapping[str, int], folder: str) -> str:
    """Write a model of ONNX into a folder, and give a sentence about it.  Raises `RunError`."""
    import tract  # type: ignore[import-not-found, import-untyped, unused-ignore]

    try:
        model = tract.onnx().load(path)
        for number in range(model.input_count()):
            fact = _fact(str(model.input_fact(number)), shapes.get(model.input_name(number)), symbols)
            if fact is not None:
                model.set_input_fact(number, fact)
        os.rmdir(folder)  # tract wants to make it itself
        _registries(tract).write_model_to_dir(model.into_model(), folder)
    except Exception as error:  # tract's own, and what its binding makes of names that are not there
        raise RunError(f"tract cannot convert '{os.path.basename(path)}': {_reason(error)}") from error
    return "written by tract"


def _fact(known: str, shape: Sequence[int] | None, symbols: Mapping[str, int]) -> str | None:
    """What tract is told of an input: `1,3,224,224,f32`; None if it knows enough."""
    *extents, dtype = [part.strip() for part in known.split(",")]
    if shape is not None:
        return ",".join([*map(str, shape), dtype.lower()])
    found = [str(symbols[part]) if part in symbols else part for part in extents]
    return ",".join([*found, dtype.lower()]) if found != extents else None


def trial(folder: str) -> tuple[dict[str, Array], dict[str, Array]]:
    """Random inputs of a model in a folder by name, and what tract makes of them.  Raises `RunError`."""
    import tract

    generator = np.random.default_rng(0)
    try:
        model = _registries(tract).load(folder)
        names = [model.input_name(number) for number in range(model.input_count())]
        inputs = {name: _random(str(model.input_fact(n)), generator) for n, name in enumerate(names)}
        outputs = [model.output_name(number) for number in range(model.output_count())]
        results = model.into_runnable().run(list(inputs.values()))
    except Exception as error:
        raise RunError(f"tract cannot run what it wrote: {_reason(error)}") from error
    return inputs, {name: result.to_numpy() for name, result in zip(outputs, results, strict=True)}


def _random(fact: str, generator: np.random.Generator) -> Array:
    *extents, dtype = [part.strip().lower() for part in fact.split(",")]
    if not all(part.isdigit() for part in extents):
        raise RunError(f"extents of an input are open ({fact}): give them by --input or --set")
    shape = [int(part) for part in extents]
    kind = np.dtype({"f": "float", "i": "int", "u": "uint", "b": "bool"}[dtype[0]] + dtype[1:].removeprefix("ool"))
    if kind.kind == "f":
        return generator.standard_normal(shape).astype(kind)
    return generator.integers(0, 2, shape).astype(kind)


def _registries(tract: Any) -> Any:
    reader = tract.nnef().with_tract_extra().with_onnx().with_tract_transformers().with_pulse()
    return reader.with_extended_identifier_syntax()


def _reason(error: Exception) -> str:
    lines = [line.strip() for line in str(error).split("Stack backtrace")[0].splitlines() if line.strip()]
    return (lines[-1].lstrip("0123456789: ") if lines else repr(error))[:300]
