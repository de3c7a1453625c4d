"""All biases of a graph between the shapes [c], which some exporters write, and [1, c], which the specification wants.

The shape of a variable changes where its statement says it; where a data file says it too, an `unsqueeze` or `squeeze`
behind the variable does the same, so that no file has to be written.

Not here: the warning about a bias of rank 1 (`rules/bias_rank.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ...model.analysis.analysis import Analysis
from ...model.operations.statement_form import labels_of
from ...model.values.tensor import Tensor
from ...syntax import nodes as n
from ...syntax.segments import Segment
from ...syntax.structure import place
from ..describe import plural
from ..text.place import Edit, Place
from .offers import (
    REWRITE,
    Refactoring,
    Selected,
    fresh_name,
    identifiers,
    line_above,
    spelled,
    top_of,
    without_statement,
)

BIAS = "bias"


class _Use(NamedTuple):
    """A statement that adds a bias, and the name of it there."""

    statement: Segment
    name: n.Identifier


def convert_biases(chosen: Selected) -> Refactoring | None:
    """The biases of the other shape than the one at the cursor has."""
    analysis = chosen.analysis
    if not chosen.in_graph or len(chosen.statements) > 1:
        return None
    here = chosen.statements[0]
    readers = [user for name in here.defines for user in sorted(analysis.users.get(name, ()), key=place)]
    near = [use for use in _uses(analysis, (here, *readers)) if use.statement is here or use.name.name in here.defines]
    rank = _rank(analysis, near[0]) if near else 0
    if not rank:
        return None
    those = [use for use in _uses(analysis, analysis.statements()) if _rank(analysis, use) == rank]
    names = dict.fromkeys(use.name.name for use in those)
    shape = "[1, c]" if rank == 1 else "[c]"
    title = f"Give {plural(len(names), 'bias') if len(names) == 1 else f'{len(names)} biases'} the shape {shape}"
    edits: list[Edit] = []
    given: set[str] = set()
    for name in names:
        edits += _converted(analysis, name, [use for use in those if use.name.name == name], rank, given)
    return Refactoring(title, REWRITE, tuple(edits))


def _uses(analysis: Analysis, statements: Iterable[Segment]) -> Iterator[_Use]:
    """Those of the statements whose operation adds a bias that has a name."""
    for statement in statements:
        operation = top_of(analysis, statement)
        parameter = operation.by_name.get(BIAS) if operation is not None else None
        tree = statement.tree() if parameter is not None and parameter.is_tensor else None
        if operation is None or not isinstance(tree, n.Assignment) or not isinstance(tree.value, n.Invocation):
            continue
        number = operation.parameters.index(operation.by_name[BIAS])
        for at, argument in enumerate(tree.value.arguments):
            is_bias = argument.name.name == BIAS if argument.name is not None else at == number
            if is_bias and isinstance(argument.value, n.Identifier):
                yield _Use(statement, argument.value)


def _rank(analysis: Analysis, use: _Use) -> int:
    """1 for a bias [c], 2 for [1, c], 0 for any other."""
    value = analysis.value_at(use.name.name, use.statement)
    shape = value.shape if isinstance(value, Tensor) else None
    if shape is None or len(shape) not in (1, 2) or (len(shape) == 2 and shape[0] != 1):
        return 0
    return len(shape)


def _converted(analysis: Analysis, name: str, uses: list[_Use], rank: int, given: set[str]) -> Iterator[Edit]:
    definer = analysis.definer_before(name, uses[0].statement)
    if definer is None:
        return
    declared = _declared_shape(analysis, name, definer, len(uses))
    if declared is not None:
        yield Edit(declared, f"[1, {declared.text[1:-1].strip()}]" if rank == 1 else _without_first(declared.text))
        return
    inner = _undone(analysis, definer, rank)
    if inner is not None:
        yield from (_replaced(use, inner) for use in uses)
        if not analysis.is_output(name) and len(analysis.users.get(name, ())) == len(uses):
            yield without_statement(definer)
        return
    other = fresh_name(analysis, f"{name}_row" if rank == 1 else f"{name}_flat", given)
    given.add(other)
    _, indent = line_above(definer)
    end = len(definer.text)
    operation = "unsqueeze" if rank == 1 else "squeeze"
    yield Edit(Place(definer, end, end), f"\n{indent}{other} = {operation}({spelled(name)}, axes = [0]);")
    yield from (_replaced(use, other) for use in uses)


def _replaced(use: _Use, name: str) -> Edit:
    return Edit(Place(use.statement, use.name.start, use.name.end), spelled(name))


def _declared_shape(analysis: Analysis, name: str, definer: Segment, uses: int) -> Place | None:
    """Where the statement of a variable or constant says its shape, if nothing but these biases depends on it."""
    operation, tree = top_of(analysis, definer), definer.tree()
    if operation is None or operation.name not in ("variable", "constant") or not isinstance(tree, n.Assignment):
        return None
    labels = labels_of(definer)
    stored = any(analysis.weights.header(label) is not None for label in labels)
    shared = any(len(analysis.labels.get(label, ())) > 1 for label in labels)
    if stored or shared or analysis.is_output(name) or len(analysis.users.get(name, ())) != uses:
        return None
    assert isinstance(tree.value, n.Invocation)
    for argument in tree.value.arguments:
        if argument.name is not None and argument.name.name == "shape" and isinstance(argument.value, n.Array):
            place = Place(definer, argument.value.start, argument.value.end)
            return None if "#" in place.text else place
    return None


def _without_first(text: str) -> str:
    """`[1, 8]` -> `[8]`."""
    return "[" + text.partition(",")[2].strip()


def _undone(analysis: Analysis, definer: Segment, rank: int) -> str | None:
    """What a `squeeze` or `unsqueeze` of the first axis is of, if that has the wanted shape."""
    tree, operation = definer.tree(), top_of(analysis, definer)
    wanted = "squeeze" if rank == 1 else "unsqueeze"
    if operation is None or operation.name != wanted or not isinstance(tree, n.Assignment):
        return None
    read = list(identifiers(tree.value))
    value = analysis.value_at(read[0].name, definer) if len(read) == 1 else None
    if not isinstance(value, Tensor) or value.shape is None or len(value.shape) != 3 - rank:
        return None
    assert isinstance(tree.value, n.Invocation)
    first = tree.value.arguments[0].value
    return read[0].name if isinstance(first, n.Identifier) and first.name == read[0].name else None
