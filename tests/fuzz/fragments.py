"""Random fragments for networks: what section 3.3 offers, each with a graph's statement that invokes it.

A writer takes the maker of a network (`networks.Maker`), puts the fragment and the statement into it and says what shapes
come out.  Between them they use conditions, comprehensions with several iterators and with `if`, subscripts and ranges,
arrays of tensors, of tuples and of literals, strings that choose and become attributes, generic types with and without
a default, results that are tuples or arrays, fragments within fragments, and the built-in functions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .networks import Maker

Writer = Callable[["Maker"], None]
FRAGMENTS: list[Writer] = []


def fragment(writer: Writer) -> Writer:
    """Register a writer."""
    FRAGMENTS.append(writer)
    return writer


def _shape(m: Maker, low: int = 1, high: int = 3) -> list[int]:
    return [m.random.randint(1, 4) for _ in range(m.random.randint(low, high))]


def _define(m: Maker, name: str, head: str, *body: str) -> None:
    m.fragments[name] = f"fragment {name}{head}\n{{\n" + "".join(f"    {line}\n" for line in body) + "}\n"


def _invoke(m: Maker, fragment: str, text: str, *results: tuple[str, list[int]], array: bool = False) -> None:
    names = [m.name() for _ in results]
    left = ", ".join(names)
    m.statement(
        f"[{left}]" if array else left, fragment, names, [(kind, tuple(shape)) for kind, shape in results], text
    )


def _flag(m: Maker) -> str:
    return m.random.choice(["true", "false"])


@fragment
def condition(m: Maker) -> None:
    shape, number = _shape(m), m.random.randint(0, 3)
    _define(
        m,
        "branch",
        "( x: tensor<scalar>, deep: logical = true, count: integer = 2, mode: string = 'a' ) -> ( y: tensor<scalar> )",
        "y = relu(x) if deep && count > 1 else tanh(x) if (mode in ['a', 'c']) || !(count < 1) else x * scalar(count);",
    )
    mode = m.random.choice(["", ", mode = 'b'", ", mode = 'a'"])
    _invoke(m, "branch", f"branch({m.new(shape)}, deep = {_flag(m)}, count = {number}{mode})", ("scalar", shape))


@fragment
def comprehension(m: Maker) -> None:
    shape = _shape(m)
    scales = [m.random.choice([-1.0, 0.5, 2.0]) for _ in range(m.random.randint(1, 3))]
    scales[0] = abs(scales[0])
    _define(
        m,
        "scaled",
        "( x: tensor<scalar>, scales: scalar[] ) -> ( y: tensor<scalar> )",
        "y = add_n([for s in scales if s > 0.0 yield x * s]);",
    )
    _invoke(m, "scaled", f"scaled({m.new(shape)}, scales = {scales})", ("scalar", shape))


@fragment
def iterators(m: Maker) -> None:
    shape, count = _shape(m), m.random.randint(1, 3)
    scales = [m.random.choice([0.5, 1.5]) for _ in range(count)]
    axis = m.random.randrange(len(shape))
    _define(
        m,
        "joined",
        "( xs: tensor<scalar>[], scales: scalar[], axis: integer ) -> ( y: tensor<scalar> )",
        "y = concat([for x in xs, s in scales, i in range_of(xs) yield x * s + scalar(i)], axis = axis);",
    )
    tensors = ", ".join(m.new(shape) for _ in range(count))
    result = [extent * count if at == axis else extent for at, extent in enumerate(shape)]
    _invoke(m, "joined", f"joined([{tensors}], scales = {scales}, axis = {axis})", ("scalar", result))


@fragment
def indexed(m: Maker) -> None:
    shape = _shape(m)
    items = [m.random.choice([0.25, 2.0, -1.5]) for _ in range(m.random.randint(2, 4))]
    _define(
        m,
        "picked",
        "( x: tensor<scalar>, items: scalar[], n: integer = 0 ) -> ( y: tensor<scalar> )",
        "rest = items[1:];",
        "last = items[length_of(items) - 1];",
        "y = x * items[n] + last - rest[0] if length_of(rest) > 1 else x - last;",
    )
    at = m.random.randrange(len(items))
    _invoke(m, "picked", f"picked({m.new(shape)}, items = {items}{f', n = {at}' if at else ''})", ("scalar", shape))


@fragment
def tuples(m: Maker) -> None:
    shape = [m.random.randint(2, 4) for _ in range(m.random.randint(1, 3))]
    pads = [(m.random.randint(0, 2), m.random.randint(0, 1)) for _ in shape]
    _define(
        m,
        "padded",
        "( x: tensor<scalar>, pads: (integer,integer)[], border: string = 'constant' ) -> ( y: tensor<scalar> )",
        "first = [for p in pads yield p];",
        "rest = [for i in range_of(pads) if i > 0 yield pads[i]];",
        "y = pad(x, padding = first[:1] + rest, border = border);",
    )
    border = m.random.choice(["", ", border = 'replicate'", ", border = 'reflect-even'"])
    result = [extent + p + q for extent, (p, q) in zip(shape, pads, strict=True)]
    _invoke(m, "padded", f"padded({m.new(shape)}, pads = {pads}{border})", ("scalar", result))


@fragment
def generic(m: Maker) -> None:
    shape, kind, times = _shape(m), m.random.choice(["scalar", "logical"]), m.random.randint(1, 3)
    _define(
        m,
        "copies",
        "<?>( x: tensor<?>, n: integer ) -> ( ys: tensor<?>[] )",
        "ys = copy_n(copy(x), times = n);",
    )
    typed = m.random.choice(["", f"<{kind}>"])
    _invoke(m, "copies", f"copies{typed}({m.new(shape, kind)}, n = {times})", *[(kind, shape)] * times, array=True)


@fragment
def generic_default(m: Maker) -> None:
    shape = _shape(m, 1, 2)
    _define(
        m,
        "filled",
        "<? = scalar>( shape: integer[], item: ? ) -> ( y: tensor<?> )",
        "y = constant<?>(shape = shape, value = [item]);",
    )
    typed, item, kind = m.random.choice(
        [("", "0.5", "scalar"), ("<scalar>", "-1.0", "scalar"), ("<logical>", "true", "logical")]
    )
    _invoke(m, "filled", f"filled{typed}(shape = {shape}, item = {item})", (kind, shape))


@fragment
def results(m: Maker) -> None:
    shape = _shape(m, 2, 3)
    axis = m.random.randrange(len(shape))
    _define(
        m,
        "centred",
        "( x: tensor<scalar>, axes: integer[], turn: logical = false ) -> ( y: tensor<scalar>, m: tensor<scalar> )",
        "m, v = moments(x, axes = axes);",
        "z = (x - m) / sqrt(v + 1.0);",
        "y = neg(z) if turn else z;",
    )
    reduced = [1 if at == axis else extent for at, extent in enumerate(shape)]
    turn = m.random.choice(["", ", turn = true"])
    text = f"centred({m.new(shape)}, axes = [{axis}]{turn})"
    _invoke(m, "centred", text, ("scalar", shape), ("scalar", reduced))


@fragment
def either(m: Maker) -> None:
    shape = _shape(m)
    _define(
        m,
        "ordered",
        "( a: tensor<scalar>, b: tensor<scalar>, swap: logical ) -> ( x: tensor<scalar>, y: tensor<scalar> )",
        "(x, y) = (b, a) if swap else (copy(a), b + 1.0);",
    )
    text = f"ordered({m.new(shape)}, {m.new(shape)}, swap = {_flag(m)})"
    _invoke(m, "ordered", text, ("scalar", shape), ("scalar", shape))


@fragment
def nested(m: Maker) -> None:
    shape, depth = _shape(m), m.random.randint(1, 3)
    _define(
        m,
        "smooth",
        "( x: tensor<scalar>, alpha: scalar ) -> ( y: tensor<scalar> )",
        "y = select(x > 0.0, x, alpha * (exp(x) - 1.0));",
    )
    _define(
        m,
        "deep",
        "( x: tensor<scalar>, alphas: scalar[], times: integer = 1 ) -> ( y: tensor<scalar> )",
        "s = smooth(x, alpha = alphas[0]);",
        "y = smooth(-s, alpha = alphas[length_of(alphas) - 1]) ^ 2.0 + scalar(times) / 2.0;",
    )
    alphas = [m.random.choice([0.5, 1.0]) for _ in range(m.random.randint(1, 2))]
    _invoke(m, "deep", f"deep({m.new(shape)}, alphas = {alphas}, times = {depth})", ("scalar", shape))


@fragment
def membership(m: Maker) -> None:
    shape = _shape(m, 1, 3)
    axes = m.random.sample(range(len(shape)), m.random.randint(0, len(shape)))
    _define(
        m,
        "guarded",
        "( x: tensor<scalar>, axes: integer[] = [] ) -> ( y: tensor<scalar> )",
        "y = max_reduce(x, axes = axes) if 0 in axes else x if length_of(axes) == 0 else min_reduce(x, axes = axes);",
    )
    reduced = [1 if at in axes else extent for at, extent in enumerate(shape)]
    text = f"guarded({m.new(shape)}, axes = {axes})" if axes else f"guarded({m.new(shape)})"
    _invoke(m, "guarded", text, ("scalar", reduced))


@fragment
def arithmetic(m: Maker) -> None:
    shape, n = [m.random.randint(2, 4), m.random.randint(1, 3)], m.random.randint(1, 3)
    _define(
        m,
        "stretched",
        "( x: tensor<scalar>, n: integer, sizes: integer[] = [1, 1] ) -> ( y: tensor<scalar> )",
        "k = n * 2 - 1 if n > 1 else n;",
        "y = tile(x, repeats = [k] + sizes[1:]) * (1.0 / scalar(n)) - (scalar('0.5') if string(n) in ['2', '3'] else 0.0);",
    )
    repeats = [n * 2 - 1 if n > 1 else n, m.random.randint(1, 2)]
    given = f", sizes = [7, {repeats[1]}]" if repeats[1] > 1 else ""
    result = [extent * times for extent, times in zip(shape, repeats, strict=True)]
    _invoke(m, "stretched", f"stretched({m.new(shape)}, n = {n}{given})", ("scalar", result))


@fragment
def pooled(m: Maker) -> None:
    shape = [1, m.random.randint(1, 3), m.random.randint(4, 6), m.random.randint(4, 6)]
    _define(
        m,
        "pooled",
        "( x: tensor<scalar>, size: integer[], mode: string, border: string = 'constant' ) -> ( y: tensor<scalar> )",
        "window = [1, 1] + size;",
        "none = [(0, 0)] * length_of(window);",
        "y = max_pool(x, size = window, padding = none, border = border, stride = window) if mode in ['max'] else",
        "    avg_pool(x, size = window, padding = none, border = border, stride = window) if mode in ['avg'] else",
        "    box(x, size = window, padding = none, border = border, stride = window, normalize = mode in ['mean']);",
    )
    size = [m.random.randint(1, 3), m.random.randint(1, 3)]
    mode, border = m.random.choice(["max", "avg", "mean", "sum"]), m.random.choice(["", ", border = 'ignore'"])
    result = [*shape[:2], *((extent - window) // window + 1 for extent, window in zip(shape[2:], size, strict=True))]
    _invoke(m, "pooled", f"pooled({m.new(shape)}, size = {size}, mode = '{mode}'{border})", ("scalar", result))
