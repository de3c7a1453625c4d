"""Random documents: flat graphs of standard operations, and fragments full of expressions.

Most statements are meant to be right; a few arguments are not, which is where parsers differ.
"""

from __future__ import annotations

from random import Random

from nnef_lsp.model.operations.declarations import MISSING, Operation, Parameter, declared_operations, literal_text

HEADER = "version 1.0;\n"
EXTENSIONS = "extension KHR_enable_fragment_definitions, KHR_enable_operator_expressions;\n"
SHAPES = [
    [1, 4, 8, 8],
    [2, 3, 4],
    [1, 4],
    [4, 4],
    [1, 1, 1, 1],
    [6],
    [1, 4, 6, 6],
    [4, 4, 3, 3],
    [2, 4, 3, 3],
    [4, 1, 3, 3],
    [1],
    [],
]


def document(random: Random) -> str:
    """A random document."""
    return flat(random) if random.random() < 0.6 else compositional(random)


def flat(random: Random) -> str:
    """A graph of standard operations."""
    operations = list(declared_operations("khronos").values())
    lines = [f"x = external<scalar>(shape = {random.choice(SHAPES[:6])});"]
    names = ["x"]
    for index in range(random.randint(0, 2)):
        shape = ", ".join(map(str, random.choice(SHAPES[:11])))
        lines.append(f"w{index} = variable<scalar>(shape = [{shape}], label = 'w{index}');")
        names.append(f"w{index}")
    for index in range(random.randint(1, 4)):
        lines.append(statement(random, random.choice(operations), names, index))
    outputs = [name for name in names[1:] if random.random() < 0.3] or names[-1:]
    body = "\n".join("    " + line for line in lines)
    return f"{HEADER}graph g( x ) -> ( {', '.join(outputs)} )\n{{\n{body}\n}}\n"


def statement(random: Random, operation: Operation, names: list[str], index: int) -> str:
    """An invocation of an operation; adds its results to the names."""
    arguments = []
    for parameter in operation.parameters:
        if parameter.default is not MISSING and random.random() < 0.5:
            continue
        value = argument(random, parameter, names)
        positional = parameter.is_tensor and random.random() < 0.97
        arguments.append(value if positional else f"{parameter.name} = {value}")
    targets = []
    for number, result in enumerate(operation.results):
        if result.type.kind == "array":
            parts = [f"y{index}_{number}_{item}" for item in range(random.randint(1, 3))]
            targets.append(f"[{', '.join(parts)}]")
            names.extend(parts)
        else:
            targets.append(f"y{index}_{number}")
            names.append(targets[-1])
    generic = "<scalar>" if operation.generic and random.random() < 0.3 else ""
    return f"{', '.join(targets)} = {operation.name}{generic}({', '.join(arguments)});"


def argument(random: Random, parameter: Parameter, names: list[str]) -> str:
    """A value for a parameter, usually one of its type."""
    if parameter.choices and random.random() < 0.9:
        return f"'{random.choice(parameter.choices)}'"
    if parameter.default is not MISSING and random.random() < 0.2:
        return literal_text(parameter.default)
    return value(random, str(parameter.type), names)


def value(random: Random, type: str, names: list[str]) -> str:
    """A value of a type."""
    if random.random() < 0.01:
        type = random.choice(
            ["integer", "scalar", "logical", "string", "integer[]", "tensor<scalar>", "(integer,integer)[]"]
        )
    if type.endswith("[]"):
        count = random.choice([0, 1, 2, 2, 3, 4, 4])
        return "[" + ", ".join(value(random, type[:-2], names) for _ in range(count)) + "]"
    if type.startswith("("):
        return "(" + ", ".join(value(random, item, names) for item in type[1:-1].split(",")) + ")"
    if type.startswith("tensor"):
        return random.choice(names) if random.random() < 0.93 else random.choice(["1.0", "0.5", "2.0", "true", "1"])
    if type == "integer":
        return str(random.choice([0, 1, 1, 1, 2, 2, 3, 4, 8, -1, random.randint(-3, 9)]))
    if type == "logical":
        return random.choice(["true", "false"])
    if type == "string":
        return random.choice(["'constant'", "'ignore'", "'max'", "'w'", "'sum'"])
    return random.choice(["0.0", "1.0", "0.5", "1e-5", "2.0", "-1.0"])


def compositional(random: Random) -> str:
    """A fragment with random expressions, and a graph that invokes it."""
    types = {
        "k": "scalar = 1.0",
        "n": "integer = 2",
        "s": "string = 'ab'",
        "q": "logical = true",
        "l": "integer[] = [1, 2, 3]",
    }
    types |= {"m": "scalar[] = [0.5, 1.5]", "t": "(integer,scalar) = (1, 2.0)", "e": "integer[] = []"}
    parameters = ", ".join(f"{name}: {text}" for name, text in types.items())
    lines = []
    tensors = ["a", "b"]
    for index in range(random.randint(1, 3)):
        name = f"v{index}" if index else "r"
        lines.append(f"    {name} = {tensor_expression(random, 3, tensors)};")
        tensors.append(name)
    if random.random() < 0.15:
        lines.append(f"    u, p = ({expression(random, 'scalar', 2)}, {tensor_expression(random, 1, tensors)});")
    random.shuffle(lines) if random.random() < 0.03 else None
    body = "\n".join(lines)
    call = ", ".join(
        f"{name} = {expression_literal(random, text.split(' ')[0])}"
        for name, text in types.items()
        if random.random() < 0.2
    )
    graph = f"    x = external(shape = [2, 3]);\n    y = f(x, x{', ' + call if call else ''});\n"
    head = f"fragment f( a: tensor<scalar>, b: tensor<scalar>, {parameters} ) -> ( r: tensor<scalar> )"
    return f"{HEADER}{EXTENSIONS}{head}\n{{\n{body}\n}}\ngraph g( x ) -> ( y )\n{{\n{graph}}}\n"


def tensor_expression(random: Random, depth: int, tensors: list[str]) -> str:
    """An expression that should be a tensor."""
    if depth == 0 or random.random() < 0.2:
        return random.choice(tensors)

    def inner() -> str:
        return tensor_expression(random, depth - 1, tensors)

    pick = random.randint(0, 8)
    if pick < 3:
        return f"{operand(inner())} {random.choice(['+', '-', '*', '/', '^'])} {operand(inner())}"
    if pick == 3:
        return f"{random.choice(['relu', 'tanh', 'exp', 'neg'])}({inner()})"
    if pick == 4:
        return f"({inner()} if {expression(random, 'logical', depth - 1)} else {inner()})"
    if pick == 5:
        return f"{operand(inner())} * {operand(expression(random, 'scalar', depth - 1))}"
    if pick == 6:
        return f"add_n([for i in {expression(random, 'integer[]', depth - 1)} yield {inner()}])"
    if pick == 7:
        return f"select({operand(inner())} < {operand(inner())}, {inner()}, {inner()})"
    return f"sum_reduce({inner()}, axes = {expression(random, 'integer[]', depth - 1)})"


def operand(text: str) -> str:
    """An expression that may stand beside an operator: Khronos' unary operators and comparisons swallow what follows."""
    return (
        text
        if text.replace(".", "").replace("_", "").isalnum() or (text.startswith("(") and text.count("(") == 1)
        else f"({text})"
    )


def expression_literal(random: Random, type: str) -> str:
    """A literal of a type."""
    return value(random, type, ["x"])


def expression(random: Random, type: str, depth: int) -> str:
    """An attribute expression that is usually of a type."""
    if random.random() < 0.02:
        type = random.choice(["integer", "scalar", "logical", "string", "integer[]", "scalar[]"])
    leaves = {
        "integer": [
            "n",
            "1",
            "0",
            "2",
            "l[0]",
            "l[n]",
            "t[0]",
            "length_of(l)",
            "length_of(s)",
            "integer(k)",
            "integer('3')",
        ],
        "scalar": ["k", "1.0", "0.5", "m[0]", "t[1]", "scalar(n)", "scalar('1.5')", "scalar(q)"],
        "logical": ["q", "true", "false", "logical(n)", "n in l", "k in m"],
        "string": ["s", "'x'", "''", "string(n)", "s[0]", "s[0:1]", "string(q)"],
        "integer[]": ["l", "[1, 2]", "[0]", "range_of(l)", "range_of(s)", "l[1:]", "l[:n]", "e", "[]", "[n] * 2"],
        "scalar[]": ["m", "[1.0, 2.0]", "m[0:1]", "[k] * n"],
    }
    if depth == 0 or random.random() < 0.3:
        return random.choice(leaves[type])

    def part(kind: str) -> str:
        return operand(expression(random, kind, depth - 1))

    if random.random() < 0.15:
        return f"({expression(random, type, depth - 1)} if {expression(random, 'logical', depth - 1)} else {expression(random, type, depth - 1)})"
    if type in ("integer", "scalar"):
        return f"{part(type)} {random.choice('+-*/' if type == 'scalar' else '+-*')} {part(type)}"
    if type == "logical":
        kind = random.choice(["integer", "scalar", "string"])
        if random.random() < 0.5:
            sign = random.choice(["==", "!="] if kind == "string" else ["<", "<=", ">", ">=", "==", "!="])
            return f"{part(kind)} {sign} {part(kind)}"
        return random.choice(
            [
                f"{part('logical')} && {part('logical')}",
                f"{part('logical')} || {part('logical')}",
                f"!{part('logical')}",
            ]
        )
    if type == "string":
        return random.choice([f"{part('string')} + {part('string')}", f"{part('string')} * {part('integer')}"])
    item = type[:-2]
    return random.choice(
        [
            f"{part(type)} + {part(type)}",
            f"[{expression(random, item, depth - 1)}, {expression(random, item, depth - 1)}]",
            f"[for i in {expression(random, type, depth - 1)} yield {expression(random, item, depth - 1)}]",
            f"[for i in {expression(random, type, depth - 1)} if {expression(random, 'logical', depth - 1)} yield i]",
        ]
    )
