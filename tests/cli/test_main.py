"""The command line as a whole: help, commands that do not exist, output that nobody reads, pages of rules."""

from __future__ import annotations

import subprocess
import sys

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
