"""Documents and edits as an enemy or bad luck would make them: pieces of real texts, and everything that is odd.

Not here: what is asked of the server about them (`histories.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

from nnef_lsp.syntax.tokens import tokenize

Edit = tuple[int, int, str]
"""Characters `start` to `end` are replaced by a text."""

ODD = [
    "\0", "\1", "\2", "\ufeff", "\u2028", "\u0085", "\u00a0", "\r", "\r\n", "\n\n", "\t", "\f", "\v", "\x1b", "\x7f", "é", "e\u0301", "\U0001f600",
    "\ud83d", "\udc00", "'", '"', "\\", "\\'", "\\\n", "#", "# }\n", "#\f", "/*", "//", "`", "$", "${1:x}", "%s", "<", ">", "<<", "..",
    ":=", "==", "^", "!", "&&", "||", "&", "|", "->", "->(", "{", "}", ";", ";;", "(" * 40, "[" * 40, ")" * 20, "]" * 20, "-" * 25,
    "((((x", "[[[[", "1e999", "-0", "0x10", "1.", ".5", "1e", "1e+", "00", "9" * 20, "9" * 40, "9" * 290, "9" * 400, "-9223372036854775809",
    "''", '""', "'a' 'b'", "i''", "i'a.b'", 'i"a"', "'\\", "true", "false", "inf", "~", "_", "?", "<scalar>", "<?>", "<float>", "tensor<",
    "tensor<scalar>[]", "scalar[][]", "(scalar,)", "()", "[]", "{}", "x = x;", "y = ;", "= y", "a, b = ", "[a, b] = ", "(a, b) = ",
]  # fmt: skip
LINES = [
    "fragment f( x: tensor<scalar> ) -> ( y: tensor<scalar> ) { y = f(x); }",
    "fragment g( x: tensor<scalar>[], n: integer = 1 ) -> ( y: tensor<scalar>[] )\n{\n    y = [for i in x yield relu(i)];\n}",
    "fragment h<? = scalar>( x: tensor<?> ) -> ( y: tensor<?> );", "version 1.0;", "version 1;", "extension tract_registry tract_core;",
    "extension tract_symbol N;", "extension tract_assert N >= 1;", "extension tract_assert N %% ;", "extension ;",
    "extension KHR_enable_fragment_definitions, KHR_enable_operator_expressions;", "graph g( x ) -> ( y )\n{", "graph h() -> () {}",
    "k = [[0.5, 1.0]];", "k = 1.0;", "z = tract_core_scan(body = 'f');", "x = external(shape = [N, 3]);",
    "x = external<logical>(shape = []);", "v = variable(shape = [2, 3], label = 'v');", "v = variable(shape = [0, 0], label = '../v');",
    "u = update(v, x);", "[p, q] = split(x, axis = 1, ratios = [1, 2]);", "z = x if true else y;", "z = [x, x][0];", "z, = f(x);",
    "z = reshape(x, shape = [0, -1]);", "z = [for i in range_of(x) yield i];", "z = (x + y) * 2.0 ^ -1.0;", "z = length_of(x) + 1;",
    "z = pad(x, padding = [(9, 9)]);", "z = tile(x, repeats = [1000000, 1000000]);", "x = x;", "x = f(x);", "z = 'v' + 1;",
    "'x': linear_quantize(min = 0.0, max = 1.0, bits = 8);", "\"x\": zero_point_linear_quantize(zero_point = 0, scale = 0.1, bits = 8);",
    "# nnef-lsp: ignore", "# nnef-lsp: ignore undefined-name", "# nnef: off", "{% for i in x %}", "{{ x }}", "N + 1", "N / 0", "a[0:]",
    "i in [1, 2, 3], j in [1]", "x = conv(x, filter = v, bias = 0.0, padding = [(0,0)] , stride = [0]);", "z = tract_core_pool();",
]  # fmt: skip
SEEDS = [
    "", "version 1.0;\n\ngraph g( x ) -> ( y )\n{\n    x = external(shape = [2, 3, 4]);\n    y = -x;\n}\n",
    "version 1.0;\nextension KHR_enable_fragment_definitions, KHR_enable_operator_expressions;\n\nfragment block( x: tensor<scalar>, w: tensor<scalar>, s: integer[] = [1, 1] ) -> ( y: tensor<scalar> )\n{\n    z = conv(x, w, 0.0, stride = s); # inside\n    y = relu(z + 1.0) if length_of(s) > 1 else z;\n}\n\ngraph net( image ) -> ( out, best )\n{\n    image = external<scalar>(shape = [1, 3, 16, 16]);\n    w = variable<scalar>(shape = [8, 3, 3, 3], label = 'a/w');\n    b = block(image, w, s = [2, 2]);\n    p, index = max_pool_with_index(b, size = [1, 1, 2, 2]);\n    [l, r] = split(p, axis = 1, ratios = [1, 1]);\n    out = softmax(concat([l, r], axis = 1), axes = [1]);\n    best = argmax_reduce(out, axes = [1]);\n}\n",
    "version 1.0;\n\nextension tract_registry tract_core;\nextension tract_symbol N;\n\nfragment body( x: tensor<scalar>, s: tensor<scalar> ) -> ( y: tensor<scalar>, t: tensor<scalar> )\n{\n    y = add(x, s);\n    t = y;\n}\n\ngraph net( i'in.put' ) -> ( out )\n{\n    i'in.put' = external(shape = [N, 3, N + 1]);\n    k = [[0.25, 0.5, 1.0]];\n    m = tract_core_cast(k, to = 'f32');\n    n = tract_core_shape_of(i'in.put');\n    out = mul(i'in.put', 2.0) + m;\n}\n",
]  # fmt: skip
QUANT = "'x': linear_quantize(min = 0.0, max = 1.0, bits = 8);\n# the result\n\"y\": zero_point_linear_quantize(zero_point = 10, scale = 0.1, bits = 8, signed = false);\n"


class Corpus:
    """Texts to begin with and to take pieces from; it grows by what turned out to be new."""

    def __init__(self, folders: Sequence[Path] = (), longest: int = 12_000) -> None:
        self.texts: list[tuple[str, str]] = [("graph.nnef", text) for text in SEEDS] + [("graph.quant", QUANT)]
        files = [file for folder in folders for file in sorted(folder.rglob("*")) if file.suffix in (".nnef", ".quant")]
        for file in files:
            if file.stat().st_size <= longest:
                name = "graph.quant" if file.suffix == ".quant" else "graph.nnef"
                self.texts.append((name, file.read_bytes().decode("utf-8", "replace")))
        self._weights: list[float] = []
        self.words = sorted({token.text for _, text in self.texts for token in tokenize(text)})
        self.statements = [part + ";" for _, text in self.texts for part in text.split(";") if 3 < len(part) < 300]

    def pick(self, random: Random) -> tuple[str, str]:
        """Name and text of one document, short ones more often: they find as much, and take less time."""
        for _, text in self.texts[len(self._weights) :]:
            total = self._weights[-1] if self._weights else 0.0
            self._weights.append(total + 1 / (400 + len(text)))
        return random.choices(self.texts, cum_weights=self._weights)[0]

    def piece(self, random: Random) -> str:
        """A few characters of any kind."""
        pick = random.random()
        if pick < 0.3:
            return random.choice(ODD)
        if pick < 0.5:
            return random.choice(self.words)
        if pick < 0.65:
            return random.choice(self.statements)
        if pick < 0.8:
            return random.choice(LINES)
        if pick < 0.9:
            text = random.choice(self.texts)[1]
            start = random.randrange(len(text) + 1)
            return text[start : start + random.randrange(1, 200)]
        return "".join(random.choice(ODD + self.words[:200]) for _ in range(random.randrange(1, 8)))

    def edit(self, random: Random, text: str) -> Edit:
        """One edit of a text: of a token, of any span, of a line, of a statement, or of everything."""
        length, pick = len(text), random.random()
        if pick < 0.35 and text:
            return self._of_token(random, text)
        if pick < 0.5:
            start = random.randrange(length + 1)
            return start, start, self.piece(random)
        if pick < 0.65:
            start = random.randrange(length + 1)
            return (
                start,
                min(length, start + random.choice([1, 2, 5, 20, 100, 1000])),
                random.choice(["", self.piece(random)]),
            )
        if pick < 0.8:
            start = text.find(";", random.randrange(length + 1)) + 1
            return start, start, "\n    " + random.choice(self.statements + LINES)
        if pick < 0.92:
            start = text.rfind("\n", 0, random.randrange(length + 1)) + 1
            end = text.find("\n", start) + 1 or length
            return (
                start,
                end,
                random.choice(["", text[start:end] * 2, text[start:end][::-1], random.choice(LINES) + "\n"]),
            )
        if pick < 0.95:
            return 0, length, self.pick(random)[1]
        start = random.randrange(length + 1)
        return start, start, text[: random.randrange(min(length, 500) + 1)]

    def _of_token(self, random: Random, text: str) -> Edit:
        around = max(0, random.randrange(len(text)) - 200)
        tokens = tokenize(text[around : around + 400])
        if not tokens:
            return 0, 0, self.piece(random)
        token = random.choice(tokens)
        start, end, pick = around + token.start, around + token.end, random.random()
        if pick < 0.3:
            return start, end, ""
        if pick < 0.6:
            return start, end, random.choice(self.words)
        if pick < 0.8:
            return start, start, random.choice(self.words) + " "
        return start, end, self.piece(random)


def applied(text: str, edit: Edit) -> str:
    """The text after an edit."""
    return text[: edit[0]] + edit[2] + text[edit[1] :]
