"""How the tests of refactorings ask, apply and judge: facts of the results as before, and values of a run as before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from nnef_lsp.ide.refactoring.all_offers import refactorings
from nnef_lsp.ide.refactoring.offers import Refactoring
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.flattening.flatten import flatten
from nnef_lsp.rules import diagnose
from nnef_lsp.runtime.execution.execute import run
from nnef_lsp.syntax.source import Source

from .drawing import edited

CUTS = ("End the graph", "Begin the graph", "Cut the graph", "Copy these")
"""Refactorings after which the graph has other inputs or results."""


class Data(NamedTuple):
    """What a run starts from; where nothing is given, numbers that depend only on the names of inputs and labels."""

    inputs: Mapping[str, Any] = {}
    weights: Mapping[str, Any] = {}


def numbers(name: str, shape: list[int]) -> Any:
    return np.random.RandomState(sum(name.encode())).standard_normal(shape).astype(np.float32)


def values(analysis: Analysis, data: Data, keep_all: bool = False) -> dict[str, Any]:
    """The results of a run, or all tensors of the graph."""
    flat = flatten(analysis)
    shapes: dict[str, list[int]] = {}
    inputs = {}
    for call in flat.invocations:
        if call.operation == "variable":
            shapes[call.attributes["label"]] = call.attributes["shape"]
        elif call.operation == "external" or not (call.inputs or call.outputs[0].name not in analysis.inputs):
            name = call.outputs[0].name
            inputs[name] = data.inputs[name] if name in data.inputs else numbers(name, call.attributes["shape"])

    def weights(label: str) -> Any:
        return data.weights[label] if label in data.weights else numbers(label, shapes[label])

    return run(flat, inputs, weights, keep=list(analysis.tensors()) if keep_all else ()).tensors


class Judge:
    """Judges what a document becomes; what it computed before is computed once."""

    def __init__(self, analysis: Analysis, data: Data | None = None) -> None:
        self.before, self.data = analysis, data or Data()
        self.facts = analysis.tensors()
        self.values = values(analysis, self.data, keep_all=True)
        self.wrong = problems(analysis)

    def check(self, found: Refactoring) -> Analysis:
        """The text computes what was computed before, and nothing new is wrong with it."""
        text = found.creates or edited(self.before, found.edits)
        told = f"{found.title}\n{text}"
        after = Analysis(Source(text), self.before.fixed_dialect, self.before.weights)
        assert set(problems(after)) <= set(self.wrong) | ({"bias-rank"} if "shape [c]" in found.title else set()), told
        if not found.title.startswith(CUTS):
            assert after.inputs == self.before.inputs, told
            assert after.outputs[: len(self.before.outputs)] == self.before.outputs, told
        facts = after.tensors()
        for name in {*after.outputs, *after.inputs}:
            assert (facts[name].dtype, facts[name].shape) == (self.facts[name].dtype, self.facts[name].shape), told
        given = {name: self.values[name] for name in after.inputs}
        new = values(after, Data({**self.data.inputs, **given}, self.data.weights))
        for name in after.outputs:
            np.testing.assert_array_equal(new[name], self.values[name], err_msg=told)
        return after


def problems(analysis: Analysis) -> list[str]:
    return [item.rule for item in diagnose(analysis) if item.severity in ("error", "warning")]


def offers(text: str, weights: Any = None, dialect: Any = None) -> tuple[Analysis, dict[str, Refactoring]]:
    """What is offered between `«` and `»`, or at `$0`, by title."""
    start = text.index("$0") if "$0" in text else text.index("«")
    end = start if "$0" in text else text.index("»") - 1
    for mark in ("$0", "«", "»"):
        text = text.replace(mark, "")
    analysis = Analysis(Source(text), dialect, weights)
    return analysis, {found.title: found for found in refactorings(analysis, start, end)}


def everywhere(analysis: Analysis, longest: int = 3) -> dict[str, Refactoring]:
    """All that is offered at the beginning of every statement and at every name, and for runs of statements."""
    source = analysis.source
    statements = list(analysis.statements())
    found: dict[str, Refactoring] = {}
    for number, statement in enumerate(statements):
        start = source.start_of(statement) + statement.blank_start
        last = statements[min(number + longest - 1, len(statements) - 1)]
        tree = statement.tree()
        places = [(start, start), (start, source.start_of(last) + len(last.text))]
        at = source.start_of(statement)
        places += [(at + node.start,) * 2 for node in tree.walk()] if tree is not None else []
        for begin, end in dict.fromkeys(places):
            for item in refactorings(analysis, begin, end):
                found[repr((item.title, [(str(e.place.segment.text), e.place.start, e.text) for e in item.edits]))] = (
                    item
                )
    return found
