"""Two graphs compared: what is said of each statement, and that names alone are no difference."""

from __future__ import annotations

import re
from random import Random

import pytest

from nnef_lsp.model.comparison import Comparison, compare
from nnef_lsp.syntax.source import Source

HEAD = "version 1.0;\n"
VARIABLES = """
    x = external(shape = [1, 3, 8, 8]);
    w1 = variable(shape = [3, 3, 3, 3], label = 'one');
    w2 = variable(shape = [3, 3, 3, 3], label = 'two');
"""


def graph(statements: str, head: str = "graph g( x ) -> ( y )") -> str:
    return f"{HEAD}{head}\n{{\n{VARIABLES}{statements}\n}}\n"


def of(before: str, after: str) -> Comparison:
    return compare(Source(before), Source(after))


def told(found: Comparison) -> str:
    """The differences of statements, and the new names, one on each line."""
    lines = []
    for item in found.statements:
        lines += [f"- {item.before}"] * (item.before is not None) + [f"+ {item.after}"] * (item.after is not None)
    return "\n".join(lines + [f"{old} -> {new}" for old, new in found.renamed.items()])


def check(before: str, after: str, expected: str) -> None:
    found = of(graph(before), graph(after))
    assert told(found) == "\n".join(line.strip() for line in expected.strip().split("\n"))


def test_an_attribute_changes() -> None:
    check(
        "a = conv(x, w1, stride = [1, 1]); y = relu(a);",
        "a = conv(x, w1, stride = [2, 2]); y = relu(a);",
        """
        - a = conv(x, w1, stride = [1, 1]);
        + a = conv(x, w1, stride = [2, 2]);
        """,
    )


def test_a_layer_more_renames_all_below() -> None:
    check(
        "t1 = conv(x, w1); t2 = relu(t1); t3 = conv(t2, w2); y = relu(t3);",
        "t1 = conv(x, w1); t2 = tanh(t1); t3 = relu(t2); t4 = conv(t3, w2); y = relu(t4);",
        """
        + t2 = tanh(t1);
        - t2 = relu(t1);
        + t3 = relu(t2);
        t2 -> t3
        t3 -> t4
        """,
    )


def test_a_layer_less() -> None:
    check(
        "a = conv(x, w1); b = relu(a); c = conv(b, w2); y = relu(c);",
        "a = conv(x, w1); y = relu(a);",
        """
        - b = relu(a);
        - c = conv(b, w2);
        - y = relu(c);
        + y = relu(a);
        """,
    )


def test_names_that_were_exchanged() -> None:
    check(
        "a = relu(x); b = tanh(x); y = sub(a, b);",
        "b = relu(x); a = tanh(x); y = sub(a, b);",
        """
        - y = sub(a, b);
        + y = sub(a, b);
        a -> b
        b -> a
        """,
    )
    [item] = of(
        graph("a = relu(x); b = tanh(x); y = sub(a, b);"), graph("b = relu(x); a = tanh(x); y = sub(a, b);")
    ).statements
    assert "another tensor" in item.note


def test_a_name_and_an_attribute_change_at_once() -> None:
    check(
        "a = conv(x, w1, groups = 1); y = relu(a);",
        "b = conv(x, w1, groups = 3); y = relu(b);",
        """
        - a = conv(x, w1, groups = 1);
        + b = conv(x, w1, groups = 3);
        a -> b
        """,
    )


def test_a_label_is_renamed() -> None:
    found = of(graph("y = conv(x, w1);"), graph("y = conv(x, w1);").replace("'one'", "'first'"))
    assert found.labels == {"one": "first"} and not found.renamed
    assert [item.what for item in found.statements] == ["changed"]


def test_all_labels_are_renamed() -> None:
    before = graph("a = conv(x, w1); y = conv(a, w2);")
    found = of(before, before.replace("'one'", "'1'").replace("'two'", "'2'").replace("w1", "v").replace("w2", "w"))
    assert found.labels == {"one": "1", "two": "2"} and found.renamed == {"w1": "v", "w2": "w"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("y = conv(x, w1, stride = [1, 1], groups = 1);", "y=conv( x,w1 , groups=1,\n  stride=[1,1]) ; # comment"),
        ("y = add(x, 1.0);", "y = add(x, 1.00);"),
        ("y = select(true, x, w1);", "y = (select(true, (x), w1));"),
        ("a = relu(x); b = tanh(x); y = add(a, b);", "b = tanh(x); a = relu(x); y = add(a, b);"),
    ],
)
def test_layout_and_order_are_no_difference(before: str, after: str) -> None:
    found = of(graph(before), graph(after))
    assert found.same


def test_one_and_one_point_zero_are_different() -> None:
    assert not of(graph("y = add(x, 1);"), graph("y = add(x, 1.0);")).same


def test_inputs_and_outputs() -> None:
    found = of(graph("y = relu(x);"), graph("y = relu(x); z = tanh(x);", "graph g( x ) -> ( y, z )"))
    assert [(item.name, item.what) for item in found.outputs] == [("z", "added")] and not found.inputs
    found = of(graph("y = relu(x);"), graph("y = relu(x);").replace("x", "image").replace("eimageternal", "external"))
    assert found.renamed == {"x": "image"} and not found.inputs and not found.statements and not found.same
    found = of(
        graph("y = relu(x); z = tanh(x);", "graph g( x ) -> ( z, y )"),
        graph("y = relu(x); z = tanh(x);", "graph g( x ) -> ( y, z )"),
    )
    assert [(item.name, item.before, item.after) for item in found.outputs] == [("order", "z, y", "y, z")]


def test_fragments_and_extensions() -> None:
    extension = "extension KHR_enable_fragment_definitions;\n"
    fragment = "fragment f( a: tensor<scalar> ) -> ( b: tensor<scalar> ) { b = relu(a); }\n"
    before = graph("y = relu(x);")
    after = before.replace(HEAD, HEAD + extension + fragment)
    found = of(before, after)
    assert [item.after for item in found.header] == [extension.strip()]
    assert [(item.name, item.what) for item in found.fragments] == [("f", "added")]
    assert [item.what for item in of(after, after.replace("relu(a)", "tanh(a)")).fragments] == ["changed"]
    assert of(after, after.replace("{ b", "{  # why\n b")).same


def test_quantization_follows_the_names() -> None:
    a, b = graph("t = relu(x); y = relu(t);"), graph("u = relu(x); y = relu(u);")
    entry = '"t": linear_quantize(min = 0.0, max = 1.0, bits = 8);'
    assert not compare(Source(a), Source(b), entry, entry.replace('"t"', '"u"')).quantization
    found = compare(Source(a), Source(b), entry, entry.replace('"t"', '"u"').replace("1.0", "2.0"))
    assert [item.what for item in found.quantization] == ["changed"]


def test_broken_texts_are_compared_as_far_as_they_go() -> None:
    found = of(graph("a = relu(x; y = relu(x);"), graph("y = relu(x);"))
    assert [item.what for item in found.statements] == ["removed"]
    assert of("", "").same and not of("", graph("y = relu(x);")).same


def test_names_and_order_alone_are_found_out() -> None:
    """A graph whose tensors all have other names and whose statements stand in another order is the same graph."""
    for seed in range(20):
        random = Random(seed)
        before, after, names = scrambled(random, 200)
        found = of(before, after)
        assert not found.statements, told(found)
        assert found.renamed == {old: new for old, new in names.items() if old != new}


def scrambled(random: Random, size: int) -> tuple[str, str, dict[str, str]]:
    """A random graph in which no two tensors are the same, and the same graph with other names in another order."""
    names = [f"t{index}" for index in range(size)]
    renamed = names[:]
    random.shuffle(renamed)
    called = dict(zip(names, renamed))
    called |= {"x": "x", "y": "y"}
    lines = {"x": ("x = external(shape = [1]);", set())}
    for index, name in enumerate(names):
        reads = [random.choice(["x", *names[:index]][-8:]) for _ in range(2)]
        lines[name] = (f"{name} = f(%s, %s, n = {index % 7}, m = {index // 7});" % tuple(reads), set(reads))
    used = set().union(*(reads for _, reads in lines.values()))
    last = [name for name in names if name not in used]
    lines["y"] = (f"y = concat([{', '.join(last)}], axis = 0);", set(last))
    order: list[str] = []
    while len(order) < len(lines):
        order.append(random.choice([name for name in lines if name not in order and lines[name][1] <= set(order)]))
    body = "\n".join(lines[name][0] for name in lines)
    other = "\n".join(re.sub(r"\bt\d+\b", lambda match: called[match[0]], lines[name][0]) for name in order)
    head = "version 1.0;\ngraph g( x ) -> ( y )\n{\n"
    return f"{head}{body}\n}}", f"{head}{other}\n}}", called
