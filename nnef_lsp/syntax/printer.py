"""Layout: a document with one statement per line, four spaces inside of braces, and lines of at most 120 columns.

Only blanks and the ends of lines change: tokens and comments stay as they are and in their order.  Comments stay on
their line and in their column where there is room, one blank line stays between statements.  A statement with a comment
in its middle keeps its lines, since the comment belongs to one of them.  What does not parse stays as it is, and so does
everything between comments `# fmt: off` and `# fmt: on` (or the end of the body) that stand between statements.

Segment by segment, each by itself and what stands before it, so that a statement costs the same in any document.

Not here: blanks inside of a line (`spacing.py`), edits that lead to the layout (`ide/text/formatting.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from .forms import Form
from .nodes import Extension
from .segments import BLANKS, CLOSE, EXTENSION, FRAGMENT, GRAPH, STATEMENT, STRAY, Segment
from .source import Source
from .spacing import CLOSING, OPENING, joined, single_tokens
from .structure import structure_of
from .tokens import KEYWORDS, NAME, NUMBER, STRING, Language, Token, tokenize
from .trivia import END, PIECE, Comment, column_at, column_behind, last_line, leading

WIDTH, INDENT = 120, 4
_NO_BLANKS = str.maketrans("", "", " \t\v\f\r\n")
_PLAIN = {NAME, NUMBER, STRING, "-", "t", "r"}
_SWITCH = re.compile(r"#\s*fmt:\s*(on|off)\b")


class Style(NamedTuple):
    """What an editor may choose: the text of one level of indentation, and how many columns a tab takes."""

    indent: str = " " * INDENT
    tab: int = INDENT

    def width(self, text: str) -> int:
        """The columns of a text at the beginning of a line."""
        return len(text.expandtabs(self.tab)) if "\t" in text else len(text)


OURS = Style()


def formatted(text: str, language: Language = "graph", style: Style = OURS) -> str | None:
    """The text in our layout; None if it does not parse, for then nobody knows what belongs together."""
    source = Source(text, language)
    if any(map(_unclear, source)) or (language == "graph" and structure_of(source).problems):
        return None
    return "".join([piece for _, piece in layout(source, style)])


def _unclear(segment: Segment) -> bool:
    """Whether a segment does not parse; one with a keyword in the place of a name does, and is a dialect's affair."""
    return any(problem.foreign not in KEYWORDS for problem in segment.problems)


def layout(
    source: Source,
    style: Style = OURS,
    first: Segment | None = None,
    last: Segment | None = None,
) -> Iterator[tuple[Segment, str]]:
    """Segments with their texts in our layout: all, or those from one to another."""
    printer = _Printer(style, source, first)
    newline = "\r\n" if _is_of_windows(source) else "\n"
    end = source.blocks[-1].segments[-1]
    for segment in _segments(source, first):
        piece = printer.piece(segment)
        if piece is not segment.text and newline != "\n":
            piece = piece.replace("\r\n", "\n").replace("\n", newline)
        if segment is end and (first is None or segment.kind == BLANKS) and not printer.kept:
            piece += newline if source.length else ""
        yield segment, piece
        if segment is last:
            return


def _segments(source: Source, first: Segment | None) -> Iterator[Segment]:
    if first is None:
        yield from source
        return
    block = first.block
    assert block is not None
    yield from block.segments[first.at :]
    for later in source.blocks[block.index + 1 :]:
        yield from later.segments


def _is_of_windows(source: Source) -> bool:
    """Whether most lines end as those of Windows do, by the first block of the text."""
    text = "".join([segment.text for segment in source.blocks[0].segments])
    return 2 * text.count("\r\n") > text.count("\n")


@dataclass(slots=True)
class _Row:
    """Tokens that stand on a line together, and the comment behind them."""

    tokens: list[Token] = field(default_factory=list)
    comment: str = ""
    column: int = 0


class _Printer:
    """Writes segments one after the other, from the beginning or from any of them."""

    def __init__(self, style: Style, source: Source, first: Segment | None) -> None:
        self.style = style
        self.graph = source.language == "graph"
        self.lines: list[str] = []
        """The last line so far, and behind it the lines of the segment at hand."""
        self.inside = False
        """Whether a body is open."""
        self.templates: dict[Form, list[str | int]] = {}
        """How the statements of a form look on one line: texts, and slots of words in between."""
        self.fresh = True
        """Whether nothing stands before in this body or document: then there are no blank lines to keep."""
        self.kind_before = ""
        self.column = 0
        self.off = self.kept = False
        """Whether the layout is switched off; whether the last segment was left as it is."""
        if first is not None:
            self._resume(source, first)

    def _resume(self, source: Source, first: Segment) -> None:
        """Take up what stands before a segment."""
        at = source.position_in(first, 0)
        self.column = at.column
        self.lines = [source.line_text(at.line)[: at.column]] if at.line or at.column else []
        for segment in source:
            if segment is first:
                return
            if "fmt:" in segment.text:
                self._switches(segment.text)
            if segment.kind != BLANKS:
                self._passed(segment)

    def piece(self, segment: Segment) -> str:
        """The text of the next segment in our layout."""
        text = segment.text
        begin = self._switches(text) if "fmt:" in text else 0
        self.off &= segment.kind != CLOSE
        self.kept = self.off or _unclear(segment) or segment.kind == STRAY
        self.kept |= segment.kind == STATEMENT and self.graph and not self.inside
        found = text if self.kept else self._laid_out(segment, text, begin)
        if self.kept or found.translate(_NO_BLANKS) != text.translate(_NO_BLANKS):
            found, self.kept = text, True  # a text is worth more than its looks
            self.lines = [last_line(text) if "\n" in text or not self.lines else self.lines[0] + text]
        self.lines = self.lines[-1:]
        self.column = column_behind(text, self.column, self.style.tab)
        if segment.kind != BLANKS:
            self._passed(segment)
        return found

    def _switches(self, text: str) -> int:
        """Heed `# fmt: off` and `# fmt: on` before the first token; the offset from which the layout is ours."""
        begin = at = 0
        while (match := PIECE.match(text, at)) is not None:
            switch = _SWITCH.match(match[0])
            at = match.end()
            if switch is not None:
                begin = at if switch[1] == "on" and self.off else begin
                self.off = switch[1] == "off"
        return begin

    def _passed(self, segment: Segment) -> None:
        """Note what a segment means for those behind it."""
        opens = segment.kind in (FRAGMENT, GRAPH, STRAY) and segment.text[-1:] == "{"
        if opens or segment.kind == CLOSE:
            self.inside = opens
        self.fresh = opens
        self.kind_before = segment.kind

    def _laid_out(self, segment: Segment, text: str, begin: int) -> str:
        """The text of a segment, of which all up to an offset stays as it is."""
        kept, text = text[:begin], text[begin:]
        if kept:
            self.lines = [last_line(kept)]
        column = column_behind(kept, self.column, self.style.tab)
        begun, before = bool(self.lines), self.lines[0] if self.lines else ""
        comments, newlines, start = leading(text, column, self.style.tab)
        self._comments(comments)
        code = text[start:]
        if code.strip():
            apart = segment.kind in (FRAGMENT, GRAPH) and self.kind_before and not comments
            self._blank_line(newlines >= 2 or (bool(apart) and self.kind_before != segment.kind), segment.kind)
            self._segment(segment, code, column_behind(text[:start], column, self.style.tab))
        found = "\n".join(self.lines)
        return kept + (found[len(before) :] if begun else found)

    def _comments(self, comments: list[Comment]) -> None:
        """Comments before a segment; one on the line of what is before stays there."""
        for comment in comments:
            if not comment.newlines and self.lines and not self.lines[-1].lstrip().startswith("#"):
                self.lines[-1] = _with_comment(self.lines[-1], comment.text, comment.column, self.style)
                continue
            self._blank_line(comment.newlines >= 2, "")
            self.lines.append(self._indent + comment.text)
            self.fresh = False

    def _blank_line(self, wanted: bool, kind: str) -> None:
        if wanted and self.lines and not self.fresh and kind != CLOSE:
            self.lines.append("")

    @property
    def _indent(self) -> str:
        return self.style.indent if self.inside else ""

    def _segment(self, segment: Segment, code: str, column: int) -> None:
        if segment.kind == CLOSE:
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
            self.lines += _as_written(body, column, self._indent, self.style, head)
        else:
            self.lines += laid_out(single_tokens(tokenize(body)), self._indent, self.style, head)
        if opens:
            self.lines.append("{")

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
        return line if self.style.width(line) <= WIDTH else None


def _template(segment: Segment) -> list[str | int]:
    slots = segment.slots()
    tokens = [
        token._replace(text=f"\0{slots[token.start]}\0") if token.start in slots else token
        for token in single_tokens(tokenize(segment.text))
    ]
    return [int(piece) if place % 2 else piece for place, piece in enumerate(joined(tokens).split("\0"))]


def _with_comment(line: str, comment: str, column: int, style: Style) -> str:
    """A line with a comment behind it, in its old column unless it is in the way or out of sight."""
    width = style.width(line)
    gap = column - width if width < column <= WIDTH - INDENT else 1
    return line + " " * gap + comment


def _has_comment(code: str) -> bool:
    return "#" in code and any(row.comment for row in _rows(code, 0, INDENT))


# -- lines -------------------------------------------------------------------------------------------------------


def _rows(code: str, column: int, tab: int) -> list[_Row]:
    """The tokens of a text, which begins in a column, by the lines in which they stand."""
    tokens = single_tokens(tokenize(code))
    rows = [_Row()]
    at = 0
    for token in [*tokens, None]:
        gap = code[at : token.start if token else len(code)]
        for match in PIECE.finditer(gap):
            if match.lastgroup == "comment":
                rows[-1].comment = match[0].rstrip()
                rows[-1].column = column_at(code, at + match.start(), column, tab)
            elif END.search(match[0]):
                rows.append(_Row())
        if token:
            rows[-1].tokens.append(token)
            at = token.end
    return [row for row in rows if row.tokens or row.comment]


def _as_written(code: str, column: int, indent: str, style: Style, head: bool) -> list[str]:
    """A statement in the lines of its author, indented by its brackets."""
    lines = []
    brackets = ""
    for number, row in enumerate(_rows(code, column, style.tab)):
        closers = 0
        while closers < len(row.tokens) and row.tokens[closers].kind in CLOSING:
            closers += 1
        depth = max(0, len(brackets) - closers)
        deeper = indent + style.indent * (depth if depth or closers or not number else 1)
        line = deeper + joined(row.tokens, head, brackets)
        if row.comment:
            line = _with_comment(line, row.comment, row.column, style) if row.tokens else deeper + row.comment
        lines.append(line)
        for token in row.tokens:
            brackets = (
                brackets + token.kind if token.kind in OPENING else brackets[:-1] if token.kind in CLOSING else brackets
            )
    return lines


def laid_out(tokens: list[Token], indent: str, style: Style, head: bool = False, brackets: str = "") -> list[str]:
    """Tokens on one line, or with the longest of their brackets opened: one argument per line, numbers side by side."""
    line = indent + joined(tokens, head, brackets)
    if style.width(line) <= WIDTH:
        return [line]
    group = _longest_group(tokens)
    if group is None:
        return [line]
    opening, closing = group
    inner = brackets + tokens[opening].kind
    items = _items(tokens[opening + 1 : closing])
    deeper = indent + style.indent
    lines = laid_out(tokens[: opening + 1], indent, style, head, brackets)
    if tokens[opening].kind == "[" and all(
        token.kind in _PLAIN for item in items for token in item if token.kind != ","
    ):
        lines += _filled([joined(item, head, inner) for item in items], deeper, style)
    else:
        for item in items:
            lines += laid_out(item, deeper, style, head, inner)
    return lines + laid_out(tokens[closing:], indent, style, head, inner)


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


def _filled(items: list[str], indent: str, style: Style) -> list[str]:
    """Short items side by side in as few lines as they need."""
    lines = [indent + items[0]]
    for item in items[1:]:
        if style.width(lines[-1]) + 1 + len(item) <= WIDTH:
            lines[-1] += " " + item
        else:
            lines.append(indent + item)
    return lines
