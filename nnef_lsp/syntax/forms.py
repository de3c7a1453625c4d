r"""Forms: what statements that differ only in names and strings have in common, and the key under which it is found.

The *words* of a statement are its names and strings, save callees and names of arguments.  Ten thousand statements
share a few hundred forms, and what can be known without the words (the tree, which argument belongs to which
parameter, the attributes' values) is found out once for each.  A wrong form is a wrong meaning, so keys are injective:
two texts of one key have the same tokens but for their words, and the same distances between them (but for the blanks
before the `=` of a single target).

There are two sorts of keys.  `exact_key` is made of the tokens, so there is nothing to prove; it costs a tokenization.
`outline` cuts the text by one regular expression, ten times as fast, and its key is used only where `is_sound`.

Why sound keys are injective.  The key holds the parts p0 .. pn of the text around its words w1 .. wn, which of these
are strings, and n.  No part of a sound key contains the separator, so the key tells the parts: a text whose parts do
contain it has the same joined parts only with fewer words, and so another n.  Read such a text from the left.

1.  A token that begins in a part ends in it.  Parts hold only characters of the language and neither quotes nor `#`,
    so only names, numbers, operators and blanks, NUMBERS and GENERIC begin there.  A name or number does not reach
    into a word, which begins at a word boundary (`\b`) or with a quote; `i` before a quote would, and a sound part
    does not end in `i`.  Neither does an operator, a blank, or NUMBERS, which holds no name.  GENERIC would, around a
    word, and a sound key has no `< word >`.
2.  Where it ends, and its kind, depend on its part alone: of what lies behind the part, tokens look only at whether
    a letter, digit or point follows (none does, by `\b`) and whether `<` begins GENERIC (it does not, by 1).
3.  A word is one token.  A string is by its pattern, which is the tokenizer's.  A name is, as it ends at a word
    boundary, is not a keyword, and is not the `i` of a quoted name, which is taken as a whole or not at all.
4.  So by induction all tokens but the words are those of the parts, in kind, text and distance.

Blanks and comments before the first token are the tokenizer's too; any later `#` makes the text's key an exact one.
`tests/syntax/test_forms.py` tries all of it on random texts.

Not here: what a segment is (`segments.py`).
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from .building import Filling, build
from .templates import Skeleton
from .tokens import BLANK, KEYWORDS, NAME, STRING, STRING_PATTERN, Language, Token, tokenize

if TYPE_CHECKING:
    from .nodes import Assignment, Quantization

NAME_PATTERN = rf"(?<![.])\b(?:i(?:{STRING_PATTERN})|(?!(?:{'|'.join(KEYWORDS)})\b|i['\"])[A-Za-z_][A-Za-z0-9_]*\b)"
TRIVIA = re.compile(rf"(?:{BLANK}+|\#[^\n\f]*)*")
TARGET = re.compile(rf"{BLANK}*({NAME_PATTERN}){BLANK}*=(?!=)", re.ASCII)
_LEFT_NAME = re.compile(rf"({NAME_PATTERN})", re.ASCII)
_WORD = re.compile(
    rf"({STRING_PATTERN}|(?:{NAME_PATTERN})(?!{BLANK}*(?:\(|=(?!=)|<{BLANK}*(?:\?|[A-Za-z_]\w*){BLANK}*>)))", re.ASCII
)
_WORD_KIND = re.compile(rf"{STRING}|{NAME}(?![(=g])")

SEPARATOR = "\0"
_UNSOUND = re.compile(
    rf"""[^A-Za-z0-9_.()\[\]{{}}:=,;<>+\-*/^!?&|{BLANK[1:-1]}{SEPARATOR}]
    | (?<![A-Za-z0-9_])i{SEPARATOR} | <{BLANK}*{SEPARATOR}{BLANK}*>""",
    re.VERBOSE,
)


class Form:
    """What statements that differ only in names and strings have in common."""

    __slots__ = ("defines", "exemplar", "facts", "places", "skeleton", "strings")

    def __init__(self, skeleton: Skeleton, tokens: list[Token], language: Language) -> None:
        self.places, self.defines = word_places("".join([token.kind for token in tokens]), language)
        """Which tokens are the words, and how many of the first of these are names that the statement defines."""
        self.skeleton = skeleton
        self.exemplar: Assignment | Quantization = build(skeleton, Filling(tokens, self.slots(tokens)))
        """The tree of the first statement of this form; names and strings are those of its slots."""
        self.strings = frozenset(slot for slot, place in enumerate(self.places) if tokens[place].kind == STRING)
        """Which slots hold strings."""
        self.facts: Any = None
        """What the layer above has found out about the form; reset when its operators change."""

    def slots(self, tokens: list[Token]) -> dict[int, int]:
        """Where each word of a statement stands: start -> slot."""
        return {tokens[place].start: slot for slot, place in enumerate(self.places)}

    def words(self, tokens: list[Token]) -> tuple[str, ...]:
        """The words of a statement: the names defined, then the names and strings read, in the order of the text."""
        return tuple([tokens[place].text for place in self.places])


def word_places(template: str, language: Language) -> tuple[tuple[int, ...], int]:
    """Which tokens of a statement are words, and how many of these are the names that it defines."""
    equals = max(0, template.find("=")) if language == "graph" else 0
    left = [place for place in range(equals) if template[place] == NAME]
    return (*left, *[match.start() for match in _WORD_KIND.finditer(template, equals)]), len(left)


@lru_cache(maxsize=8)
def starts_of_words(text: str, form: Form) -> list[int]:
    """Where each word stands; the last few are kept, since all names of a statement are asked for in a row."""
    tokens = tokenize(text)
    return [tokens[place].start for place in form.places]


# -- keys --------------------------------------------------------------------------------------------------------


class Outline(NamedTuple):
    """A statement's words, and the key of its form if that is sound."""

    words: tuple[str, ...]
    key: tuple[str, int, int, str, str]

    @property
    def is_sound(self) -> bool:
        """Whether the key stands for nothing but texts with the same tokens."""
        return self.key[3].count(SEPARATOR) == self.key[2] and not _UNSOUND.search(self.key[3])


def outline(chunk: str, language: Language) -> Outline | None:
    """Words and key of a statement, not caring whether the key is sound; None where comments stand inside."""
    if "#" in chunk:
        chunk = chunk[end_of_trivia(chunk) :]
        if "#" in chunk:
            return None
    if language == "graph":
        target = TARGET.match(chunk)
        if target:
            parts = _WORD.split(chunk[target.end() :])
            words = (target[1], *parts[1::2])
            joined = SEPARATOR + "=" + SEPARATOR.join(parts[::2])
            return Outline(words, (language, 1, len(words), joined, _kinds(chunk, words)))
        return _listed(chunk)
    parts = _WORD.split(chunk.lstrip(" \t\v\f\r\n"))
    words = tuple(parts[1::2])
    return Outline(words, (language, 0, len(words), SEPARATOR.join(parts[::2]), _kinds(chunk, words)))


def _listed(chunk: str) -> Outline:
    """The outline of an assignment to several names, or of what is not an assignment."""
    chunk = chunk.lstrip(" \t\v\f\r\n")
    equals = max(0, chunk.find("="))
    left, right = _LEFT_NAME.split(chunk[:equals]), _WORD.split(chunk[equals:])
    words = (*left[1::2], *right[1::2])
    joined = SEPARATOR.join(left[::2]) + SEPARATOR.join(right[::2])
    return Outline(words, ("graph", len(left) // 2, len(words), joined, _kinds(chunk, words)))


def _kinds(text: str, words: tuple[str, ...]) -> str:
    """Which words are strings: `f(a)` and `f('a')` are of different forms."""
    if "'" not in text and '"' not in text:
        return ""
    return "".join(["s" if word[0] in "'\"" else "n" for word in words])


def end_of_trivia(text: str) -> int:
    """Where the first token stands, behind blanks and comments."""
    match = TRIVIA.match(text)
    return match.end() if match else 0


def exact_key(tokens: list[Token], language: Language) -> Hashable:
    """The kinds of all tokens, the texts of those that are not words, and the distances between them."""
    template = "".join([token.kind for token in tokens])
    words = set(word_places(template, language)[0])
    texts = tuple([token.text for place, token in enumerate(tokens) if place not in words])
    gaps = tuple([after.start - before.end for before, after in pairwise(tokens)])
    return language, template, texts, gaps


class KnownForms:
    """Forms by key, sound or exact.  All are forgotten when their keys take too much memory."""

    MOST_FORMS, MOST_CHARACTERS = 5_000, 300_000
    """A form takes up to 100 bytes for each character of its statement, and typing in a long one makes one per key.  Large
    graphs have up to 1,200 forms of 50,000 characters."""

    def __init__(self) -> None:
        self.forms: dict[Hashable, Form] = {}
        self._characters = 0
        self.get = self.forms.get

    def of(self, chunk: str, skeleton: Skeleton, tokens: list[Token], language: Language) -> Form:
        """The form of a statement that parses, made if it is new."""
        quick = outline(chunk, language)
        key = quick.key if quick is not None and quick.is_sound else exact_key(tokens, language)
        form = self.forms.get(key)
        if form is None:
            form = Form(skeleton, tokens, language)
            if len(self.forms) >= self.MOST_FORMS or self._characters + len(chunk) > self.MOST_CHARACTERS:
                self.clear()
            self._characters += len(chunk)
            self.forms[key] = form
        return form

    def clear(self) -> None:
        """Forget all forms; segments keep theirs."""
        self.forms.clear()
        self._characters = 0


known_forms = KnownForms()
