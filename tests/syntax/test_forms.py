"""Forms: statements of one key have the same tokens but for their words, so what is known of one holds for the other."""

from __future__ import annotations

import random
import sys
import tracemalloc
from typing import Any

import pytest
from lark import Tree
from lark.exceptions import LarkError

from nnef_lsp.syntax.forms import known_forms, outline, word_places
from nnef_lsp.syntax.parsing import segment
from nnef_lsp.syntax.segments import STATEMENT, chunks
from nnef_lsp.syntax.templates import Skeleton, grammar, known_templates
from nnef_lsp.syntax.tokens import tokenize

ARRAY = ", ".join(["1.0"] * 16)


def meaning(text: str, language: str = "graph") -> list[Any]:
    """What the segments of a text say, with their trees."""
    return [(s.kind, s.text, s.words, s.problems, s.loose, s.defines, s.tree()) for s in segment(text, language)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("z = add(x, x);", "y = add(\0, x);"),
        ("z, w = split(x);", "n\1 split(x);"),
        ("z = relu(x);", "z = relu\2n(x);"),
        (f"c = f([{ARRAY}, #ab\n1.0]);", f"d = f([{ARRAY},    \n1.0]);"),
        ('z = i"a"(x);', "y = relu''(x);"),
        ("z = i'a'(x);", 'z = i"b"(x);'),
        ("z = f<scalar>(x);", "z = f<logical>(x);"),
        ("z = f<a>(x);", "z = f<b>(x);"),
        ("z = a < b > c;", "z = a < i'b' > c;"),
        ("z = a < 'b' > c;", "z = a < b > c;"),
        ("z = f(b = a);", "z = f(b == a);"),
        ("[a] = f(x);", "a = f(x);"),
        ("z = f('a', b);", "z = f(a, 'b');"),
        ("z = f('a\\', b);", "z = f('a\\\n', b);"),
        ("z = f(x # '\n);", "z = f(x ' '\n);"),
    ],
)
def test_a_statement_means_the_same_whichever_came_before(first: str, second: str) -> None:
    for one, other in ((first, second), (second, first)):
        known_forms.clear()
        alone = meaning(other)
        known_forms.clear()
        segment(one)
        assert meaning(other) == alone


WORDS = [
    "a",
    "b",
    "i",
    "e1",
    "relu",
    "in",
    "i'q'",
    'i"q"',
    "'s'",
    '"s"',
    "''",
    "'s#;'",
    "'a\\'b'",
    "<a>",
    "<scalar>",
    "<?>",
]
OTHERS = [
    "=", "=", "(", ")", ",", ",", "[", "]", "<", ">", "<=", "==", "-", "->", "^", ".", "1", "2.5", "1e", "1e+", "&&", "for", "if",
    "else", ":", "!", "'", '"', "\\", "\0", "\1", "\2", "\ud800", "é", f"[{ARRAY}, {ARRAY}]", f"[{ARRAY}, {ARRAY}", f"{ARRAY}",
]  # fmt: skip
GAPS = ["", "", "", " ", " ", "  ", "\n", "\f", "#\n", "# '\n", "#'\f", "\u00a0"]
STATEMENTS = ["{a} = {f}({b}, {c});", "[{a}, {b}] = {f}({c}, {d} = {e});", "{a}, {b} = {f}<scalar>({c});",
              "{a} = {b} < {c} + {d};", "{a} = {f}([{b}, 1], {c} = {d}[0]);", "{a} = {b} if {c} < {d} else {e};",
              "{a} = {f}({c} = [" + ARRAY + ",{e} " + ARRAY + "], {b});"]  # fmt: skip
NAMES = ["a", "b", "i", "e1", "relu", "i'q'", 'i"q"']
FILLERS = [*WORDS[:14], "b", "'t'", "i'r'", "1.0", "#c\n1", "  1", "#\n b"]


def random_statement(rng: random.Random) -> str:
    """Mostly a sentence of the grammar with odd words in it, else any tokens in a row."""
    if rng.random() < 0.3:
        pieces = [rng.choice(GAPS) + rng.choice(WORDS + OTHERS) for _ in range(rng.randrange(1, 9))]
        return "".join(pieces) + ";"
    fillers = {slot: rng.choice(NAMES if slot in "adf" else FILLERS) for slot in "abcdef"}
    text = rng.choice(STATEMENTS).format(**fillers)
    while rng.random() < 0.3:
        at = rng.randrange(len(text))
        text = text[:at] + rng.choice(WORDS + OTHERS + GAPS) + text[at + rng.choice([0, 0, 1, 2]) :]
    return rng.choice(["", "", "\n  ", "# c'\n "]) + text


def signature(text: str, language: str) -> Any:
    """The tokens of a statement: kinds and, of all but the words, texts."""
    tokens = tokenize(text)
    words = word_places("".join(token.kind for token in tokens), language)[0]
    return [(token.kind, None if place in words else token.text) for place, token in enumerate(tokens)]


@pytest.mark.parametrize("language", ["graph", "quant"])
def test_texts_of_one_sound_key_have_the_same_tokens(language: str) -> None:
    rng = random.Random(17)
    known: dict[Any, tuple[str, Any]] = {}
    again = sound = 0
    for _ in range(30_000):
        text = random_statement(rng)
        quick = outline(text, language)
        if quick is None or not quick.is_sound:
            continue
        sound += 1
        found = signature(text, language)
        first, expected = known.setdefault(quick.key, (text, found))
        assert found == expected, (first, text)
        again += first != text
    assert sound > 3_000 and again > 1_000, "the texts do not try what they are meant to"


def test_random_statements_parse_like_lark_whatever_came_before() -> None:
    rng = random.Random(29)
    known_forms.clear()
    whole = 0
    for _ in range(4_000):
        text = random_statement(rng)
        found = segment(text)
        expected = lark_tokens(text)
        if expected is None:
            assert not is_whole(found), text
            continue
        if len(found) == 1 and found[0].problems:
            continue  # what the tokenizer refuses and Lark does not: numbers such as 1.2.3
        assert [s.kind for s in found] == [STATEMENT], text
        assert found[0].form is not None
        assert of_shape(found[0].form.skeleton, tokenize(text)) == expected, text
        whole += 1
    assert whole > 700, "the texts do not try what they are meant to"


def is_whole(found: list[Any]) -> bool:
    """Whether the text was taken for one statement without a mistake."""
    return len(found) == 1 and found[0].form is not None and not found[0].problems


def lark_tokens(text: str) -> Any:
    """Lark's own tree of a statement; None if it does not parse."""
    try:
        return of_lark(grammar().parse(text, start="assignment"))
    except LarkError:
        return None


def of_lark(tree: Any) -> Any:
    if isinstance(tree, Tree):
        return (str(tree.data), tuple(of_lark(child) for child in tree.children))
    return None if tree is None else str(tree)


def of_shape(skeleton: Any, tokens: list[Any]) -> Any:
    if isinstance(skeleton, Skeleton):
        return (skeleton.rule, tuple(of_shape(part, tokens) for part in skeleton.parts))
    return None if skeleton is None else tokens[skeleton].text


def test_typing_in_a_long_statement_does_not_fill_the_memory() -> None:
    for keys in range(20):
        segment("y = concat([" + "(x), " * keys + "x, " * 20_000 + "x]);")
        assert sum(len(template) for _, template in known_templates.skeletons) <= known_templates.MOST_TOKENS
        assert sum(form.exemplar.end for form in known_forms.forms.values()) <= known_forms.MOST_CHARACTERS
    assert known_templates.skeletons and known_forms.forms


@pytest.mark.parametrize("end", ["'", ""], ids=["closed", "open"])
@pytest.mark.parametrize("piece", ["a", "\\'", "é"])
def test_a_long_string_is_read_without_a_state_for_each_character(piece: str, end: str) -> None:
    if piece == "\\'" and sys.version_info < (3, 11):
        pytest.skip("Python keeps a state for each escape")
    text = f"y = f('{piece * 200_000}{end});\n"
    tracemalloc.start()
    try:
        assert list(chunks(text)) and tokenize(text)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 3_000_000, "the text and its tokens, not 400 bytes for each character"
