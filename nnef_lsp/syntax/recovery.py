"""What a broken text still says: one mistake gives one error, and the statements around it stay alive.

A chunk that does not parse is cut where a new line begins something that parses by itself; what lies before is one
broken segment with one error, which still tells which names it defines and reads.  What comes out depends on the text
of the chunk alone, so an edit elsewhere cannot change it.

Not here: the wording (`messages.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from . import segments as s
from .foreign_names import identifier_for, joined
from .forms import Form
from .messages import describe, describe_foreign, describe_missing, missing_closers
from .templates import LOOK, Failure, parse_from, parse_template
from .tokens import ILLEGAL, NAME, NUMBER, STRING, UNTERMINATED, Language, Token, tokenize, unquote

_SUBJECTS = {s.STATEMENT: "statement", s.FRAGMENT: "fragment", s.GRAPH: "graph"}
_MAX_CANDIDATES = 8
"""How many places to try to go on at: enough for a long invocation over many lines, and no more than linear time."""


class _Piece(NamedTuple):
    """Tokens up to `end` make one segment; `mark` is the terminator that it lacks but is understood without."""

    end: int
    kind: str
    problem: s.SyntaxProblem | None
    mark: str | None


Parse = Callable[[str, Language], list[s.Segment]]
"""From text and language to segments: what takes a piece that is whole."""


def recover(chunk: str, tokens: list[Token], language: Language, parse: Parse) -> list[s.Segment]:
    """The segments of a chunk that does not parse as one."""
    template = "".join([token.kind for token in tokens])
    whole = _with_foreign_names(chunk, tokens, template, language)
    if whole is not None:
        return [whole]
    found: list[s.Segment] = []
    begin = cut = 0
    while begin < len(tokens):
        piece = _next_piece(chunk, tokens, template, begin, language)
        end = len(chunk) if piece.end == len(tokens) else tokens[piece.end - 1].end
        found.extend(_segments(chunk[cut:end], piece, cut, language, parse))
        begin, cut = piece.end, end
    return found


def _with_foreign_names(chunk: str, tokens: list[Token], template: str, language: Language) -> s.Segment | None:
    """The segment of a chunk that has nothing wrong but names that are not identifiers; None for other chunks."""
    kind = s.kind_of(tokens, language)
    if language != "graph" or kind in (s.CLOSE, s.STRAY, s.VERSION, s.EXTENSION):
        return None
    start = s.start_symbol(kind, tokens, language)
    outcome = parse_template(start, template)
    again = joined(chunk, tokens, start, outcome) if isinstance(outcome, Failure) else None
    if again is None:
        return None
    wrong = [token for token in again if token.kind == NAME and identifier_for(token.text) != token.text]
    names = dict.fromkeys(token.text for token in wrong if token.text[-1] not in "'\"")
    places = [next(token for token in wrong if token.text == name) for name in names]
    problems = [
        s.SyntaxProblem(token.start, token.end, describe_foreign(token.text), foreign=token.text) for token in places
    ]
    shape = parse_template(start, "".join([token.kind for token in again]))
    if kind == s.STATEMENT and not isinstance(shape, Failure) and len(again) == len(tokens):
        if s.depth_of(shape) > s.MAX_DEPTH:
            return None
        form = Form(shape, again, language)  # not kept: its key, in which the keyword is one, is that of no form
        segment = s.Segment(kind, chunk, form, s.unquoted(form.words(again)))
        segment.parsed, segment.problems = form.exemplar, tuple(problems)
        return segment
    segment = _broken(chunk, kind, again, problems[0])
    segment.problems = tuple(problems)
    if kind != s.STATEMENT and not isinstance(shape, Failure):
        segment.parsed = s.parsed_segment(kind, chunk, shape, again).parsed
    return segment


def _next_piece(chunk: str, tokens: list[Token], template: str, begin: int, language: Language) -> _Piece:
    rest = [tokens[begin], tokens[-1]] if begin + 1 < len(tokens) else [tokens[begin]]
    kind = s.kind_of(rest, language)
    if kind in (s.CLOSE, s.STRAY):
        return _Piece(len(tokens), kind, None, None)
    start = s.start_symbol(kind, rest, language)
    outcome = parse_from(start, template, begin)
    if not isinstance(outcome, Failure):
        deep = s.depth_of(outcome) > s.MAX_DEPTH
        return _Piece(len(tokens), kind, _too_deep(rest) if deep else None, None)
    misspelt = _misspelt_head(template, begin) if kind == s.STATEMENT and language == "graph" else None
    if misspelt:
        kind = misspelt
        message = f"expected '{kind}', found '{rest[0].text}'"
        return _Piece(len(tokens), kind, s.SyntaxProblem(rest[0].start, rest[0].end, message), "")
    failed = begin + outcome.at
    marks = [mark for mark in (("{",) if kind == s.GRAPH else (";", "{")) if mark in outcome.accepts]
    if marks and failed > begin and _begins_anew(chunk, tokens, template, failed, start):
        body_follows = kind == s.FRAGMENT and failed < len(tokens) and tokens[failed].kind == NAME
        mark = "{" if body_follows else marks[0]
        return _Piece(failed, kind, _problem(chunk, tokens, begin, outcome, kind, mark), mark)
    problem = _problem(chunk, tokens, begin, outcome, kind)
    return _Piece(_resume(chunk, tokens, template, begin, failed, start), kind, problem, None)


def _segments(text: str, piece: _Piece, cut: int, language: Language, parse: Parse) -> list[s.Segment]:
    """The segment of a piece, with the problem's span made relative to it."""
    if piece.problem is None:
        return parse(text, language)
    problem = piece.problem._replace(
        start=piece.problem.start - cut, end=piece.problem.end - cut, at=piece.problem.at - cut
    )
    tokens = tokenize(text)
    if piece.mark is None:
        return [_broken(text, piece.kind, tokens, problem)]
    if piece.mark:
        tokens.append(Token(piece.mark, piece.mark, tokens[-1].end, tokens[-1].end))
    letter = {s.GRAPH: "G", s.FRAGMENT: "F", s.VERSION: "V", s.EXTENSION: "E"}.get(piece.kind, tokens[0].kind)
    template = letter + "".join([token.kind for token in tokens[1:]])
    skeleton = parse_template(s.start_symbol(piece.kind, tokens, language), template)
    if isinstance(skeleton, Failure) or s.depth_of(skeleton) > s.MAX_DEPTH:
        return [_broken(text, piece.kind, tokens, problem)]
    code = text[: tokens[-1].end] + piece.mark
    segment = s.parsed_segment(piece.kind, code, skeleton, tokens, language)
    parsed = segment.tree()
    found = s.Segment(piece.kind, text, segment.form, segment.words)
    found.parsed, found.problems = parsed, (problem,)
    return [found]


def _resume(chunk: str, tokens: list[Token], template: str, begin: int, failed: int, start: str) -> int:
    """Where to go on behind a failure: index of the token that begins the next segment."""
    last = len(tokens) - 1
    tried = 0
    first = failed + 1 if failed < len(tokens) and tokens[failed].kind == UNTERMINATED else failed
    for index in range(max(first, begin + 1), len(tokens)):
        kind = tokens[index].kind
        if kind in "VEFG":
            return index  # these words stand nowhere else
        if not _first_on_line(chunk, tokens, index):
            continue
        if kind == "}" and index == last:
            return index
        if kind in (NAME, "(", "[", STRING):
            tried += 1
            if _parses(chunk, tokens, template, index, start):
                return index
            if tried == _MAX_CANDIDATES:
                break
    if tokens[last].kind == "}" and last > begin and (failed == last or _balanced(tokens[begin:last])):
        return last
    return len(tokens)


def _parses(chunk: str, tokens: list[Token], template: str, index: int, start: str) -> bool:
    """Whether the tokens from an index on begin with a whole statement, perhaps one that lacks its semicolon."""
    if start in ("fragment_head", "fragment_declaration", "graph_head", "version", "extension"):
        start = "assignment"
    outcome = parse_from(start, template, index)
    if not isinstance(outcome, Failure):
        return True
    failed = index + outcome.at
    return ";" in outcome.accepts and (failed >= len(tokens) or _first_on_line(chunk, tokens, failed))


def _first_on_line(chunk: str, tokens: list[Token], index: int) -> bool:
    return index == 0 or "\n" in chunk[tokens[index - 1].end : tokens[index].start]


def _balanced(tokens: list[Token]) -> bool:
    return sum(token.kind in "([" for token in tokens) <= sum(token.kind in ")]" for token in tokens)


def _begins_anew(chunk: str, tokens: list[Token], template: str, index: int, start: str) -> bool:
    """Whether what stands at a token is the beginning of something else, or the end of the text."""
    if index >= len(tokens):
        return True
    kind = tokens[index].kind
    if kind in "VEFG" or (kind in "};" and index == len(tokens) - 1):
        return True
    if kind not in (NAME, "(", "[", STRING):
        return False
    return _first_on_line(chunk, tokens, index) or _parses(chunk, tokens, template, index, start)


def _misspelt_head(template: str, begin: int) -> str | None:
    """The kind of a head of which everything is there but its keyword: `grph g(x) -> (y) {`."""
    if template[begin] != NAME or len(template) < begin + 3 or template[begin + 1] not in "n0":
        return None
    for kind, rule in ((s.GRAPH, "graph_head"), (s.FRAGMENT, "fragment_head"), (s.VERSION, "version")):
        letter = kind[0].upper()
        outcome = parse_template(rule, letter + template[begin + 1 : begin + LOOK])
        if isinstance(outcome, Failure) and outcome.at == LOOK:
            outcome = parse_template(rule, letter + template[begin + 1 :])
        if not isinstance(outcome, Failure):
            return kind
    return None


def _problem(
    chunk: str, tokens: list[Token], begin: int, outcome: Failure, kind: str, mark: str | None = None
) -> s.SyntaxProblem:
    """The error at a failure.  Something missing at the end of a line is shown from there on."""
    index = begin + outcome.at
    subject = _SUBJECTS.get(kind, kind)
    seen = tokens[begin : index + 2]  # what stands further behind makes no difference
    at = 0
    if mark:
        message = describe_missing(seen, outcome.at, mark, subject)
    else:
        message = describe(seen, outcome.at, outcome.accepts, subject)
        ends = index < len(tokens) and tokens[index].kind == NAME and _first_on_line(chunk, tokens, index)
        closers, before = missing_closers(seen, outcome.at, outcome.accepts, ends and kind == s.STATEMENT)
        mark = f"{closers};" if closers and ends and tokens[begin].kind != STRING else closers or None
        at = tokens[begin + before - 1].end if closers else 0
    end_of_previous = tokens[index - 1].end if index else 0
    if index >= len(tokens):
        start = end = end_of_previous
    else:
        start, end = tokens[index].start, tokens[index].end
        if (
            index > begin
            and _first_on_line(chunk, tokens, index)
            and not (mark == ";" and tokens[begin].kind == STRING)
        ):
            start, end = end_of_previous, start  # an entry of graph.quant ends where the next one begins
    return s.SyntaxProblem(start, end, message, mark, at or end_of_previous)


def _too_deep(tokens: list[Token]) -> s.SyntaxProblem:
    message = f"this expression is nested more than {s.MAX_DEPTH} levels deep: split it into several statements"
    return s.SyntaxProblem(tokens[0].start, tokens[0].end, message)


def _broken(text: str, kind: str, tokens: list[Token], problem: s.SyntaxProblem) -> s.Segment:
    """A segment without a tree that still tells which names it defines and reads."""
    segment = s.Segment(kind, text)
    segment.problems = (problem,)
    if kind == s.STATEMENT:
        segment.words = tuple(unquote(name) for name in _defined(tokens))
        segment.loose = tuple(unquote(token.text) for token in tokens if token.kind == NAME)
    return segment


def _defined(tokens: list[Token]) -> list[str]:
    """The names that a broken statement was meant to define: those before its `=`, or before what stands for it."""
    equals = next((index for index, token in enumerate(tokens) if token.kind == "="), 0)
    found = _names(tokens[: equals - (equals > 0 and tokens[equals - 1].kind == ":")])
    if found:
        return found
    if len(tokens) > 1 and tokens[0].kind == NAME and tokens[1].kind in (NAME, "q", ":", "-", NUMBER, ILLEGAL):
        return [tokens[0].text]  # `x == f(y);`, `x f(y);`, `x: f(y);`
    return []


def _names(left: list[Token]) -> list[str]:
    """The names of a left side; none if it is an invocation or an expression."""
    found: list[str] = []
    for before, token in zip([None, *left], left, strict=False):
        if token.kind not in (NAME, ",", "(", ")", "[", "]") or (token.kind in "([" and before and before.kind == NAME):
            return []
        if token.kind == NAME:
            if before and before.kind == NAME:
                found.pop()  # `let x = ...`
            found.append(token.text)
    return found
