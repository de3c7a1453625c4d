"""Names of other languages where an identifier should stand: `Graph/Preprocess/Input`, `x:0`, `model.dense`, and `in`.

Identifiers have letters, digits and '_' only, and are not keywords (section 3.1).  Such a name falls into several tokens, or
is a token that means something else, and each would be told wrong by itself; here it is one name again.  Only text that
does not parse is looked at, since `a/b` may be a division.

Not here: where the same name stands in other statements (`rules/_foreign_names.py`).
"""

from __future__ import annotations

import re

from .templates import Failure, parse_template
from .tokens import KEYWORDS, NAME, STRING_PATTERN, Token

_JOINED = r"[A-Za-z_][A-Za-z0-9_]*(?:(?:[/:.@$%|\\~]+|-)[A-Za-z0-9_]+)+"
_FOREIGN = re.compile(rf"\#[^\n\f]*|{STRING_PATTERN}|(?<![A-Za-z0-9_.])({_JOINED})")
MOST = 200
"""Names in one statement or head that are joined again; each takes another attempt to parse."""
MOST_TOKENS = 200_000
"""Tokens in all attempts together, or in one."""
_CALLED = ("shape_of", "length_of", "range_of", "integer", "scalar", "logical", "string")
_BEGINNINGS = {KEYWORDS[word] for word in (*_CALLED, "for", "true", "false")}
"""Keywords that may stand where a name may, so that only the token behind them is wrong."""


def foreign_spans(text: str) -> list[tuple[int, int]]:
    """Where foreign names could stand, comments and strings left out."""
    return [match.span(1) for match in _FOREIGN.finditer(text) if match[1] is not None]


def joined(chunk: str, tokens: list[Token], start: str, failure: Failure) -> list[Token] | None:
    """The tokens with every foreign name that keeps them from parsing as one NAME; None if they do not parse then."""
    spans = dict(foreign_spans(chunk))
    outcome: object = failure
    for _ in range(max(1, min(MOST, MOST_TOKENS // len(tokens)))):
        if not isinstance(outcome, Failure):
            return tokens
        reserved = _reserved(tokens, outcome.at)
        if reserved is not None:
            tokens = [*tokens[:reserved], tokens[reserved]._replace(kind=NAME), *tokens[reserved + 1 :]]
            outcome = parse_template(start, "".join([token.kind for token in tokens]))
            continue
        first = _covering(tokens, outcome.at, spans)
        if first is None:
            return None
        begin, end = tokens[first].start, spans[tokens[first].start]
        last = next(index for index in range(len(tokens) - 1, first - 1, -1) if tokens[index].start < end)
        if last == first or tokens[last].end != end:
            return None  # it is joined already, or ends inside of a token
        tokens = [*tokens[:first], Token(NAME, chunk[begin:end], begin, end), *tokens[last + 1 :]]
        outcome = parse_template(start, "".join([token.kind for token in tokens]))
    return None


def _reserved(tokens: list[Token], at: int) -> int | None:
    """The keyword that may have been meant as a name, where tokens do not parse at an index."""
    if at < len(tokens) and is_reserved(tokens[at]) and tokens[at].kind != NAME:
        return at
    return at - 1 if 0 < at < len(tokens) and tokens[at - 1].kind in _BEGINNINGS else None


def is_reserved(token: Token) -> bool:
    """Whether a token, be it taken for a name or not, is a keyword."""
    return token.text in KEYWORDS


def _covering(tokens: list[Token], at: int, spans: dict[int, int]) -> int | None:
    """The token that begins a foreign name in which the token at an index stands."""
    place = tokens[at].start if at < len(tokens) else tokens[-1].end
    for index in range(min(at, len(tokens) - 1), -1, -1):
        end = spans.get(tokens[index].start)
        if end is not None:
            return index if place < end else None
    return None


def identifier_for(name: str) -> str:
    """The identifier that a foreign name becomes."""
    return f"{name}_" if name in KEYWORDS else re.sub(r"[^A-Za-z0-9_]+", "_", name)
