"""Sources of inputs and weights, and summaries of results."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnef_lsp.archive import write_tensor
from nnef_lsp.archive.pictures.png import write_png
from nnef_lsp.cli.main import main
from nnef_lsp.model.extents.dims import UNKNOWN
from nnef_lsp.model.values.tensor import tensor
from nnef_lsp.runtime.errors import RunError
from nnef_lsp.runtime.inputs.sources import read_input
from nnef_lsp.runtime.inputs.weights import weights_from
from nnef_lsp.runtime.summary import difference, summarize

from .helpers import Graph, numbers, same


def fact(*shape: Any, dtype: str = "scalar") -> Any:
    return tensor(dtype, shape)


def refused(name: str, source: str, what: Any, folder: str = "") -> str:
    with pytest.raises(RunError) as caught:
        read_input(name, source, what, folder=folder)
    return caught.value.message


def test_random_numbers_are_the_same_everywhere() -> None:
    x = read_input("x", "random:7", fact(2, 3))
    assert x.dtype == np.float32
    same(x, read_input("x", "random:7", fact(2, 3)))
    assert not np.array_equal(x, read_input("y", "random:7", fact(2, 3)))
    assert not np.array_equal(x, read_input("x", "random:8", fact(2, 3)))
    assert x[0, 0] == pytest.approx(-0.7017467, abs=1e-6)
    many = read_input("x", "random:1", fact(10000), "float64")
    assert abs(many.mean()) < 0.05 and abs(many.std() - 1) < 0.05 and many.dtype == np.float64


def test_random_integers_and_logicals() -> None:
    whole = read_input("i", "random:1", fact(1000, dtype="integer"))
    assert whole.dtype == np.int64 and set(whole) == set(range(10))
    assert set(read_input("i", "random:1", fact(100, dtype="logical"))) == {True, False}
    assert "needs a number" in refused("x", "random:abc", fact(1))


def test_filled() -> None:
    assert read_input("x", "zeros", fact(2)).tolist() == [0, 0]
    assert read_input("x", "ones", fact(2, dtype="integer")).tolist() == [1, 1]
    assert "the shape of the input 'x' is not known" in refused("x", "zeros", fact(2, UNKNOWN))


def test_files(tmp_path: Path) -> None:
    array = numbers((2, 3)).astype(np.float32)
    np.save(tmp_path / "a.npy", array)
    np.savez(tmp_path / "a.npz", x=array, other=array * 2)
    write_tensor(tmp_path / "a.dat", array)
    folder = str(tmp_path)
    for source in ("a.npy", "a.npz", "a.npz:x", "a.dat", os.path.join(folder, "a.npy")):
        same(read_input("x", source, fact(2, 3), folder=folder), array)
    same(read_input("x", "a.npz:other", fact(2, UNKNOWN), folder=folder), array * 2)
    assert "has no array 'z'; it has x, other" in refused("z", "a.npz", fact(2, 3), folder)
    assert "has the shape [2, 3], but the input 'x' is [3, 2]" in refused("x", "a.npy", fact(3, 2), folder)
    assert "does not exist" in refused("x", "b.npy", fact(1), folder)
    assert "is not a kind of file" in refused("x", __file__, fact(1))


def test_types_are_not_reinterpreted(tmp_path: Path) -> None:
    np.save(tmp_path / "f.npy", np.array([1.5]))
    np.save(tmp_path / "i.npy", np.array([2]))
    folder = str(tmp_path)
    assert "holds float64 items, but the input 'x' is integer" in refused(
        "x", "f.npy", fact(1, dtype="integer"), folder
    )
    assert "but the input 'x' is logical" in refused("x", "i.npy", fact(1, dtype="logical"), folder)
    assert read_input("x", "i.npy", fact(1), folder=folder).dtype == np.float32


def test_a_pickle_is_not_opened(tmp_path: Path) -> None:
    np.save(tmp_path / "evil.npy", np.array([{}], object), allow_pickle=True)
    assert "holds Python objects" in refused("x", "evil.npy", fact(1), str(tmp_path))


def test_pictures(tmp_path: Path) -> None:
    color = np.random.RandomState(0).randint(0, 256, (4, 6, 3)).astype(np.uint8)
    write_png(tmp_path / "c.png", color)
    write_png(tmp_path / "g.png", color[..., 0])
    folder = str(tmp_path)

    def read(name: str, *shape: int, **options: Any) -> Any:
        return read_input("x", name, fact(*shape, **options), "float64", folder=folder)

    same(read("c.png", 1, 3, 4, 6), color.transpose(2, 0, 1)[None] / 255)
    same(read("c.png", 1, 4, 6, 3), color[None] / 255)
    same(read("g.png", 1, 1, 4, 6), color[None, None, ..., 0] / 255)
    same(read("g.png", 1, 4, 6), color[None, ..., 0] / 255)
    same(read("g.png", 1, 3, 4, 6), np.repeat(color[None, None, ..., 0], 3, axis=1) / 255)
    gray = np.rint(color @ np.array([0.299, 0.587, 0.114])) / 255
    same(read("c.png", 1, 1, 4, 6), gray[None, None])
    same(read("g.png", 4, 6, dtype="integer"), color[..., 0])
    message = refused("x", "c.png", fact(1, 3, 5, 6), folder)
    assert "is 6 x 4, which does not fit the input 'x' of shape [1, 3, 5, 6]; pictures are resized only" in message


def test_what_is_done_to_a_picture_stands_behind_its_file(tmp_path: Path) -> None:
    color = np.random.RandomState(0).randint(0, 256, (4, 6, 3)).astype(np.uint8)
    write_png(tmp_path / "c.png", color)
    folder = str(tmp_path)

    def read(source: str, *shape: int) -> Any:
        return read_input("x", source, fact(*shape), "float64", folder=folder)

    same(read("c.png?scale=1&order=bgr", 1, 3, 4, 6), color[..., ::-1].transpose(2, 0, 1)[None])
    same(read("c.png?crop=2", 1, 2, 2, 3), color[1:3, 2:4][None] / 255)
    normal = (color / 255 - [0.4, 0.5, 0.6]) / 0.25
    same(read("c.png?mean=0.4,0.5,0.6&std=0.25&layout=hwc", 4, 6, 3), normal)
    (tmp_path / "c.png").rename(tmp_path / "what?scale=1.png")
    same(read("what?scale=1.png", 1, 4, 6, 3), color[None] / 255)
    for source, said in [
        ("c.png?blur=3", "'blur' is not something to do to a picture"),
        ("c.png?layout=abc", "'abc' is not a layout"),
        ("c.png?std=0", "would divide by zero"),
        ("c.png?crop=9", "is 6 x 4 when it is to be cropped to 9 x 9; resize it first"),
        ("c.png?mean=1,2", "has 2 numbers, but"),
    ]:
        write_png(tmp_path / "c.png", color)
        assert said in refused("x", source, fact(1, 3, 4, 6), folder)
    np.save(tmp_path / "a.npy", color)
    assert "is not a picture, so nothing can be done to it" in refused("x", "a.npy?scale=1", fact(4, 6, 3), folder)


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_sound(tmp_path: Path, width: int) -> None:
    import wave

    with wave.open(str(tmp_path / "s.wav"), "wb") as file:
        file.setparams((2, width, 8000, 0, "NONE", "none"))
        codes = np.array([[-0.5, 0.5], [0.25, 0.75], [0.0, -1.0]]) * 2 ** (8 * width - 1)
        whole = codes.astype("<i8") + (128 if width == 1 else 0)
        file.writeframes(b"".join(int(code).to_bytes(8, "little", signed=True)[:width] for code in whole.reshape(-1)))
    folder = str(tmp_path)
    stereo = [[-0.5, 0.25, 0.0], [0.5, 0.75, -1.0]]
    assert read_input("x", "s.wav", fact(1, 2, 3), folder=folder).tolist() == [stereo]
    assert read_input("x", "s.wav", fact(1, 3), folder=folder).tolist() == [[0.0, 0.5, -0.5]]
    assert read_input("x", "s.wav", fact(UNKNOWN), folder=folder).tolist() == [0.0, 0.5, -0.5]
    message = refused("x", "s.wav", fact(1, 16000), folder)
    assert "has 2 channels of 3 samples, which does not fit the input 'x' of shape [1, 16000]" in message
    (tmp_path / "s.wav").write_bytes(b"RIFF")
    assert "cannot be read as sound" in refused("x", "s.wav", fact(1, 3), folder)


def test_random_weights_are_plausible() -> None:
    graph = Graph(outputs=[]).variable("w", (16, 8, 3, 3)).flat
    weights = weights_from("random:3", None, graph)
    assert weights("w").std() == pytest.approx(math.sqrt(2 / 72), rel=0.1)
    same(weights("w"), weights_from("random:3", None, graph)("w"))
    with pytest.raises(RunError, match="is not a source of weights"):
        weights_from("what", None, graph)


def test_summary() -> None:
    x = np.array([[1.0, np.nan, 3.0], [np.inf, -2.0, 3.0]])
    summary = summarize(x, top=3)
    assert summary["shape"] == [2, 3] and summary["nan"] == 1 and summary["inf"] == 1
    finite = np.array([1.0, 3.0, -2.0, 3.0])
    assert (summary["min"], summary["max"], summary["mean"]) == (-2.0, 3.0, finite.mean())
    assert summary["std"] == pytest.approx(finite.std())
    assert [item["index"] for item in summary["top"]] == [[1, 0], [0, 2], [1, 2]]
    assert summary["top"][0]["value"] is None and summary["top"][1]["value"] == 3.0


def test_statistics_keep_their_digits_far_from_zero() -> None:
    x = 1e8 + np.random.RandomState(0).standard_normal(1_000_000)
    assert summarize(x)["std"] == pytest.approx(x.std(), rel=1e-6)


def test_summary_of_other_kinds() -> None:
    assert summarize(np.array([True, False]), top=1)["top"] == [{"index": [0], "value": True}]
    assert summarize(np.zeros((0, 3)))["shape"] == [0, 3]
    assert len(summarize([np.zeros(2), np.zeros(3)])["items"]) == 2
    assert summarize(np.array(2.5))["top"] == [{"index": [], "value": 2.5}]


def test_difference() -> None:
    found = difference(np.array([1.0, np.nan, 2.0]), np.array([1.0, np.nan, 4.0]))
    assert found == {"max_abs_error": 2.0, "max_rel_error": 0.5, "index": [2]}
    assert difference(np.array([np.nan]), np.array([1.0]))["max_abs_error"] == math.inf


DEEP = """version 1.0;

graph net( x ) -> ( y )
{{
    x = external(shape = [1, 8, 6, 6]);
{blocks}
    y = softmax(h{last}, axes = [1]);
}}
"""
BLOCK = """    f{i} = variable(shape = [8, 8, 3, 3], label = 'variable{i}0');
    m{i} = variable(shape = [1, 8], label = 'variable{i}1');
    v{i} = variable(shape = [1, 8], label = 'variable{i}2');
    b{i} = variable(shape = [1, 8], label = 'variable{i}3');
    s{i} = variable(shape = [1, 8], label = 'variable{i}4');
    c{i} = conv({before}, f{i}, padding = [(1, 1), (1, 1)]);
    n{i} = batch_normalization(c{i}, m{i}, v{i}, b{i}, s{i}, epsilon = 0.001);
    a{i} = relu(n{i});
    h{i} = add(a{i}, {before});"""


def test_random_weights_follow_what_reads_a_variable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = "\n".join(BLOCK.format(i=i, before=f"h{i - 1}" if i else "x") for i in range(20))
    (tmp_path / "graph.nnef").write_text(DEEP.format(blocks=blocks, last=19))
    status = main(["run", str(tmp_path), "--weights", "random:1", "--keep", "h19", "--format", "json"])
    kept = json.loads(capsys.readouterr().out)["kept"]["h19"]
    assert (status, kept.get("nan", 0), kept.get("inf", 0)) == (0, 0, 0)
    assert 0.1 < kept["std"] < 1e5


def test_items_that_are_no_finite_numbers_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "graph.nnef").write_text(
        "version 1.0;\ngraph g( x ) -> ( y )\n{\n    x = external(shape = [3]);\n    y = log(x);\n}\n"
    )
    assert main(["run", str(tmp_path), "--input", "zeros"]) == 1
    assert "'y' has items that are not finite numbers: 3 infinite" in capsys.readouterr().err
