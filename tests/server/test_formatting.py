"""The edits of formatting give the text that `nnef-lsp fmt` would write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nnef_lsp.syntax.lines import characters
from nnef_lsp.syntax.printer import Style, formatted

from .talk import MODEL, Client, model_folder

HEAD = "version 1.0;\n\ngraph g( x ) -> ( y )\n{\n"


def applied(text: str, edits: list[dict[str, object]]) -> str:
    """A text after edits of the protocol, applied from the last to the first."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)

    def offset(position: dict[str, int]) -> int:
        line = position["line"]
        return (
            min(len(text), starts[line] + characters(lines[line], position["character"], "utf-16"))
            if line < len(lines)
            else len(text)
        )

    for edit in reversed(edits):
        span: dict[str, dict[str, int]] = edit["range"]  # type: ignore[assignment]
        text = text[: offset(span["start"])] + str(edit["newText"]) + text[offset(span["end"]) :]
    return text


def asked(client: Client, request: str, uri: str, text: str, size: int = 4, **more: Any) -> str:
    """The text after what a request for formatting answers."""
    options = {"tabSize": size, "insertSpaces": size != 8}
    return applied(text, client.about(request, uri, options=options, **more) or [])


def lines(first: int, last: int) -> dict[str, Any]:
    return {"start": {"line": first, "character": 0}, "end": {"line": last, "character": 0}}


def test_formatting_over_the_wire(client: Client, tmp_path: Path) -> None:
    text = MODEL.replace("    k = variable(shape", "  k=variable( shape").replace("n = 2);\n}\n", "n = 2);\n}")
    uri = client.open(model_folder(tmp_path), text)
    assert asked(client, "formatting", uri, text) == formatted(text)
    assert asked(client, "formatting", uri, text, 8) == formatted(text, style=Style("\t", 8))
    line = text.split("\n").index(next(line for line in text.split("\n") if "k=variable" in line))
    repaired = text.replace("  k=variable( shape = [4,3,3,3]", "    k = variable(shape = [4, 3, 3, 3]")
    assert asked(client, "rangeFormatting", uri, text, range=lines(line, line + 1)) == repaired
    ranges = [lines(line, line + 1), lines(line, line + 1), lines(0, 1)]
    assert asked(client, "rangesFormatting", uri, text, ranges=ranges) == repaired
    end = {"line": line, "character": len(text.split("\n")[line])}
    assert asked(client, "onTypeFormatting", uri, text, position=end, ch=";") == repaired


@pytest.mark.parametrize(("text", "wanted"), [("graph g(", ""), ("y=\ud800;\n\r\n\t", "")])
def test_what_does_not_parse_stays(client: Client, tmp_path: Path, text: str, wanted: str) -> None:
    uri = client.open(model_folder(tmp_path), text)
    for request in ("formatting", "rangeFormatting"):
        assert asked(client, request, uri, text, range=lines(0, 9)).split() == text.split()


def test_lone_surrogates_and_wide_characters(client: Client, tmp_path: Path) -> None:
    text = HEAD + "  x=external(shape=[1]); # \ud800\n  y = variable(label='\U0001d54f',shape=[ 1 ]); # \U0001d54f\n}\n"
    uri = client.open(model_folder(tmp_path), text)
    answer = client.about("formatting", uri, options={"tabSize": 4, "insertSpaces": True})
    assert applied(text, answer) == formatted(text)


def test_selections_grow(client: Client, tmp_path: Path) -> None:
    uri = client.open(model_folder(tmp_path))
    line = MODEL.split("\n").index("    y = block(c, n = 2);")
    (found,) = client.about("selectionRange", uri, positions=[{"line": line, "character": 14}])
    widths = []
    while found:
        start, end = found["range"]["start"], found["range"]["end"]
        widths.append((end["line"] - start["line"], end["character"] - start["character"]))
        found = found.get("parent")
    assert widths[:3] == [(0, 1), (0, 15), (0, 20)] and widths[-1][0] == MODEL.count("\n")
