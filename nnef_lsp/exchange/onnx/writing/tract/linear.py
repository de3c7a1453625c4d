"""Products with named or numbered axes."""

from __future__ import annotations

from .....model.shapes.tract.products import parts_of
from ....errors import Inexpressible
from .. import translated
from ..call import Call
from ..values import Value


@translated("tract_core_einsum")
def einsum(call: Call) -> Value:
    """ONNX repeats no axis of extent 1, and has no letters that only the result names."""
    terms, result = parts_of(call.text("expr"))
    values = call.tensors(0)
    extents: dict[str, object] = {}
    for letters, value in zip(terms, values, strict=True):
        for letter, extent in zip(letters, value.known_shape, strict=True):
            extents[letter] = extent if extents.get(letter, 1) == 1 else extents[letter]
    plain, kept = [], []
    for letters, value in zip(terms, values, strict=True):
        single = [a for a, c in enumerate(letters) if value.known_shape[a] == 1 != extents[c]]
        plain.append(call.squeeze(value, single))
        kept.append("".join(c for axis, c in enumerate(letters) if axis not in single))
    wanted = list(dict.fromkeys(result))
    known = "".join(c for c in wanted if any(c in term for term in kept))
    if len(set("".join(terms))) > 26:
        raise Inexpressible("the expression names more than 26 axes")
    product = call.writer.node("Einsum", *plain, equation=f"{','.join(kept)}->{known}")
    return call.unsqueeze(product, [axis for axis, c in enumerate(wanted) if c not in known])


@translated("tract_core_matmul")
def matmul(call: Call) -> Value:
    """axes: m and k of A, k and n of B, m and n of the result."""
    a, b = call.operands(0, 1)
    a_m, a_k, b_k, b_n, c_m, c_n = call.ints("axes")
    rest_a = [axis for axis in range(a.rank) if axis not in (a_m, a_k)]
    rest_b = [axis for axis in range(b.rank) if axis not in (b_k, b_n)]
    product = call.writer.node("MatMul", call.transpose(a, [*rest_a, a_m, a_k]), call.transpose(b, [*rest_b, b_k, b_n]))
    rest_c = [axis for axis in range(a.rank) if axis not in (c_m, c_n)]
    order = [*rest_c, c_m, c_n]
    return call.transpose(product, [order.index(axis) for axis in range(a.rank)])
