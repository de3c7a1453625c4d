"""Operators of ONNX, each against ONNX's own reference implementation: many more than networks of pictures have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="onnx is not installed")

from onnx.reference import ReferenceEvaluator  # noqa: E402

from .onnx_models import agrees, imported, model, node, saved, value  # noqa: E402

RNG = np.random.default_rng(1)
ELEMENTS = {"f": 1, "i": 7, "b": 9}


def real(*shape: int) -> Any:
    return RNG.standard_normal(shape).astype(np.float32)


def spread(*shape: int) -> Any:
    return np.abs(real(*shape)) + np.float32(0.1)


X, PICTURE = real(2, 3, 4), real(1, 4, 6, 6)
UNARY = "Abs Neg Exp Sin Cos Tan Sinh Cosh Tanh Atan Asinh Sign Floor Ceil Round Erf Relu Sigmoid Softplus Softsign Mish HardSwish"
CASES: dict[str, tuple[str, list[Any], dict[str, Any], dict[str, Any]]] = {
    # name: operator, operands, stored operands by place (as constants), attributes
    **{name: (name, [X], {}, {}) for name in UNARY.split()},
    **{name: (name, [spread(2, 3)], {}, {}) for name in ("Log", "Sqrt", "Reciprocal")},
    **{name: (name, [X, real(3, 1)], {}, {}) for name in ("Add", "Sub", "Mul", "Less", "Greater", "Min", "Max", "Mean", "Sum")},
    **{f"{name} of a stored tensor": (name, [X], {"w": real(4)}, {}) for name in ("Add", "Sub", "Mul", "PRelu")},
    "Div": ("Div", [X, spread(3, 4)], {}, {}), "Pow": ("Pow", [spread(2, 3), real(3)], {}, {}),
    "Div of whole numbers": ("Div", [np.array([7, -7, 9]), np.array([2, 2, -4])], {}, {}),
    "Mod": ("Mod", [np.array([7, -7, 9]), np.array([3, 3, -4])], {}, {}),
    "Mod like C": ("Mod", [X, spread(2, 3, 4)], {}, {"fmod": 1}),
    "Where": ("Where", [X > 0, X, real(3, 1)], {}, {}), "Xor": ("Xor", [X > 0, real(4) > 0], {}, {}),
    "LessOrEqual": ("LessOrEqual", [X, real(4)], {}, {}), "Equal": ("Equal", [np.arange(6), np.array([0, 9, 2, 9, 4, 9])], {}, {}),
    "Gelu": ("Gelu", [X], {}, {}), "Gelu by tanh": ("Gelu", [X], {}, {"approximate": "tanh"}),
    "Celu": ("Celu", [X], {}, {"alpha": 0.7}), "Elu": ("Elu", [X], {}, {"alpha": 0.7}), "Selu": ("Selu", [X], {}, {}),
    "LeakyRelu": ("LeakyRelu", [X], {}, {}), "HardSigmoid": ("HardSigmoid", [X], {}, {}), "Shrink": ("Shrink", [X], {}, {"bias": 0.3}),
    "ThresholdedRelu": ("ThresholdedRelu", [X], {}, {"alpha": 0.4}),
    "Clip": ("Clip", [X], {"low": np.float32(-0.5), "high": np.float32(0.5)}, {}), "Clip below": ("Clip", [X], {"low": np.float32(0.2)}, {}),
    "Softmax": ("Softmax", [X], {}, {"axis": 1}), "LogSoftmax": ("LogSoftmax", [X], {}, {}), "Hardmax": ("Hardmax", [X], {}, {"axis": 1}),
    "Conv": ("Conv", [PICTURE], {"w": real(6, 2, 3, 3), "b": real(6)}, {"group": 2, "pads": [1, 0, 1, 2], "strides": [2, 1]}),
    "Conv of the same extents": ("Conv", [PICTURE], {"w": real(2, 4, 3, 3)}, {"auto_pad": "SAME_LOWER", "strides": [2, 2]}),
    "Conv along one axis": ("Conv", [real(1, 2, 9)], {"w": real(3, 2, 3)}, {"dilations": [2]}),
    "ConvTranspose": ("ConvTranspose", [PICTURE], {"w": real(4, 2, 3, 3)}, {"strides": [2, 2], "pads": [1, 1, 1, 1], "output_padding": [1, 1]}),
    "MaxPool": ("MaxPool", [PICTURE], {}, {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}),
    "MaxPool rounded up": ("MaxPool", [PICTURE], {}, {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1}),
    "AveragePool": ("AveragePool", [PICTURE], {}, {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}),
    "AveragePool with padding": ("AveragePool", [PICTURE], {}, {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "count_include_pad": 1}),
    "GlobalMaxPool": ("GlobalMaxPool", [PICTURE], {}, {}), "GlobalAveragePool": ("GlobalAveragePool", [PICTURE], {}, {}),
    "DepthToSpace": ("DepthToSpace", [PICTURE], {}, {"blocksize": 2, "mode": "CRD"}), "SpaceToDepth": ("SpaceToDepth", [PICTURE], {}, {"blocksize": 2}),
    "BatchNormalization": ("BatchNormalization", [PICTURE], {"s": real(4), "b": real(4), "m": real(4), "v": spread(4)}, {}),
    "InstanceNormalization": ("InstanceNormalization", [PICTURE], {"s": real(4), "b": real(4)}, {}),
    "LayerNormalization": ("LayerNormalization", [X], {"s": real(4), "b": real(4)}, {}),
    "LayerNormalization of two axes": ("LayerNormalization", [X], {"s": real(3, 4), "b": real(3, 4)}, {"axis": 1}),
    "GroupNormalization": ("GroupNormalization", [PICTURE], {"s": real(4), "b": real(4)}, {"num_groups": 2}),
    "LRN": ("LRN", [PICTURE], {}, {"size": 3}), "LpNormalization": ("LpNormalization", [X], {}, {"axis": 1}),
    "MeanVarianceNormalization": ("MeanVarianceNormalization", [PICTURE], {}, {}),
    "Gemm": ("Gemm", [real(3, 4)], {"b": real(4, 5), "c": real(5)}, {"alpha": 0.5, "beta": 2.0}),
    "MatMul of a matrix": ("MatMul", [X], {"w": real(4, 5)}, {}), "MatMul of vectors": ("MatMul", [real(4), real(4)], {}, {}),
    "MatMul with batches": ("MatMul", [real(2, 1, 3, 4), real(5, 4, 2)], {}, {}),
    "Einsum": ("Einsum", [real(2, 3, 4), real(2, 5, 4)], {}, {"equation": "bid,bjd->bij"}),
    "Einsum of one": ("Einsum", [X], {}, {"equation": "abc->ca"}),
    **{name: (name, [X], {"axes": np.array([1])}, {"keepdims": 0}) for name in ("ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceLogSumExp", "ReduceSumSquare", "ReduceProd")},
    "ReduceSum of all": ("ReduceSum", [X], {}, {}), "ArgMax": ("ArgMax", [X], {}, {"axis": 1, "keepdims": 0}), "ArgMin": ("ArgMin", [X], {}, {"axis": -1}),
    "Reshape": ("Reshape", [X], {"s": np.array([0, -1])}, {}), "Flatten": ("Flatten", [X], {}, {"axis": 2}),
    "Squeeze": ("Squeeze", [real(1, 3, 1)], {}, {}), "Unsqueeze": ("Unsqueeze", [X], {"axes": np.array([-1, 0])}, {}), "Transpose": ("Transpose", [X], {}, {}),
    "Concat": ("Concat", [X, real(2, 1, 4)], {}, {"axis": -2}), "Slice": ("Slice", [X], {"s": np.array([-1, 1]), "e": np.array([-99, 99]), "a": np.array([1, 2]), "t": np.array([-1, 2])}, {}),
    "Pad": ("Pad", [X], {"p": np.array([0, 1, 0, 0, 0, 2])}, {"mode": "reflect"}), "Pad with a value": ("Pad", [X], {"p": np.array([0, 1, 0, 0, 0, 2]), "v": np.float32(7)}, {}),
    "Tile": ("Tile", [X], {"r": np.array([1, 2, 3])}, {}), "Expand": ("Expand", [real(3, 1)], {"s": np.array([2, 3, 4])}, {}),
    "Gather": ("Gather", [X], {"i": np.array([[2, 0], [-1, 1]])}, {"axis": 1}), "Gather one": ("Gather", [X], {"i": np.array(-1)}, {"axis": 1}),
    "Gather at run time": ("Gather", [X, np.array([1, 0])], {}, {"axis": 2}), "Cast": ("Cast", [X], {}, {"to": 7}), "Cast to logicals": ("Cast", [np.array([0.0, 2.0], np.float32)], {}, {"to": 9}),
    "OneHot": ("OneHot", [np.array([1, -1, 3])], {"d": np.array(4), "v": np.array([2.0, 5.0], np.float32)}, {}), "Trilu": ("Trilu", [X], {}, {"upper": 0}),
    "CumSum": ("CumSum", [X], {"a": np.array(1)}, {"reverse": 1}), "IsNaN": ("IsNaN", [np.array([1, np.nan], np.float32)], {}, {}), "IsInf": ("IsInf", [np.array([1, -np.inf], np.float32)], {}, {}),
    "Resize to the nearest": ("Resize", [PICTURE], {"r": np.zeros(0, np.float32), "s": np.array([1, 1, 2, 3], np.float32)}, {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}),
    "Resize linearly": ("Resize", [PICTURE], {"r": np.zeros(0, np.float32), "s": np.array([1, 1, 2, 2], np.float32)}, {"mode": "linear"}),
    "Resize to less": ("Resize", [PICTURE], {"r": np.zeros(0, np.float32), "s": np.array([1, 1, 0.6, 0.6], np.float32)}, {"mode": "linear"}),
    "Resize by cubes": ("Resize", [PICTURE], {"r": np.zeros(0, np.float32), "s": np.array([1, 1, 1.5, 2], np.float32)}, {"mode": "cubic"}),
    "QuantizeLinear": ("QuantizeLinear", [X], {"s": np.float32(0.05), "z": np.uint8(7)}, {}),
    "DequantizeLinear": ("DequantizeLinear", [RNG.integers(0, 255, (2, 3, 4)).astype(np.uint8)], {"s": spread(3), "z": np.array([1, 2, 3], np.uint8)}, {"axis": 1}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_an_operator_computes_what_onnx_says(name: str, tmp_path: Path) -> None:
    operator, operands, stored, attributes = CASES[name]
    inputs = {f"x{number}": np.asarray(array) for number, array in enumerate(operands)}
    constants = {key: np.asarray(array) for key, array in stored.items()}
    facts = [
        value(key, array.shape, onnx.helper.np_dtype_to_tensor_dtype(array.dtype)) for key, array in inputs.items()
    ]
    opset = 21
    made = model([node(operator, [*inputs, *constants], ["y"], **attributes)], facts, ["y"], constants, opset)
    expected = {"y": np.asarray(ReferenceEvaluator(made).run(None, inputs)[0])}
    text, errors = imported(saved(made, tmp_path), tmp_path / "model")
    assert errors == [], text.text
    assert agrees(text, tmp_path / "model", inputs, expected) == "", text.text
