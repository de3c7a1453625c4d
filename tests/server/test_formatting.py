"""The edits of formatting give the text that `nnef-lsp fmt` would write."""

from __future__ import annotations

import random
from pathlib import Path

from nnef_lsp.server.features.formatting import line_edits
from nnef_lsp.syntax.printer import formatted

from .talk import MODEL, Client, model_folder


def applied(text: str, edits: list[dict[str, object]]) -> str:
    """A text after edits of the protocol, applied from the last to the first."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)

    def offset(position: dict[str, int]) -> int:
        line = position["line"]
        return (
            min(len(text), starts[line] + min(position["character"], len(lines[line])))
            if line < len(lines)
            else len(text)
        )

    for edit in reversed(edits):
        span: dict[str, dict[str, int]] = edit["range"]  # type: ignore[assignment]
        text = text[: offset(span["start"])] + str(edit["newText"]) + text[offset(span["end"]) :]
    return text


def test_any_lines_become_any_others() -> None:
    chance = random.Random(1)
    for _ in range(2000):
        before, after = ([chance.choice("abc") for _ in range(chance.randint(1, 6))] for _ in range(2))
        assert applied("\n".join(before), line_edits(before, after)) == "\n".join(after), (before, after)


def test_formatting_over_the_wire(client: Client, tmp_path: Path) -> None:
    text = MODEL.replace("    k = variable(shape", "  k=variable( shape").replace("n = 2);\n}\n", "n = 2);\n}")
    uri = client.open(model_folder(tmp_path), text)
    edits = client.about("formatting", uri, options={"tabSize": 4, "insertSpaces": True})
    assert applied(text, edits) == formatted(text)
    broken = model_folder(tmp_path / "other", "graph g(")
    assert client.about("formatting", client.open(broken), options={"tabSize": 4, "insertSpaces": True}) is None


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
