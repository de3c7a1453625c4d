"""Commands started in a folder that holds Python modules run none of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nnef_lsp.conformance import selection, test_engine
from nnef_lsp.runtime.process.python import BOOTSTRAP, program, python_environment

from ..cli.helpers import EXAMPLES, shell

MODULES = ("numpy", "runpy", "json", "encodings", "sitecustomize", "usercustomize", "tract", "PIL", "gguf", "zstandard")
"""What we or Python itself import; `nnef_lsp` is there too, whole enough to be run with -m."""
TRAP = 'import os, pathlib; pathlib.Path(os.environ["TRAPPED"]).write_text(__name__)\n'


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    folder = tmp_path / "hostile"
    for package in ("nnef_lsp", "nnef_lsp/runtime/process", "nnef_lsp/conformance"):
        (folder / package).mkdir(parents=True, exist_ok=True)
        for module in ("__init__", "__main__", "worker"):
            (folder / package / f"{module}.py").write_text(TRAP)
    for module in MODULES:
        (folder / f"{module}.py").write_text(TRAP)
    return folder


@pytest.mark.parametrize(
    "command",
    [
        "nnef-lsp conformance --engine tract --filter copy",
        f"nnef-lsp run '{EXAMPLES / 'digits'}' --input image=random:1",
        "nnef-lsp serve < /dev/null",
    ],
)
def test_no_module_of_the_current_folder_is_run(hostile: Path, command: str) -> None:
    ran = shell(f"cd '{hostile}' && {command}", text=True, env={"TRAPPED": str(hostile.parent / "trapped")})
    assert not (hostile.parent / "trapped").exists()
    assert "Traceback" not in ran.stderr and ran.returncode in (0, 2), ran.stderr


def test_a_relative_pythonpath_is_not_handed_on(hostile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would mean the folder in which the process starts."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([".", "", "modules", str(hostile.parent)]))
    monkeypatch.setenv("TRAPPED", str(hostile.parent / "trapped"))
    monkeypatch.chdir(hostile)
    (verdict,) = test_engine(f"numpy:{sys.executable}", selection("copy")[:1]).verdicts
    assert verdict.ok and not (hostile.parent / "trapped").exists()
    assert python_environment()["PYTHONPATH"].split(os.pathsep)[1:] == [str(hostile.parent)]


def test_the_bootstrap_alone_is_enough(hostile: Path) -> None:
    """As in Python 3.10, which knows neither -P nor PYTHONSAFEPATH, and in the worst folder there is."""
    environment = {**python_environment(), "TRAPPED": str(hostile.parent / "trapped")}
    del environment["PYTHONSAFEPATH"]
    words = [sys.executable, "-c", BOOTSTRAP, "nnef_lsp", "--version"]
    ran = subprocess.run(words, capture_output=True, text=True, cwd=hostile, env=environment)
    assert not (hostile.parent / "trapped").exists()
    assert ran.stdout.startswith("nnef-lsp "), ran.stderr


def test_the_module_itself_imports_no_others_of_the_folder(tmp_path: Path) -> None:
    """`python -m nnef_lsp` beside a file that is called as a package we use."""
    (tmp_path / "numpy.py").write_text(TRAP)
    words = [sys.executable, "-m", "nnef_lsp", "run", str(EXAMPLES / "digits"), "--input", "image=random:1"]
    ran = subprocess.run(
        words, capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "TRAPPED": str(tmp_path / "trapped")}
    )
    assert not (tmp_path / "trapped").exists()
    assert ran.returncode == 0, ran.stderr


def test_a_program_of_the_current_folder_needs_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "python-of-a-folder"
    python.write_text("")
    python.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.pathsep.join(["", ".", os.environ["PATH"]]))
    with pytest.raises(FileNotFoundError):
        program(python.name)
    assert program(f"./{python.name}") == str(python)


def test_pictures_start_no_other_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pillow goes by a file's content, and hands PostScript to Ghostscript."""
    pytest.importorskip("PIL")
    from nnef_lsp.runtime.inputs.images import read_image

    (tmp_path / "gs").write_text(f"#!/bin/sh\ntouch '{tmp_path}/started'\n")
    (tmp_path / "gs").chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path), os.environ["PATH"]]))
    (tmp_path / "picture.jpg").write_bytes(
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n%%EOF\n"
    )
    with pytest.raises(Exception, match="cannot identify"):
        read_image(str(tmp_path / "picture.jpg"))
    assert not (tmp_path / "started").exists()
