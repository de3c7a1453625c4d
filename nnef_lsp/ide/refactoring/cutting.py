"""A part of a graph as a graph: up to a tensor, from a tensor on, or the selected statements alone.

Tensors that come from outside of the part are inputs of the type and shape that they had; variables and what is
computed from variables alone come along.  Every tensor keeps its name, and the values it had.

Not here: a part as a fragment (`extraction.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...model.analysis.analysis import Analysis
from ...model.analysis.references import METADATA
from ...model.operations.statement_form import reads
from ...model.values.tensor import Tensor
from ...syntax.parsing import segment as parsed
from ...syntax.segments import Segment
from ..describe import plural
from ..text.place import Edit, Place
from .inlining import without_body
from .offers import (
    EFFECTS,
    REWRITE,
    Refactoring,
    Refused,
    Selected,
    callees_of,
    is_source,
    line_above,
    spelled,
    target_at,
    top_of,
    without_statement,
)

_WORD = re.compile(r"\w+")
TYPES = ("scalar", "integer", "logical", "string")


def end_here(chosen: Selected) -> Refactoring | None:
    """The graph up to the tensor at the cursor, its only result."""
    analysis, target = chosen.analysis, target_at(chosen)
    if target is None or not chosen.in_graph or analysis.outputs == [target.name]:
        return None
    if is_source(analysis, chosen.statements[0]):
        return None
    return _offered(analysis, f"End the graph at '{target.name}'", (), [target.name])


def begin_here(chosen: Selected) -> Refactoring | None:
    """The graph from the tensor at the cursor on, which is an input."""
    analysis, target = chosen.analysis, target_at(chosen)
    if target is None or not chosen.in_graph or is_source(analysis, chosen.statements[0]):
        return None
    if analysis.is_output(target.name) or target.name not in _from_inputs(analysis):
        return None
    return _offered(analysis, f"Begin the graph at '{target.name}'", [target.name], analysis.outputs)


def cut_to_selection(chosen: Selected) -> Refactoring | None:
    """The selected statements as the whole graph."""
    found = _selection(chosen)
    return found and _offered(chosen.analysis, f"Cut the graph to these {found[0]}", *found[1:])


def copy_selection(chosen: Selected) -> Refactoring | None:
    """The same as a new graph beside this one, which stays as it is."""
    found = _selection(chosen)
    if found is None:
        return None
    offered = _offered(chosen.analysis, f"Copy these {found[0]} to a graph of their own", *found[1:], in_place=False)
    if offered.refused:
        return offered
    return Refactoring(offered.title, REWRITE, (), creates=edited_text(chosen.analysis, offered.edits))


def _selection(chosen: Selected) -> tuple[str, list[str], list[str]] | None:
    """How many statements are selected, what comes into them, and what leaves them."""
    analysis, statements = chosen.analysis, chosen.statements
    computing = [statement for statement in statements if not is_source(analysis, statement)]
    if not chosen.in_graph or len(statements) < 2 or not computing:
        return None
    own = {name for statement in computing for name in statement.defines}
    varying = _from_inputs(analysis)
    begin = [name for statement in computing for name in reads(statement) if name not in own and name in varying]
    here = set(computing)
    end = [name for name in own if analysis.is_output(name) or not here.issuperset(analysis.users.get(name, ()))]
    order = [name for statement in computing for name in statement.defines]
    end = [name for name in end if name in varying]  # constants are nobody's results
    end = sorted(end or computing[-1].defines, key=order.index)
    return plural(len(statements), "statement"), list(dict.fromkeys(begin)), end


def _from_inputs(analysis: Analysis) -> set[str]:
    """The tensors that an input of the graph decides about."""
    found: set[str] = set()
    for statement in analysis.statements():
        operation = top_of(analysis, statement)
        if (operation is not None and operation.traits.kind == "input") or not found.isdisjoint(reads(statement)):
            found.update(statement.defines)
    return found


def _offered(
    analysis: Analysis, title: str, begin: Iterable[str], end: Iterable[str], in_place: bool = True
) -> Refactoring:
    try:
        return Refactoring(title, REWRITE, tuple(cut(analysis, list(begin), list(end), in_place)))
    except Refused as reason:
        return Refactoring(title, REWRITE, (), str(reason))


def cut(analysis: Analysis, begin: list[str], end: list[str], in_place: bool) -> Iterator[Edit]:
    """The edits that leave of the graph what computes some tensors from others; raises `Refused`.  A graph that is not cut
    in place loses the fragments that it does not need as well."""
    graph, head = analysis.structure.graph, analysis.graph_head
    if graph is None or head is None or not head.parameters or not head.results:
        raise Refused("the graph has no list of inputs or results")
    sources = {name: _definer(analysis, name) for name in begin}
    new = {name: segment for name, segment in sources.items() if not is_source(analysis, segment)}
    kept = _needed(analysis, set(new), end)
    for name, segment in new.items():
        if segment in kept:
            others = ", ".join(f"'{other}'" for other in segment.defines if other != name)
            raise Refused(f"the statement of '{name}' is needed for {others}")
    given = {*new, *analysis.inputs}
    inputs = [
        name
        for statement in analysis.statements()
        if statement in kept or statement in new.values()
        for name in statement.defines
        if name in given
    ]
    if not inputs:
        raise Refused("no input of the graph leads there")
    both = next((name for name in end if name in inputs), None)
    if both is not None:
        raise Refused(f"'{both}' would be both an input and a result")
    if in_place:
        _check_quantization(analysis, kept, set(new))
    else:
        yield from _without_unneeded(analysis, kept)
    yield Edit(Place(graph.head, head.parameters[0].start, head.parameters[-1].end), ", ".join(map(spelled, inputs)))
    yield Edit(Place(graph.head, head.results[0].start, head.results[-1].end), ", ".join(map(spelled, end)))
    begun = {segment: [name for name in new if name in segment.defines] for segment in new.values()}
    for statement in analysis.statements():
        if statement in begun:
            at, indent = line_above(statement)
            lines = [external(analysis, name, statement) for name in begun[statement]]
            yield Edit(Place(statement, at, len(statement.text)), f"\n{indent}".join(lines))
        elif statement not in kept:
            yield without_statement(statement)


def _definer(analysis: Analysis, name: str) -> Segment:
    definers = analysis.definers.get(name, ())
    if len(definers) != 1:
        raise Refused(f"'{name}' is assigned more than once" if definers else f"nothing defines '{name}'")
    return definers[0]


def _needed(analysis: Analysis, begin: set[str], end: list[str]) -> set[Segment]:
    """The statements that the tensors at the end need, up to those at the beginning, with updates of their variables."""
    pending = [name for name in end if name not in begin]
    updates = [statement for statement in analysis.statements() if callees_of(statement) & EFFECTS]
    found: set[Segment] = set()
    names: set[str] = set()
    while pending:
        name = pending.pop()
        if name in names or name in begin or (name in analysis.context.symbols and name not in analysis.definers):
            continue
        names.add(name)
        definer = _definer(analysis, name)
        if definer.problems:
            raise Refused(f"the statement of '{name}' is not whole")
        found.add(definer)
        pending += reads(definer)
        if is_source(analysis, definer):
            later = [statement for statement in updates if name in reads(statement)]
            found.update(later)
            pending += [other for statement in later for other in reads(statement)]
    return found


def _without_unneeded(analysis: Analysis, kept: set[Segment]) -> Iterator[Edit]:
    """Without the fragments that the statements of a new graph do not need."""
    pending = {name for statement in kept for name in _WORD.findall(statement.text)}  # some name them in strings
    needed: set[str] = set()
    bodies = {facts.operation.name: facts for facts in analysis.fragment_list}
    while pending:
        name = pending.pop()
        if name in bodies and name not in needed:
            needed.add(name)
            pending.update(word for item in bodies[name].operation.body for word in _WORD.findall(item.text))
    for name, facts in bodies.items():
        if name not in needed and name not in METADATA:
            yield from without_body(analysis, facts.body)


def _check_quantization(analysis: Analysis, kept: set[Segment], begin: set[str]) -> None:
    left = {name for statement in kept for name in statement.defines} | begin
    gone = next((name for name in analysis.weights.quantized() if name in analysis.definers and name not in left), None)
    if gone is not None:
        raise Refused(f"graph.quant says how '{gone}' is quantized, which would be gone")


def external(analysis: Analysis, name: str, segment: Segment) -> str:
    """A statement that makes an input of what a statement defines, with the type and shape that it has there."""
    values = dict(zip(segment.defines, analysis.outcomes.of(segment).values))
    fact = values.get(name)
    if not isinstance(fact, Tensor) or fact.shape is None:
        raise Refused(f"the shape of '{name}' is not known")
    for text in _externals(analysis, name, fact):
        trial = parsed(text)
        found = analysis.evaluator.outcome(trial[0], {}, {}).values if len(trial) == 1 and not trial[0].problems else ()
        got = found[0] if len(found) == 1 else None
        if isinstance(got, Tensor) and (got.dtype, got.shape) == (fact.dtype, fact.shape):
            return text
    raise Refused(f"no input can have the type and shape of '{name}', {fact}")


def _externals(analysis: Analysis, name: str, fact: Tensor) -> Iterator[str]:
    """Ways to write an input."""
    assert fact.shape is not None
    name = spelled(name)
    shape = f"shape = [{', '.join(map(str, fact.shape))}]"
    for operation in analysis.operations.values():
        if operation.traits.kind == "input":
            yield f"{name} = {operation.name}({shape});"
            if operation.generic:
                yield from (f"{name} = {operation.name}<{kind}>({shape});" for kind in TYPES)
            if "datum_type" in operation.by_name:
                yield f"{name} = {operation.name}({shape}, datum_type = '{fact.dtype}');"


def edited_text(analysis: Analysis, edits: Iterable[Edit]) -> str:
    """The text of the document after edits."""
    source = analysis.source
    spans = [(source.start_of(edit.place.segment) + edit.place.start, edit) for edit in edits]
    pieces, at = [], 0
    text = source.text
    for start, edit in sorted(spans, key=lambda item: item[0]):
        pieces += [text[at:start], edit.text]
        at = start + edit.place.end - edit.place.start
    return "".join([*pieces, text[at:]])
