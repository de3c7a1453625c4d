"""Every command with every hostile file, as a process that the kernel watches: what it opened, how long it took, how much
memory it had, what it left behind.

    python -m tests.trust.processes [--share 20] [--seed N] [WORDS of kinds ...]

One in `share` of all pairs of kind and command is tried (1: all of them, two hours); the seed is printed. Needs `strace`.
Not here: the kinds (`hostile_*.py`), the same within one process (`test_hostile_*.py`).
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import nnef_lsp
from nnef_lsp.archive import write_tensor

from .attacks import wrongs
from .hostile_archives import GRAPH, WEIGHTS
from .hostile_models import KINDS as MODELS
from .hostile_models import SECRET
from .hostile_tensors import KINDS as TENSORS

SECONDS, MEMORY = 10, 1 << 30
"""Of the processor, and at most in memory: bounds that docs/security.md promises for files that are refused."""
OURS = Path(__file__).parents[2]
READABLE = tuple(
    os.path.realpath(path)
    for path in (
        OURS, Path(nnef_lsp.__file__).parents[1], *filter(None, sys.path), sys.prefix, sys.base_prefix, *sysconfig.get_paths().values(), "/usr", "/lib", "/lib64", "/proc", "/sys",
        "/dev/null", "/dev/urandom", "/etc/ld.so.cache", "/etc/locale.alias", "/etc/localtime", "/etc/ssl/openssl.cnf",
    )
)  # fmt: skip
"""Where Python and our own code lie, and what they ask of the system."""
OPENED = re.compile(r'open(?:at)?\((?:[^,]*, )?"((?:[^"\\]|\\.)*)"(?:\.\.\.)?, ([A-Z_|]+).*\) = \d+<((?:[^>\\]|\\.)*)>')
STARTED = re.compile(r'execve\("((?:[^"\\]|\\.)*)".*= 0')


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended: seconds of the processor, the most bytes of memory up to now, and what it may not do."""

    words: Sequence[str]
    seconds: float
    memory: int
    wrong: tuple[str, ...]


def watched(words: Sequence[str], folder: Path) -> Outcome:
    """Run `nnef-lsp` with these words in `folder/cwd`, where `folder` holds the model and nothing else of worth."""
    cwd, temporary, trace = (folder / name for name in ("cwd", "tmp", "trace"))
    for path in (cwd, temporary):
        path.mkdir(exist_ok=True)
    before = _tree(folder)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("NNEF_LSP_")},
        "PYTHONPATH": str(Path(nnef_lsp.__file__).parents[1]),  # what is under test, whatever is installed
        "TMPDIR": str(temporary), "HOME": str(cwd), "NNEF_LSP_MAX_FILES": "1000", "NNEF_LSP_MAX_TEXT": "1M",
    }  # fmt: skip
    command = ["strace", "-f", "-y", "-qq", "-s", "4096", "-e", "trace=open,openat,execve", "-o", str(trace),
               sys.executable, "-P" if sys.version_info >= (3, 11) else "-B", "-m", "nnef_lsp", *words]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    before_it, _ = _children()
    try:
        out, err = process.communicate(timeout=20 * SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
    after, memory = _children()
    seconds = after - before_it
    wrong = _of_the_trace(trace, folder)
    trace.unlink(missing_ok=True)
    said, printed = err.decode("utf-8", "replace"), out.decode("utf-8", "replace")
    wrong += wrongs(words, process.returncode, printed, said, None, sentence="FAIL ")
    if SECRET in said + printed:
        wrong.append("printed what a file outside of the model says")
    if "Traceback (most recent call last)" in said + printed:
        wrong.append(f"a traceback: {said[-400:]!r}")
    if seconds > SECONDS:
        wrong.append(f"took {seconds:.1f} s")
    if left := list(temporary.iterdir()):
        wrong.append(f"left {[path.name for path in left]} in the temporary folder")
        for path in left:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    made = {path for path in _tree(folder) - before if not path.startswith("out")}
    if made:
        wrong.append(f"made {sorted(made)[:5]}")
    return Outcome(words, seconds, memory, tuple(wrong))


def _tree(folder: Path) -> set[str]:
    return {
        os.path.relpath(os.path.join(top, name), folder)
        for top, folders, files in os.walk(folder)
        for name in [*folders, *files]
        if name != "trace"
    }


def _children() -> tuple[float, int]:
    """Seconds of the processor of all processes so far, and the most memory that one of them had."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def _of_the_trace(trace: Path, folder: Path) -> list[str]:
    """What was opened outside of the model, and which programs were started."""
    inside = os.path.realpath(folder)
    wrong: list[str] = []
    first = True
    for line in trace.read_text(encoding="utf-8", errors="replace").splitlines():
        if started := STARTED.search(line):
            program = os.path.realpath(_plain(started[1]))
            if not first and program != os.path.realpath(sys.executable):
                wrong.append(f"started {started[1]!r}")
            first = False
        if opened := OPENED.search(line):
            path, writes = (
                _plain(opened[3]).removesuffix(" (deleted)"),
                "O_WRONLY" in opened[2] or "O_RDWR" in opened[2],
            )
            if not path.startswith("/"):
                continue  # a pipe or a socket
            within = path == inside or path.startswith(inside + "/")
            if "/secret" in path and within:
                wrong.append(f"opened {path}")
            elif (
                writes
                and not within
                and path != "/dev/null"
                and not path.endswith(".pyc")
                and "__pycache__" not in path
            ):
                wrong.append(f"wrote {path}")
            elif not within and path != "/" and not path.startswith(READABLE):
                wrong.append(f"read {path}")
    return wrong


def _plain(path: str) -> str:
    """A path as strace writes it, with its other bytes in octal, as it is."""
    data = re.sub(rb"\\([0-7]{1,3})", lambda code: bytes([int(code[1], 8)]), path.encode())
    return os.fsdecode(data)


def commands_of_a_model(path: str, folder: Path) -> list[list[str]]:
    other = folder / "other"
    other.mkdir(exist_ok=True)
    (other / "graph.nnef").write_text(GRAPH)
    (other / "a.dat").write_bytes(WEIGHTS)
    out = folder / "out"
    out.mkdir(exist_ok=True)
    return [
        ["check", path], ["check", "--format", "json", path], ["check", "--format", "sarif", path], ["stats", path],
        ["shapes", path], ["diff", path, str(other)], ["flatten", path], ["fmt", "--diff", path], ["run", path],
        ["verify", path], ["tensor", path, "--label", "a", "--exact"], ["pack", path, str(out / "packed.tgz"), "--force"],
        ["unpack", path, str(out / "unpacked")], ["weights", "export", path, str(out / "w.safetensors")],
    ]  # fmt: skip


def commands_of_a_tensor(path: str, folder: Path) -> list[list[str]]:
    model, out = folder / "model", folder / "out"
    for each in (model, out):
        each.mkdir(exist_ok=True)
    (model / "graph.nnef").write_text(GRAPH)
    write_tensor(model / "a.dat", np.zeros(2, np.float32))
    return [
        ["tensor", path, "--exact", "--image", str(out / "image.png"), "--export", str(out / "export.npy")],
        ["tensor", path, "--label", "a", "--format", "json"], ["run", str(model), "--input", f"x={path}"],
        ["weights", "import", str(model), path, "--dry-run"], ["verify", str(model), "--io", path],
    ]  # fmt: skip


def attack(kind: str, number: int) -> Outcome:
    """One kind of file and one command, in a folder of their own."""
    folder = Path(tempfile.mkdtemp(prefix="nnef-lsp-attack-"))
    try:
        family, make = (commands_of_a_model, MODELS[kind]) if kind in MODELS else (commands_of_a_tensor, TENSORS[kind])
        path = os.fspath(make(folder))
        words = family(path, folder)
        return watched(words[number % len(words)], folder)
    finally:
        for top, folders, _ in os.walk(folder):
            for name in folders:
                if not os.path.islink(os.path.join(top, name)):
                    os.chmod(os.path.join(top, name), 0o700)
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Exit status 1 if anything did what it may not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--share", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("words", nargs="*")
    args = parser.parse_args()
    pairs = [(kind, number) for kind in MODELS for number in range(14)]
    pairs += [(kind, number) for kind in TENSORS for number in range(5)]
    pairs = [pair for pair in pairs if all(word in pair[0] for word in args.words)]
    random.Random(args.seed).shuffle(pairs)
    chosen = pairs[:: args.share]
    print(f"{len(chosen)} of {len(pairs)} pairs of a kind and a command, seed {args.seed}", flush=True)
    bad, most = 0, (0.0, 0)
    for kind, number in chosen:
        outcome = attack(kind, number)
        most = (max(most[0], outcome.seconds), max(most[1], outcome.memory))
        for sentence in outcome.wrong:
            bad += 1
            print(f"{kind} | {' '.join(outcome.words[:2])[:80]}: {sentence[:500]}", flush=True)
    print(f"at most {most[0]:.1f} s and {most[1] >> 20} MB; {len(chosen)} passed, {bad} failed")
    return 1 if bad or most[1] > MEMORY else 0


if __name__ == "__main__":
    sys.exit(main())
