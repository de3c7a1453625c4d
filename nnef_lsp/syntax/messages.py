"""The wording of syntax errors: from what the grammar would have accepted to a sentence a person understands.

Not here: where the parser goes on after an error (`recovery.py`).
"""

from __future__ import annotations

from .tokens import GENERIC, ILLEGAL, KEYWORDS, MALFORMED, NAME, NUMBER, NUMBERS, STRING, UNTERMINATED, WORD_OF, Token

_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_VALUE_KINDS = {NAME, NUMBER, STRING}
_ORDER = [";", "{", ")", "]", ",", "=", ":", "A", "}", NAME, NUMBER, STRING]


def describe(tokens: list[Token], index: int, accepts: frozenset[str], subject: str) -> str:
    """What is wrong at `tokens[index]` (the end of the text if there is no such token).

    `accepts` are the kinds of tokens that could stand there, `subject` what is being parsed ("statement", "version").
    """
    found = tokens[index] if index < len(tokens) else None
    previous = tokens[index - 1] if index else None
    if found is not None:
        lexical = _lexical(found, tokens, index)
        if lexical:
            return lexical
    opener = _open_bracket(tokens[:index])
    at = "the end of the text" if found is None else f"'{found.text}'"
    if found is not None and found.text in KEYWORDS and NAME in accepts and not _starts_value(found, accepts):
        return f"'{found.text}' is a keyword and cannot be used as a name"
    if previous is not None and previous.kind == "," and NAME in accepts and (found is None or found.kind in ")];"):
        return f"expected another item after ',', found {at}"
    if found is not None and found.kind == "," and previous is not None and previous.kind in "([,":
        return f"expected {_what_lists(tokens[:index])} before ','"
    if opener is not None and _CLOSERS[opener.kind] in accepts:
        return _unclosed(opener, found, at, accepts)
    if accepts >= _VALUE_KINDS:
        after = f" after '{previous.text}'" if previous else ""
        return f"expected a value{after}, found {at}"
    if opener is None and (";" in accepts or "{" in accepts):
        return describe_missing(tokens, index, ";" if ";" in accepts else "{", subject)
    return f"expected {_choices(accepts)}, found {at}"


def missing_closers(tokens: list[Token], index: int, accepts: frozenset[str], ends: bool) -> tuple[str, int]:
    """The brackets that lack before `tokens[index]`, "" if it is not that, and the number of the token before which.

    `ends`: whether what stands there begins something else, so that all that is open ends before it.
    """
    found = tokens[index] if index < len(tokens) else None
    stack = _open_brackets(tokens[:index])
    if not stack or _CLOSERS[stack[-1].kind] not in accepts or (found is not None and _lexical(found, tokens, index)):
        return "", index
    if found is None or tokens[index - 1].kind == "," or tokens[index - 1] is stack[-1]:
        return "", index  # still being typed
    if ends or found.kind in ";}":
        return "".join([_CLOSERS[token.kind] for token in reversed(stack)]), index
    closer = _CLOSERS[stack[-1].kind]
    if found.text == "=" and stack[-1] is not tokens[0]:  # the name before it is that of the next argument
        return (closer, index - 2) if index > 3 and tokens[index - 2].kind == "," else ("", index)
    closers = [_CLOSERS[token.kind] for token in reversed(stack)]
    if found.kind in closers:
        return "".join(closers[: closers.index(found.kind)]), index
    return (closer, index) if found.kind == "{" or found.text in ("=", "->") else ("", index)


def describe_missing(tokens: list[Token], index: int, mark: str, subject: str) -> str:
    """The message for a construct that is complete but for the mark that ends it."""
    at = "the end of the text" if index >= len(tokens) else f"'{tokens[index].text}'"
    if subject == "fragment":
        return f"expected a body '{{' or ';' after the results of this fragment, found {at}"
    if mark == "{":
        return f"expected '{{' before the body of this {subject}, found {at}"
    return f"expected ';' after this {_what_ends(tokens[index - 1], subject)}, found {at}"


def describe_foreign(name: str) -> str:
    """The message for a name of another language."""
    if name in KEYWORDS:
        return f"'{name}' is a keyword and cannot be used as a name"
    return f"'{name}' is not an identifier: these have letters, digits and '_' only"


def _lexical(found: Token, tokens: list[Token], index: int) -> str | None:
    """The message for a token that is none of the language."""
    if found.kind == UNTERMINATED:
        return f"this string is not closed: expected {found.text[0]} before the end of the line"
    if found.kind == MALFORMED:
        exponent = found.text.rstrip("+-").lower().endswith("e")
        return f"'{found.text}' is not a number" + (": the exponent has no digits" if exponent else "")
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if found.text == "/" and following and following.text == "/" and following.start == found.end:
        return "a comment begins with '#', not with '//'"
    if found.kind == ILLEGAL:
        if found.text == "\ufffd":
            return "what stands here is not UTF-8 text: save the file as UTF-8"
        doubled = f"; did you mean '{found.text * 2}'?" if found.text in "&|" else ""
        return f"the character {found.text!r} does not belong to NNEF{doubled}"
    return None


def _starts_value(found: Token, accepts: frozenset[str]) -> bool:
    return found.kind in accepts


def _open_bracket(tokens: list[Token]) -> Token | None:
    """The innermost bracket that is still open."""
    stack = _open_brackets(tokens)
    return stack[-1] if stack else None


def _open_brackets(tokens: list[Token]) -> list[Token]:
    """The brackets that are still open, the innermost last."""
    stack: list[Token] = []
    for token in tokens:
        if token.kind in _CLOSERS:
            stack.append(token)
        elif token.kind in ")]}" and stack:
            stack.pop()
    return stack


def _what_lists(tokens: list[Token]) -> str:
    """What the innermost bracket that is open has several of."""
    opener = _open_bracket(tokens)
    before = tokens[tokens.index(opener) - 1] if opener is not None and opener is not tokens[0] else None
    called = opener is not None and opener.kind == "(" and before is not None and before.kind in (NAME, GENERIC)
    return "an argument" if called else "an item"


def _unclosed(opener: Token, found: Token | None, at: str, accepts: frozenset[str]) -> str:
    closer = _CLOSERS[opener.kind]
    if found is None or found.kind in ";{})]":
        return f"expected '{closer}' to close this '{opener.text}', found {at}"
    return f"expected ',' or '{closer}' before {at}" if "," in accepts else f"expected '{closer}', found {at}"


def _what_ends(previous: Token | None, subject: str) -> str:
    if subject != "statement" or previous is None:
        return subject
    return "invocation" if previous.kind == ")" else "expression"


def _choices(accepts: frozenset[str]) -> str:
    """Up to four alternatives, the likeliest first."""
    shown = accepts - {"", NUMBERS, GENERIC if "<" in accepts else ""}
    ranked = sorted(shown, key=lambda k: (_ORDER.index(k) if k in _ORDER else 99, k))
    names = {NAME: "a name", NUMBER: "a number", STRING: "a string", GENERIC: "a type in '<' and '>'"}
    words = [names.get(kind, f"'{WORD_OF.get(kind, kind)}'") for kind in ranked[:4]]
    if not words:
        return "nothing more"
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]
