"""What a document may invoke: the operations of its dialect, of the registries it enables, and its own fragments.

Not here: declarations themselves (`declarations.py`), what is wrong with a fragment (`checks/fragments.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

from ...syntax.source import Source
from ...syntax.structure import Body, Structure
from .declarations import Operation, declared_operations, operation_of
from .dialect import Dialect
from .dialects import DIALECTS
from .statement_form import facts_of
from .traits import NO_TRAITS, Traits

_FRAGMENT_NAME = re.compile(r"\bfragment\s+([A-Za-z_]\w*)", re.ASCII)


@cache
def missing_in(dialect: str) -> Mapping[str, str]:
    """Operations that a dialect lacks, though the files it reads declare them or it once had them: what to use instead."""
    known = DIALECTS[dialect]
    declared = {
        operation.name: operation.traits.missing_in[dialect]
        for file in known.declarations
        for operation in declared_operations(file).values()
        if dialect in operation.traits.missing_in
    }
    return {**declared, **known.removed}


@cache
def introducing(dialect: str) -> frozenset[str]:
    """The operations by which tensors come into a graph from outside, those of registries that are not enabled too."""
    known = DIALECTS[dialect]
    return frozenset(
        operation.name
        for file in (*known.declarations, *known.registries)
        for operation in declared_operations(file).values()
        if operation.traits.kind == "input"
    )


@cache
def owner_of(operation: str) -> Dialect | None:
    """The dialect that declares an operation; of one that several declare the first, the specification before others."""
    for known in DIALECTS.values():
        if any(operation in declared_operations(file) for file in (*known.declarations, *known.registries)):
            return known
    return None


@cache
def declared_traits(operation: str) -> Traits:
    """The traits of an operation of any dialect; the defaults for what is declared nowhere."""
    files = dict.fromkeys(file for known in DIALECTS.values() for file in (*known.declarations, *known.registries))
    found = (declared_operations(file).get(operation) for file in files)
    return next((each.traits for each in found if each is not None), NO_TRAITS)


@cache
def declared_signature(operation: str, dialect: str) -> tuple[str, ...]:
    """The names of the tensor parameters of an operation of a dialect, in order; none of an unknown one."""
    known = DIALECTS[dialect]
    files = (*reversed(known.registries), *reversed(known.declarations))
    found = (declared_operations(file).get(operation) for file in files)
    declared = next((each for each in found if each is not None), None)
    return tuple(item.name for item in declared.parameters if item.is_tensor) if declared is not None else ()


class Vocabulary:
    """`operations` finds an operation by name; `standard` are those that are not of the document itself."""

    def __init__(
        self,
        source: Source,
        structure: Structure,
        dialect: Dialect,
        registries: Iterable[str],
        libraries: Mapping[str, Operation] | None = None,
    ) -> None:
        self.source, self.dialect = source, dialect
        self.operations: dict[str, Operation] = {}
        enabled = [registry for registry in dialect.registries if registry in registries]
        for declarations in dialect.declarations:
            self.operations.update(declared_operations(declarations))
        for name in missing_in(dialect.name):
            self.operations.pop(name, None)
        for registry in enabled:
            self.operations.update(declared_operations(registry))
        self.bodiless: set[str] = set()
        """Names of fragments that are declared only, where a dialect looks at bodies alone."""
        own = set(_FRAGMENT_NAME.findall(source.text)) if libraries else set()
        for name, fragment in (libraries or {}).items():
            if dialect.redefinition and not fragment.body:
                self.bodiless.add(name)
            elif name not in own and (dialect.redefinition or name not in self.operations):
                self.operations[name] = replace(fragment, expansions={})  # what it gives depends on this document too
        self.standard = dict(self.operations)
        self.elsewhere = {
            name: registry
            for registry in dialect.registries
            if registry not in enabled
            for name in declared_operations(registry)
            if name not in self.operations
        }
        """Operations of registries that are not enabled, with the registry of each."""
        self.excused: set[str] = set()
        """Names of fragments whose heads are broken."""
        self.bodies: list[Body] = []
        self.own: list[Operation] = []
        """The document's fragments whose heads are sound, in order."""
        for body in structure.fragments:
            operation = operation_of(body, source)
            if operation is not None and dialect.redefinition and not body.has_statements:
                self.bodiless.add(operation.name)
            if operation is not None:
                self.bodies.append(body)
                self.own.append(operation)
                known = self.operations.get(operation.name)
                if operation.name in self.bodiless:
                    continue
                if known is None or (dialect.redefinition and known.registry and body.has_statements):
                    self.operations[operation.name] = operation
            else:
                self.excused.update(_FRAGMENT_NAME.findall(body.head.text))

    def renew(self, body: Body) -> set[str] | None:
        """Take a fragment anew whose statements have changed.

        Returns the names of the operations whose results may be others now: the fragment and those that invoke it,
        directly or not.  None if that cannot be told, because the fragment has the name of a standard operation.
        """
        index = next((index for index, known in enumerate(self.own) if known.head is body.head), None)
        operation = operation_of(body, self.source)
        if index is None or operation is None or operation.name in self.standard:
            return None
        old, self.own[index] = self.own[index], operation
        if self.operations.get(old.name) is old:
            self.operations[old.name] = operation
        return self._with_callers(operation.name)

    def _with_callers(self, name: str) -> set[str]:
        """A fragment and all fragments that come to it."""
        callers: dict[str, set[str]] = {}
        loops = self.loops()
        for operation in self.own:
            for callee in _callees(operation):
                callers.setdefault(callee, set()).add(operation.name)
        found, pending = {name}, [name, *loops]
        while pending:
            for caller in callers.get(pending.pop(), set()) - found:
                found.add(caller)
                pending.append(caller)
        return found | loops

    def callees_first(self) -> list[int]:
        """The document's fragments, by index, each behind those that it invokes as far as these do not invoke it too.

        In this order what a fragment gives is known when others invoke it: else each of a thousand fragments, which
        invoke the next one, is expanded down to the last.
        """
        index = {operation.name: at for at, operation in reversed(list(enumerate(self.own)))}
        found: list[int] = []
        begun: set[int] = set()
        for start in range(len(self.own)):
            pending = [(start, iter(_callees(self.own[start])))] if start not in begun else []
            begun.add(start)
            while pending:
                at, callees = pending[-1]
                for callee in callees:
                    inner = index.get(callee)
                    if inner is not None and inner not in begun:
                        begun.add(inner)
                        pending.append((inner, iter(_callees(self.own[inner]))))
                        break
                else:
                    found.append(at)
                    pending.pop()
        return found

    def loops(self) -> set[str]:
        """Operations that run a fragment which a string names; the string may come by way of another name."""
        return {name for name, operation in self.standard.items() if "body" in operation.by_name}


def _callees(operation: Operation) -> list[str]:
    """What the statements of a fragment invoke, in order."""
    forms = (statement.form for statement in operation.body)
    return [callee for form in forms if form is not None for callee in sorted(facts_of(form).callees)]
