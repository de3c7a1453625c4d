"""What a text defines, told by one walk over it without an analysis, and the search for a name in many texts.

Not here: the outline of an open document with types and shapes (`views/outline.py`), reading files (`archive`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ...syntax.lines import units

FRAGMENT, GRAPH, INPUT, VARIABLE, TENSOR = "fragment", "graph", "input", "variable", "tensor"
_STRING = r"'[^'\\\n]*(?:\\.[^'\\\n]*)*'|\"[^\"\\\n]*(?:\\.[^\"\\\n]*)*\""
_LEFT = re.compile(rf"#[^\n]*|i?(?:{_STRING})|[;{{}}]|=|[A-Za-z_]\w*", re.ASCII)
_RIGHT = re.compile(rf"(?:[^;{{}}#'\"]+|#[^\n]*|{_STRING})*")
_TOP = re.compile(r"\s*([A-Za-z_]\w*)", re.ASCII)
_KINDS = {"external": INPUT, "variable": VARIABLE}


class Symbol(NamedTuple):
    """Something that a text defines: where its name stands, from its column to that of its end, and the graph or fragment
    around it."""

    name: str
    kind: str
    line: int
    column: int
    end: int
    inside: str


class Symbols(NamedTuple):
    """The symbols of a text; `names` are theirs in lower case, one a line, each with a line end before and behind."""

    found: list[Symbol]
    names: str
    lines: list[int]
    """Where each name begins in `names`."""


def symbols_of(text: str, encoding: str) -> Symbols:
    """What a text defines, broken or not; columns are in units of an encoding."""
    found: list[Symbol] = []
    line = begin = at = 0
    for name, kind, start, end, inside in _symbols(text):
        newlines = text.count("\n", at, start)
        if newlines:
            line, begin = line + newlines, text.rindex("\n", at, start) + 1
        at = start
        column, last = units(text[begin:start], encoding), units(text[begin:end], encoding)
        found.append(Symbol(name, kind, line, column, last, inside))
    lines, at = [], 1
    for symbol in found:
        lines.append(at)
        at += len(symbol.name) + 1
    names = "\n".join(["", *(_lowered(symbol.name) for symbol in found), ""])
    return Symbols(found, names, lines)


def _lowered(name: str) -> str:
    """A name in lower case, as long as it was."""
    lower = name.lower().replace("\n", " ")
    return lower if len(lower) == len(name) else name.replace("\n", " ")


def _symbols(text: str) -> Iterator[tuple[str, str, int, int, str]]:
    """Names with their kinds, from where to where they stand, and what is around them."""
    at, inside, head = 0, "", ""
    names: list[tuple[str, int, int]] = []
    while (match := _LEFT.search(text, at)) is not None:
        word, at = match[0], match.end()
        if word[0] == "#":
            continue
        if word == "=":
            if names and not head:
                behind = _TOP.match(text, at)
                kind = _KINDS.get(behind[1], TENSOR) if behind is not None else TENSOR
                yield from ((name, kind, start, end, inside) for name, start, end in names)
                skipped = _RIGHT.match(text, at)
                at = skipped.end() if skipped is not None else at
            names = []
        elif word in ";{}":
            names, head = [], ""
            inside = "" if word == "}" else inside
        elif word in (FRAGMENT, GRAPH) and not names and not head:
            head = word
        elif head and not names:
            inside = _plain(word)
            names = [(inside, match.start(), match.end())]
            yield inside, head, match.start(), match.end(), ""
        elif not head:
            names.append((_plain(word), match.start(), match.end()))


def _plain(word: str) -> str:
    return word[2:-1] if word[-1] in "'\"" and word[0] == "i" else word.strip("'\"")


class Hit(NamedTuple):
    """A symbol that was searched for; the better it fits, the less is `rank`."""

    rank: tuple[int, int]
    key: str
    symbol: Symbol


def search(query: str, texts: Iterable[tuple[str, Symbols]], most: int) -> list[Hit]:
    """The symbols whose names have the letters of a query in their order, the best fits first: the name itself, names
    that begin with it, that contain it, then all others."""
    wanted = query.strip().lower().replace("\n", "")
    texts = list(texts)
    found = list(_containing(wanted, texts, most))
    if wanted and len(found) < most:
        found += _scattered(wanted, texts, most - len(found))
    return sorted(found, key=lambda hit: (hit.rank, hit.symbol.name, hit.key, hit.symbol.line))[:most]


def _containing(wanted: str, texts: list[tuple[str, Symbols]], most: int) -> Iterator[Hit]:
    """Names with the query in them; whole names and their beginnings before the rest, however many there are."""
    count = 0
    for lead, tail in (("\n", "\n"), ("\n", ""), ("", "")):
        for key, symbols in texts:
            at = symbols.names.find(lead + wanted + tail)
            while 0 <= at < len(symbols.names) - len(lead) and count < 2 * most:
                number = _line(symbols, at + len(lead))
                symbol = symbols.found[number] if number >= 0 else None
                if symbol is not None:
                    low = _lowered(symbol.name)
                    rank = 0 if low == wanted else 1 if low.startswith(wanted) else 2
                    if rank == (0 if tail else 1 if lead else 2):
                        count += 1
                        yield Hit((rank, len(low)), key, symbol)
                at = symbols.names.find("\n", at + len(lead))
                # on from the next name: from its very beginning, or an empty query would be found where it stands, for ever
                at = symbols.names.find(lead + wanted + tail, at + 1 - len(lead)) if at >= 0 else -1


def _scattered(wanted: str, texts: list[tuple[str, Symbols]], most: int) -> Iterator[Hit]:
    """Names that have the letters of the query, but not one behind the other."""
    # up to the next of each letter and no further: there is one way to match, so a long query takes no longer
    pattern = re.compile("\n" + "".join([f"[^\n{re.escape(letter)}]*{re.escape(letter)}" for letter in wanted]))
    for key, symbols in texts:
        at = 0
        while most > 0 and (match := pattern.search(symbols.names, at)) is not None:
            number = _line(symbols, match.start() + 1)
            if number >= 0 and wanted not in _lowered(symbols.found[number].name):
                most -= 1
                yield Hit((3, match.end() - match.start()), key, symbols.found[number])
            at = symbols.names.find("\n", match.end())
            if at < 0:
                break


def _line(symbols: Symbols, at: int) -> int:
    """The number of the name at a place of `names`."""
    return min(bisect_right(symbols.lines, at), len(symbols.lines)) - 1
