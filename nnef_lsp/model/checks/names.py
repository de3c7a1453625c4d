"""What is wrong with how a name of the graph is defined and used: twice, never, or as what it is not.

Not here: names that nothing defines (`analysis/statement.py`).
"""

from __future__ import annotations

from collections.abc import Container
from functools import lru_cache

from ...syntax import nodes as n
from ...syntax.segments import Segment
from ...syntax.structure import place
from ..findings import Details, Finding, Located, Related, Slug
from ..operations.dialect import Dialect
from ..operations.scope import introducing
from ..operations.statement_form import facts_of, updated
from ..statements.names import Names


def name_findings(
    name: str, names: Names, dialect: Dialect, symbols: Container[str], outputs: Container[str] | None
) -> list[Located]:
    """What is wrong with how a name of the graph is defined and used.

    `symbols` are those that the document declares, `outputs` the results of the graph, None if there is no graph.
    """
    definers = names.definers.get(name)
    if not definers:
        return []
    found = []
    if len(definers) > 1:
        found.extend(_redefined(name, definers, dialect.rebinding))
    first = definers[0]
    if len(_occurrences(first)[name]) > 1:
        start, end = name_span(first, name, 1)
        found.append(Located(first, Finding("name-redefined", start, end, {"name": name})))
    if outputs is not None and name not in outputs and not names.users.get(name):
        if first.form is not None and not _has_effect(first, dialect.name) and not first.problems:
            last = definers[-1]
            found.append(Located(last, Finding("unused-result", *name_span(last, name), {"name": name})))
    found.extend(_updates(names, name, first))
    if name in symbols:
        found.append(Located(first, Finding("symbol-shadowed", *name_span(first, name), {"name": name})))
    prefix = next((prefix for prefix in dialect.literal_prefixes if name.startswith(prefix)), None)
    if prefix is not None:
        found.extend(_like_literals(names, name, prefix))
    return found


def _like_literals(names: Names, name: str, prefix: str) -> list[Located]:
    """Uses of a name that begins like a literal, but for those in quotes."""
    found = []
    for user in sorted(names.users.get(name, ()), key=place):
        tree = user.tree()
        for node in tree.walk() if tree is not None else ():
            if isinstance(node, n.Identifier) and node.name == name and node.end - node.start == len(name):
                if node.slot >= len(user.defines):
                    details: Details = {"name": name, "prefix": prefix}
                    found.append(Located(user, Finding("literal-prefix-name", node.start, node.end, details)))
    return found


def _updates(names: Names, name: str, definer: Segment) -> list[Located]:
    """Only variables are updated, and each once (section 4.8)."""
    updates = names.callers.get("update")
    users = [user for user in names.users.get(name, ()) if user in updates] if updates else []
    found: list[Located] = []
    earlier: list[Related] = []
    for user in sorted(users, key=place):
        tree = user.tree()
        for node in tree.walk() if tree is not None else ():
            if not isinstance(node, n.Invocation) or node.callee.name != "update":
                continue
            argument = updated(node)
            target = argument.value if argument is not None else None
            if not isinstance(target, n.Identifier) or target.name != name:
                continue
            if definer.form is not None and facts_of(definer.form).top != "variable":
                related = [Related(definer, *name_span(definer, name), "defined here")]
                found.append(Located(user, Finding("update-target", target.start, target.end, {"name": name}, related)))
            elif earlier:
                found.append(Located(user, Finding("updated-twice", target.start, target.end, {"name": name}, earlier)))
            else:
                earlier = [Related(user, target.start, target.end, "first updated here")]
    return found


def _has_effect(segment: Segment, dialect: str) -> bool:
    assert segment.form is not None
    callees = facts_of(segment.form).callees
    return "update" in callees or facts_of(segment.form).top in introducing(dialect)


def _redefined(name: str, definers: list[Segment], rebinding: bool) -> list[Located]:
    found = []
    first = definers[0]
    for again in definers[1:]:
        related = [Related(first, *name_span(first, name), "first defined here")]
        same = again.form is first.form and again.words == first.words
        rule: Slug = "name-redefined"
        if rebinding:
            rule = "name-repeated" if same else "name-rebound"
        found.append(Located(again, Finding(rule, *name_span(again, name), {"name": name, "same": same}, related)))
    return found


@lru_cache(maxsize=8)
def _occurrences(segment: Segment) -> dict[str, list[int]]:
    """Where each name stands on the left side; kept because a statement may define thousands."""
    found: dict[str, list[int]] = {}
    for index, name in enumerate(segment.defines):
        found.setdefault(name, []).append(index)
    return found


def name_span(segment: Segment, name: str, occurrence: int = 0) -> tuple[int, int]:
    """Where a name stands on the left side of a statement."""
    indices = _occurrences(segment).get(name) or [0]
    index = indices[min(occurrence, len(indices) - 1)]
    if segment.form is None:
        start = max(0, segment.text.find(name))
        return start, start + len(name)
    start = segment.start_of_slot(index)
    quoted = segment.text[start : start + 2] in ("i'", 'i"')
    return start, start + len(name) + (3 if quoted else 0)
