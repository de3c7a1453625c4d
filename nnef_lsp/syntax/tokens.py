"""Tokens: one regular expression for everything that can stand in a text, and one letter for each kind of token.

The kinds of a segment's tokens written in a row ("n=n(n,n,0)") are its template, see `templates.py`.  The pattern
matches any text: what is not a token of the language is a token of kind ILLEGAL, UNTERMINATED or MALFORMED.

Not here: which tokens may follow each other (`grammar.lark`).
"""

from __future__ import annotations

import re
import sys
from typing import Literal, NamedTuple

Language = Literal["graph", "quant"]
"""Of a file: graph.nnef or graph.quant."""

NAME, NUMBER, STRING, GENERIC, NUMBERS = "n", "0", "s", "g", "z"
ILLEGAL, UNTERMINATED, MALFORMED = "X", "U", "M"

KEYWORDS = {
    "version": "V", "extension": "E", "fragment": "F", "graph": "G", "tensor": "T", "integer": "I", "scalar": "C",
    "logical": "L", "string": "S", "shape_of": "a", "length_of": "b", "range_of": "c", "for": "f", "in": "i",
    "yield": "y", "if": "d", "else": "e", "true": "t", "false": "r",
}  # fmt: skip
"""Reserved words of section 3.1 and the letter of each as a kind of token."""

OPERATORS = {"->": "A", "&&": "&", "||": "|", "<=": "l", ">=": "h", "==": "q", "!=": "N"}
"""Operators of two characters; any other operator or bracket is its own kind."""

WORD_OF = {letter: word for word, letter in (KEYWORDS | OPERATORS).items()}
"""The text of each kind that has only one."""

BLANK = r"[ \t\v\f\r\n]"
MANY = "*+" if sys.version_info >= (3, 11) else "*"
"""Any number of a group, without keeping a state for each, where Python can do that."""
# Runs of characters, not one character or another again and again: a state would be kept for each.
STRING_PATTERN = rf"""'[^'\\\n]*(?:\\[^\n][^'\\\n]*){MANY}'|"[^"\\\n]*(?:\\[^\n][^"\\\n]*){MANY}\""""

_NO_NUMBERS = re.compile(
    rf"""
      ,{BLANK}*, | \[{BLANK}*, | ,{BLANK}*\] | [0-9.eE]{BLANK}+[-+0-9.eE]
    | [-+](?![0-9]) | (?<![\[,eE \t\v\f\r\n])[-+] | (?<![eE])\+
    | [eE](?![-+0-9]) | (?<![0-9.])[eE] | [eE][-+0-9]*[.eE] | (?<![0-9])\. | \.[0-9]*\.
    """,
    re.VERBOSE,
)
"""Where a bracketed run of the characters of numbers is not an array of them.  One search for what is wrong takes no memory;
a pattern of what is right keeps a state for every item."""

TOKEN = re.compile(
    rf"""
      (?P<z>\[[-+0-9.eE,\ \t\v\f\r\n]{{62,}}\])
    |
      (?P<n>i(?:{STRING_PATTERN})|[A-Za-z_][A-Za-z0-9_]*)
    | (?P<p>->|&&|\|\||<=|>=|==|!=|<(?!{BLANK}*(?:\?|[A-Za-z_][A-Za-z0-9_]*){BLANK}*>)|[()\[\]{{}}:=,;>+\-*/^!?])
    | (?P<w>{BLANK}+|\#[^\n\f]*)
    | (?P<d>[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?(?![A-Za-z0-9_.]))
    | (?P<s>{STRING_PATTERN})
    | (?P<g><{BLANK}*(?:\?|[A-Za-z_][A-Za-z0-9_]*){BLANK}*>)
    | (?P<u>'[^'\\\n]*(?:\\[^\n][^'\\\n]*){MANY}\\?|"[^"\\\n]*(?:\\[^\n][^"\\\n]*){MANY}\\?)
    | (?P<m>[0-9][A-Za-z0-9_.]*(?:(?<=[eE])[+-])?)
    | (?P<x>.)
    """,
    re.VERBOSE | re.DOTALL,
)
# A long array of numbers is one token (NUMBERS): the values of a constant may be a million, and Lark would take a
# second for every hundred thousand of them.
_KIND_OF_GROUP = {"d": NUMBER, "s": STRING, "g": GENERIC, "u": UNTERMINATED, "m": MALFORMED, "x": ILLEGAL, "z": NUMBERS}


class Token(NamedTuple):
    """A token's kind (one letter), text, and span relative to its segment."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """The tokens of a text without blanks and comments; never fails."""
    tokens = []
    for match in TOKEN.finditer(text):
        group = match.lastgroup
        if group == "w":
            continue
        word = match.group()
        if group == "z" and (word.count(",") < 31 or _NO_NUMBERS.search(word)):
            tokens.extend(_one_by_one(word, match.start()))
            continue
        if group == "n":
            kind = KEYWORDS.get(word, NAME)
        elif group == "p":
            kind = OPERATORS.get(word, word)
        else:
            kind = _KIND_OF_GROUP[group or "x"]
        tokens.append(Token(kind, word, match.start(), match.end()))
    return tokens


def _one_by_one(bracketed: str, start: int) -> list[Token]:
    """The tokens of a bracketed run that is not a long array of numbers."""
    inner = tokenize(bracketed[1:-1])
    end = start + len(bracketed)
    return [
        Token("[", "[", start, start + 1),
        *(Token(kind, text, begin + start + 1, stop + start + 1) for kind, text, begin, stop in inner),
        Token("]", "]", end - 1, end),
    ]


def unquote(name: str) -> str:
    """An identifier's name: tract's quoted form `i"a.b"` names a.b."""
    return unescape(name[1:]) if name[-1] in "'\"" else name


def unescape(literal: str) -> str:
    """The value of a string literal: without its quotes, with `\\'` and `\\\\` resolved (section 3.1)."""
    inner = literal[1:-1]
    return re.sub(r"\\(.)", r"\1", inner) if "\\" in inner else inner
