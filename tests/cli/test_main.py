"""The command line as a whole: help, commands that do not exist, output that nobody reads, pages of rules."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import nnef_lsp
from nnef_lsp.cli.main import parser

from .helpers import EXAMPLES, cli

Capture = pytest.CaptureFixture[str]
COMMANDS = sorted(parser().names)


def test_version_and_help(capsys: Capture) -> None:
    assert cli(capsys, "--version") == (0, f"nnef-lsp {nnef_lsp.__version__}\n", "")
    ran = cli(capsys, "--help")
    assert ran.status == 0 and all(f"\n    {command}" in ran.out for command in COMMANDS)
    assert {"check", "diff", "fmt", "run", "serve", "verify"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(capsys: Capture, command: str) -> None:
    ran = cli(capsys, command, "--help")
    assert ran.status == 0 and ran.out.startswith("usage: nnef-lsp") and not ran.err


def test_an_unknown_command(capsys: Capture) -> None:
    ran = cli(capsys, "chek", "model")
    assert (ran.status, ran.out) == (2, "") and "'chek'" in ran.err and "did you mean 'check'?" in ran.err


@pytest.mark.parametrize("words", [["check"], ["run"], ["check", "--nonsense", "x"], ["diff", "a"], ["check", "x", "--format", "xml"]])
def test_wrong_use(capsys: Capture, words: list[str]) -> None:
    ran = cli(capsys, *words)
    assert (ran.status, ran.out) == (2, "") and "usage: nnef-lsp" in ran.err


def test_pages_of_rules(capsys: Capture) -> None:
    ran = cli(capsys, "explain", "undefined-name")
    assert ran.status == 0 and ran.out.startswith("# undefined-name\n")
    listed = cli(capsys, "explain").out
    assert "undefined-name             error\n" in listed and "unused-result              hint\n" in listed
    ran = cli(capsys, "explain", "undefind-name")
    assert (ran.status, ran.out) == (2, "") and "did you mean 'undefined-name'?" in ran.err
    assert cli(capsys, "explain", "xyz").status == 2


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break in another way")
@pytest.mark.parametrize("words", [["shapes", "--format", "json"], ["check"], ["flatten"], ["run"]])
def test_output_that_nobody_reads_is_no_accident(words: list[str]) -> None:
    command = [sys.executable, "-m", "nnef_lsp", words[0], str(EXAMPLES / "digits"), *words[1:]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
    assert errors == b"" and process.returncode in (0, 141)


def shell(command: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run `nnef-lsp ...` in a shell that may redirect its output."""
    line = command.replace("nnef-lsp", f"'{sys.executable}' -m nnef_lsp")
    return subprocess.run(["sh", "-c", line], capture_output=True, env={**os.environ, **environment})


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize(
    ("redirection", "status", "sentence"), [(">&-", 0, b""), ("2>&-", 0, b""), ("> /dev/full", 2, b"No space left on device")]
)
@pytest.mark.parametrize("words", ["check", "shapes --format json", "flatten"])
def test_output_that_goes_nowhere(words: str, redirection: str, status: int, sentence: bytes) -> None:
    if "full" in redirection and not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    ran = shell(f"nnef-lsp {words} '{EXAMPLES}/digits' {redirection}")
    assert ran.returncode == status and sentence in ran.stderr and b"Traceback" not in ran.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
def test_a_terminal_that_knows_no_unicode(tmp_path: Path) -> None:
    (tmp_path / "a.nnef").write_text("version 1.0; # \u6f22\ngraph g( x ) -> ( y ) { x = \u00e9; }", encoding="utf-8")
    ran = shell(f"nnef-lsp check '{tmp_path}/a.nnef'", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert ran.returncode == 1 and b"\\xe9" in ran.stdout and b"Traceback" not in ran.stderr
