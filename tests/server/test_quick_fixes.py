"""Quick fixes as a person finds them: what is offered first, what last, and what the text is then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnef_lsp.archive import write_tensor

from .talk import MODEL, Client, at, model_folder
from .test_refactorings import applied


def fixes(client: Client, uri: str, place: dict[str, Any]) -> list[dict[str, Any]]:
    context = {"diagnostics": [], "only": ["quickfix"]}
    return client.about("codeAction", uri, range={"start": place, "end": place}, context=context) or []


def fixed(client: Client, folder: Path, text: str, mark: str, title: str) -> str:
    """The text after a fix at a mark; it has fewer diagnostics than before."""
    uri = client.open(model_folder(folder, text))
    before = client.diagnostics(uri)
    (fix,) = [fix for fix in fixes(client, uri, at(text, mark)) if fix["title"] == title]
    new = applied(text, fix["edit"]["changes"][uri])
    client.change(uri, 2, (None, new))
    assert len(client.diagnostics(uri, 2)) < len(before)
    return new


@pytest.mark.parametrize(
    ("broken", "mended", "title"),
    [
        ("y = block(c, n = 2;", "y = block(c, n = 2);", "Insert ')'"),
        ("y = block(c, n = 2\n", "y = block(c, n = 2)\n", "Insert ')'"),
        ("y = block(max(c, max(c, c);", "y = block(max(c, max(c, c)));", "Insert '))'"),
        ("z = relu(c\n    y = block(z);", "z = relu(c);\n    y = block(z);", "Insert ');'"),
    ],
)
def test_brackets_are_closed(client: Client, tmp_path: Path, broken: str, mended: str, title: str) -> None:
    text, whole = (MODEL.replace("y = block(c, n = 2);", statement) for statement in (broken, mended))
    uri = client.open(model_folder(tmp_path, text))
    place = client.diagnostics(uri)[0]["range"]["start"]
    (fix,) = [fix for fix in fixes(client, uri, place) if fix["title"] == title]
    assert applied(text, fix["edit"]["changes"][uri]) == whole


def test_a_bracket_that_another_one_closes(client: Client, tmp_path: Path) -> None:
    text = MODEL.replace("shape = [4,3,3,3]", "shape = [4,3,3,3")
    assert fixed(client, tmp_path, text, "= 'net", "Insert ']'") == MODEL


def test_a_label_that_was_meant(client: Client, tmp_path: Path) -> None:
    assert fixed(client, tmp_path, MODEL.replace("'net/k'", "'net/kk'"), "net/kk", "Change to 'net/k'") == MODEL


def test_the_only_file_of_that_shape(client: Client, tmp_path: Path) -> None:
    graph = model_folder(tmp_path)
    write_tensor(graph.parent / "net" / "other.dat", np.zeros((2, 2), np.float32))
    assert fixed(client, tmp_path, MODEL.replace("'net/k'", "'filters'"), "filters", "Change to 'net/k'") == MODEL


def test_the_shape_of_the_file(client: Client, tmp_path: Path) -> None:
    text = MODEL.replace("[4,3,3,3]", "[4,3,3,5]")
    new = fixed(client, tmp_path, text, "'net/k'", "Declare the shape [4, 3, 3, 3] of the file")
    assert new == MODEL.replace("[4,3,3,3]", "[4, 3, 3, 3]")


def test_a_fragment_that_nothing_invokes(client: Client, tmp_path: Path) -> None:
    unused = "# what it is\nfragment spare( a: tensor<scalar> ) -> ( b: tensor<scalar> )\n{\n    b = relu(a);\n}\n\n"
    text = MODEL.replace("graph net", unused + "graph net")
    uri = client.open(model_folder(tmp_path, text))
    (found,) = client.diagnostics(uri)
    assert (found["code"], found["severity"], found["tags"]) == ("unused-fragment", 4, [1])
    assert fixed(client, tmp_path, text, "spare(", "Remove 'spare'") == MODEL


def test_to_ignore_is_the_last_thought_and_none_for_an_error(client: Client, tmp_path: Path) -> None:
    text = MODEL.replace("y = block", "z = relu(c);\n    y = block")
    uri = client.open(model_folder(tmp_path, text))
    place = at(text, "z = relu")
    context: dict[str, Any] = {"diagnostics": []}
    offered = client.about("codeAction", uri, range={"start": place, "end": place}, context=context)
    assert [action["title"] for action in offered][-1] == "Ignore unused-result here"
    assert any(action["kind"].startswith("refactor") for action in offered)
    wrong = text.replace("relu(c)", "relu(d)")
    client.change(uri, 2, (None, wrong))
    titles = [action["title"] for action in fixes(client, uri, at(wrong, "d);"))]
    assert not any(title.startswith("Ignore undefined-name") for title in titles)
