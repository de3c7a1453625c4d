"""The package as people install it: a wheel that holds all that the commands read, and nothing of the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("hatchling")

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the content of the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    script = f"from hatchling.build import build_wheel; build_wheel({str(folder)!r})"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("nnef_lsp-*-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_what_is_in_it(installed: Path) -> None:
    names = {path.relative_to(installed).as_posix() for path in installed.rglob("*") if path.is_file()}
    sources = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "nnef_lsp").rglob("*")
        if path.suffix in (".py", ".md", ".nnef", ".lark", ".toml")
    }
    assert sources - names == set()
    assert {"nnef_lsp/py.typed", "nnef_lsp/conformance/networks/digits/graph.nnef"} <= names
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"nnef_lsp"}
    assert not [name for name in names if "test_" in name or "__pycache__" in name or "corpus" in name]
    assert sum(path.stat().st_size for path in installed.rglob("*") if path.is_file()) < 10_000_000


@pytest.mark.parametrize(
    "words",
    [
        "--version", "check model", "check model --target tract-0.23", "shapes model", "run model", "verify model", "stats model",
        "tensor model/conv1/filter.dat", "fmt --check model", "flatten model", "diff model model", "explain shape-mismatch",
        "conformance --filter relu", "pack model m.tgz --force",
    ],
)  # fmt: skip
def test_every_command_runs_from_it(installed: Path, words: str) -> None:
    place = installed.parent / "place"
    if not place.exists():
        shutil.copytree(ROOT / "examples" / "digits", place / "model")
    script = (
        "import sys, nnef_lsp; from nnef_lsp.cli.main import main\n"
        "assert nnef_lsp.__file__.startswith(sys.argv[1]), nnef_lsp.__file__\n"
        "sys.exit(main(sys.argv[2:]))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(installed), *words.split()], cwd=place, capture_output=True,
        env={**os.environ, "PYTHONPATH": str(installed)},
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, b"")


def test_the_server_starts_from_it_and_imports_no_numpy(installed: Path) -> None:
    script = (
        "import sys, nnef_lsp.server.app, nnef_lsp.cli.serve\n"
        "from nnef_lsp.server.app import new_server\n"
        "new_server()\n"
        "assert nnef_lsp.__file__.startswith(sys.argv[1])\n"
        "assert 'numpy' not in sys.modules"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(installed)],
        cwd=installed.parent,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(installed)},
    )
    assert ran.returncode == 0, ran.stderr.decode()
