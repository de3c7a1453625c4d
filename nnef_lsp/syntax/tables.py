"""Lark's tables for the grammar, made once and kept beside it: making them takes 160 ms, reading them 10.

They hold for one text of the grammar and one version of Lark; for others Lark makes them anew, which is only slower.
`python -m tests.syntax.test_tables` writes them after a change of either; a test says when.

Not here: what is parsed with them (`templates.py`).
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lark import Lark

TABLES = Path(__file__).with_name("grammar.tables.json")


def parser_of(grammar: str, starts: tuple[str, ...]) -> Lark:
    """The parser for a grammar with these start symbols, by the tables that are kept where these are for it."""
    from lark import Lark

    try:
        kept = json.loads(TABLES.read_text(encoding="utf-8"), object_pairs_hook=_with_numbers)
        if kept["for"] == _identity(grammar, starts):
            found: Lark = Lark._load_from_dict(kept["data"], kept["memo"])  # type: ignore[no-untyped-call]
            return found
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        pass  # not installed with us, or of another Lark
    return made(grammar, starts)


def made(grammar: str, starts: tuple[str, ...]) -> Lark:
    """The same from the grammar alone."""
    from lark import Lark

    return Lark(grammar, parser="lalr", lexer="basic", start=list(starts), keep_all_tokens=True)


def written(grammar: str, starts: tuple[str, ...]) -> str:
    """The tables as they are kept."""
    from lark.grammar import Rule
    from lark.lexer import TerminalDef

    data, memo = made(grammar, starts).memo_serialize([TerminalDef, Rule])
    return json.dumps({"for": _identity(grammar, starts), "data": data, "memo": memo}, separators=(",", ":")) + "\n"


def _identity(grammar: str, starts: tuple[str, ...]) -> str:
    from lark import __version__

    return f"lark {__version__}, {sha256(repr((grammar, starts)).encode()).hexdigest()}"


def _with_numbers(pairs: list[tuple[str, Any]]) -> dict[Any, Any]:
    """JSON has only strings as keys; those of Lark that look like numbers are numbers."""
    return {int(key) if key.isdigit() else key: value for key, value in pairs}
