"""Segments: the pieces of a text that are parsed one by one, from the end of the one before to `;`, `{` or `}`.

None of these three characters stands inside an expression, so where a segment ends depends on nothing before it, and
an edit moves only boundaries near it.  A string that is open ends at the line's end, so damage stays on its line.

Not here: what statements share (`forms.py`), which segment a chunk is (`parsing.py`), the order of segments in a
document (`structure.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from .building import Filling, build
from .forms import Form, end_of_trivia, known_forms, starts_of_words
from .lines import units
from .templates import Skeleton
from .tokens import MANY, STRING_PATTERN, Language, Token, tokenize, unquote

if TYPE_CHECKING:
    from .nodes import Assignment, Extension, FragmentHead, GraphHead, Quantization, Version

VERSION, EXTENSION, FRAGMENT, GRAPH, STATEMENT, CLOSE, BLANKS, STRAY = (
    "version", "extension", "fragment", "graph", "statement", "close", "blank", "stray",
)  # fmt: skip
"""Kinds of segments.  STRAY is what belongs nowhere (a lone `;`), BLANKS the white space at the end of a text."""

MAX_DEPTH = 300
"""How deep expressions may be nested, chains of binary operators aside: enough for anything written by hand or program, little enough for recursion."""

_TERMINATOR = re.compile(rf"[;{{}}]|\#[^\n\f]*|{STRING_PATTERN}|['\"][^\n\\]*(?:\\[^\n][^\n\\]*){MANY}")
_COMMENT = re.compile(rf"\#[^\n\f]*|{STRING_PATTERN}")


class SyntaxProblem(NamedTuple):
    """A place where the text is not NNEF: span in the segment, what is wrong, and the text whose insertion at `at`
    mends it (None if there is no such text).  `foreign` is a name of another language that stands there."""

    start: int
    end: int
    message: str
    insert: str | None = None
    at: int = 0
    foreign: str = ""


class Segment:
    """One piece of a text, as it occurs at one place.

    `words` are the names defined, then the names and (quoted) strings read, in the order of the text.
    """

    __slots__ = ("at", "block", "facts", "form", "kind", "loose", "newlines", "parsed", "problems", "text", "words")

    def __init__(self, kind: str, text: str, form: Form | None = None, words: tuple[str, ...] = ()) -> None:
        self.kind = kind
        self.text = text
        self.form = form
        self.words = words
        self.problems: tuple[SyntaxProblem, ...] = ()
        self.loose: tuple[str, ...] = ()
        """Names that a broken statement mentions on its right side."""
        self.parsed: Any = None
        self.newlines = text.count("\n")
        self.block: Block | None = None
        self.at = 0
        self.facts: Any = None
        """What the layer above knows about this statement."""

    @property
    def defines(self) -> tuple[str, ...]:
        """The names on the left side."""
        return self.words[: self.form.defines] if self.form else self.words

    def tree(self) -> Assignment | Version | Extension | FragmentHead | GraphHead | Quantization | None:
        """The node of this segment with its own names and spans; None if it is broken or has none."""
        if self.parsed is not None or self.form is None:
            return self.parsed  # type: ignore[no-any-return]
        tokens = tokenize(self.text)
        return build(self.form.skeleton, Filling(tokens, self.form.slots(tokens)))  # type: ignore[no-any-return]

    def slots(self) -> dict[int, int]:
        """Where each word of a statement stands: start -> slot."""
        assert self.form is not None
        return {start: slot for slot, start in enumerate(starts_of_words(self.text, self.form))}

    def start_of_slot(self, slot: int) -> int:
        """Where a word of a statement stands."""
        assert self.form is not None
        return starts_of_words(self.text, self.form)[slot]

    @property
    def blank_start(self) -> int:
        """Where the first token stands, behind blanks and comments."""
        return end_of_trivia(self.text)

    def __repr__(self) -> str:
        return f"<{self.kind} {self.text.strip()!r}>"


class Block:
    """Some consecutive segments; `start` and `line` are where they begin, `index` is the block's place.

    `changes` counts how often the layer above has noted other facts at one of them.
    """

    __slots__ = ("_units", "changes", "index", "landmarks", "length", "line", "newlines", "segments", "start")

    def __init__(self, segments: list[Segment]) -> None:
        self.segments = segments
        self.index = self.start = self.line = self.changes = 0
        self.renumber()

    def renumber(self) -> None:
        """Bring what is derived from the members up to date."""
        for at, member in enumerate(self.segments):
            member.block, member.at = self, at
        self.length = sum([len(member.text) for member in self.segments])
        self.newlines = sum([member.newlines for member in self.segments])
        self.landmarks = [member for member in self.segments if member.kind != STATEMENT]
        self._units: dict[str, int] = {}

    def units(self, encoding: str) -> int:
        """Length of the whole block in units of an encoding."""
        if encoding not in self._units:
            self._units[encoding] = sum([units(member.text, encoding) for member in self.segments])
        return self._units[encoding]


def chunks(text: str, start: int = 0) -> Iterator[str]:
    """Cut a text behind every `;`, `{` and `}` that stands in no comment and no string."""
    for match in _TERMINATOR.finditer(text, start):
        if match.end() - match.start() == 1 and text[match.start()] in ";{}":
            yield text[start : match.end()]
            start = match.end()
    if start < len(text):
        yield text[start:]


def without_comments(text: str) -> str:
    """The text with comments replaced by blanks of the same length."""
    return _COMMENT.sub(lambda match: " " * len(match[0]) if match[0][0] == "#" else match[0], text)


def parsed_segment(
    kind: str, chunk: str, skeleton: Skeleton, tokens: list[Token], language: Language = "graph"
) -> Segment:
    """The segment of a chunk that parses."""
    if kind != STATEMENT:
        found = Segment(kind, chunk)
        found.parsed = build(skeleton, Filling(tokens, {}))
        return found
    form = known_forms.of(chunk, skeleton, tokens, language)
    return Segment(STATEMENT, chunk, form, unquoted(form.words(tokens)))


def unquoted(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words with tract's quoted identifiers resolved to the names they mean."""
    return tuple([unquote(word) if word[:2] in ("i'", 'i"') else word for word in words])


def kind_of(tokens: list[Token], language: Language) -> str:
    """The kind of a segment, by its first token."""
    first, last = tokens[0].kind, tokens[-1].kind
    if first in "VEFG" and language == "graph" and not (len(tokens) > 1 and tokens[1].kind in "=,"):
        return {"V": VERSION, "E": EXTENSION, "F": FRAGMENT, "G": GRAPH}[first]
    if len(tokens) == 1 and last in "};{":
        return CLOSE if last == "}" and language == "graph" else STRAY
    return STATEMENT


def start_symbol(kind: str, tokens: list[Token], language: Language) -> str:
    """The start symbol for a segment of this kind."""
    if kind == FRAGMENT:
        return "fragment_declaration" if tokens[-1].kind == ";" else "fragment_head"
    if kind == GRAPH:
        return "graph_head"
    if kind == STATEMENT:
        return "quantization" if language == "quant" else "assignment"
    return kind


def depth_of(skeleton: Skeleton) -> int:
    """How deep a skeleton is nested.  A sum of many terms is a chain to the left, not a nesting: all that reads trees goes
    along it without recursion."""
    deepest = 0
    pending = [(skeleton, 1)]
    while pending:
        item, depth = pending.pop()
        deepest = max(deepest, depth)
        for index, part in enumerate(item.parts):
            if isinstance(part, Skeleton):
                is_chain = item.rule == part.rule == "binary" and index == 0
                pending.append((part, depth + (not is_chain)))
    return deepest
