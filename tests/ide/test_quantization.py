"""graph.quant: what its words mean in the graph beside it, and what an editor makes of that."""

from __future__ import annotations

from pathlib import Path as File
from textwrap import dedent

import numpy as np
import pytest

from nnef_lsp.archive import open_model, write_tensor
from nnef_lsp.ide.completion.quantization import quant_completion
from nnef_lsp.ide.completion.signature import signature
from nnef_lsp.ide.names.mentions import occurrences, symbol_at
from nnef_lsp.ide.names.rename import Refused
from nnef_lsp.ide.quantization import (
    quant_definition,
    quant_edits,
    quant_hover,
    quant_mentions,
    quant_renamable,
    quant_rename,
    quant_symbol,
)
from nnef_lsp.ide.text.folding import folds
from nnef_lsp.ide.text.place import Place
from nnef_lsp.ide.text.selection import selections
from nnef_lsp.ide.views.outline import quant_outline
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.quantization.analysis import QuantAnalysis
from nnef_lsp.project.model_files import ModelWeights
from nnef_lsp.rules import diagnose_quant
from nnef_lsp.server.features.completion import plain
from nnef_lsp.syntax.source import Source

from .drawing import drawn, edited, expected

GRAPH = """
version 1.0;
graph net( x ) -> ( y )
{
    x = external(shape = [1,3]);
    z = relu(x);
    y = tanh(z);
}
"""


def quant(text: str) -> tuple[QuantAnalysis, int]:
    text = dedent(text).strip("\n")
    offset = text.index("$0")
    return QuantAnalysis(Source(text.replace("$0", ""), "quant"), Analysis(Source(GRAPH))), offset


def check_card(text: str, part: str) -> None:
    card = quant_hover(*quant(text))
    assert card is not None and part in card.markdown


def test_cards() -> None:
    line = "'z': linear_quantize(min = 0.0, max = 1.0, bits = 8);"
    check_card(line.replace("'z'", "'$0z'"), "z: tensor<scalar> [1, 3]")
    check_card(line.replace("linear", "lin$0ear"), "fragment linear_quantize(")
    check_card(line.replace("bits", "bi$0ts"), "Parameter of `linear_quantize`")


def check_completion(text: str, *labels: str) -> None:
    found = quant_completion(*quant(text))
    assert found is not None
    assert [item.label for item in found.items][: len(labels)] == list(labels)


def test_completion() -> None:
    check_completion("'x': linear_quantize(bits = 8);\n$0", "'z'", "'y'")
    check_completion("'x': linear_quantize(bits = 8);\n'$0", "z", "y")
    check_completion("'z': $0", "min_max_linear_quantize", "zero_point_linear_quantize", "linear_quantize")
    check_completion("'z': linear_quantize(min = 0.0, $0", "max", "bits")


def test_what_is_inserted_has_the_right_types() -> None:
    """Every call that is offered, filled in with what it proposes, is one that nothing is wrong with."""
    analysis, offset = quant("'z': $0")
    found = quant_completion(analysis, offset)
    assert found is not None
    for item in found.items:
        text = "'z': " + plain(str(item.snippet), name_only=False)
        assert diagnose_quant(QuantAnalysis(Source(text, "quant"), analysis.graph)) == [], text


def test_limits_come_from_the_stored_data(tmp_path: File) -> None:
    write_tensor(tmp_path / "w.dat", np.array([-2.5, 0.0, 1.75], np.float32))
    text = "graph g(x) -> (y) { x = external(shape = [3]); w = variable(shape = [3], label = 'w'); y = add(x, w); }"
    graph = Analysis(Source("version 1.0; " + text), weights=ModelWeights(open_model(str(tmp_path))))
    found = quant_completion(QuantAnalysis(Source("'w': ", "quant"), graph), 5)
    assert found is not None
    (linear,) = [item for item in found.items if item.label == "linear_quantize"]
    assert linear.snippet == "linear_quantize(min = ${1:-2.5}, max = ${2:1.75}, bits = ${3:8});$0"


def test_a_key_is_defined_in_the_graph() -> None:
    found = quant_definition(*quant("'$0z': linear_quantize(bits = 8);"))
    assert found is not None and isinstance(found[1], Place)
    assert found[1].segment.text.strip() == "z = relu(x);"


TWO = """
'z': linear_quantize(min = 0.0, max = 1.0, bits = 8);
"y": linear_quantize(min = 0.0, max = 1.0, bits = 8);
'z': linear_quantize(min = 0.0, max = 2.0, bits = 8);
"""


def check_mentions(text: str, here: str, there: str) -> None:
    """Where the file and the graph mention what the cursor is at."""
    analysis, offset = quant(text)
    symbol = quant_symbol(analysis, offset)
    assert symbol is not None and analysis.graph is not None
    assert drawn(analysis, [item.place for item in quant_mentions(analysis, symbol)]) == expected(here)  # type: ignore[arg-type]
    assert drawn(analysis.graph, [item.place for item in occurrences(analysis.graph, symbol)]) == expected(there)


def test_mentions_of_a_tensor_in_both_files() -> None:
    check_mentions(
        TWO.replace("'z'", "'$0z'", 1),
        """
        'z': linear_quantize(min = 0.0, max = 1.0, bits = 8);
         ^
        'z': linear_quantize(min = 0.0, max = 2.0, bits = 8);
         ^
        """,
        """
            z = relu(x);
            ^
            y = tanh(z);
                     ^
        """,
    )


def test_the_graph_finds_its_tensors_in_the_file() -> None:
    analysis, _ = quant("$0" + TWO)
    graph = analysis.graph
    assert graph is not None
    symbol = symbol_at(graph, GRAPH.index("z = relu"))
    assert symbol is not None
    assert len(list(quant_mentions(analysis, symbol))) == 2
    assert edited(analysis, quant_edits(analysis, symbol, "hidden")).count("'hidden'") == 2  # type: ignore[arg-type]
    other = symbol_at(graph, GRAPH.index("x = external"))
    assert other is not None and quant_edits(analysis, other, "hidden") == []


def test_renaming_a_tensor_changes_both_files() -> None:
    analysis, offset = quant(TWO.replace("'z'", "'$0z'", 1))
    assert quant_renamable(analysis, offset).place.text == "z"
    here, there = quant_rename(analysis, offset, "hidden")
    assert edited(analysis, here).count("'hidden': ") == 2  # type: ignore[arg-type]
    assert analysis.graph is not None
    assert "hidden = relu(x);\n    y = tanh(hidden);" in edited(analysis.graph, there)


@pytest.mark.parametrize(
    ("mark", "name", "sentence"),
    [
        ("'$0z'", "y", "'y' is already the name of a tensor"),
        ("'$0z'", "1", "is not a name"),
        ("'z': lin$0", "f", "belongs to an operation"),
    ],
)
def test_names_that_are_refused(mark: str, name: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        quant_rename(*quant(TWO.replace(mark.replace("$0", ""), mark, 1)), name)
    assert sentence in str(refused.value)


def test_an_operation_and_a_parameter_are_found_in_the_file() -> None:
    for mark, count in (("'z': $0lin", 3), ("$0bits", 3), ("$0max = 2.0", 3)):
        analysis, offset = quant(TWO.replace(mark.replace("$0", ""), mark, 1))
        symbol = quant_symbol(analysis, offset)
        assert symbol is not None and len(list(quant_mentions(analysis, symbol))) == count


def test_the_outline_lists_tensors() -> None:
    analysis, _ = quant("$0# what\n" + TWO)
    entries = quant_outline(analysis, "utf-16")
    assert [(item.name, item.name_start, item.end) for item in entries[:2]] == [
        ("z", (2, 0), (2, 53)),
        ("y", (3, 0), (3, 53)),
    ]
    assert entries[0].detail == "linear_quantize(min = 0.0, max = 1.0, bits = 8)"


def test_folds() -> None:
    analysis, _ = quant("$0# a\n# b\n'z': linear_quantize(\n  bits = 8);\n")
    assert sorted((fold.first, fold.last, fold.kind) for fold in folds(analysis)) == [
        (0, 1, "comment"),
        (2, 3, "region"),
    ]


def test_the_active_parameter() -> None:
    for text, active in (("'z': linear_quantize($0", ""), ("'z': linear_quantize(min = 0.0, max = $0", "max")):
        found = signature(*quant(text))
        assert found is not None
        spans = [found.label[start:end] for start, end, _ in found.parameters]
        assert (spans[found.active].split(":")[0] if found.active >= 0 else "") == active


def test_selections_grow() -> None:
    analysis, offset = quant(TWO.replace("max = 1", "max$0 = 1", 1))
    text = analysis.source.text
    assert [text[start:end].strip() for start, end in selections(analysis, offset)][:2] == ["max", "max = 1.0"]


def test_tensors_inside_fragments_of_tracts_dialect() -> None:
    text = (
        "version 1.0;\nextension tract_registry tract_core;\n"
        "fragment f( a: tensor<scalar> ) -> ( b: tensor<scalar> )\n{\n    inner = relu(a);\n    b = inner + a;\n}\n"
        "graph g( x ) -> ( y )\n{\n    x = external(shape = [2]);\n    y = f(x);\n}\n"
    )
    graph = Analysis(Source(text))
    analysis = QuantAnalysis(
        Source(
            '"inner": zero_point_linear_quantize(zero_point = 0, scale = 0.1, bits = 8, signed = true, symmetric = false);\n',
            "quant",
        ),
        graph,
    )
    found = quant_definition(analysis, 3)
    assert found is not None and isinstance(found[1], Place) and found[1].segment.text.strip() == "inner = relu(a);"
    here, there = quant_rename(analysis, 3, "hidden")
    assert "hidden = relu(a);\n    b = hidden + a;" in edited(graph, there)
    assert edited(analysis, here).startswith('"hidden": ')  # type: ignore[arg-type]
