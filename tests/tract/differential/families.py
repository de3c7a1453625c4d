"""A writer of random invocations for each operation that tract has.

Each takes a `Maker` and the name of an operation and returns the expression (and how many results it gives).

Not here: what tract and we make of them (`compare.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from .making import EXTENTS, INTEGERS, Case, Maker

Writer = Callable[[Maker, str], "str | tuple[str, int]"]
FAMILIES: dict[str, Writer] = {}


def family(*operations: str) -> Callable[[Writer], Writer]:
    """Register the writer of some operations."""

    def register(writer: Writer) -> Writer:
        FAMILIES.update(dict.fromkeys(operations, writer))
        return writer

    return register


UNARY = """
    copy neg exp log sin cos tan sinh cosh tanh asin acos atan asinh acosh atanh abs sign not floor ceil round sqr sqrt rsqr
    rsqrt log2 recip square relu sigmoid softplus elu tract_core_erf tract_core_hard_swish tract_core_silu
    tract_transformers_silu tract_core_round_even tract_core_is_nan tract_core_bitnot
"""
BINARY = """
    add sub mul div pow lt gt le ge eq ne and or min max tract_core_bitand tract_core_bitor tract_core_bitxor tract_core_xor
    tract_shl tract_shr
"""
OPERATORS = ("+", "-", "*", "/", "^", "<", "<=", ">", ">=", "==", "!=")


@family(*UNARY.split())
def unary(m: Maker, operation: str) -> str:
    kind = m.dtype(0.5)
    low = {"acosh": 1.0, **dict.fromkeys(("log", "log2", "sqrt", "rsqrt", "recip", "rsqr"), 0.1)}.get(operation, -0.9)
    if m.chance(0.1):
        return m.call(operation, [m.pick(("1", "1.5", "-2", "S", "true", "[1, 2]", "[0.5]", "S + 1"))])
    return m.call(operation, [m.input(m.shape(), kind, low, 3 if low >= 0 else 0.9 if kind[0] == "f" else 5)])


def operand(m: Maker, shape: list[int | str], kind: str) -> str:
    if m.chance(0.25):
        return str(
            m.pick(
                (
                    "1",
                    "2",
                    "1.0",
                    "0.5",
                    "-3",
                    "true",
                    "S",
                    "T",
                    "S + 1",
                    "[1, 2]",
                    "[1.0, 2.0]",
                    "[[1.0]]",
                    "[1]",
                    "2 * S - T",
                )
            )
        )
    if m.chance(0.1) and all(isinstance(extent, int) for extent in shape) and kind not in ("TDim", "string"):
        return m.variable([extent for extent in shape if isinstance(extent, int)], kind)
    if m.chance(0.1):
        return f"tract_core_cast({m.input(shape, kind)}, to = '{m.dtype(0.5)}')"
    return m.input(shape, kind, 1 if kind[0] in "uU" else -4, 5)


def two_shapes(m: Maker) -> tuple[list[int | str], list[int | str]]:
    first = m.shape()
    second = [1 if m.chance(0.2) else m.pick(EXTENTS) if m.chance(0.15) else extent for extent in first]
    if m.chance(0.2):
        second = second[: m.random.randrange(len(second) + 1)]
    return (first, second) if m.chance(0.5) else (second, first)


@family(*BINARY.split())
def binary(m: Maker, operation: str) -> str:
    x, y = two_shapes(m)
    logical = operation in ("and", "or", "tract_core_xor") and m.chance(0.8)
    integral = operation.startswith(("tract_core_bit", "tract_sh")) and m.chance(0.8)
    kind = "bool" if logical else str(m.pick(INTEGERS)) if integral else m.dtype(0.4)
    other = kind if m.chance(0.75) else m.dtype(0.5)
    return m.call(operation, [operand(m, x, kind), operand(m, y, other)])


@family("operators")
def operators(m: Maker, operation: str) -> str:
    x, y = two_shapes(m)
    kind = m.dtype(0.4)
    text = f"{operand(m, x, kind)} {m.pick(OPERATORS)} {operand(m, y, kind)}"
    return text if m.chance(0.5) else f"({text}) {m.pick(OPERATORS)} {operand(m, x, kind)}"


@family("select")
def select(m: Maker, operation: str) -> str:
    x, y = two_shapes(m)
    kind = m.dtype(0.3)
    condition = (
        m.input(m.pick((x, y)), "bool" if m.chance(0.9) else "f32") if m.chance(0.9) else m.pick(("true", "S > 3", "1"))
    )
    return m.call("select", [condition, operand(m, x, kind), operand(m, y, kind if m.chance(0.8) else m.dtype())])


@family("clamp")
def clamp(m: Maker, operation: str) -> str:
    x, y = two_shapes(m)
    kind = m.dtype(0.3)
    return m.call("clamp", [m.input(x, kind), operand(m, y, kind), operand(m, y, kind)])


@family("leaky_relu", "prelu")
def slopes(m: Maker, operation: str) -> str:
    x = m.input(m.shape(), m.dtype(0.1))
    if operation == "prelu":
        return m.call("prelu", [x, operand(m, m.inputs[x].shape[:2], m.inputs[x].dtype)])
    return m.call("leaky_relu", [x], alpha=m.pick((0.1, 1, 0.5)))


@family(
    "softabs", "tract_core_pow_const", "tract_core_is_inf", "tract_core_gelu_approx", "tract_transformers_gelu_approx"
)
def with_attributes(m: Maker, operation: str) -> str:
    x = m.input(m.shape(), m.dtype(0.15), 0.1)
    if operation == "softabs":
        return m.call(operation, [x], epsilon=m.pick((0.1, 1)))
    if operation == "tract_core_pow_const":
        return m.call(operation, [x], exponent=m.pick((2.0, 0.5, 3)))
    if operation == "tract_core_is_inf":
        return m.call(
            operation, [x], detect_positive=m.pick((None, True, False)), detect_negative=m.pick((None, False))
        )
    return m.call(operation, [x], fast_impl=m.pick((True, False, 1)))


def axes_of(m: Maker, rank: int) -> list[int]:
    chosen = [axis for axis in range(rank) if m.chance(0.5)] or [0]
    if m.chance(0.08):
        m.random.shuffle(chosen)
    if m.chance(0.05):
        chosen.append(m.pick((-1, rank, 0)))
    return chosen


@family(
    "sum_reduce", "max_reduce", "min_reduce", "argmax_reduce", "argmin_reduce", "any_reduce", "all_reduce", "mean_reduce", "moments",
    "tract_core_product_reduce", "tract_core_argmax_reduce_last", "tract_core_argmin_reduce_last", "l1_normalization",
    "l2_normalization", "tract_core_softmax", "tract_core_log_softmax", "softmax",
)  # fmt: skip
def reduction(m: Maker, operation: str) -> str | tuple[str, int]:
    kind = "bool" if operation in ("any_reduce", "all_reduce") and m.chance(0.8) else m.dtype(0.3)
    shape = m.shape(m.pick((1, 2, 3, 4)))
    axes: object = axes_of(m, len(shape))
    if m.chance(0.1):
        axes = 0
    if "arg" in operation and m.chance(0.7):
        axes = [m.random.randrange(len(shape))]
    normalize = m.pick((None, True, False)) if operation == "sum_reduce" else None
    text = m.call(operation, [m.input(shape, kind, -5, 5)], axes=axes, normalize=normalize)
    return (text, 2) if operation == "moments" else text


@family("batch_normalization")
def batch_normalization(m: Maker, operation: str) -> str:
    shape = m.shape(m.pick((2, 3, 4)))
    parts = [
        m.input([1, shape[1]], "f32", 0.1, 1) if m.chance(0.8) else operand(m, [1, shape[1]], "f32") for _ in range(4)
    ]
    return m.call(operation, [m.input(shape), *parts], epsilon=m.pick((None, 0.001, 0.0)))


@family(
    "local_response_normalization",
    "local_mean_normalization",
    "local_variance_normalization",
    "local_contrast_normalization",
)
def local_normalization(m: Maker, operation: str) -> str:
    rank = m.pick((3, 4))
    size = [1, 1, *[m.pick((1, 3)) for _ in range(rank - 2)]] if m.chance(0.7) else [1, 3, *[1] * (rank - 2)]
    return m.call(operation, [m.input([m.pick((1, 2)), 3, *m.shape(rank - 2)], m.dtype(0.1))], size=size)


@family("reshape")
def reshape(m: Maker, operation: str) -> str:
    shape = m.pick(
        ([2, 3, 4], [6], ["S", 4], ["S", "T"], ["2*S", 3], [1, "S", 4], ["S+1", 2], [2, "S", 6], ["S", 1], [])
    )
    items = m.pick(
        ([-1], [0, -1], [2, -1], [0, 0, -1], [-1, 4], ["S", -1], [4, "S"], [0, 2, 2], [1, -1], [3, 8], [2, "S", 3], [1, 0],
         ["S*T"], [-1, "S"], [0, -1, 2], ["2*S", -1], [3, -1, 2], [1], [], [0, 0, 0, -1], [-1, -1], ["S", "T", 1])
    )  # fmt: skip
    start, count = (m.pick((None, 0, 1)), m.pick((None, -1, 1, 2))) if m.chance(0.3) else (None, None)
    return m.call("reshape", [m.input(shape, m.dtype(0.3))], shape=items, axis_start=start, axis_count=count)


@family("transpose")
def transpose(m: Maker, operation: str) -> str:
    shape = m.shape()
    axes = list(range(len(shape) if m.chance(0.7) else max(len(shape) - 1, 0)))
    m.random.shuffle(axes)
    return m.call("transpose", [m.input(shape, m.dtype(0.3))], axes=axes)


@family("squeeze", "unsqueeze")
def units(m: Maker, operation: str) -> str:
    shape = [1 if m.chance(0.5) else extent for extent in m.shape()]
    rank = len(shape) + (operation == "unsqueeze") * m.pick((1, 2))
    if operation == "squeeze" and m.chance(0.8):
        axes: object = [axis for axis, extent in enumerate(shape) if extent == 1 and m.chance(0.7)]
    else:
        axes = [m.random.randrange(rank) if rank else 0 for _ in range(m.pick((0, 1, 1, 2)))]
    if m.chance(0.05):
        axes = m.pick((0, [-1], [7], [0, 0], [1, 0]))
    return m.call(operation, [m.input(shape, m.dtype(0.3)) if m.chance(0.9) else operand(m, shape, "f32")], axes=axes)


@family("concat", "stack")
def joining(m: Maker, operation: str) -> str:
    shape = m.shape(m.pick((1, 2, 3)))
    axis = m.random.randrange(len(shape) + (operation == "stack"))
    kind = m.dtype(0.3)
    parts = []
    for _ in range(m.pick((1, 2, 2, 3))):
        own = list(shape)
        if operation == "concat" and axis < len(own):
            own[axis] = m.pick(EXTENTS)
        if m.chance(0.05):
            own[-1] = m.pick(EXTENTS)
        parts.append(operand(m, own, kind) if m.chance(0.15) else m.input(own, kind if m.chance(0.9) else m.dtype()))
    return m.call(operation, [f"[{', '.join(parts)}]"], axis=axis if m.chance(0.95) else m.pick((-1, 9)))


@family("unstack")
def unstack(m: Maker, operation: str) -> tuple[str, int]:
    shape = m.shape(m.pick((1, 2, 3)), 0.15)
    axis = m.random.randrange(len(shape))
    count = shape[axis] if isinstance(shape[axis], int) and m.chance(0.9) else 2
    return m.call("unstack", [m.input(shape, m.dtype())], axis=axis), int(count)


@family("slice")
def slice_(m: Maker, operation: str) -> str:
    shape = m.shape(m.pick((1, 2, 3)))
    axes, begin, end, stride = [], [], [], []
    for axis, extent in enumerate(shape):
        if m.chance(0.6):
            axes.append(axis)
            begin.append(m.pick((0, 0, 0, 1, 1, 2, -1, -2, "S", "S-1")))
            end.append(m.pick((0, 1, 2, 3, extent, extent, extent, -1, 9, "S", "T", "S+1", 9223372036854775807)))
            stride.append(m.pick((1, 1, 1, 2, 3, -1, "S")))
    return m.call(
        "slice", [m.input(shape, m.dtype())], axes=axes, begin=begin, end=end, stride=stride if m.chance(0.4) else None
    )


@family("pad")
def pad(m: Maker, operation: str) -> str:
    shape = m.shape(m.pick((1, 2, 3, 4)))
    padding = [
        (m.pick((0, 0, 1, 2)), m.pick((0, 0, 1, 2, -1 if m.chance(0.1) else 0, "S" if m.chance(0.1) else 1)))
        for _ in shape
    ]
    border = m.pick((None, "'constant'", "'replicated'", "'reflect'", "'replicate'", "'reflect-even'"))
    return m.call(
        "pad", [m.input(shape, m.dtype(0.2))], padding=padding, border=border, value=m.pick((None, None, 1.0, 2))
    )


@family("tile")
def tile(m: Maker, operation: str) -> str:
    shape = m.shape()
    repeats = [m.pick((1, 1, 2, 3, "S", "T", 0 if m.chance(0.1) else 1)) for _ in shape]
    if m.chance(0.1):
        return m.call("tile", [m.input(shape)], repeats=m.input([len(shape)], "TDim", 1, 3))
    return m.call("tile", [operand(m, shape, "f32")], repeats=repeats)


@family("matmul")
def matmul(m: Maker, operation: str) -> str:
    rank = m.pick((1, 2, 2, 3, 3, 4))
    batch = m.shape(max(rank - 2, 0))
    a, k, b = m.shape(3)
    other = [1 if m.chance(0.2) else extent for extent in batch]
    left, right = m.chance(0.3), m.chance(0.3)
    first, second = [*batch, *((k, a) if left else (a, k))], [*other, *((b, k) if right else (k, b))]
    if rank == 1:
        first = first[1:]
    kind = m.dtype(0.3)
    if m.chance(0.1):
        second = second[1:]
    attributes = {"transposeA": True if left else m.pick((None, False)), "transposeB": True if right else None}
    return m.call(
        "matmul", [m.input(first, kind), m.input(second, kind if m.chance(0.85) else m.dtype())], **attributes
    )


@family("linear")
def linear(m: Maker, operation: str) -> str:
    rank = m.pick((2, 2, 3))
    channels, out = m.pick((2, 3, "S")), m.pick((1, 4))
    bias = [operand(m, [1, out], "f32")] if m.chance(0.6) else []
    filter = m.input([*[1] * (rank - 2), out, channels])
    return m.call("linear", [m.input([*m.shape(rank - 1), channels]), filter, *bias])


def window(m: Maker, spatial: int, lead: int, size: list[int]) -> dict[str, object]:
    """Attributes of what slides."""
    pads: object = [(0, 0)] * lead + [(m.pick((0, 1, 2)), m.pick((0, 1))) for _ in range(spatial)]
    strides: object = [1] * lead + [m.pick((1, 2, 3)) for _ in range(spatial)]
    dilations: object = [1] * lead + [m.pick((1, 1, 2)) for _ in range(spatial)]
    return {
        "padding": m.pick((None, pads, pads, [])),
        "stride": m.pick((None, strides, strides, [])),
        "dilation": m.pick((None, None, dilations, [])),
        "border": m.pick(
            (
                None,
                "'constant'",
                "'constant'",
                "'ignore'" if m.chance(0.5) else "'replicate'" if m.chance(0.3) else None,
            )
        ),
    }


@family("conv", "deconv", "separable_conv", "separable_deconv")
def conv(m: Maker, operation: str) -> str:
    spatial = m.pick((1, 2, 2, 3))
    groups = m.pick((None, 1, 1, 2, 0))
    channels, out = m.pick(((2, 4), (4, 2), (1, 3), (2, 2), (4, 4), (6, 3)))
    per = channels if groups in (None, 1) else 1 if groups == 0 else max(channels // 2, 1)
    size = [m.pick((1, 2, 3)) for _ in range(spatial)]
    kind = str(m.pick(("f32", "f32", "f32", "f16", "i8", "f64", "i32")))
    image = m.input(
        [m.pick((1, 2, "S")), channels, *[m.pick((4, 5, 6, "S", "S+2", "T")) for _ in range(spatial)]], kind
    )

    def weight(shape: list[int]) -> str:
        return m.variable(shape, kind) if m.chance(0.8) else m.input(list(shape), kind)

    attributes = window(m, spatial, 0, size)
    if operation.endswith("deconv") and m.chance(0.3):
        attributes["output_shape"] = m.pick(([8] * spatial, [1, out, *[8] * spatial], []))
    if operation.startswith("separable"):
        filters = [weight([channels, 1, *size]), weight([out, channels, *[1] * spatial])]
    else:
        filters = [weight([out, per, *size])]
    bias = [m.pick(("0.0", "0", "1.5", weight([1, out]), weight([out]), weight([1, 1])))] if m.chance(0.5) else []
    return m.call(operation, [image, *filters, *bias], groups=groups, **attributes)


@family("max_pool", "avg_pool", "rms_pool", "max_pool_with_index", "box", "debox")
def pool(m: Maker, operation: str) -> str | tuple[str, int]:
    spatial = m.pick((1, 2, 2, 3))
    size = [1, 1, *[m.pick((1, 2, 3)) for _ in range(spatial)]]
    if m.chance(0.05):
        size[1] = 2
    image = m.input(
        [m.pick((1, 2, "S")), m.pick((1, 3, "T")), *[m.pick((4, 5, 6, "S", "S+2")) for _ in range(spatial)]],
        m.dtype(0.1),
    )
    attributes = window(m, spatial, 2, size)
    if operation in ("box", "debox"):
        attributes["normalize"] = m.pick((None, True, False))
    text = m.call(operation, [image], size=size, **attributes)
    return (text, 2) if operation == "max_pool_with_index" else text


@family("nearest_upsample", "multilinear_upsample", "nearest_downsample", "area_downsample")
def sampling(m: Maker, operation: str) -> str:
    spatial = m.pick((1, 2))
    attributes: dict[str, object] = {"factor": [m.pick((1, 2, 3)) for _ in range(spatial)]}
    if operation == "multilinear_upsample":
        attributes["method"] = m.pick((None, "'symmetric'", "'asymmetric'", "'aligned'"))
        attributes["border"] = m.pick((None, "'replicate'", "'replicate'", "'constant'"))
    return m.call(
        operation,
        [m.input([m.pick((1, "S")), 2, *[m.pick((2, 4, "S", 3)) for _ in range(spatial)]], m.dtype(0.1))],
        **attributes,
    )


def model(random: Random, operation: str) -> Case:
    """A model about one operation."""
    from . import families_tract  # noqa: F401  registers its own

    m = Maker(random)
    made = FAMILIES[operation](m, operation)
    text, count = made if isinstance(made, tuple) else (made, 1)
    names = ["y"] if count == 1 else [f"y{index}" for index in range(count)]
    left = (
        names[0]
        if count == 1 and operation != "unstack"
        else f"[{', '.join(names)}]"
        if operation == "unstack"
        else ", ".join(names)
    )
    return m.case(operation, f"{left} = {text};", names)
