"""Every operation of every registry is declared, documented, and has a shape rule."""

from __future__ import annotations

import pytest

from nnef_lsp.model.analysis.analysis import detect_dialect
from nnef_lsp.model.operations.declarations import declared_operations
from nnef_lsp.model.operations.dialects import DIALECTS
from nnef_lsp.model.operations.tract.dialect import DIALECT as TRACT
from nnef_lsp.model.shapes import shape_rule
from nnef_lsp.syntax.source import Source

from .helpers import analyse, document, reported


@pytest.mark.parametrize("registry", TRACT.registries)
def test_every_operation_has_a_summary_and_a_shape_rule(registry: str) -> None:
    for name, operation in declared_operations(registry).items():
        assert operation.documentation.summary.endswith("."), name
        assert operation.registry == registry
        assert shape_rule(name, "tract") is not None, name


def test_optional_parameters_need_no_default() -> None:
    sdpa = declared_operations("tract_transformers")["tract_transformers_sdpa"]
    assert sdpa.by_name["mask"].optional and sdpa.by_name["mask"].default is None
    assert "mask: tensor<scalar> ?" in sdpa.signature


def test_an_operation_needs_its_registry() -> None:
    text = "version 1.0;\ngraph g( x ) -> ( y )\n{\n x = external(shape = [2]);\n y = tract_core_erf(x);\n}\n"
    assert reported(text) == ["error[registry-not-enabled]"]
    assert reported(text.replace("graph", "extension tract_registry tract_core;\ngraph", 1)) == []


def test_registries_may_have_other_names() -> None:
    text = document("x = external(shape = [2]); \n y = tract_pulse_delay(x, axis = 0, delay = 1, overlap = 0);")
    assert reported(text) == ["error[registry-not-enabled]"]
    assert reported(text.replace("tract_registry tract_onnx", "tract_registry pulse")) == []


def test_a_fragment_goes_before_an_operation_of_its_name() -> None:
    silu = "fragment relu( x: tensor<scalar> ) -> ( y: tensor<scalar> ) { y = tract_core_cast(x, to = 'f16'); }"
    analysis = analyse(document("x = external(shape = [2]); \n y = relu(x);", fragments=silu))
    assert analysis.tensors()["y"].dtype == "f16"


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("graph g( x ) -> ( y ) { x = external(shape = [1]); y = relu(x); }", "khronos"),
        ("extension tract_registry tract_core;", "tract"),
        ("graph g() -> (m) { m = [[1.0, 2.0]]; }", "tract"),
        ("graph g( x ) -> ( y ) { x = external(shape = [1]); y = pad(x, padding = [(1, 1)]); }", "khronos"),
    ],
)
def test_the_dialect_is_detected(text: str, dialect: str) -> None:
    assert detect_dialect(Source(text)) is DIALECTS[dialect]
