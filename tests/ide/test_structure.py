"""What the graph view finds in a network: boxes as indented text, `[title]` a group and `name: operation` a statement."""

from __future__ import annotations

import random
from collections.abc import Iterator
from textwrap import dedent

import pytest

from nnef_lsp.ide.views.graph import GraphView, graph_view
from nnef_lsp.ide.views.structure.groups import Group, Item, leaves
from nnef_lsp.ide.views.structure.repeats import Repeat, repeats
from nnef_lsp.ide.views.structure.tree import FLAT, VIEW, Structure, structure
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.syntax.source import Source


def view_of(statements: str, before: str = "") -> GraphView:
    """The picture of a graph of these statements; the last one is its output."""
    lines = dedent(statements).strip().splitlines()
    last = lines[-1].split("=")[0].strip()
    text = "version 1.0;\nextension KHR_enable_fragment_definitions;\n" + dedent(before)
    text += f"graph net( x ) -> ( {last} )\n{{\n" + "\n".join(lines) + "\n}\n"
    view = graph_view(Analysis(Source(text)))
    assert view is not None
    return view


def found(view: GraphView) -> Structure:
    return structure(view)


def drawn(view: GraphView, levels: int = 0) -> str:
    """The boxes of the first view, and of so many levels below."""
    whole = found(view)

    def lines(items: list[Item], depth: int) -> Iterator[str]:
        for item in items:
            if isinstance(item, Group):
                yield "    " * depth + f"[{item.title}]"
                if depth < levels:
                    yield from lines(item.items, depth + 1)
            elif item not in whole.folded:
                name = whole.names.get(item)
                yield "    " * depth + (f"{name}: " if name else "") + view.nodes[item].operation

    return "\n".join(lines(whole.items, 0))


def tree(text: str) -> str:
    return dedent(text).strip("\n")


def shown(whole: Structure, items: list[Item]) -> int:
    return sum(isinstance(item, Group) or item not in whole.folded for item in items)


# --- networks


def transformer(layers: int, differs: int = -1) -> str:
    """As torch_to_nnef names it: the list of layers has its name in labels only."""
    lines = [
        "x = external(shape = [1, 8, 16]);",
        "m_model_embed_weight = variable(label = 'm.model.embed.weight', shape = [16, 16]);",
        "m__model__embed__matmul0 = matmul(x, m_model_embed_weight);",
    ]
    last = "m__model__embed__matmul0"
    for layer in range(layers):
        name, label = f"m__model___{layer}__", f"m.model.layers.{layer}."
        for part in ("q", "k", "v", "o"):
            lines.append(
                f"w_{layer}_{part} = variable(label = '{label}self_attn.{part}_proj.weight', shape = [16, 16]);"
            )
        for part in ("q", "k", "v"):
            lines.append(f"{name}self_attn__{part}_proj__linear0 = matmul({last}, w_{layer}_{part});")
        lines += [
            f"{name}self_attn__matmul0 = matmul({name}self_attn__q_proj__linear0, {name}self_attn__k_proj__linear0);",
            f"{name}self_attn__softmax0 = softmax({name}self_attn__matmul0);",
            f"{name}self_attn__matmul1 = matmul({name}self_attn__softmax0, {name}self_attn__v_proj__linear0);",
            f"{name}self_attn__o_proj__linear0 = matmul({name}self_attn__matmul1, w_{layer}_o);",
            f"{name}add0 = add({last}, {name}self_attn__o_proj__linear0);",
            f"w_{layer}_up = variable(label = '{label}mlp.up_proj.weight', shape = [16, 16]);",
            f"{name}mlp__up_proj__linear0 = matmul({name}add0, w_{layer}_up);",
            f"{name}mlp__relu0 = {'sigmoid' if layer == differs else 'relu'}({name}mlp__up_proj__linear0);",
            f"{name}mlp__mul0 = mul({name}mlp__relu0, {name}mlp__up_proj__linear0);",
            f"{name}add1 = add({name}add0, {name}mlp__mul0);",
        ]
        last = f"{name}add1"
    lines += [
        "m_lm_head_weight = variable(label = 'm.lm_head.weight', shape = [16, 16]);",
        f"m__lm_head__linear0 = matmul({last}, m_lm_head_weight);",
    ]
    return "\n".join(lines)


def residual(stages: list[int]) -> str:
    """A network of which nothing has a name; each stage halves first."""
    lines = ["x = external(shape = [1, 8, 64, 64]);"]
    last, count = "x", 0
    for stage, units in enumerate(stages):
        lines.append(f"p{stage} = max_pool({last}, size = [1, 1, 2, 2]);")
        last = f"p{stage}"
        for _ in range(units):
            count += 1
            for part, before in (("a", last), ("b", f"r{count}")):
                lines.append(f"w{count}{part} = variable(label = 'w{count}{part}', shape = [8, 8, 3, 3]);")
                lines.append(f"c{count}{part} = conv({before}, w{count}{part});")
                if part == "a":
                    lines.append(f"r{count} = relu(c{count}a);")
            lines += [f"s{count} = add(c{count}b, {last});", f"t{count} = relu(s{count});"]
            last = f"t{count}"
    return "\n".join([*lines, f"y = softmax({last});"])


# --- first views


def test_layers_that_names_tell_of_are_one_box() -> None:
    assert drawn(view_of(transformer(12)), levels=2) .startswith(tree("""
        external
        embed: matmul
        [layers 0–11 (×12)]
            [layer 0]
                [self_attn]
                add
                [mlp]
                add
            [layer 1]
    """))  # fmt: skip
    assert drawn(view_of(transformer(12))).splitlines()[-1] == "lm_head: matmul"


def test_a_layer_that_differs_stands_by_itself() -> None:
    assert drawn(view_of(transformer(12, differs=5))) == tree("""
        external
        embed: matmul
        [layers 0–4 (×5)]
        [layer 5]
        [layers 6–11 (×6)]
        lm_head: matmul
    """)


def test_a_few_layers_are_boxes_of_their_own() -> None:
    assert drawn(view_of(transformer(4))) == tree("""
        external
        embed: matmul
        [layer 0]
        [layer 1]
        [layer 2]
        [layer 3]
        lm_head: matmul
    """)


def test_blocks_without_names_are_found_where_few_tensors_pass() -> None:
    assert drawn(view_of(residual([3, 4, 6]))) == tree("""
        external
        max_pool
        [residual block (×3)]
        max_pool
        [residual block (×4)]
        max_pool
        [residual block (×6)]
        softmax
    """)


def test_many_turns_of_a_repeat_are_told_by_number() -> None:
    lines = drawn(view_of(residual([100])), levels=2).splitlines()
    assert lines[:5] == [
        "external",
        "max_pool",
        "[residual block (×100)]",
        "    [residual blocks 1–10]",
        "        [residual block 1]",
    ]
    assert "    [residual blocks 91–100]" in lines


def test_labels_with_slashes_give_modules_and_what_has_no_label_goes_along() -> None:
    lines = ["x = external(shape = [1, 4, 8, 8]);"]
    last = "x"
    for cell in ("3a", "3b", "4a", "4b"):
        ends = []
        for branch in range(3):
            for step in range(2):
                name = f"t{cell}_{branch}_{step}"
                before = f"u{cell}_{branch}_0" if step else last
                label = f"Mixed_{cell}/Branch_{branch}/Conv_{step}/weights"
                lines.append(f"w{name} = variable(label = '{label}', shape = [4, 4, 1, 1]);")
                lines.append(f"{name} = conv({before}, w{name});")
                lines.append(f"u{cell}_{branch}_{step} = relu({name});")
            ends.append(f"u{cell}_{branch}_1")
        lines.append(f"join{cell} = concat([{', '.join(ends)}], axis = 1);")
        last = f"join{cell}"
    view = view_of("\n".join([*lines, f"y = softmax({last});"]))
    assert drawn(view) == tree("""
        external
        [Mixed_3a]
        [Mixed_3b]
        [Mixed_4a]
        [Mixed_4b]
        softmax
    """)


def test_a_mask_written_in_the_midst_of_a_layer_does_not_cut_it() -> None:
    text = transformer(12)
    middle = "m__model___0__self_attn__softmax0 ="
    mask = "\n".join(
        [
            "m__model__arange0 = add(x, 1.0);",
            *(
                f"m__model__add{at} = add(m__model__{'arange0' if at == 1 else f'add{at - 1}'}, 1.0);"
                for at in range(1, 9)
            ),
            "m__model__attention_mask = mul(m__model__add8, 2.0);",
            "m__model___0__self_attn__add9 = add(m__model___0__self_attn__matmul0, m__model__attention_mask);",
            middle,
        ]
    )
    text = text.replace(middle, mask)
    assert drawn(view_of(text)).splitlines()[:4] == ["external", "embed: matmul", "[attention_mask]", "[layer 0]"]


def test_a_small_network_is_shown_as_it_is() -> None:
    view = view_of("""
        x = external(shape = [1, 3, 8, 8]);
        w = variable(label = 'conv1/filter', shape = [4, 3, 3, 3]);
        c = conv(x, w);
        y = relu(c);
    """)
    assert drawn(view) == tree("""
        external
        conv1: conv
        relu
    """)


def test_fragments_have_a_structure_too() -> None:
    view = view_of(
        "x = external(shape = [1]);\ny = deep(x);",
        "fragment deep( a: tensor<scalar> ) -> ( b60: tensor<scalar> )\n{\n"
        + "\n".join(f"    b{at} = relu({f'b{at - 1}' if at else 'a'});" for at in range(61))
        + "\n}\n",
    )
    assert len(structure(view.fragments["deep"]).items) <= VIEW


# --- what is true of every network


def statements(dice: random.Random, count: int) -> str:
    """Statements that read others anywhere before, with names of modules or without."""
    names = ["x"]
    lines = ["x = external(shape = [1, 4]);"]
    for at in range(count):
        module = "__".join(dice.choice(["m", "enc", "_0", "_1", "_2", "self", "and"]) for _ in range(dice.randrange(4)))
        name = f"{module}__op{at}" if module and dice.random() < 0.8 else f"t{at}"
        if dice.random() < 0.15:
            label = dice.choice(["a.b", "a/b", "layers.3.w", "q", "..", "/", "a.layers.0.1.w"])
            lines.append(f"{name} = variable(label = '{label}{at}', shape = [1, 4]);")
        elif dice.random() < 0.3:
            lines.append(f"{name} = add({dice.choice(names)}, {dice.choice(names[-9:])});")
        else:
            lines.append(f"{name} = {dice.choice(['relu', 'sigmoid', 'neg'])}({dice.choice(names[-5:])});")
        names.append(name)
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(40))
def test_every_statement_is_in_one_box_of_a_level_that_can_be_looked_at(seed: int) -> None:
    dice = random.Random(seed)
    text = statements(dice, dice.choice([3, 30, 60, 400]))
    view = view_of(text)
    whole = found(view)
    items = whole.items
    every = [at for item in items for at in leaves(item)]
    assert sorted(every) == list(range(len(view.nodes)))
    place = {at: where for where, at in enumerate(every)}
    defined = {name: at for at, node in enumerate(view.nodes) for name, _ in node.outputs}
    for at, node in enumerate(view.nodes):
        for tensor, _ in node.inputs:
            if not {at, defined[tensor]} & whole.folded:
                assert place[defined[tensor]] < place[at], "an order in which they can run"
    boxes = shown(whole, items)
    if len(view.nodes) - len(whole.folded) > FLAT:
        assert boxes <= VIEW
    ids = []
    waiting = [*items]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Group):
            assert 0 < shown(whole, item.items) <= FLAT
            assert item.title
            ids.append(item.id)
            waiting += item.items
    assert len(ids) == len(set(ids))
    assert drawn(view_of(text), levels=9) == drawn(view, levels=9)


@pytest.mark.parametrize(
    "name",
    ["a__" * 300_000, "_" * 1_000_000, "m" * 1_000_000, "___0" * 200_000],
    ids=["deep", "underscores", "long", "numbers"],
)
def test_names_of_a_million_characters(name: str) -> None:
    lines = ["x = external(shape = [1]);"] + [
        f"{name}{at} = relu({f'{name}{at - 1}' if at else 'x'});" for at in range(3)
    ]
    lines += [f"t{at} = relu({f't{at - 1}' if at else f'{name}2'});" for at in range(60)]
    view = view_of("\n".join(lines))
    assert all(len(group.title) < 100 for group in found(view).items if isinstance(group, Group))


# --- repeats


@pytest.mark.parametrize(
    "text, expected",
    [
        ("xyabcabcabcz", [Repeat(2, 3, 3)]),
        ("abababab", [Repeat(0, 2, 4)]),
        ("aaaaaaa", [Repeat(0, 1, 7)]),
        ("abcdefg", []),
        ("", []),
        ("aabaabaabaab", [Repeat(0, 3, 4)]),
        ("ababxcdcd", [Repeat(0, 2, 2), Repeat(5, 2, 2)]),
    ],
)
def test_repeats(text: str, expected: list[Repeat]) -> None:
    assert repeats([ord(letter) for letter in text]) == expected


def test_a_repeat_is_cut_where_it_costs_least() -> None:
    text = "x" + "abcd" * 12
    cuts = [0 if letter == "c" else 3 for letter in text]
    assert repeats([ord(letter) for letter in text], cuts) == [Repeat(3, 4, 11)]
