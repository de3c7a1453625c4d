"""From statements to a fragment, and from a fragment's call to statements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model.analysis.analysis import Analysis
from ...model.checks.document import declared_extensions
from ...model.operations.declarations import MISSING, Operation, literal_text
from ...model.operations.statement_form import facts_of, reads
from ...model.values.tensor import Tensor
from ...syntax import nodes as n
from ...syntax.segments import Segment
from ..text.place import Edit, Place
from .offers import EXTRACT, INLINE, Refactoring, Refused, Selected, fresh_name, identifiers, line_above

if TYPE_CHECKING:
    from collections.abc import Mapping

FRAGMENTS = "KHR_enable_fragment_definitions"
_ONLY_IN_GRAPHS = {"external", "variable", "update", "tract_core_external"}
_ATOM = re.compile(r"\w+(?:\.\w+)?|'[^'\\\n]*'|\"[^\"\\\n]*\"|\[[^\[\]()]*\]")


def extract_fragment(chosen: Selected) -> Refactoring | None:
    """The selected statements of the graph as a fragment, and its call in their place."""
    if not chosen.in_graph:
        return None
    title = "Extract to a fragment"
    try:
        return Refactoring(title, EXTRACT, tuple(_extracted(chosen)))
    except Refused as reason:
        return Refactoring(title, EXTRACT, (), str(reason))


def _extracted(chosen: Selected) -> Iterator[Edit]:
    analysis, statements = chosen.analysis, chosen.statements
    for statement in statements:
        callees = facts_of(statement.form).callees if statement.form is not None else set()
        if not callees.isdisjoint(_ONLY_IN_GRAPHS):
            raise Refused(f"'{min(callees & _ONLY_IN_GRAPHS)}' may only be invoked in the graph itself")
    inside = {name for statement in statements for name in statement.defines}
    if any(len(analysis.definers.get(name, ())) > 1 for name in inside):
        raise Refused("a name of these statements is assigned more than once")
    inputs = list(dict.fromkeys(name for statement in statements for name in reads(statement) if name not in inside))
    parameters = [f"{name}: tensor<{_dtype(analysis, name, statements[0])}>" for name in inputs]
    here = set(statements)
    outputs = [name for name in inside if analysis.is_output(name) or not here.issuperset(analysis.users.get(name, ()))]
    outputs = sorted(outputs or inside, key=lambda name: [name in statement.defines for statement in statements][::-1])
    results = [f"{name}: tensor<{_result_dtype(analysis, name)}>" for name in outputs]
    if not inputs:
        raise Refused("these statements read nothing, and a fragment needs an argument")
    name = fresh_name(analysis, "extracted")
    yield from _declaration(analysis, name, parameters, results, statements)
    first, (at, _) = statements[0], line_above(statements[0])
    call = f"{', '.join(outputs)} = {name}({', '.join(inputs)});"
    yield Edit(Place(first, at, len(first.text)), call)
    yield from (Edit(Place(statement, 0, len(statement.text)), "") for statement in statements[1:])


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
    yield Edit(Place(graph.head, at, at), f"{head}\n{{\n{body}\n}}\n\n")
    version = analysis.structure.version
    if (
        analysis.dialect.needs_extensions
        and FRAGMENTS not in declared_extensions(analysis.structure)
        and version is not None
    ):
        last = analysis.structure.extensions[-1] if analysis.structure.extensions else version
        end = len(last.text.rstrip())
        yield Edit(Place(last, end, end), f"\nextension {FRAGMENTS};")


def _dtype(analysis: Analysis, name: str, segment: Segment) -> str:
    value = analysis.value_at(name, segment)
    if not isinstance(value, Tensor) or value.dtype == "?":
        raise Refused(f"'{name}' is not known to be a tensor of one type")
    return value.dtype


def _result_dtype(analysis: Analysis, name: str) -> str:
    definer = analysis.definers[name][-1]
    value = analysis.outcomes.of(definer).values[definer.defines.index(name)]
    if not isinstance(value, Tensor) or value.dtype == "?":
        raise Refused(f"'{name}' is not known to be a tensor of one type")
    return value.dtype


def inline_call(chosen: Selected) -> Refactoring | None:
    """The body of a fragment in place of a statement that invokes it."""
    statement = chosen.statements[0]
    tree = statement.tree()
    if len(chosen.statements) > 1 or not isinstance(tree, n.Assignment) or not isinstance(tree.value, n.Invocation):
        return None
    operation = chosen.analysis.operations.get(tree.value.callee.name)
    if operation is None or not operation.is_fragment or not operation.body:
        return None
    title = f"Inline this call of '{operation.name}'"
    try:
        text = "".join(_inlined(chosen, statement, tree, operation))
    except Refused as reason:
        return Refactoring(title, INLINE, (), str(reason))
    at, _ = line_above(statement)
    return Refactoring(title, INLINE, (Edit(Place(statement, at, len(statement.text)), text),))


def _inlined(chosen: Selected, statement: Segment, tree: n.Assignment, operation: Operation) -> Iterator[str]:
    analysis = chosen.analysis
    targets = tree.target.items if isinstance(tree.target, n.Tuple) else [tree.target]
    if operation.generic or len(targets) != len(operation.results):
        raise Refused(
            f"the type of '{operation.name}' is told at its call" if operation.generic else "results are left out"
        )
    wanted = [target.name for target in targets if isinstance(target, n.Identifier)]
    if len(wanted) != len(targets):
        raise Refused("a result of it is a list")
    assert isinstance(tree.value, n.Invocation)
    facts = analysis.fragments.get(operation.name)
    texts = _arguments(statement, tree.value, operation)
    names = {result.name: name for result, name in zip(operation.results, wanted)}
    for body in operation.body:
        for name in body.defines:
            value = facts.names.get(name) if facts is not None else None
            if chosen.in_graph and analysis.dialect.strict_types and not isinstance(value, Tensor):
                raise Refused(f"'{name}' of its body is not a tensor, and names of a graph are")
            if name not in names:
                names[name] = fresh_name(analysis, f"{wanted[0]}_{name}")
    _, indent = line_above(statement)
    for number, body in enumerate(operation.body):
        yield ("\n" + indent if number else "") + _substituted(body, names, texts)


def _arguments(statement: Segment, call: n.Invocation, operation: Operation) -> Mapping[str, str]:
    """The text of each parameter's argument."""
    found = {
        parameter.name: literal_text(parameter.default)
        for parameter in operation.parameters
        if parameter.default is not MISSING
    }
    for number, argument in enumerate(call.arguments):
        name = argument.name.name if argument.name is not None else operation.parameters[number].name
        found[name] = statement.text[argument.value.start : argument.value.end]
        if "#" in found[name]:
            raise Refused("there is a comment within its arguments")
        if not _ATOM.fullmatch(found[name]) and any(isinstance(node, n.Invocation) for node in argument.value.walk()):
            raise Refused(f"the argument '{name}' is computed: give it a name first")
    return found


def _substituted(body: Segment, names: Mapping[str, str], texts: Mapping[str, str]) -> str:
    tree = body.tree()
    if not isinstance(tree, n.Assignment) or any(isinstance(node, n.Comprehension) for node in tree.walk()):
        raise Refused("its body iterates")
    start = body.blank_start
    text = body.text
    inner = [*identifiers(tree.target), *identifiers(tree.value)]
    whole = {
        id(argument.value) for node in tree.walk() if isinstance(node, n.Invocation) for argument in node.arguments
    }
    for node in sorted(inner, key=lambda node: node.start, reverse=True):
        new = names.get(node.name) or texts.get(node.name)
        if new is not None:
            needs = id(node) not in whole and not _ATOM.fullmatch(new)
            text = text[: node.start] + (f"({new})" if needs else new) + text[node.end :]
    if "#" in text[start:]:
        raise Refused("there is a comment within a statement of its body")
    return text[start:]
