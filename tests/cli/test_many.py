"""Folders of models: which are found, what is told of them, and what one that kills its process costs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from nnef_lsp.cli import many
from nnef_lsp.project.models_below import models_at

from .helpers import EXAMPLES, GRAPH, cli, shell

Capture = pytest.CaptureFixture[str]
LONE = GRAPH.replace("w = variable<scalar>(shape = [3, 4], label = 'w')", "w = constant(shape = [3, 4], value = [1.0])")


def zoo(root: Path, **files: str) -> Path:
    """A folder with these files."""
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def found(root: Path) -> list[str]:
    return [Path(path).relative_to(root).as_posix() for path in models_at(str(root))]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Folders, a lone graph, archives of both kinds, and what is none."""
    for name in (
        "a/one/graph.nnef",
        "a/two/graph.nnef",
        "b/lone.nnef",
        "node_modules/x/graph.nnef",
        ".git/y/graph.nnef",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(LONE)
    (tmp_path / "a/one/inner").mkdir()
    (tmp_path / "a/one/inner/graph.nnef").write_text(LONE)  # a model within a model belongs to it
    (tmp_path / "b/notes.txt").write_text("no model")
    shell(
        f"nnef-lsp pack '{tmp_path}/a/two' '{tmp_path}/c.nnef.tgz'; nnef-lsp pack '{tmp_path}/a/two' '{tmp_path}/d.tar'"
    )
    shell(f"tar cf '{tmp_path}/e.tar' -C '{tmp_path}/b' notes.txt")
    return tmp_path


def test_every_kind_of_model_is_found(models: Path) -> None:
    assert found(models) == ["a/one", "a/two", "b/lone.nnef", "c.nnef.tgz", "d.tar"]
    assert models_at(str(models / "a/one")) == [str(models / "a/one")]
    (models / "empty").mkdir()
    assert models_at(str(models / "empty")) == [str(models / "empty")]


def test_what_is_ignored_is_passed_over(models: Path) -> None:
    (models / ".gitignore").write_text("*.tar\n/a/one/\n")
    assert found(models) == ["a/two", "b/lone.nnef", "c.nnef.tgz"]
    (models / "b" / ".gitignore").write_text("lone.nnef\n")
    assert found(models) == ["a/two", "c.nnef.tgz"]
    (models / ".nnef-lsp.toml").write_text('exclude = ["*.tgz"]\n')
    assert found(models) == ["a/two"]


def test_links_are_followed_inside_only(models: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "graph.nnef").write_text(LONE)
    os.symlink(outside, models / "b" / "out")
    os.symlink(models, models / "b" / "circle")
    os.symlink(models / "a" / "two", models / "b" / "again")
    assert found(models) == ["a/one", "a/two", "b/lone.nnef", "c.nnef.tgz", "d.tar"]


def test_a_folder_is_checked_as_a_person_would(models: Path) -> None:
    (models / "b" / "wrong.nnef").write_text(LONE.replace("relu", "rleu"))
    ran = shell(f"cd '{models}'; nnef-lsp check .")
    assert ran.returncode == 1 and b"rleu" in ran.stdout and b"in 6 models" in ran.stdout and ran.stderr == b""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_many_models_end_with_a_table(tmp_path: Path, capsys: Capture, jobs: str) -> None:
    for number in range(30):
        (tmp_path / f"{number:02}.nnef").write_text(LONE.replace("relu", "rleu") if number in (3, 17) else LONE)
    shutil.copytree(EXAMPLES / "digits", tmp_path / "digits")
    (tmp_path / "broken.nnef.tgz").write_bytes(b"\x1f\x8b nothing")
    ran = cli(capsys, "check", tmp_path, "--jobs", jobs)
    assert ran.status == 2 and "broken.nnef.tgz" in ran.err
    assert "32 models: 29 good, 0 with warnings, 2 with errors, 1 not readable" in ran.out
    assert ran.out.index("03.nnef: 1 error") < ran.out.index("17.nnef: 1 error")
    assert "most often: unknown-operation (2)" in ran.out


def deadly(path: str) -> str:
    if "kill" in path or ("once" in path and not os.path.exists(f"{path}.again")):
        Path(f"{path}.again").touch()
        os._exit(9)
    return path.upper()


def test_a_model_that_kills_its_process_costs_nobody_else(tmp_path: Path) -> None:
    paths = [
        str(tmp_path / f"{name}{number}")
        for number in range(20)
        for name in ("kill", "good", "once")[: 3 if number < 2 else 2]
    ]
    paths = [path for path in paths if "kill" not in path or path.endswith(("kill0", "kill7"))]
    outcomes = list(many.each(deadly, paths, 2, lambda path: f"{path} died"))
    assert [path for path, _ in outcomes] == paths
    assert all(outcome == (f"{path} died" if "kill" in path else path.upper()) for path, outcome in outcomes)


def test_an_interrupt_leaves_nothing_running(tmp_path: Path) -> None:
    if os.name == "nt":
        pytest.skip("signals of POSIX")
    text = (
        LONE[: LONE.rindex("    y")]
        + "".join(f"    t{i} = relu(h);\n" for i in range(20_000))
        + "    y = relu(h);\n}\n"
    )
    for number in range(6):
        (tmp_path / f"{number}.nnef").write_text(text)
    script = f"""
        nnef-lsp check '{tmp_path}' --jobs 3 >'{tmp_path}/out' 2>&1 & PARENT=$!
        for try in $(seq 300); do [ "$(pgrep -c -P $PARENT)" -ge 3 ] && break; sleep 0.05; done
        CHILDREN=$(pgrep -P $PARENT)
        kill -INT $PARENT; wait $PARENT; echo status $?
        sleep 0.2; ps -o pid= -p $(echo $CHILDREN | tr ' ' ,) | wc -l
    """
    ran = shell(script)
    words = ran.stdout.split()
    assert words[:1] == [b"status"] and words[1] in (b"130", b"0", b"1") and words[2] == b"0", (ran.stdout, ran.stderr)
    assert "Traceback" not in (tmp_path / "out").read_text()


def test_other_commands_take_folders_too(models: Path, capsys: Capture) -> None:
    for command in ("shapes", "stats"):
        shown = cli(capsys, command, models, "--format", "json").out
        assert [name in shown for name in ("one", "two", "lone.nnef", "c.nnef.tgz", "d.tar")] == [True] * 5
    (models / "a" / "one" / "graph.nnef").write_text(LONE.replace("    y", "  y"))
    (models / "b" / "lone.nnef").write_text(LONE.replace("    y", "  y"))
    ran = cli(capsys, "fmt", "--check", models)
    assert ran.status == 1 and ran.out.count("would change") == 2 and "c.nnef.tgz" not in ran.out + ran.err
