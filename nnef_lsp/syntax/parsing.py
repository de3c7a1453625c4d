"""From a chunk of text to its segments: by its form if that is known, else parsed, else recovered.

Not here: what a segment is (`segments.py`), what a broken text still says (`recovery.py`).
"""

from __future__ import annotations

import re

from .forms import TARGET, known_forms, outline
from .nodes import Extension, Identifier
from .segments import (
    BLANKS,
    CLOSE,
    EXTENSION,
    FRAGMENT,
    GRAPH,
    MAX_DEPTH,
    STATEMENT,
    STRAY,
    VERSION,
    Segment,
    SyntaxProblem,
    depth_of,
    kind_of,
    parsed_segment,
    start_symbol,
    unquoted,
    without_comments,
)
from .templates import Failure, parse_template
from .tokens import TOKEN, Language, Token, tokenize, unquote

MAX_CHUNK, MAX_TOKENS = 1_000_000, 300_000
"""A chunk longer than the one may have at most the other of tokens; a long array of numbers is one token."""
_BRACKET = re.compile(r"[()\[\]]")


def segment(chunk: str, language: Language = "graph") -> list[Segment]:
    """The segment that a chunk is; several if it is broken in a way that leaves several statements recognisable."""
    quick = outline(chunk, language)
    form = known_forms.get(quick.key) if quick is not None else None
    if quick is None or form is None:
        return _parse(chunk, language)
    words = quick.words
    if "i'" in chunk or 'i"' in chunk:
        words = unquoted(words)
    return [Segment(STATEMENT, chunk, form, words)]


def _parse(chunk: str, language: Language) -> list[Segment]:
    """Parse a chunk of a form not seen before."""
    from .recovery import recover  # only a broken text needs it

    if len(chunk) > MAX_DEPTH and (_depth_of_brackets(chunk) > MAX_DEPTH or len(chunk) > MAX_CHUNK):
        problem = _too_much(chunk)
        if problem is not None:
            return [_refused(chunk, problem)]
    tokens = tokenize(chunk)
    if not tokens:
        return [Segment(BLANKS, chunk)]
    kind = kind_of(tokens, language)
    if kind == CLOSE:
        return [Segment(CLOSE, chunk)]
    if kind == STRAY:
        return [Segment(STRAY, chunk)]
    if kind == EXTENSION and _is_vendor_extension(tokens):
        return [_vendor_extension(chunk, tokens)]
    skeleton = parse_template(start_symbol(kind, tokens, language), "".join([token.kind for token in tokens]))
    if isinstance(skeleton, Failure) or depth_of(skeleton) > MAX_DEPTH:
        return recover(chunk, tokens, language, segment)
    return [parsed_segment(kind, chunk, skeleton, tokens, language)]


def _depth_of_brackets(chunk: str) -> int:
    """How deep brackets are open at most, roughly: those in strings and comments count too."""
    if chunk.count("(") + chunk.count("[") <= MAX_DEPTH:
        return 0
    depth = deepest = 0
    for bracket in _BRACKET.findall(chunk):
        depth += 1 if bracket in "([" else -1
        deepest = max(deepest, depth)
    return deepest


def _too_much(chunk: str) -> SyntaxProblem | None:
    """What is wrong with a chunk that would take the parser too long."""
    count = depth = deepest = 0
    first = None
    for match in TOKEN.finditer(chunk):
        if match.lastgroup == "w":
            continue
        first = first or match
        count += 1
        word = match.group()
        depth += (word in ("(", "[")) - (word in (")", "]"))
        deepest = max(deepest, depth)
        if count > MAX_TOKENS or deepest > MAX_DEPTH:
            break
    if first is None or (count <= MAX_TOKENS and deepest <= MAX_DEPTH):
        return None
    reason = (
        f"is nested more than {MAX_DEPTH} levels deep" if deepest > MAX_DEPTH else f"has more than {MAX_TOKENS} parts"
    )
    return SyntaxProblem(first.start(), first.end(), f"this expression {reason}: split it into several statements")


def _refused(chunk: str, problem: SyntaxProblem) -> Segment:
    """A chunk that is not even parsed, with the name that it defines."""
    word = chunk[problem.start : problem.end]
    target = TARGET.match(without_comments(chunk))
    found = Segment(word if word in (VERSION, EXTENSION, FRAGMENT, GRAPH) else STATEMENT, chunk)
    found.words = (unquote(target[1]),) if target and found.kind == STATEMENT else ()
    found.problems = (problem,)
    return found


def _is_vendor_extension(tokens: list[Token]) -> bool:
    """Whether more stands behind the first name than a list; names that begin with KHR_ are the specification's own."""
    return (
        len(tokens) > 3
        and tokens[2].kind not in (",", ";")
        and not tokens[1].text.startswith("KHR_")
        and tokens[-1].kind == ";"
    )


_BLANKS_AND_COMMENTS = re.compile(r"(?:\s|#[^\n]*\n)*")
"""Between the name and the payload; within the payload '#' is whatever the vendor takes it for."""


def _vendor_extension(chunk: str, tokens: list[Token]) -> Segment:
    """An `extension` line whose first name is a vendor's: what follows the name is the vendor's own text."""
    name, end = tokens[1], tokens[-1].start
    found = Segment(EXTENSION, chunk)
    before = _BLANKS_AND_COMMENTS.match(chunk, name.end, end)
    begin = before.end() if before is not None else name.end
    names = [Identifier(name.start, name.end, name.text)]
    found.parsed = Extension(tokens[0].start, tokens[-1].end, names, chunk[begin:end].rstrip(), begin)
    return found
