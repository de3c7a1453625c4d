"""New statements: an operation behind a tensor, that all its readers read instead; a variable for a data file.

Not here: completion of statements (`completion/statements.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.analysis.analysis import Analysis
from ...model.values.tensor import Tensor
from ...project.model_files import ModelWeights, files_of
from ...syntax import nodes as n
from ...syntax.segments import Segment
from ...syntax.structure import place
from ..completion.snippets import quote_of
from ..completion.statements import name_for
from ..completion.strings import is_used
from ..text.place import Edit, Place
from .offers import (
    EFFECTS,
    REWRITE,
    Refactoring,
    Selected,
    callees_of,
    fresh_name,
    identifiers,
    is_source,
    line_above,
    spelled,
    target_at,
)

BEHIND = "copy"
"""The operation that is put in: it leaves every value as it is, so that a person can write another in its place."""
MOST_FILES = 5


def insert_behind(chosen: Selected) -> Refactoring | None:
    """A copy of the tensor at the cursor, which everything reads that read the tensor."""
    analysis, statement = chosen.analysis, chosen.statements[0]
    target = target_at(chosen)
    if target is None or not chosen.in_graph or BEHIND not in analysis.operations:
        return None
    name = target.name
    value = dict(zip(statement.defines, analysis.outcomes.of(statement).values)).get(name)
    readers = sorted(analysis.users.get(name, ()), key=place)
    users = [user for user in readers if user is not statement and not callees_of(user) & EFFECTS]
    if not isinstance(value, Tensor) or not (users or analysis.is_output(name)):
        return None
    title = f"Insert an operation behind '{name}' (a {BEHIND}, to be changed)"
    reason = _why_not(analysis, name)
    if reason:
        return Refactoring(title, REWRITE, (), reason)
    _, indent = line_above(statement)
    end = len(statement.text)
    other = fresh_name(analysis, f"{name}_{BEHIND}")
    if analysis.is_output(name) and not is_source(analysis, statement):  # the result keeps its name
        edits = [
            Edit(Place(statement, target.start, target.end), other),
            Edit(Place(statement, end, end), f"\n{indent}{spelled(name)} = {BEHIND}({other});"),
        ]
        return Refactoring(title, REWRITE, tuple(edits))
    edits = [Edit(Place(statement, end, end), f"\n{indent}{other} = {BEHIND}({spelled(name)});")]
    for user in users:
        edits += [Edit(Place(user, node.start, node.end), other) for node in _reads(user, name)]
    graph = analysis.structure.graph
    if analysis.is_output(name) and graph is not None and analysis.graph_head is not None:
        edits += [
            Edit(Place(graph.head, result.start, result.end), other)
            for result in analysis.graph_head.results
            if result.name == name
        ]
    return Refactoring(title, REWRITE, tuple(edits))


def _why_not(analysis: Analysis, name: str) -> str:
    if len(analysis.definers.get(name, ())) > 1:
        return f"'{name}' is assigned more than once"
    if name in analysis.weights.quantized():
        return f"graph.quant says how '{name}' is quantized, and only readers of '{name}' itself are told"
    if any(user.problems for user in analysis.users.get(name, ())):
        return f"a statement that reads '{name}' is not whole"
    return ""


def _reads(statement: Segment, name: str) -> Iterator[n.Identifier]:
    tree = statement.tree()
    if isinstance(tree, n.Assignment):
        yield from (node for node in identifiers(tree.value) if node.name == name)


def introduce_variables(chosen: Selected) -> Iterator[Refactoring]:
    """A variable for each of the first data files that no statement uses, above the statement at the cursor."""
    analysis, files = chosen.analysis, files_of(chosen.analysis.weights)
    if files is None or not chosen.in_graph or len(chosen.statements) > 1:
        return
    statement = chosen.statements[0]
    at, indent = line_above(statement)
    unused = (label for label in files.labels() if not is_used(analysis, label))
    for _, label in zip(range(MOST_FILES), unused):
        text = variable_text(analysis, files, label)
        if text:
            edit = Edit(Place(statement, at, at), f"{text}\n{indent}")
            yield Refactoring(f"Introduce a variable for '{label}.dat'", REWRITE, (edit,))


def variable_text(analysis: Analysis, files: ModelWeights, label: str) -> str:
    """A statement that reads a data file, "" if its header cannot be read."""
    header, quote = files.header(label), quote_of(analysis.source)
    if header is None or header.problem is not None or quote in label:
        return ""
    name = fresh_name(analysis, name_for(label, set(analysis.definers)))
    kind = "" if header.nnef_type in ("scalar", "?") else f"<{header.nnef_type}>"
    return f"{name} = variable{kind}(shape = {list(header.shape)}, label = {quote}{label}{quote});"
