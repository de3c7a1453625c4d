"""Give an expression a name, put an expression in place of a name, make a tensor a result, remove what nothing needs."""

from __future__ import annotations

from ...model.analysis.analysis import Analysis
from ...model.checks.document import EXPRESSIONS, declared_extensions
from ...model.operations.statement_form import facts_of, reads
from ...model.values.tensor import Tensor
from ...syntax import nodes as n
from ...syntax.segments import Segment
from ..describe import plural
from ..text.place import Edit, Place
from .offers import (
    EXTRACT,
    INLINE,
    REWRITE,
    Refactoring,
    Selected,
    fresh_name,
    identifiers,
    line_above,
    without_statement,
)

_STAYS = {"external", "variable", "update", "tract_core_external", "tract_core_store"}


def name_expression(chosen: Selected) -> Refactoring | None:
    """A statement above for the invocation at the cursor that is an argument or an operand."""
    statement = chosen.statements[0]
    tree = statement.tree()
    if len(chosen.statements) > 1 or not isinstance(tree, n.Assignment):
        return None
    found: n.Invocation | None = None
    for node in tree.value.walk():
        if isinstance(node, (n.Comprehension, n.IfElse)):
            return None
        if isinstance(node, n.Invocation) and node is not tree.value and node.start <= chosen.start <= node.end:
            found = node
    operation = chosen.analysis.operations.get(found.callee.name) if found is not None else None
    if found is None or operation is None or len(operation.results) != 1 or not operation.results[0].type.is_tensor:
        return None
    if operation.results[0].type.kind != "tensor":
        return None
    name = fresh_name(chosen.analysis, operation.results[0].name)
    at, indent = line_above(statement)
    text = statement.text[found.start : found.end]
    edits = (
        Edit(Place(statement, at, at), f"{name} = {text};\n{indent}"),
        Edit(Place(statement, found.start, found.end), name),
    )
    return Refactoring(f"Give the result of '{operation.name}' a name", EXTRACT, edits)


def inline_name(chosen: Selected) -> Refactoring | None:
    """The expression in place of the one use of the name that a statement of the graph defines."""
    analysis, statement = chosen.analysis, chosen.statements[0]
    tree = statement.tree()
    if len(chosen.statements) > 1 or not chosen.in_graph or not isinstance(tree, n.Assignment):
        return None
    if not isinstance(tree.target, n.Identifier) or facts_of_top(statement) in _STAYS:
        return None
    name = tree.target.name
    title = f"Put the expression in place of '{name}'"
    reason = _why_not_inline(analysis, statement, name)
    if reason:
        return Refactoring(title, INLINE, (), reason)
    (user,) = analysis.users[name]
    place = next(node for node in identifiers(user.tree().value) if node.name == name)  # type: ignore[union-attr]
    text = statement.text[tree.value.start : tree.value.end]
    if not isinstance(tree.value, (n.Invocation, n.Identifier, n.Number, n.Parenthesized)):
        text = f"({text})"
    edits = (without_statement(statement), Edit(Place(user, place.start, place.end), text))
    return Refactoring(title, INLINE, edits)


def facts_of_top(statement: Segment) -> str | None:
    """The operation that a statement's value is the result of."""
    return facts_of(statement.form).top if statement.form is not None else None


def _why_not_inline(analysis: Analysis, statement: Segment, name: str) -> str:
    users = list(analysis.users.get(name, ()))
    tree = users[0].tree() if len(users) == 1 else None
    uses = [node for node in identifiers(tree.value) if node.name == name] if isinstance(tree, n.Assignment) else []
    if analysis.is_output(name):
        return f"'{name}' is a result of the graph"
    if len(users) > 1 or len(uses) != 1:
        return f"'{name}' is not used exactly once" if users else f"nothing uses '{name}'"
    if name in analysis.weights.quantized():
        return f"graph.quant says how '{name}' is quantized"
    if any(len(analysis.definers.get(other, ())) > 1 for other in (name, *reads(statement))):
        return "a name it reads is assigned more than once"
    if "#" in statement.text[statement.blank_start :]:
        return "there is a comment within the statement"
    if isinstance(tree, n.Assignment) and any(isinstance(node, (n.Comprehension, n.IfElse)) for node in tree.walk()):
        return "a condition or an iteration decides about its use"
    if analysis.dialect.needs_extensions and EXPRESSIONS not in declared_extensions(analysis.structure):
        return f"expressions within expressions need 'extension {EXPRESSIONS};'"
    return ""


def make_result(chosen: Selected) -> Refactoring | None:
    """The tensor that a statement of the graph defines, as one more result of the graph."""
    analysis, head = chosen.analysis, chosen.analysis.graph_head
    statement = chosen.statements[0]
    graph = analysis.structure.graph
    if len(chosen.statements) > 1 or not chosen.in_graph or head is None or graph is None or not head.results:
        return None
    tree = statement.tree()
    targets = list(identifiers(tree.target)) if isinstance(tree, n.Assignment) else []
    target = next((node for node in targets if node.start <= chosen.start <= node.end), None)
    values = dict(zip(statement.defines, analysis.outcomes.of(statement).values))
    if target is None or analysis.is_output(target.name) or not isinstance(values.get(target.name), Tensor):
        return None
    if target.name in analysis.inputs:
        return None
    at = head.results[-1].end
    edit = Edit(Place(graph.head, at, at), f", {target.name}")
    return Refactoring(f"Make '{target.name}' a result of the graph", REWRITE, (edit,))


def remove_unneeded(chosen: Selected) -> Refactoring | None:
    """Without the statements of the graph that no result needs."""
    analysis = chosen.analysis
    if not chosen.in_graph:
        return None
    needed = set(analysis.outputs) | set(analysis.inputs)
    dead: list[Segment] = []
    for statement in reversed(list(analysis.statements())):
        callees = facts_of(statement.form).callees if statement.form is not None else set()
        if needed.isdisjoint(statement.defines) and callees.isdisjoint(_STAYS - {"variable"}):
            dead.append(statement)
        else:
            needed.update(reads(statement))
    if not dead:
        return None
    edits = tuple(without_statement(statement) for statement in reversed(dead))
    return Refactoring(f"Remove {plural(len(dead), 'statement')} that no result needs", REWRITE, edits)
