"""Hover: what the card says, part by part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from nnef_lsp.ide.hover.card import hover
from nnef_lsp.ide.hover.operation import card_of
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.operations.declarations import declared_operations
from nnef_lsp.model.operations.dialects import DIALECTS
from nnef_lsp.syntax.source import Source
from nnef_lsp.syntax.tokens import tokenize

from .drawing import question

ROOT = Path(__file__).parents[2]


def check_hover(text: str, *parts: str, label: str | None = None) -> str:
    """The card has every part; returns it for what must not be there."""
    card = hover(*question(text))
    assert card is not None
    for part in parts:
        assert part in card.markdown, card.markdown
    assert card.label == label
    return card.markdown


def check_nothing(text: str) -> None:
    assert hover(*question(text)) is None


NET = """
    x = external(shape = [1,3,8,8]);
    k = variable(shape = [4,3,3,3], label = 'net/k');
    c = conv(x, k, 0.0, stride = [2,2]);
    y = relu(c);
"""


def test_an_operation_shows_its_declaration_what_is_bound_and_documentation() -> None:
    check_hover(
        NET.replace("conv(x", "co$0nv(x"),
        "border: string = 'constant'",
        "- input = `x` — `tensor<scalar> [1, 3, 8, 8]`",
        "- stride = `[2,2]`",
        "- by default `border = 'constant'",
        "section 4.3.1",
    )


def test_a_tensor_shows_shape_producer_and_consumers() -> None:
    card = check_hover(
        NET.replace("relu(c)", "relu($0c)"),
        "c: tensor<scalar> [1, 4, 4, 4]",
        "64 items, 256 B as float32",
        "`c = conv(x, k, 0.0, stride = [2,2]);`",
        "Used by `y` (line 8)",
    )
    assert "not defined" not in card


def test_inputs_and_outputs_say_so() -> None:
    check_hover(NET.replace("x = ext", "$0x = ext"), "input x: tensor<scalar> [1, 3, 8, 8]")
    check_hover(NET.replace("y = relu", "$0y = relu"), "output y: tensor<scalar> [1, 4, 4, 4]")


def test_a_variable_and_its_label_lead_to_its_data() -> None:
    check_hover(NET.replace("k = var", "$0k = var"), "k: tensor<scalar> [4, 3, 3, 3]", label="net/k")
    check_hover(NET.replace("'net/k'", "'net$0/k'"), "**label** `net/k`", label="net/k")


def test_a_parameter_shows_what_it_is_for() -> None:
    check_hover(NET.replace("stride", "str$0ide"), "stride: integer[] = []", "Parameter of `conv`: step of the window")


def test_a_statement_that_is_being_typed_has_cards_too() -> None:
    check_hover(
        "x = external(shape = [1]);\ny = rel$0u(x, ",
        "fragment relu(x: tensor<scalar>)",
        "- x = `x` — `tensor<scalar> [1]`",
    )


FRAGMENT = """
    fragment block( a: tensor<scalar>, n: integer ) -> ( b: tensor<scalar> )
    {
        p = max_pool(a, size = [1,1,n,n], border = 'ignore', stride = [1,1,n,n]);
        b = relu(p);
    }
    graph net( x ) -> ( y )
    {
        x = external(shape = [1,3,8,8]);
        z = block(x, n = 2);
        y = block(z, n = 4);
    }
"""


def test_inside_a_fragment_every_instance_is_shown() -> None:
    check_hover(
        FRAGMENT.replace("relu(p)", "relu($0p)"),
        "- `tensor<scalar> [1, 3, 4, 4]` in `z`",
        "- `tensor<scalar> [1, 3, 1, 1]` in `y`",
    )
    check_hover(FRAGMENT.replace("n: integer", "$0n: integer"), "- `2` in `z`", "- `4` in `y`")


def test_a_fragment_tells_how_often_it_is_used() -> None:
    check_hover(FRAGMENT.replace("= block(x", "= blo$0ck(x"), "fragment block(", "used in 2 statements", "- n = `2`")


def test_keywords_and_extensions() -> None:
    check_hover(FRAGMENT.replace("graph net", "gr$0aph net"), "**graph**")
    check_hover(
        "version 1.0;\nextension KHR_enable$0_fragment_definitions;\ngraph g( x ) -> ( y ) { }",
        "**extension**",
        "3.2.2",
    )


def test_there_is_nothing_to_say_of_punctuation_and_comments() -> None:
    check_nothing("x = external(shape = [1]); # comm$0ent\ny = relu(x);")
    check_nothing("x = external(shape = [ $0 1]);\ny = relu(x);")


CODE = re.compile(r"(?s)(`+)(?!`).*?(?<!`)\1(?!`)|\[[^\]]*\]\((?:https?|file|command):[^)]*\)")
CONCEALED = re.compile(r"[\[\]<]|(?<!-)>|(?<!\*)\*(?!\*)|(?<!\w)_\w|\\[^\s\w]")
"""What Markdown takes for its own outside of code: links, HTML, emphasis, escapes."""


def concealed(card: str) -> list[str]:
    text = CODE.sub("", card)
    return [text[max(0, found.start() - 30) : found.end() + 30] for found in CONCEALED.finditer(text)]


@pytest.mark.parametrize("registry", sorted({name for dialect in DIALECTS.values() for name in dialect.declarations}))
def test_no_operation_says_what_an_editor_conceals(registry: str) -> None:
    """Markdown takes `[a, b]` in a sentence for a link, and Neovim hides its brackets."""
    for operation in declared_operations(registry).values():
        assert concealed(card_of(operation)) == [], operation.name


CORPUS = ROOT.parent / "shared" / "corpus"


def hovers(text: str) -> Iterator[str]:
    """The cards of all that a text has."""
    analysis, seen = Analysis(Source(text)), set()
    for token in tokenize(text):
        if token.text not in seen and (card := hover(analysis, token.start)) is not None:
            yield card.markdown
        seen.add(token.text)


def test_no_hover_says_what_an_editor_conceals() -> None:
    """Of every word of our own models and declarations, and of a part of the corpus: valid and broken ones."""
    paths = [*(ROOT / "examples").rglob("*.nnef"), *(ROOT / "nnef_lsp" / "model").rglob("*.nnef")]
    for part in ("valid/language-feature", "valid/tract-harness", "invalid"):
        paths += [path for path in sorted((CORPUS / part).rglob("*.nnef"))[::3] if path.stat().st_size < 4000]
    cards = [(path, card) for path in paths for card in hovers(path.read_text(encoding="utf-8", errors="replace"))]
    assert len(cards) > 100
    assert {str(path): found for path, card in cards if (found := concealed(card))} == {}
