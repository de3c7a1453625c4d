"""`cast` (4.5.8) does what the built-in functions of 3.3.3 do: the decisions of docs/differences.md."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ..cli.helpers import cli

Capture = pytest.CaptureFixture[str]
HEAD = "version 1.0;\nextension KHR_enable_fragment_definitions, KHR_enable_operator_expressions;\n"


def model(folder: Path, *statements: str) -> Path:
    body = "".join(f"    {statement}\n" for statement in statements)
    file = folder / "graph.nnef"
    file.write_text(f"{HEAD}graph g( x ) -> ( y )\n{{\n    x = external(shape = [6]);\n{body}}}\n")
    return file


def computed(capsys: Capture, file: Path) -> list[object]:
    """The output for 1.7, -1.2, 2.5, -2.5, 0, -0.5."""
    x, out = file.parent / "x.npy", file.parent / "out.npz"
    np.save(x, np.array([1.7, -1.2, 2.5, -2.5, 0, -0.5], np.float32))
    ran = cli(capsys, "run", file, "--input", f"x={x}", "--output", out)
    assert ran.status == 0, ran.err
    found: list[object] = np.load(out, allow_pickle=True)["y"].tolist()
    return found


@pytest.mark.parametrize("value", ["1.7", "-1.2", "2.5", "-2.5", "0.0", "-0.5"])
def test_a_tensor_is_cast_as_the_built_in_function_casts(tmp_path: Path, capsys: Capture, value: str) -> None:
    items = ["1.7", "-1.2", "2.5", "-2.5", "0.0", "-0.5"]
    cast = computed(capsys, model(tmp_path, "y = cast<integer>(x);"))
    built_in = cli(capsys, "shapes", model(tmp_path, f"y = pad(x, padding = [(integer({value}) + 9, 0)]);")).out
    assert f"[{6 + 9 + int(cast[items.index(value)])}]" in built_in  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "target, expected",
    [
        ("integer", [1, -1, 2, -2, 0, 0]),
        ("logical", [True, True, True, True, False, True]),
        ("scalar", [np.float32(1.7).item(), np.float32(-1.2).item(), 2.5, -2.5, 0, -0.5]),
    ],
)
def test_scalars_are_cast(tmp_path: Path, capsys: Capture, target: str, expected: list[object]) -> None:
    assert computed(capsys, model(tmp_path, f"y = cast<{target}>(x);")) == expected


@pytest.mark.parametrize(
    "text, target, expected",
    [
        ("12", "integer", 12),
        ("-7", "integer", -7),
        ("1.5e2", "scalar", 150.0),
        ("3", "scalar", 3.0),
        ("", "logical", False),
        ("no", "logical", True),
    ],
)
def test_literals_are_cast(tmp_path: Path, capsys: Capture, text: str, target: str, expected: object) -> None:
    file = model(tmp_path, f"y = cast<{target}>('{text}');")
    assert cli(capsys, "check", file).status == 0
    assert computed(capsys, file) == expected


@pytest.mark.parametrize(
    "text, target", [("two", "integer"), ("1.5", "integer"), (" 1", "integer"), ("nan", "scalar"), ("", "integer")]
)
def test_what_is_not_a_literal_of_the_type_is_an_error(tmp_path: Path, capsys: Capture, text: str, target: str) -> None:
    ran = cli(capsys, "check", model(tmp_path, f"y = cast<{target}>('{text}');"))
    assert ran.status == 1 and f"error[invalid-value]: 'cast': '{text}' is not a literal of type {target}" in ran.out


def test_items_that_are_not_are_told_by_the_run(tmp_path: Path, capsys: Capture) -> None:
    written = "t = cast<string>(x);"
    assert computed(capsys, model(tmp_path, written, "y = cast<scalar>(t);")) == computed(
        capsys, model(tmp_path, "y = copy(x);")
    )
    file = model(tmp_path, written, "y = cast<integer>(t);")
    assert cli(capsys, "check", file).status == 0
    ran = cli(capsys, "run", file)
    assert ran.status == 1 and "'cast' for 'y': the item '" in ran.err
    assert "' is not a literal of type integer" in ran.err
