"""Severities from settings, and comments that silence a rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.project.configuration import settings_for
from nnef_lsp.rules import diagnose
from nnef_lsp.rules.settings import Settings, parse_settings
from nnef_lsp.syntax.source import Source

TEXT = """version 1.0;
graph g( x ) -> ( y )
{
    x = external(shape = [1, 8]);
    z = relu(x);
    y = relu(xx);
}
"""


def found(text: str, settings: Settings | None = None) -> list[tuple[str, str]]:
    return sorted((item.rule, item.severity) for item in diagnose(Analysis(Source(text)), settings))


def test_severities_are_the_projects_choice() -> None:
    assert found(TEXT) == [("undefined-name", "error"), ("unused-result", "hint")]
    settings = parse_settings("[rules]\nunused-result = 'warning'\nundefined-name = 'off'")
    assert found(TEXT, settings) == [("unused-result", "warning")]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[rules]\nunused-resul = 'off'", "there is no rule 'unused-resul'; did you mean 'unused-result'?"),
        (
            "[rules]\nunused-result = 'loud'",
            "the severity of 'unused-result' must be off, error, warning, information, hint, found 'loud'",
        ),
        (
            "[rule]\n",
            "there is no setting 'rule': expected 'dialect', 'exclude', 'libraries', 'operations' or a table 'rules' or 'shapes'",
        ),
        ("dialect = 'latin'", "there is no dialect 'latin': expected one of khronos, tract"),
        ("dialect = 1", "there is no dialect 1: expected one of khronos, tract"),
        ("rules = 1", "'rules' must be a table of rules and severities"),
        ("[rules", "not TOML"),
    ],
)
def test_what_is_wrong_with_settings_is_said(text: str, problem: str) -> None:
    settings = parse_settings(text)
    assert settings is not None and settings.problems[0].startswith(problem)


def test_the_nearest_file_wins(tmp_path: Path) -> None:
    inner = tmp_path / "models" / "digits"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[tool.nnef-lsp.rules]\nunused-result = 'off'\n")
    (tmp_path / "models" / "pyproject.toml").write_text("[tool.other]\n")
    assert settings_for(inner / "graph.nnef").severities == {"unused-result": "off"}
    (inner / ".nnef-lsp.toml").write_text("[rules]\nunused-result = 'error'\n")
    assert settings_for(inner / "graph.nnef").severities == {"unused-result": "error"}


@pytest.mark.parametrize(
    "statement",
    [
        "    z = relu(x); # nnef-lsp: ignore[unused-result]",
        "    # nnef-lsp: ignore[unused-result]\n    z = relu(x);",
        "    # nnef-lsp: ignore[unused-result] since it is for later\n    # nnef-lsp: ignore[unused-result]\n    z = relu(x);",
        "    # nnef-lsp: ignore\n    z = relu(x);",
        "    z = relu( # nnef-lsp: ignore[wrong-type, unused-result]\n        1);",
    ],
)
def test_a_comment_silences_a_rule(statement: str) -> None:
    text = TEXT.replace("    z = relu(x);", statement)
    assert found(text) == [("undefined-name", "error")]


def test_a_comment_behind_a_statement_does_not_silence_the_next() -> None:
    text = TEXT.replace("    z = relu(x);", "    w = relu(x); # nnef-lsp: ignore[unused-result]\n    z = relu(x);")
    assert found(text) == [("undefined-name", "error"), ("unused-result", "hint")]


def test_comments_are_read_again_after_an_edit() -> None:
    analysis = Analysis(Source(TEXT))
    diagnose(analysis)
    at = TEXT.index("relu(x);") + len("relu(x);")
    analysis.edit(at, at, " # nnef-lsp: ignore[unused-result]")
    assert [item.rule for item in diagnose(analysis)] == ["undefined-name"]
    analysis.edit(at, at + len(" # nnef-lsp: ignore"), "")
    assert "unused-result" in [item.rule for item in diagnose(analysis)]
