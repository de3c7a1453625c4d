"""From tokens to skeletons, with Lark called once per template.

A template is the kinds of the tokens in a row, so `y = relu(x);` and `b12 = tanh(a7);` share "n=n(n);".  Lark parses a
template once, with the index of each token as its value; a node is the template's skeleton filled with the tokens of the
segment at hand.  Ten thousand statements of a real network have a few dozen templates, and Lark, which needs 0.6 ms for
each, is not felt.

Not here: filling skeletons (`building.py`), what to do with text that does not parse (`recovery.py`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .tokens import (
    GENERIC,
    ILLEGAL,
    MALFORMED,
    NAME,
    NUMBER,
    NUMBERS,
    STRING,
    UNTERMINATED,
    WORD_OF,
)

if TYPE_CHECKING:
    from lark import Lark

GRAMMAR = Path(__file__).with_name("grammar.lark")
STARTS = (
    "document", "quantizations", "version", "extension", "fragment_head", "fragment_declaration", "graph_head",
    "assignment", "quantization",
)  # fmt: skip


LOOK = 500
"""Tokens of a long template that are looked at before the rest."""


class Failure(NamedTuple):
    """Where a template stops being a sentence of the grammar: index of the token at fault (the number of tokens at the
    end), the kinds that could stand there, and the start symbols of the constructs that are open there."""

    at: int
    accepts: frozenset[str]


class Skeleton(NamedTuple):
    """A parsed template: name of the grammar's rule and its parts, a token being its index."""

    rule: str
    parts: tuple[Any, ...]


@cache
def grammar() -> Lark:
    """The parser for all start symbols.  Lark is imported when the first text is parsed, not when an editor starts."""
    from .tables import parser_of

    return parser_of(GRAMMAR.read_text(encoding="utf-8"), tuple(STARTS))


@cache
def _terminals() -> dict[str, str]:
    """Kind of token -> name of the terminal in the grammar."""
    named = {NAME: "NAME", NUMBER: "NUMBER", STRING: "STRING", GENERIC: "GENERIC", NUMBERS: "NUMBERS"}
    by_text = {
        terminal.pattern.value: terminal.name for terminal in grammar().terminals if terminal.pattern.type == "str"
    }
    named.update({letter: by_text[word] for letter, word in WORD_OF.items()})
    named.update({text: name for text, name in by_text.items() if len(text) == 1})
    return named


@cache
def _kinds() -> dict[str, str]:
    return {terminal: kind for kind, terminal in _terminals().items()}


class KnownTemplates:
    """Skeletons by start symbol and template.  All are forgotten when they take too much memory, as they do while somebody
    types in a statement of 10,000 parts: a megabyte for each key."""

    MOST_TOKENS = 200_000
    """In all templates together: 20 MB of skeletons."""

    def __init__(self) -> None:
        self.skeletons: dict[tuple[str, str], Skeleton | Failure] = {}
        self._tokens = 0
        self.get = self.skeletons.get

    def keep(self, start: str, template: str, found: Skeleton | Failure) -> None:
        """Remember what a template parses to."""
        tokens = len(template) + 10  # a short one is more than its tokens
        if self._tokens + tokens > self.MOST_TOKENS:
            self.clear()
        self._tokens += tokens
        self.skeletons[start, template] = found

    def clear(self) -> None:
        """Forget all skeletons; forms keep theirs."""
        self.skeletons.clear()
        self._tokens = 0


known_templates = KnownTemplates()


def parse_template(start: str, template: str) -> Skeleton | Failure:
    """Parse one template from a start symbol of the grammar.  Lark is called for every new kind of statement, not for each."""
    found = known_templates.get((start, template))
    if found is None:
        found = _parsed(start, template)
        known_templates.keep(start, template, found)
    return found


def parse_from(start: str, template: str, begin: int) -> Skeleton | Failure:
    """Parse what a template holds from a token on.  Where a long rest fails soon, no more of it is looked at: a text of many
    broken statements is one template, and each of them a rest of it."""
    if len(template) - begin > LOOK:
        outcome = parse_template(start, template[begin : begin + LOOK])
        if isinstance(outcome, Failure) and outcome.at < LOOK:
            return outcome
    return parse_template(start, template[begin:] if begin else template)


def _parsed(start: str, template: str) -> Skeleton | Failure:
    from lark import Token as LarkToken
    from lark.exceptions import UnexpectedToken

    terminals = _terminals()
    parser = grammar().parse_interactive(start=start)
    index = -1
    try:
        for index, kind in enumerate(template):
            if kind in (ILLEGAL, UNTERMINATED, MALFORMED):
                return Failure(index, _accepted(parser))
            parser.feed_token(LarkToken(terminals[kind], str(index)))
        index += 1
        tree: Any = parser.feed_eof()  # type: ignore[no-untyped-call]
        skeleton: Skeleton = _skeleton(tree)
        return skeleton
    except UnexpectedToken:
        return Failure(index, _accepted(parser))


def _accepted(parser: Any) -> frozenset[str]:
    """The kinds of tokens that the parser would take next; Lark's `accepts` copies all that was parsed for each of them."""
    from lark.parsers.lalr_analysis import Shift

    kinds = _kinds()
    conf, stack = parser.parser_state.parse_conf, parser.parser_state.state_stack
    found = set()
    for terminal in conf.states[stack[-1]]:
        if terminal.isupper() and _is_taken(terminal, conf.states, stack, Shift, conf.end_state):
            found.add(kinds.get(terminal, ""))
    return frozenset(found)


def _is_taken(terminal: str, states: Any, stack: list[Any], shift: Any, end: Any) -> bool:
    """Whether a terminal is shifted, or ends the text, after the reductions that it calls for."""
    below = len(stack)  # so much is left of the stack, and this is what reductions have put on it
    above: list[Any] = []
    while True:
        action = states[above[-1] if above else stack[below - 1]].get(terminal)
        if action is None:
            return False
        if action[0] is shift:
            return True
        size = len(action[1].expansion)
        taken = min(size, len(above))
        del above[len(above) - taken :]
        below -= size - taken
        above.append(states[above[-1] if above else stack[below - 1]][action[1].origin.name][1])
        if terminal == "$END" and above[-1] == end:
            return True


def _skeleton(tree: Any) -> Any:
    """Lark's tree as nested tuples.  Iterative, since a statement may be nested ten thousand deep."""
    root: list[Any] = []
    pending: list[tuple[Any, list[Any]]] = [(tree, root)]
    finish: list[tuple[str, list[Any], list[Any], int]] = []
    while pending:
        item, into = pending.pop()
        if item is None:
            into.append(None)
        elif isinstance(item, str):
            into.append(int(item))
        else:
            parts: list[Any] = []
            finish.append((str(item.data), parts, into, len(into)))
            into.append(None)
            pending.extend((child, parts) for child in reversed(item.children))
    # children were finished after their parents were begun, so going backwards fills the innermost first
    for rule, parts, into, position in reversed(finish):
        into[position] = Skeleton(rule, tuple(parts))
    return root[0]
