"""Which statement of one graph is which of another, whatever their tensors are called.

From the most certain to the least: statements that compute the same from the inputs; statements of which the outputs
are computed in the same way; neighbours of matched statements that do the same; statements of the same name; the same
two steps with labels ignored.  A name counts little: exporters number tensors, and one more layer renames all below.

Not here: what is said about two statements that match (`documents.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import chain
from typing import Any

from .canonical import Statement

Level = Callable[[Statement], Hashable]


def _exact(statement: Statement) -> Hashable:
    return statement.key, statement.labels


def _unlabelled(statement: Statement) -> Hashable:
    return statement.key


def _kind(statement: Statement) -> Hashable:
    return statement.operation, len(statement.defines)


Pairs = list[tuple[int, int]]


class Matching:
    """`pairs` maps statements of the first graph to those of the second.

    `inputs` and `outputs` are indices of the statements that define inputs and outputs which correspond.
    """

    def __init__(self, before: list[Statement], after: list[Statement], inputs: Pairs, outputs: Pairs) -> None:
        self.before, self.after = before, after
        self.inputs, self.outputs = inputs, outputs
        self.pairs: dict[int, int] = {}
        self.taken: set[int] = set()
        self._match()

    def _match(self) -> None:
        for i, j in chain(self.inputs, self.outputs):
            if _kind(self.before[i]) == _kind(self.after[j]):
                self._pair(i, j)
        for level in (_exact, _unlabelled):
            known: dict[Any, int] = {}
            forward = self._forward(self.before, level, 0, known), self._forward(self.after, level, 1, known)
            self._groups(*forward)
            self._groups(self._backward(self.before, level, 0, known), self._backward(self.after, level, 1, known))
            self._spread(level)
            if level is _exact:
                self._groups(*forward, in_order=True)
                self._spread(level)
        self._by_name(_unlabelled)
        self._spread(_unlabelled)
        self._spread(_kind)
        self._by_name(_kind)
        self._spread(_kind)
        self._by_name(lambda statement: len(statement.defines))

    def _pair(self, i: int, j: int) -> bool:
        if i in self.pairs or j in self.taken:
            return False
        self.pairs[i] = j
        self.taken.add(j)
        return True

    # -- what a statement computes, and what is computed from it, as numbers that are equal in both graphs -----------

    def _forward(self, graph: list[Statement], level: Level, side: int, known: dict[Any, int]) -> list[int]:
        seeds = {pair[side]: number for number, pair in enumerate(self.inputs)}
        found: list[int] = []
        for statement in graph:
            if statement.index in seeds:
                fact: Any = ("input", seeds[statement.index])
            else:
                fact = (level(statement), tuple([(found[link.statement], link.result) for link in statement.links]))
            found.append(known.setdefault(fact, len(known)))
        return found

    def _backward(self, graph: list[Statement], level: Level, side: int, known: dict[Any, int]) -> list[int]:
        seeds: dict[int, list[int]] = {}
        for number, pair in enumerate(self.outputs):
            seeds.setdefault(pair[side], []).append(number)
        found = [0] * len(graph)
        for statement in reversed(graph):
            users = sorted((found[user], place, result) for user, place, result in statement.users)
            fact = ("uses", level(statement), tuple(users), tuple(seeds.get(statement.index, ())))
            found[statement.index] = known.setdefault(fact, len(known))
        return found

    # -- matching ------------------------------------------------------------------------------------------------

    def _groups(self, before: list[int], after: list[int], in_order: bool = False) -> None:
        """Match what has the same number: alone in both graphs, or the same name, or (in order) whatever is left."""
        groups: dict[int, tuple[list[int], list[int]]] = {}
        for i, number in enumerate(before):
            if i not in self.pairs:
                groups.setdefault(number, ([], []))[0].append(i)
        for j, number in enumerate(after):
            if j not in self.taken and number in groups:
                groups[number][1].append(j)
        for left, right in groups.values():
            self._group(left, right, in_order)

    def _group(self, left: list[int], right: list[int], in_order: bool) -> Pairs:
        """The pairs newly made of two groups that could be matched with each other."""
        if not right:
            return []
        if len(left) == len(right) == 1:
            return [(left[0], right[0])] if self._pair(left[0], right[0]) else []
        made = []
        names = {self.after[j].defines: j for j in right}
        for i in left:
            j = names.get(self.before[i].defines)
            if j is not None and self._pair(i, j):
                made.append((i, j))
        if in_order:
            rest = [i for i in left if i not in self.pairs], [j for j in right if j not in self.taken]
            made += [(i, j) for i, j in zip(*rest) if self._pair(i, j)]
        return made

    def _by_name(self, level: Level) -> None:
        names = {(item.defines, level(item)): item.index for item in self.after if item.index not in self.taken}
        for item in self.before:
            if item.index not in self.pairs:
                j = names.get((item.defines, level(item)))
                if j is not None:
                    self._pair(item.index, j)

    def _spread(self, level: Level) -> None:
        """Match neighbours of what matches, as far as it goes."""
        pending = list(self.pairs.items())
        while pending:
            i, j = pending.pop()
            made = self._inputs(i, j, level)
            made += self._users(i, j, level)
            pending.extend(made)

    def _inputs(self, i: int, j: int, level: Level) -> Pairs:
        a, b = self.before[i], self.after[j]
        if len(a.links) != len(b.links):
            return []
        made = []
        for mine, other in zip(a.links, b.links):
            if mine.result == other.result and mine.statement not in self.pairs and other.statement not in self.taken:
                if level(self.before[mine.statement]) == level(self.after[other.statement]):
                    if self._pair(mine.statement, other.statement):
                        made.append((mine.statement, other.statement))
        return made

    def _users(self, i: int, j: int, level: Level) -> Pairs:
        groups: dict[Any, tuple[list[int], list[int]]] = {}
        for user, place, result in self.before[i].users:
            if user not in self.pairs:
                groups.setdefault((place, result, level(self.before[user])), ([], []))[0].append(user)
        if not groups:
            return []
        for user, place, result in self.after[j].users:
            if user not in self.taken:
                group = groups.get((place, result, level(self.after[user])))
                if group is not None:
                    group[1].append(user)
        return [pair for left, right in groups.values() for pair in self._group(left, right, False)]
