"""Strings that name files of the model: labels, resources and keys in them, other models."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from nnef_lsp.archive import open_model
from nnef_lsp.ide.completion.proposals import completion
from nnef_lsp.ide.hover.card import hover
from nnef_lsp.ide.names.definition import InModel, definition
from nnef_lsp.ide.names.links import linked_file, links
from nnef_lsp.ide.names.references import references
from nnef_lsp.ide.names.rename import Refused, rename, renamed_file
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.project.json_places import keys_of, place_of
from nnef_lsp.project.model_files import ModelWeights

from .drawing import drawn, edited, expected, question

GRAPH = """
version 1.0;
extension tract_registry tract_core;
extension tract_registry tract_resource;
fragment scaled( x: tensor<scalar> ) -> ( y: tensor<scalar> )
{
    w = variable<scalar>(label = "net/w", shape = [2]);
    y = x * w;
}
graph net( x ) -> ( y, z )
{
    n = tract_resource_get(label = "sizes", key = "$.inner.size");
    m = tract_resource_get(label = "sizes", key = "$.all[1].size");
    x = external(shape = [n, 2]);
    v = variable<scalar>(label = "net/w", shape = [2]);
    y = scaled(x) + v;
    z = tract_core_submodel([x], label = "other");
}
"""
SIZES = '{\n  "size": 1,\n  "inner": { "nothing": "\\"size\\": {", "size": 3 },\n  "all": [[1, {"size": 0}], {"size": 4}]\n}\n'
OTHER = "version 1.0;\ngraph inner( a ) -> ( b )\n{\n    a = external(shape = [3, 2]);\n    b = relu(a);\n}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model with one variable, one resource and one other model in a folder."""
    for name in ("net", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "net" / "w.dat").write_bytes(b"")
    (tmp_path / "net" / "unused.dat").write_bytes(b"")
    (tmp_path / "sizes.json").write_text(SIZES)
    (tmp_path / "other" / "graph.nnef").write_text(OTHER)
    (tmp_path / "graph.nnef").write_text("")
    return tmp_path


def asked(folder: Path, text: str, mark: str) -> tuple[Analysis, int]:
    """The model with the cursor where the mark has it."""
    plain = mark.replace("$0", "")
    assert plain in text
    return question(text.replace(plain, mark, 1), ModelWeights(open_model(str(folder))))


def target(folder: Path, mark: str, text: str = GRAPH) -> str | None:
    """`file` or `file: what stands there`."""
    found = definition(*asked(folder, text, mark))
    if not found:
        return None
    (place,) = [item.target for item in found]
    assert isinstance(place, InModel)
    there = place.text[place.start : place.end]
    return f"{place.file}: {there}" if there else place.file


def test_definitions_are_files_of_the_model(folder: Path) -> None:
    assert target(folder, '"net/$0w"') == "net/w.dat"
    assert target(folder, 'label = "si$0zes"') == "sizes.json"
    assert target(folder, '"oth$0er"') == "other/graph.nnef"
    assert target(folder, '"$.inner.si$0ze"') == 'sizes.json: "size"'
    analysis, offset = asked(folder, GRAPH, '"$.inner.si$0ze"')
    (found,) = definition(analysis, offset)
    assert isinstance(found.target, InModel)
    assert SIZES[: found.target.start].count("\n") == 2 and SIZES[found.target.end :].startswith(": 3 }")


def test_nothing_is_defined_by_what_is_not_there(folder: Path) -> None:
    for wrong in ("net/v", "../graph", "/etc/passwd", "net"):
        assert target(folder, f'"{wrong}$0"', GRAPH.replace("net/w", wrong)) is None
    for wrong in ("another", "..", ".", ""):
        assert target(folder, f'"{wrong}$0"', GRAPH.replace('"other"', f'"{wrong}"')) is None
    assert target(folder, '"$.inner.none$0"', GRAPH.replace("$.inner.size", "$.inner.none")) is None
    assert definition(*question(GRAPH.replace("net/w", "net/$0w", 1))) == []


def test_places_in_json() -> None:
    def at(key: str) -> str | None:
        span = place_of(SIZES, key)
        return None if span is None else SIZES[slice(*span)] + SIZES[span[1] :].split("\n")[0]

    assert at("$.all[1].size") == '"size": 4}]'
    assert at("$.all[0][1].size") == '"size": 0}], {"size": 4}]'
    assert at("$.all[1]") == '{"size": 4}]'
    assert at("$.size") == '"size": 1,'
    assert [at(key) for key in ("$.all[2]", "$.size.size", "$.al", "size", "$.all.x", "$[0]")] == [None] * 6
    assert place_of(SIZES, "$") == (0, 0)
    for broken in ("", "{", '{"a"', '{"a":', "[1, 2", "nul", '"', "{" * 5000):
        assert place_of(broken, "$.a[0]") is None
    assert place_of('{"a": 1, "a": 2}', "$.a") == (9, 12)


def test_keys_of_values() -> None:
    assert keys_of(json.loads(SIZES)) == ["$.size", "$.inner.nothing", "$.inner.size", "$.all", "$.all[1].size"]
    assert keys_of([1]) == ["$"] and keys_of({"with space": 1, "null": None}) == []


def test_links(folder: Path) -> None:
    analysis, _ = asked(folder, GRAPH, "$0version")
    found = list(links(analysis))
    assert drawn(analysis, [place for place, _, _ in found]) == expected("""
            w = variable<scalar>(label = "net/w", shape = [2]);
                                          ^^^^^
            n = tract_resource_get(label = "sizes", key = "$.inner.size");
                                            ^^^^^
            m = tract_resource_get(label = "sizes", key = "$.all[1].size");
                                            ^^^^^
            v = variable<scalar>(label = "net/w", shape = [2]);
                                          ^^^^^
            z = tract_core_submodel([x], label = "other");
                                                  ^^^^^
    """)
    files = [linked_file(analysis, kind, name) for _, kind, name in found]
    assert sorted(set(map(str, files))) == ["net/w.dat", "other/graph.nnef", "sizes.json"]
    assert linked_file(analysis, "submodel", "..") is None


def test_a_submodel_in_an_archive(folder: Path) -> None:
    with tarfile.open(folder / "packed.nnef.tgz", "w:gz") as archive:
        archive.add(folder / "other" / "graph.nnef", "graph.nnef")
    text = GRAPH.replace('"other"', '"packed"')
    assert target(folder, '"pack$0ed"', text) == "packed.nnef.tgz"
    card = hover(*asked(folder, text, '"pack$0ed"'))
    assert card is not None and "output b: tensor<scalar>[3, 2]" in card.markdown


@pytest.mark.parametrize(
    ("mark", "parts"),
    [
        ('label = "si$0zes"', ["**resource** `sizes.json`", '"inner"']),
        ('"$.inner.si$0ze"', ["**key** `$.inner.size` of `sizes.json`", "3"]),
        ('"oth$0er"', ["**model** `other` in `other/graph.nnef`", "input  a: tensor<scalar>[3, 2]", "output b: "]),
        ('"net/$0w"', ["**label** `net/w`"]),
    ],
)
def test_cards(folder: Path, mark: str, parts: list[str]) -> None:
    card = hover(*asked(folder, GRAPH, mark))
    assert card is not None
    for part in parts:
        assert part in card.markdown, card.markdown
    assert card.label == ("net/w" if "net" in mark else None)


def test_cards_of_what_is_not_there(folder: Path) -> None:
    def card(text: str, mark: str) -> str:
        found = hover(*asked(folder, text, mark))
        assert found is not None
        return found.markdown

    assert "no such file" in card(GRAPH.replace("sizes", "size"), 'label = "si$0ze"')
    assert "has no value at '$.inner.sizes'" in card(GRAPH.replace("inner.size", "inner.sizes"), '"$.inner.si$0zes"')
    assert "there is no folder" in card(GRAPH.replace('"other"', '"outer"'), '"out$0er"')


def offered(folder: Path, line: str) -> list[str]:
    """What is offered at the end of the graph, the likeliest first."""
    text = GRAPH.removesuffix("}\n") + "    " + line.replace("$0", "")
    found = completion(*asked(folder, text, line))
    assert found is not None
    return [item.label for item in sorted(found.items, key=lambda item: item.rank + item.label)]


def test_files_are_offered(folder: Path) -> None:
    assert offered(folder, 'q = variable(shape = [1], label = "$0') == ["net/unused", "net/w"]
    assert offered(folder, 'q = tract_resource_get(label = "$0') == ["sizes"]
    assert offered(folder, 'q = tract_core_submodel([x], label = "$0') == ["other"]
    keys = ["$.size", "$.inner.nothing", "$.inner.size", "$.all", "$.all[1].size"]
    assert offered(folder, 'q = tract_resource_get(label = "sizes", key = "$0') == keys
    assert offered(folder, 'q = tract_resource_get(key = "$0", label = "sizes");') == keys
    assert offered(folder, 'q = tract_resource_get(label = "none", key = "$0') == []


def test_every_variable_of_a_label(folder: Path) -> None:
    for mark in ('(label = "net/$0w", shape = [2]);\n    y = x', '(label = "net/$0w", shape = [2]);\n    y = scaled'):
        analysis, offset = asked(folder, GRAPH, mark)
        assert drawn(analysis, references(analysis, offset)) == expected("""
            w = variable<scalar>(label = "net/w", shape = [2]);
                                          ^^^^^
            v = variable<scalar>(label = "net/w", shape = [2]);
                                          ^^^^^
        """)


@pytest.mark.parametrize(
    ("mark", "name", "count", "moved"),
    [
        ('"net/$0w"', "net/weights", 2, ("net/w.dat", "net/weights.dat")),
        ('label = "si$0zes"', "shapes", 2, ("sizes.json", "shapes.json")),
        ('"oth$0er"', "inner/other", 1, ("other", "inner/other")),
    ],
)
def test_a_file_moves_with_its_name(folder: Path, mark: str, name: str, count: int, moved: tuple[str, str]) -> None:
    analysis, offset = asked(folder, GRAPH, mark)
    assert edited(analysis, rename(analysis, offset, name)).count(f'"{name}"') == count
    assert renamed_file(analysis, offset, name) == moved


def test_a_name_without_a_file_changes_alone(folder: Path) -> None:
    analysis, offset = asked(folder, GRAPH.replace("net/w", "net/v"), '"net/$0v"')
    assert len(rename(analysis, offset, "v")) == 2 and renamed_file(analysis, offset, "v") is None


@pytest.mark.parametrize(
    ("mark", "name", "sentence"),
    [
        ('"net/$0w"', "net/unused", "the model has a file 'net/unused.dat' already"),
        ('"net/$0w"', "../w", "climbs out of the model"),
        ('"net/$0w"', "C:/w", "absolute path"),
        ('label = "si$0zes"', 'a"b', "is not a label"),
        ('"oth$0er"', "net", "the model has a file 'net' already"),
        ('"$.inner.si$0ze"', "$.x", "is a key in 'sizes.json'"),
    ],
)
def test_names_of_files_that_are_refused(folder: Path, mark: str, name: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        rename(*asked(folder, GRAPH, mark), name)
    assert sentence in str(refused.value)
