"""Give an expression a name, put an expression in place of a name, make a tensor a result of the graph.

Not here: all nested expressions of a statement at once (`chains.py`).
"""

from __future__ import annotations

from ...model.analysis.analysis import Analysis
from ...model.checks.document import EXPRESSIONS, declared_extensions
from ...model.operations.statement_form import reads
from ...model.values.tensor import Tensor
from ...syntax import nodes as n
from ...syntax.segments import Segment
from ..text.place import Edit, Place
from .offers import (
    EFFECTS,
    EXTRACT,
    INLINE,
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
    without_statement,
)


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
    if not isinstance(tree.target, n.Identifier) or stays_apart(analysis, statement):
        return None
    name = tree.target.name
    title = f"Put the expression in place of '{name}'"
    reason = why_not_inline(analysis, statement, name)
    if reason:
        return Refactoring(title, INLINE, (), reason)
    (user,) = analysis.users[name]
    place = next(node for node in identifiers(user.tree().value) if node.name == name)  # type: ignore[union-attr]
    edits = (without_statement(statement), Edit(Place(user, place.start, place.end), as_operand(statement)))
    return Refactoring(title, INLINE, edits)


def as_operand(statement: Segment, text: str = "") -> str:
    """The value of an assignment as it can stand within another expression; `text` is its text if not as written."""
    tree = statement.tree()
    assert isinstance(tree, n.Assignment)
    text = text or statement.text[tree.value.start : tree.value.end]
    return text if isinstance(tree.value, (n.Invocation, n.Identifier, n.Number, n.Parenthesized)) else f"({text})"


def stays_apart(analysis: Analysis, statement: Segment) -> bool:
    """Whether a statement stands for itself: inputs, variables, and what changes what a later run computes."""
    return is_source(analysis, statement) or not EFFECTS.isdisjoint(callees_of(statement))


def why_not_inline(analysis: Analysis, statement: Segment, name: str) -> str:
    """Why the value of a statement cannot stand where its name is used, "" if it can."""
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
    target = target_at(chosen)
    values = dict(zip(statement.defines, analysis.outcomes.of(statement).values))
    if target is None or analysis.is_output(target.name) or not isinstance(values.get(target.name), Tensor):
        return None
    if target.name in analysis.inputs:
        return None
    at = head.results[-1].end
    edit = Edit(Place(graph.head, at, at), f", {spelled(target.name)}")
    return Refactoring(f"Make '{target.name}' a result of the graph", REWRITE, (edit,))
