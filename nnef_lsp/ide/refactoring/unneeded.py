"""Without what no result of the graph needs: statements, and if a person agrees the data files of their variables.

Not here: a single statement that nothing reads (`rules`).
"""

from __future__ import annotations

from ...archive.names import label_file
from ...model.analysis.analysis import Analysis
from ...model.operations.statement_form import facts_of, labels_of
from ...syntax.segments import Segment
from ..describe import plural
from .offers import REWRITE, Refactoring, Selected, effects, without_statement


def remove_unneeded(chosen: Selected) -> Refactoring | None:
    """Without the statements of the graph that no result needs."""
    analysis = chosen.analysis
    dead = unneeded(analysis) if chosen.in_graph else []
    if not dead:
        return None
    title = f"Remove {plural(len(dead), 'statement')} that no result needs"
    return _removal(analysis, title, dead, ())


def remove_with_files(chosen: Selected) -> Refactoring | None:
    """The same with the data files that then have no variable."""
    analysis = chosen.analysis
    dead = unneeded(analysis) if chosen.in_graph else []
    files = _files(analysis, dead)
    if not files:
        return None
    title = f"Remove {plural(len(dead), 'statement')} that no result needs, and {plural(len(files), 'data file')}"
    return _removal(analysis, title, dead, files)


def _removal(analysis: Analysis, title: str, dead: list[Segment], files: tuple[str, ...]) -> Refactoring:
    quantized = analysis.weights.quantized()
    name = next((name for statement in dead for name in statement.defines if name in quantized), None)
    if name is not None:
        return Refactoring(title, REWRITE, (), f"graph.quant says how '{name}' is quantized: remove that first")
    return Refactoring(title, REWRITE, tuple(map(without_statement, dead)), deletes=files)


def unneeded(analysis: Analysis) -> list[Segment]:
    """The statements that no result needs, in order."""
    needed = set(analysis.outputs) | set(analysis.inputs)
    lasting = effects(analysis)
    dead: list[Segment] = []
    for statement in reversed(list(analysis.statements())):  # ten thousand of them, after each key
        form, words = statement.form, statement.words
        facts = facts_of(form) if form is not None else None
        if needed.isdisjoint(words[: form.defines] if form is not None else words) and not statement.problems:
            if facts is None or facts.callees.isdisjoint(lasting):
                dead.append(statement)
                continue
        needed.update(facts.names_read(words) if facts is not None else statement.loose)
    return dead[::-1]


def _files(analysis: Analysis, dead: list[Segment]) -> tuple[str, ...]:
    """The data files that only variables of these statements name."""
    gone = set(dead)
    kept = {label.lstrip("/").lower() for label, users in analysis.labels.items() if not gone.issuperset(users)}
    kept.update(
        label.lstrip("/").lower()
        for facts in analysis.fragment_list
        for item in facts.operation.body
        for label in labels_of(item)
    )
    found: dict[str, None] = {}
    for statement in dead:
        for label in labels_of(statement):
            header = analysis.weights.header(label)
            if label.lstrip("/").lower() not in kept and header is not None and header.problem is None:
                found[label_file(label.lstrip("/"))] = None
    return tuple(found)
