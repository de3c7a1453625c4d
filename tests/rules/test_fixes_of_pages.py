"""Every fix that is offered for an example of a rule's page mends it: what it was offered for is not told any more."""

from __future__ import annotations

from collections import Counter

import pytest

from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.quantization.analysis import QuantAnalysis
from nnef_lsp.rules import Diagnostic, Fix, diagnose, diagnose_quant, fixes_of, rules
from nnef_lsp.syntax.source import Source

from .pages import QUANTIZED, Files, blocks, wrapped
from .test_fixes import changed

_NO_TEXT_MENDS = {"template"}


def told(text: str, graph: str | None, files: Files) -> tuple[Analysis | QuantAnalysis, list[Diagnostic]]:
    """What is said of a graph, or of a graph.quant beside one."""
    if graph is None:
        analysis = Analysis(Source(text), weights=files)
        return analysis, diagnose(analysis)
    quantization = QuantAnalysis(Source(text, "quant"), Analysis(Source(graph)))
    return quantization, diagnose_quant(quantization)


def offered(slug: str) -> list[tuple[str, str, str | None, Files, Fix, Diagnostic]]:
    """The fixes for the examples of a page: with the text, the text after the fix, and the graph of a quantization."""
    found = []
    before = ""
    for _, lines in blocks(rules()[slug].page.read_text(encoding="utf-8")):
        block = "\n".join(lines)
        quantization = block[:1] in "'\""
        text = block if quantization else wrapped(block)[0]
        graph = (wrapped(before)[0] if before else QUANTIZED) if quantization else None
        before = before if quantization else block
        analysis, items = told(text, graph, Files(block))
        for item in items:
            for fix in fixes_of(analysis, item):
                found.append((text, changed(text, fix, analysis.source), graph, Files(block), fix, item))
    return found


@pytest.mark.parametrize("slug", sorted(slug for slug, rule in rules().items() if rule.fixes))
def test_fixes_mend_what_they_are_offered_for(slug: str) -> None:
    for text, new, graph, files, fix, item in offered(slug):
        old = Counter((each.rule, each.message) for each in told(text, graph, files)[1])
        left = Counter((each.rule, each.message) for each in told(new, graph, files)[1])
        assert new != text, fix.title
        assert left[item.rule, item.message] < old[item.rule, item.message], (
            f"'{fix.title}' leaves {item.message}\n{new}"
        )
        more = [
            message for (rule, message), count in left.items() if rule == "syntax-error" and count > old[rule, message]
        ]
        assert not more, f"'{fix.title}' breaks the text: {more}\n{new}"


def test_most_rules_with_fixes_show_one() -> None:
    silent = {
        slug
        for slug, rule in rules().items()
        if rule.fixes and not any(f for *_, f, i in offered(slug) if i.rule == slug)
    }
    assert silent <= _NO_TEXT_MENDS, "add an example whose fix is offered"
