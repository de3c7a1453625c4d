"""Many random networks, in batches that survive a stop: counts and differences are kept in a file.

    python -m tests.fuzz.campaign --models 20000 --file counts.json [--seed 0] [--python PYTHON] [--show 2]

PYTHON is an interpreter that has `nnef`, `nnef-tools`, `torch` and `tract` (and a numpy before 2.4, or nnef-tools fails in
operations that ask it for `newshape`); without one this Python is asked.  Started again with the same file it goes on
where it was.  Exit status 1 if a difference is not explained.

Not here: the networks (`networks.py`), who is asked (`opinions.py`), what is explained (`explained.py`); models of
tract's dialect are made and compared by `tests.tract.differential.run`.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import sys
import traceback
from collections.abc import Callable
from random import Random
from typing import Any

from .engines import missing
from .networks import network
from .opinions import ENGINES, Difference, Opinions

BATCH = 25


class Record:
    """What is known so far, as it is in the file."""

    def __init__(self, file: str, seed: str) -> None:
        self.file = file
        self.state: dict[str, Any] = {"seed": seed, "done": 0, "counts": {}, "differences": {}}
        if file and os.path.exists(file):
            with open(file, encoding="utf-8") as stored:
                self.state = json.load(stored)
            if self.state["seed"] != seed:
                raise SystemExit(f"'{file}' has counts of seed {self.state['seed']}, not of {seed}; name another file")

    def add(self, number: int, text: str, found: list[Difference]) -> None:
        """Differences over one network."""
        for kind, detail, why in found:
            known = self.state["differences"].setdefault(
                f"{kind} [{why}]" if why else kind, {"count": 0, "why": why, "examples": []}
            )
            known["count"] += 1
            if not why:
                known.setdefault("models", []).append(number)
            if len(known["examples"]) < (1 if why else 3):
                known["examples"].append({"model": number, "detail": detail[:3000], "text": "" if why else text})

    def again(self, ask: Callable[[int], tuple[str, list[Difference]]]) -> None:
        """Ask anew about the models whose differences were not explained, after something was mended."""
        before = self.state["differences"]
        opened = {kind for kind, known in before.items() if not known["why"]}
        models = sorted({number for kind in opened for number in before[kind].get("models", ())})
        self.state["differences"] = {kind: known for kind, known in before.items() if kind not in opened}
        for number in models:
            text, found = ask(number)
            self.add(number, text, [item for item in found if not item.why or item.kind in opened])
        self.save(self.state["done"], collections.Counter())

    def save(self, done: int, counts: collections.Counter[str]) -> None:
        """Write the file, whole or not at all."""
        total = collections.Counter(self.state["counts"])
        total.update(counts)
        counts.clear()
        self.state |= {"done": done, "counts": dict(total)}
        if self.file:
            with open(f"{self.file}.part", "w", encoding="utf-8") as file:
                json.dump(self.state, file, indent=1)
            os.replace(f"{self.file}.part", self.file)

    def told(self, show: int) -> int:
        """Print what there is; gives how many differences are not explained."""
        open_ = 0
        for kind, known in sorted(self.state["differences"].items(), key=lambda item: -item[1]["count"]):
            open_ += 0 if known["why"] else known["count"]
            print(f"{known['count']:6} {'         ' if known['why'] else 'OPEN     '} {kind}")
            for example in known["examples"][: 0 if known["why"] else show]:
                print(f"-- model {example['model']}: {example['detail']}\n{example['text']}")
        for what, count in sorted(self.state["counts"].items()):
            print(f"{count:6} {what}")
        print(f"{self.state['done']} models, {open_} differences not explained")
        return open_


def differences(seed: str, number: int, opinions: Opinions) -> tuple[str, list[Difference]]:
    """The text of a network and what is different; an exception is a difference too."""
    made = network(Random(f"{seed} {number}"))
    try:
        return made.text, opinions.differences(made)
    except Exception as error:
        return made.text, [Difference(f"raised: {type(error).__name__}: {str(error)[:80]}", traceback.format_exc())]


def main() -> int:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, default=1000)
    parser.add_argument("--seed", default="0")
    parser.add_argument("--file", default="", help="where counts are kept")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--show", type=int, default=2, help="models to show of each difference that is not explained")
    parser.add_argument("--told", action="store_true", help="only print what the file has")
    parser.add_argument(
        "--again", action="store_true", help="ask anew about models whose differences were not explained"
    )
    arguments = parser.parse_args()
    record = Record(arguments.file, arguments.seed)
    if not arguments.told:
        engines = tuple(name for name in ENGINES if missing(name, arguments.python) is None)
        opinions = Opinions(arguments.python, engines)
        try:
            if arguments.again:
                record.again(lambda number: differences(arguments.seed, number, opinions))
            for number in range(record.state["done"], arguments.models):
                record.add(number, *differences(arguments.seed, number, opinions))
                if (number + 1) % BATCH == 0 or number + 1 == arguments.models:
                    record.save(number + 1, opinions.counts)
        finally:
            opinions.close()
    return 1 if record.told(arguments.show) else 0


if __name__ == "__main__":
    sys.exit(main())
