"""Strings that name fragments, parameters, files and symbols; properties of a model."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from nnef_lsp.archive import open_model
from nnef_lsp.ide.names.strings import symbol_of_string
from nnef_lsp.ide.text.tokens import words_of
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.analysis.references import properties
from nnef_lsp.model.weights import NoResource
from nnef_lsp.project.model_files import ModelWeights, value_at
from nnef_lsp.rules import diagnose, fixes_of
from nnef_lsp.syntax.source import Source

from .helpers import analyse, document

STEP = "fragment step( x_t: tensor<scalar>, h_0: tensor<scalar> ) -> ( n: tensor<scalar> ) { n = x_t + h_0; }"


def drawn(statement: str, fragments: str = "") -> list[str]:
    """`text -> kind name` for each string of the last statement that means something."""
    header = "extension tract_registry tract_resource;"
    analysis = analyse(document(f"x = external(shape = [3, 2]); \n {statement}", header, fragments))
    *_, segment = analysis.statements()
    words = words_of(segment)
    texts = [at for at, word in enumerate(words) if word.role == "text"]
    found = [symbol_of_string(analysis, segment, words, at) for at in texts]
    return [f"{item.place.text} -> {item.kind} {item.name}{item.within}" for item in found if item is not None]


def test_a_loop_refers_to_its_body_and_the_names_in_it() -> None:
    statement = (
        "y = tract_core_scan(body = 'step', scan = [('x_t', x, 0, 1)], full = [], "
        "state = [('h.0', [[0.0, 0.0]], 'n')], output = [('n', 'full', 0, 1)]);"
    )
    assert drawn(statement, STEP) == [
        "step -> operation step", "x_t -> parameter x_t", "h.0 -> parameter h_0", "n -> tensor n", "n -> tensor n",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("y = variable<scalar>(shape = [1], label = 'a/b');", ["a/b -> label a/b"]),
        ("y = variable<scalar>([1], 'a/b');", ["a/b -> label a/b"]),
        ("y = tract_onnx_non_zero(x, count_symbol = 'c');", ["c -> symbolic c"]),
        ("y = tract_core_cast(x, to = 'f16');", []),
        ("y = tract_resource_get(label = 'a/c', key = '$.k')", ["a/c -> resource a/c", "$.k -> resource-key $.ka/c"]),
        ("y = tract_core_submodel([x], label = 'inner')", ["inner -> submodel inner"]),
        ("y = relu(tract_core_scan(body = 'step', scan = [('x_t'", ["step -> operation step", "x_t -> parameter x_t"]),
    ],
)
def test_other_strings(statement: str, found: list[str]) -> None:
    assert drawn(statement, STEP) == found


def test_properties_are_read_from_their_fragment() -> None:
    fragment = 'fragment tract_core_properties() -> (properties: (string, tensor<scalar>)[]) { properties = [("a", "1.0"), ("b", tract_core_cast(8, to = "i64"))]; }'
    analysis = analyse(document("x = external(shape = [2]); \n y = relu(x);", fragments=fragment))
    assert [(item.key, item.value) for item in properties(analysis)] == [("a", "1.0"), ("b", 8)]


GRAPH = """version 1.0;
extension tract_registry tract_resource;
extension tract_registry tract_core;
graph g( x ) -> ( y )
{
    n = tract_resource_get(label = "config", key = "$.sizes[1]");
    x = external(shape = [n, 2]);
    y = tract_core_submodel([x], label = "inner");
}
"""


def test_resources_and_submodels_are_read_beside_the_graph(tmp_path: Path) -> None:
    (tmp_path / "graph.nnef").write_text(GRAPH)
    (tmp_path / "config.json").write_text(json.dumps({"sizes": [4, 7]}))
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "graph.nnef").write_text(
        "version 1.0;\nextension tract_registry tract_core;\ngraph i( a ) -> ( b )\n{\n a = external(shape = [7, 2]);\n b = tract_core_cast(a, to = 'f16');\n}\n"
    )
    model = open_model(str(tmp_path))
    analysis = Analysis(Source(model.graph_text()), None, ModelWeights(model))
    assert [item.message for item in diagnose(analysis)] == []
    assert (str(analysis.tensors()["x"]), str(analysis.tensors()["y"])) == ("tensor<f32>[7, 2]", "tensor<f16>[7, 2]")


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("sizes", "written like"),
        ("$.size", "no value at '$.size'"),
        ("$.sizes[2]", "no value"),
        ("$", "an object"),
        ("$.none", "null"),
    ],
)
def test_a_key_that_leads_nowhere(key: str, problem: str) -> None:
    with pytest.raises(NoResource) as caught:
        value_at({"sizes": [1, 2], "none": None}, key, "config.json")
    assert problem in caught.value.message


LOOP = (
    "y = tract_core_scan(body = 'step', scan = [('x_t', x, 0, 1)], full = [], "
    "state = [('h_0', [[0.0, 0.0]], 'n')], output = [('n', 'full', 0, 1)]);"
)


@pytest.mark.parametrize(
    ("right", "wrong", "marked", "problem", "fix"),
    [
        ("'step'", "'stpe'", "body = 'stpe'", "there is no fragment 'stpe'; did you mean 'step'?", "body = 'step'"),
        ("'x_t'", "'x_d'", "'x_d'", "the body has no 'x_d'; it has x_t, h_0; did you mean 'x_t'?", "'x_t'"),
        ("'n')]", "'m')]", "'m'", "the body has no 'm'; it has n", "'n'"),
        ("'full'", "'ful'", "'ful'", "an output is \"full\" or \"last\", found 'ful'; did you mean 'full'?", "'full'"),
    ],
)
def test_strings_that_name_nothing(right: str, wrong: str, marked: str, problem: str, fix: str) -> None:
    statement = LOOP.replace(right, wrong, 1)
    analysis = analyse(document(f"x = external(shape = [3, 2]); \n {statement}", fragments=STEP))
    (found,) = (item for item in diagnose(analysis) if item.rule != "unused-fragment")  # a body that nothing names
    assert found.segment.text[found.start : found.end] == marked
    assert problem in found.message
    edits = [fixed.edits[0].text for fixed in fixes_of(analysis, found)]
    assert fix in edits


def submodel_problems(folder: Path, label: str) -> list[str]:
    (folder / "graph.nnef").write_text(GRAPH.replace('"inner"', json.dumps(label)))
    (folder / "config.json").write_text('{"sizes": [1, 2]}')
    model = open_model(str(folder))
    return [item.message for item in diagnose(Analysis(Source(model.graph_text()), None, ModelWeights(model)))]


INNER = "version 1.0;\nextension tract_registry tract_core;\ngraph i( a ) -> ( b )\n{\n a = external(shape = [2, 2]);\n b = relu(a);\n}\n"


def test_a_submodel_that_is_not_there(tmp_path: Path) -> None:
    (problem,) = submodel_problems(tmp_path, "outer")
    assert "no folder or archive 'outer' with another model" in problem


@pytest.mark.parametrize("links", [1, 12])
def test_models_that_hold_themselves_by_links(tmp_path: Path, links: int) -> None:
    labels = [f"loop{number}" for number in range(links)]
    for label in labels:
        (tmp_path / label).symlink_to(".")
    calls = "".join(f"y{label} = tract_core_submodel([x], label = '{label}'); " for label in labels)
    (tmp_path / "graph.nnef").write_text(GRAPH.replace("y = ", calls + "y = ").replace('"inner"', '"loop0"'))
    (tmp_path / "config.json").write_text('{"sizes": [1, 2]}')
    model = open_model(str(tmp_path))
    found = [item.message for item in diagnose(Analysis(Source(model.graph_text()), None, ModelWeights(model)))]
    assert any("the other model 'loop0' holds others too deep, or itself" in message for message in found)


def test_names_of_files_that_were_meant(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "graph.nnef").write_text(INNER)
    (problem,) = submodel_problems(tmp_path, "iner")
    assert problem.endswith("did you mean 'inner'?")


def test_a_submodel_in_an_archive_and_none_outside_of_the_model(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (tmp_path / "graph.nnef").write_text(INNER)
    for place in (folder / "inner.nnef.tgz", tmp_path / "outer.nnef.tgz"):
        with tarfile.open(place, "w:gz") as archive:
            archive.add(tmp_path / "graph.nnef", "graph.nnef")
    assert submodel_problems(folder, "inner") == []
    for label in ("../outer", str(tmp_path / "outer"), "..", "", "."):
        (problem,) = submodel_problems(folder, label)
        assert "no folder or archive" in problem
