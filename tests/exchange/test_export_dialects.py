"""Operations of tract's dialect as ONNX: onnxruntime computes what our own engine does, in every data type as it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx", reason="onnx is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from nnef_lsp.exchange.errors import UnmappedError
from nnef_lsp.exchange.onnx.exporting import check, translate
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.flattening.flat_graph import FlatGraph
from nnef_lsp.model.flattening.flatten import flatten
from nnef_lsp.model.operations.dialects import DIALECTS
from nnef_lsp.rules import diagnose
from nnef_lsp.runtime.engines import EngineRun, find_engine
from nnef_lsp.runtime.planning.plan import make_plan
from nnef_lsp.syntax.source import Source

REGISTRIES = "".join(f"extension tract_registry tract_{name};\n" for name in ("core", "onnx", "transformers"))
RNG = np.random.default_rng(0)
REAL = "x = external<scalar>(shape = [2, 3, 4]);"
PICTURE = "x = external<scalar>(shape = [1, 2, 6, 6]);"
WHOLE = 'x = tract_core_external(shape = [2, 3], datum_type = "i64");'
HEADS = "q = external<scalar>(shape = [1, 4, 5, 8]);\n k = external<scalar>(shape = [1, 2, 5, 8]);\n v = external<scalar>(shape = [1, 2, 5, 8]);"
CASES = {
    "y = tract_core_silu(x);": REAL, "y = tract_core_erf(x);": REAL, "y = tract_core_hard_swish(x);": REAL,
    "y = tract_core_gelu_approx(x, fast_impl = false);": REAL, "y = tract_core_gelu_approx(x, fast_impl = true);": REAL,
    "y = tract_core_softmax(x, axes = [1]);": REAL, "y = tract_core_log_softmax(x, axes = [0, 2]);": REAL,
    "y = tract_core_rms_norm(x, axis = 2, eps = 0.001);": REAL, "y = tract_core_round_even(x);": REAL, "y = round(x);": REAL,
    "y = elu(x);": REAL, "y = square(x);": REAL, "y = recip(x);": REAL, "y = tract_core_pow_const(square(x), exponent = 1.5);": REAL,
    'y = tract_core_cast(x, to = "f16");': REAL, 'y = tract_core_cast(x, to = "i32");': REAL, "y = tract_core_is_nan(x);": REAL,
    "y = tract_core_broadcast(x, shape = [5, 2, 3, 4]);": REAL, "y = tract_core_product_reduce(x, axes = [1]);": REAL,
    "y = tract_core_cumsum(x, axis = 1, exclusive = true, reverse = false);": REAL, "y = tract_core_downsample(x, axis = 2, stride = 2, modulo = 1);": REAL,
    'y = tract_core_einsum([x, x], expr = "abc,adc->abd", acc = "f32");': REAL, "y = tract_core_trilu(x, 1, upper = true);": REAL,
    "y = tract_core_argmax_reduce_last(x, axes = [1]);": REAL, "y, i = tract_core_topk(x, 2, axis = 2, largest = true);": REAL,
    "y = slice(x, axes = [1], begin = [1], end = [0]);": REAL, "y = unsqueeze(x, axes = [0, 2]);": REAL, "y = tract_core_shape_of(x);": REAL,
    "y = max_pool(x, size = [1, 1, 3, 3], padding = [(0,0), (0,0), (1,1), (1,1)], stride = [1, 1, 2, 2]);": PICTURE,
    "y = tract_onnx_lrn(x, size = 3);": PICTURE, "y = add(x, x);": WHOLE, "y = tract_core_bitand(x, 3);": WHOLE, "y = tract_core_bitnot(x);": WHOLE,
    "y = tract_core_one_hot(x, axis = 2, dim = 5, value_off = 0.0, value_on = 2.0);": WHOLE,
    'y = tract_core_gather(x, [1, 0], axis = 1, datum_type = "i64");': WHOLE,
    'y = tract_transformers_sdpa(q, k, v, scale = 0.3, datum_type = "f32", acc_datum_type = "f32", is_causal = true);': HEADS,
}  # fmt: skip


def graph(statements: str) -> FlatGraph:
    inputs = [line.split("=")[0].strip() for line in statements.splitlines() if "external" in line]
    results = statements.splitlines()[-1].split("=")[0].strip()
    text = f"version 1.0;\n\n{REGISTRIES}\ngraph g( {', '.join(inputs)} ) -> ( {results} )\n{{\n{statements}\n}}\n"
    analysis = Analysis(Source(text), DIALECTS["tract"])
    assert [item.message for item in diagnose(analysis) if item.severity == "error"] == []
    return flatten(analysis)


@pytest.mark.parametrize("statement", CASES)
def test_onnxruntime_computes_what_our_engine_does(statement: str) -> None:
    flat = graph(f"{CASES[statement]}\n{statement}")
    check(translate(flat))
    inputs = {}
    for name in flat.inputs:
        fact = flat.tensors[name]
        shape = [int(extent) for extent in fact.shape or ()]  # type: ignore[call-overload]
        inputs[name] = (
            RNG.integers(0, 4, shape) if fact.dtype == "i64" else RNG.standard_normal(shape).astype(np.float32)
        )
    job = EngineRun(make_plan(flat), inputs, lambda label: np.zeros(0))
    ours, theirs = (find_engine(name).load(job).run(inputs).outputs for name in ("numpy", "onnxruntime"))
    for name in flat.outputs:
        assert ours[name].dtype == theirs[name].dtype and ours[name].shape == theirs[name].shape
        assert np.allclose(ours[name].astype(float), theirs[name].astype(float), rtol=1e-4, atol=1e-5, equal_nan=True)


@pytest.mark.parametrize("statement, reason", [
    ('y = tract_core_external(shape = [2], datum_type = "complexf32");', "no data type for 'complexf32'"),
    (REAL + "\ny = tract_core_fft(slice(x, axes = [2], begin = [0], end = [2]), axis = 1, inverse = false);", "ONNX has no operators for it"),
])  # fmt: skip
def test_what_onnx_does_not_have_is_said(statement: str, reason: str, tmp_path: Path) -> None:
    if "fft" not in statement:
        statement = statement.replace("y =", "x =") + "\ny = copy(x);"
    with pytest.raises(UnmappedError, match=reason):
        translate(graph(statement))
