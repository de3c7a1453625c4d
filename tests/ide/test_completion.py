"""Completion and signature help while a statement is being typed."""

from __future__ import annotations

from nnef_lsp.ide.completion import Item, completion
from nnef_lsp.ide.signature import signature

from .drawing import question


def items(text: str) -> list[Item]:
    """What is offered, the likeliest first."""
    found = completion(*question(text))
    return sorted(found.items, key=lambda item: item.rank + item.label) if found is not None else []


def check_completion(text: str, *first: str, kind: str | None = None) -> None:
    """The first labels that are offered (of a kind)."""
    found = [item.label for item in items(text) if kind is None or item.kind == kind]
    assert found[: len(first)] == list(first)


BEGUN = "x = external(shape = [1,3,8,8]);\nk = variable(shape = [4,3,3,3], label = 'net/a');\n"


def test_operations_come_with_their_arguments() -> None:
    (conv,) = [item for item in items(BEGUN + "y = co$0\n") if item.label == "matmul"]
    assert conv.snippet == "matmul(${1:A}, ${2:B}, transposeA = ${3:false}, transposeB = ${4:false})$0"
    (pool,) = [item for item in items(BEGUN + "y = $0\n") if item.label == "max_pool"]
    assert pool.snippet is not None and "border = ${3|'constant','ignore'," in pool.snippet


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
