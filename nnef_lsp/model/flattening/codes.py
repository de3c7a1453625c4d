"""Flattening in a dialect with quantized data types: results are brought to the codes that their type has.

The flat graph computes with the real numbers that codes stand for, (code - zero point) * scale, and rounds every result
of a quantized type to such a number (the kernel `quantize`); that is what tract computes on codes, where it computes well.
Three things are as in tract: element-wise functions of one operand cut codes off, all others round them, halves to even
(from one quantized type to another before the zero point is added, else after it); a type that graph.quant gives to a
result is rounded to at once by the operations that know it, else after the type of the operands; biases are codes in
units of the product of the other scales.

Not here: data types themselves (`dtypes/results.py`), rounding to quantized types
(`runtime/kernels/tract/quantized.py`).
"""

from __future__ import annotations

from ..operations.declarations import Operation
from ..values.codes import LIMITS, codes_of, product_type
from ..values.tensor import Tensor, tensor
from ..values.values import Value
from .flat_graph import Attributes
from .trace import Traced, Tracer


def after_step(tracer: Tracer, operation: Operation, operands: list[Value], output: Value) -> Value:
    """The result of an operation just traced, rounded if its type is quantized; a tensor of the flat graph."""
    operand = next((item for item in operands if isinstance(item, Tensor)), None)
    if operand is None or codes_of(operand.dtype) is None or not isinstance(output, Tensor):
        return output
    traits = operation.traits
    rounding = "zero" if traits.quantized == "cut off" else "even"
    if operation.name == tracer.dialect.cast and output.dtype == "?":
        output.dtype = operand.dtype
        return output
    if traits.quantized == "product" and output.dtype != "i32":
        output.dtype = _accumulator(operands) or output.dtype
    if output.dtype == "i32" and traits.quantized == "product":
        rounded = _rounded(tracer, output, "qi32(z:0 s:1)", "even")
        result = tracer.emit(tracer.dialect.cast, [rounded], {"to": "i32"}, tensor("i32", output.shape), "i32")
    elif codes_of(output.dtype) is None or traits.quantized == "moved":
        return output
    else:
        result = _rounded(tracer, output, output.dtype, rounding)
    if traits.at_once:
        tracer.trace.exact[id(result)] = (result, output, rounding)
    return result


def stored_as(tracer: Tracer, value: Tensor, dtype: str) -> Traced:
    """A value under a name to which graph.quant gives a quantized type."""
    made = codes_of(dtype)
    if (
        made is not None
        and value.dtype[:1] in "iu"
        and value.dtype[1:].isdigit()
        and id(value) not in tracer.trace.exact
    ):
        real = _real(tracer, value, dtype)  # codes that only get their meaning now
        return real if value.dtype == made.storage else _rounded(tracer, real, dtype, "even")
    _, exact, rounding = tracer.trace.exact.get(id(value), (value, value, "even"))
    former = codes_of(value.dtype) if exact is value else None
    return _rounded(tracer, exact, dtype, rounding, former.scale if former is not None else None)


def in_codes(tracer: Tracer, name: str, inputs: list[Value], attributes: Attributes) -> None:
    """What an operation on a quantized tensor takes for codes: biases (of linear layers those of no quantized type), the value
    of a padding, and everything in an Einstein summation, which knows no zero points and scales."""
    first = inputs[0]
    third = inputs[2] if len(inputs) > 2 else None
    value, wanted = attributes.get("value"), str(attributes.get("acc"))
    bias = third if isinstance(third, Tensor) else None
    if bias is not None and (name in ("conv", "deconv") or (name == "linear" and bias.dtype in ("i8", "u8", "i32"))):
        inputs[2] = _bias(tracer, bias, inputs)
    elif name == "pad" and isinstance(value, float) and isinstance(first, Tensor):
        made = codes_of(first.dtype)
        low, high = LIMITS[made.storage] if made is not None else (0, 0)
        if made is not None:
            code = min(max(int(max(min(value, 2.0**40), -(2.0**40))), low), high)
            attributes["value"] = (code - made.zero) * made.scale
    elif name in tracer.dialect.sums_of_codes and isinstance(first, list) and wanted in ("i32", "i64", "i8", "u8"):
        inputs[0] = [
            as_integers(tracer, item, wanted) if isinstance(item, Tensor) and codes_of(item.dtype) is not None else item
            for item in first
        ]


def _bias(tracer: Tracer, bias: Tensor, operands: list[Value]) -> Tensor:
    """The bias of a product of codes: its items are codes, in units of the product of the scales."""
    unit = codes_of(_accumulator(operands))
    if unit is None:
        return bias
    made = codes_of(bias.dtype)
    codes = bias
    if made is not None:
        codes = as_integers(tracer, bias, "i32")
    elif bias.dtype != "i32":
        codes = tracer.cast(bias, "i32")
    return _real(tracer, codes, f"qi32(z:0 s:{unit.scale!r})")


def as_integers(tracer: Tracer, value: Tensor, dtype: str) -> Traced:
    """The codes of a quantized tensor, as a cast to an integer type gives them."""
    made = codes_of(value.dtype)
    assert made is not None
    attributes = {"zero_point": made.zero, "scale": made.scale}
    return tracer.emit(tracer.dialect.kernel("codes"), [value], attributes, tensor(dtype, value.shape), dtype)


def _accumulator(operands: list[Value]) -> str:
    """The type of a product of codes that nobody names."""
    first, second = (operand.dtype if isinstance(operand, Tensor) else "" for operand in operands[:2])
    return product_type(first, second) or ""


def _rounded(tracer: Tracer, value: Tensor, dtype: str, rounding: str, former: float | None = None) -> Traced:
    """The value in a quantized type; `former` is the scale of the one that it has."""
    made = codes_of(dtype)
    assert made is not None
    attributes: Attributes = {"zero_point": made.zero, "scale": made.scale, "storage": made.storage}
    attributes |= {"rounding": rounding, "former": former}
    return tracer.emit(tracer.dialect.kernel("quantize"), [value], attributes, tensor(dtype, value.shape), "scalar")


def _real(tracer: Tracer, value: Tensor, dtype: str) -> Traced:
    made = codes_of(dtype)
    assert made is not None
    attributes = {"zero_point": made.zero, "scale": made.scale}
    return tracer.emit(tracer.dialect.kernel("from_codes"), [value], attributes, tensor(dtype, value.shape), "scalar")
