"""Layout: a document with one statement per line, four spaces inside of braces, and lines of at most 120 columns.

Only blanks and the ends of lines change: tokens and comments stay as they are and in their order.  Comments stay on
their line and in their column where there is room, one blank line stays between statements.  A statement with a comment
in its middle keeps its lines, since the comment belongs to one of them.

Not here: blanks inside of a line (`spacing.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from .forms import Form
from .nodes import Extension
from .segments import CLOSE, EXTENSION, FRAGMENT, GRAPH, Segment
from .source import Source
from .spacing import CLOSING, OPENING, joined, single_tokens
from .structure import structure_of
from .tokens import BLANK, NAME, NUMBER, STRING, Language, Token, tokenize

WIDTH, INDENT = 120, 4
_PIECE = re.compile(rf"(?P<comment>\#[^\n\f]*)|(?P<blank>{BLANK}+)")
_END = re.compile(r"[\n\f]")
_NO_BLANKS = str.maketrans("", "", " \t\v\f\r\n")
_PLAIN = {NAME, NUMBER, STRING, "-", "t", "r"}


def formatted(text: str, language: Language = "graph") -> str | None:
    """The text in our layout; None if it does not parse, for then nobody knows what belongs together."""
    newline = "\r\n" if 2 * text.count("\r\n") > text.count("\n") else "\n"
    source = Source(text.replace("\r\n", "\n"), language)
    if any(segment.problems for segment in source) or (language == "graph" and structure_of(source).problems):
        return None
    found = _Printer().document(source)
    if found.translate(_NO_BLANKS) != text.translate(_NO_BLANKS):  # a text is worth more than its looks
        return None
    return found.replace("\n", newline)


class _Comment(NamedTuple):
    """A comment in leading trivia; `newlines` before it, and the column it stood in."""

    text: str
    newlines: int
    column: int


@dataclass(slots=True)
class _Row:
    """Tokens that stand on a line together, and the comment behind them."""

    tokens: list[Token] = field(default_factory=list)
    comment: str = ""
    column: int = 0


class _Printer:
    """Writes segments one after the other; `inside` tells whether a body is open."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.inside = False
        self.templates: dict[Form, list[str | int]] = {}
        """How the statements of a form look on one line: texts, and slots of words in between."""
        self.fresh = True
        """Whether nothing stands before in this body or document: then there are no blank lines to keep."""

    def document(self, source: Source) -> str:
        column = 0
        kind_before = ""
        for segment in source:
            comments, newlines, start = _leading(segment.text, column)
            self._comments(comments, closing=segment.kind == CLOSE, first=not self.lines)
            code = segment.text[start:]
            if code.strip():
                apart = segment.kind in (FRAGMENT, GRAPH) and kind_before and not comments
                self._blank_line(newlines >= 2 or (bool(apart) and kind_before != segment.kind), segment.kind)
                self._segment(segment, code, _column(segment.text[:start], column))
                kind_before = segment.kind
            column = _column(segment.text, column)
        return "".join(line + "\n" for line in self.lines)

    def _comments(self, comments: list[_Comment], closing: bool, first: bool) -> None:
        """Comments before a segment; one on the line of what is before stays there."""
        for comment in comments:
            if not comment.newlines and not first and self.lines and not self.lines[-1].lstrip().startswith("#"):
                self.lines[-1] = _with_comment(self.lines[-1], comment.text, comment.column)
                continue
            self._blank_line(comment.newlines >= 2, "")
            self.lines.append(self._indent + comment.text)
            self.fresh = False

    def _blank_line(self, wanted: bool, kind: str) -> None:
        if wanted and self.lines and not self.fresh and kind != CLOSE:
            self.lines.append("")

    @property
    def _indent(self) -> str:
        return " " * INDENT if self.inside else ""

    def _segment(self, segment: Segment, code: str, column: int) -> None:
        self.fresh = False
        if segment.kind == CLOSE:
            self.inside = False
            self.lines.append("}")
            return
        tree = segment.tree() if segment.kind == EXTENSION else None
        if isinstance(tree, Extension) and tree.payload:
            self.lines.append(code.strip())  # a vendor's own language
            return
        line = self._known_line(segment)
        if line is not None:
            self.lines.append(line)
            return
        opens = segment.kind in (FRAGMENT, GRAPH) and code[-1:] == "{"
        body = code[:-1] if opens else code
        head = segment.kind in (FRAGMENT, GRAPH)
        if _has_comment(body):
            self.lines += _as_written(body, column, self._indent, head)
        else:
            self.lines += laid_out(single_tokens(tokenize(body)), self._indent, head)
        if opens:
            self.lines.append("{")
            self.inside = self.fresh = True

    def _known_line(self, segment: Segment) -> str | None:
        """A statement on one line, by its form; None if it is not that simple."""
        form, text = segment.form, segment.text
        if form is None or "#" in text or "i'" in text or 'i"' in text:
            return None
        template = self.templates.get(form)
        if template is None:
            template = self.templates[form] = _template(segment)
        words = segment.words
        line = self._indent + "".join([piece if isinstance(piece, str) else words[piece] for piece in template])
        return line if len(line) <= WIDTH else None


def _template(segment: Segment) -> list[str | int]:
    slots = segment.slots()
    tokens = [
        token._replace(text=f"\0{slots[token.start]}\0") if token.start in slots else token
        for token in single_tokens(tokenize(segment.text))
    ]
    return [int(piece) if place % 2 else piece for place, piece in enumerate(joined(tokens).split("\0"))]


# -- trivia ------------------------------------------------------------------------------------------------------


def _leading(text: str, column: int) -> tuple[list[_Comment], int, int]:
    """The comments before the first token, the newlines behind the last of them, and where the first token is."""
    comments: list[_Comment] = []
    newlines = at = 0
    while (match := _PIECE.match(text, at)) is not None:
        if match.lastgroup == "comment":
            comments.append(_Comment(match[0].rstrip(), newlines, _column(text[:at], column)))
            newlines = 0
        else:
            newlines += len(_END.findall(match[0]))
        at = match.end()
    return comments, newlines, at


def _column(text: str, column: int) -> int:
    """The column behind a text that begins in a column."""
    line = max(text.rfind("\n"), text.rfind("\f")) + 1
    width = len(text[line:].expandtabs(INDENT))
    return width if line else column + width


def _with_comment(line: str, comment: str, column: int) -> str:
    """A line with a comment behind it, in its old column unless it is in the way or out of sight."""
    gap = column - len(line) if len(line) < column <= WIDTH - INDENT else 1
    return line + " " * gap + comment


def _has_comment(code: str) -> bool:
    return "#" in code and any(row.comment for row in _rows(code, 0))


# -- lines -------------------------------------------------------------------------------------------------------


def _rows(code: str, column: int) -> list[_Row]:
    """The tokens of a text, which begins in a column, by the lines in which they stand."""
    tokens = single_tokens(tokenize(code))
    rows = [_Row()]
    at = 0
    for token in [*tokens, None]:
        gap = code[at : token.start if token else len(code)]
        for match in _PIECE.finditer(gap):
            if match.lastgroup == "comment":
                rows[-1].comment = match[0].rstrip()
                rows[-1].column = _column(code[: at + match.start()], column)
            elif _END.search(match[0]):
                rows.append(_Row())
        if token:
            rows[-1].tokens.append(token)
            at = token.end
    return [row for row in rows if row.tokens or row.comment]


def _as_written(code: str, column: int, indent: str, head: bool) -> list[str]:
    """A statement in the lines of its author, indented by its brackets."""
    lines = []
    brackets = ""
    for number, row in enumerate(_rows(code, column)):
        closers = 0
        while closers < len(row.tokens) and row.tokens[closers].kind in CLOSING:
            closers += 1
        depth = max(0, len(brackets) - closers)
        extra = INDENT * (depth if depth or closers or not number else 1)
        line = indent + " " * extra + joined(row.tokens, head, brackets) if row.tokens else indent + " " * (extra - 1)
        if row.comment:
            line = _with_comment(line, row.comment, row.column) if row.tokens else indent + " " * extra + row.comment
        lines.append(line)
        for token in row.tokens:
            brackets = (
                brackets + token.kind if token.kind in OPENING else brackets[:-1] if token.kind in CLOSING else brackets
            )
    return lines


def laid_out(tokens: list[Token], indent: str, head: bool = False, brackets: str = "") -> list[str]:
    """Tokens on one line, or with the longest of their brackets opened: one argument per line, numbers side by side."""
    line = indent + joined(tokens, head, brackets)
    if len(line) <= WIDTH:
        return [line]
    group = _longest_group(tokens)
    if group is None:
        return [line]
    opening, closing = group
    inner = brackets + tokens[opening].kind
    items = _items(tokens[opening + 1 : closing])
    deeper = indent + " " * INDENT
    lines = laid_out(tokens[: opening + 1], indent, head, brackets)
    if tokens[opening].kind == "[" and all(
        token.kind in _PLAIN for item in items for token in item if token.kind != ","
    ):
        lines += _filled([joined(item, head, inner) for item in items], deeper)
    else:
        for item in items:
            lines += laid_out(item, deeper, head, inner)
    return lines + laid_out(tokens[closing:], indent, head, inner)


def _longest_group(tokens: list[Token]) -> tuple[int, int] | None:
    """The longest pair of brackets, not inside of another pair, that holds something and closes."""
    found: tuple[int, int] | None = None
    longest = 0
    stack: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind in OPENING:
            stack.append(index)
        elif token.kind in CLOSING and stack:
            start = stack.pop()
            length = sum([len(inner.text) for inner in tokens[start:index]]) if not stack and index > start + 1 else 0
            if length > longest:
                found, longest = (start, index), length
    return found


def _items(tokens: list[Token]) -> list[list[Token]]:
    """What stands between the commas, each with the comma behind it."""
    found: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        found[-1].append(token)
        depth += (token.kind in OPENING) - (token.kind in CLOSING)
        if token.kind == "," and not depth:
            found.append([])
    return found


def _filled(items: list[str], indent: str) -> list[str]:
    """Short items side by side in as few lines as they need."""
    lines = [indent + items[0]]
    for item in items[1:]:
        if len(lines[-1]) + 1 + len(item) <= WIDTH:
            lines[-1] += " " + item
        else:
            lines.append(indent + item)
    return lines
