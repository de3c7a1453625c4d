"""Where tract and we differ over a model: its verdict, the shapes and types of its outputs, what they hold.

    missed     tract refuses the model, we report no error
    objected   tract takes the model, we report an error
    shape      another extent for some values of the symbols; "open" where we leave one open that tract knows
    form       the same extent, written differently
    type       another data type
    run        tract runs the model, we do not; "refused" the other way round
    value      other numbers

Not here: tract (`oracle.py`), the models (`families.py`).
"""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np

from nnef_lsp.archive import open_model
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.extents.dims import UNKNOWN, Extent
from nnef_lsp.model.extents.extremes import substitute
from nnef_lsp.model.extents.parse import Malformed, parse_extent
from nnef_lsp.model.flattening.flatten import flatten
from nnef_lsp.model.operations.tract.dialect import DIALECT as TRACT
from nnef_lsp.model.values.tensor import Tensor
from nnef_lsp.project.model_files import ModelWeights
from nnef_lsp.rules import diagnose
from nnef_lsp.runtime.execution.execute import Session
from nnef_lsp.runtime.planning.plan import make_plan
from nnef_lsp.syntax.source import Source

from .making import Case, Input
from .oracle import Tract, folder_of

BINDINGS: tuple[dict[str, int], ...] = ({"S": 4, "T": 3}, {"S": 7, "T": 2}, {"S": 2, "T": 5})


@dataclass
class Difference:
    """One difference; `what` says it without the numbers and names of this model."""

    kind: str
    about: str
    what: str
    detail: str = ""


def differences(case: Case, tract: Tract, numbers: bool = True, counts: Counter[str] | None = None) -> list[Difference]:
    """All differences over one model, none if tract and we agree; `counts` says what was compared."""
    counts = Counter() if counts is None else counts
    folder = folder_of(case.text, case.files)
    try:
        arrays = (
            {name: array_of(item, BINDINGS[0], Random(name)) for name, item in case.inputs.items()} if numbers else None
        )
        bundle = None
        if arrays is not None and all(item is not None for item in arrays.values()):
            bundle = os.path.join(folder, "inputs.npz")
            np.savez(bundle, **arrays)
        theirs = tract.ask(folder, bundle)
        weights = ModelWeights(open_model(folder))
        analysis = Analysis(Source(case.text), TRACT, weights)
        errors = [f"{item.rule}: {item.message}" for item in diagnose(analysis) if item.severity == "error"]
        found = list(_differences(case, theirs, analysis, errors))
        counts["tract: models refused by both" if errors and "error" in theirs else "tract: models"] += 1
        if not errors and "error" not in theirs and bundle is not None and not found:
            found = list(_numbers(case, folder, theirs, analysis, arrays or {}))
            counts["tract: models of the same values"] += not found
        return found
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _differences(case: Case, theirs: dict[str, Any], analysis: Analysis, errors: list[str]) -> Any:
    if "error" in theirs:
        if not errors:
            yield Difference("missed", case.about, plain(theirs["error"]))
        return
    if errors:
        if "failure" not in theirs and not _never_runs(theirs["outputs"]):
            yield Difference("objected", case.about, plain(errors[0]))
        return
    tensors = analysis.tensors()
    for name, (extents, dtype) in zip(analysis.outputs, theirs["outputs"]):
        fact = tensors.get(name)
        if fact is None:
            yield Difference("shape", case.about, f"nothing is known of {name}")
            continue
        yield from _shape(case, fact, extents)
        if fact.dtype != dtype.lower():
            yield Difference("type", case.about, f"{fact.dtype} instead of {dtype}")


def _never_runs(outputs: list[list[str]]) -> bool:
    """Whether extents are left to the run that cannot agree, as in broadcast((6), (2))."""
    for text, _ in outputs:
        for a, b in re.findall(r"broadcast\(\(?([^(),]+)\)?, \(?([^(),]+)\)?\)", text):
            found = [
                substitute(extent, values)
                for extent in map(parse_extent, (a, b))
                if not isinstance(extent, Malformed)
                for values in BINDINGS
            ]
            half = len(found) // 2
            if all(1 not in pair and len(set(map(str, pair))) > 1 for pair in zip(found[:half], found[half:])):
                return True
    return False


def _shape(case: Case, fact: Tensor, extents: str) -> Any:
    wanted = [parse_extent(text) for text in split(extents)]
    shown = f"{fact.shape} instead of [{extents}]"
    if fact.shape is None or any(extent is UNKNOWN for extent in fact.shape):
        yield Difference("open", case.about, shown)
    elif len(fact.shape) != len(wanted):
        yield Difference("shape", case.about, shown)
    elif any(isinstance(extent, Malformed) for extent in wanted):
        yield Difference("unread", case.about, shown)
    else:
        for values in BINDINGS:
            pairs = [
                (substitute(a, values), substitute(b, values))
                for a, b in zip(fact.shape, wanted)
                if not isinstance(b, Malformed)
            ]
            if any(str(a) != str(b) for a, b in pairs):
                yield Difference("shape", case.about, f"{shown} ({pairs})")
                return
        if any(a != b for a, b in zip(fact.shape, wanted)):
            yield Difference("form", case.about, shown)


def split(extents: str) -> list[str]:
    """The extents between commas, those within parentheses left alone."""
    found, depth = [""], 0
    for letter in extents:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return found if extents else []


def _numbers(case: Case, folder: str, theirs: dict[str, Any], analysis: Analysis, arrays: dict[str, Any]) -> Any:
    model = open_model(folder)
    try:
        graph = flatten(analysis, symbols=BINDINGS[0])
        session = Session(make_plan(graph), lambda label: model.tensor(label).array())
        ours = session.run(arrays).outputs
    except Exception as error:
        if "results" in theirs:
            yield Difference("run", case.about, plain(f"{type(error).__name__}: {error}"))
        return
    if "failure" in theirs:
        yield Difference("refused", case.about, plain(theirs["failure"]))
        return
    with np.load(theirs["results"]) as results:
        for name, key in zip(analysis.outputs, results.files):
            mine, yours = np.asarray(ours[name]), results[key]
            if mine.shape != yours.shape:
                yield Difference("value", case.about, f"shape {mine.shape} instead of {yours.shape}")
            elif mine.dtype != yours.dtype:
                yield Difference("value", case.about, f"{mine.dtype} instead of {yours.dtype}")
            elif not np.allclose(mine.astype("f8"), yours.astype("f8"), *tolerance(yours.dtype), equal_nan=True):
                detail = f"{mine.ravel()[:8]} instead of {yours.ravel()[:8]}"
                yield Difference("value", case.about, f"other numbers of {yours.dtype}", detail)


def tolerance(dtype: Any) -> tuple[float, float]:
    """Relative and absolute; half precision has three digits."""
    return (1e-2, 1e-3) if dtype == np.float16 else (1e-3, 1e-4)


def array_of(item: Input, values: dict[str, int], random: Random) -> Any:
    """Random items for an input; None for types that numpy has not."""
    if item.dtype in ("tdim", "string", "blob"):
        return None
    shape = [value_of(extent, values) for extent in item.shape]
    count = int(np.prod(shape)) if shape else 1
    if count < 0 or any(extent < 0 for extent in shape):
        return None
    if item.dtype == "bool":
        return np.array([random.random() < 0.5 for _ in range(count)], dtype=bool).reshape(shape)
    kind = {"f": "float", "i": "int", "u": "uint"}[item.dtype[0]] + item.dtype[1:]
    low = max(item.low, 0) if item.dtype[0] == "u" else item.low
    if item.dtype[0] == "f":
        return np.array([random.uniform(low, item.high) for _ in range(count)], dtype=kind).reshape(shape)
    return np.array([random.randint(int(low), int(max(item.high - 1, low))) for _ in range(count)], dtype=kind).reshape(
        shape
    )


def value_of(extent: int | str, values: dict[str, int]) -> int:
    """An extent with its symbols bound."""
    if isinstance(extent, int):
        return extent
    found: Extent | Malformed = parse_extent(extent)
    bound = substitute(found, values) if not isinstance(found, Malformed) else -1
    return bound if isinstance(bound, int) else -1


def plain(message: str, limit: int = 170) -> str:
    """A message without its names and numbers, to count alike what is alike."""
    message = re.sub(r"\[[^\]]*\]", "[..]", message.split("\n")[0])
    message = re.sub(r"'[^']*'|\"[^\"]*\"", "'..'", message)
    return re.sub(r"-?\d+(\.\d+)?", "N", message)[:limit]
