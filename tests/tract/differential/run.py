"""Compare many random models with tract, and count the differences by kind.

python -m tests.tract.differential.run --models 20000 [--seed 0] [--only conv,slice] [--kinds missed,value] [--show 1]
"""

from __future__ import annotations

import argparse
import collections
import sys
import time
import traceback
from random import Random

from . import families_tract  # noqa: F401  registers its own
from .compare import Difference, differences
from .families import FAMILIES, model
from .making import Case
from .oracle import Tract


def main() -> int:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="")
    parser.add_argument("--kinds", default="")
    parser.add_argument("--show", type=int, default=1, help="models to show of each kind of difference")
    parser.add_argument("--python", default=sys.executable, help="an interpreter that has tract")
    arguments = parser.parse_args()
    wanted = [name for name in FAMILIES if not arguments.only or name in arguments.only.split(",")]
    kinds = set(filter(None, arguments.kinds.split(",")))
    tract = Tract(arguments.python)
    found: dict[tuple[str, str, str], list[tuple[Case, str]]] = collections.defaultdict(list)
    started = time.monotonic()
    for index in range(arguments.models):
        operation = wanted[index % len(wanted)]
        case = model(Random(f"{arguments.seed} {index}"), operation)
        try:
            listed = differences(case, tract)
        except Exception as error:
            listed = [
                Difference("crash", operation, f"{type(error).__name__}: {error} {traceback.format_exc()[-300:]}")
            ]
        for item in listed:
            found[item.kind, item.about, item.what].append((case, item.detail))
    tract.close()
    total: collections.Counter[str] = collections.Counter()
    for (kind, about, what), cases in sorted(found.items(), key=lambda item: (item[0][0], item[0][1], -len(item[1]))):
        total[kind] += len(cases)
        if kinds and kind not in kinds:
            continue
        print(f"{len(cases):5} {kind}: {about}: {what}")
        for case, detail in sorted(cases, key=lambda pair: len(pair[0].text))[: arguments.show]:
            print("\n".join(f"          {line.strip()}" for line in [*shown(case), detail] if line.strip()))
    print(f"{arguments.models} models in {time.monotonic() - started:.0f} s: {dict(total)}")
    return 0


def shown(case: Case) -> list[str]:
    """The lines of a model that differ from model to model."""
    own = case.text.partition("symbol T;")[2].strip()
    return (own if own.startswith("fragment") else own.partition("{\n")[2]).rpartition("}")[0].splitlines()


if __name__ == "__main__":
    sys.exit(main())
