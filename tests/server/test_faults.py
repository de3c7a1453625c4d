"""A mistake of ours costs the one answer that it is in, and is logged once with what repeats it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from nnef_lsp import faults
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.shapes import shape_rule
from nnef_lsp.rules import diagnose, rules
from nnef_lsp.syntax.source import Source

TEXT = """version 1.0;
graph g( x ) -> ( y )
{
    x = external(shape = [1, 4]);
    z = relu(x);
    w = relu(z);
    y = softmax(missing, axes = [1]);
}
"""


def broken(*_: object) -> Any:
    raise ZeroDivisionError("oops")


@pytest.fixture
def lenient(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a user's editor."""
    monkeypatch.setattr(faults, "STRICT", False)
    monkeypatch.setattr(faults, "_told", set())


def test_a_shape_rule_costs_the_facts_of_its_operations(
    lenient: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(
        "nnef_lsp.model.evaluation.invocation.shape_rule",
        lambda name, dialect: broken if name == "relu" else shape_rule(name, dialect),
    )
    analysis = Analysis(Source(TEXT))
    assert [item.rule for item in diagnose(analysis)].count("undefined-name") == 1
    assert analysis.tensors()["x"].shape == (1, 4) and analysis.tensors()["z"].shape is None
    assert caplog.text.count("the shape rule of 'relu' failed: ZeroDivisionError: oops") == 1


def test_a_rule_costs_its_wording(
    lenient: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(rules(), "undefined-name", replace(rules()["undefined-name"], message=broken))
    messages = [item.message for item in diagnose(Analysis(Source(TEXT)))]
    assert "undefined name" in messages
    assert caplog.text.count("the wording of undefined-name failed") == 1


def test_our_own_runs_hide_no_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnef_lsp.model.evaluation.invocation.shape_rule", lambda *_: broken)
    assert faults.STRICT
    with pytest.raises(ZeroDivisionError):
        Analysis(Source(TEXT))
