"""`nnef-lsp run` on many items: patterns and folders, batches, tables, labels, accuracy; and what can be wrong with them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.archive.pictures.png import write_png

from .helpers import EXAMPLES, GRAPH, cli, shell

Capture = pytest.CaptureFixture[str]
DIGITS = EXAMPLES / "digits"


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_every_digit_is_read_in_batches(tmp_path: Path) -> None:
    """As a person would, in a shell: the last batch is not full."""
    ran = shell(
        f"cd '{tmp_path}'; nnef-lsp run '{DIGITS}' --input image='{DIGITS}/samples/*.png' --batch 4 --csv out.csv"
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    found = rows(tmp_path / "out.csv")
    assert [Path(row["item"]).stem for row in found] == [row["probabilities.1"] for row in found] == list("0123456789")
    assert b"out.csv: 10 rows" in ran.stdout and b"10 items in" in ran.stdout


@pytest.mark.parametrize("batch", [1, 4])
def test_a_batch_gives_what_single_runs_give(tmp_path: Path, capsys: Capture, batch: int) -> None:
    out = tmp_path / "all.npz"
    assert (
        cli(capsys, "run", DIGITS, "--input", f"image={DIGITS}/samples/*.png", "--batch", batch, "--output", out).status
        == 0
    )
    with np.load(out) as many:
        assert many["probabilities"].shape == (10, 10)
        for at, item in enumerate(many["items"]):
            single = tmp_path / "one.npz"
            assert cli(capsys, "run", DIGITS, "--input", f"image={item}", "--output", single).status == 0
            with np.load(single) as one:
                np.testing.assert_allclose(many["probabilities"][at], one["probabilities"][0], rtol=1e-5, atol=1e-7)


def test_accuracy_by_a_table_of_labels(tmp_path: Path, capsys: Capture) -> None:
    truth = tmp_path / "truth.csv"
    truth.write_text("file,label\n" + "".join(f"{digit}.png,{digit if digit != 3 else 9}\n" for digit in range(9)))
    ran = cli(capsys, "run", DIGITS, "--input", f"image={DIGITS}/samples/*.png", "--truth", truth)
    assert "probabilities: 8 of 9 right (88.9%), 9 among the first 5" in ran.out
    assert "1 items have no label in the truth" in ran.out


def test_labels_beside_a_model_and_by_hand(model: Path, tmp_path: Path, capsys: Capture) -> None:
    np.save(tmp_path / "in.npy", np.array([[0, 0, 0, 1]], np.float32))
    (model / "labels.txt").write_text("cat\ndog\nemu\n")
    ran = cli(capsys, "run", model, "--input", f"x={tmp_path}/in.npy")
    assert "#1 [0, 2] = 5  emu" in ran.out
    (tmp_path / "other.txt").write_text("a\nb\nc\n")
    ran = cli(capsys, "run", model, "--input", f"x={tmp_path}/in.npy", "--labels", tmp_path / "other.txt")
    assert "#1 [0, 2] = 5  c" in ran.out
    ran = cli(capsys, "run", model, "--labels", tmp_path / "none.txt")
    assert ran.status == 2 and "none.txt' cannot be read: No such file" in ran.err


def test_an_item_that_cannot_be_read_is_left_out(model: Path, tmp_path: Path, capsys: Capture) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in "abc":
        np.save(folder / f"{name}.npy", np.full((1, 4), ord(name), np.float32))
    (folder / "b.npy").write_bytes(b"nothing")
    ran = cli(capsys, "run", model, "--input", f"x={folder}", "--batch", 2, "--csv", tmp_path / "o.csv")
    assert ran.status == 1 and "left out: " in ran.err and "b.npy" in ran.err
    assert [Path(row["item"]).name for row in rows(tmp_path / "o.csv")] == ["a.npy", "c.npy"]
    for file in folder.iterdir():
        file.write_bytes(b"nothing")
    ran = cli(capsys, "run", model, "--input", f"x={folder}")
    assert ran.status == 1 and "none of 3 items can be read" in ran.err


def test_names_of_files_are_not_formulas(model: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "=1+1.npy", np.zeros((1, 4), np.float32))
    ran = shell(f"cd '{tmp_path}'; nnef-lsp run '{model}' --input x='=*.npy' --csv o.csv")
    assert ran.returncode == 0 and rows(tmp_path / "o.csv")[0]["item"] == "'=1+1.npy"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--input", "x=nothing*.npy"], "no file is like 'nothing*.npy' for the input 'x'"),
        (["--input", "x={empty}"], "has no file that an input can come from"),
        (["--input", "y={in}"], "the graph has no input 'y'; its inputs are x"),
        (["--batch", "2"], "--batch is for many items"),
        (["--csv", "o.csv"], "--csv is for many items"),
        (["--input", "x={in}", "--compare", "tract"], "--compare is for a single item"),
        (["--input", "x={in}", "--truth", "{in}/none.csv"], "cannot be read as CSV"),
    ],
)
def test_wrong_use(model: Path, tmp_path: Path, capsys: Capture, words: list[str], said: str) -> None:
    for name in ("empty", "in"):
        (tmp_path / name).mkdir()
    np.save(tmp_path / "in" / "a.npy", np.zeros((1, 4), np.float32))
    places = {"empty": tmp_path / "empty", "in": tmp_path / "in"}
    ran = cli(capsys, "run", model, *[word.format(**places) for word in words])
    assert ran.status == 2 and said in ran.err


def test_a_model_that_takes_no_batch(tmp_path: Path, capsys: Capture) -> None:
    text = GRAPH.replace("    h = linear(x, w);", "    r = reshape(x, shape = [1, 4]);\n    h = linear(r, w);")
    (tmp_path / "graph.nnef").write_text(text)
    (tmp_path / "in").mkdir()
    for name in "ab":
        np.save(tmp_path / "in" / f"{name}.npy", np.zeros((1, 4), np.float32))
    ran = cli(capsys, "run", tmp_path, "--weights", "random:1", "--input", f"x={tmp_path}/in", "--batch", 2)
    assert ran.status == 2 and "the model does not take 2 items at once, run with --batch 1" in ran.err


def test_a_state_is_not_shared_by_items(tmp_path: Path, capsys: Capture) -> None:
    text = GRAPH.replace(
        "    y = relu(h);", "    s = variable<scalar>(shape = [1, 3], label = 's');\n    y = update(s, h);"
    )
    (tmp_path / "graph.nnef").write_text(text)
    (tmp_path / "in").mkdir()
    np.save(tmp_path / "in" / "a.npy", np.zeros((1, 4), np.float32))
    ran = cli(capsys, "run", tmp_path, "--weights", "random:1", "--input", f"x={tmp_path}/in")
    assert ran.status == 1 and "the graph keeps a state from run to run" in ran.err


def test_pictures_are_made_fit(tmp_path: Path, capsys: Capture) -> None:
    pytest.importorskip("PIL", reason="resizing needs pillow")
    large = np.zeros((40, 60, 3), np.uint8)
    large[:, 30:] = 255
    write_png(tmp_path / "p.png", large)
    (tmp_path / "graph.nnef").write_text(
        "version 1.0;\ngraph g(x) -> (y)\n{\n    x = external<scalar>(shape = [1, 3, 4, 4]);\n    y = copy(x);\n}\n"
    )
    out = tmp_path / "o.npz"
    words = ["run", tmp_path, "--input", f"x={tmp_path}/p.png", "--output", out]
    ran = cli(capsys, *words)
    assert ran.status == 1 and "pictures are resized only when asked: --resize input" in ran.err
    assert cli(capsys, *words, "--resize", "input", "--mean", "0.5", "--std", "0.25,0.5,1").status == 0
    with np.load(out) as found:
        assert found["y"][0, :, 0, 0].tolist() == [-2.0, -1.0, -0.5] and found["y"][0, :, 3, 3].tolist() == [
            2.0,
            1.0,
            0.5,
        ]
    assert cli(capsys, *words, "--resize", "8", "--crop", "4", "--scale", "1").status == 0
    with np.load(out) as found:
        assert found["y"][0, 0, 0].tolist() == pytest.approx([0, 0, 255, 255], abs=64)
    ran = cli(capsys, *words, "--resize", "big")
    assert ran.status == 2 and "resize=big is not a size: expected a number, or WIDTHxHEIGHT" in ran.err
