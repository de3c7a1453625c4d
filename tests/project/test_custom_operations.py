"""Operations without a body: shapes by rules in the project's settings, shapes and kernels by files of Python."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.rules.settings import parse_settings

from ..cli.helpers import cli

Capture = pytest.CaptureFixture[str]

GRAPH = """version 1.0;
extension KHR_enable_fragment_definitions;

fragment shuffle<?>( input: tensor<?>, groups: integer ) -> ( output: tensor<?> );
fragment halves( input: tensor<scalar>, sizes: integer[] = [1, 2] ) -> ( whole: tensor<scalar>, parts: tensor<scalar>[] );

graph net( x ) -> ( y, p )
{
    x = external(shape = [1,4,2]);
    y = shuffle(x, groups = 2);
    w, [p, q] = halves(x);
}
"""
PYTHON = """import numpy as np

def shuffle_shape(input, groups):
    assert input[1] % groups == 0, "input channels ({}) is not divisible by groups ({})".format(input[1], groups)
    return input

def shuffle(input, groups):
    n, c, *rest = input.shape
    return input.reshape([n, groups, c // groups, *rest]).swapaxes(1, 2).reshape(input.shape)

CUSTOM_SHAPES = {
    "shuffle": shuffle_shape,
    "halves": lambda input, sizes: (input, [[input[0], size] for size in sizes]),
}
CUSTOM_KERNELS = {
    "shuffle": shuffle,
    "halves": lambda input, sizes: (input * 2, [input.reshape(1, -1)[:, :size] for size in sizes]),
}
"""
SHAPES = """x  scalar   [1, 4, 2]
y  scalar   [1, 4, 2]
w  scalar   [1, 4, 2]
p  scalar   [1, 1]
q  scalar   [1, 2]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[tool.nnef-lsp]\noperations = ["operations.py"]\n')
    (tmp_path / "operations.py").write_text(PYTHON)
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "graph.nnef").write_text(GRAPH)
    return tmp_path


def rules(project: Path, text: str) -> None:
    """Settings with these rules of shapes, and nothing else."""
    (project / "pyproject.toml").write_text(f"[tool.nnef-lsp]\n\n[tool.nnef-lsp.shapes]\n{text}\n")


def python(project: Path, old: str, new: str) -> None:
    """Another file of Python; the same second must do."""
    file = project / "operations.py"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    os.utime(file, ns=(time.time_ns(), time.time_ns()))


def said(capsys: Capture, project: Path, *options: str) -> list[str]:
    """What `check` says, without the hints of what is not used."""
    out = cli(capsys, "check", project / "model", *options).out
    return [line for line in out.splitlines() if "[" in line and "]:" in line and not line.startswith("hint")]


# -- rules in the settings


def test_a_rule_is_an_expression_over_shapes_and_attributes(project: Path, capsys: Capture) -> None:
    rules(
        project,
        """shuffle = "input"
halves = "(input, [for size in sizes yield [input[0], size]])"
""",
    )
    assert cli(capsys, "shapes", project / "model") == (0, SHAPES, "")


@pytest.mark.parametrize(
    "rule, shape",
    [
        ("[input[0], input[1] * groups, input[2] / 2]", "[1, 8, 1]"),
        ("input[:2] + [groups]", "[1, 4, 2]"),
        ("[for i in range_of(input) yield input[i] + i]", "[1, 5, 4]"),
        ("input if groups == 1 else [1]", "[1]"),
        ("[]", "[]"),
        ("[2] * length_of(input)", "[2, 2, 2]"),
    ],
)
def test_rules_compute_as_attributes_do(project: Path, capsys: Capture, rule: str, shape: str) -> None:
    rules(project, f'shuffle = "{rule}"')
    assert f"y  scalar   {shape}\n" in cli(capsys, "shapes", project / "model").out


@pytest.mark.parametrize(
    "rule, message",
    [
        ("[input[9]]", "its shape rule (pyproject.toml:4) fails: index 9 is out of range"),
        ("[inptu[0]]", "its shape rule (pyproject.toml:4) fails: 'inptu' is not defined"),
        (
            "groups",
            "its shape rule (pyproject.toml:4) gives 2 for 'output', which is not a shape (an array of integers)",
        ),
        ("([1], [2])", "for 'output', which is not a shape"),
        ("[1.5]", "gives [1.5] for 'output', which is not a shape"),
    ],
)
def test_a_rule_that_fails_costs_one_shape(project: Path, capsys: Capture, rule: str, message: str) -> None:
    rules(project, f'shuffle = "{rule}"')
    (line,) = said(capsys, project)
    assert line.startswith("warning[custom-rule]: 'shuffle': ") and message in line
    assert "y  scalar   [..]\n" in cli(capsys, "shapes", project / "model").out


def test_arguments_that_give_no_shape_are_an_error(project: Path, capsys: Capture) -> None:
    rules(project, 'shuffle = "[input[0] - groups]"')
    (line,) = said(capsys, project)
    assert line.startswith("error[custom-arguments]: 'shuffle': its shape rule (pyproject.toml:4) gives the shape [-1]")


@pytest.mark.parametrize(
    "text, problem",
    [
        ("shapes = 1", "'shapes' must be a table"),
        ("[shapes]\nf = 1", "the shape of 'f': it must be a string"),
        ("[shapes]\nf = '[1'", "the shape of 'f': it is not an expression"),
        ("[shapes]\nf = 'a; b = c'", "the shape of 'f': it is not an expression"),
        ("[shapes]\nf = 'relu(x)'", "the shape of 'f': it invokes an operation"),
        (f"[shapes]\nf = '{'(' * 500}1{')' * 500}'", "the shape of 'f': it is not an expression"),
        (f"[shapes]\nf = '{'1 + ' * 1000}1'", "the shape of 'f': it is longer than"),
        ("operations = 'a.py'", "'operations' must be an array"),
    ],
)
def test_rules_that_are_none_are_problems_of_the_settings(text: str, problem: str) -> None:
    settings = parse_settings(text)
    assert settings is not None and settings.problems[0].startswith(problem) and not settings.shapes


def test_a_rule_serves_fragments_and_libraries(project: Path, capsys: Capture) -> None:
    (project / "library.nnef").write_text(
        "fragment own( input: tensor<scalar> ) -> ( output: tensor<scalar> );\n"
        "fragment twice( input: tensor<scalar> ) -> ( output: tensor<scalar> )\n{\n    output = own(own(input));\n}\n"
    )
    model = project / "model"
    (model / "graph.nnef").write_text(
        "version 1.0;\n\ngraph net( x ) -> ( y )\n{\n    x = external(shape = [3]);\n    y = twice(x);\n}\n"
    )
    settings = "[tool.nnef-lsp]\nlibraries = ['library.nnef']\noperations = ['operations.py']\n"
    (project / "pyproject.toml").write_text(settings + "[tool.nnef-lsp.shapes]\nown = '[input[0] + 1]'\n")
    (project / "operations.py").write_text("CUSTOM_KERNELS = {'own': lambda input: [0, *input]}\n")
    assert "y  scalar   [5]\n" in cli(capsys, "shapes", model).out
    np.savez(model / "io.npz", x=np.array([1, 2, 3], np.float32), y=np.array([0, 0, 1, 2, 3], np.float32))
    assert cli(capsys, "verify", model, "--trust") == (0, f"ok    {model}\n", "")
    (project / "pyproject.toml").write_text(settings + "[tool.nnef-lsp.shapes]\nown = '[input[7]]'\n")
    assert "in fragment 'twice'" not in "".join(said(capsys, project)) and "index 7" in "".join(said(capsys, project))


def test_a_dialect_that_looks_at_bodies_alone_finds_none_in_a_library(project: Path, capsys: Capture) -> None:
    (project / "pyproject.toml").write_text(
        "[tool.nnef-lsp]\nlibraries = ['library.nnef']\nshapes = { shuffle = 'input' }\n"
    )
    (project / "library.nnef").write_text("fragment shuffle( input: tensor<scalar> ) -> ( output: tensor<scalar> );\n")
    (project / "model" / "graph.nnef").write_text(
        "version 1.0;\nextension tract_registry tract_core;\n\ngraph net( x ) -> ( y )\n{\n"
        "    x = external(shape = [4]);\n    y = shuffle(x);\n}\n"
    )
    (line,) = said(capsys, project)
    assert line.startswith("error[unknown-operation]: fragment 'shuffle' has no body")


def test_the_line_of_a_rule_is_found_however_it_is_written(project: Path, capsys: Capture) -> None:
    for text, line in (
        ("[tool.nnef-lsp]\n\nshapes = { a = '[]', shuffle = '[input[9]]' }\n", 3),
        ("[tool.nnef-lsp.rules]\n\n[tool.nnef-lsp.shapes]\n# shuffle\n'shuffle' = '[input[9]]'\n", 5),
        ("[tool.nnef-lsp]\nshapes.shuffle = '[input[9]]'\n", 2),
    ):
        (project / "pyproject.toml").write_text(text)
        os.utime(project / "pyproject.toml", ns=(time.time_ns(), time.time_ns()))
        assert f"(pyproject.toml:{line})" in said(capsys, project)[0]


# -- files of Python


def test_python_gives_shapes_and_kernels(project: Path, capsys: Capture) -> None:
    model = project / "model"
    assert said(capsys, project, "--trust") == []
    assert cli(capsys, "shapes", model, "--trust") == (0, SHAPES, "")
    x = np.arange(8, dtype=np.float32).reshape(1, 4, 2)
    y = x[:, [0, 2, 1, 3]]
    np.savez(model / "io.npz", x=x, y=y, p=x.reshape(1, -1)[:, :1])
    for more in ((), ("--paths",), ("--poison",)):
        assert cli(capsys, "verify", model, "--trust", *more) == (0, f"ok    {model}\n", "")
    ran = cli(capsys, "run", model, "--trust", "--keep", "w", "--top", "1")
    assert ran.status == 0 and "kept: w: float32 [1, 4, 2]" in ran.out
    flat = cli(capsys, "flatten", model, "--trust")
    assert flat.status == 0 and "w, [p, q] = halves(x);" in flat.out and "fragment halves(" in flat.out


def test_nothing_of_a_workspace_is_run_without_trust(project: Path, capsys: Capture) -> None:
    """Whatever the command: neither the file nor what it would import from beside it."""
    python(project, "import numpy as np\n", f"open({str(project / 'ran')!r}, 'w')\nimport numpy as np\n")
    model = project / "model"
    np.savez(model / "io.npz", x=np.zeros((1, 4, 2), np.float32), y=np.zeros((1, 4, 2), np.float32))
    (line,) = said(capsys, project)
    assert line == (
        "warning[custom-rule]: 'shuffle': its shape is not known: 'operations.py' is run only with --trust; and 1 more like this"
    )
    for command in ("shapes", "stats", "flatten", "run", "verify", "bug-report", "pack", "diff"):
        more = [str(project / "packed.tgz")] if command == "pack" else [str(model)] if command == "diff" else []
        options = ["--output", str(project / "report.zip")] if command == "bug-report" else []
        cli(capsys, command, model, *more, *options)
    (model / "graph.nnef").write_text(GRAPH.replace("y, p", "y").replace("    w, [p, q] = halves(x);\n", ""))
    ran = cli(capsys, "run", model)
    assert ran.status == 1 and "'shuffle' for 'y': 'operations.py' is run only with --trust" in ran.err
    assert not (project / "ran").exists()
    assert cli(capsys, "run", model, "--trust").status == 0 and (project / "ran").exists()


def test_only_files_below_the_settings_are_run(project: Path, capsys: Capture, tmp_path: Path) -> None:
    outside = project.parent / f"outside-{project.name}"
    outside.mkdir()
    (outside / "evil.py").write_text(f"open({str(project / 'ran')!r}, 'w')\n")
    (project / "link.py").symlink_to(outside / "evil.py")
    for named in ("link.py", f"../{outside.name}/evil.py", str(outside / "evil.py"), str(outside)):
        (project / "pyproject.toml").write_text(f"[tool.nnef-lsp]\noperations = ['{named}']\n")
        ran = cli(capsys, "check", project / "model", "--trust")
        assert f"there is no file of operations '{named}' in the folder of the settings" in ran.err
    assert not (project / "ran").exists()


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("% groups == 0", "% groups == 1", "error[custom-arguments]: 'shuffle': input channels (4) is not divisible by groups (2) (operations.py:4)"),
        ("    return input\n", "    return input[9]\n", "warning[custom-rule]: 'shuffle': its shape rule fails: IndexError: list index out of range (operations.py:5)"),
        ("    return input\n", "    return 5\n", "warning[custom-rule]: 'shuffle': its shape rule (operations.py) gives 5 for 'output', which is not a shape (an array of integers)"),
        ("    return input\n", "    return input, input\n", "warning[custom-rule]: 'shuffle': its shape rule (operations.py) gives 2 shapes for its one result"),
        ("    return input\n", "    raise SystemExit(3)\n", "warning[custom-rule]: 'shuffle': its shape rule fails: SystemExit: 3 (operations.py:5)"),
        ("    return input\n", "    import os; os._exit(3)\n", "warning[custom-rule]: 'shuffle': its shape rule in operations.py ended its process (status 3); it is asked again when the file changes"),
        ("    return input\n", "    print('here'); return input\n", ""),
        ("    return input\n", "    return np.array(input)\n", ""),
    ],
)  # fmt: skip
def test_a_rule_in_python_that_fails_costs_one_shape(
    project: Path, capsys: Capture, old: str, new: str, message: str
) -> None:
    python(project, old, new)
    assert said(capsys, project, "--trust") == ([message] if message else [])
    assert "q  scalar   [1, 2]" in cli(capsys, "shapes", project / "model", "--trust").out  # the others go on


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("import numpy as np", "import nump as np", "operations.py cannot be imported: ModuleNotFoundError: No module named 'nump' (operations.py:1)"),
        ("import numpy as np", "import numpy as np)", "operations.py cannot be imported: SyntaxError: unmatched ')' (operations.py:1)"),
        ("CUSTOM_SHAPES = {", "raise SystemExit\nCUSTOM_SHAPES = {", "operations.py cannot be imported: SystemExit (operations.py:11)"),
        ('"shuffle": shuffle_shape', '"shuffle": 5', "CUSTOM_SHAPES['shuffle'] in operations.py is not a function"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_told(project: Path, capsys: Capture, old: str, new: str, message: str) -> None:
    python(project, old, new)
    (line,) = said(capsys, project, "--trust")
    assert line.startswith(f"warning[custom-rule]: 'shuffle': its shape is not known, because {message}")


def test_a_rule_without_end_costs_its_answer(project: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnef_lsp.runtime.process.shape_rules.LIMIT", 0.5)
    python(project, "    return input\n", "    while True: pass\n")
    (line,) = said(capsys, project, "--trust")
    assert "its shape rule in operations.py has not answered for 0.5 seconds; it is asked again when" in line
    assert "q  scalar   [1, 2]" in cli(capsys, "shapes", project / "model", "--trust").out


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("    n, c, *rest = input.shape\n", "    n, c, d, e = input.shape\n", "not enough values to unpack (expected 4, got 3) (operations.py:8)"),
        ("    n, c, *rest = input.shape\n", "    input[0] = 1\n", "assignment destination is read-only (operations.py:8)"),
        ("    n, c, *rest = input.shape\n", "    n, c = inptu.shape\n", "its kernel failed: NameError: name 'inptu' is not defined (operations.py:8)"),
        ("    n, c, *rest = input.shape\n", "    return input[0]\n", "'y' came out with the shape [4, 2], expected is [1, 4, 2]"),
        ("    n, c, *rest = input.shape\n", "    return 'y'\n", "its kernel in operations.py gives items of type <U1 for 'y', which are not numbers"),
        ("    n, c, *rest = input.shape\n", "    return input, input\n", "its kernel in operations.py gives 2 results, not 1"),
        ("    n, c, *rest = input.shape\n", "    raise SystemExit\n", "its kernel failed: SystemExit (operations.py:8)"),
        ('"shuffle": shuffle,', "", "this operation has no kernel: a project brings its own (docs/custom-operations.md)"),
    ],
)  # fmt: skip
def test_a_kernel_that_fails_is_told_with_its_place(
    project: Path, capsys: Capture, old: str, new: str, message: str
) -> None:
    python(project, old, new)
    ran = cli(capsys, "run", project / "model", "--trust")
    assert (ran.status, message in ran.err) == (1, True) if message else ran.status == 0
    assert not message or ran.err.startswith(f"nnef-lsp: {project / 'model'}/graph.nnef:10:5: 'shuffle' for 'y': ")


def test_modules_beside_the_file_are_found_and_take_the_place_of_none(project: Path, capsys: Capture) -> None:
    (project / "beside.py").write_text("def same(input, groups):\n    return input\n")
    (project / "numpy.py").write_text(f"open({str(project / 'ran')!r}, 'w')\n")
    python(project, "import numpy as np\n", "import numpy as np\nfrom beside import same\n")
    python(project, '"shuffle": shuffle_shape', '"shuffle": same')
    assert said(capsys, project, "--trust") == []
    (project / "beside.py").write_text("def same(input, groups):\n    return [groups]\n")
    assert "y  scalar   [2]\n" in cli(capsys, "shapes", project / "model", "--trust").out
    assert not (project / "ran").exists()


def test_a_file_for_nnef_tools_is_taken_as_it_is(project: Path, capsys: Capture) -> None:
    """`--custom-shapes` with `CUSTOM_SHAPES`, `--custom-operators` with `CUSTOM_OPERATORS`, which takes torch tensors."""
    pytest.importorskip("torch")
    python(project, "CUSTOM_KERNELS", "CUSTOM_OPERATORS")
    python(project, "def shuffle(input, groups):\n", "def shuffle(input, groups):\n    input.permute(0, 2, 1)\n")
    assert cli(capsys, "run", project / "model", "--trust").status == 0


def test_torch_that_is_not_there_is_told(project: Path, capsys: Capture) -> None:
    if "torch" in sys.modules or _has_torch():
        pytest.skip("torch is installed")
    python(project, "CUSTOM_KERNELS", "CUSTOM_OPERATORS")
    err = cli(capsys, "run", project / "model", "--trust").err
    assert "its function in CUSTOM_OPERATORS of operations.py takes tensors of torch, which is not installed" in err


def _has_torch() -> bool:
    from importlib.util import find_spec

    return find_spec("torch") is not None
