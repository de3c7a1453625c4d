"""`nnef-lsp extract`: a part of a model, with just its weights, compared with the whole."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from .helpers import command, files, graph, model

NET = """\
version 1.0;

extension KHR_enable_fragment_definitions;
extension KHR_enable_operator_expressions;

# Twice as much.
fragment doubled( a: tensor<scalar> ) -> ( b: tensor<scalar> )
{
    b = a + a;
}

graph net( x ) -> ( y )
{
    x = external(shape = [1, 3, 8, 8]);

    # Edges.
    w1 = variable(shape = [4, 3, 3, 3], label = 'one/filter');
    h = conv(x, w1);   # the first layer
    r = relu(h);
    w2 = variable(shape = [2, 4, 1, 1], label = 'two/filter');
    z = conv(r, w2);
    y = doubled(z);
}
"""


def test_up_to_a_tensor(tmp_path: Path) -> None:
    ran = command("extract", model(tmp_path / "net", NET), "--to", "r", "-o", tmp_path / "front")
    assert ran.status == 0, ran.err
    assert files(tmp_path / "front") == ["graph.nnef", "one/filter.dat"]
    assert (
        graph(tmp_path / "front")
        == """\
version 1.0;

extension KHR_enable_fragment_definitions;
extension KHR_enable_operator_expressions;

graph net( x ) -> ( r )
{
    x = external(shape = [1, 3, 8, 8]);

    # Edges.
    w1 = variable(shape = [4, 3, 3, 3], label = 'one/filter');
    h = conv(x, w1);   # the first layer
    r = relu(h);
}
"""
    )
    assert "4 statements of 7, from x to r\n108 of 116 stored parameters\nr: largest difference 0 absolute" in ran.out


def test_from_a_tensor_on_as_an_archive(tmp_path: Path) -> None:
    out = tmp_path / "back.nnef.tgz"
    ran = command("extract", model(tmp_path / "net", NET), "--from", "r", "-o", out)
    assert ran.status == 0, ran.err
    with tarfile.open(out) as archive:
        assert archive.getnames() == ["graph.nnef", "two/filter.dat"]
        member = archive.extractfile("graph.nnef")
        assert member is not None and b"graph net( r ) -> ( y )" in member.read()
    assert "y: largest difference 0 absolute" in ran.out
    assert command("check", out).status == 0


def test_in_place_leaves_no_data_that_nothing_names(tmp_path: Path) -> None:
    net = model(tmp_path / "net", NET)
    assert command("extract", net, "--to", "r", "--in-place").status == 0
    assert files(tmp_path) == ["net/graph.nnef", "net/one/filter.dat"]


@pytest.mark.parametrize(
    "words, told",
    [
        (["--to", "hh"], "the graph has no tensor 'hh'; did you mean 'h'?"),
        (["--from", "z", "--to", "r"], "'z' does not lead to r"),
        (["--from", "h", "--to", "h"], "'h' is named twice"),
    ],
)
def test_what_is_not_a_part_is_refused(tmp_path: Path, words: list[str], told: str) -> None:
    ran = command("extract", model(tmp_path / "net", NET), *words, "-o", tmp_path / "out")
    assert (ran.status, ran.err.count("\n")) == (1, 1)
    assert told in ran.err
    assert not (tmp_path / "out").exists()


def test_places_that_are_not_written_to(tmp_path: Path) -> None:
    net = model(tmp_path / "net", NET)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("dear")
    for out, told in [
        (net, "is the model itself"),
        (net / "inner", "lies within the model"),
        (tmp_path, "lies within"),
        (tmp_path / "no" / "out", "does not exist"),
        (tmp_path / "out.nnef", "name a folder"),
        (tmp_path / "home", "is not a model, so it is not replaced"),
    ]:
        ran = command("extract", net, "--to", "r", "-o", out, "--force")
        assert (ran.status, told in ran.err) == (1, True), ran.err
    assert command("extract", net, "--to", "r").status == 2
    assert files(tmp_path) == ["home/letter.txt", "net/graph.nnef", "net/one/filter.dat", "net/two/filter.dat"]


def test_a_model_is_replaced_only_by_force(tmp_path: Path) -> None:
    net, out = model(tmp_path / "net", NET), model(tmp_path / "out", NET.replace("graph net", "graph other"))
    assert "exists already" in command("extract", net, "--to", "r", "-o", out).err
    assert "graph other" in graph(out)
    assert command("extract", net, "--to", "r", "-o", out, "--force").status == 0
    assert files(out) == ["graph.nnef", "one/filter.dat"]


def test_entries_of_what_is_gone_leave_graph_quant(tmp_path: Path) -> None:
    net = model(tmp_path / "net", NET)
    entry = "linear_quantize(min = 0.0, max = 1.0, bits = 8);\n"
    (net / "graph.quant").write_text(f'"r": {entry}"z": {entry}')
    ran = command("extract", net, "--to", "r", "-o", tmp_path / "front")
    assert ran.status == 0, ran.err
    assert (tmp_path / "front" / "graph.quant").read_text() == f'"r": {entry}'


def test_a_damaged_data_file_leaves_nothing_behind(tmp_path: Path) -> None:
    net = model(tmp_path / "net", NET)
    data = (net / "one" / "filter.dat").read_bytes()
    (net / "one" / "filter.dat").write_bytes(data[:200])
    ran = command("extract", net, "--to", "r", "-o", tmp_path / "front")
    assert ran.status == 1 and "copy is incomplete" in ran.err
    assert not (tmp_path / "front").exists()


def test_a_dry_run_shows_the_text_and_writes_nothing(tmp_path: Path) -> None:
    net = model(tmp_path / "net", NET)
    ran = command("extract", net, "--to", "r", "--diff")
    assert ran.status == 0 and "-graph net( x ) -> ( y )\n+graph net( x ) -> ( r )\n" in ran.out
    assert [path.name for path in tmp_path.iterdir()] == ["net"]


def test_comments_behind_statements_that_are_taken_out_go_once(tmp_path: Path) -> None:
    """What is said behind a statement belongs, in the text, to the next one, which may be taken out as well."""
    lines = "".join(f"    t{at} = relu({'r' if not at else f't{at - 1}'});   # the {at}th\n" for at in range(4))
    ran = command(
        "extract", model(tmp_path / "net", NET.replace("    w2", f"{lines}    w2")), "--to", "r", "-o", tmp_path / "a"
    )
    assert ran.status == 0, ran.err
    assert graph(tmp_path / "a").endswith("    r = relu(h);\n}\n")
