"""The command line as a whole: help, commands that do not exist, output that nobody reads, pages of rules."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import nnef_lsp
from nnef_lsp.cli.main import parser

from .helpers import EXAMPLES, cli, shell

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


@pytest.mark.parametrize(
    "words", [["check"], ["run"], ["check", "--nonsense", "x"], ["diff", "a"], ["check", "x", "--format", "xml"]]
)
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


def test_a_command_imports_no_other() -> None:
    script = "import sys, nnef_lsp.cli.main as m\nm.main(['explain', 'shape-mismatch'])\nassert 'nnef_lsp.cli.check' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True).returncode == 0


@pytest.mark.parametrize("word", ["document", "main", "drawing", "json_text"])
def test_a_module_is_no_command(capsys: Capture, word: str) -> None:
    ran = cli(capsys, word)
    assert (ran.status, ran.out) == (2, "") and f"there is no command '{word}'" in ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break in another way")
@pytest.mark.parametrize("words", [["shapes", "--format", "json"], ["check"], ["flatten"], ["run"]])
def test_output_that_nobody_reads_is_no_accident(words: list[str]) -> None:
    command = [sys.executable, "-m", "nnef_lsp", words[0], str(EXAMPLES / "digits"), *words[1:]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
    assert errors == b"" and process.returncode in (0, 141)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize(
    ("redirection", "status", "sentence"),
    [(">&-", 0, b""), ("2>&-", 0, b""), ("> /dev/full", 2, b"No space left on device")],
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
    ran = shell(f"nnef-lsp check '{tmp_path}/a.nnef'", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert ran.returncode == 1 and b"\\xe9" in ran.stdout and b"Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [
        ({}, False),
        ({"NO_COLOR": ""}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colours(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], coloured: bool
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "a.nnef").write_text("version 1.0;")
    assert ("\x1b[" in cli(capsys, "check", tmp_path / "a.nnef").out) is coloured


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX terminal")
@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colours_on_a_terminal(tmp_path: Path, variables: dict[str, str], coloured: bool) -> None:
    import pty

    (tmp_path / "a.nnef").write_text("version 1.0;")
    ours, theirs = pty.openpty()
    environment = {
        **{name: value for name, value in os.environ.items() if "COLOR" not in name},
        "TERM": "xterm",
        **variables,
    }
    subprocess.run(
        [sys.executable, "-m", "nnef_lsp", "check", str(tmp_path / "a.nnef")], stdout=theirs, env=environment
    )
    os.close(theirs)
    shown = b""
    try:
        while data := os.read(ours, 4096):
            shown += data
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(ours)
    assert b"error" in shown and (b"\x1b[" in shown) is coloured


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
@pytest.mark.parametrize("words", [["run", str(EXAMPLES / "digits")], ["conformance"]])
@pytest.mark.parametrize("wait", [0.25, 0.4, 0.6])
def test_an_interrupt_is_no_accident(words: list[str], wait: float) -> None:
    import signal
    import time

    # what an interpreter says that is interrupted before it has begun with us is its own
    script = (
        "import nnef_lsp.cli.main as m, sys; print('x', file=sys.stderr, flush=True); sys.exit(m.main(sys.argv[1:]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert process.stderr is not None and process.stderr.read(2) == b"x\n"
    time.sleep(wait)
    try:
        os.killpg(process.pid, signal.SIGINT)
    except ProcessLookupError:
        pass
    _, errors = process.communicate(timeout=60)
    assert b"Traceback" not in errors and process.returncode in (0, 130)


CALLBACK = """
            thing = type("Thing", (), {})()
            reference = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGINT))  # as imports have one
            del thing
            time.sleep(60)"""
EXTENSION = """
            try:
                signal.raise_signal(signal.SIGINT)
            except KeyboardInterrupt:
                raise ImportError("no datetime") from None  # as numpy's extension does"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
@pytest.mark.parametrize("body", [CALLBACK, EXTENSION])
def test_an_interrupt_that_others_swallow_is_not_lost(body: str) -> None:
    script = f"""if True:
        import signal, sys, time, weakref
        import nnef_lsp.cli.main as m

        def run(arguments):{body}
            return 0

        m._run = run
        sys.exit(m.main([]))
    """
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=30)
    assert (ran.returncode, ran.stderr) == (130, b"")


def test_an_address_that_is_taken() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        ran = subprocess.run(
            [sys.executable, "-m", "nnef_lsp", "serve", "--tcp", address], capture_output=True, text=True
        )
    assert (
        ran.returncode == 2
        and ran.stderr.startswith(f"nnef-lsp: {address} cannot be listened on")
        and ran.stderr.count("\n") == 1
    )


@pytest.mark.parametrize("option", ["--output", "--write"])
def test_a_place_that_cannot_be_written(tmp_path: Path, capsys: Capture, option: str) -> None:
    (tmp_path / "file").touch()
    place = tmp_path / "file" / "x"
    ran = cli(capsys, "conformance", "--filter", "relu", option, place)
    assert ran.status == 2 and "cannot be used: Not a directory" in ran.err and ran.err.count("\n") == 1


@pytest.mark.parametrize("words", ["--version", "check", "shapes", "flatten", "fmt --check", "diff --no-weights"])
def test_what_computes_nothing_imports_no_numpy(words: str) -> None:
    paths = [] if words == "--version" else [str(EXAMPLES / "digits")] * (2 if words.startswith("diff") else 1)
    script = "import sys, nnef_lsp.cli.main as m\ntry: m.main(sys.argv[1:])\nfinally: assert 'numpy' not in sys.modules"
    ran = subprocess.run([sys.executable, "-c", script, *words.split(), *paths], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
