"""An update that leaves statements for later tells the same in the end as one that does not."""

from __future__ import annotations

import random

from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.syntax.source import Source


def chain(count: int) -> str:
    body = "".join(f"    v{i} = add(v{i - 1}, v{max(0, i - 7)});\n" for i in range(1, count))
    return f"version 1.0;\ngraph g( x ) -> ( y )\n{{\n    x = external(shape = [2,3]);\n    v0 = copy(x);\n{body}    y = copy(v{count - 1});\n}}\n"


def facts(analysis: Analysis) -> tuple[object, ...]:
    found = sorted((f.finding.rule, analysis.source.start_of(f.segment) + f.finding.start) for f in analysis.findings())
    return found, {name: repr(value) for name, value in analysis.tensors().items()}


def test_what_is_left_over_is_finished_later() -> None:
    analysis = Analysis(Source(chain(300)), patience=20)
    at = analysis.source.text.index("3]")
    analysis.edit(at, at + 1, "5")
    assert analysis.waiting and len(analysis.evaluated) <= 40
    steps = 0
    while not analysis.finish(50):
        steps += 1
    assert steps > 2
    assert facts(analysis) == facts(Analysis(Source(analysis.source.text)))


def test_edits_in_between_change_nothing() -> None:
    chance = random.Random(3)
    analysis = Analysis(Source(chain(120)), patience=5)
    for step in range(300):
        text = analysis.source.text
        at = chance.randrange(60, len(text))
        end = min(len(text), at + chance.randint(0, 2))
        analysis.edit(at, end, chance.choice(["", "", "1", "v", ";", "(", "x", "\n", "    v3 = relu(x);\n"]))
        if chance.random() < 0.3:
            analysis.finish(chance.randint(1, 40))
        if step % 10 == 0:
            analysis.finish()
            assert facts(analysis) == facts(Analysis(Source(analysis.source.text)))
