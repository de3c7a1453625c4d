"""Documents with one or two tokens changed, as a hand at the keyboard would."""

from __future__ import annotations

from random import Random

from nnef_lsp.syntax.tokens import tokenize

_SPARE = [
    "(", ")", "[", "]", "{", "}", ",", ";", "=", ":", "->", "<", ">", "+", "-", "*", "0", "1", "2", "-1", "1.0", "true",
    "'a'", "x", "y", "relu", "conv", "integer", "scalar", "tensor<scalar>", "graph", "fragment", "if", "for", "in", "#",
]  # fmt: skip


def mutated(random: Random, text: str, spare: list[str] | None = None) -> str:
    """The text with one token (rarely two) deleted, doubled, replaced, swapped or inserted."""
    for _ in range(1 if random.random() < 0.8 else 2):
        tokens = tokenize(text)
        if not tokens:
            return text
        index = random.randrange(len(tokens))
        token = tokens[index]
        word = random.choice(tokens).text if random.random() < 0.5 else random.choice(spare or _SPARE)
        pick = random.randint(0, 5)
        if pick == 0:
            text = text[: token.start] + text[token.end :]
        elif pick == 1:
            text = text[: token.end] + " " + token.text + text[token.end :]
        elif pick == 2 and index + 1 < len(tokens):
            after = tokens[index + 1]
            text = text[: token.start] + after.text + text[token.end : after.start] + token.text + text[after.end :]
        elif pick == 3:
            text = text[: token.start] + word + " " + text[token.start :]
        else:
            same = [other.text for other in tokens if other.kind == token.kind]
            text = text[: token.start] + (random.choice(same) if pick == 4 else word) + text[token.end :]
    return text
