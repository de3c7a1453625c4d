"""Texts that grow without bound in one way each, and how the server's work grows with them.

    python -m tests.fuzz.growing [NAME ...] [--kilobytes 100] [--all]

Prints the CPU seconds of opening each text (with `--all`: of every request and two edits too), and what memory it took.

Not here: random texts (`documents.py`).
"""

from __future__ import annotations

import argparse
import gc
import resource
import time
from collections.abc import Callable
from random import Random

HEAD = "version 1.0;\nextension KHR_enable_fragment_definitions, KHR_enable_operator_expressions;\n"
QUANT = "#quant\n"
"""Begins a text of the other language."""
TR = "version 1.0;\nextension tract_registry tract_core;\nextension tract_symbol N;\n"


def graph(body: str, out: str = "y") -> str:
    return f"graph g( x ) -> ( {out} )\n{{\n    x = external<scalar>(shape = [1, 4]);\n{body}\n}}\n"


def frag(name: str, body: str, params: str = "x: tensor<scalar>", res: str = "y: tensor<scalar>") -> str:
    return f"fragment {name}( {params} ) -> ( {res} )\n{{\n    {body}\n}}\n\n"


SHAPES: dict[str, Callable[[int], str]] = {}


def shape(make: Callable[[int], str]) -> Callable[[int], str]:
    SHAPES[make.__name__] = make
    return make


@shape
def chain(n: int) -> str:
    return HEAD + graph(
        "    y0 = relu(x);\n"
        + "\n".join(f"    y{i} = relu(y{i - 1});" for i in range(1, n))
        + f"\n    y = copy(y{n - 1});"
    )


@shape
def mutual(n: int) -> str:
    return HEAD + "".join(frag(f"f{i}", f"y = f{(i + 1) % n}(x);") for i in range(n)) + graph("    y = f0(x);")


@shape
def mutual_two(n: int) -> str:
    return (
        HEAD
        + "".join(frag(f"f{i}", f"a = f{(i + 1) % n}(x);\n    y = f{(i * 7 + 3) % n}(a);") for i in range(n))
        + graph("    y = f0(x);")
    )


@shape
def frag_called(n: int) -> str:
    return (
        HEAD
        + "".join(frag(f"f{i}", "y = relu(x);") for i in range(n))
        + graph(
            "    y0 = relu(x);\n"
            + "\n".join(f"    y{i + 1} = f{i}(y{i});" for i in range(n))
            + f"\n    y = copy(y{n});"
        )
    )


@shape
def frag_chained(n: int) -> str:
    return (
        HEAD
        + frag("f0", "y = relu(x);")
        + "".join(frag(f"f{i}", f"y = f{i - 1}(x);") for i in range(1, n))
        + graph(f"    y = f{n - 1}(x);")
    )


@shape
def frag_chained_down(n: int) -> str:
    return (
        HEAD
        + "".join(frag(f"f{i}", f"y = f{i + 1}(x);") for i in range(n - 1))
        + frag(f"f{n - 1}", "y = relu(x);")
        + graph("    y = f0(x);")
    )


@shape
def frag_chained_twice(n: int) -> str:
    return (
        HEAD
        + frag("f0", "y = relu(x);")
        + "".join(frag(f"f{i}", f"a = f{i - 1}(x);\n    y = f{i - 1}(a);") for i in range(1, n))
        + graph(f"    y = f{n - 1}(x);")
    )


@shape
def frag_same(n: int) -> str:
    return HEAD + "".join(frag("f", "y = relu(x);") for i in range(n)) + graph("    y = f(x);")


@shape
def frag_pairs(n: int) -> str:
    return HEAD + "".join(frag(f"f{i // 2}", "y = relu(x);") for i in range(n)) + graph("    y = f0(x);")


@shape
def positional(n: int) -> str:
    return HEAD + graph("    y = relu(" + ", ".join(["x"] * n) + ");")


@shape
def positional_numbers(n: int) -> str:
    return HEAD + graph("    y = relu(x, " + ", ".join(str(i) + ".5" for i in range(n)) + ");")


@shape
def named(n: int) -> str:
    return HEAD + graph("    y = relu(x, " + ", ".join(f"a{i} = {i}" for i in range(n)) + ");")


@shape
def parameters(n: int) -> str:
    return (
        HEAD
        + frag("f", "y = relu(x);", params="x: tensor<scalar>, " + ", ".join(f"p{i}: integer = {i}" for i in range(n)))
        + graph("    y = f(x);")
    )


@shape
def parameters_given(n: int) -> str:
    return (
        HEAD
        + frag("f", "y = relu(x);", params="x: tensor<scalar>, " + ", ".join(f"p{i}: integer = {i}" for i in range(n)))
        + graph("    y = f(x, " + ", ".join(f"p{i} = {i}" for i in range(n)) + ");")
    )


@shape
def parameters_positional(n: int) -> str:
    return (
        HEAD
        + frag("f", "y = relu(x);", params="x: tensor<scalar>, " + ", ".join(f"p{i}: integer" for i in range(n)))
        + graph("    y = f(x, " + ", ".join(f"{i}" for i in range(n)) + ");")
    )


@shape
def frag_results(n: int) -> str:
    return (
        HEAD
        + frag(
            "f",
            "\n    ".join(f"y{i} = relu(x);" for i in range(n)),
            res=", ".join(f"y{i}: tensor<scalar>" for i in range(n)),
        )
        + graph("    (" + ", ".join(f"z{i}" for i in range(n)) + ") = f(x);\n    y = copy(z0);")
    )


@shape
def comments(n: int) -> str:
    return HEAD + graph("# c\n" * n + "    y = relu(x);")


@shape
def comments_end(n: int) -> str:
    return HEAD + graph("    y = relu(x);") + "# c\n" * n


@shape
def comments_between(n: int) -> str:
    return HEAD + graph("    y = relu(x);\n" + "".join(f"    # c {i}\n    z{i} = relu(x);\n" for i in range(n)))


@shape
def comments_inside(n: int) -> str:
    return HEAD + graph("    y = relu(\n" + "# c\n" * n + "x);")


@shape
def ignores(n: int) -> str:
    return HEAD + graph("# nnef-lsp: ignore undefined-name\n" * n + "    y = relu(x);")


@shape
def blanks(n: int) -> str:
    return HEAD + graph("\n" * n + "    y = relu(x);")


@shape
def spaces(n: int) -> str:
    return HEAD + graph(" " * n + "    y = relu(x);")


@shape
def long_line(n: int) -> str:
    return HEAD + graph("".join(f"y{i} = relu(x); " for i in range(n)) + "y = relu(x);")


@shape
def long_concat(n: int) -> str:
    return HEAD + graph("    y = concat([" + ", ".join("x" for i in range(n)) + "], axis = 0);")


@shape
def long_noquote(n: int) -> str:
    return HEAD + graph("    y = variable(shape = [1], label = 'abc" + "a" * n + ");")


@shape
def long_nosemi(n: int) -> str:
    return HEAD + graph("    y = concat([" + ", ".join("x" for i in range(n)) + "], axis = 0)")


@shape
def long_words(n: int) -> str:
    return HEAD + graph("    y = " + "x " * n + ";")


@shape
def long_illegal(n: int) -> str:
    return HEAD + graph("    y = " + "$ " * n + ";")


@shape
def long_name(n: int) -> str:
    return HEAD + graph("    y = " + "x" * n + ";")


@shape
def long_string(n: int) -> str:
    return HEAD + graph("    y = variable<scalar>(shape = [1,4], label = '" + "x" * n + "');")


@shape
def long_string_esc(n: int) -> str:
    return HEAD + graph("    y = variable<scalar>(shape = [1,4], label = '" + "\\'" * n + "');")


@shape
def quotes(n: int) -> str:
    return HEAD + graph("    y = " + "'a' " * n + ";")


@shape
def quotes_lines(n: int) -> str:
    return HEAD + graph("    y = f('a\n" * n)


@shape
def no_semis(n: int) -> str:
    return HEAD + graph("\n".join(f"    y{i} = relu(x)" for i in range(n)))


@shape
def no_semis_call(n: int) -> str:
    return HEAD + graph("    y = concat([\n" + "\n".join("    x," for i in range(n)))


@shape
def long_digits(n: int) -> str:
    return HEAD + graph("    y = relu(x) * " + "9" * n + ";")


@shape
def numbers(n: int) -> str:
    return HEAD + graph(f"    y = constant(shape = [{n}], value = [" + ", ".join("0.5" for i in range(n)) + "]);")


@shape
def numbers_nested(n: int) -> str:
    return TR + graph("    y = [[" + ", ".join("0.5" for i in range(n)) + "]];")


@shape
def numbers_nested2(n: int) -> str:
    return TR + graph("    y = [" + ", ".join("[0.5]" for i in range(n)) + "];")


@shape
def semicolons(n: int) -> str:
    return HEAD + graph(";" * n)


@shape
def braces(n: int) -> str:
    return HEAD + graph("{" * n)


@shape
def closes(n: int) -> str:
    return HEAD + graph("}" * n)


@shape
def open_parens(n: int) -> str:
    return HEAD + graph("    y = " + "(" * n + ";")


@shape
def open_brackets(n: int) -> str:
    return HEAD + graph("    y = " + "[" * n + ";")


@shape
def parens(n: int) -> str:
    return HEAD + graph("    y = " + "(" * n + "x" + ")" * n + ";")


@shape
def calls(n: int) -> str:
    return HEAD + graph("    y = " + "relu(" * n + "x" + ")" * n + ";")


@shape
def unary(n: int) -> str:
    return HEAD + graph("    y = " + "-" * n + "x;")


@shape
def unary_not(n: int) -> str:
    return HEAD + graph("    y = " + "!" * n + "x;")


@shape
def sums(n: int) -> str:
    return HEAD + graph("    y = " + " + ".join(["x"] * n) + ";")


@shape
def sums_right(n: int) -> str:
    return HEAD + graph("    y = " + "(x + " * n + "x" + ")" * n + ";")


@shape
def number_sums(n: int) -> str:
    return HEAD + graph("    y = relu(x) * (" + " + ".join(["1.0"] * n) + ");")


@shape
def powers(n: int) -> str:
    return HEAD + graph("    y = relu(x) * " + " ^ ".join(["2.0"] * n) + ";")


@shape
def ifs(n: int) -> str:
    return HEAD + graph("    y = " + "x if true else " * n + "x;")


@shape
def subscripts(n: int) -> str:
    return HEAD + graph("    y = [x]" + "[0]" * n + ";")


@shape
def comps(n: int) -> str:
    return HEAD + graph("    y = " + "[for i in [1, 2] yield " * n + "i" + "]" * n + ";")


@shape
def comps_iter(n: int) -> str:
    return HEAD + graph("    y = [for " + ", ".join(f"i{k} in [1, 2]" for k in range(n)) + " yield x];")


@shape
def comps_nested_iter(n: int) -> str:
    e = "[1, 2]"
    for _k in range(n):
        e = f"[for i in {e} yield i]"
    return HEAD + graph(f"    y = {e};")


@shape
def concat_strings(n: int) -> str:
    return HEAD + graph("    y = variable<scalar>(shape = [1,4], label = " + " + ".join(["'a'"] * n) + ");")


@shape
def concat_arrays(n: int) -> str:
    return HEAD + graph("    y = reshape(x, shape = " + " + ".join(["[1]"] * n) + ");")


@shape
def concat_twice(n: int) -> str:
    return HEAD + graph("    y = reshape(x, shape = " + "(" * n + "[1]" + " * 2)" * n + ");")


@shape
def comp_long(n: int) -> str:
    return HEAD + graph(
        "    y = concat([for i in [" + ",".join(str(i) for i in range(n)) + "] yield x + 1.0], axis = 0);"
    )


@shape
def comp_many(n: int) -> str:
    return HEAD + graph(
        "".join(
            f"    z{k} = [for i in range_of(z{k - 1}) yield i];\n"
            if k
            else "    z0 = [" + ",".join("x" for i in range(100)) + "];\n"
            for k in range(n)
        )
    )


@shape
def sym_terms(n: int) -> str:
    return (
        TR
        + "".join(f"extension tract_symbol N{i};\n" for i in range(n))
        + "graph g( x ) -> ( y )\n{\n    x = external(shape = ["
        + " + ".join(f"N{i}" for i in range(n))
        + "]);\n    y = relu(x);\n}\n"
    )


@shape
def sym_products(n: int) -> str:
    return (
        TR
        + "graph g( x ) -> ( y )\n{\n    x = external(shape = ["
        + " * ".join("N" for i in range(n))
        + "]);\n    y = relu(x);\n}\n"
    )


@shape
def sym_growing(n: int) -> str:
    return (
        TR
        + "graph g( x ) -> ( y )\n{\n    x = external(shape = [N, N + 1]);\n    y0 = copy(x);\n"
        + "".join(f"    y{i + 1} = concat([y{i}, x], axis = 1);\n" for i in range(n))
        + f"    y = copy(y{n});\n}}\n"
    )


@shape
def sym_reshape(n: int) -> str:
    return (
        TR
        + "graph g( x ) -> ( y )\n{\n    x = external(shape = [N, 2]);\n    y0 = copy(x);\n"
        + "".join(f"    y{i + 1} = reshape(concat([y{i}, x], axis = 0), shape = [-1, 2]);\n" for i in range(n))
        + f"    y = copy(y{n});\n}}\n"
    )


@shape
def sym_conv(n: int) -> str:
    return (
        TR
        + "graph g( x ) -> ( y )\n{\n    x = external(shape = [1, 1, N, N]);\n    y0 = copy(x);\n"
        + "".join(
            f"    y{i + 1} = max_pool(y{i}, size = [1,1,2,2], stride = [1,1,2,2], padding = [(0,0),(0,0),(0,0),(0,0)]);\n"
            for i in range(n)
        )
        + f"    y = copy(y{n});\n}}\n"
    )


@shape
def sym_asserts(n: int) -> str:
    return (
        TR
        + "".join(f"extension tract_assert N >= {i};\n" for i in range(n))
        + "graph g( x ) -> ( y )\n{\n    x = external(shape = [N, 2]);\n    y = reshape(x, shape = [2, -1]);\n}\n"
    )


@shape
def sym_max(n: int) -> str:
    return (
        TR
        + "extension tract_symbol M;\ngraph g( x ) -> ( y )\n{\n    x = external(shape = [N, 2]);\n z = external(shape = [M, 2]);\n    y0 = tract_core_broadcast(x, shape = [N, 2]);\n"
        + "".join(f"    y{i + 1} = add(y{i}, z);\n" for i in range(n))
        + f"    y = copy(y{n});\n}}\n"
    )


@shape
def symbols(n: int) -> str:
    return TR + "".join(f"extension tract_symbol N{i};\n" for i in range(n)) + graph("    y = relu(x);")


@shape
def extensions(n: int) -> str:
    return HEAD + "extension foo;\n" * n + graph("    y = relu(x);")


@shape
def extensions_one(n: int) -> str:
    return HEAD + "extension " + ", ".join(f"E{i}" for i in range(n)) + ";\n" + graph("    y = relu(x);")


@shape
def versions(n: int) -> str:
    return "version 1.0;\n" * n + graph("    y = relu(x);")


@shape
def graphs(n: int) -> str:
    return HEAD + graph("    y = relu(x);") * n


@shape
def undefined(n: int) -> str:
    return HEAD + graph("\n".join(f"    y{i} = relu(zz{i});" for i in range(n)))


@shape
def undefined_same(n: int) -> str:
    return HEAD + graph("\n".join(f"    y{i} = relu(zz);" for i in range(n)))


@shape
def defined_twice(n: int) -> str:
    return HEAD + graph("\n".join("    y = relu(x);" for i in range(n)))


@shape
def redefine_chain(n: int) -> str:
    return HEAD + graph("    y = relu(x);\n" + "\n".join("    y = relu(y);" for i in range(n)))


@shape
def unknown_ops(n: int) -> str:
    return HEAD + graph("\n".join(f"    y{i} = foo{i}(x);" for i in range(n)))


@shape
def unknown_similar(n: int) -> str:
    return (
        HEAD
        + "".join(frag(f"fragmentnumber{i}", "y = relu(x);") for i in range(n))
        + graph("\n".join(f"    y{i} = fragmentnumbre{i}(x);" for i in range(n)))
    )


@shape
def undefined_similar(n: int) -> str:
    return HEAD + graph("\n".join(f"    tensorname{i} = relu(tensornaem{i});" for i in range(n)))


@shape
def labels_same(n: int) -> str:
    return HEAD + graph("\n".join(f"    v{i} = variable<scalar>(shape = [1, 4], label = 'l');" for i in range(n)))


@shape
def labels_prefix(n: int) -> str:
    return HEAD + graph(
        "\n".join(f"    v{i} = variable<scalar>(shape = [1, 4], label = '{'a/' * (i % 200)}l');" for i in range(n))
    )


@shape
def labels_case(n: int) -> str:
    return HEAD + graph(
        "\n".join(
            f"    v{i} = variable<scalar>(shape = [1, 4], label = '{'l' if i % 2 else 'L'}{i // 2}');" for i in range(n)
        )
    )


@shape
def outputs(n: int) -> str:
    return (
        HEAD
        + "graph g( x ) -> ( "
        + ", ".join(f"y{i}" for i in range(n))
        + " )\n{\n    x = external<scalar>(shape = [1, 4]);\n"
        + "\n".join(f"    y{i} = relu(x);" for i in range(n))
        + "\n}\n"
    )


@shape
def outputs_missing(n: int) -> str:
    return (
        HEAD
        + "graph g( x ) -> ( "
        + ", ".join(f"y{i}" for i in range(n))
        + " )\n{\n    x = external<scalar>(shape = [1, 4]);\n}\n"
    )


@shape
def inputs(n: int) -> str:
    return (
        HEAD
        + "graph g( "
        + ", ".join(f"x{i}" for i in range(n))
        + " ) -> ( y )\n{\n"
        + "\n".join(f"    x{i} = external<scalar>(shape = [1, 4]);" for i in range(n))
        + "\n    y = copy(x0);\n}\n"
    )


@shape
def split_many(n: int) -> str:
    return HEAD + graph(
        "    ["
        + ", ".join(f"z{i}" for i in range(n))
        + "] = split(reshape(x, shape = [4]), axis = 0, ratios = ["
        + ", ".join("1" for i in range(n))
        + "]);"
    )


@shape
def targets_many(n: int) -> str:
    return HEAD + graph("    " + ", ".join(f"z{i}" for i in range(n)) + " = relu(x);")


@shape
def targets_nested(n: int) -> str:
    return HEAD + graph("    " + "[" * n + "z" + "]" * n + " = relu(x);")


@shape
def body_long(n: int) -> str:
    return (
        HEAD
        + frag(
            "f",
            "\n    ".join(["a0 = relu(x);"] + [f"a{i} = relu(a{i - 1});" for i in range(1, n)])
            + f"\n    y = copy(a{n - 1});",
        )
        + graph("    y = f(x);")
    )


@shape
def body_long_called(n: int) -> str:
    return (
        HEAD
        + frag(
            "f",
            "\n    ".join(["a0 = relu(x);"] + [f"a{i} = relu(a{i - 1});" for i in range(1, 50)])
            + "\n    y = copy(a49);",
        )
        + graph("\n".join(f"    v{i} = reshape(x, shape = [{i + 1}, -1]); z{i} = f(v{i});" for i in range(n)))
    )


@shape
def doubling(n: int) -> str:
    return (
        HEAD
        + frag("f0", "y = relu(x);")
        + "".join(frag(f"f{i}", f"y = concat([f{i - 1}(x), f{i - 1}(x)], axis = 0);") for i in range(1, n))
        + graph(f"    y = f{n - 1}(x);")
    )


@shape
def rank_many(n: int) -> str:
    return HEAD + graph("    z = reshape(x, shape = [" + ", ".join(["1"] * n) + ", 4]);\n    y = relu(z);")


@shape
def transpose_many(n: int) -> str:
    return HEAD + graph(
        "    z = reshape(x, shape = ["
        + ", ".join(["1"] * n)
        + ", 4]);\n    y = transpose(z, axes = ["
        + ", ".join(str(i) for i in range(n, -1, -1))
        + "]);"
    )


@shape
def axes_many(n: int) -> str:
    return HEAD + graph("    z = unsqueeze(x, axes = [" + ", ".join(str(i) for i in range(n)) + "]);\n    y = relu(z);")


@shape
def squeeze_many(n: int) -> str:
    return HEAD + graph(
        "    z = reshape(x, shape = ["
        + ", ".join(["1"] * n)
        + ", 4]);\n    y = squeeze(z, axes = ["
        + ", ".join(str(i) for i in range(n))
        + "]);"
    )


@shape
def reduce_many(n: int) -> str:
    return HEAD + graph("    y = sum_reduce(x, axes = [" + ", ".join(str(i) for i in range(n)) + "]);")


@shape
def fold_pow(n: int) -> str:
    return TR + graph(
        "    a0 = [2.0];\n" + "".join(f"    a{i + 1} = pow(a{i}, 2.0);\n" for i in range(n)) + f"    y = mul(x, a{n});"
    )


@shape
def fold_pow_int(n: int) -> str:
    return TR + graph(
        "    a0 = tract_core_cast([3], to = 'i64');\n"
        + "".join(f"    a{i + 1} = pow(a{i}, a{i});\n" for i in range(n))
        + f"    y = mul(x, a{n});"
    )


@shape
def fold_mul_int(n: int) -> str:
    return TR + graph(
        "    a0 = tract_core_cast([3], to = 'i64');\n"
        + "".join(f"    a{i + 1} = mul(a{i}, a{i});\n" for i in range(n))
        + f"    y = mul(x, a{n});"
    )


@shape
def fold_add(n: int) -> str:
    return TR + graph(
        "    s0 = tract_core_shape_of(x);\n"
        + "".join(f"    s{i + 1} = add(s{i}, s{i});\n" for i in range(n))
        + f"    y = copy(s{n});"
    )


@shape
def unused(n: int) -> str:
    return HEAD + graph("    y = relu(x);\n" + "\n".join(f"    z{i} = relu(x);" for i in range(n)))


@shape
def nul(n: int) -> str:
    return HEAD + graph("    y = " + "\0" * n + ";")


@shape
def carriage(n: int) -> str:
    return (HEAD + graph("\n".join(f"    z{i} = relu(x);" for i in range(n)))).replace("\n", "\r")


@shape
def crlf(n: int) -> str:
    return (HEAD + graph("\n".join(f"    z{i} = relu(x);" for i in range(n)))).replace("\n", "\r\n")


@shape
def emoji(n: int) -> str:
    return HEAD + graph("    # " + "\U0001f600" * n + "\n    y = relu(x);")


@shape
def wide_line_tokens(n: int) -> str:
    return HEAD + graph("    # \U0001f600 \n" + "".join(f"y{i} = relu(zz); /*\U0001f600*/" for i in range(n)))


@shape
def jinja(n: int) -> str:
    return HEAD + graph("{% for i in x %}\n" * n)


@shape
def generic_open(n: int) -> str:
    return HEAD + graph("    y = " + "external<" * n + ";")


@shape
def backslashes(n: int) -> str:
    return HEAD + graph("    y = '" + "\\" * n + "\n;")


@shape
def colons(n: int) -> str:
    return HEAD + graph("    y" + ":" * n + "= relu(x);")


@shape
def scans(n: int) -> str:
    return (
        TR
        + frag(
            "body",
            "y = add(x, s);\n t = y;",
            "x: tensor<scalar>, s: tensor<scalar>",
            "y: tensor<scalar>, t: tensor<scalar>",
        )
        + graph(
            "\n".join(
                f"    o{i}, p{i} = tract_core_scan(body = 'body', scan = [('x', x, 1, 1)], full = [], state = [('s', x, 't')], output = [('y', 'full', 1, 1)]);"
                for i in range(n)
            )
        )
    )


@shape
def quant_entries(n: int) -> str:
    return QUANT + "".join(f"'x{i}': linear_quantize(min = 0.0, max = 1.0, bits = 8);\n" for i in range(n))


@shape
def quant_same(n: int) -> str:
    return QUANT + "".join("'x': linear_quantize(min = 0.0, max = 1.0, bits = 8);\n" for i in range(n))


@shape
def quant_similar(n: int) -> str:
    return QUANT + "".join(f"'tensornaem{i}': linear_quantize(min = 0.0, max = 1.0, bits = 8);\n" for i in range(n))


@shape
def quant_bad(n: int) -> str:
    return QUANT + "".join(f"'x{i}': linear_quantise(min = 0.0, max = 1.0, bits = 8)\n" for i in range(n))


def of_size(name: str, characters: int) -> str:
    """The text of this kind that is about so long."""
    make = SHAPES[name]
    short, longer = len(make(8)), len(make(16))
    return make(max(2, int((characters - short) / ((longer - short) / 8)) + 8))


def uri_of(text: str) -> str:
    """The file that a text stands for."""
    return f"file:///nowhere/model/graph.{'quant' if text.startswith(QUANT) else 'nnef'}"


def main() -> None:
    """Run."""
    from nnef_lsp.server import updates

    from . import histories
    from .documents import COMPARED
    from .histories import Player, requests

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=[], help="all if none is given")
    parser.add_argument("--kilobytes", type=float, default=100)
    parser.add_argument("--all", action="store_true")
    arguments = parser.parse_args()
    histories.SLOW, updates.LARGE = 1e9, 10**12
    gc.disable()
    for name in arguments.names or list(SHAPES):
        text, player, took = of_size(name, int(1000 * arguments.kilobytes)), Player(), {}

        def timed(what: str, function: Callable[[], object], took: dict[str, float] = took) -> None:
            begin = time.process_time()
            function()
            took[what] = time.process_time() - begin

        timed("open", lambda: player.open(uri_of(text), text))  # noqa: B023
        document = player.server.session.documents[uri_of(text)]
        for method, params in requests(Random(1), document, COMPARED) if arguments.all else ():
            timed(method, lambda: player.ask(document, method, params))  # noqa: B023
        for edit in ((len(text) // 2, len(text) // 2, "q"), (0, 0, "#\n")) if arguments.all else ():
            timed(f"edit at {edit[0]}", lambda: player.edit(document, edit))  # noqa: B023
        slowest = max(took, key=lambda what: took[what])
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"{name}: {len(text)} characters, open {took['open']:.2f} s, slowest {took[slowest]:.2f} s ({slowest}), {memory} MB",
            flush=True,
        )
        gc.collect()


if __name__ == "__main__":
    main()
