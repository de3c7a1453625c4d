"""The benchmark's networks in onnxruntime (packages `onnx` and `onnxruntime`): the same graph and weights, as ONNX.

Only what `execution_networks.py` uses is translated.  The model is written beside the NNEF one when it is first loaded,
so that a process that finds it there loads what a user of onnxruntime would.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from nnef_lsp.model.flattening.flat_graph import Invocation, TensorName, tensor_names
from nnef_lsp.runtime.engines import EngineRun
from nnef_lsp.runtime.engines.flat_text import wanted_names
from nnef_lsp.runtime.execution.execute import Result


@dataclass(frozen=True)
class OnnxEngine:
    """Beside the engines of the package; needed by nobody but this benchmark."""

    name: str = "onnxruntime"

    def missing(self) -> str | None:
        absent = [package for package in ("onnx", "onnxruntime") if importlib.util.find_spec(package) is None]
        return f"pip install {' '.join(absent)}" if absent else None

    def load(self, job: EngineRun) -> OnnxRun:
        assert job.model is not None
        path = os.path.join(job.model, "model.onnx")
        if not os.path.exists(path):
            Translation(job).write(path)
        return OnnxRun(path, job.threads)


class OnnxRun:
    def __init__(self, path: str, threads: int) -> None:
        import onnxruntime  # type: ignore[import-not-found, import-untyped, unused-ignore]

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.outputs = [output.name for output in self.session.get_outputs()]

    def run(
        self,
        inputs: Mapping[str, Any],
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Result:
        started = perf_counter()
        found = self.session.run(self.outputs, dict(inputs))
        tensors = dict(zip(self.outputs, found, strict=True))
        return Result(tensors, tensors, [perf_counter() - started])


class Translation:
    """A plan as an ONNX graph; every tensor keeps its name and shape, parameters become vectors where ONNX wants them."""

    def __init__(self, job: EngineRun) -> None:
        self.job, self.graph = job, job.plan.graph
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}
        labels = {tensor_names(v.outputs)[0]: str(v.attributes["label"]) for v in job.plan.variables}
        self.weights = {name: np.asarray(job.weights(label)) for name, label in labels.items()}
        for step in job.plan.steps:
            getattr(self, step.invocation.operation, self.same)(step.invocation)

    def write(self, path: str) -> None:
        from onnx import TensorProto, checker, helper, numpy_helper, save  # type: ignore[import-not-found, import-untyped, unused-ignore]

        def value(name: str) -> Any:
            return helper.make_tensor_value_info(name, TensorProto.FLOAT, self.shape(name))

        constants = [numpy_helper.from_array(array, name) for name, array in self.constants.items()]
        outputs = [value(name) for name in wanted_names(self.job.plan)]
        graph = helper.make_graph(
            self.nodes, self.graph.name, [value(n) for n in self.graph.inputs], outputs, constants
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        checker.check_model(model)
        save(model, path)

    def shape(self, name: str) -> list[int]:
        return [int(str(extent)) for extent in self.graph.tensors[name].shape or ()]

    def node(self, kind: str, inputs: list[str], invocation: Invocation | str, **attributes: Any) -> None:
        from onnx import helper  # type: ignore[import-not-found, import-untyped, unused-ignore]

        output = invocation if isinstance(invocation, str) else tensor_names(invocation.outputs)[0]
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))

    def constant(self, array: Any, name: str = "") -> str:
        name = name or f"constant_{len(self.constants)}"
        self.constants[name] = np.ascontiguousarray(array)
        return name

    def name(self, item: Any, flat: bool = False) -> str:
        """The input's name in the ONNX graph; `flat` makes a vector of a parameter."""
        if not isinstance(item, TensorName):
            return self.constant(np.float32(item))
        if item.name not in self.weights:
            return item.name
        return self.constant(self.weights[item.name].reshape(-1) if flat else self.weights[item.name], item.name)

    # -- operations --------------------------------------------------------------------------------------------------

    def same(self, call: Invocation) -> None:
        kinds = {"relu": "Relu", "add": "Add", "sub": "Sub", "mul": "Mul", "sigmoid": "Sigmoid", "tanh": "Tanh"}
        self.node(kinds[call.operation], [self.name(item) for item in call.inputs], call)

    def conv(self, call: Invocation) -> None:
        x, filter, bias = call.inputs
        kernel = self.shape(filter.name)[2:]  # type: ignore[union-attr]
        inputs = [
            self.name(x),
            self.name(filter),
            *([self.name(bias, flat=True)] if isinstance(bias, TensorName) else []),
        ]
        groups = call.attributes["groups"] or self.shape(inputs[0])[1]
        self.node(
            "Conv",
            inputs,
            call,
            kernel_shape=kernel,
            group=groups,
            **self.window(call, kernel, call.attributes["padding"]),
        )

    def max_pool(self, call: Invocation) -> None:
        kernel = call.attributes["size"][2:]
        window = self.window(call, kernel, call.attributes["padding"][2:])
        kind = {"max_pool": "MaxPool", "avg_pool": "AveragePool"}[call.operation]
        self.node(kind, [self.name(call.inputs[0])], call, kernel_shape=kernel, **window)

    avg_pool = max_pool

    def window(self, call: Invocation, kernel: list[int], padding: list[tuple[int, int]]) -> dict[str, list[int]]:
        strides = call.attributes["stride"][-2:]
        if not padding:
            extents = self.shape(tensor_names(call.inputs)[0])[2:]
            totals = [max((-(-n // s) - 1) * s + k - n, 0) for n, k, s in zip(extents, kernel, strides, strict=True)]
            padding = [(total // 2, total - total // 2) for total in totals]
        return {"strides": strides, "pads": [before for before, _ in padding] + [after for _, after in padding]}

    def batch_normalization(self, call: Invocation) -> None:
        x, mean, variance, offset, scale = (self.name(item, flat=True) for item in call.inputs)
        self.node("BatchNormalization", [x, scale, offset, mean, variance], call, epsilon=call.attributes["epsilon"])

    def local_response_normalization(self, call: Invocation) -> None:
        given = call.attributes
        self.node(
            "LRN",
            [self.name(call.inputs[0])],
            call,
            size=given["size"][1],
            alpha=given["alpha"],
            beta=given["beta"],
            bias=given["bias"],
        )

    def concat(self, call: Invocation) -> None:
        self.node("Concat", tensor_names(call.inputs), call, axis=call.attributes["axis"])

    def softmax(self, call: Invocation) -> None:
        self.node("Softmax", [self.name(call.inputs[0])], call, axis=call.attributes["axes"][0])

    def matmul(self, call: Invocation) -> None:
        a, b = (self.name(item) for item in call.inputs)
        if call.attributes["transposeB"]:
            rank = len(self.shape(b))
            self.node("Transpose", [b], f"{b}_transposed", perm=[*range(rank - 2), rank - 1, rank - 2])
            b += "_transposed"
        self.node("MatMul", [a, b], call)

    def sqr(self, call: Invocation) -> None:
        self.node("Mul", [self.name(call.inputs[0])] * 2, call)

    def rsqrt(self, call: Invocation) -> None:
        root = f"{tensor_names(call.outputs)[0]}_root"
        self.node("Sqrt", [self.name(call.inputs[0])], root)
        self.node("Reciprocal", [root], call)

    def mean_reduce(self, call: Invocation) -> None:
        self.node("ReduceMean", [self.name(call.inputs[0])], call, axes=call.attributes["axes"], keepdims=1)

    def slice(self, call: Invocation) -> None:
        lists = [
            self.constant(np.asarray(call.attributes[key], np.int64)) for key in ("begin", "end", "axes", "stride")
        ]
        self.node("Slice", [self.name(call.inputs[0]), *lists], call)

    def linear(self, call: Invocation) -> None:
        x, filter, bias = call.inputs
        given = [self.name(bias, flat=True)] if isinstance(bias, TensorName) else []
        self.node("Gemm", [self.name(x), self.name(filter), *given], call, transB=1)

    def transpose(self, call: Invocation) -> None:
        self.node("Transpose", [self.name(call.inputs[0])], call, perm=call.attributes["axes"])

    def reshape(self, call: Invocation) -> None:
        shape = self.constant(np.asarray(call.attributes["shape"], np.int64))
        self.node("Reshape", [self.name(call.inputs[0]), shape], call)


ONNX = OnnxEngine()
