"""What mends a text may not destroy work: neither what an editor applies at every save, nor what a person picks.

Texts that are being typed (every beginning of every example) and texts with one mistake (`tests/fuzz/mistakes.py`).
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from nnef_lsp.ide.code_actions import Action, actions, fix_all
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.rules import Diagnostic, diagnose
from nnef_lsp.syntax.segments import BLANKS
from nnef_lsp.syntax.source import Source

from ..fuzz.mistakes import mistaken
from ..fuzz.test_fuzz import NETWORK
from .drawing import edited

EXAMPLES = [
    file.read_text(encoding="utf-8")
    for file in sorted((Path(__file__).parents[2] / "examples").rglob("*.nnef"))
]  # fmt: skip


def analysed(text: str) -> tuple[Analysis, list[Diagnostic]]:
    analysis = Analysis(Source(text))
    return analysis, diagnose(analysis)


def count_errors(found: list[Diagnostic]) -> int:
    return sum(item.severity == "error" for item in found)


def count_statements(analysis: Analysis) -> int:
    return sum(segment.kind != BLANKS for segment in analysis.source)


def check_fix_all(text: str) -> bool:
    """Apply it until nothing changes; whether it changed anything at all."""
    analysis, found = analysed(text)
    for _ in range(10):
        action = fix_all(analysis, found)
        if action is None:
            return text != analysis.source.text
        old, before = analysis.source.text, (count_errors(found), count_statements(analysis))
        analysis, found = analysed(edited(analysis, list(action.edits)))
        after = count_errors(found), count_statements(analysis)
        assert after[0] <= before[0], f"more errors\n{old}\n-- becomes --\n{analysis.source.text}"
        assert after[1] >= before[1], f"a statement is gone\n{old}\n-- becomes --\n{analysis.source.text}"
    raise AssertionError(f"fix-all never ends with\n{text}")


def check_quick_fixes(text: str) -> Counter[str]:
    """Each by itself leaves no more errors than there were; how many were tried of each rule."""
    analysis, found = analysed(text)
    tried: Counter[str] = Counter()
    for action in actions(analysis, found, lambda _: True):
        tried[action.mends[0].rule] += 1
        new, left = analysed(edited(analysis, list(action.edits)))
        assert count_errors(left) <= count_errors(found), worse(action, text, new.source.text, left)
    return tried


def worse(action: Action, before: str, after: str, left: list[Diagnostic]) -> str:
    told = [f"{item.rule}: {item.message}" for item in left if item.severity == "error"]
    return f"'{action.title}' adds errors to\n{before}\n-- becomes --\n{after}\n{told}"


def mutants(count: int) -> list[str]:
    random = Random(7)
    found = (mistaken(random, random.choice([NETWORK, *EXAMPLES])) for _ in range(count))
    return [mistake.text for mistake in found if mistake is not None]


@pytest.mark.parametrize("text", EXAMPLES, ids=len)
def test_fix_all_at_every_save_while_typing(text: str) -> None:
    for end in range(len(text)):
        check_fix_all(text[:end])


def test_fix_all_after_a_mistake() -> None:
    assert sum(map(check_fix_all, mutants(400))) > 10


@pytest.mark.parametrize("text", EXAMPLES, ids=len)
def test_quick_fixes_while_typing(text: str) -> None:
    for end in range(0, len(text), 7):
        check_quick_fixes(text[:end])


def test_quick_fixes_after_a_mistake() -> None:
    tried = sum(map(check_quick_fixes, mutants(400)), Counter[str]())
    assert len(tried) > 12


def test_six_saves_with_the_last_layer_commented_out() -> None:
    text = NETWORK.replace("    classes = softmax", "#   classes = softmax")
    for _ in range(6):
        analysis, found = analysed(text)
        action = fix_all(analysis, found)
        text = edited(analysis, list(action.edits)) if action is not None else text
    assert text == NETWORK.replace("    classes = softmax", "#   classes = softmax")
