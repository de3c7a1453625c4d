"""Fuzz the server with documents, edits and requests that nobody would expect, and make every find small.

    python -m tests.fuzz.documents [--seconds 60] [--seed N] [--corpus FOLDER ...] [--finds FOLDER] [--report]
    python -m tests.fuzz.documents --documents 3000 --seed N
    python -m tests.fuzz.documents --replay FIND.json ...

Prints its seed, counts every minute, and each new kind of find as a history that fails; exits with 1 if there are any,
with `--report` only says so.  The corpus grows by texts that give rise to a combination of rules not seen before, so
that the rare is mutated too.  With a number of documents it does not, and so the same seed plays the same histories
whatever the server answers: what fails then, fails because of a change.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

os.environ["NNEF_LSP_STRICT"] = "1"

from nnef_lsp.server.diagnostics import found_in
from nnef_lsp.server.session import Document

from .histories import AT_A_PLACE, OF_A_DOCUMENT, OF_A_RANGE, OTHERS, Find, History, Player, requests
from .hostile import Corpus, applied

LONGEST = 100_000
MOST_TEXTS = 5_000


Asked = list[tuple[str, Any]]
"""Requests whose answers are compared with those of a fresh document."""
FILE_IT = """
A find of a fresh seed is a report about what is already there: file it, with the history above (it is in {folder} too,
`python -m tests.fuzz.documents --replay FILE` plays it), or mend it and make it a test.  It does not stop this change.
"""


class Fuzzer:
    """Makes histories from a seed, plays them, and keeps the finds by kind."""

    def __init__(self, seed: int, corpus: Corpus, learns: bool = True) -> None:
        self.random, self.corpus, self.player, self.learns = Random(seed), corpus, Player(), learns
        self.finds: dict[str, tuple[Find, History, Asked]] = {}
        self.again: Counter[str] = Counter()
        self.seen: set[frozenset[str]] = set()

    def round(self) -> None:
        """One document, a few edits, requests in between, and comparisons with a fresh one."""
        random = self.random
        name, text = self.corpus.pick(random)
        for _ in range(random.choice([0, 0, 1, 1, 2, 3, 8])):
            text = applied(text, self.corpus.edit(random, text))
        history = History(name, text[:LONGEST])
        asked: Asked = []
        try:
            document = self.player.open(history.uri, history.text)
            for left in reversed(range(random.choice([1, 2, 4, 6]))):
                for _ in range(random.choice([1, 1, 1, 2, 3])):
                    edit = self.corpus.edit(random, document.source.text)
                    if len(applied(document.source.text, edit)) <= LONGEST:
                        history.edits.append(edit)
                        self.player.edit(document, edit)
                for method, params in requests(random, document, self._some()):
                    history.requests.append((len(history.edits), method, params))
                    self.player.ask(document, method, params)
                if not left or random.random() < 0.3:  # opening a fresh one takes longer than all else
                    asked = list(requests(random, document, random.sample(COMPARED, 4)))
                    self.player.compare(document, asked)
            if self.learns:
                self._learn(document)
        except Find as find:
            self.again[find.kind] += 1
            if find.kind not in self.finds:
                self.finds[find.kind] = find, smaller(self.player, history, asked, find.kind), asked

    def _some(self) -> list[str]:
        found = self.random.sample(COMPARED, self.random.choice([0, 1, 3, 5]))
        return [*found, self.random.choice(OTHERS)] if self.random.random() < 0.2 else found

    def _learn(self, document: Document) -> None:
        """Keep a text whose rules were not seen together before."""
        rules = frozenset(item.rule for item in found_in(document))
        if rules not in self.seen and document.source.length < 12_000:
            self.seen.add(rules)
            if len(self.corpus.texts) < MOST_TEXTS:
                self.corpus.texts.append((document.uri.rsplit("/", 1)[-1], document.source.text))


COMPARED = [*AT_A_PLACE, *OF_A_RANGE, *OF_A_DOCUMENT]


def fails(player: Player, history: History, asked: Asked, kind: str) -> bool:
    """Whether a history still has a find of this kind."""
    try:
        player.compare(player.play(history), asked)
    except Find as find:
        return find.kind == kind
    except Exception:
        return False
    return False


def smaller(player: Player, history: History, asked: Asked, kind: str) -> History:
    """A smaller history with a find of the same kind, by leaving out requests, edits and pieces of the text."""
    if kind.startswith("slow") or not fails(player, history, asked, kind):
        return history
    until = time.monotonic() + 20
    for request in list(history.requests):
        fewer = History(
            history.name, history.text, history.edits, [one for one in history.requests if one is not request]
        )
        history = fewer if fails(player, fewer, asked, kind) else history
    while history.edits and time.monotonic() < until:
        later = [(max(0, after - 1), method, params) for after, method, params in history.requests]
        fewer = History(history.name, applied(history.text, history.edits[0]), history.edits[1:], later)
        if not fails(player, fewer, asked, kind):
            break
        history = fewer
    size = len(history.text) // 2
    while size and not history.edits and time.monotonic() < until:
        for start in range(0, len(history.text), size):
            text = history.text[:start] + history.text[start + size :]
            fewer = History(history.name, text, [], history.requests)
            if fails(player, fewer, asked, kind):
                history = fewer
                break
        else:
            size //= 2
    return history


def show(find: Find, history: History, asked: Asked, folder: Path | None) -> None:
    """Print a find, and write its history."""
    said = {"kind": find.kind, "detail": find.detail, "name": history.name, "text": history.text,
            "edits": history.edits, "requests": history.requests, "asked": asked}  # fmt: skip
    print(f"FIND {find.kind}\n{find.detail[-1500:]}\n{json.dumps({**said, 'detail': ''})[:6000]}", flush=True)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        file = hashlib.sha256(find.kind.encode("utf-8", "replace")).hexdigest()[:12]
        (folder / f"{file}.json").write_text(json.dumps(said, indent=1))


def replay(files: Sequence[Path]) -> int:
    """Play histories that failed once; 1 if one still does."""
    player, failed = Player(), 0
    for file in files:
        said = json.loads(file.read_text())
        edits = [(start, end, text) for start, end, text in said["edits"]]
        history = History(said["name"], said["text"], edits, [(n, method, of) for n, method, of in said["requests"]])
        try:
            player.compare(player.play(history), [(method, of) for method, of in said.get("asked", ())])
            print(f"{file}: good")
        except Find as find:
            print(f"{file}: {find}")
            failed = 1
    return failed


def main() -> int:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--documents", type=int, default=None, help="so many, the same for the same seed; not by time")
    parser.add_argument("--seed", type=int, default=None, help="a fresh one if none is given")
    parser.add_argument("--corpus", type=Path, nargs="*", default=[], help="folders whose models are mutated too")
    parser.add_argument("--finds", type=Path, default=None, help="folder for the histories that fail")
    parser.add_argument(
        "--report", action="store_true", help="exit with 0 whatever is found, and say what to do with it"
    )
    parser.add_argument("--replay", type=Path, nargs="+", default=[], help="play histories of --finds instead")
    arguments = parser.parse_args()
    if arguments.replay:
        return replay(arguments.replay)
    seed = arguments.seed if arguments.seed is not None else Random().randrange(2**32)
    print(f"seed {seed}", flush=True)
    gc.set_threshold(50_000, 20, 100)  # as the server has it
    fuzzer = Fuzzer(seed, Corpus(arguments.corpus), learns=arguments.documents is None)
    begin = told = time.monotonic()
    shown = rounds = 0
    while time.monotonic() - begin < arguments.seconds if arguments.documents is None else rounds < arguments.documents:
        fuzzer.round()
        rounds += 1
        for find, history, asked in list(fuzzer.finds.values())[shown:]:
            show(find, history, asked, arguments.finds)
        shown = len(fuzzer.finds)
        if time.monotonic() - told > 60:
            told = time.monotonic()
            print(_counts(fuzzer, told - begin), flush=True)
    print(_counts(fuzzer, time.monotonic() - begin))
    for kind, count in fuzzer.again.most_common():
        print(f"{count} x {kind}")
    if arguments.report and fuzzer.finds:
        print(f"seed {seed}: {len(fuzzer.finds)} kinds of finds", FILE_IT.format(folder=arguments.finds), sep="\n")
    return 1 if fuzzer.finds and not arguments.report else 0


def _counts(fuzzer: Fuzzer, seconds: float) -> str:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    took, what = fuzzer.player.slowest
    counts = ", ".join(f"{count} {name}" for name, count in fuzzer.player.counts.items())
    return f"{seconds:.0f} s: {counts}; {len(fuzzer.finds)} kinds of finds; slowest {took:.2f} s ({what}); {memory} MB"


if __name__ == "__main__":
    sys.exit(main())
