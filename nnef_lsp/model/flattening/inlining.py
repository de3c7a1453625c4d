"""Fragments inlined in the text: every invocation of a fragment becomes the statements of its body.

For dialects whose graphs may hold any expression: nothing is evaluated, so literals keep their types and extents their
symbols, and what an engine reads is what its author wrote.  Only spans of the text are replaced.

    y = silu(x);   ->   y_s = sigmoid(x);
                        y = x * y_s;

What cannot be inlined stays an invocation, and its fragment stays: bodies of loops, which are named by a string;
recursion; invocations that a condition or an iteration decides about; results that are lists; bodies that read a
symbol whose name is a tensor's in the graph; tensors that graph.quant mentions.

Not here: dialects where flat graphs are a language of their own (`flatten.py`, which evaluates).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ...syntax import nodes as n
from ...syntax.segments import Segment
from ...syntax.structure import Body
from ..analysis.analysis import Analysis
from ..analysis.references import METADATA
from ..evaluation.expansion import tree_of
from ..operations.declarations import Operation
from ..values.tensor import Tensor
from .flatten import Unflattenable
from .names import Names, bindings, bound_by, names_read, targets_of, with_targets

MAX_STATEMENTS = 200_000
"""Statements written before fragments are left as they are."""
MAX_NESTING = 100
_DECIDED = "a condition or an iteration decides about it"
_WORD = re.compile(r"\w+")
_ATOM = re.compile(r"\w+(?:\.\w+)?\Z|'[^'\\]*'\Z|\"[^\"\\]*\"\Z|[(\[]")


class _Stays(Exception):
    """Why this invocation cannot be inlined: one sentence."""


class Inlining(NamedTuple):
    """What stands for each statement with invocations of a fragment; `stays` is why some of these are left, "" if none is."""

    statements: list[tuple[Segment, list[str]]]
    stays: str


def inlined(analysis: Analysis) -> str:
    """The text of a document without errors, fragments inlined where that can be.  Raises `Unflattenable`."""
    graph = analysis.structure.graph
    if graph is None:
        raise Unflattenable(None, None)
    return _Inliner(analysis).document(graph)


def calls_inlined(
    analysis: Analysis, called: Operation, body: Body, statements: Iterable[Segment], given: set[str] | None = None
) -> Inlining:
    """The lines of statements of one body that invoke a fragment, with its body in place of the invocations.

    Other fragments that it invokes stay invoked, and comments in its body come along.  New names are none of those
    `given` before, and are added to these.
    """
    inliner = _Inliner(analysis, {called.name: called}, True)
    inliner.taken.update(given or ())
    before = set(inliner.taken)
    found = inliner.statements(body, statements)
    if given is not None:
        given.update(inliner.taken - before)
    return found


class _Inliner:
    """Writes statements; `lines` are those of the body at hand, `kept` the fragments that some line still names."""

    def __init__(
        self, analysis: Analysis, only: dict[str, Operation] | None = None, with_comments: bool = False
    ) -> None:
        self.analysis = analysis
        self.with_comments = with_comments
        self.strict = analysis.dialect.strict_types
        self.in_graph = True
        """Whether the body that is written is the graph's."""
        self.stays = ""
        """Why the last invocation that was left as it is could not be inlined."""
        self.fragments = only or {name: item for name, item in analysis.operations.items() if item.is_fragment}
        self.taken = {word for segment in analysis.source for word in _WORD.findall(segment.text)}
        self.around: set[str] = set()
        """The names of the body that is written."""
        self.lines: list[str] = []
        self.kept: dict[str, Operation] = {}
        self.stack: list[str] = []
        self.written = 0
        self._literals = analysis.dialect.literal_prefixes

    def document(self, body: Body) -> str:
        """Version, extensions, the fragments that stay, the graph."""
        structure = self.analysis.structure
        head = [_text(segment) for segment in (structure.version, *structure.extensions) if segment is not None]
        head = [" ".join(line.split()) for line in head]
        graph = self._body(list(self.analysis.statements()), set(self.analysis.inputs))
        properties = next((self.fragments[name] for name in METADATA if name in self.fragments), None)
        if properties is not None and properties.body:
            self.kept.setdefault(properties.name, properties)
        bodies: dict[str, list[str]] = {}
        while waiting := [item for name, item in self.kept.items() if name not in bodies]:
            for item in waiting:
                bodies[item.name] = self._body(item.body, set(item.by_name), item.name in METADATA)
        lines = [line for line in head if not line.startswith("extension KHR_")]
        for name, item in self.fragments.items():
            if name in bodies:
                lines += ["", item.head.text.strip(), *([*bodies[name], "}"] if item.body else [])]
        return "\n".join([*lines, "", body.head.text.strip(), *graph, "}", ""])

    def statements(self, body: Body, statements: Iterable[Segment]) -> Inlining:
        """Statements of one body, each by itself."""
        source = self.analysis.source
        self.around = {name for statement in body.statements(source) for name in statement.defines}
        head = body.head.tree()
        if isinstance(head, (n.FragmentHead, n.GraphHead)):
            self.around.update(getattr(item.name, "name", item.name) for item in head.parameters)  # type: ignore[arg-type]
        self.in_graph = body is self.analysis.structure.graph
        found = []
        for statement in statements:
            tree = statement.tree()
            if isinstance(tree, n.Assignment):
                self.lines = []
                self._statement(tree, statement.text)
                found.append((statement, self.lines))
        return Inlining(found, self.stays if self.kept else "")

    def _body(self, statements: list[Segment], names: set[str], verbatim: bool = False) -> list[str]:
        """The statements of the graph or of a fragment that stays; `names` are what its head declares."""
        self.lines = []
        self.around = names.union(*(segment.defines for segment in statements))
        for segment in statements:
            tree = segment.tree()
            if verbatim or not isinstance(tree, n.Assignment):
                self.lines.append(_text(segment))
                continue
            comments = segment.text[: segment.blank_start].strip()
            if comments:
                self.lines.append(comments)
            self._statement(tree, segment.text)
        return self.lines

    def _statement(self, tree: n.Assignment, text: str) -> None:
        """A statement that keeps its left side."""
        targets = [text[item.start : item.end] for item in targets_of(tree)]
        prefix = targets[0] if targets else "_"
        if self._fragment_at(tree.value) is not None:
            self._assign(tree, text, {}, prefix, dict(zip((item.name for item in targets_of(tree)), targets)))
            return
        value = self._expression(tree.value, text, {}, prefix)
        self.lines.append(text[tree.start : tree.value.start] + value + text[tree.value.end : tree.end])

    # -- expressions ---------------------------------------------------------------------------------------------

    def _expression(self, node: Any, text: str, names: Names, prefix: str, decided: bool = False) -> str:
        """The text of an expression with names replaced; what it invokes is written before it.

        `decided`: whether a condition or an iteration decides if it is evaluated, so that nothing may be written.
        """
        pieces, at = [], node.start
        for start, end, replacement in self._splices(node, text, names, prefix, decided, False):
            pieces += [text[at:start], replacement]
            at = end
        return "".join([*pieces, text[at : node.end]])

    def _splices(
        self, node: Any, text: str, names: Names, prefix: str, decided: bool, operand: bool
    ) -> Iterator[tuple[int, int, str]]:
        """Spans to be replaced, in the order of the text."""
        if isinstance(node, n.Identifier):
            found = names.get(node.name)
            if found is not None:
                yield node.start, node.end, f"({found})" if operand and not _ATOM.match(found) else found
        elif isinstance(node, n.Invocation):
            yield from self._invocation(node, text, names, prefix, decided)
        elif isinstance(node, n.Comprehension):
            inner = {name: value for name, value in names.items() if name not in bound_by(node)}
            for child in node.children():
                yield from self._splices(child, text, inner, prefix, True, False)
        elif not isinstance(node, n.Array) or isinstance(node.items, list):
            below = isinstance(node, (n.Binary, n.Unary, n.Subscript, n.RangeSubscript))
            decided = decided or isinstance(node, n.IfElse)
            for child in sorted(node.children(), key=lambda child: child.start):
                yield from self._splices(child, text, names, prefix, decided, below)

    def _invocation(
        self, node: n.Invocation, text: str, names: Names, prefix: str, decided: bool
    ) -> Iterator[tuple[int, int, str]]:
        called = self._fragment_at(node)
        if called is not None and len(called.results) == 1 and not decided:
            mark = self._mark()
            try:
                yield node.start, node.end, self._call(node, called, text, names, prefix, None)[0]
                return
            except _Stays as reason:
                self._undo(mark, str(reason))
        if called is not None:
            self.stays = self.stays or (_DECIDED if decided else "it has several results")
            self.kept[called.name] = called
        generic = node.generic
        if generic is not None and generic.name == "?":
            yield node.callee.end, node.opening, names.get("?", "")
        for argument in node.arguments:
            if node.callee.name in self.analysis.dialect.loops and called is None:
                self._keep_loop_body(argument, names)
            yield from self._splices(argument.value, text, names, prefix, decided, False)

    def _keep_loop_body(self, argument: n.Argument, names: Names) -> None:
        """A loop's body is named by a string, written here or where the fragment around it is invoked."""
        if argument.name is not None and argument.name.name != "body":
            return
        value = argument.value
        given = (
            value.value
            if isinstance(value, n.String)
            else names.get(value.name, "")[1:-1]
            if isinstance(value, n.Identifier)
            else ""
        )
        if given in self.fragments:
            self.kept[given] = self.fragments[given]

    def _fragment_at(self, node: Any) -> Operation | None:
        return self.fragments.get(node.callee.name) if isinstance(node, n.Invocation) else None

    # -- invocations of fragments --------------------------------------------------------------------------------

    def _call(
        self, node: n.Invocation, called: Operation, text: str, outer: Names, prefix: str, targets: list[str] | None
    ) -> list[str]:
        """Write the body of a fragment; the texts of its results, which are `targets` if these are given."""
        trees = [tree_of(segment) for segment in called.body]
        self._may_inline(called, trees)
        arguments = {
            name: self._argument(value, where, outer, prefix, called, name)
            for name, value, where in bindings(node, called, text)
        }
        names = dict(arguments)
        if node.generic is not None and node.generic.name != "?":
            names["?"] = f"<{node.generic.name}>"
        wanted = dict(zip([result.name for result in called.results], targets or ()))
        last = {item.name: number for number, tree in enumerate(trees) for item in targets_of(tree)}
        read = {word for value in arguments.values() for word in _WORD.findall(value)}
        self.stack.append(called.name)
        try:
            for number, (segment, tree) in enumerate(zip(called.body, trees)):
                self._need_names(tree, names, called)
                if self.with_comments:
                    self.lines += [
                        line.strip() for line in segment.text[: segment.blank_start].split("\n") if line.strip()
                    ]
                new, ends = {}, number == len(trees) - 1
                for item in targets_of(tree):
                    own = wanted.get(item.name) if last[item.name] == number else None
                    if own is None or not self._may_stand(own, set() if ends else read, ends):
                        own = self._fresh(f"{prefix}_{item.name}")
                    new[item.name] = own
                self._assign(tree, segment.text, names, prefix, new)
                names.update(new)
        finally:
            self.stack.pop()
        results = [names[result.name] for result in called.results if result.name in names]
        if len(results) < len(called.results):
            raise _Stays("a result of it is not assigned")
        if targets is None:
            return results
        for own, result in zip(targets, results):
            if own != result:
                self._write(f"{own} = {result};")
        return targets

    def _assign(self, tree: n.Assignment, text: str, names: Names, prefix: str, new: Names) -> None:
        """A statement with new names on its left side."""
        called = self._fragment_at(tree.value)
        if called is not None and isinstance(tree.value, n.Invocation) and len(called.results) == len(new):
            mark = self._mark()
            try:
                self._call(tree.value, called, text, names, prefix, list(new.values()))
                return
            except _Stays as reason:
                self._undo(mark, str(reason))
        value = self._expression(tree.value, text, names, prefix)
        target = with_targets(text[tree.target.start : tree.target.end], tree.target, new)
        self._write(f"{target} = {value};")

    def _may_inline(self, called: Operation, trees: list[Any]) -> None:
        """Raise `_Stays` if an invocation of this fragment cannot be replaced by its body."""
        if not trees:
            raise _Stays("it has no body")
        if called.name in self.stack or len(self.stack) >= MAX_NESTING or self.written >= MAX_STATEMENTS:
            raise _Stays("it invokes itself")
        if any(result.type.kind != "tensor" for result in called.results):
            raise _Stays("a result of it is not a single tensor")
        for tree in trees:
            if not isinstance(tree, n.Assignment) or not isinstance(tree.target, (n.Identifier, n.Tuple, n.Array)):
                raise _Stays("a statement of its body is not whole")
            if any(item.name in self.analysis.context.quantized for item in targets_of(tree)):
                raise _Stays("graph.quant says how a tensor of its body is quantized")
        if self.strict and self.in_graph:
            self._may_stand_in_graph(called)

    def _may_stand_in_graph(self, called: Operation) -> None:
        """Raise `_Stays` if a name of a body could not be one of a graph, where all are tensors."""
        facts = self.analysis.fragments.get(called.name)
        for name in {name for segment in called.body for name in segment.defines}:
            if facts is None or not isinstance(facts.names.get(name), Tensor):
                raise _Stays(f"'{name}' of its body is not a tensor, and names of a graph are")

    def _argument(self, value: Any, text: str, outer: Names, prefix: str, called: Operation, name: str) -> str:
        """What stands for a parameter in the body: an atom, an array of atoms, or the name of a statement for all else."""
        if isinstance(value, str):
            return value  # a default
        if isinstance(value, (n.Identifier, n.Number, n.String, n.Logical, n.Subscript, n.RangeSubscript)):
            return self._expression(value, text, outer, prefix)
        if isinstance(value, n.Parenthesized):
            return self._argument(value.inner, text, outer, prefix, called, name)
        if isinstance(value, (n.Array, n.Tuple)):
            if isinstance(value.items, n.NumberItems):
                return text[value.start : value.end]
            items = [self._argument(item, text, outer, prefix, called, name) for item in value.items]
            return f"[{', '.join(items)}]" if isinstance(value, n.Array) else f"({', '.join(items)})"
        if isinstance(value, n.Unary):
            return f"({self._expression(value, text, outer, prefix)})"
        if self.strict and not called.by_name[name].is_tensor:  # a graph has no names for attributes
            return f"({self._expression(value, text, outer, prefix, decided=True)})"
        written = self._expression(value, text, outer, prefix)
        if written in self.taken:
            return written  # the result of a fragment that was inlined
        alias = self._fresh(f"{prefix}_{name}")
        self._write(f"{alias} = {written};")
        return alias

    def _need_names(self, tree: n.Assignment, names: Names, called: Operation) -> None:
        """Raise `_Stays` if a body reads what it would find changed: a symbol that is a tensor's name in the graph, or
        a parameter that has no value."""
        for name in names_read(tree.value):
            if name not in names and (name in self.around or name in called.by_name):
                raise _Stays(f"its body reads '{name}', which means something else there")

    def _may_stand(self, target: str, read: set[str], ends: bool) -> bool:
        """Whether a body may assign a result under the name that its caller gives it: nothing that is read later has
        that name, and a reader takes it for a name, if it is read."""
        return read.isdisjoint(_WORD.findall(target)) and (ends or not target.startswith(self._literals))

    # -- writing -------------------------------------------------------------------------------------------------

    def _write(self, line: str) -> None:
        self.written += 1
        self.lines.append(line)

    def _fresh(self, name: str) -> str:
        """A name that nothing has."""
        name = re.sub(r"\W", "_", name)
        if name.startswith(self._literals) or name[:1].isdigit():
            name = f"_{name}"
        found, number = name, 1
        while found in self.taken:
            number += 1
            found = f"{name}_{number}"
        self.taken.add(found)
        return found

    def _mark(self) -> tuple[int, dict[str, Operation]]:
        return len(self.lines), dict(self.kept)

    def _undo(self, mark: tuple[int, dict[str, Operation]], reason: str) -> None:
        del self.lines[mark[0] :]
        self.kept, self.stays = mark[1], reason


def _text(segment: Segment) -> str:
    return segment.text[segment.blank_start :].strip()
