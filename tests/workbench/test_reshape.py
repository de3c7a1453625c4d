"""`nnef-lsp reshape`: other batches and resolutions, what is hard-wired adapted or named."""

from __future__ import annotations

from pathlib import Path

from .helpers import command, graph, model

NET = """\
version 1.0;

graph net( x ) -> ( y )
{
    x = external(shape = [1, 3, 8, 8]);
    w = variable(shape = [4, 3, 3, 3], label = 'w');
    h = conv(x, w, stride = [2, 2]);
    d = deconv(h, w, padding = [(1, 0), (1, 0)], stride = [2, 2], output_shape = [1, 3, 8, 8]);
    p = mean_reduce(d, axes = [2, 3]);
    f = reshape(p, shape = [1, 3]);   # hard-wired
    c = variable(shape = [5, 3], label = 'c');
    y = linear(f, c);
}
"""


def test_a_batch_is_proved_by_its_parts(tmp_path: Path) -> None:
    ran = command("reshape", model(tmp_path / "net", NET), "--input", "x=3,3,8,8", "-o", tmp_path / "out")
    assert (ran.status, ran.err) == (0, ""), ran.err + ran.out
    text = graph(tmp_path / "out")
    assert "external(shape = [3, 3, 8, 8])" in text
    assert "f = reshape(p, shape = [0, 3]);   # hard-wired" in text and "output_shape = [3, 3, 8, 8]" in text
    assert "line 10: reshape for f had the extent 1 hard-wired, now 0\n" in ran.out
    assert "y: [1, 5] before, [3, 5] now\n" in ran.out and "each of 3 batches run by the old model" in ran.out


def test_another_resolution_runs(tmp_path: Path) -> None:
    text = NET.replace(
        "    d = deconv(h, w, padding = [(1, 0), (1, 0)], stride = [2, 2], output_shape = [1, 3, 8, 8]);\n", ""
    )
    text = text.replace("mean_reduce(d", "mean_reduce(h").replace("shape = [1, 3]);   #", "shape = [1, 4]);   #")
    net = model(tmp_path / "net", text.replace("[5, 3]", "[5, 4]"))
    ran = command("reshape", net, "--input", "x=1,3,16,12", "-o", tmp_path / "out")
    assert (ran.status, ran.err) == (0, ""), ran.err
    assert "it runs; the old model cannot be run on that shape" in ran.out


def test_what_does_not_fit_is_named_with_its_line(tmp_path: Path) -> None:
    text = NET[: NET.index("    d = ")] + (
        "    f = reshape(h, shape = [1, 64]);\n    c = variable(shape = [5, 64], label = 'c');\n    y = linear(f, c);\n}\n"
    )
    net = model(tmp_path / "net", text)
    ran = command("reshape", net, "--input", "x=1,3,16,16", "-o", tmp_path / "out")
    assert ran.status == 1 and "the graph does not fit that shape: " in ran.err and "graph.nnef:" in ran.err
    assert not (tmp_path / "out").exists()


def test_shapes_for_a_look_only(tmp_path: Path) -> None:
    net = model(tmp_path / "net", NET)
    assert command("check", net, "--input-shape", "x=3,3,8,8").status == 1
    assert command("check", net).status == 0
    net = model(
        tmp_path / "other",
        NET.replace("shape = [1, 3]);   #", "shape = [0, 3]);   #").replace(
            "output_shape = [1, 3, 8, 8]", "output_shape = [3, 3, 8, 8]"
        ),
    )
    assert command("check", net, "--input-shape", "x=3,3,8,8").status == 0
    one, three = (
        command("stats", net, "--format", "json", *words).out for words in ([], ["--input-shape", "x=3,3,8,8"])
    )
    assert one != three
    assert "[3, 5]" in command("shapes", net, "--input-shape", "x=3,3,8,8").out
