"""What a model calls its tensors is never Markdown: read as a CommonMark reader reads what the server and the commands say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from markdown_it import MarkdownIt

from nnef_lsp.archive import write_tensor

from ..server.talk import Client

EVIL = "EVIL[x](command:evil)![y](http://evil/y.png)<img src=x onerror=evil()>*b*_c_`d`~e~|f|$g$&lt;h"
"""Everything that Markdown, its extensions and HTML could make something of; NNEF's strings and names in quotes may hold it."""
TEXT = f"""version 1.0;
extension tract_registry tract_core;
extension tract_symbol S;

# # COMMENT with a heading
# [COMMENT](command:evil) <img src=x onerror=evil()>
fragment i"F{EVIL}"( x: tensor<scalar>, i"p{EVIL}": string = 'v{EVIL}' ) -> ( y: tensor<scalar> )
{{
    y = relu(x);
}}

graph i"G{EVIL}"( i"X{EVIL}" ) -> ( i"Y{EVIL}", i"Z{EVIL}" )
{{
    i"X{EVIL}" = tract_core_external(shape = [2, S], datum_type = 'f32');
    i"W{EVIL}" = variable<scalar>(label = 'L{EVIL}', shape = [2, 2]);
    i"V{EVIL}" = variable<scalar>(label = 'M{EVIL}', shape = [2]);
    i"Y{EVIL}" = i"F{EVIL}"(i"W{EVIL}");  # COMMENT <img src=x>
    i"Z{EVIL}" = conv(i"W{EVIL}", i"V{EVIL}", border = 'B{EVIL}');
    i"U{EVIL}" = i"unknown{EVIL}"(i"missing{EVIL}");
}}
"""
QUANT = f'"W{EVIL}": linear_quantize(min = 0.0, max = 1.0, bits = 8);\n'.replace("<", "").replace("`", "")


def outside_of_code(markdown: str) -> list[str]:
    """What a reader would make of a model's text other than code: kind and content of every such piece."""
    found = []

    def walk(tokens: list[Any], into: str = "") -> None:
        for token in tokens:
            if token.type in ("code_inline", "fence", "code_block"):
                continue
            if token.children:
                walk(token.children)
            elif "evil" in (token.content + str(token.attrs)).lower():
                found.append(f"{token.type}: {token.content or token.attrs}")
            if token.type in ("link_open", "image", "html_inline", "html_block", "heading_open"):
                if "evil" in f"{token.content}{token.attrs}".lower():
                    found.append(f"{token.type}: {token.content or token.attrs}")

    walk(MarkdownIt("commonmark").enable("table").parse(markdown))
    return found


@pytest.fixture
def client() -> Iterator[Client]:
    found = Client({"general": {"markdown": {"parser": "marked"}}})
    yield found
    found.process.kill()
    found.process.wait(10)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    (tmp_path / "graph.nnef").write_text(TEXT, encoding="utf-8")
    (tmp_path / "graph.quant").write_text(QUANT, encoding="utf-8")
    for letter, shape in (("L", (2, 2)), ("M", (3,))):
        path = tmp_path / f"{letter}{EVIL}.dat"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_tensor(path, np.zeros(shape, np.float32))
    return tmp_path


def markdown_of(answer: Any) -> Iterator[str]:
    """Every text in an answer that says that it is Markdown."""
    if isinstance(answer, dict):
        if answer.get("kind") == "markdown":
            yield answer["value"]
        for value in answer.values():
            yield from markdown_of(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from markdown_of(value)


def test_nothing_of_a_model_is_markdown_in_an_answer(client: Client, model: Path) -> None:
    uri = client.open(model / "graph.nnef")
    client.diagnostics(uri)
    seen, wrong = 0, set()
    for line, text in enumerate(TEXT.splitlines()):
        for character in range(0, len(text) + 1, 5):
            position = {"line": line, "character": character}
            for request in ("hover", "completion", "signatureHelp"):
                answer = client.about(request, uri, position=position)
                items = answer.get("items", []) if isinstance(answer, dict) else answer or []
                if request == "completion":
                    items = [client.ask("completionItem/resolve", item) for item in items[:2] if character % 25 == 0]
                for markdown in markdown_of(items if request == "completion" else answer):
                    seen += 1
                    wrong |= {(request, piece) for piece in outside_of_code(markdown)}
    assert seen > 100
    assert sorted(wrong) == []


def test_the_reader_would_see_it() -> None:
    assert len(outside_of_code(f"# {EVIL}\n\n{EVIL}")) > 3
    assert outside_of_code(f"`` {EVIL} ``") == []


def test_nothing_of_a_model_is_markdown_in_its_report(client: Client, model: Path) -> None:
    uri = client.open(model / "graph.nnef")
    client.diagnostics(uri)
    report = client.ask("workspace/textDocumentContent", {"uri": uri.replace("file:", "nnef-report:") + ".md"})["text"]
    assert "## Problems" in report and "EVIL" in report
    assert outside_of_code(report) == []
