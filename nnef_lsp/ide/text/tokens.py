"""What each token of a segment is for, told from the tokens alone, so that it works while a statement is being typed.

A statement that somebody types does not parse most of the time, and then there is no tree.  Every question of an
editor about the place of the cursor is answered from here; trees are only asked for values.

Not here: what a name means in the document (`names/symbols.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from ...model.extents.parse import symbol_spans
from ...model.operations.dialect import Dialect
from ...model.operations.dialects import DIALECTS
from ...syntax.segments import EXTENSION, FRAGMENT, GRAPH, STATEMENT, Segment
from ...syntax.tokens import GENERIC, KEYWORDS, NAME, STRING, Token, tokenize, unquote

Role = Literal[
    "target", "value", "callee", "argument", "iterator", "declared", "parameter", "result", "type", "input", "output",
    "enabled", "registry", "symbolic", "key", "text", "other",
]  # fmt: skip
"""Roles of tokens.  "declared" is the name of a fragment or graph, "enabled" an extension, "registry" and "symbolic" what
the extension lines of a dialect name, "key" the tensor of a quantization, "text" any other string; "other" is whatever is
neither a name nor a string."""
TARGET: Final = "target"
VALUE: Final = "value"
CALLEE: Final = "callee"
ARGUMENT: Final = "argument"
ITERATOR: Final = "iterator"
DECLARED: Final = "declared"
PARAMETER: Final = "parameter"
RESULT: Final = "result"
TYPE: Final = "type"
INPUT: Final = "input"
OUTPUT: Final = "output"
ENABLED: Final = "enabled"
REGISTRY: Final = "registry"
SYMBOLIC: Final = "symbolic"
KEY: Final = "key"
TEXT: Final = "text"
OTHER: Final = "other"

_CLOSERS = {")": "(", "]": "[", "}": "{"}
_KEYWORD_KINDS = frozenset(KEYWORDS.values())


class Word(NamedTuple):
    """A token with its role.

    `call` is the place of the callee (in the list of words) of the innermost call around it, -1 outside of calls;
    `number` counts the arguments of that call from 0; `named` is the place of the argument's name, -1 if it has none.
    """

    kind: str
    text: str
    start: int
    end: int
    role: Role
    call: int = -1
    number: int = 0
    named: int = -1

    @property
    def name(self) -> str:
        """The name that it spells."""
        return unquote(self.text)

    @property
    def is_keyword(self) -> bool:
        """Whether it is a reserved word."""
        return self.kind in _KEYWORD_KINDS


def words_of(segment: Segment, language: str = "graph") -> list[Word]:
    """The words of a segment."""
    tokens = tokenize(segment.text)
    named = {problem.foreign for problem in segment.problems} & KEYWORDS.keys()
    if named:  # keywords that stand where only a name can
        head = 0 if segment.kind == STATEMENT else 1
        tokens[head:] = [token._replace(kind=NAME) if token.text in named else token for token in tokens[head:]]
    return words_in(tokens, segment.kind, language)


def words_in(tokens: list[Token], kind: str, language: str = "graph") -> list[Word]:
    """The words of tokens that make, or will make, a segment of this kind."""
    if kind == FRAGMENT:
        return _fragment_head(tokens)
    if kind == GRAPH:
        return _graph_head(tokens)
    if kind == EXTENSION:
        return _extension(tokens)
    return _Statement(tokens, language).words


def word_at(words: list[Word], offset: int) -> int:
    """The place of the name, string or number at an offset relative to the segment, else of whatever stands there; -1
    for blanks.  Right behind a name counts as on it."""
    best = -1
    for place, word in enumerate(words):
        if word.start > offset:
            break
        named = word.role != OTHER or word.is_keyword
        if offset < word.end and (named or best < 0):
            return place
        if offset == word.end and named:
            best = place
    return best


def _extension(tokens: list[Token]) -> list[Word]:
    """An extension line: names of extensions, or the name of one and what a dialect lets it say."""
    name = tokens[1].text if len(tokens) > 1 else ""
    dialect = next((dialect for dialect in DIALECTS.values() if name and name in _with_payload(dialect)), None)
    if dialect is None:
        return [Word(*token, ENABLED if token.kind == NAME else OTHER) for token in tokens]
    words = [Word(*tokens[0], OTHER), Word(*tokens[1], ENABLED)]
    inner = [token for token in tokens[2:] if token.text != ";"]
    if not inner:
        return words + [Word(*token, OTHER) for token in tokens[2:]]
    begin = inner[0].start
    text = ""
    for token in inner:
        text += " " * (token.start - begin - len(text)) + token.text
    role: Role = REGISTRY if name == dialect.registry_extension else SYMBOLIC
    spans = [(0, len(text))] if len(inner) == 1 and inner[0].kind == NAME else []
    if name == dialect.assertion_extension:
        spans = list(symbol_spans(text))
    names = [Word(NAME, text[start:end], begin + start, begin + end, role) for start, end in spans]
    rest = [Word(*token, OTHER) for token in tokens[2:] if not any(a.start <= token.start < a.end for a in names)]
    return words + sorted([*names, *rest], key=lambda word: word.start)


def _with_payload(dialect: Dialect) -> tuple[str, ...]:
    return dialect.registry_extension, dialect.symbol_extension, dialect.assertion_extension


def item_of(words: Sequence[Word], at: int) -> int:
    """Which item of the tuple around it a word is, counted from 0; -1 outside of tuples.

    The parentheses of a call are not a tuple.
    """
    depth = item = 0
    call = words[at].call
    opening = next((place for place in range(call + 1, at) if words[place].text == "("), -1) if call >= 0 else -1
    for before in range(at - 1, call, -1):
        text = words[before].text
        if words[before].role != OTHER:
            continue
        if text in (")", "]"):
            depth += 1
        elif text in ("(", "["):
            if not depth:
                return item if text == "(" and before != opening else -1
            depth -= 1
        elif text == "," and not depth:
            item += 1
    return -1


def _fragment_head(tokens: list[Token]) -> list[Word]:
    words: list[Word] = []
    behind_arrow = False
    for place, token in enumerate(tokens):
        role: Role = OTHER
        behind_arrow |= token.kind == "A"
        following = tokens[place + 1].kind if place + 1 < len(tokens) else ""
        if token.kind == NAME:
            if not any(word.role == DECLARED for word in words):
                role = DECLARED
            elif following == ":":
                role = RESULT if behind_arrow else PARAMETER
            else:
                role = TYPE
        elif token.kind == STRING:
            role = TEXT
        words.append(Word(*token, role))
    return words


def _graph_head(tokens: list[Token]) -> list[Word]:
    words, behind_arrow, named = [], False, False
    for token in tokens:
        behind_arrow |= token.kind == "A"
        role: Role = OTHER
        if token.kind == NAME:
            role = (OUTPUT if behind_arrow else INPUT) if named else DECLARED
            named = True
        words.append(Word(*token, role))
    return words


class _Frame:
    """A bracket that is open; `call` is the innermost frame of a call, itself or one around it."""

    __slots__ = ("bracket", "call", "callee", "index", "named")

    def __init__(self, bracket: str, callee: int, around: _Frame | None) -> None:
        self.bracket, self.callee, self.index, self.named = bracket, callee, 0, -1
        self.call: _Frame | None = self if callee >= 0 else around


class _Statement:
    """Reads the tokens of a statement once, with the brackets that are open."""

    def __init__(self, tokens: list[Token], language: str) -> None:
        self.tokens = tokens
        self.words: list[Word] = []
        self.frames: list[_Frame] = []
        self.open = {"(": 0, "[": 0, "{": 0}
        self.left = self._left_side(language)
        self.iterators = self._iterators()
        for place, token in enumerate(tokens):
            self._take(place, token)

    def _left_side(self, language: str) -> int:
        """Place of the `=` behind the names that are defined; 0 if there is none."""
        if language == "quant":
            return 0
        depth = 0
        for place, token in enumerate(self.tokens):
            if token.kind in "([{":
                depth += 1
            elif token.kind in ")]}":
                depth -= 1
            elif token.kind == "=" and depth <= 0:
                return place
        alone = self.tokens and self.tokens[0].kind == NAME and self._kind(1) in ("", ";", ",")
        return len(self.tokens) if alone else 0

    def _iterators(self) -> set[str]:
        found: set[str] = set()
        inside = False
        for token in self.tokens:
            if token.kind == "f":
                inside = True
            elif token.kind == "i":
                inside = False
            elif inside and token.kind == NAME:
                found.add(token.text)
        return found

    def _kind(self, place: int) -> str:
        return self.tokens[place].kind if 0 <= place < len(self.tokens) else ""

    def _take(self, place: int, token: Token) -> None:
        if token.kind in _CLOSERS:
            self._close(_CLOSERS[token.kind])
        frame = self._call()
        if token.kind == "," and self.frames:
            self._add(token, OTHER, frame)
            self.frames[-1].index += 1
            self.frames[-1].named = -1
            return
        role = self._role(place, token)
        if role == ARGUMENT and frame is not None:
            frame.named = place
        self._add(token, role, frame)
        if token.kind in ("(", "[", "{"):
            callee = self._callee_before(place) if token.kind == "(" else -1
            self.frames.append(_Frame(token.kind, callee, self._call()))
            self.open[token.kind] += 1

    def _add(self, token: Token, role: Role, frame: _Frame | None) -> None:
        inside = (frame.callee, frame.index, frame.named) if frame is not None else (-1, 0, -1)
        self.words.append(Word(*token, role, *inside))

    def _call(self) -> _Frame | None:
        """The innermost call that is open."""
        return self.frames[-1].call if self.frames else None

    def _close(self, bracket: str) -> None:
        """Close the innermost bracket of this sort, and what was left open inside."""
        while self.open[bracket]:
            frame = self.frames.pop()
            self.open[frame.bracket] -= 1
            if frame.bracket == bracket:
                return

    def _callee_before(self, place: int) -> int:
        before = place - 1
        if self._kind(before) == GENERIC:
            before -= 1
        return before if 0 <= before < len(self.words) and self.words[before].role == CALLEE else -1

    def _role(self, place: int, token: Token) -> Role:
        if token.kind == STRING:
            return KEY if place == 0 and self._kind(1) == ":" else TEXT
        if token.kind != NAME:
            return OTHER
        following = self._kind(place + 1)
        if place < self.left:
            return TARGET
        if following == "(" or (following == GENERIC and self._kind(place + 2) in ("(", "")):
            return CALLEE
        in_call = bool(self.frames) and self.frames[-1].callee >= 0
        if following == "=" and in_call and self._kind(place - 1) in ("(", ","):
            return ARGUMENT
        return ITERATOR if token.text in self.iterators else VALUE
