"""The order of segments in a document: header, fragments with their bodies, the graph with its body.

Works on the landmarks alone (everything that is not a statement), so a graph of ten thousand statements costs no more
than its fragments.  An edit that changes no landmark leaves the structure as it is.

Not here: the meaning of a body.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .segments import BLANKS, EXTENSION, FRAGMENT, GRAPH, STATEMENT, STRAY, VERSION, Block, Segment, SyntaxProblem
from .source import Source
from .tokens import tokenize


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
    is_library: bool = False
    """Whether the text has fragments only, and so is meant for documents rather than being one."""

    def bodies(self) -> Iterator[Body]:
        """All fragments, then the graph."""
        yield from self.fragments
        if self.graph is not None:
            yield self.graph

    def extents(self) -> Iterator[tuple[Segment, Segment | None, bool]]:
        """Where each body begins and ends, and whether it has statements."""
        return ((body.head, body.close, body.has_statements) for body in self.bodies())


def following(source: Source, member: Segment) -> Iterator[Segment]:
    """The segments behind one."""
    block: Block | None = member.block
    assert block is not None
    yield from block.segments[member.at + 1 :]
    for later in source.blocks[block.index + 1 :]:
        yield from later.segments


def beginning(member: Segment) -> int:
    """Where a segment begins with the comment lines that no blank line parts from it, and the blank lines above these."""
    lines = member.text[: member.blank_start].split("\n")
    at = member.blank_start - len(lines.pop())
    while len(lines) > 1 and lines[-1].strip().startswith("#"):
        at -= len(lines.pop()) + 1
    return len(member.text[:at].rstrip())


def place(member: Segment) -> tuple[int, int]:
    """Where a segment stands among all others: places compare as the segments follow each other."""
    assert member.block is not None
    return member.block.index, member.at


def structure_of(source: Source) -> Structure:
    """The structure of a graph document."""
    found = Structure()
    kinds = {member.kind for member in source.landmarks()}
    found.is_library = FRAGMENT in kinds and kinds.isdisjoint((VERSION, GRAPH))
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
        self.nested = 0
        """Braces that are open inside the body."""
        self.headless = False
        """Whether there is a body whose head is missing."""
        self.ended = False
        """Whether it is said that something follows the graph; what follows that is not told again."""

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
            self.open, self.nested = None, 0
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
        if self.nested:
            self.nested -= 1
        elif self.open is None:
            self._problem(member, "this '}' closes nothing")
        else:
            self.open.close = member
            self.open = None

    def _stray(self, member: Segment) -> None:
        self.structure.depends_on_statements = True
        brace = member.text.endswith("{")
        if self.open is not None and self._only_strays_between(self.open.head, member):
            return  # the head itself is told to lack its brace
        if brace and self.open is None and not self.structure.graph:
            self._problem(member, "expected 'graph NAME(...) -> (...)' before this body")
            self.headless, self.open = True, Body(member)
            return
        before = self.source.blocks and _before(self.source, member)
        if not (before and before.problems):
            self._problem(member, f"'{member.text[-1:]}' begins nothing that could stand here")
        self.nested += brace and self.open is not None

    def _only_strays_between(self, head: Segment, member: Segment) -> bool:
        """Whether nothing but `;` and `{` stands between a broken head and a segment."""
        if not head.problems:
            return False
        for between in following(self.source, head):
            if between is member:
                return True
            if between.kind != STRAY:
                return False
        return False

    def finish(self) -> None:
        self._loose_statements(None)
        end = _last(self.source)
        if self.open is not None and end is not None:
            if self._head_alone(self.open):
                return
            name = "graph" if self.open.head.kind == GRAPH else "fragment"
            at = len(end.text)
            problem = SyntaxProblem(
                at, at, f"expected '}}' to end the body of this {name}, found the end of the text", "\n}", at
            )
            self.structure.problems.append((end, problem))
        elif (
            self.structure.graph is None
            and not self.structure.is_library
            and end is not None
            and not end.problems
            and not self.headless
        ):
            at = len(end.text)
            self.structure.problems.append(
                (end, SyntaxProblem(at, at, "a document needs a graph, found the end of the text"))
            )

    def _head_alone(self, body: Body) -> bool:
        """Whether there is nothing behind a broken head: then its body is missing, not open."""
        alone = bool(body.head.problems) and not any(True for _ in body.statements(self.source))
        self.structure.depends_on_statements |= alone
        return alone

    def _needs_version(self, member: Segment) -> None:
        missing = self.structure.version is None and not self.structure.is_library
        if missing and self.last is None and not self.structure.problems:
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
                self._outside(member)
                return

    def _outside(self, member: Segment) -> None:
        if any(problem.start <= member.blank_start for problem in member.problems):
            self.structure.problems.extend((member, problem) for problem in member.problems if not self.ended)
        elif self.last is None and self.structure.version is None:
            self._problem(member, "a document begins with its version: expected 'version 1.0;'", anyway=True)
        elif self.structure.graph:
            self._problem(member, "nothing may follow the graph", anyway=True)
        elif member.problems:
            word = _first_word(member)
            meant = next((f"; did you mean '{kind}'?" for kind in _HEADS if word.lower().rstrip("s") == kind), "")
            self._problem(member, f"expected 'extension', 'fragment' or 'graph', found '{word}'{meant}", anyway=True)
        else:
            self._problem(member, "statements stand in the body of a fragment or of the graph")
        self.ended |= self.structure.graph is not None

    def _problem(
        self, member: Segment, message: str, insert: str | None = None, before: bool = False, anyway: bool = False
    ) -> None:
        """Note a problem at the first word of a segment; `anyway` if what else is wrong with it does not matter."""
        if member.problems and not before and not anyway:
            return
        if self.ended:
            return
        self.ended = self.structure.graph is not None and self.open is None
        start = member.blank_start
        problem = SyntaxProblem(start, start + len(_first_word(member)), message, insert, start if before else 0)
        self.structure.problems.append((member, problem))


_HEADS = (VERSION, EXTENSION, FRAGMENT, GRAPH)


def _first_word(member: Segment) -> str:
    """The first token of a segment, "" if it has none."""
    tokens = tokenize(member.text[member.blank_start :])
    return tokens[0].text if tokens else ""


def _before(source: Source, member: Segment) -> Segment | None:
    assert member.block is not None
    if member.at:
        return member.block.segments[member.at - 1]
    return source.blocks[member.block.index - 1].segments[-1] if member.block.index else None


def _last(source: Source) -> Segment | None:
    return source.blocks[-1].segments[-1] if source.blocks else None
