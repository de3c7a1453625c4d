"""What is known of each tensor: constants are computed, shapes inferred, by the package `onnx` itself.

Nodes all of whose operands are constants are computed by ONNX's reference implementation, as are `Shape` and `Size` of
tensors whose shapes are known.  Operators that are defined by others are replaced by these where nothing reads them.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
from onnx import AttributeProto, FunctionProto, NodeProto, TensorProto, defs, helper, numpy_helper, shape_inference

from ...errors import Inexpressible
from .tensors import Array, Known, shape_of

MAX_FOLDED = 1 << 27
"""Items of a constant that is computed; more are a sign of a hostile file."""
LARGE = 4096
"""Constants of more items say nothing of shapes."""
IR_VERSION = 10
RANDOM = {
    "RandomNormal",
    "RandomNormalLike",
    "RandomUniform",
    "RandomUniformLike",
    "Multinomial",
    "Bernoulli",
    "Dropout",
}
COMPARING = ("LessOrEqual", "GreaterOrEqual")
"""Of these ONNX knows the definition and not the shape."""
GROWING = {"ConstantOfShape", "Expand", "Tile", "Range", "Pad", "Resize", "Upsample", "OneHot", "EyeLike"}
"""Operators whose results may be larger than all that they read, by what an operand says."""


def inferred(
    node: NodeProto, opset: int, operands: Sequence[Known | None], wanted: Container[str] = ()
) -> list[tuple[int, tuple[int, ...]]]:
    """(element, shape) of each output.  Raises `Inexpressible` where that of one that is wanted is not known before a run,
    or nothing fits."""
    schema = schema_of(node, opset)
    there = [item for item in operands if item is not None]
    data = {
        item.name: numpy_helper.from_array(np.asarray(item.array(), order="C"))
        for item in there
        if item.items is not None and item.size <= LARGE
    }
    try:
        found = shape_inference.infer_node_outputs(
            schema, node, {item.name: item.type_proto() for item in there}, data,
            opset_imports=[helper.make_opsetid(node.domain, opset)], ir_version=IR_VERSION,
        )  # fmt: skip
    except Exception as error:
        raise Inexpressible(f"its operands do not fit: {' '.join(str(error).split())[:160]}") from error
    if node.op_type in COMPARING:
        common = np.broadcast_shapes(*(item.shape for item in there))
        found[node.output[0]] = helper.make_tensor_type_proto(TensorProto.BOOL, common)
    facts = []
    for name in node.output:
        kind = found.get(name)
        shape = shape_of(kind, name) if kind is not None else None
        if name in wanted and (kind is None or shape is None):
            raise Inexpressible(f"the shape of '{name}' is known only when it runs")
        facts.append((kind.tensor_type.elem_type, shape) if kind is not None and shape is not None else (0, ()))
    return facts


def schema_of(node: NodeProto, opset: int) -> Any:
    """ONNX's own description of an operator; raises `Inexpressible` for one that it does not know."""
    try:
        return defs.get_schema(node.op_type, opset, "" if node.domain == "ai.onnx" else node.domain)
    except defs.SchemaError as error:
        where = f" of the domain '{node.domain}'" if node.domain else ""
        raise Inexpressible(f"ONNX has no operator '{node.op_type}'{where} in version {opset}") from error


def folded(node: NodeProto, opset: int, operands: Sequence[Known | None]) -> list[Array] | None:
    """The outputs of a node that depends on constants only, or on nothing but shapes; None for any other."""
    if node.domain not in ("", "ai.onnx") or node.op_type in RANDOM:
        return None
    there = [item for item in operands if item is not None]
    if node.op_type in ("Shape", "Size") and there:
        shape = there[0].shape
        start = next((a.i for a in node.attribute if a.name == "start"), 0)
        end = next((a.i for a in node.attribute if a.name == "end"), len(shape))
        return [np.array(shape[start:end], np.int64) if node.op_type == "Shape" else np.array(prod(shape), np.int64)]
    if node.op_type == "EyeLike" and there:
        return _of_shape(node, opset, there[0])
    if any(item.items is None for item in there) or any(_has_graph(a) for a in node.attribute):
        return None
    if node.op_type in GROWING:
        sizes = [prod(shape) for _, shape in inferred(node, opset, operands, set(node.output))]
    else:
        sizes = []
    if any(size > MAX_FOLDED for size in [*sizes, *(item.size for item in there)]):
        raise Inexpressible("a constant that it gives would be too large")
    return _computed(node, opset, there)


def _of_shape(node: NodeProto, opset: int, operand: Known) -> list[Array] | None:
    """What depends on the shape of an operand, and not on its items."""
    zeros = np.zeros(operand.shape, helper.tensor_dtype_to_np_dtype(operand.element))
    return _computed(node, opset, [Known(operand.name, operand.element, operand.shape, lambda: zeros)])


def _has_graph(attribute: Any) -> bool:
    return attribute.HasField("g") or bool(attribute.graphs)


def _computed(node: NodeProto, opset: int, operands: Sequence[Known]) -> list[Array] | None:
    from onnx.reference import ReferenceEvaluator

    unique = {item.name: item for item in operands}
    graph = helper.make_graph(
        [node],
        "folded",
        [helper.make_tensor_value_info(item.name, item.element, item.shape) for item in unique.values()],
        [helper.make_empty_tensor_value_info(name) for name in node.output if name],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=IR_VERSION)
    try:
        with np.errstate(all="ignore"):
            found = ReferenceEvaluator(model).run(
                None, {name: np.asarray(item.array()) for name, item in unique.items()}
            )
    except Exception:  # the reference implementation lacks operators and old versions; then it is a node like any other
        return None
    return [np.asarray(item) for item in found] if all(_is_tensor(item) for item in found) else None


def _is_tensor(item: object) -> bool:
    return isinstance(item, (np.ndarray, np.generic))


def expanded(node: NodeProto, opset: int, operands: Sequence[Known | None]) -> tuple[list[NodeProto], int] | None:
    """The nodes that an operator is defined by, if it is, with names of its own for what they make, and the version of the
    operators that they are written in."""
    schema = schema_of(node, opset)
    body: FunctionProto | None = None
    if schema.has_function:
        body = schema.function_body if not schema.function_opset_versions else _body(schema, opset)
    elif schema.has_context_dependent_function:
        body = FunctionProto()
        types = [item.type_proto().SerializeToString() if item is not None else b"" for item in operands]
        versions = [v for v in schema.context_dependent_function_opset_versions if v <= opset]
        if not versions:
            return None
        text = schema.get_context_dependent_function_with_opset_version(max(versions), node.SerializeToString(), types)
        body.ParseFromString(text)
    if body is None or not body.node:
        return None
    version = next((int(item.version) for item in body.opset_import if item.domain in ("", "ai.onnx")), opset)
    defaults = {name: item.default_value for name, item in schema.attributes.items() if item.default_value.name}
    return instantiated(node, body, defaults), version


def _body(schema: Any, opset: int) -> FunctionProto | None:
    versions = [v for v in schema.function_opset_versions if v <= opset]
    if not versions:
        return None
    found = schema.get_function_with_opset_version(max(versions))
    body = FunctionProto()
    body.CopyFrom(found) if isinstance(found, FunctionProto) else body.ParseFromString(found)
    return body


def instantiated(node: NodeProto, body: FunctionProto, defaults: Mapping[str, AttributeProto]) -> list[NodeProto]:
    """The nodes of a function with the names and attributes of the node that calls it."""
    names: dict[str, str] = {"": ""}
    names.update(zip(body.input, [*node.input, *[""] * len(body.input)], strict=False))
    names.update((formal, actual) for formal, actual in zip(body.output, node.output, strict=False) if actual)
    given = {**defaults, **{item.name: item for item in node.attribute}}
    for item in body.attribute_proto:
        given.setdefault(item.name, item)
    prefix = next((name for name in node.output if name), node.name)
    found = []
    for inner in body.node:
        copy = NodeProto()
        copy.CopyFrom(inner)
        copy.input[:] = [names.setdefault(name, f"{prefix}/{name}") for name in inner.input]
        copy.output[:] = [names.setdefault(name, f"{prefix}/{name}") if name else "" for name in inner.output]
        copy.name = node.name
        del copy.attribute[:]
        for attribute in inner.attribute:
            if not attribute.ref_attr_name:
                copy.attribute.add().CopyFrom(attribute)
            elif attribute.ref_attr_name in given:
                added = copy.attribute.add()
                added.CopyFrom(given[attribute.ref_attr_name])
                added.name = attribute.name
        found.append(copy)
    return found


def values_of(known: Mapping[str, Known], names: Sequence[str]) -> list[Known | None]:
    """Operands by name, None for one that is left out."""
    return [known[name] if name else None for name in names]
