"""The order of segments in a document: header, fragments with their bodies, the graph with its body.

Works on the landmarks alone (everything that is no statement), so a graph of ten thousand statements costs no more
than its fragments.  An edit that changes no landmark leaves the structure as it is.

Not here: the meaning of a body.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .segments import BLANKS, EXTENSION, FRAGMENT, GRAPH, STATEMENT, VERSION, Segment, SyntaxProblem
from .source import Block, Source


@dataclass(slots=True)
class Body:
    """A fragment or the graph: its head, and the segment behind its last statement (None at the end of the text).

    `has_statements` is False for a fragment that is only declared.
    """

    head: Segment
    close: Segment | None = None
    has_statements: bool = True

    def statements(self, source: Source) -> Iterator[Segment]:
        """The statements of the body in order."""
        if not self.has_statements:
            return
        for member in following(source, self.head):
            if member is self.close or member.kind in (FRAGMENT, GRAPH):
                return
            if member.kind == STATEMENT:
                yield member


@dataclass(slots=True)
class Structure:
    """What the landmarks of a document say; `problems` are at segments, spans relative to them."""

    version: Segment | None = None
    extensions: list[Segment] = field(default_factory=list)
    fragments: list[Body] = field(default_factory=list)
    graph: Body | None = None
    problems: list[tuple[Segment, SyntaxProblem]] = field(default_factory=list)
    depends_on_statements: bool = False
    """Whether a change of statements alone may change the problems: where something is missing or stray."""

    def bodies(self) -> Iterator[Body]:
        """All fragments, then the graph."""
        yield from self.fragments
        if self.graph is not None:
            yield self.graph


def following(source: Source, member: Segment) -> Iterator[Segment]:
    """The segments behind one."""
    block: Block | None = member.block
    assert block is not None
    yield from block.segments[member.at + 1 :]
    for later in source.blocks[block.index + 1 :]:
        yield from later.segments


def place(member: Segment) -> tuple[int, int]:
    """Where a segment stands among all others: places compare as the segments follow each other."""
    assert member.block is not None
    return member.block.index, member.at


def structure_of(source: Source) -> Structure:
    """The structure of a graph document."""
    found = Structure()
    state = _Reader(source, found)
    for member in source.landmarks():
        state.take(member)
    state.finish()
    found.depends_on_statements |= bool(found.problems)
    return found


class _Reader:
    """Reads landmarks in order, with the body that is open."""

    def __init__(self, source: Source, structure: Structure) -> None:
        self.source, self.structure = source, structure
        self.open: Body | None = None
        self.last: Segment | None = None
        self.after_graph = False

    def take(self, member: Segment) -> None:
        if member.kind == BLANKS:
            return
        self._loose_statements(member)
        if self.open is not None and member.kind in (VERSION, EXTENSION, FRAGMENT, GRAPH):
            if self._head_alone(self.open):
                self.open.has_statements = False
            else:
                self._problem(member, f"expected '}}' to end the body before this {member.kind}", "}", before=True)
                self.open.close = member
            self.open = None
        getattr(self, f"_{member.kind}")(member)
        self.last = member

    def _version(self, member: Segment) -> None:
        if self.last is not None:
            again = "a document has only one version" if self.structure.version else "must be the first of a document"
            self._problem(member, f"'version' {again}" if not self.structure.version else again)
        self.structure.version = self.structure.version or member

    def _extension(self, member: Segment) -> None:
        self._needs_version(member)
        if self.structure.fragments or self.structure.graph:
            before = "fragment" if self.structure.fragments else "graph"
            self._problem(member, f"extensions stand before the first fragment and the graph, this follows a {before}")
        self.structure.extensions.append(member)

    def _fragment(self, member: Segment) -> None:
        self._needs_version(member)
        if self.structure.graph:
            self._problem(member, "fragments stand before the graph, nothing may follow the graph")
        has_body = member.parsed.has_body if member.parsed else member.text[-1:] != ";"
        body = Body(member, has_statements=has_body)
        self.structure.fragments.append(body)
        self.open = body if body.has_statements else None

    def _graph(self, member: Segment) -> None:
        self._needs_version(member)
        body = Body(member)
        if self.structure.graph:
            self._problem(member, "a document has only one graph")
        else:
            self.structure.graph = body
        self.open = body

    def _close(self, member: Segment) -> None:
        if self.open is None:
            self._problem(member, "this '}' closes nothing")
            return
        self.open.close = member
        self.open = None

    def _stray(self, member: Segment) -> None:
        self.structure.depends_on_statements = True
        before = self.source.blocks and _before(self.source, member)
        if not (before and before.problems):
            self._problem(member, f"'{member.text.strip()[-1:]}' begins nothing that could stand here")

    def finish(self) -> None:
        self._loose_statements(None)
        end = _last(self.source)
        if self.open is not None and end is not None:
            if self._head_alone(self.open):
                return
            name = "graph" if self.open.head.kind == GRAPH else "fragment"
            at = len(end.text)
            problem = SyntaxProblem(at, at, f"expected '}}' to end the body of this {name}, found the end of the text", "\n}", at)
            self.structure.problems.append((end, problem))
        elif self.structure.graph is None and end is not None and not end.problems:
            at = len(end.text)
            self.structure.problems.append((end, SyntaxProblem(at, at, "a document needs a graph, found the end of the text")))

    def _head_alone(self, body: Body) -> bool:
        """Whether there is nothing behind a broken head: then its body is missing, not open."""
        return bool(body.head.problems) and not any(True for _ in body.statements(self.source))

    def _needs_version(self, member: Segment) -> None:
        if self.structure.version is None and self.last is None:
            self._problem(member, "a document begins with its version", "version 1.0;\n", before=True)

    def _loose_statements(self, until: Segment | None) -> None:
        """Statements outside of all bodies, up to the next landmark: one error for each run of them."""
        if self.open is not None:
            return
        begin = self.source if self.last is None else following(self.source, self.last)
        for member in begin:
            if member is until:
                return
            if member.kind == STATEMENT:
                if not member.problems:
                    self._outside(member)
                self.structure.problems.extend((member, problem) for problem in member.problems)
                return

    def _outside(self, member: Segment) -> None:
        if self.last is None and self.structure.version is None:
            self._problem(member, "a document begins with its version: expected 'version 1.0;'")
        elif self.structure.graph:
            self._problem(member, "nothing may follow the graph")
        else:
            self._problem(member, "statements stand in the body of a fragment or of the graph")

    def _problem(self, member: Segment, message: str, insert: str | None = None, before: bool = False) -> None:
        if member.problems and not before:
            return
        start = member.blank_start
        end = start + len(member.text[start:].split(None, 1)[0]) if member.text[start:].split() else len(member.text)
        problem = SyntaxProblem(start, end, message, insert, start if before else 0)
        self.structure.problems.append((member, problem))


def _before(source: Source, member: Segment) -> Segment | None:
    assert member.block is not None
    if member.at:
        return member.block.segments[member.at - 1]
    return source.blocks[member.block.index - 1].segments[-1] if member.block.index else None


def _last(source: Source) -> Segment | None:
    return source.blocks[-1].segments[-1] if source.blocks else None
