"""From statements to a fragment: selected ones, or a block that the graph repeats.

Inputs and variables among the statements stay in the graph, before the call, and are arguments.

Not here: inlining, the way back (`inlining.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ...model.analysis.analysis import Analysis
from ...model.checks.document import declared_extensions
from ...model.operations.statement_form import facts_of, reads
from ...model.values.tensor import Tensor
from ...syntax.segments import Segment
from ...syntax.tokens import tokenize
from ..text.place import Edit, Place
from .offers import (
    EFFECTS,
    EXTRACT,
    Refactoring,
    Refused,
    Selected,
    callees_of,
    fresh_name,
    is_source,
    line_above,
    spelled,
    without_statement,
)

FRAGMENTS = "KHR_enable_fragment_definitions"
MOST_PLACES = 50
"""Places where a block is looked for, the nearest."""
LONGEST = 2000
"""Statements of a block that is looked for elsewhere."""


def extract_fragment(chosen: Selected) -> Refactoring | None:
    """The selected statements of the graph as a fragment, and its call in their place."""
    if not chosen.in_graph:
        return None
    title = "Extract to a fragment"
    analysis = chosen.analysis
    block = [statement for statement in chosen.statements if not is_source(analysis, statement)]
    if not block:
        return None
    try:
        _check(analysis, block)
        return Refactoring(title, EXTRACT, tuple(_extracted(analysis, [_Repeat(block, {})], "extracted")))
    except Refused as reason:
        return Refactoring(title, EXTRACT, (), str(reason))


def extract_repeated(chosen: Selected) -> Refactoring | None:
    """A block that the graph repeats as a fragment, and a call for each: the selected statements, or with none selected
    the longest block that begins at the cursor."""
    analysis = chosen.analysis
    if not chosen.in_graph:
        return None
    wanted = [statement for statement in chosen.statements if not is_source(analysis, statement)]
    if not wanted:
        return None
    found = _repeats(analysis, wanted, longest=len(chosen.statements) == 1)
    if len(found) < 2:
        return None
    title = f"Turn {len(found)} repeats of {len(found[0].statements)} statements into a fragment"
    try:
        for item in found:
            _check(analysis, item.statements)
        return Refactoring(title, EXTRACT, tuple(_extracted(analysis, found, "block")))
    except Refused as reason:
        return Refactoring(title, EXTRACT, (), str(reason))


class _Repeat(NamedTuple):
    """Statements that do what others do; `names` are theirs by those of the first block."""

    statements: list[Segment]
    names: dict[str, str]


def _check(analysis: Analysis, statements: Iterable[Segment]) -> None:
    """Refuse what cannot stand in a fragment."""
    for statement in statements:
        effects = callees_of(statement) & EFFECTS
        inner = [name for name in callees_of(statement) if name in ("external", "variable")]
        if (effects or inner) and not analysis.dialect.effects_in_fragments:
            raise Refused(f"'{min([*effects, *inner])}' may only be invoked in the graph itself")
        for name in statement.defines:
            if len(analysis.definers.get(name, ())) > 1:
                raise Refused("a name of these statements is assigned more than once")
            if name in analysis.weights.quantized():
                raise Refused(f"graph.quant says how '{name}' is quantized")


def _extracted(analysis: Analysis, repeats: list[_Repeat], wanted: str) -> Iterator[Edit]:
    """A fragment made of the first block, and a call in place of each."""
    statements = repeats[0].statements
    inside = [name for statement in statements for name in statement.defines]
    own = set(inside)
    inputs = list(dict.fromkeys(name for statement in statements for name in reads(statement) if name not in own))
    inputs = [
        name for name in inputs if analysis.definer_before(name, statements[-1]) or not _is_symbol(analysis, name)
    ]
    parameters = [f"{spelled(name)}: tensor<{_dtype(analysis, name, statements)}>" for name in inputs]
    outputs = [name for name in inside if any(_leaves(analysis, item, item.names.get(name, name)) for item in repeats)]
    outputs = outputs or list(statements[-1].defines)
    results = [f"{spelled(name)}: tensor<{_dtype(analysis, name, statements)}>" for name in outputs]
    if not inputs:
        raise Refused("these statements read nothing, and a fragment needs an argument")
    name = fresh_name(analysis, wanted)
    yield from _declaration(analysis, name, parameters, results, statements)
    for block, names in repeats:
        targets, arguments = ([spelled(names.get(item, item)) for item in group] for group in (outputs, inputs))
        yield from _called(analysis, block, f"{', '.join(targets)} = {name}({', '.join(arguments)});")


def _is_symbol(analysis: Analysis, name: str) -> bool:
    return name in analysis.context.symbols or name in analysis.dialect.literals


def _leaves(analysis: Analysis, block: _Repeat, name: str) -> bool:
    """Whether anything outside of a block reads a name of it."""
    return analysis.is_output(name) or not set(block.statements).issuperset(analysis.users.get(name, ()))


def _called(analysis: Analysis, block: list[Segment], call: str) -> Iterator[Edit]:
    """A call in place of statements: at the first, or if inputs or variables stand between them at the last."""
    first, last = block[0], block[-1]
    between = [name for statement in block for name in reads(statement) if _is_defined_within(analysis, name, block)]
    if between and first is not last:
        at, _ = line_above(last)
        yield without_statement(first)
        yield from (Edit(Place(statement, 0, len(statement.text)), "") for statement in block[1:-1])
        newline = max(0, last.text.rfind("\n", 0, at))
        yield Edit(Place(last, 0, newline), "")
        yield Edit(Place(last, at, len(last.text)), call)
        return
    at, _ = line_above(first)
    yield Edit(Place(first, at, len(first.text)), call)
    yield from (Edit(Place(statement, 0, len(statement.text)), "") for statement in block[1:])


def _is_defined_within(analysis: Analysis, name: str, block: list[Segment]) -> bool:
    """Whether a statement that is not of a block, but behind the first of it, defines a name."""
    definer = analysis.definer_before(name, block[-1])
    return definer is not None and definer not in block and analysis.definer_before(name, block[0]) is not definer


def _declaration(
    analysis: Analysis, name: str, parameters: list[str], results: list[str], statements: list[Segment]
) -> Iterator[Edit]:
    graph = analysis.structure.graph
    assert graph is not None
    first = statements[0]
    newline = first.text.rfind("\n", 0, first.blank_start)
    body = first.text[newline + 1 :] if newline >= 0 else "    " + first.text.lstrip()
    body += "".join([statement.text for statement in statements[1:]])
    head = f"fragment {name}( {', '.join(parameters)} ) -> ( {', '.join(results)} )"
    at = graph.head.blank_start
    before = graph.head.text[:at]
    gap = "" if before.count("\n") > 1 or "#" in before else "\n"
    yield Edit(Place(graph.head, at, at), f"{gap}{head}\n{{\n{body}\n}}\n\n")
    version = analysis.structure.version
    if (
        analysis.dialect.needs_extensions
        and FRAGMENTS not in declared_extensions(analysis.structure)
        and version is not None
    ):
        last = analysis.structure.extensions[-1] if analysis.structure.extensions else version
        end = len(last.text.rstrip())
        yield Edit(Place(last, end, end), f"\nextension {FRAGMENTS};")


def _dtype(analysis: Analysis, name: str, statements: list[Segment]) -> str:
    """The type of a tensor as a fragment's head says it."""
    definer = next((statement for statement in statements if name in statement.defines), None)
    if definer is not None:
        value = analysis.outcomes.of(definer).values[definer.defines.index(name)]
    else:
        value = analysis.value_at(name, statements[-1])
    if not isinstance(value, Tensor) or value.dtype == "?":
        raise Refused(f"'{name}' is not known to be a tensor of one type")
    return "scalar" if analysis.dialect.datum_types else value.dtype


# -- repeats -----------------------------------------------------------------------------------------------------------


def _repeats(analysis: Analysis, wanted: list[Segment], longest: bool) -> list[_Repeat]:
    """The blocks of the graph that do what the wanted one does, it first; none overlaps another."""
    statements = [statement for statement in analysis.statements() if not is_source(analysis, statement)]
    keys = [_key(statement) for statement in statements]
    start = statements.index(wanted[0])
    length = len(wanted)
    if longest:
        length = _period(analysis, statements, keys, start)
        if length < 2:
            return []
    block = statements[start : start + length]
    found: list[_Repeat] = [_Repeat(block, {})]
    behind = 0  # the last that was found: they come in order
    for at in _like(keys, start):
        other = statements[at : at + length]
        if len(other) < length or at < behind or (start < at + length and at < start + length):
            continue
        if keys[at : at + length] != keys[start : start + length]:
            continue
        matched, names = _matched(analysis, block, other)
        if matched == length:
            found.append(_Repeat(other, names))
            behind = at + length
    return found


def _like(keys: list[Any], start: int) -> Iterator[int]:
    return (at for at, key in enumerate(keys) if at != start and key is not None and key == keys[start])


def _period(analysis: Analysis, statements: list[Segment], keys: list[Any], start: int) -> int:
    """The length of the block at a place: up to where it begins again, or else the longest that is found elsewhere."""
    near = sorted(_like(keys, start), key=lambda at: abs(at - start))[:MOST_PLACES]
    longest = 0
    for at in near:
        length = _common(analysis, statements, keys, start, at)
        if length > 1 and length == abs(at - start):
            return length
        longest = max(longest, length)
    return longest


def _common(analysis: Analysis, statements: list[Segment], keys: list[Any], start: int, at: int) -> int:
    """How many statements from one place do what those from another do, without reaching it."""
    most = min(abs(at - start), len(keys) - max(at, start), LONGEST)
    length = 0
    while length < most and keys[start + length] is not None and keys[start + length] == keys[at + length]:
        length += 1
    return _matched(analysis, statements[start : start + length], statements[at : at + length])[0]


def _key(statement: Segment) -> tuple[str, ...] | None:
    """The text of a statement without blanks and names; the same for statements that differ in nothing else."""
    if statement.form is None or statement.problems:
        return None
    key = _KEYS.get(id(statement.form))
    if key is None or key[0] is not statement.form:
        places = set(statement.form.places)
        tokens = tokenize(statement.text)
        texts = tuple("" if at in places else token.text for at, token in enumerate(tokens))
        if len(_KEYS) > 2_000:  # each holds a form
            _KEYS.clear()
        key = _KEYS[id(statement.form)] = (statement.form, texts)
    return key[1]


_KEYS: dict[int, tuple[Any, tuple[str, ...]]] = {}


def _matched(analysis: Analysis, block: Sequence[Segment], other: Sequence[Segment]) -> tuple[int, dict[str, str]]:
    """How many statements of another block do what those of the first do, and its names by those of the first."""
    names: dict[str, str] = {}
    own, theirs = ({name for statement in group for name in statement.defines} for group in (block, other))
    for number, (one, two) in enumerate(zip(block, other)):
        if len(one.words) != len(two.words) or one.form is None:
            return number, names
        bound = facts_of(one.form).bound
        for slot, (word, another) in enumerate(zip(one.words, two.words)):
            if slot in one.form.strings or slot in bound or _is_symbol(analysis, word):
                if word != another:
                    return number, names
            elif (
                names.setdefault(word, another) != another
                or (word in own) != (another in theirs)
                or (word not in own and not _alike(analysis, word, one, another, two))
            ):
                return number, names
    return len(block), names


def _alike(analysis: Analysis, word: str, one: Segment, another: str, two: Segment) -> bool:
    """Whether two names are tensors of one type."""
    a, b = analysis.value_at(word, one), analysis.value_at(another, two)
    return isinstance(a, Tensor) and isinstance(b, Tensor) and a.dtype == b.dtype
