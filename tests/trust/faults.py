"""What goes wrong around us: disks that are full, folders that may not be written, files that change while they are read,
processes that are killed, clients that die, clocks that jump.

    python -m tests.trust.faults [--times 1000] [--seed N] [WORDS of kinds ...]

Each fault must end as it should: with a sentence and status 1 or 2, or well; saved files are the old or the new ones, never
half; the server and its workers end by themselves; nothing is left in temporary folders.  Prints how often each ended how.
As many workers again are killed or cancelled at random moments of their runs, in rounds of one server each.

Not here: hostile files (`hostile_*.py`).
"""

from __future__ import annotations

import argparse
import ctypes
import os
import queue
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from ..server.talk import MODEL, Client, model_folder
from ..server.test_kills import survives

ROUND = 100
"""Kills of the workers of one server."""
COMMAND = [sys.executable, "-m", "nnef_lsp"]
SECONDS = 60
"""How long anything may take, on a machine that does other things too."""
UGLY = MODEL.replace("\n    ", "\n  ").replace(" = ", "=")
CAPABILITIES = (1, 2)
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH of Linux, by which root may write where nobody may."""
PR_CAPBSET_DROP = 24
JUMPING = """
import random, sys, time
real, dice = time.time, random.Random(0)
time.time = lambda: real() + dice.choice([-1e9, -3600, 0, 3600, 1e9])
from nnef_lsp.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@dataclass
class Place:
    """A folder with a model for one fault, a temporary folder that must be empty at the end, and the fault's own dice."""

    folder: Path
    random: Random
    temporary: Path = field(init=False)

    def __post_init__(self) -> None:
        self.temporary = self.folder / "temporary"
        self.temporary.mkdir()

    def model(self, name: str = "model") -> Path:
        """A model folder, whose text fmt would write otherwise."""
        model_folder(self.folder / name, UGLY)
        return self.folder / name

    def environment(self) -> dict[str, str]:
        """What processes here have: their temporary files are seen."""
        return {**os.environ, "TMPDIR": str(self.temporary)}

    def start(self, *words: object, prepare: Callable[[], None] | None = None) -> subprocess.Popen[bytes]:
        """A command."""
        return subprocess.Popen(
            [*COMMAND, *map(str, words)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=self.environment(), cwd=self.folder, preexec_fn=prepare,
        )  # fmt: skip

    def ran(self, *words: object, prepare: Callable[[], None] | None = None) -> tuple[int, str]:
        """How a command ended, and all it printed; it must not have failed in a way of its own."""
        process = self.start(*words, prepare=prepare)
        out, err = process.communicate(timeout=SECONDS)
        printed = (out + err).decode("utf-8", "replace")
        assert process.returncode in (0, 1, 2), (words, process.returncode, printed[-1000:])
        assert "Traceback" not in printed and "Error:" not in printed, (words, printed[-2000:])
        assert process.returncode == 0 or printed.strip(), f"{words} ended without a word"
        return process.returncode, printed


def obeying_permissions() -> None:
    """Before a process is started: modes of files hold for it even if it is root's."""
    if os.getuid() == 0:
        libc = ctypes.CDLL(None)
        for capability in CAPABILITIES:
            libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def snapshot(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.is_symlink()
    }


@dataclass(frozen=True)
class Writing:
    """A command that writes into `target`, a folder; what is there if nothing goes wrong, and how long that takes."""

    words: tuple[object, ...]
    target: Path
    wanted: dict[str, bytes]
    seconds: float


def writing(place: Place) -> Writing:
    """A command that writes, ready to be run; the target may be there before."""
    model, random = place.model(), place.random
    target = place.folder / "target"
    target.mkdir()
    source = place.model("other")
    (source / "net" / "k.dat").write_bytes((model / "net" / "k.dat").read_bytes()[:-4] + b"\0\0\0@")
    commands: dict[str, tuple[object, ...]] = {
        "fmt": ("fmt", target / "model"),
        "pack": ("pack", model, target / "packed.tgz", "--force"),
        "export": ("weights", "export", model, target / "weights.safetensors"),
        "import": ("weights", "import", target / "model", place.folder / "weights.safetensors"),
        "run": ("run", model, "--output", target / "out.npz"),
        "flatten": ("flatten", model, "--output", target / "flat.nnef"),
        "tensor": ("tensor", model / "net" / "k.dat", "--export", target / "k.npy"),
        "image": ("tensor", model / "net" / "k.dat", "--image", target / "k.png"),
        "unpack": ("unpack", place.folder / "packed.tgz", target / "unpacked"),
    }
    name = random.choice(list(commands))
    if name in ("fmt", "import"):
        shutil.copytree(model, target / "model")
    elif name != "unpack" and random.random() < 0.5:
        (target / str(commands[name][-2 if name == "pack" else -1]).rpartition("/")[2]).write_bytes(b"old")
    if name == "import":
        place.ran("weights", "export", source, place.folder / "weights.safetensors")
    if name == "unpack":
        place.ran("pack", model, place.folder / "packed.tgz")
    before = place.folder / "before"
    shutil.copytree(target, before)
    begin = time.monotonic()
    assert place.ran(*commands[name])[0] == 0
    seconds = time.monotonic() - begin
    wanted = snapshot(target)
    assert wanted != snapshot(before), f"{name} writes nothing"
    shutil.rmtree(target)
    before.rename(target)
    return Writing(commands[name], target, wanted, seconds)


def old_or_new(before: dict[str, bytes], after: dict[str, bytes], wanted: dict[str, bytes], whole: bool = True) -> str:
    """Which of the two a folder is; it must be one of them, file by file, and with `whole` all of it the same one."""
    if after == before:
        return "old"
    if after == wanted:
        return "new"
    assert not whole, f"neither old nor new: {sorted(after)}"
    for name, data in after.items():
        assert data in (before.get(name), wanted.get(name)), f"{name} is half: {len(data)} bytes"
    return "between files"


# -- the faults ------------------------------------------------------------------------------------------------------


def full_disk(place: Place) -> str:
    """No file can grow beyond some bytes, as on a disk that is full: the same error at the same calls."""
    work = writing(place)
    before = snapshot(work.target)
    room = place.random.choice([0, 1, place.random.randrange(3000), place.random.randrange(300)])

    def bound() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    status, printed = place.ran(*work.words, prepare=bound)
    found = old_or_new(before, snapshot(work.target), work.wanted)
    assert found == "new" if status == 0 else found == "old", (work.words, status, printed)
    return f"status {status}, {found}"


def full_standard_output(place: Place) -> str:
    """Standard output is a device that is full."""
    model = place.model()
    words = place.random.choice(
        [("check",), ("flatten",), ("stats",), ("shapes",), ("run",), ("check", "--format", "json")]
    )
    with open("/dev/full", "wb") as full:
        process = subprocess.run(
            [*COMMAND, words[0], str(model), *words[1:]], stdout=full, stderr=subprocess.PIPE, env=place.environment(),
            timeout=SECONDS, check=False,
        )  # fmt: skip
    said = process.stderr.decode()
    assert "Traceback" not in said and "Exception ignored" not in said, said
    assert (process.returncode in (1, 2) and "nnef-lsp:" in said) or words[0] == "check", (
        words,
        process.returncode,
        said,
    )
    return f"status {process.returncode}"


def read_only_folder(place: Place) -> str:
    """The folder to be written into may not be."""
    work = writing(place)
    before = snapshot(work.target)
    for item in [work.target, *work.target.rglob("*")]:
        item.chmod(0o555 if item.is_dir() else 0o444)

    try:
        status, printed = place.ran(*work.words, prepare=obeying_permissions)
    finally:
        for item in [work.target, *work.target.rglob("*")]:
            item.chmod(0o755 if item.is_dir() else 0o644)
    assert status in (1, 2) and snapshot(work.target) == before, (work.words, status, printed)
    return f"status {status}, old"


def killed_command(place: Place) -> str:
    """A command that writes is killed or interrupted at any moment."""
    work = writing(place)
    before = snapshot(work.target)
    how = place.random.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
    process = place.start(*work.words)
    time.sleep(place.random.uniform(0, 1.2) * work.seconds)
    process.send_signal(how)
    _, err = process.communicate(timeout=SECONDS)
    assert "Traceback" not in err.decode() or how == signal.SIGINT, err
    after = {
        name: data for name, data in snapshot(work.target).items() if how != signal.SIGKILL or ".nnef-" not in name
    }
    whole = work.words[0] not in ("unpack", "weights") or how != signal.SIGKILL
    found = old_or_new(before, after, work.wanted, whole)
    if how == signal.SIGKILL:
        _settle(place.temporary)
        shutil.rmtree(place.temporary)  # whoever runs next sweeps what a process that was killed leaves
        place.temporary.mkdir()
    return f"{how.name}, {found}"


def changing_files(place: Place) -> str:
    """Files vanish, shrink, grow and change while a command reads them."""
    model, random = place.model(), place.random
    archive = place.folder / "packed.tgz"
    place.ran("pack", model, archive)
    files = [model / "graph.nnef", model / "net" / "k.dat", archive]
    kept = {file: file.read_bytes() for file in files}
    stop = threading.Event()

    def change() -> None:
        while not stop.is_set():
            file = random.choice(files)
            what = random.randrange(5)
            try:
                if what == 0:
                    file.unlink()
                elif what == 1:
                    os.truncate(file, random.randrange(len(kept[file])))
                elif what == 2:
                    with open(file, "ab") as stream:
                        stream.write(bytes(random.randrange(5000)))
                elif what == 3:
                    file.write_bytes(bytes(reversed(kept[file])))
                else:
                    file.write_bytes(kept[file])
            except OSError:
                file.write_bytes(kept[file])
            time.sleep(0.001)

    words = random.choice(
        [("check", model), ("stats", model), ("run", model), ("shapes", archive), ("stats", archive), ("run", archive),
         ("tensor", model / "net" / "k.dat"), ("pack", model, place.folder / "new.tar"), ("diff", model, archive),
         ("unpack", archive, place.folder / "unpacked"), ("flatten", archive), ("check", archive),
         ("weights", "export", model, place.folder / "w.safetensors")]
    )  # fmt: skip
    changing = threading.Thread(target=change)
    changing.start()
    try:
        status, _ = place.ran(*words)
    finally:
        stop.set()
        changing.join()
    return f"status {status}"


def jumping_clock(place: Place) -> str:
    """The clock goes to and fro by years; files have times from then, too."""
    model = place.model()
    for file in model.rglob("*"):
        at = place.random.choice([0, 10**9, 4 * 10**9])
        os.utime(file, (at, at))
    words = place.random.choice(
        [("run", model), ("pack", model, place.folder / "p.tgz"), ("check", model), ("stats", model)]
    )
    process = subprocess.run(
        [sys.executable, "-c", JUMPING, *map(str, words)], capture_output=True, text=True, env=place.environment(),
        timeout=SECONDS, check=False,
    )  # fmt: skip
    assert process.returncode in (0, 1) and "Traceback" not in process.stderr, process.stderr
    return f"status {process.returncode}"


def lost_client(place: Place) -> str:
    """A client dies, or closes standard input, at any moment: while it opens, edits, asks, or a graph runs."""
    graph = model_folder(place.folder / "model", MODEL)
    with _temporary(place.temporary):
        client = Client(options={"trusted": True})
    uri = client.open(graph)
    what = place.random.choice(["opening", "asking", "running", "writing"])
    if what != "opening":
        client.about("documentSymbol", uri)
    if what == "running":
        client.begin("workspace/executeCommand", {"command": "nnef.runGraph", "arguments": [{"uri": uri}]})
        time.sleep(place.random.random() * 0.8)
    if what == "asking":
        for _ in range(200):
            client.begin("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    if what == "writing":
        client.send_bytes(b"Content-Length: 1000\r\n\r\n{")
    streams = place.random.choice([["stdin"], ["stdin", "stdout", "stderr"], ["stdout", "stdin"]])
    for name in streams:
        if name == "stdin":
            getattr(client.process, name).close()
    try:
        status = client.process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        client.process.kill()
        raise AssertionError(f"{what}: the server outlived its client") from None
    assert not [line for line in client.errors if "Traceback" in line], client.errors
    return f"{what}, status {status}"


def killed_client(place: Place) -> str:
    """The process of the client is killed; all pipes close at once."""
    graph = model_folder(place.folder / "model", MODEL)
    code = (
        "import sys, time; from tests.server.talk import Client; from pathlib import Path\n"
        "c = Client(options={'trusted': True}); u = c.open(Path(sys.argv[1])); c.diagnostics(u)\n"
        "c.begin('workspace/executeCommand', {'command': 'nnef.runGraph', 'arguments': [{'uri': u}]})\n"
        "print(c.process.pid, flush=True); time.sleep(60)\n"
    )
    client = subprocess.Popen(
        [sys.executable, "-c", code, str(graph)], stdout=subprocess.PIPE, env=place.environment(),
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert client.stdout is not None
    server = int(client.stdout.readline())
    time.sleep(place.random.random() * 0.8)
    client.kill()
    client.wait()
    client.stdout.close()
    end = time.monotonic() + SECONDS
    while _lives(server):
        assert time.monotonic() < end, "the server outlived its client"
        time.sleep(0.01)
    return "the server ended"


FAULTS: dict[str, Callable[[Place], str]] = {
    fault.__name__: fault
    for fault in (
        full_disk, full_standard_output, read_only_folder, killed_command, changing_files, jumping_clock, lost_client,
        killed_client,
    )
}  # fmt: skip


def suffered(name: str, seed: int) -> str:
    """How one fault ended; raises AssertionError if that is not how it may."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder), Random(seed))
        found = FAULTS[name](place)
        left = _settle(place.temporary)
        assert not left, f"left behind: {left}"
        return found


def killed_workers(kills: int, seed: int) -> dict[str, int]:
    """Runs of one server, killed or cancelled; how often they ended how."""
    with tempfile.TemporaryDirectory() as folder:
        temporary = Path(folder) / "temporary"
        temporary.mkdir()
        with _temporary(temporary):
            return {
                f"worker: {end}": count for end, count in survives(Path(folder), temporary, kills, seed, 10).items()
            }


def _settle(temporary: Path) -> list[str]:
    """What is left in a temporary folder after a few seconds: a worker whose client died needs a moment to end."""
    end = time.monotonic() + 20
    while os.listdir(temporary) and time.monotonic() < end:
        time.sleep(0.01)
    return os.listdir(temporary)


@contextmanager
def _temporary(folder: Path) -> Iterator[None]:
    """Processes that are started meanwhile put temporary files into a folder."""
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(folder)
    try:
        yield
    finally:
        del os.environ["TMPDIR"]
        if before is not None:
            os.environ["TMPDIR"] = before


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def main() -> int:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=None, help="a fresh one if none is given")
    parser.add_argument("words", nargs="*", help="only faults whose names have one of these words")
    arguments = parser.parse_args()
    seed = arguments.seed if arguments.seed is not None else Random().randrange(2**32)
    print(f"seed {seed}", flush=True)
    names = [name for name in FAULTS if not arguments.words or any(word in name for word in arguments.words)]
    counts: Counter[str] = Counter()
    wrong = 0
    begin = told = time.monotonic()
    if not arguments.words or "worker" in arguments.words:
        for first in range(0, arguments.times, ROUND):
            try:
                counts.update(killed_workers(min(ROUND, arguments.times - first), seed + first))
            except (AssertionError, queue.Empty) as error:
                wrong += 1
                print(f"WRONG killed_workers, seed {seed + first}: {type(error).__name__} {error}", flush=True)
            print(f"{time.monotonic() - begin:.0f} s: {first + ROUND} killed or cancelled, {wrong} wrong", flush=True)
    for number in range(arguments.times if names else 0):
        name = names[number % len(names)]
        try:
            counts[f"{name}: {suffered(name, seed + number)}"] += 1
        except (AssertionError, subprocess.TimeoutExpired) as error:
            wrong += 1
            print(f"WRONG {name}, seed {seed + number}: {str(error)[:3000]}", flush=True)
        if time.monotonic() - told > 60:
            told = time.monotonic()
            print(f"{told - begin:.0f} s: {number + 1} faults, {wrong} wrong", flush=True)
    print(f"{time.monotonic() - begin:.0f} s: {wrong} wrong")
    for ending, count in sorted(counts.items()):
        print(f"{count:6} {ending}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
