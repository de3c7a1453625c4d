"""Blanks between tokens: how a statement or a head looks on one line.

Works on tokens and not on trees, so what was written is what stays: no number, quote or parenthesis is reworded.

Not here: where lines end (`printer.py`).
"""

from __future__ import annotations

import re

from .tokens import GENERIC, NAME, NUMBER, NUMBERS, STRING, Token, tokenize

OPENING, CLOSING = "([", ")]"
_OPERANDS = {NAME, NUMBER, STRING, ")", "]", "t", "r"}
"""Kinds behind which a sign is an operator between two operands."""
_CALLED = {NAME, GENERIC, *"abcICLS"}
"""Kinds behind which a parenthesis holds arguments: names and the keywords that are used as functions."""
_SUBSCRIPTED = {NAME, GENERIC, STRING, ")", "]", *"ICLS?"}
_SIGNS = {"-", "+", "!"}
_ITEM = re.compile(r"[0-9][0-9.]*(?:[eE][+-]?[0-9]+)?|[-,\[\]]")


def one_line(text: str) -> str:
    """A statement, head or extension on one line, without its comments."""
    tokens = single_tokens(tokenize(text))
    return joined(tokens, bool(tokens) and tokens[0].kind in "FG")


def single_tokens(tokens: list[Token]) -> list[Token]:
    """The tokens with long arrays of numbers, which the lexer takes whole, in their parts."""
    if all(token.kind != NUMBERS for token in tokens):
        return tokens
    found: list[Token] = []
    for token in tokens:
        if token.kind == NUMBERS:
            for match in _ITEM.finditer(token.text):
                kind = match[0] if match[0] in "-,[]" else NUMBER
                found.append(Token(kind, match[0], token.start + match.start(), token.start + match.end()))
        else:
            found.append(token)
    return found


def joined(tokens: list[Token], head: bool = False, brackets: str = "") -> str:
    """Tokens with blanks between them; `brackets` are those that are open before the first.

    The outer parentheses of a head have blanks inside, `graph g( x ) -> ( y )`, as in the specification.
    """
    pieces: list[str] = []
    open_brackets = list(brackets)
    before = ""
    sign = False
    for token in tokens:
        kind = token.kind
        if before and _blank(before, kind, sign, head, open_brackets):
            pieces.append(" ")
        if kind in OPENING:
            open_brackets.append(kind)
        elif kind in CLOSING and open_brackets:
            open_brackets.pop()
        sign = kind in _SIGNS and before not in _OPERANDS
        pieces.append("".join(token.text.split()) if kind == GENERIC else token.text)
        before = kind
    return "".join(pieces)


def _blank(before: str, kind: str, sign: bool, head: bool, brackets: list[str]) -> bool:
    """Whether a blank stands between two tokens; `sign` tells that the first is a sign of the second."""
    if before in OPENING or kind in CLOSING:
        outer = head and len(brackets) == 1 and brackets[0] == "("
        return outer and not (before in OPENING and kind in CLOSING)
    if kind in ",;" or sign:
        return False
    if kind == ":":
        return False
    if before == ":":
        return brackets[-1:] != ["["]
    if head and (kind in "<>" or before == "<"):
        return False
    if kind == "(":
        return before not in _CALLED and not (head and before == ">")
    if kind == "[":
        return before not in _SUBSCRIPTED and not (head and before == ">")
    return kind != GENERIC
