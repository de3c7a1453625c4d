"""Completion and signature help while a statement is being typed."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nnef_lsp.archive import open_model, write_tensor
from nnef_lsp.ide.completion.extensions import enabling
from nnef_lsp.ide.completion.items import Item
from nnef_lsp.ide.completion.proposals import completion
from nnef_lsp.ide.completion.signature import signature
from nnef_lsp.project.model_files import ModelWeights

from .drawing import edited, question


def items(text: str) -> list[Item]:
    """What is offered, the likeliest first."""
    found = completion(*question(text))
    return sorted(found.items, key=lambda item: item.rank + item.label) if found is not None else []


def label_path(folder: Path, label: str) -> Path:
    """The file of a label, its folder made."""
    path = folder / f"{label}.dat"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def check_completion(text: str, *first: str, kind: str | None = None) -> None:
    """The first labels that are offered (of a kind)."""
    found = [item.label for item in items(text) if kind is None or item.kind == kind]
    assert found[: len(first)] == list(first)


BEGUN = "x = external(shape = [1,3,8,8]);\nk = variable(shape = [4,3,3,3], label = 'net/a');\n"


def test_operations_come_with_their_arguments() -> None:
    (conv,) = [item for item in items(BEGUN + "y = co$0\n") if item.label == "matmul"]
    assert conv.snippet == "matmul(${1:A}, ${2:B})$0"
    (pool,) = [item for item in items(BEGUN + "y = $0\n") if item.label == "max_pool"]
    assert pool.snippet == "max_pool(${1:input}, size = ${2:[]})$0"
    assert pool.detail == "(input, size, …) -> output"
    (border,) = [item for item in items(BEGUN + "y = max_pool(x, $0)\n") if item.label == "border"]
    assert border.snippet is not None and border.snippet.startswith("border = ${1|'constant','ignore',")


def test_the_latest_tensor_of_the_right_type_comes_first() -> None:
    check_completion(BEGUN + "l = lt(x, 0.0);\ny = relu($0\n", "k", "x", "l")
    check_completion(BEGUN + "l = lt(x, 0.0);\ny = not($0\n", "l")


def test_parameters_not_yet_given() -> None:
    check_completion(
        BEGUN + "y = box(x, size = [1], $0", "border", "dilation", "normalize", "padding", "stride", kind="parameter"
    )


def test_strings_that_a_parameter_accepts() -> None:
    check_completion(BEGUN + "y = box(x, border = $0);", "'constant'", "'ignore'", "'reflect'")
    check_completion(BEGUN + "y = box(x, border = 're$0);", "constant", "ignore", "reflect", kind="string")


def test_names_that_must_be_defined() -> None:
    check_completion("$0", "x", "y")
    assert items("$0")[0].snippet == "x = external(shape = [${1:1}]);$0"


def test_outside_of_bodies() -> None:
    check_completion("$0\ngraph g( x ) -> ( y )\n{\n}\n", "extension", "fragment")
    check_completion("version 1.0;\nextension $0\ngraph g( x ) -> ( y ) { }", "KHR_enable_fragment_definitions")
    check_completion("fragment f( x: $0 ) -> ( y: tensor<> );\ngraph g( x ) -> ( y ) { }", kind="type")


def test_inside_a_fragment_its_own_names() -> None:
    text = "fragment f( a: tensor<scalar>, n: integer ) -> ( b: tensor<scalar> ) {\n c = relu(a);\n b = relu($0\n}\n"
    check_completion(text + "graph g( x ) -> ( y ) { }", "c", "a")


def test_nothing_in_comments() -> None:
    assert items(BEGUN + "# rel$0\n") == []


def test_names_of_parameters_only_where_an_argument_begins() -> None:
    assert all(item.kind == "tensor" for item in items(BEGUN + "y = concat([x, $0"))
    assert [item.label for item in items(BEGUN + "y = conv(x, k, padding = [(1, $0")] == []
    check_completion(BEGUN + "y = max_pool(x, size = [1,1,2,2], bor$0der = 'ignore');", "border", "dilation")


def test_nothing_behind_a_value_but_what_goes_on() -> None:
    for text in (
        "y $0",
        "y = relu(x)$0",
        "y = add(x, mul(k, relu(x))$0",
        "y = add(x, relu(k), $0",
        "y = conv(x, k, 0.0 $0",
    ):
        assert items(BEGUN + text) == []


def test_generic_types() -> None:
    check_completion(BEGUN + "y = external<$0", "integer", "logical", "scalar", "string")


TRACT = """version 1.0;
extension tract_registry tract_core;
extension tract_symbol S;
graph g( x ) -> ( y )
{
    x = external(shape = [1, S]);
    y = $0
}
"""


def test_tracts_data_types_and_symbols() -> None:
    check_completion(TRACT.replace("$0", "tract_core_cast(x, to = '$0"), "f32", "f16", "i64")
    check_completion(TRACT.replace("$0", "tract_core_cast(x, to = $0"), '"f32"', '"f16"')
    check_completion(TRACT.replace("$0", "slice(x, axes = [0], begin = [$0"), "S", "x")
    check_completion(TRACT.replace("$0", "x + x $0"), "else", "if", "in", "yield")


def test_an_operation_of_another_registry_brings_its_line() -> None:
    analysis, offset = question(TRACT)
    found = completion(analysis, offset)
    assert found is not None
    (item,) = [item for item in found.items if item.label == "tract_onnx_non_zero"]
    assert (item.registry, item.detail) == ("tract_onnx", "needs tract_onnx")
    edit = enabling(analysis, item.registry)
    assert edit is not None
    assert "tract_symbol S;\nextension tract_registry tract_onnx;\ngraph" in edited(analysis, [edit])
    assert not any(item.registry for item in items(BEGUN + "y = $0"))


def check_signature(text: str, active: str) -> None:
    found = signature(*question(text))
    assert found is not None
    spans = [found.label[start:end] for start, end, _ in found.parameters]
    assert (spans[found.active].split(":")[0] if found.active >= 0 else "") == active


def test_the_active_parameter() -> None:
    check_signature(BEGUN + "y = conv($0", "input")
    check_signature(BEGUN + "y = conv(x, $0\n z = relu(x);", "filter")
    check_signature(BEGUN + "y = conv(x, k, stride = [1, $0", "stride")
    check_signature(BEGUN + "y = conv(x, k, 0.0, bor$0", "border")
    check_signature(BEGUN + "y = add(x, relu($0", "x")
    assert signature(*question(BEGUN + "y = relu(x)$0;")) is None


NETWORK = """
    x = external(shape = [1, 3, 8, 8]);
    k = variable(shape = [4, 3, 3, 3], label = "net/a");
    b = variable(shape = [1, 4], label = "net/b");
    wide = variable(shape = [4, 5, 3, 3], label = "net/c");
    l = lt(x, 0.0);
"""


def test_what_the_operation_accepts_comes_first() -> None:
    check_completion(NETWORK + "y = conv(x, $0", "k", kind="tensor")
    check_completion(NETWORK + "y = conv(x, $0, b, stride = [2, 2]);", "k", kind="tensor")
    check_completion(NETWORK + "c = conv(x, k);\ny = conv(x, k, $0);", "b", kind="tensor")
    check_completion(NETWORK + "c = conv(x, k);\ny = add(c, $0", "b", "c", kind="tensor")
    assert [item.rank[0] for item in items(NETWORK + "y = conv(x, $0") if item.kind == "tensor"] == list("00666")


def test_no_tensors_where_none_is_taken() -> None:
    for text in (
        "pad(x, padding = $0",
        "box(x, size = [$0",
        "box(x, size = [1], border = $0",
        "conv(x, k, groups = $0",
    ):
        assert [item.label for item in items(NETWORK + f"y = {text}") if item.kind == "tensor"] == [], text


def test_quotes_are_those_of_the_document() -> None:
    check_completion(NETWORK + "y = box(x, border = $0);", '"constant"', '"ignore"')


def test_a_statement_begins_with_its_operation() -> None:
    (conv,) = [item for item in items(NETWORK + "$0\n") if item.label == "conv"]
    assert conv.snippet == "${50:output} = conv(${1:input}, ${2:filter});$0"
    (split,) = [item for item in items(NETWORK + "$0\n") if item.label == "split"]
    assert split.snippet == "[${50:values}] = split(${1:value}, axis = ${2:0}, ratios = ${3:[]});$0"


def test_data_that_no_variable_uses_yet(tmp_path: Path) -> None:
    for label, shape in (("net/a", (4, 3, 3, 3)), ("net/filter", (2, 2)), ("other/filter", (5,))):
        write_tensor(label_path(tmp_path, label), np.zeros(shape, np.float32))
    analysis, offset = question(NETWORK + "$0\n", ModelWeights(open_model(str(tmp_path))))
    found = completion(analysis, offset)
    assert found is not None
    assert [(item.detail, item.snippet) for item in found.items if item.kind == "file"] == [
        ("net/filter.dat [2, 2]", 'filter = variable(shape = [2, 2], label = "net/filter");$0'),
        ("other/filter.dat [5]", 'other_filter = variable(shape = [5], label = "other/filter");$0'),
    ]


def test_names_for_the_head_of_the_graph() -> None:
    text = "graph net( x$0 ) -> ( y )\n{\nx = external(shape = [1]);\nz = external(shape = [1]);\ny = add(x, u);\n}\n"
    check_completion(text.replace("x$0", "x, $0"), "u", "z")
    check_completion(text.replace("x$0", "x").replace("( y", "( y, $0"), "z", "x")


def test_rules_to_silence_are_those_of_the_line() -> None:
    check_completion(NETWORK + "# nnef-lsp: ignore[$0]\nunused = relu(x);\ny = add(x, x);", "unused-result")
    check_completion(NETWORK + "unused = relu(x); # nnef-lsp: ignore[un$0\ny = add(x, x);", "unused-result")
    assert items(NETWORK + "# nnef-lsp: ignore[$0]\ny = add(x, x);") == []


def test_a_label_brings_the_shape_of_its_data(tmp_path: Path) -> None:
    write_tensor(tmp_path / "w.dat", np.zeros((2, 3), np.float32))
    for before, after in (
        ("k = variable(label = '$0');", "k = variable(shape = [2, 3], label = '');"),
        ("k = variable(shape = [], label = '$0');", "k = variable(shape = [2, 3], label = '');"),
        ("k = variable(shape = [6], label = '$0');", "k = variable(shape = [6], label = '');"),
    ):
        analysis, offset = question(before, ModelWeights(open_model(str(tmp_path))))
        found = completion(analysis, offset)
        assert found is not None
        (item,) = found.items
        assert (item.label, item.detail) == ("w", "float32 [2, 3]")
        assert after in edited(analysis, item.edits)
