"""Writers of random invocations of tract's own operations.

Not here: standard operations (`families.py`).
"""

from __future__ import annotations

from .families import family, operand
from .making import EXTENTS, Maker

TYPES = ("bool", "u8", "u16", "i8", "i32", "i64", "TDim", "f16", "f32", "f64", "String", "F32", "'", "float32")


@family("tract_core_cast")
def cast(m: Maker, operation: str) -> str:
    x = operand(m, m.shape(), m.dtype(0.6))
    return m.call(operation, [x], to=f"'{m.pick(TYPES)}'".replace("'''", "''"))


@family("tract_core_external")
def external(m: Maker, operation: str) -> str:
    return m.call(operation, [], shape=m.shape(), datum_type=f"'{m.pick(TYPES[:-2])}'")


@family("tract_core_shape_of")
def shape_of(m: Maker, operation: str) -> str:
    n = m.name(f"tract_core_shape_of({m.input(m.shape(m.pick((1, 2, 3))))})")
    return str(
        m.pick(
            (
                n, f"{n}[0]", f"{n}[0] * 2 + 1", f"{n}[0] / 2", f"{n} + 1", f"[{n}[0], 3]", f"tract_core_cast({n}, to = 'i64')",
                f"concat([{n}, [1]], axis = 0)", f"slice({n}, axes = [0], begin = [0], end = [1])", f"max({n}[0], 2)", f"min({n}, 2)",
                f"tile([1.0], repeats = [{n}[0]])", f"{n}[0] - 1", f"-1 * {n}[0]",
                f"{n}[0] == 2", f"select({n} > 1, {n}, {n})", f"squeeze({n}, axes = [0])", f"tract_core_range(0, {n}[0], 1)",
                f"tract_core_cast({n}[0], to = 'f32')", f"unsqueeze({n}[0], axes = [0])", f"stack([{n}[0], 2], axis = 0)",
                f"tract_core_gather({n}, [0], axis = 0)", f"{n}[0] ^ 2", f"({n}[0] + 3) / 4 * 4", f"tract_core_product_reduce({n}, axes = [0])",
            )
        )
    )  # fmt: skip


@family("tract_core_broadcast")
def broadcast(m: Maker, operation: str) -> str:
    shape = m.shape(m.pick((1, 2, 3)))
    wanted = [m.pick(EXTENTS) if extent == 1 or m.chance(0.1) else extent for extent in shape]
    if m.chance(0.2):
        wanted = [m.pick(EXTENTS), *wanted]
    return m.call(operation, [operand(m, shape, m.dtype())], shape=wanted)


@family("tract_core_matmul")
def matmul(m: Maker, operation: str) -> str:
    a, k, b, *rest = m.shape(4)
    axes = m.pick(
        (
            [0, 1, 0, 1, 0, 1],
            [1, 2, 1, 2, 1, 2],
            [1, 0, 0, 1, 0, 1],
            [2, 1, 1, 2, 1, 2],
            [1, 2, 2, 1, 1, 2],
            [1, 2, 1, 2, 2, 1],
        )
    )
    first: list[int | str]
    second: list[int | str]
    if max(axes) == 1:
        first, second = [a, k], [k, b]
        if axes[0] == 1:
            first.reverse()
    else:
        first, second = [*rest, a, k], [m.pick((1, rest[0])), k, b]
        if axes[0] == 2:
            first[1:] = reversed(first[1:])
        if axes[2] == 2:
            second[1:] = reversed(second[1:])
    return m.call(operation, [m.input(first, "f32"), m.input(second, "f32")], axes=axes)


@family("tract_core_einsum")
def einsum(m: Maker, operation: str) -> str:
    expression, ranks = m.pick(
        (
            ("ij,jk->ik", (2, 2)), ("bij,bjk->bik", (3, 3)), ("bij,bkj->bik", (3, 3)), ("i,i->", (1, 1)), ("ij->ji", (2,)),
            ("ij->i", (2,)), ("i,j->ij", (1, 1)), ("bhid,bhjd->bhij", (4, 4)), ("ij,jk,kl->il", (2, 2, 2)), ("ij,ij->ij", (2, 2)),
            ("ii->i", (2,)), ("ij,jk", (2, 2)), ("abc,cd->abd", (3, 2)), ("ij,kl->ijkl", (2, 2)), ("ab...,bc", (2, 2)), ("ij->", (2,)),
            ("ij,j->i", (2, 1)), ("ij, jk -> ik", (2, 2)), ("iJ,Jk->ik", (2, 2)), ("ij,jk->im", (2, 2)),
        )
    )  # fmt: skip
    extents = {letter: m.pick(EXTENTS) for letter in expression if letter.isalpha()}
    kind = m.dtype(0.15)
    terms = expression.replace(" ", "").partition("->")[0].split(",")
    inputs = []
    for term, rank in zip(terms, ranks):
        shape = [extents[letter] for letter in term if letter.isalpha()] if "." not in term else m.shape(rank)
        inputs.append(
            m.input([1 if m.chance(0.03) else extent for extent in shape], kind if m.chance(0.95) else m.dtype())
        )
    acc = f"'{kind if m.chance(0.8) and kind not in ('bool', 'string') else 'f32'}'"
    output = f"'{m.pick(('f32', 'f16', 'i32', ''))}'" if m.chance(0.15) else None
    return m.call(operation, [f"[{', '.join(inputs)}]"], expr=f"'{expression}'", acc=acc, output=output)


@family("tract_core_fft", "tract_core_stft")
def fourier(m: Maker, operation: str) -> str:
    shape = [*m.shape(m.pick((1, 2))), m.pick((8, 16)), 2 if m.chance(0.93) else 3]
    axis = len(shape) - 2 if m.chance(0.9) else m.pick((0, len(shape) - 1, 5, -1))
    x = m.input(shape, m.pick(("f32", "f32", "f64", "f16")))
    if operation == "tract_core_fft":
        return m.call(operation, [x], axis=axis, inverse=m.pick((True, False)))
    window = m.pick((None, None, "[0.5, 1.0, 1.0, 0.5]", "[1.0, 0.5]", False))
    return m.call(
        operation,
        [x],
        axis=axis,
        frame=m.pick((4, 8, 4, 20)),
        stride=m.pick((1, 2, 3, 0 if m.chance(0.1) else 4)),
        window=window,
    )


def indices(m: Maker, shape: list[int | str], high: int = 2) -> str:
    if m.chance(0.1) and len(shape) == 1:
        return "[0, 1]"
    return m.input(
        shape, m.pick(("i64", "i64", "i32", "TDim" if m.chance(0.2) else "i64")), 0 if m.chance(0.8) else -high, high
    )


def big(m: Maker, rank: int) -> list[int | str]:
    """Extents of at least 2 when the symbols are bound."""
    return [m.pick((2, 3, 4, "S", "T", "S+1", "2*S")) for _ in range(rank)]


@family("tract_core_gather", "tract_core_gather_elements", "tract_core_gather_nd")
def gather(m: Maker, operation: str) -> str:
    rank = m.pick((1, 2, 3))
    x = m.input(big(m, rank), m.dtype(0.3))
    if operation == "tract_core_gather_nd":
        batch = m.pick((0, 0, 0, 1)) if rank > 1 else 0
        depth = m.random.randrange(1, rank - batch + 1)
        places = [*m.inputs[x].shape[:batch], *m.shape(m.pick((0, 1, 2))), depth if m.chance(0.95) else "S"]
        return m.call(operation, [x, indices(m, places)], batch_dims=batch)
    axis = m.random.randrange(rank) if m.chance(0.95) else m.pick((-1, rank))
    if operation == "tract_core_gather":
        kind = "'f32'" if m.chance(0.05) else None
        return m.call(
            operation, [x, indices(m, m.shape(m.pick((0, 1, 2)))) if m.chance(0.9) else "1"], axis=axis, datum_type=kind
        )
    return m.call(
        operation, [x, indices(m, [1 if m.chance(0.3) else extent for extent in m.inputs[x].shape])], axis=axis
    )


@family("tract_core_scatter_elements", "tract_core_scatter_nd")
def scatter(m: Maker, operation: str) -> str:
    rank = m.pick((1, 2, 3))
    kind = m.dtype(0.3)
    shape = big(m, rank)
    reduction = m.pick((None, "'none'", "'add'", "'mul'", "'min'", "'max'", "'sum'" if m.chance(0.3) else None))
    x = m.input(shape, kind)
    if operation == "tract_core_scatter_elements":
        places = [1 if m.chance(0.5) else extent for extent in shape]
        updates = m.input(places if m.chance(0.95) else shape, kind if m.chance(0.9) else m.dtype())
        return m.call(operation, [x, indices(m, places), updates], axis=m.random.randrange(rank), reduction=reduction)
    depth = m.random.randrange(1, rank + 1)
    lead = m.shape(1, 0.1)
    updates = m.input([*lead, *shape[depth:]], kind if m.chance(0.9) else m.dtype())
    return m.call(operation, [x, indices(m, [*lead, depth]), updates], reduction=reduction)


@family("tract_core_one_hot")
def one_hot(m: Maker, operation: str) -> str:
    shape = m.shape()
    values = {"value_off": m.pick((None, 0.0, 2)), "value_on": m.pick((None, 1.0, 3))}
    return m.call(
        operation, [indices(m, shape)], axis=m.random.randrange(len(shape) + 1), dim=m.pick((3, 4, "S")), **values
    )


@family("tract_core_range")
def range_(m: Maker, operation: str) -> str:
    bounds = m.pick(
        (
            ("0", "4", "1"), ("0", "S", "1"), ("1", "S + 1", "2"), ("S", "0", "-1"), ("0", "S", "T"), ("0.0", "1.0", "0.25"), ("5", "0", "-2"),
            ("0", "10", "3"), ("0.0", "4", "1"), ("S", "2 * S", "1"), ("0", "0", "1"), ("3", "1", "1"), ("0", "[4]", "1"), ("0", "S + T", "1"),
            ("0", "4", "0"), ("T", "S + T", "1"), ("1.0", "0.0", "-0.3"), ("0", "2 * S", "2"), ("0", "S", "3"), ("-2", "S", "1"),
        )
    )  # fmt: skip
    if m.chance(0.15):
        bounds = ("0", f"tract_core_cast({m.input([], 'i64', 1, 5)}, to = 'TDim')", "1")
    if m.chance(0.15):
        kind = m.pick(("i32", "i64", "f32", "f16"))
        bounds = tuple(f"tract_core_cast({bound}, to = '{kind}')" for bound in bounds)
    if m.chance(0.15):
        bounds = (m.input([], "i64", 0, 2), m.input([], "i64", 3, 6), m.input([], "i64", 1, 2))
    text = m.call(operation, list(bounds))
    return text.replace(f"{bounds[-1]})", f"step = {bounds[-1]})") if m.chance(0.3) else text


@family("tract_core_topk")
def topk(m: Maker, operation: str) -> tuple[str, int]:
    rank = m.pick((1, 2, 3))
    k = m.pick(
        (
            "1",
            "2",
            "2",
            "S",
            "[2]",
            "9",
            "tract_core_cast(2, to = 'i64')",
            m.input([], "i64", 1, 2) if m.chance(0.2) else "2",
        )
    )
    axis = m.random.randrange(rank) if m.chance(0.95) else -1
    return m.call(
        operation,
        [m.input(big(m, rank), m.dtype(0.2)), k],
        axis=axis,
        largest=m.pick((True, False, None if m.chance(0.1) else True)),
    ), 2


@family("tract_core_trilu")
def trilu(m: Maker, operation: str) -> str:
    k = m.pick(("0", "1", "-1", "S", "[1]", m.input([], "i64", 0, 2) if m.chance(0.3) else "0"))
    return m.call(operation, [m.input(m.shape(m.pick((2, 2, 3, 1))), m.dtype(0.3)), k], upper=m.pick((True, False)))


@family("tract_core_rms_norm", "tract_transformers_rms_norm", "tract_core_cumsum")
def along_axis(m: Maker, operation: str) -> str:
    rank = m.pick((1, 2, 3))
    axis = m.random.randrange(rank) if m.chance(0.9) else m.pick((-1, rank))
    if operation == "tract_core_cumsum":
        return m.call(
            operation,
            [m.input(m.shape(rank), m.dtype(0.3))],
            axis=axis,
            exclusive=m.pick((True, False)),
            reverse=m.pick((True, False)),
        )
    return m.call(
        operation, [m.input(m.shape(rank), m.dtype(0.1))], axis=axis, eps=m.pick((None, 1e-6, 0.1, 1, "[0.5]"))
    )


@family("tract_core_downsample")
def downsample(m: Maker, operation: str) -> str:
    rank = m.pick((1, 2, 3))
    return m.call(
        operation,
        [m.input(big(m, rank), m.dtype())],
        axis=m.random.randrange(rank),
        stride=m.pick((1, 2, 3, -1, -2, 0 if m.chance(0.1) else 2)),
        modulo=m.pick((0, 0, 1)),
    )


@family("tract_core_dyn_slice")
def dyn_slice(m: Maker, operation: str) -> str:
    rank = m.pick((1, 2))
    begin, end, length = m.pick(
        (
            ("0", "2", 2),
            ("1", "S", "S-1"),
            ("0", "S", "S"),
            (m.input([], "i64", 0, 1), m.input([], "i64", 2, 3), 2),
            ("1", "2", 1),
            ("0", "1", 2),
        )
    )
    return m.call(
        operation, [m.input(["S+2"] * rank, m.dtype()), str(begin), str(end)], axis=m.random.randrange(rank), len=length
    )


@family("tract_core_resize", "tract_onnx_resize")
def resize(m: Maker, operation: str) -> str:
    shape = [1, m.pick((1, 2)), m.pick((2, 3, 4, "S")), m.pick((2, 4))]
    scales = [1.0, 1.0, m.pick((1.0, 2.0, 1.5, 0.5, 3.0)), m.pick((1.0, 2.0, 0.5))]
    attributes: dict[str, object] = {
        "coord_transformer": m.pick(
            (
                None,
                "'half_pixel'",
                "'align_corners'",
                "'asymmetric'",
                "'pytorch_half_pixel'",
                "'tf_half_pixel_for_nn'",
                "'what'" if m.chance(0.3) else None,
            )
        ),
        "interpolator": m.pick((None, "'nearest'", "'linear'", "'cubic'")),
        "nearest_mode": m.pick((None, "'floor'", "'round_prefer_ceil'", "'ceil'", "'round_prefer_floor'")),
    }
    if operation == "tract_onnx_resize" or m.chance(0.6):
        attributes["scales"] = scales
    if operation == "tract_core_resize" and ("scales" not in attributes or m.chance(0.05)):
        attributes["sizes"] = [1, shape[1], m.pick((3, 5, 8, "2*S")), 4]
    return m.call(operation, [m.input(shape, m.pick(("f32", "f32", "f16", "f64", "i8")))], **attributes)


@family("tract_core_grid_sample", "tract_onnx_grid_sample")
def grid_sample(m: Maker, operation: str) -> str:
    k = m.pick((1, 2, 2, 3))
    shape = [m.pick((1, 2)), 2, *[m.pick((2, 3, 4)) for _ in range(k)]]
    grid = [shape[0], *[m.pick((1, 2, 3, "S")) for _ in range(k)], k if m.chance(0.95) else 3]
    attributes = {
        "mode": m.pick((None, "'bilinear'", "'nearest'", "'bicubic'", "'linear'" if m.chance(0.3) else None)),
        "padding_mode": m.pick((None, "'zeros'", "'border'", "'reflection'")),
        "align_corners": m.pick((None, True, False)),
    }
    return m.call(operation, [m.input(shape), m.input(grid, "f32", -1.3, 1.3)], **attributes)


@family("tract_core_gru_epilogue")
def gru(m: Maker, operation: str) -> str:
    batch, hidden = m.pick((1, 2, "S")), m.pick((2, 4))
    kind = m.pick(("f32", "f32", "f16"))
    return m.call(
        operation,
        [m.input([batch, 3 * hidden], kind), m.input([batch, 3 * hidden], kind), m.input([batch, hidden], kind)],
        hidden=hidden,
    )


@family("tract_core_lstm_epilogue")
def lstm(m: Maker, operation: str) -> tuple[str, int]:
    batch, hidden = m.pick((1, 2, "S")), m.pick((2, 4))
    kind = m.pick(("f32", "f32", "f16"))
    return m.call(operation, [m.input([batch, 4 * hidden], kind), m.input([batch, hidden], kind)], hidden=hidden), 2


@family("tract_transformers_sdpa")
def sdpa(m: Maker, operation: str) -> str:
    heads, keys = m.pick(((2, 2), (4, 2), (2, 1), (3, 2) if m.chance(0.2) else (1, 1)))
    b, q, k, d, v = m.pick((1, 2, "S")), m.pick((3, "S", "T")), m.pick((3, "S", "T")), 4, m.pick((4, 4, 2))
    rank = m.pick((3, 4, 4))
    middle = ([heads], [keys]) if rank == 4 else ([], [])
    kind = m.pick(("f32", "f32", "f16"))
    first = m.input([b, *middle[0], q, d], kind)
    tensors = [first, m.input([b, *middle[1], k, d], kind), m.input([b, *middle[1], k, v], kind)]
    causal = m.chance(0.3)
    if not causal and m.chance(0.5):
        tensors.append(m.input(m.pick(([q, k], [1] * (rank - 2) + [q, k])), kind))
    scale = m.pick((None, 0.5, 1))
    return m.call(operation, tensors, scale=scale, datum_type=f"'{kind}'", acc_datum_type="'f32'", is_causal=causal)


@family("tract_transformers_scaled_masked_softmax")
def masked_softmax(m: Maker, operation: str) -> str:
    shape = m.shape(m.pick((2, 3, 4)))
    kind = m.pick(("f32", "f32", "f16"))
    mask = m.input([1 if m.chance(0.3) else extent for extent in shape], m.pick((kind, kind, "bool")))
    return m.call(
        operation,
        [m.input(shape, kind), mask],
        scale=m.pick((0.5, 1.0, 1, 0.0 if m.chance(0.1) else 2.0)),
        post_softmax_mask=m.pick((None, False, True)),
    )


@family("tract_transformers_apply_rope")
def rope(m: Maker, operation: str) -> str:
    shape = [*m.shape(m.pick((1, 2, 3))), 4]
    angles = [*[1 if m.chance(0.5) else extent for extent in shape[:-1]], 4]
    kind = m.pick(("f32", "f32", "f16"))
    return m.call(operation, [m.input(shape, kind), m.input(angles, kind), m.input(angles, kind)])


@family("tract_transformers_dyn_kv_cache")
def cache(m: Maker, operation: str) -> str:
    shape = [1, 2, m.pick(("S", 3)), 4]
    past = [1, 2, m.pick(("T", 0, 2)), 4]
    return m.call(
        operation,
        [m.input(shape)],
        name="'cache'",
        axis=2,
        datum_type="'f32'",
        past_sequence_shape=past,
        input_sequence_shape=shape,
    )


@family("tract_onnx_lrn")
def lrn(m: Maker, operation: str) -> str:
    return m.call(
        operation,
        [m.input([1, m.pick((3, 4)), *m.shape(m.pick((1, 2)))])],
        alpha=m.pick((None, 0.1)),
        beta=m.pick((None, 0.5)),
        bias=m.pick((None, 2.0)),
        size=m.pick((1, 3, 2)),
    )


@family("tract_onnx_non_zero")
def non_zero(m: Maker, operation: str) -> str:
    return m.call(
        operation, [m.input(m.shape(), m.pick(("bool", "f32", "i64", "i8")))], count_symbol=m.pick((None, None, "'N'"))
    )


@family("tract_onnx_multinomial", "tract_onnx_random")
def random(m: Maker, operation: str) -> str:
    if operation == "tract_onnx_random":
        dist, parameters = m.pick((("'uniform'", [0.0, 1.0]), ("'normal'", [0.0, 1.0]), ("'what'", [0.0, 1.0])))
        return m.call(
            operation,
            [],
            datum_type=f"'{m.pick(('f32', 'f16', 'f64'))}'",
            shape=m.shape(),
            dist=dist,
            parameters=parameters,
            seed=m.pick((None, 3)),
        )
    return m.call(
        operation,
        [m.input([m.pick((1, 3)), 4])],
        dtype=m.pick((None, 6, 7, 1)),
        sample_size=m.pick((None, 2)),
        seed=m.pick((None, 3)),
    )


@family("tract_onnx_non_max_suppression")
def suppression(m: Maker, operation: str) -> str:
    boxes, scores = m.input([1, 4, 4], "f32", 0, 1), m.input([1, m.pick((1, 2)), 4], "f32", 0, 1)
    return m.call(
        operation,
        [boxes, scores],
        max_output_boxes_per_class=m.pick((None, 2)),
        iou_threshold=m.pick((None, 0.5)),
        score_threshold=m.pick((None, 0.1)),
        center_point_box=m.pick((None, 0, 1)),
    )


@family("tract_onnx_ml_direct_lookup", "tract_onnx_ml_reverse_lookup")
def lookup(m: Maker, operation: str) -> str:
    if operation == "tract_onnx_ml_direct_lookup":
        return m.call(
            operation,
            [m.input(m.shape(), "i32", 0, 3), m.pick(("[1.0, 2.0, 3.0]", "[5, 6, 7]")), m.pick(("0.0", "[9]", "-1"))],
        )
    return m.call(operation, [m.input(m.shape(), "f32"), m.pick(("[1.0, 2.0]", "1")), m.pick(("0.0", "-1", "[1.0]"))])


@family("tract_pulse_delay", "tract_pulse_mask", "tract_pulse_pulse_pad")
def pulse(m: Maker, operation: str) -> str:
    rank = m.pick((1, 2))
    x = m.input(m.shape(rank))
    axis = m.random.randrange(rank)
    if operation == "tract_pulse_delay":
        return m.call(operation, [x], axis=axis, delay=m.pick((0, 1, 2)), overlap=m.pick((0, 1)))
    if operation == "tract_pulse_mask":
        return m.call(operation, [x], axis=axis, begin=1, end=m.pick((3, "S")), value=0.0)
    return m.call(
        operation,
        [x],
        axis=axis,
        before=1,
        after=m.pick((1, "S")),
        begin_input=0,
        end_input=m.pick((3, "S")),
        border=m.pick(("'constant'", "'reflect'", "'replicated'")),
        value=0.0,
        overlap=m.pick((0, 1)),
    )


@family("tract_extra_exp_mean_norm", "tract_extra_exp_unit_norm")
def running(m: Maker, operation: str) -> str:
    shape = [2, m.pick((3, "S")), 4]
    attributes: dict[str, object] = {
        "axis": 1,
        "alpha": 0.9,
        "stateless": m.pick((None, True)),
        "skip": m.pick((None, 1)),
    }
    if operation.endswith("unit_norm"):
        attributes["complex"] = m.pick((None, False))
    return m.call(operation, [m.input(shape), m.input([2, 4], "f32", 0.5, 1)], **attributes)


@family("tract_core_scan")
def scan(m: Maker, operation: str) -> str | tuple[str, int]:
    width, steps = m.pick((2, 3, "S")), m.pick((3, "T", "S"))
    chunk = m.pick((1, 1, 1, -1, 2))
    extent = str(abs(chunk))
    body = m.pick(("n = h + a;", "n = h * 0.5 + tanh(a);", "n = max(h, a);", "n = a - h;"))
    m.fragments = f"fragment step(a: tensor<scalar>, h: tensor<scalar>) -> (o: tensor<scalar>, n: tensor<scalar>)\n{{\n    {body}\n    o = n * 2.0;\n}}\n"
    axis = m.pick((0, 0, 1))
    x = m.input([steps, width] if axis == 0 else [width, steps])
    start = m.input([extent, width] if axis == 0 else [width, extent]) if m.chance(0.9) else "[[0.0]]"
    outputs = m.pick(
        (
            [("'o'", "'full'", axis, chunk)],
            [("'n'", "'last'", 0, 1)],
            [("'o'", "'full'", axis, chunk), ("'n'", "'last'", 0, 1)],
            [("'o'", "'full'", axis)],
        )
    )
    text = m.call(operation, [], body="'step'" if m.chance(0.97) else "'stop'", scan=[("'a'", x, axis, chunk)], full=[], state=[("'h'", start, "'n'")],
                  output=outputs, skip=m.pick((0, None)), reset_every_turn=m.pick((0, False, None)))  # fmt: skip
    return text, len(outputs)


@family("tract_core_qmatmul", "tract_core_einsum_q")
def quantized_product(m: Maker, operation: str) -> str:
    kind = m.pick(("i8", "u8", "i8"))
    a, b = m.input([m.pick((2, "S")), 3], kind), m.input([3, 2], kind)
    parameters = {"a0": 0, "a_scale": 0.5, "b0": 0, "b_scale": 0.5, "c0": 0, "c_scale": 1.0}
    if operation == "tract_core_qmatmul":
        return m.call(
            operation, [a, b], axes=[0, 1, 0, 1, 0, 1], output_type=m.pick(("'i8'", "'i32'", "'f32'")), **parameters
        )
    return m.call(
        operation, [f"[{a}, {b}]"], expr="'mk,kn,m,,,,,,->mn'", acc="'i32'", output="'i32'", bias="[0]", **parameters
    )


@family("tract_core_qconv")
def quantized_conv(m: Maker, operation: str) -> str:
    kind = m.pick(("i8", "u8"))
    filter = m.variable([2, 3, 3], kind)
    parameters = {"a0": 0, "a_scale": 0.5, "b0": 0, "b_scale": 0.5, "c0": 0, "c_scale": 1.0}
    return m.call(operation, [m.input([1, 3, m.pick((5, "S+3"))], kind), filter, m.pick(("0", "[0]"))], groups=m.pick((1, 1, None)), dilation=[1], stride=[m.pick((1, 2))],
                  padding=m.pick(([(0, 0)], [(1, 1)], [])), border="'constant'", output_dt=m.pick(("'i8'", "'i32'", "'u8'")), **parameters)  # fmt: skip


@family("literals")
def literals(m: Maker, operation: str) -> str:
    return str(
        m.pick(
            (
                "1", "1.0", "true", "'text'", "[1, 2]", "[1.0, 2.0]", "[true, false]", "[[1, 2], [3, 4]]", "[[1.0], [2.0]]", "[]", "[S, 1]", "[S + 1, T]", "S",
                "-1", "-1.5", "inf", "-inf", "[inf, 1.0]", "1e-3", "2.", "[1, 2.0]", "[[1], [2, 3]]", "['a', 'b']", "[S, T]", "(1, 2)[0]", "[1, 2][1]", "[S, 2][0]",
                "unsqueeze(1.0, axes = [0])", "[[S, 1], [2, T]]", "(1.0)", "1 + S", "S * T", "S / 2", "(S + 3) / 4", "S - S", "S * 0", "2 * (S + T)", "-S", "S ^ 2",
                "min(S, T)", "max(S, 1)", "abs(S)", "[1.0, true]", "S == S", "S < S + 1", "S >= 0", "[1, S] + [2, T]", "copy(1)", "copy(S)", "3 - S", "(1)", "(1, 2)",
            )
        )
    )  # fmt: skip


@family("defaults")
def defaults(m: Maker, operation: str) -> str:
    """Fragments with defaults, of which the types mean nothing to tract."""
    default = m.pick(("0.5", "1", "true", "[1.0, 2.0]", "[1, 0]"))
    use = m.pick(
        (
            "x * k",
            "sum_reduce(x, axes = [0]) * k",
            "transpose(x, axes = k)",
            "select(k, x, x)",
            "x + x",
            "squeeze(unsqueeze(x, axes = k), axes = k)",
        )
    )
    m.fragments = f"fragment mine(x: tensor<scalar>, k: {m.pick(('scalar', 'tensor<scalar>', 'integer[]', 'logical'))} = {default}) -> (y: tensor<scalar>)\n{{\n    y = {use};\n}}\n"
    return m.call(
        "mine", [m.input(m.shape(2), m.pick(("f32", "f16")))], k=m.pick((None, None, 2.0, "[0.25, 4.0]", "S"))
    )


@family("mixed")
def mixed(m: Maker, operation: str) -> str:
    """Chains in which symbolic extents meet."""
    a, b = m.pick(EXTENTS), m.pick(EXTENTS)
    x = m.input([a, b])
    n = m.name(f"tract_core_shape_of({x})")
    return str(
        m.pick(
            (
                f"reshape({x}, shape = [{n}[0] * {n}[1]])", f"reshape({x}, shape = [-1])", f"tile({x}, repeats = [2, {n}[0]])",
                f"concat([{x}, {x}], axis = 1)", f"slice({x}, axes = [0], begin = [0], end = [{n}[0] - 1])", f"slice({x}, axes = [1], begin = [1], end = [{n}[1]])",
                f"reshape(concat([{x}, {x}], axis = 0), shape = [2, {n}[0], {n}[1]])", f"unsqueeze({x}, axes = [0]) + unsqueeze({x}, axes = [0])",
                f"slice({x}, axes = [0], begin = [{n}[0] / 2], end = [{n}[0]])", f"pad({x}, padding = [(1, 1), (0, 0)])", f"matmul({x}, {x}, transposeB = true)",
                f"tract_core_broadcast(sum_reduce({x}, axes = [0]), shape = [{n}[0], {n}[1]])", f"tract_core_downsample({x}, axis = 0, stride = 2, modulo = 0)",
                f"{x} + tract_core_cast(tract_core_range(0, {n}[0], 1), to = 'f32')", f"max_pool(unsqueeze({x}, axes = [0, 0]), size = [1, 1, 2, 2], stride = [1, 1, 2, 2], padding = [(0, 0), (0, 0), (0, 0), (0, 0)])",
                f"reshape({x}, shape = [1, 0, 1, -1])", f"tract_core_gather({x}, tract_core_range(0, {n}[0], 1), axis = 0)", f"slice(concat([{x}, {x}], axis = 0), axes = [0], begin = [{n}[0]], end = [{n}[0] * 2])",
                f"nearest_upsample(unsqueeze({x}, axes = [0, 0]), factor = [2, 3])", f"slice({x}, axes = [0], begin = [-1], end = [{n}[0]])", f"slice({x}, axes = [0], begin = [0], end = [-1])",
            )
        )
    )  # fmt: skip
