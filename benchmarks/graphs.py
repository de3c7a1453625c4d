"""Synthetic valid graphs of any length: chains of what convolutional networks and transformers are made of.

    text = graph(10_000)

Every statement keeps the shape [batch, 8, 16, 16] going and none fixes the batch, so that changing it in the first
statement changes the shape of everything below.  The same arguments give the same text.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

CONV = "stride = [1,1], dilation = [1,1], groups = 1, border = 'constant'"
FRAGMENT = """fragment block_{n}( x: tensor<scalar>, w: tensor<scalar>, alpha: scalar = 0.{n} ) -> ( y: tensor<scalar> )
{{
    c = conv(x, w, 0.0, padding = [(1,1),(1,1)]);
    r = relu(c);
    s = mul(r, alpha);
    y = add(x, s);
}}
"""
POOL = (
    "size = [1,1,3,3], padding = [(0,0),(0,0),(1,1),(1,1)], stride = [1,1,1,1], dilation = [1,1,1,1], border = 'ignore'"
)


def graph(statements: int, fragments: int = 5, seed: int = 0) -> str:
    """A document of so many statements in the graph, with calls of so many fragments (0: a flat document)."""
    lines = ["x = external(shape = [1,8,16,16]);"]
    parts = _parts(random.Random(seed), fragments)
    while len(lines) < statements - 1:
        lines += next(parts)[: statements - 1 - len(lines)]
    last = lines[-1].split(" = ")[0]
    while not last.startswith(("x", "t")):  # the cut may have left a variable or half a pair at the end
        lines[-1] = lines[-1].replace(lines[-1], f"tail{len(lines)} = copy(x);")
        last = lines[-1].split(" = ")[0]
    lines.append(f"y = copy({last});")
    extension = "extension KHR_enable_fragment_definitions;\n\n" if fragments else ""
    heads = "\n".join(FRAGMENT.format(n=n + 1) for n in range(fragments))
    body = "\n    ".join(lines)
    return f"version 1.0;\n\n{extension}{heads}\ngraph large( x ) -> ( y )\n{{\n    {body}\n}}\n"


def _parts(dice: random.Random, fragments: int) -> Iterator[list[str]]:
    """Statements that belong together, without end."""
    current, recent, number, weights = "x", ["x"], 0, 0
    while True:
        number, weights = number + 1, weights + 1
        t, a, w = f"t{number}", f"a{number}", f"w{weights}"
        label = f"layer{weights // 10}/w{weights}"
        other = dice.choice(recent)
        kind = dice.randrange(9 if fragments else 8)
        yield [
            [f"{w} = variable(shape = [8,8,3,3], label = '{label}');",
             f"{t} = conv({current}, {w}, 0.0, padding = [(1,1),(1,1)], {CONV});"],
            [f"{t} = relu({current});"],
            [f"{t} = add({current}, {other});"],
            [f"{a} = concat([{current}, {other}], axis = 1);",
             f"{w} = variable(shape = [8,16,1,1], label = '{label}');",
             f"{t} = conv({a}, {w}, 0.0, padding = [(0,0),(0,0)], {CONV});"],
            [f"{a} = reshape({current}, shape = [0,8,-1]);", f"{t} = reshape({a}, shape = [0,8,16,16]);"],
            [f"{a} = transpose({current}, axes = [0,1,3,2]);", f"{t} = matmul({current}, {a}, transposeB = true);"],
            [f"{t} = max_pool({current}, {POOL});"],
            [f"{t} = mul({current}, {dice.uniform(-1, 1):.3f});"],
            [f"{w} = variable(shape = [8,8,3,3], label = '{label}');",
             f"{t} = block_{dice.randrange(max(fragments, 1)) + 1}({current}, {w}, alpha = {dice.uniform(0, 1):.2f});"],
        ][kind]  # fmt: skip
        current = t
        recent = [*recent[-5:], t]
