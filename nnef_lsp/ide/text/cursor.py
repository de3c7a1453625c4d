"""Where the cursor is while somebody types: the words before it, and what the word being typed will be.

The statement at the cursor need not be one yet: a name is imagined at the cursor, and its role is the answer.

Not here: what fits there (`completion/proposals.py`, `completion/signature.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ...model.analysis.analysis import Analysis
from ...model.operations.declarations import Operation, Parameter
from ...model.quantization.analysis import QuantAnalysis
from ...syntax.segments import BLANKS, Segment, kind_of
from ...syntax.source import Source
from ...syntax.structure import Body, place
from ...syntax.tokens import NAME, UNTERMINATED, Token, tokenize
from . import tokens as w
from .bodies import body_of

_UNFINISHED = ";{}"
_LONGEST = 1000
"""Characters that are looked at for the end of a word."""


@dataclass(frozen=True)
class Cursor:
    """`typed` is what stands of the word at the cursor, `word` that word as imagined, `words` all up to it.

    `start` is the offset in the document where `typed` begins, `end` where the word ends that the cursor may be in the
    middle of; `in_string` is the quote that is open.
    """

    segment: Segment
    body: Body | None
    kind: str
    words: list[w.Word]
    word: w.Word
    typed: str
    start: int
    in_string: str = ""
    end: int = 0

    def operation(self, analysis: Analysis | QuantAnalysis) -> Operation | None:
        """The operation whose call the cursor is in."""
        return analysis.operations.get(self.words[self.word.call].name) if self.word.call >= 0 else None

    def parameter(self, operation: Operation) -> Parameter | None:
        """The parameter that the argument at the cursor is for."""
        if self.word.named >= 0:
            return operation.by_name.get(self.words[self.word.named].name)
        return operation.parameters[self.word.number] if self.word.number < len(operation.parameters) else None

    def begins_argument(self) -> bool:
        """Whether the word at the cursor is the first of an argument, where the argument's name could stand."""
        if self.word.call < 0 or self.word.named >= 0 or not self.words or self.words[-1].text not in ("(", ","):
            return False
        depth = 0
        for word in self.words[self.word.call + 1 :]:
            if word.role == w.OTHER:
                depth += (word.text in ("(", "[")) - (word.text in (")", "]"))
        return depth == 1

    def given(self) -> set[str]:
        """Names of the arguments that are given in the call before the cursor."""
        return {word.name for word in self.words if word.role == w.ARGUMENT and word.call == self.word.call}


def cursor_at(analysis: Analysis, offset: int) -> Cursor | None:
    """The cursor at an offset of a graph document; None within a comment."""
    cursor = cursor_in(analysis.source, offset)
    return cursor and replace(cursor, body=_body(analysis, cursor.segment, bool(cursor.words or cursor.typed)))


def cursor_in(source: Source, offset: int) -> Cursor | None:
    """The cursor at an offset of any document, whatever body that is in."""
    language = source.language
    segment = source.segment_at(offset)
    if segment is None:
        return None
    begin = source.start_of(segment)
    text = segment.text[: offset - begin]
    before = _before(segment) if not text.strip() else None
    if before is not None and before.kind != BLANKS and before.text[-1:] not in _UNFINISHED:
        # what was typed so far does not parse, and was cut off where the next line begins something that does
        segment, begin, text = before, begin - len(before.text), before.text + text
    tokens = tokenize(text)
    behind = text[tokens[-1].end :] if tokens else text
    if "#" in behind and "\n" not in behind[behind.rfind("#") :]:
        return None
    typed, quote = "", ""
    if tokens and tokens[-1].end == len(text):
        last = tokens[-1]
        if last.kind == UNTERMINATED:
            typed, quote = last.text[1:], last.text[0]
            tokens.pop()
        elif last.text[0].isalpha() or last.text[0] == "_":
            typed = last.text
            tokens.pop()
    kind = kind_of(tokens, language) if tokens else "statement"
    words = w.words_in([*tokens, Token(NAME, "x", len(text), len(text))], kind, language)
    end = offset + _rest_of_word(source.slice(offset, offset + _LONGEST), quote)
    return Cursor(segment, None, kind, words[:-1], words[-1], typed, offset - len(typed), quote, end)


def _rest_of_word(behind: str, quote: str) -> int:
    """How many characters behind the cursor belong to the word it is in; of a string all up to its quote."""
    closed = re.match(rf"[^{quote}\n#;]*(?={quote})", behind) if quote else None
    word = closed or re.match(r"\w*", behind)
    return word.end() if word is not None else 0


def _before(segment: Segment) -> Segment | None:
    block = segment.block
    if block is None:
        return None
    return block.segments[segment.at - 1] if segment.at else None


def _body(analysis: Analysis, segment: Segment, begun: bool) -> Body | None:
    """The body that the cursor is in; a head that is not begun yet is outside of it."""
    body = body_of(analysis, segment)
    if body is not None and body.head is segment and not begun:
        return _open_before(analysis, segment)
    return body


def _open_before(analysis: Analysis, segment: Segment) -> Body | None:
    """The body before a segment that has no end yet."""
    here = place(segment)
    for body in analysis.structure.bodies():
        if body.has_statements and body.close is segment and place(body.head) < here:
            return body
    return None
